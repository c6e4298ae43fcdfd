# cython: language_level=3, boundscheck=False, wraparound=False
"""The functions and classes that are measured, as Cython's users write them: typed arguments and extension types."""

cimport cython
from cpython.unicode cimport PyUnicode_AsUTF8AndSize
from libc.stdint cimport int64_t, uint32_t, uint64_t
from libcpp.string cimport string
from libcpp.unordered_map cimport unordered_map

cdef const char *GREETING = "hello, world"


@cython.final
@cython.freelist(16)
cdef class Point:
    cdef public double x
    cdef public double y

    def __cinit__(self, double x, double y):
        self.x = x
        self.y = y

    def product(self):
        return self.x * self.y

    def scaled(self, double factor):
        return self.x * self.y * factor

    def shift(self, double dx):
        self.x += dx

    def dot(self, Point other not None):
        return self.x * other.x + self.y * other.y

    def __len__(self):
        return 2

    def __add__(self, Point other not None):
        return Point(self.x + other.x, self.y + other.y)

    def __eq__(self, other):
        if not isinstance(other, Point):
            return NotImplemented
        cdef Point point = <Point>other
        return self.x == point.x and self.y == point.y

    def __hash__(self):
        cdef uint64_t x = (<uint64_t *>&self.x)[0]
        cdef uint64_t y = (<uint64_t *>&self.y)[0]
        return <Py_hash_t>(x ^ (y << 32 | y >> 32))

    def __getitem__(self, Py_ssize_t index):
        if index == 0:
            return self.x
        if index == 1:
            return self.y
        raise IndexError("0 or 1")


@cython.final
@cython.freelist(16)
cdef class Fixed:
    cdef double x
    cdef double y

    def __cinit__(self, double x, double y):
        self.x = x
        self.y = y

    def product(self):
        return self.x * self.y


cdef class Countdown:
    cdef uint32_t left

    def __cinit__(self, uint32_t left):
        self.left = left

    def __iter__(self):
        return self

    def __next__(self):
        if self.left == 0:
            raise StopIteration
        self.left -= 1
        return self.left


def noop():
    pass


def add(int64_t a, int64_t b):
    return a + b


def length(str text not None):
    cdef Py_ssize_t size
    PyUnicode_AsUTF8AndSize(text, &size)
    return size


def greeting():
    return GREETING.decode("utf-8")


def size(bytes data not None):
    return len(data)


def keywords(int64_t a, b=None, *, int64_t count=3):
    cdef int64_t second = 2 if b is None else b
    return a + second + count


def count(*args):
    return len(args)


def sum(list items not None):
    cdef double total = 0
    cdef double item
    for item in items:
        total += item
    return total


def numbers(uint32_t count):
    cdef uint32_t number
    return [number for number in range(count)]


def total(dict mapping not None):
    cdef int64_t total = 0
    cdef int64_t value
    for value in mapping.values():
        total += value
    return total


def squares(uint32_t count):
    cdef uint32_t number
    return {number: number * number for number in range(count)}


def echo(dict mapping not None):
    cdef unordered_map[string, int64_t] converted
    for key, value in mapping.items():
        converted[(<str>key).encode("utf-8")] = value
    return {pair.first.decode("utf-8"): pair.second for pair in converted}


def swap(int64_t a, int64_t b):
    return b, a


def fail():
    raise ValueError("failed")


def apply(function, int64_t count):
    cdef int64_t total = 0
    cdef int64_t number
    for number in range(count):
        total += <int64_t>function(number)
    return total


def sum_buffer(const double[::1] values not None):
    cdef double total = 0
    cdef Py_ssize_t i
    for i in range(values.shape[0]):
        total += values[i]
    return total
