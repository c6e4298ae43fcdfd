"""The functions that are measured, through ctypes, with the types of every function declared. `LIBRARY` is a path that
measure.py sets."""

import ctypes
from ctypes import CDLL, CFUNCTYPE, POINTER, c_char_p, c_double, c_int64, c_size_t, c_uint32

lib = CDLL(LIBRARY)
lib.noop.argtypes = []
lib.noop.restype = None
lib.add.argtypes = [c_int64, c_int64]
lib.add.restype = c_int64
lib.length.argtypes = [c_char_p]
lib.length.restype = c_size_t
lib.greeting.argtypes = []
lib.greeting.restype = c_char_p
lib.size.argtypes = [c_char_p, c_size_t]
lib.size.restype = c_size_t
lib.sum.argtypes = [POINTER(c_double), c_size_t]
lib.sum.restype = c_double
lib.numbers.argtypes = [POINTER(c_uint32), c_size_t]
lib.numbers.restype = None
Callback = CFUNCTYPE(c_int64, c_int64)
lib.apply.argtypes = [Callback, c_int64]
lib.apply.restype = c_int64

noop = lib.noop
add = lib.add


def length(text):
    return lib.length(text.encode())


def greeting():
    return lib.greeting().decode()


def size(data):
    return lib.size(data, len(data))


def sum(items):
    return lib.sum((c_double * len(items))(*items), len(items))


def numbers(count):
    items = (c_uint32 * count)()
    lib.numbers(items, count)
    return items[:]


def apply(function, count):
    return lib.apply(Callback(function), count)


def sum_buffer(values):
    view = memoryview(values)
    return lib.sum((c_double * len(view)).from_buffer(values), len(view))
