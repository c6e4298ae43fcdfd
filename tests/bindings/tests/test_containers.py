"""Containers, through Rust collections and as Python's own."""

import collections
import sys
import types

import pytest
from exuvia_bindings_tests import containers
from hypothesis import given
from hypothesis import strategies as st

INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]))

ROUND_TRIPS = {
    "ints": st.lists(INT64),
    "floats": st.lists(st.floats(allow_nan=False)),
    "strings": st.lists(TEXT),
    "nested": st.lists(st.lists(st.none() | INT64)),
    "objects": st.lists(st.none() | TEXT | INT64 | st.binary()),
    "pairs": st.lists(st.tuples(TEXT, INT64)),
    "array_of_three": st.lists(INT64, min_size=3, max_size=3),
    "array_of_strings": st.lists(TEXT, min_size=2, max_size=2),
    "empty_array": st.just([]),
    "hash_map": st.dictionaries(TEXT, INT64),
    "btree_map": st.dictionaries(INT64, st.lists(TEXT, max_size=3)),
    "hash_set": st.sets(INT64),
    "btree_set": st.sets(TEXT),
    "tuple1": st.tuples(INT64),
    "tuple2": st.tuples(INT64, TEXT),
    "tuple3": st.tuples(INT64, TEXT, st.floats(allow_nan=False)),
    "tuple12": st.tuples(*[st.integers(0, 255)] * 12),
}


@pytest.mark.parametrize("name", sorted(ROUND_TRIPS))
@given(data=st.data())
def test_round_trip(name, data):
    value = data.draw(ROUND_TRIPS[name])
    result = getattr(containers, name)(value)
    assert result == value
    assert type(result) is type(value)


def test_ordered_maps_come_back_in_order():
    assert list(containers.btree_map({3: [], 1: [], 2: []})) == [1, 2, 3]


def test_slices_and_cows():
    assert containers.slice_of_ints() == [1, 2, 3]
    assert containers.cow_of_ints() == [1, 2, 3]


@pytest.mark.parametrize(
    "value",
    [(1, 2), range(1, 3), collections.deque([1, 2]), memoryview(b"\x01\x02"), b"\x01\x02", collections.UserList([1, 2])],
)
def test_any_sequence_becomes_a_vector(value):
    assert containers.ints(value) == [1, 2]


@pytest.mark.parametrize("value", [{1}, {1: 2}, iter([1]), 5, None, (i for i in [1])])
def test_what_is_no_sequence(raises_for_argument, value):
    with raises_for_argument("value", TypeError) as caught:
        containers.ints(value)
    assert "is not an instance of 'Sequence'" in str(caught.value)


def test_text_is_not_taken_for_a_list(raises_for_argument):
    with raises_for_argument("value", TypeError, "Can't extract `str` to `Vec`"):
        containers.strings("abc")


def test_registered_sequences_are_believed():
    import collections.abc

    class Own:
        def __len__(self):
            return 2

        def __getitem__(self, index):
            if index < 2:
                return index + 10
            raise IndexError(index)

    collections.abc.Sequence.register(Own)
    assert containers.ints(Own()) == [10, 11]


def test_a_sequence_that_lies_about_its_length():
    class Liar(collections.UserList):
        def __len__(self):
            return 1000

    assert containers.ints(Liar([1, 2])) == [1, 2]


def test_a_sequence_that_fails_half_way():
    class Failing(collections.UserList):
        def __iter__(self):
            yield 1
            raise LookupError("half way")

    with pytest.raises(LookupError, match="half way"):
        containers.ints(Failing([1, 2]))


def test_a_list_that_changes_while_it_is_read():
    class Shrinking:
        def __init__(self, items):
            self.items = items

        def __index__(self):
            self.items.clear()
            return 7

    items = []
    items.extend([Shrinking(items), 1, 2])
    assert containers.ints(items) == [7]


def test_errors_of_items():
    with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
        containers.ints([1, "x"])
    with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
        containers.nested([[1, None], ["x"]])
    with pytest.raises(TypeError, match="cannot be interpreted as an integer"):
        containers.hash_map({"a": "b"})
    with pytest.raises(TypeError, match="is not an instance of 'str'"):
        containers.hash_map({1: 1})


def test_arrays_have_their_length(raises_for_argument):
    with raises_for_argument("value", ValueError, "expected a sequence of length 3 (got 2)"):
        containers.array_of_three([1, 2])
    with raises_for_argument("value", ValueError, "expected a sequence of length 3 (got 4)"):
        containers.array_of_three((1, 2, 3, 4))
    assert containers.array_of_three(range(3)) == [0, 1, 2]


def test_tuples_have_their_length(raises_for_argument):
    with raises_for_argument("value", ValueError, "expected tuple of length 2, but got tuple of length 1"):
        containers.tuple2((1,))
    with raises_for_argument("value", TypeError, "'list' object is not an instance of 'tuple'"):
        containers.tuple2([1, "x"])

    Named = collections.namedtuple("Named", "number text")
    assert containers.tuple2(Named(1, "x")) == (1, "x")


def test_sets():
    assert containers.hash_set(frozenset([1, 2])) == {1, 2}
    with pytest.raises(TypeError, match="'list' object is not an instance of 'set'"):
        containers.hash_set([1])


def test_maps():
    assert containers.hash_map(collections.OrderedDict(a=1)) == {"a": 1}
    with pytest.raises(TypeError, match="'list' object is not an instance of 'dict'"):
        containers.hash_map([("a", 1)])
    with pytest.raises(TypeError, match="is not an instance of 'dict'"):
        containers.hash_map(types.MappingProxyType({"a": 1}))


@pytest.mark.parametrize(
    "function, value",
    [
        (containers.list_object, [1]),
        (containers.tuple_object, (1,)),
        (containers.dict_object, {1: 1}),
        (containers.set_object, {1}),
        (containers.frozenset_object, frozenset([1])),
    ],
)
def test_handles_to_containers(function, value):
    assert function(value) is value

    class Sub(type(value)):
        pass

    sub = Sub(value)
    assert function(sub) is sub
    with pytest.raises(TypeError, match=f"'int' object is not an instance of '{type(value).__name__}'"):
        function(5)


def test_sequences_and_mappings():
    assert containers.sequence_object("abc") == (3, ["a", "b", "c"])
    assert containers.sequence_object(range(2)) == (2, [0, 1])
    assert containers.mapping_object(types.MappingProxyType({"a": 1})) == (1, [("a", 1)])
    with pytest.raises(TypeError, match="'set' object is not an instance of 'Sequence'"):
        containers.sequence_object({1})
    with pytest.raises(TypeError, match="'list' object is not an instance of 'Mapping'"):
        containers.mapping_object([])


@given(st.slices(20), st.integers(0, 30))
def test_slices(value, length):
    start, stop, step = value.indices(length)
    assert containers.slice_object(value, length) == (start, stop, step, len(range(start, stop, step)))


def test_slices_made():
    assert containers.new_slice(1, 5, 2) == slice(1, 5, 2)
    assert containers.full_slice() == slice(None)


@pytest.mark.parametrize("function", [f"{kind}_methods" for kind in ("list", "tuple", "dict", "set")])
def test_methods_told_in_rust(function):
    getattr(containers, function)()


def test_methods_of_protocols_told_in_rust():
    containers.sequence_methods([1, 2, 3])
    containers.mapping_methods({})
    containers.mapping_methods(collections.OrderedDict())


def test_a_dictionary_that_changes_while_it_is_walked():
    with pytest.raises(BaseException, match="^dictionary changed size during iteration$") as caught:
        containers.dict_changed_while_walked({"a": 1})
    assert type(caught.value).__name__ == "PanicException"


def test_iterating_from_rust():
    assert containers.iterate(iter([1, 2])) == [1, 2]
    assert containers.iterate(i for i in range(3)) == [0, 1, 2]
    with pytest.raises(TypeError, match="'int' object is not iterable"):
        containers.iterate(5)

    def failing():
        yield 1
        raise LookupError("in the generator")

    with pytest.raises(LookupError, match="in the generator"):
        containers.iterate(failing())
    assert containers.iterator_object(iter("abc")) == 3
    with pytest.raises(TypeError):
        containers.iterator_object([1])


@pytest.mark.parametrize("length", [0, 1, 1000])
def test_lists_of_known_length(length):
    assert containers.new_list_of_exact_length(length) == [i * i for i in range(length)]


def test_a_failing_item_leaks_nothing():
    witness = object()
    before = sys.getrefcount(witness)
    for _ in range(10):
        with pytest.raises(ValueError, match="third item"):
            containers.list_with_a_failing_item(witness)
    assert sys.getrefcount(witness) == before
