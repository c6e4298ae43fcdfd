"""The package as Python sees it."""

import math

import pytest
from @MODULE@ import gcd, roman


@pytest.mark.parametrize(
    ("a", "b"), [(0, 0), (0, 7), (12, 18), (17, 19), (2**32 - 1, 3), (2**31, 2**32 - 2)]
)
def test_divisors_are_those_of_math(a, b):
    assert gcd(a, b) == gcd(b, a) == math.gcd(a, b)


@pytest.mark.parametrize(
    ("number", "numeral"), [(1, "I"), (4, "IV"), (9, "IX"), (1987, "MCMLXXXVII"), (3999, "MMMCMXCIX")]
)
def test_numerals(number, numeral):
    assert roman(number) == numeral


@pytest.mark.parametrize("number", [0, 4000, 2**32 - 1])
def test_numbers_without_numeral(number):
    with pytest.raises(ValueError, match=f"no Roman numeral for {number}: it must be from 1 to 3999"):
        roman(number)


@pytest.mark.parametrize("number", [-1, 2**32, 2**64])
def test_numbers_that_are_too_large_or_negative(number):
    with pytest.raises(OverflowError):
        roman(number)
    with pytest.raises(OverflowError):
        gcd(number, 1)


@pytest.mark.parametrize("value", ["1", 1.5, None])
def test_what_is_no_whole_number(value):
    with pytest.raises(TypeError):
        roman(value)
    with pytest.raises(TypeError):
        gcd(1, value)
