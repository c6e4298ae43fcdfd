"""Roman numerals."""

# Written by the build, which lists there what is to be had.
from ._api import *  # noqa: F403
from ._api import __all__ as __all__
