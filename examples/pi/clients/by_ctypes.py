"""pi by ctypes: the standard library alone, and nobody checks these declarations."""

import ctypes

GOOD, NO_BUFFER, TOO_MANY_PLACES, TOO_SHORT = range(4)


def load(library: str) -> ctypes.CDLL:
    lib = ctypes.CDLL(library)
    lib.calc_pi.argtypes = [ctypes.c_uint8]
    lib.calc_pi.restype = ctypes.c_float
    lib.pi_digits.argtypes = [ctypes.c_uint32, ctypes.c_char_p, ctypes.c_size_t]
    lib.pi_digits.restype = ctypes.c_int
    return lib
