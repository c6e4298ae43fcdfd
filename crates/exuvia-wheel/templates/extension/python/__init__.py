"""Greatest common divisors and Roman numerals, computed in Rust."""

from ._native import gcd, roman

__all__ = ["gcd", "roman"]
