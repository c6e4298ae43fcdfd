"""Text and bytes that Rust keeps without copying them, and other conversions that have no file of their own."""

import ipaddress
import sys

import pytest
from exuvia_bindings_tests import backed
from hypothesis import given
from hypothesis import strategies as st

# Lone surrogates have no UTF-8.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXT)
def test_text_is_read_without_the_interpreter(text):
    size, debug = backed.read_text(text)
    assert size == len(text.encode())
    assert debug.startswith('"') and debug.endswith('"')
    assert backed.same_text(text) is text
    first, second = backed.text_twice(text)
    assert first is text and second is text


@given(st.binary())
def test_bytes_are_read_without_the_interpreter(data):
    assert backed.read_bytes(data) == (len(data), sum(data))
    assert backed.same_bytes(data) is data
    assert backed.read_bytes(bytearray(data)) == (len(data), sum(data))
    copy = backed.same_bytes(bytearray(data))
    assert type(copy) is bytes and copy == data
    assert backed.bytes_twice(bytearray(data)) == (data, data)
    assert all(each is data for each in backed.bytes_twice(data))


def test_references_are_given_back():
    text = "a text of its own " * 3
    before = sys.getrefcount(text)
    for _ in range(100):
        backed.read_text(text)
        backed.text_twice(text)
        backed.longest([text, "b"])
    assert sys.getrefcount(text) == before


def test_in_collections():
    assert backed.longest(["a", "äöü", "bc"]) == "äöü"
    assert backed.longest([]) is None
    assert backed.sorted(["b", "a", "ab", ""]) == ["", "a", "ab", "b"]
    assert backed.look_up({"a": 1, "b": 2}, "b") == 2
    assert backed.look_up({"a": 1}, "b") is None


def test_comparisons():
    assert backed.equal_text("abc", "abc") == (True, True, True)
    assert backed.equal_text("abc", "abd") == (False, False, False)
    assert backed.is_abc(b"abc") == (True, True, True)
    assert backed.is_abc(bytearray(b"abcd")) == (False, False, False)


def test_what_is_neither(raises_for_argument):
    with raises_for_argument("text", TypeError, "'bytes' object is not an instance of 'str'"):
        backed.read_text(b"abc")
    with raises_for_argument("bytes", TypeError, "'str' object is not an instance of 'bytes | bytearray'"):
        backed.read_bytes("abc")
    with raises_for_argument("text", UnicodeEncodeError):
        backed.read_text("\ud800")


@given(st.ip_addresses())
def test_addresses(address):
    assert backed.address(address) == address
    assert type(backed.address(address)) is type(address)
    assert backed.address(str(address)) == address
    assert ipaddress.ip_address(backed.address_text(address)) == address


def test_addresses_of_rust():
    assert backed.local_addresses() == (ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv6Address("::1"))


def test_what_is_no_address(raises_for_argument):
    class Odd:
        packed = b"12345"

    with raises_for_argument("address", ValueError, "invalid packed length"):
        backed.address(Odd())
    with raises_for_argument("address", ValueError, "invalid IP address syntax"):
        backed.address("nowhere")


def test_cells(raises_for_argument):
    assert backed.cell(5) == 6
    with raises_for_argument("value", TypeError):
        backed.cell("5")
