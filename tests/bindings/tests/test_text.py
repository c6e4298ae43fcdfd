"""Text, bytes and paths."""

import os
import pathlib
import sys

import pytest
from exuvia_bindings_tests import text
from hypothesis import given
from hypothesis import strategies as st

# Hypothesis leaves lone surrogates out of `st.text()` only when asked to.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ANY_TEXT = st.text(st.characters())
STR_FUNCTIONS = [text.str, text.string, text.cow_str, text.string_object, text.to_str, text.to_cow]


@pytest.mark.parametrize("function", STR_FUNCTIONS)
@given(value=TEXT)
def test_round_trip(function, value):
    result = function(value)
    assert result == value
    assert type(result) is str


@pytest.mark.parametrize("value", ["", "a", "é", "€", "𝄞", "\0", "a\0b", "\uffff", "\U0010ffff", "x" * 100_000])
@pytest.mark.parametrize("function", STR_FUNCTIONS)
def test_lengths_and_planes(function, value):
    assert function(value) == value


@pytest.mark.parametrize("function", [text.str, text.string, text.cow_str, text.to_str, text.to_cow])
def test_a_lone_surrogate_is_refused(function):
    with pytest.raises(UnicodeEncodeError, match="surrogates not allowed") as caught:
        function("ab\ud800c")
    assert caught.value.object == "ab\ud800c"
    assert (caught.value.start, caught.value.end) == (2, 3)


def test_a_lone_surrogate_passes_where_the_object_does():
    assert text.string_object("\ud800") == "\ud800"
    assert text.to_string_lossy("a\ud800b") == "a\ufffd\ufffd\ufffdb"
    assert text.to_string_lossy("plain") == "plain"


@pytest.mark.parametrize("value", [b"bytes", 1, None, ["a"], bytearray(b"x")])
@pytest.mark.parametrize("function", [text.str, text.string, text.cow_str])
def test_only_str_is_text(raises_for_argument, function, value):
    with raises_for_argument("value", TypeError) as caught:
        function(value)
    assert "is not an instance of 'str'" in str(caught.value)


def test_subclasses_of_str():
    class Text(str):
        pass

    assert text.str(Text("sub")) == "sub"
    assert type(text.string(Text("sub"))) is str


@given(st.characters(exclude_categories=["Cs"]))
def test_char(value):
    assert text.char(value) == value


@pytest.mark.parametrize("value", ["", "ab", "e\u0301"])
def test_char_is_one_code_point(raises_for_argument, value):
    with raises_for_argument("value", ValueError, "expected a string of length 1"):
        text.char(value)


def test_char_of_something_else():
    with pytest.raises(TypeError):
        text.char(65)
    with pytest.raises(UnicodeEncodeError):
        text.char("\udc00")


def test_interning():
    assert text.intern() == "an interned name"
    assert text.intern() is text.intern()
    assert text.intern() is sys.intern("an interned " + "name")
    assert text.interned_twice_is_one()


def test_display_and_debug():
    assert text.display([1, "a"]) == "[1, 'a']"
    assert text.debug("a") == "'a'"

    class Odd:
        def __str__(self):
            raise ValueError("no words")

        __repr__ = __str__

    # Rust's formatting cannot raise: it says what it could not show.
    unraised = []
    hook, sys.unraisablehook = sys.unraisablehook, unraised.append
    try:
        shown = text.display(Odd())
    finally:
        sys.unraisablehook = hook
    assert shown == "<unprintable Odd object>"
    assert [type(each.exc_value) for each in unraised] == [ValueError]


@given(TEXT, TEXT)
def test_comparison_with_rust_text(a, b):
    assert text.equals(a, b) == (a == b)
    assert text.equals(a, a)


# Bytes

BYTES_FUNCTIONS = [text.byte_slice, text.byte_vector, text.byte_cow, text.bytes_object]


@pytest.mark.parametrize("function", BYTES_FUNCTIONS)
@given(value=st.binary())
def test_bytes_round_trip(function, value):
    result = function(value)
    assert result == value
    assert type(result) is bytes


@given(st.binary())
def test_bytearray(value):
    assert text.byte_vector(bytearray(value)) == value
    assert text.byte_cow(bytearray(value)) == value
    result = text.bytearray_object(bytearray(value))
    assert result == value
    assert type(result) is bytearray


def test_byte_vector_of_numbers():
    assert text.byte_vector([1, 2, 255]) == b"\x01\x02\xff"
    assert text.byte_vector((1, 2)) == b"\x01\x02"
    with pytest.raises(OverflowError):
        text.byte_vector([256])
    with pytest.raises(OverflowError):
        text.byte_vector([-1])
    with pytest.raises(TypeError):
        text.byte_vector(["a"])


def test_a_slice_borrows_from_bytes_alone(raises_for_argument):
    with raises_for_argument("value", TypeError, "'bytearray' object is not an instance of 'bytes'"):
        text.byte_slice(bytearray(b"x"))
    with raises_for_argument("value", TypeError, "'str' object is not an instance of 'bytes'"):
        text.byte_slice("x")


def test_text_is_no_sequence_of_numbers(raises_for_argument):
    with raises_for_argument("value", TypeError, "Can't extract `str` to `Vec`"):
        text.byte_vector("text")


def test_byte_arrays(raises_for_argument):
    assert text.byte_array_of_four(b"abcd") == b"abcd"
    assert text.byte_array_of_four([1, 2, 3, 4]) == bytes([1, 2, 3, 4])
    with raises_for_argument("value", ValueError, "expected a sequence of length 4 (got 3)"):
        text.byte_array_of_four(b"abc")


@pytest.mark.parametrize("length", [0, 1, 7, 100_000])
def test_bytes_filled_in_place(length):
    assert text.bytes_filled(length, 65) == b"A" * length


def test_bytes_whose_filling_fails(raises_exactly):
    with raises_exactly(ValueError, "no bytes today"):
        text.bytes_filling_fails()


def test_bytearray_resized():
    value = bytearray(b"abcdef")
    assert text.bytearray_resized(value, 3) is value
    assert value == b"abc"
    text.bytearray_resized(value, 5)
    assert len(value) == 5 and value[:3] == b"abc"


# Paths


@pytest.mark.parametrize("path", ["", "a", "/tmp/é", "a\0b"])
def test_paths(path):
    result = text.path(path)
    assert result == pathlib.Path(path)
    assert isinstance(result, pathlib.Path)
    assert text.path(pathlib.PurePosixPath(path)) == pathlib.Path(path)
    assert text.borrowed_path(path) == pathlib.Path(path)


def test_path_like_objects_are_asked():
    class Like:
        def __fspath__(self):
            return "from/like"

    assert text.path(Like()) == pathlib.Path("from/like")
    with pytest.raises(TypeError, match="expected str, bytes or os.PathLike object, not int"):
        text.path(1)


@given(ANY_TEXT)
def test_os_strings_keep_escaped_bytes(value):
    try:
        encoded = os.fsencode(value)
    except UnicodeEncodeError:
        with pytest.raises(UnicodeEncodeError):
            text.os_string(value)
    else:
        assert text.os_string(value) == os.fsdecode(encoded)
        assert text.os_string_length(value) == len(encoded)


def test_undecodable_file_names():
    name = os.fsdecode(b"caf\xe9")
    assert text.os_string(name) == name
    assert text.path(name) == pathlib.Path(name)
