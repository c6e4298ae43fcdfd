"""The library as its users would call it through ctypes."""

import ctypes

import numpy


def functions(path):
    library = ctypes.CDLL(path)
    library.doorbench_last_message.restype = ctypes.c_char_p
    size, double = ctypes.c_size_t, ctypes.c_double
    add = library.doorbench_add
    add.argtypes, add.restype = [ctypes.c_int32, ctypes.c_int32], ctypes.c_int32
    of_letters = library.doorbench_letters
    of_letters.argtypes = [ctypes.c_char_p, size, ctypes.POINTER(size)]
    of_total = library.doorbench_total
    of_total.argtypes = [numpy.ctypeslib.ndpointer(double, ndim=1, flags="C_CONTIGUOUS"), size, ctypes.POINTER(double)]
    callback = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32)
    of_each = library.doorbench_each
    of_each.argtypes = [ctypes.c_int32, callback, ctypes.c_void_p]

    def failed():
        raise RuntimeError(library.doorbench_last_message().decode())

    def letters(text):
        text = text.encode()
        result = size()
        if of_letters(text, len(text), ctypes.byref(result)):
            failed()
        return result.value

    def total(values):
        result = double()
        if of_total(values, len(values), ctypes.byref(result)):
            failed()
        return result.value

    def each(count, visit):
        raised = []

        def call(_context, value):
            try:
                visit(value)
            except BaseException as error:
                raised.append(error)
                return 1
            return 0

        if of_each(count, callback(call), None):
            raise raised[0] if raised else failed()

    return {"add": add, "letters": letters, "total": total, "each": each}
