"""Greatest common divisors and Roman numerals, computed in Rust."""

from ._native import ffi, lib

__all__ = ["gcd", "roman"]


def gcd(a: int, b: int) -> int:
    """Return the greatest number that divides both; of 0 and 0 it is 0.

    Raises OverflowError for what is not from 0 to 2**32 - 1.
    """
    return lib.@MODULE@_gcd(a, b)


def roman(number: int) -> str:
    """Return a number from 1 to 3999 as a Roman numeral.

    Raises ValueError for other numbers, and OverflowError for what is not from 0 to 2**32 - 1.
    """
    length = lib.@UPPER@_ROMAN_LENGTH
    buffer = ffi.new("char[]", length)
    status = lib.@MODULE@_roman(number, buffer, length)
    if status == lib.@UPPER@_OUT_OF_RANGE:
        raise ValueError(f"there is no Roman numeral for {number}: it must be from 1 to {lib.@UPPER@_ROMAN_MOST}")
    if status != lib.@UPPER@_GOOD:
        raise RuntimeError(f"@MODULE@_roman failed with status {status}")
    return ffi.string(buffer).decode("ascii")
