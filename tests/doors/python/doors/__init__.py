"""Everything that exuvia-c can show, as Python has it."""

from ._api import *  # noqa: F403
from ._api import __all__ as __all__
