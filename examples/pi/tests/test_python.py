"""The package, and the clients in Python: every way to load the library gives the digits, and every misuse its status."""

import math
import struct
import sys
from decimal import Decimal, localcontext
from pathlib import Path

import pi as package
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "clients"))
import abi
import api
import by_ctypes

# https://oeis.org/A000796
PUBLISHED = (
    "3."
    "14159265358979323846264338327950288419716939937510"
    "58209749445923078164062862089986280348253421170679"
)


def rounded(pi, places):
    """The float nearest to pi rounded to so many places, as a double."""
    with localcontext() as context:
        context.prec = 50
        number = float(round(pi, places))
    return struct.unpack("f", struct.pack("f", number))[0]


def test_the_published_digits():
    assert package.digits(100) == PUBLISHED
    # "The Feynman point": six nines from place 762 on (https://oeis.org/A048940).
    assert package.digits(767).endswith("999999")
    assert "999999" not in package.digits(766)


def test_all_places_that_there_are(pi):
    text = str(pi)
    assert [package.digits(places) for places in range(1, 1001)] == [text[: places + 2] for places in range(1, 1001)]
    assert package.digits(0) == "3"


@pytest.mark.parametrize("n", range(7))
def test_a_float_is_pi_correct_to_its_places(pi, n):
    result = package.calc_pi(n)
    assert result == rounded(pi, n)
    assert f"{result:.{n}f}" == f"{round(pi, n):.{n}f}"
    assert abs(Decimal(result) - pi) <= Decimal(10) ** -n


@pytest.mark.parametrize("n", [7, 8, 255])
def test_a_float_holds_no_more(n):
    with pytest.raises(ValueError, match=f"does not hold {n} places of pi: 6 are the most"):
        package.calc_pi(n)


@pytest.mark.parametrize("places", [1001, 2**32 - 1])
def test_too_many_places(places):
    with pytest.raises(ValueError, match=f"{places} places of pi are too many: 1000 are the most"):
        package.digits(places)


@pytest.mark.parametrize("n", [-1, 2**32, 2**64])
def test_numbers_that_are_too_large_or_negative(n):
    with pytest.raises(OverflowError):
        package.calc_pi(n)
    with pytest.raises(OverflowError):
        package.digits(n)


@pytest.fixture(scope="session", params=["abi", "api"])
def cffi_client(request, build, tmp_path_factory):
    if request.param == "abi":
        return abi.load(str(build.header), str(build.shared))
    folder = tmp_path_factory.mktemp("api")
    return api.build(str(build.header), str(build.include), str(build.static), str(folder))


def test_cffi(cffi_client):
    ffi, lib = cffi_client
    assert [f"{lib.calc_pi(n):.{n}f}" for n in (0, 2, 6)] == ["3", "3.14", "3.141593"]
    assert math.isnan(lib.calc_pi(7))
    buffer = ffi.new("char[]", 103)
    assert lib.pi_digits(100, buffer, 103) == lib.PI_GOOD
    assert ffi.string(buffer).decode() == PUBLISHED


def test_misuse_by_cffi(cffi_client):
    ffi, lib = cffi_client
    buffer = ffi.new("char[]", b"???")
    assert lib.pi_digits(2, ffi.NULL, 5) == lib.PI_NO_BUFFER
    assert lib.pi_digits(lib.PI_PLACES + 1, buffer, 4) == lib.PI_TOO_MANY_PLACES
    assert lib.pi_digits(0, buffer, 0) == lib.PI_TOO_SHORT
    assert lib.pi_digits(0, buffer, 1) == lib.PI_TOO_SHORT
    assert lib.pi_digits(2, buffer, 4) == lib.PI_TOO_SHORT
    assert ffi.string(buffer) == b"???"
    assert lib.pi_digits(0, buffer, 2) == lib.PI_GOOD
    assert ffi.unpack(buffer, 3) == b"3\0?"


def test_ctypes(build):
    lib = by_ctypes.load(str(build.shared))
    assert f"{lib.calc_pi(5):.5f}" == "3.14159"
    assert math.isnan(lib.calc_pi(255))
    buffer = by_ctypes.ctypes.create_string_buffer(103)
    assert lib.pi_digits(100, buffer, 103) == by_ctypes.GOOD
    assert buffer.value.decode() == PUBLISHED
    assert lib.pi_digits(101, buffer, 103) == by_ctypes.TOO_SHORT
    assert lib.pi_digits(100, None, 103) == by_ctypes.NO_BUFFER
    assert lib.pi_digits(1001, buffer, 103) == by_ctypes.TOO_MANY_PLACES
    assert buffer.value.decode() == PUBLISHED
