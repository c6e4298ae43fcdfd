"""One suite for both doors."""

import importlib
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module", params=["roman", "roman_native"])
def roman(request):
    if request.param == "roman_native" and sys.implementation.name != "cpython":
        pytest.skip("an extension module is for CPython")
    return importlib.import_module(request.param)


@pytest.mark.parametrize(
    "number, text",
    [(1, "I"), (4, "IV"), (9, "IX"), (40, "XL"), (1666, "MDCLXVI"), (1994, "MCMXCIV"), (3999, "MMMCMXCIX")],
)
def test_numbers_are_written_and_read(roman, number, text):
    assert roman.write(number) == text
    assert roman.read(text) == number
    assert roman.is_numeral(text) is True
    assert roman.length(number) == len(text)


@given(number=st.integers(1, 3999))
def test_what_is_written_is_read(roman, number):
    assert roman.read(roman.write(number)) == number


@pytest.mark.parametrize("number", [0, 4000, 2**32 - 1])
def test_numbers_without_numerals(roman, number):
    with pytest.raises(roman.NumeralError, match=f"^{number} is not from 1 to 3999$"):
        roman.write(number)
    assert roman.length(number) == 0


@pytest.mark.parametrize("text", ["", "IIII", "VX", "IC", "i", "M M", "MMMM", "X\0", "ⅩⅠ"])
def test_what_is_no_numeral(roman, text):
    with pytest.raises(roman.NumeralError, match="is no Roman numeral$"):
        roman.read(text)
    assert roman.is_numeral(text) is False


@pytest.mark.parametrize("number", [-1, 2**32, 2**70])
def test_numbers_that_do_not_fit(roman, number):
    with pytest.raises(OverflowError):
        roman.write(number)
    with pytest.raises(OverflowError):
        roman.length(number)


@pytest.mark.parametrize("wrong", [None, b"X", 5.0, []])
def test_arguments_of_other_types(roman, wrong):
    with pytest.raises(TypeError):
        roman.read(wrong)
    with pytest.raises(TypeError):
        roman.write(wrong if wrong is not None else "X")


def test_a_surrogate_is_no_text(roman):
    with pytest.raises(UnicodeEncodeError):
        roman.read("\ud800")


def test_the_names_of_parameters_are_the_same(roman):
    assert roman.write(number=5) == "V"
    assert roman.read(text="V") == 5


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="an extension module is for CPython")
def test_the_doors_are_two_and_show_the_same():
    by_c, native = importlib.import_module("roman"), importlib.import_module("roman_native")
    functions = ["is_numeral", "length", "read", "write"]
    assert sorted(native.__all__) == ["NumeralError", *functions]
    assert set(functions) == {name for name in by_c.__all__ if name.islower()}
    for name in functions:
        one, other = getattr(by_c, name), getattr(native, name)
        assert one is not other
    assert by_c.read.__doc__ == native.read.__doc__ == "Reads a Roman numeral, in capitals and as it is written today."
    assert not issubclass(by_c.NumeralError, native.NumeralError)
    files = {Path(line.split()[-1]).name for line in Path("/proc/self/maps").read_text().splitlines() if "roman" in line}
    assert len(files) == 2, f"not one library behind each door: {files}"
