"""Collections, errors and other types of other crates."""

import json
import sys
import uuid
from collections import OrderedDict

import pytest
from exuvia_bindings_tests import foreign
from hypothesis import given
from hypothesis import strategies as st

NUMBERS = st.integers(-(2**63), 2**63 - 1)


def same(both, expected):
    """What a value became by reference and by itself."""
    for one in both:
        assert one == expected
        assert type(one) is type(expected)
    return both[1]


@given(st.dictionaries(st.text(), NUMBERS))
def test_maps(value):
    same(foreign.map(value), value)
    for one in foreign.ordered_map(value):
        assert type(one) is dict
        assert list(one.items()) == list(value.items())


@given(st.permutations(range(20)))
def test_maps_in_order(keys):
    assert foreign.keys_in_order(dict.fromkeys(keys, 0)) == keys


@given(st.sets(NUMBERS))
def test_sets(value):
    same(foreign.set(value), value)
    same(foreign.set(frozenset(value)), value)


def test_what_is_no_map(raises_for_argument):
    same(foreign.map(OrderedDict(a=1)), {"a": 1})
    for function in (foreign.map, foreign.ordered_map):
        with raises_for_argument("value", TypeError, "'list' object is not an instance of 'dict'"):
            function([])
        with raises_for_argument("value", TypeError):
            function({1: 1})
        with raises_for_argument("value", OverflowError):
            function({"a": 2**64})
    with raises_for_argument("value", TypeError, "'list' object is not an instance of 'set'"):
        foreign.set([])


@given(st.lists(NUMBERS, max_size=10))
def test_small_vectors(value):
    same(foreign.small(value), value)
    same(foreign.small(tuple(value)), value)


def test_small_vectors_of_bytes():
    for value in (b"", b"ab", b"abcdefgh"):
        same(foreign.small_bytes(value), value)
        same(foreign.small_bytes(bytearray(value)), value)
        same(foreign.small_bytes(list(value)), value)


class Liar:
    def __len__(self):
        return 2**62

    def __getitem__(self, index):
        if index >= 3:
            raise IndexError
        return index


def test_what_is_no_small_vector(raises_for_argument):
    with raises_for_argument("value", TypeError, "Can't extract `str` to `SmallVec`"):
        foreign.small("ab")
    with raises_for_argument("value", TypeError, "'set' object is not an instance of 'Sequence'"):
        foreign.small({1})


def test_a_length_is_not_taken_for_granted(engine):
    if engine == "exuvia":
        same(foreign.small(Liar()), [0, 1, 2])


@pytest.fixture
def engine():
    from exuvia_bindings_tests import ENGINE

    return ENGINE


def test_either(raises_for_argument):
    same(foreign.either(5), 5)
    same(foreign.either("five"), "five")
    assert foreign.side(1) == "left"
    assert foreign.side(1.5) == "right"
    text = "failed to convert the value to 'Union[i64, alloc::string::String]'"
    with raises_for_argument("value", TypeError, text):
        foreign.either(1.5)


@given(st.uuids())
def test_uuids(value):
    same(foreign.uuid(value), value)
    assert foreign.uuid_text(value) == str(value)
    if value.int:
        same(foreign.non_nil_uuid(value), value)


class Serial(uuid.UUID):
    pass


def test_what_is_no_uuid(raises_for_argument):
    same(foreign.uuid(Serial(int=7)), uuid.UUID(int=7))
    same(foreign.uuid(uuid.UUID(int=2**128 - 1)), uuid.UUID(int=2**128 - 1))
    for value in (str(uuid.UUID(int=7)), 7, None):
        with raises_for_argument("value", TypeError, "Expected a `uuid.UUID` instance."):
            foreign.uuid(value)
    with raises_for_argument("value", ValueError, "UUID is nil"):
        foreign.non_nil_uuid(uuid.UUID(int=0))


@given(st.binary())
def test_bytes(value):
    same(foreign.bytes(value), value)
    same(foreign.bytes(bytearray(value)), value)


def test_bytes_outlive_the_call_that_brought_them():
    for size in (1, 2, 1000, 100_000):
        assert foreign.sum_in_thread(bytes(range(256)) * size) == 255 * 128 * size
        assert foreign.sum_in_thread(bytearray(range(256)) * size) == 255 * 128 * size


def test_bytes_are_given_back():
    value = bytes(100)
    before = sys.getrefcount(value)
    for _ in range(100):
        foreign.bytes(value)
        foreign.sum_in_thread(value)
    assert sys.getrefcount(value) == before


def test_what_is_no_bytes(raises_for_argument):
    for value in ("text", None, memoryview(b"ab"), [1]):
        name = type(value).__name__
        text = "'None'" if value is None else f"'{name}' object"
        with raises_for_argument("value", TypeError, f"{text} is not an instance of 'bytes | bytearray'"):
            foreign.bytes(value)


@pytest.mark.parametrize("kind", ["anyhow", "eyre"])
def test_errors_of_other_crates(kind):
    with pytest.raises(KeyError) as caught:
        getattr(foreign, f"{kind}_of_exception")(False)
    assert caught.value.args == ("no such key",)
    with pytest.raises(RuntimeError) as caught:
        getattr(foreign, f"{kind}_of_exception")(True)
    text = str(caught.value)
    assert text.startswith("while looking\n\nCaused by:\n")
    assert "KeyError: 'no such key'" in text


def test_errors_of_other_crates_without_exceptions():
    with pytest.raises(RuntimeError, match="^outer\n\nCaused by:\n    inner"):
        foreign.anyhow_of_text()
    with pytest.raises(RuntimeError, match="^plain"):
        foreign.eyre_of_text()


def test_serde(raises_exactly):
    pair = foreign.Pair(1, -2)
    assert json.loads(foreign.to_json(pair)) == [1, -2]
    made = foreign.from_json("[3, 4]")
    assert type(made) is foreign.Pair
    assert (made.left, made.right) == (3, 4)
    with pytest.raises(ValueError, match="invalid type"):
        foreign.from_json("7")
    with raises_exactly(ValueError, "Already mutably borrowed"):
        pair.to_json_borrowed()
    pair.left = 8
    assert json.loads(foreign.to_json(pair)) == [8, -2]
