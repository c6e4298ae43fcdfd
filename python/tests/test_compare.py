"""The comparer: equal to itself, and not fooled."""

import array
import collections
import copy
import datetime
import decimal
import pickle

import pytest
from exuvia.compare import difference
from hypothesis import given
from hypothesis import strategies as st


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


class Slotted:
    __slots__ = ("a", "__b")

    def __init__(self, a, b):
        self.a, self.__b = a, b


class Text(str):
    pass


class Items(list):
    pass


def twice(*items):
    one = [list(items)]
    return one * 2


def cycle(value):
    items = [value]
    items.append(items)
    return items


PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary()
)
HASHABLE = st.none() | st.booleans() | st.integers() | st.text() | st.binary()
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner)
    | st.tuples(inner, inner)
    | st.dictionaries(HASHABLE, inner)
    | st.builds(Point, inner, inner)
    | st.builds(Slotted, inner, inner)
    | st.frozensets(HASHABLE).map(set)
    | st.lists(inner).map(Items)
    | st.lists(inner).map(collections.deque),
    max_leaves=20,
)


@given(VALUES)
def test_a_value_is_equal_to_its_copy(value):
    assert difference(value, pickle.loads(pickle.dumps(value))) is None
    assert difference(value, copy.deepcopy(value)) is None


@given(VALUES, VALUES)
def test_it_is_symmetric_and_never_calls_equal_what_python_calls_different(one, other):
    found = difference(one, other)
    assert (found is None) == (difference(other, one) is None)
    if found is None and type(one) in (int, str, bytes, bool):
        assert one == other


@pytest.mark.parametrize(
    "one, other",
    [
        (1, True), (0, False), (1, 1.0), (0.0, -0.0), (complex(0.0, -0.0), 0j), ("a", b"a"), ("a", Text("a")),
        ([1], (1,)), ([1], Items([1])), ({1: 2, 3: 4}, {3: 4, 1: 2}), ({1: 2}, {True: 2}), ({1}, {1.0}),
        (frozenset([1]), {1}), (bytearray(b"a"), b"a"), (ValueError("a"), ValueError("b")),
        (ValueError("a"), UnicodeError("a")), (OSError(2, "x"), OSError(3, "x")), (Point(1, 2), Point(1, 3)),
        (Slotted(1, 2), Slotted(1, 3)), (collections.OrderedDict([(1, 2)]), {1: 2}),
        (collections.OrderedDict([(1, 2), (3, 4)]), collections.OrderedDict([(3, 4), (1, 2)])),
        (collections.defaultdict(int, {1: 2}), collections.defaultdict(str, {1: 2})),
        (array.array("i", [1]), array.array("i", [2])), (array.array("i", [1]), array.array("l", [1])),
        (decimal.Decimal("1.0"), decimal.Decimal("1.00")), (range(3), range(4)), (len, print), (int, bool),
        (datetime.date(2020, 1, 1), datetime.date(2020, 1, 2)), ([float("nan")], [0.0]), (iter([1]), iter([2])),
        (twice(1), [[1], [1]]), (cycle(1), cycle(2)), ([1], [1, 2]),
        ({1: Point(1, 2)}, {1: Point(1, 2.0)}), (Point(1, 2).__init__, Point(1, 3).__init__),
    ],
)  # fmt: skip
def test_what_a_program_can_tell_apart_is_different(one, other):
    assert difference(one, other) is not None
    assert difference(other, one) is not None


@pytest.mark.parametrize(
    "make",
    [
        lambda: float("nan"), lambda: cycle(1), lambda: twice([]), lambda: Point([], Point(1, 2)), lambda: (x for x in [1]),
        lambda: iter([1, 2]), lambda: datetime.datetime(2020, 1, 1), lambda: collections.Counter("abca"), lambda: KeyError("k"),
        lambda: {(1, "a"), (2, "b")}, lambda: {frozenset([1, 2])}, lambda: Point, lambda: {float("nan")}, lambda: range(0),
        lambda: array.array("d", [1.0]), lambda: Text("x"), lambda: memoryview, lambda: [Items([[1]])],
    ],
)  # fmt: skip
def test_what_is_made_the_same_way_twice_is_equal(make):
    assert difference(make(), make()) is None


def test_generators_are_told_by_what_they_yield_and_raise():
    def yields(*values):
        yield from values[:-1]
        if values[-1]:
            raise values[-1]

    assert difference(yields(1, None), yields(1, None)) is None
    assert difference(yields(1, None), yields(2, None)) is not None
    assert difference(yields(1, None), yields(1, ValueError())) is not None


def test_deep_values_need_no_deep_stack():
    def deep():
        value = []
        for _ in range(100_000):
            value = [value]
        return value

    assert difference(deep(), deep()) is None


def test_an_argument_returned_is_not_a_copy_of_it():
    one, other = [1], [1]
    assert difference((one, one), (other, other)) is None
    assert difference((one, one), (other, list(other))) is not None


def test_where_they_differ_is_told():
    assert difference({"a": [1, 2]}, {"a": [1, 3]}) == ("['a'][1]", "the value")
