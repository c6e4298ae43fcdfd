"""``python -m exuvia WHAT``: the parts that run in an interpreter of their own. ``WHAT`` is a module with a ``main``."""

import importlib
import sys

WHAT = ("join", "measure", "replay")


def main():
    """Runs the part that the one argument names."""
    if len(sys.argv) != 2 or sys.argv[1] not in WHAT:
        sys.exit("usage: python -m exuvia %s < order.json" % "|".join(WHAT))
    importlib.import_module("exuvia." + sys.argv[1]).main()


if __name__ == "__main__":
    main()
