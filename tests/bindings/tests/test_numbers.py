"""Numbers, to the edges of each Rust type."""

import decimal
import fractions
import math
import struct

import pytest
from exuvia_bindings_tests import numbers
from hypothesis import given
from hypothesis import strategies as st

SIGNED = {"i8": 8, "i16": 16, "i32": 32, "i64": 64, "i128": 128, "isize": struct.calcsize("P") * 8}
UNSIGNED = {"u8": 8, "u16": 16, "u32": 32, "u64": 64, "u128": 128, "usize": struct.calcsize("P") * 8}
RANGES = {name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for name, bits in SIGNED.items()} | {
    name: (0, 2**bits - 1) for name, bits in UNSIGNED.items()
}
KINDS = sorted(RANGES)

# Where a machine word, a digit of Python's own, or a type ends.
EDGES = sorted(
    {
        sign * 2**bits + delta
        for bits in (0, 7, 8, 15, 16, 29, 30, 31, 32, 59, 60, 61, 62, 63, 64, 65, 90, 127, 128, 129, 200)
        for delta in (-2, -1, 0, 1, 2)
        for sign in (-1, 1)
    }
)


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


def expected(kind, value):
    low, high = RANGES[kind]
    return value if low <= value <= high else OverflowError


def outcome(kind, value):
    try:
        result = getattr(numbers, kind)(value)
    except OverflowError:
        return OverflowError
    except ValueError as error:
        # What the oracle raises for this one case; every other is an OverflowError.
        assert kind == "u128" and int(value.__index__()) < 0 and str(error) == "Cannot convert negative int"
        return OverflowError
    assert type(result) is int
    return result


@pytest.mark.parametrize("kind", KINDS)
def test_edges(kind):
    for edge in EDGES:
        assert outcome(kind, edge) == expected(kind, edge), edge
        assert outcome(kind, Index(edge)) == expected(kind, edge), edge


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_round_trip(kind, data):
    value = data.draw(st.integers(*RANGES[kind]))
    assert getattr(numbers, kind)(value) == value


@pytest.mark.parametrize("kind", KINDS)
@given(value=st.integers())
def test_any_integer_comes_back_or_overflows(kind, value):
    assert outcome(kind, value) == expected(kind, value)


@pytest.mark.parametrize(
    "kind, value, text",
    [
        ("i8", 128, "out of range integral type conversion attempted"),
        ("i8", -129, "out of range integral type conversion attempted"),
        ("u8", 256, "out of range integral type conversion attempted"),
        ("u8", -1, "out of range integral type conversion attempted"),
        ("u16", -1, "out of range integral type conversion attempted"),
        ("u64", -1, "can't convert negative int to unsigned"),
        ("u64", 2**64, "int too big to convert"),
        ("i64", 2**63, "Python int too large to convert to C long"),
        ("i32", 2**31, "out of range integral type conversion attempted"),
    ],
)
def test_the_words_of_an_overflow(raises_for_argument, kind, value, text):
    with raises_for_argument("value", OverflowError, text):
        getattr(numbers, kind)(value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [1.5, 2.0, "1", b"1", None, [], 1j, decimal.Decimal(1), fractions.Fraction(1)])
def test_what_is_no_integer(raises_for_argument, kind, value):
    full_name = "decimal.Decimal" if isinstance(value, decimal.Decimal) else type(value).__name__
    text = f"'{full_name}' object cannot be interpreted as an integer"
    with raises_for_argument("value", TypeError, text):
        getattr(numbers, kind)(value)


@pytest.mark.parametrize("kind", KINDS)
def test_true_is_one(kind):
    result = getattr(numbers, kind)(True)
    assert result == 1
    assert type(result) is int


@pytest.mark.parametrize("kind", KINDS)
def test_subclasses_of_int(kind):
    class Number(int):
        pass

    result = getattr(numbers, kind)(Number(7))
    assert result == 7
    assert type(result) is int


@pytest.mark.parametrize("kind", KINDS)
def test_index_is_asked_and_its_errors_are_kept(kind):
    class Failing:
        def __index__(self):
            raise LookupError("no index today")

    with pytest.raises(LookupError, match="no index today"):
        getattr(numbers, kind)(Failing())
    with pytest.raises(TypeError, match="__index__ returned non-int"):
        getattr(numbers, kind)(Index("text"))


@pytest.mark.parametrize("kind", KINDS)
def test_dunder_int_is_not_asked(kind):
    class OnlyInt:
        def __int__(self):
            return 1

    with pytest.raises(TypeError):
        getattr(numbers, kind)(OnlyInt())


# Floats


def same_float(a, b):
    return a == b and math.copysign(1, a) == math.copysign(1, b) or math.isnan(a) and math.isnan(b)


@given(st.floats())
def test_f64_round_trip(value):
    assert same_float(numbers.f64(value), value)


@given(st.floats(width=32))
def test_f32_round_trip(value):
    assert same_float(numbers.f32(value), value)


@given(st.floats(allow_nan=False))
def test_f32_rounds_to_the_nearest(value):
    try:
        nearest = struct.unpack("f", struct.pack("f", value))[0]
    except OverflowError:
        nearest = math.copysign(math.inf, value)
    assert same_float(numbers.f32(value), nearest)


@given(st.integers(-(10**320), 10**320))
def test_f64_of_an_integer(value):
    try:
        as_float = float(value)
    except OverflowError:
        with pytest.raises(OverflowError):
            numbers.f64(value)
    else:
        assert numbers.f64(value) == as_float


def test_f64_asks_dunder_float_then_index():
    class Float:
        def __float__(self):
            return 2.5

    assert numbers.f64(Float()) == 2.5
    assert numbers.f64(Index(3)) == 3.0
    assert numbers.f64(True) == 1.0
    assert numbers.f64(fractions.Fraction(1, 4)) == 0.25


@pytest.mark.parametrize("value", ["1.0", None, b"1", [], 1j])
@pytest.mark.parametrize("kind", ["f32", "f64"])
def test_what_is_no_float(raises_for_argument, kind, value):
    with raises_for_argument("value", TypeError, f"must be real number, not {type(value).__name__}"):
        getattr(numbers, kind)(value)


# Booleans


def test_bool_round_trip():
    assert numbers.bool(True) is True
    assert numbers.bool(False) is False


@pytest.mark.parametrize("value", [0, 1, "", "True", [], 1.0])
def test_only_bool_is_bool(raises_for_argument, value):
    text = f"'{type(value).__name__}' object is not an instance of 'bool'"
    with raises_for_argument("value", TypeError, text):
        numbers.bool(value)


def test_none_is_not_bool():
    with pytest.raises(TypeError, match="'None' is not an instance of 'bool'"):
        numbers.bool(None)


# Handles to Python's own numbers


def test_number_objects():
    big = 10**100
    assert numbers.int_object(big) is big
    assert numbers.int_object(True) is True
    assert numbers.float_object(1.5) == (1.5, 1.5)
    assert numbers.bool_object(True) == (True, True)
    with pytest.raises(TypeError, match="'float' object is not an instance of 'int'"):
        numbers.int_object(1.0)
    with pytest.raises(TypeError, match="'int' object is not an instance of 'float'"):
        numbers.float_object(1)


def test_extract_without_an_argument_names_none(raises_exactly):
    assert numbers.extract_i64(5) == 5
    with raises_exactly(TypeError, "'str' object cannot be interpreted as an integer") as caught:
        numbers.extract_i64("x")
    if hasattr(caught.value, "__notes__"):
        # The argument itself was fine: only the extraction inside failed.
        assert caught.value.__notes__ == []


@given(st.integers(-1000, 1000))
def test_a_failed_extraction_leaves_no_error_behind(value):
    assert numbers.fits_u8(value) == (0 <= value < 256)


def test_optional_numbers():
    assert numbers.optional(None) is None
    assert numbers.optional(2) == 2.0
