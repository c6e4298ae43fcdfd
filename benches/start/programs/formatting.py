"""What the command `black` does."""

import sys

from black import patched_main


def main():
    sys.exit(patched_main())


if __name__ == "__main__":
    main()
