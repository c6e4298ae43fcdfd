# What cffi makes of include/api.h, for type checkers. tests/test_header.py compares the two.

class _CData: ...

class _FFI:
    NULL: _CData
    def new(self, cdecl: str, init: object = ...) -> _CData: ...
    def string(self, cdata: _CData, maxlen: int = ...) -> bytes: ...

class _Library:
    @UPPER@_GOOD: int
    @UPPER@_NO_BUFFER: int
    @UPPER@_OUT_OF_RANGE: int
    @UPPER@_TOO_SHORT: int
    @UPPER@_ROMAN_MOST: int
    @UPPER@_ROMAN_LENGTH: int
    def @MODULE@_gcd(self, a: int, b: int) -> int: ...
    def @MODULE@_roman(self, number: int, buffer: _CData, length: int) -> int: ...

ffi: _FFI
lib: _Library
