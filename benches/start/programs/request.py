"""What the command `http` of httpie does."""

import sys

from httpie.__main__ import main as httpie


def main():
    sys.exit(httpie())


if __name__ == "__main__":
    main()
