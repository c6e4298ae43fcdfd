"""The functions that are measured, through cffi in API mode: the compiled module `_calls` holds the wrappers."""

from _calls import ffi, lib

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


@ffi.def_extern()
def call_python(number):
    return _function(number)


def apply(function, count):
    global _function
    _function = function
    return lib.apply(lib.call_python, count)


def sum_buffer(values):
    view = ffi.from_buffer("double[]", values)
    return lib.sum(view, len(view))
