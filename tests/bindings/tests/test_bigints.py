"""Big integers, fractions, complex numbers and floats in order."""

import fractions
import math
import struct

import pytest
from exuvia_bindings_tests import bigints
from hypothesis import given
from hypothesis import strategies as st

# About the ends of machine words, of Python's digits and of bytes.
EDGES = sorted(
    {
        sign * 2**bits + delta
        for bits in (*range(0, 130), 240, 255, 256, 300, 510, 512, 1023, 1024, 4096, 9990, 10000)
        for delta in (-1, 0, 1)
        for sign in (-1, 1)
    }
)
BITS = st.integers(0, 10000)
BIG = st.builds(
    lambda bits, low, sign: sign * ((1 << bits) + low), BITS, st.integers(-(2**70), 2**70), st.sampled_from([-1, 1])
) | st.binary(max_size=1250).map(lambda data: int.from_bytes(data, "little", signed=True))


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Lying(int):
    def __index__(self):
        return 5


def same(both, expected):
    """What a value became by reference and by itself."""
    for one in both:
        assert type(one) is type(expected)
        assert one == expected
    return both[1]


@pytest.mark.parametrize("value", EDGES, ids=lambda value: f"{value.bit_length()} bits")
def test_edges(value):
    same(bigints.bigint(value), value)
    same(bigints.bigint(Index(value)), value)
    if value >= 0:
        same(bigints.biguint(value), value)


@given(BIG)
def test_round_trip(value):
    same(bigints.bigint(value), value)
    if value >= 0:
        same(bigints.biguint(value), value)
    else:
        with pytest.raises((OverflowError, ValueError), match="negative int"):
            bigints.biguint(value)


@given(BIG, BIG)
def test_products(left, right):
    assert bigints.product(left, right) == left * right


@given(st.integers(-(2**3000), 2**3000))
def test_digits(value):
    assert bigints.decimal_digits(value) == str(value)
    assert bigints.from_decimal_digits(str(value)) == value


@pytest.mark.parametrize("exponent", [0, 7, 8, 29, 30, 31, 32, 63, 64, 10000])
def test_powers(exponent):
    assert bigints.power_of_two(exponent) == 2**exponent


def test_subclasses_count_by_their_value():
    same(bigints.bigint(True), 1)
    same(bigints.biguint(False), 0)
    for value in (0, -1, 2**100, -(2**100)):
        same(bigints.bigint(Lying(value)), value)


def test_other_types(raises_for_argument):
    for function in (bigints.bigint, bigints.biguint):
        for value in (1.0, "1", None):
            text = f"'{type(value).__name__}' object cannot be interpreted as an integer"
            with raises_for_argument("value", TypeError, text):
                function(value)


@given(st.complex_numbers())
def test_complex(value):
    for one in bigints.complex64(value):
        assert type(one) is complex
        # To the bit: NaN and the sign of zero.
        assert struct.pack("dd", one.real, one.imag) == struct.pack("dd", value.real, value.imag)


class Complex:
    def __complex__(self):
        return 3 - 4j


class Broken:
    def __complex__(self):
        raise LookupError("broken")


class OfMeta(type):
    def __complex__(cls):
        return 5j

    def __getattr__(cls, name):
        raise LookupError(name)


class Plain(metaclass=OfMeta):
    def __float__(self):
        return 1.5


def test_what_is_complex():
    same(bigints.complex64(Complex()), 3 - 4j)
    same(bigints.complex64(2), 2 + 0j)
    same(bigints.complex64(2.5), 2.5 + 0j)
    same(bigints.complex64(-1), -1 + 0j)
    same(bigints.complex64(Index(7)), 7 + 0j)
    # What the class of a class has is not what a class has.
    same(bigints.complex64(Plain()), 1.5 + 0j)
    same(bigints.complex32(1.1 - 2.2j), complex(*struct.unpack("ff", struct.pack("ff", 1.1, -2.2))))
    same([bigints.from_complex_bound(1.5, -2)] * 2, 1.5 - 2j)


def test_what_is_not_complex(raises_for_argument):
    with raises_for_argument("value", TypeError):
        bigints.complex64("1j")
    with raises_for_argument("value", LookupError, "broken"):
        bigints.complex64(Broken())


RATIOS = {"ratio8": 8, "ratio16": 16, "ratio32": 32, "ratio64": 64, "ratiosize": struct.calcsize("P") * 8}


@pytest.mark.parametrize("kind", sorted(RATIOS))
@given(data=st.data())
def test_fractions(kind, data):
    top = 2 ** (RATIOS[kind] - 1) - 1
    value = fractions.Fraction(data.draw(st.integers(-top, top)), data.draw(st.integers(1, top)))
    same(getattr(bigints, kind)(value), value)


@given(BIG, BIG.filter(bool))
def test_big_fractions(numerator, denominator):
    value = fractions.Fraction(numerator, denominator)
    same(bigints.bigratio(value), value)


class Rational:
    def __init__(self, numerator, denominator):
        self.numerator = numerator
        self.denominator = denominator


def test_what_is_a_fraction(raises_for_argument):
    same(bigints.ratio64(7), fractions.Fraction(7))
    same(bigints.ratio64(Rational(6, -4)), fractions.Fraction(-3, 2))
    same(bigints.ratio64(Rational(6.9, "4")), fractions.Fraction(3, 2))
    with raises_for_argument("value", AttributeError, "'float' object has no attribute 'numerator'"):
        bigints.ratio64(0.5)
    with raises_for_argument("value", OverflowError, "out of range integral type conversion attempted"):
        bigints.ratio8(fractions.Fraction(128, 5))


def test_a_fraction_of_nothing():
    # A panic in the oracle.
    with pytest.raises(BaseException, match="denominator|zero"):
        bigints.ratio64(Rational(1, 0))


FLOATS = ["ordered32", "ordered64", "not_nan32", "not_nan64"]


@pytest.mark.parametrize("kind", FLOATS)
@given(value=st.floats(width=32, allow_nan=False))
def test_floats(kind, value):
    for one in getattr(bigints, kind)(value):
        assert struct.pack("d", one) == struct.pack("d", value)


def test_floats_that_are_none(raises_for_argument):
    for kind in ("not_nan32", "not_nan64"):
        with raises_for_argument("value", ValueError, "NotNan constructed with NaN"):
            getattr(bigints, kind)(math.nan)
    for kind in ("ordered32", "ordered64"):
        assert all(map(math.isnan, getattr(bigints, kind)(math.nan)))
        with raises_for_argument("value", TypeError, "must be real number, not str"):
            getattr(bigints, kind)("1")
