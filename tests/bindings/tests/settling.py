"""Before memory is counted: what CPython keeps for later goes."""

import gc
import sys


def settle():
    gc.collect()
    # The cache of types' attributes keeps each of the last names that were looked for, up to 4096, in a place that the name's address
    # tells. A name that is made anew for each lookup, as a `&str` is, comes to another place whenever the addresses permit.
    sys._clear_type_cache()
