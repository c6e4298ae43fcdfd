"""The methods of `PyAny`, held against what Python does."""

import math
import operator
import sys

import pytest
from exuvia_bindings_tests import objects
from hypothesis import given
from hypothesis import strategies as st

SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary()
VALUES = st.recursive(
    SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner, max_size=3)
)


def outcome(function, *args):
    try:
        result = function(*args)
    except Exception as problem:
        return type(problem), str(problem)
    return repr(result)


BINARY = ["add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "lshift", "rshift", "and_", "or_", "xor"]


# Small enough that no power or repetition fills the memory.
OPERANDS = st.integers(-20, 20) | st.booleans() | st.floats(-20, 20) | st.sampled_from(["", "ab", b"c", [1], (1, 2), None, {1}])


@pytest.mark.parametrize("name", BINARY)
@given(a=OPERANDS, b=OPERANDS)
def test_binary_operators(name, a, b):
    assert outcome(objects.operate, name, a, b) == outcome(getattr(operator, name), a, b)


@given(OPERANDS, OPERANDS)
def test_divmod_and_pow(a, b):
    assert outcome(objects.operate, "divmod", a, b) == outcome(divmod, a, b)
    kind, expected = "pow", outcome(pow, a, b)
    assert outcome(objects.operate, kind, a, b) == expected


@pytest.mark.parametrize("name", ["neg", "pos", "abs", "invert"])
@given(a=OPERANDS.filter(lambda value: not isinstance(value, bool)))
def test_unary_operators(name, a):
    assert outcome(lambda: objects.operate(name, a, None)) == outcome(lambda: getattr(operator, name)(a))


@pytest.mark.parametrize("name", ["lt", "le", "eq", "ne", "gt", "ge"])
@given(a=SIMPLE, b=SIMPLE)
def test_comparisons(name, a, b):
    assert outcome(objects.compare_with, name, a, b) == outcome(lambda: bool(getattr(operator, name)(a, b)))


def test_arguments_by_reference():
    class Both:
        def __call__(self, *args):
            return args

        def method(self, *args):
            return args[::-1]

    assert objects.call_with_reference(Both(), "method") == ((1, "two"), ("two", 1))


def test_rich_comparison_gives_the_object():
    class Odd:
        def __le__(self, other):
            return ["an object"]

    assert objects.rich_compare(Odd(), 1) == ["an object"]
    assert objects.rich_compare(1, 2) is True


def test_order():
    assert [objects.order(1, 2), objects.order(2, 2), objects.order(3, 2)] == [-1, 0, 1]
    with pytest.raises(TypeError, match="'<' not supported"):
        objects.order(1, "x")
    with pytest.raises(TypeError, match="All comparisons returned false"):
        objects.order(math.nan, 1.0)


@given(VALUES)
def test_descriptions(value):
    facts = objects.describe(value)
    assert facts["repr"] == repr(value)
    assert facts["str"] == str(value)
    assert facts["truthy"] == bool(value)
    assert facts["none"] == (value is None)
    assert facts["type"] is type(value)
    assert facts["dir"] == dir(value)
    assert facts["callable"] is False


def test_callables():
    assert objects.describe(len)["callable"] is True


class Thing:
    attribute = "class"

    def method(self, *args, **kwargs):
        return args, kwargs

    @property
    def failing(self):
        raise LookupError("inside a property")


def test_attributes():
    thing = Thing()
    assert objects.get_attribute(thing, "attribute") == "class"
    objects.set_attribute(thing, "attribute", [1])
    assert thing.attribute == [1]
    objects.delete_attribute(thing, "attribute")
    assert thing.attribute == "class"
    assert objects.has_attribute(thing, "attribute") is True
    assert objects.has_attribute(thing, "absent") is False
    with pytest.raises(AttributeError, match="absent"):
        objects.get_attribute(thing, "absent")
    with pytest.raises(AttributeError):
        objects.delete_attribute(thing, "absent")
    with pytest.raises(LookupError, match="inside a property"):
        objects.has_attribute(thing, "failing")
    assert objects.get_attribute_if_any(thing, "attribute") == "class"
    assert objects.get_attribute_if_any(thing, "absent") is None
    with pytest.raises(LookupError, match="inside a property"):
        objects.get_attribute_if_any(thing, "failing")


@given(st.lists(SIMPLE, max_size=8), st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), SIMPLE, max_size=4))
def test_calls(args, kwargs):
    kwargs = {f"k_{name}": value for name, value in kwargs.items()}

    def function(*args, **kwargs):
        return args, kwargs

    received, keywords = objects.call(function, *args, **kwargs)
    assert all(a is b for a, b in zip(received, args, strict=True))
    assert list(keywords) == list(kwargs)
    received, keywords = objects.call_method(Thing(), "method", *args, **kwargs)
    assert all(a is b for a, b in zip(received, args, strict=True))
    assert list(keywords) == list(kwargs)


def test_rust_tuples_as_arguments():
    assert objects.call_with_tuple(lambda *args: args) == (1, "two", 3.0, None, True)


def test_calls_that_fail():
    with pytest.raises(TypeError, match="'int' object is not callable"):
        objects.call(5)
    with pytest.raises(AttributeError, match="absent"):
        objects.call_method(5, "absent")


@given(VALUES, st.integers(-5, 5) | st.text(max_size=2))
def test_items(value, key):
    assert outcome(objects.item, value, key) == outcome(operator.getitem, value, key)


def test_items_written():
    items = [1, 2, 3]
    objects.set_item(items, 0, "x")
    objects.delete_item(items, 1)
    assert items == ["x", 3]
    with pytest.raises(TypeError, match="does not support item assignment"):
        objects.set_item((), 0, 1)
    with pytest.raises(KeyError):
        objects.delete_item({}, "absent")


@given(VALUES)
def test_length_truth_hash(value):
    assert outcome(objects.length, value) == outcome(len, value)
    assert objects.truth(value) == bool(value)
    assert outcome(objects.hash_of, value) == outcome(hash, value)


def test_emptiness():
    assert objects.is_empty([]) is True
    assert objects.is_empty("a") is False
    with pytest.raises(TypeError):
        objects.is_empty(5)


def test_containment():
    assert objects.contains([1, 2], 2) is True
    assert objects.contains("abc", "d") is False
    with pytest.raises(TypeError):
        objects.contains(5, 1)


def test_instances():
    assert objects.is_instance(True, int) is True
    assert objects.is_instance(1, (str, list)) is False
    with pytest.raises(TypeError):
        objects.is_instance(1, 5)

    class Sub(list):
        pass

    assert objects.kinds([]) == (True, True, True, True)
    assert objects.kinds(Sub()) == (True, False, True, False)
    assert objects.kinds(()) == (False, False, False, False)


def test_casts(raises_exactly):
    assert objects.cast_to_list([1]) == 1
    with raises_exactly(TypeError, "'int' object is not an instance of 'list'"):
        objects.cast_to_list(5)
    with raises_exactly(TypeError, "'int' object is not an instance of 'str'"):
        objects.cast_into_string(5)
    value = (1, 2)
    assert objects.failed_cast_gives_the_object_back(value) is value
    assert objects.failed_cast_gives_the_object_back([]) is None


def test_identity_and_singletons():
    value = []
    assert objects.same_object(value, value) is True
    assert objects.same_object([], []) is False
    assert objects.singletons() == (None, ..., NotImplemented)


def test_types():
    assert objects.type_facts(int) == ("int", "int", "builtins", "int")
    name, qualname, module, full = objects.type_facts(Thing)
    assert (name, qualname, module, full) == ("Thing", "Thing", __name__, f"{__name__}.Thing")
    assert objects.type_relations(bool, int) == (True, 3, 1)
    assert objects.type_relations(int, bool) == (False, 2, 1)
    assert objects.is_subclass_of_list(list) is True
    assert objects.is_subclass_of_list(dict) is False
    with pytest.raises(TypeError, match="'int' object is not an instance of 'type'"):
        objects.type_facts(5)


def test_code():
    assert objects.eval({"a": 1, "b": 2}) == 3
    assert objects.eval_with_nothing() == 10
    assert objects.eval_with_locals({"a": 1, "b": 2}, {"b": 5}) == 6
    with pytest.raises(NameError):
        objects.eval({"a": 1})
    names = {}
    objects.run(names)
    assert names["y"] == [1, 1]
    with pytest.raises(SyntaxError):
        objects.run_bad_syntax()


def test_version():
    version, text = objects.python_version()
    assert version == sys.version_info[:3]
    assert text == sys.version


@pytest.mark.parametrize(
    "value, kinds",
    [
        (True, ["bool", "i64", "f64"]),
        (1, ["i64", "f64"]),
        (1.0, ["f64"]),
        ("1", ["String"]),
        (b"1", ["Vec<u8>", "Vec<Py<PyAny>>"]),
        ([1], ["Vec<u8>", "Vec<Py<PyAny>>"]),
        (["x"], ["Vec<Py<PyAny>>"]),
        (None, []),
    ],
)
def test_what_can_be_extracted(value, kinds):
    assert objects.instance_of_every_extract(value) == kinds
