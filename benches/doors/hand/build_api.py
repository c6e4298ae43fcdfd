"""Builds `_hand_api`, cffi's module in API mode, into the current folder: with a C compiler and Python's headers, as its users do.

    python build_api.py HEADER LIBRARY
"""

import sys
from pathlib import Path

from cffi import FFI

declarations, library = Path(sys.argv[1]).read_text(), Path(sys.argv[2])
builder = FFI()
builder.cdef(declarations)
builder.set_source(
    "_hand_api",
    "#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n" + declarations,
    libraries=[library.stem.removeprefix("lib")],
    library_dirs=[str(library.parent)],
    extra_link_args=[f"-Wl,-rpath,{library.parent}"],
)
builder.compile()
