"""One library behind every door."""

from ._api import *  # noqa: F403
from ._api import __all__ as __all__
