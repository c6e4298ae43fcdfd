"""pi by cffi in ABI mode: the header is read when the program runs, and nothing is compiled."""

from cffi import FFI


def load(header: str, library: str):
    """`header` is the one that the build writes for cffi, without the preprocessor's lines."""
    ffi = FFI()
    with open(header) as file:
        ffi.cdef(file.read())
    return ffi, ffi.dlopen(library)
