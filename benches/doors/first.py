"""How long it takes to import a door's package for the first time: seconds, to standard output.

    host first.py DOOR LIBRARY PACKAGES
    python first.py DOOR LIBRARY PACKAGES

The arguments are those of measure.py; DOOR is one of the doors there.
"""

# Nothing is imported here that a door's package would have to import.
import os
import site
import sys
import time

door, library, packages = sys.argv[1:]
site.addsitedir(packages)
# By hand: without the package that cffi's declarations are in here.
natives = [os.path.join(folder, "doorbench", "_native") for folder in sys.path]
sys.path.extend(filter(os.path.isdir, natives))

begun = time.perf_counter()
if door == "generated":
    import doorbench
elif door == "api":
    import _hand_api
elif door == "abi":
    from ffi import ffi

    ffi.dlopen(library)
elif door == "milksnake":
    from doorbench_milksnake import _native
elif door == "ctypes":
    import ctypes

    ctypes.CDLL(library)
else:
    import doorbench_native
print(time.perf_counter() - begun)
