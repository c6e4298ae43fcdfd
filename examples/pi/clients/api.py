"""pi by cffi in API mode: a C compiler checks the declarations against include/pi.h and links the library in."""

import importlib.util
from pathlib import Path

from cffi import FFI

SYSTEM = ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"]


def build(header: str, include: str, library: str, folder: str):
    """Compile the module `_pi` into `folder`, with the static library in it."""
    builder = FFI()
    builder.cdef(Path(header).read_text())
    builder.set_source(
        "_pi", '#include "pi.h"', include_dirs=[include], extra_objects=[library], extra_link_args=SYSTEM
    )
    spec = importlib.util.spec_from_file_location("_pi", builder.compile(tmpdir=folder))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.ffi, module.lib
