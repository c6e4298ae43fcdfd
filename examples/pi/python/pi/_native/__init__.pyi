# What cffi makes of include/pi.h, for type checkers.

class _CData: ...

class _FFI:
    NULL: _CData
    def new(self, cdecl: str, init: object = ...) -> _CData: ...
    def string(self, cdata: _CData, maxlen: int = ...) -> bytes: ...

class _Library:
    PI_FLOAT_PLACES: int
    PI_PLACES: int
    PI_GOOD: int
    PI_NO_BUFFER: int
    PI_TOO_MANY_PLACES: int
    PI_TOO_SHORT: int
    def calc_pi(self, n: int) -> float: ...
    def pi_digits(self, places: int, buffer: _CData, length: int) -> int: ...

ffi: _FFI
lib: _Library
