"""Numpy's own tests, as its users run them, of two of its parts."""

import sys

import numpy

if __name__ == "__main__":
    parts = ["numpy.fft", "numpy.linalg.tests.test_linalg"]
    passed = numpy.test(verbose=1, tests=parts, extra_argv=["--color=no", "-p", "no:cacheprovider"])
    print("passed:", passed)
    sys.exit(not passed)
