"""Imports NumPy."""

import numpy


def main():
    print(int(numpy.arange(5).sum()), numpy.__name__)


if __name__ == "__main__":
    main()
