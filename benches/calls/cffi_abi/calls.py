"""The functions that are measured, through cffi in ABI mode: the library is opened and its header parsed when this is
imported. `HEADER` and `LIBRARY` are paths that measure.py sets."""

from pathlib import Path

from cffi import FFI

ffi = FFI()
ffi.cdef(Path(HEADER).read_text())
lib = ffi.dlopen(LIBRARY)

noop = lib.noop
add = lib.add


def length(text):
    return lib.length(text.encode())


def greeting():
    return ffi.string(lib.greeting()).decode()


def size(data):
    return lib.size(data, len(data))


def sum(items):
    return lib.sum(items, len(items))


def numbers(count):
    items = ffi.new("uint32_t[]", count)
    lib.numbers(items, count)
    return ffi.unpack(items, count)


def apply(function, count):
    return lib.apply(ffi.callback("int64_t(int64_t)", function), count)


def sum_buffer(values):
    view = ffi.from_buffer("double[]", values)
    return lib.sum(view, len(view))
