"""Decimal numbers, with all their digits."""

import decimal

import pytest
from exuvia_bindings_tests import decimals
from hypothesis import given
from hypothesis import strategies as st

Decimal = decimal.Decimal
# What `rust_decimal` holds: 96 bits, of which up to 28 digits are behind the point.
DIGITS = st.integers(-(2**96) + 1, 2**96 - 1)
SCALES = st.integers(0, 28)


def scaled(digits, scale):
    sign, numbers, _ = Decimal(digits).as_tuple()
    return Decimal((sign, numbers, -scale))


def identical(one, other):
    assert type(one) is type(other) is Decimal
    assert one.as_tuple() == other.as_tuple()


@given(DIGITS, SCALES)
def test_decimals(digits, scale):
    value = scaled(digits, scale)
    for one in decimals.decimal(value):
        identical(one, value)
    assert Decimal(decimals.decimal_text(value)).as_tuple() == value.as_tuple()


@given(st.integers())
def test_integers_are_decimals(value):
    if abs(value) < 2**96:
        for one in decimals.decimal(value):
            identical(one, Decimal(value))
    else:
        with pytest.raises(ValueError):
            decimals.decimal(value)


@pytest.mark.parametrize(
    "value, told",
    [
        (0.1, "0.1"),
        (1e3, "1000.0"),
        ("1.50", "1.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1.5E-7"), "0.00000015"),
        (True, "1"),
        (-(2**63), str(-(2**63))),
        (2**63, str(2**63)),
    ],
)
def test_what_is_a_decimal(value, told):
    assert decimals.decimal_text(value) == told


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), "one", None, Decimal(2) ** 96, Decimal("1E+40")])
def test_what_is_not(value):
    with pytest.raises(ValueError):
        decimals.decimal(value)


def test_words(raises_for_argument):
    with raises_for_argument("value", ValueError, "Invalid decimal: unknown character"):
        decimals.decimal("one")


class Unprintable:
    def __str__(self):
        raise LookupError("no words")


def test_the_error_of_str_is_the_error(raises_for_argument):
    for function in (decimals.decimal, decimals.bigdecimal):
        with raises_for_argument("value", LookupError, "no words"):
            function(Unprintable())


@given(st.integers(-(10**2000), 10**2000), st.integers(-500, 500))
def test_big_decimals(digits, scale):
    value = scaled(digits, scale)
    identical(decimals.bigdecimal(value), value)
    assert decimals.bigdecimal_parts(value) == (digits, scale)
    identical(decimals.bigdecimal_of(digits, scale), value)


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_any_decimal(value):
    made = decimals.bigdecimal(value)
    # Rust has no negative zero.
    assert made.as_tuple()[1:] == value.as_tuple()[1:]
    assert made == value


def test_precision_of_the_context_does_not_count():
    with decimal.localcontext() as context:
        context.prec = 3
        value = Decimal("1.23456789012345678901234567890123456789")
        identical(decimals.bigdecimal(value), value)


def test_words_of_big_decimals():
    for value in ("one", None, Decimal("NaN"), ""):
        with pytest.raises(ValueError):
            decimals.bigdecimal(value)
    with pytest.raises(decimal.InvalidOperation):
        decimals.bigdecimal_of(1, -(2**63))
