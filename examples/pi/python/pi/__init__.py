"""The digits of pi, computed in Rust."""

from ._native import ffi, lib

__all__ = ["calc_pi", "digits"]


def calc_pi(n: int) -> float:
    """Return pi correct to n decimal places, as precise as a C float.

    Raises ValueError where n is more than the 6 places that a float holds, and OverflowError where it is not from 0 to 255.
    """
    result = lib.calc_pi(n)
    if result != result:
        raise ValueError(f"a float does not hold {n} places of pi: {lib.PI_FLOAT_PLACES} are the most")
    return result


def digits(places: int) -> str:
    """Return pi with this many decimal places, the last not rounded.

    Raises ValueError for more than 1000, and OverflowError where it is not from 0 to 2**32 - 1.
    """
    length = min(places, lib.PI_PLACES) + 3 if places >= 0 else 0
    buffer = ffi.new("char[]", length)
    status = lib.pi_digits(places, buffer, length)
    if status == lib.PI_TOO_MANY_PLACES:
        raise ValueError(f"{places} places of pi are too many: {lib.PI_PLACES} are the most")
    if status != lib.PI_GOOD:
        raise RuntimeError(f"pi_digits failed with status {status}")
    return ffi.string(buffer).decode("ascii")
