"""Derived conversions: what a struct or an enum is found in, what it becomes, and what is said when it is not found."""

import gc
import sys
from types import SimpleNamespace

import pytest
from exuvia_bindings_tests import derives


def chain(error):
    """An error and its causes, as one text."""
    parts = []
    while error is not None:
        parts.append(f"{type(error).__name__}: {error}")
        error = error.__cause__
    return " <- ".join(parts)


def refusal(function, value):
    with pytest.raises(Exception) as caught:
        function(value)
    return chain(caught.value)


class Object(SimpleNamespace):
    """Attributes, in a class whose name is the same in every message."""


class Mapped(SimpleNamespace):
    """Attributes and items."""

    def __init__(self, items, **attributes):
        super().__init__(**attributes)
        self._items = items

    def __getitem__(self, key):
        return self._items[key]


def test_a_struct_is_found_in_attributes():
    assert derives.point(Object(x=1, y=-2)) == "Point { x: 1, y: -2 }"


def test_an_attribute_that_is_not_there_is_an_attribute_error():
    assert refusal(derives.point, Object(x=1)) == (
        "AttributeError: 'Object' object has no attribute 'y'"
    )


def test_a_field_that_does_not_convert_is_named():
    assert refusal(derives.point, Object(x=1, y="2")) == (
        "TypeError: failed to extract field Point.y <- "
        "TypeError: 'str' object cannot be interpreted as an integer"
    )
    assert refusal(derives.point, Object(x=2**70, y=2)).startswith(
        "TypeError: failed to extract field Point.x <- OverflowError: "
    )


def test_the_error_names_the_argument_too(raises_for_argument):
    with raises_for_argument("value", TypeError, "failed to extract field Point.y"):
        derives.point(Object(x=1, y=None))


def test_attributes_and_items_under_other_names():
    value = Mapped(
        {"item": "text", "key": 5, -1: None},
        plain="plain",
        other=[1],
        type=1.5,
    )
    assert derives.mixed(value) == '("plain", "text", "[1]", 5, None, 1.5)'
    value._items["key"] = 256
    assert refusal(derives.mixed, value).startswith("TypeError: failed to extract field Mixed.keyed <- OverflowError")
    del value._items["key"]
    assert refusal(derives.mixed, value) == "KeyError: 'key'"
    del value.type
    value._items["key"] = 5
    assert "no attribute 'type'" in refusal(derives.mixed, value)


class OwnDict(dict):
    """Items that no dict has."""

    def __missing__(self, key):
        return 9


@pytest.mark.parametrize("kind", [dict, OwnDict])
def test_items_and_their_defaults(kind):
    given = kind(a=1, second=2, c=3, d="four", length=[1, 2])
    assert derives.items(given) == 'Items { a: 1, b: 2, c: 3, d: "four", length: 2 }'


def test_what_is_missing_has_its_default():
    assert derives.items({"a": 1, "second": 2}) == 'Items { a: 1, b: 2, c: 0, d: "standard", length: 0 }'
    assert derives.attribute_or(Object(a=1)) == "AttributeOr { a: 1, b: 7 }"
    assert derives.attribute_or(Object(a=1, b=2)) == "AttributeOr { a: 1, b: 2 }"


def test_what_is_there_and_does_not_convert_has_no_default():
    assert refusal(derives.attribute_or, Object(a=1, b="x")) == (
        "TypeError: failed to extract field AttributeOr.b <- "
        "TypeError: 'str' object cannot be interpreted as an integer"
    )
    assert refusal(derives.items, {"a": 1, "second": 2, "length": 5}) == (
        "TypeError: failed to extract field Items.length <- TypeError: object of type 'int' has no len()"
    )


def test_missing_items():
    assert refusal(derives.items, {"second": 2}) == "KeyError: 'a'"
    assert refusal(derives.items, {"a": 2}) == "KeyError: 'second'"
    assert refusal(derives.items, OwnDict(a=1, d="d")).startswith("TypeError: failed to extract field Items.length")
    assert refusal(derives.items, 5) == "TypeError: 'int' object is not subscriptable"


def test_an_error_of_a_lookup_is_passed_on():
    class Refusing:
        @property
        def x(self):
            raise RuntimeError("not today")

    assert refusal(derives.point, Refusing()) == "RuntimeError: not today"


def test_a_rule_for_names():
    value = Mapped({"otherField": 2}, someField=1, as_it_is=3)
    assert derives.camel_in(value) == "CamelIn { some_field: 1, other_field: 2, third_field: 3 }"
    assert derives.shouted(Object(SOME_NAME=4)) == "Attributes { some_name: 4 }"


def test_one_field_is_the_object_itself():
    assert derives.transparent("text") == 'Transparent { inner: "text" }'
    assert refusal(derives.transparent, 1) == (
        "TypeError: failed to extract field Transparent.inner <- TypeError: 'int' object is not an instance of 'str'"
    )
    assert derives.newtype(5) == "Newtype(5)"
    assert refusal(derives.newtype, "5") == (
        "TypeError: failed to extract field Newtype.0 <- TypeError: 'str' object cannot be interpreted as an integer"
    )


def test_fields_without_names_are_a_tuple():
    assert derives.pair(("a", 1)) == 'Pair("a", 1)'
    assert refusal(derives.pair, ["a", 1]) == "TypeError: 'list' object is not an instance of 'tuple'"
    assert refusal(derives.pair, ("a",)) == "ValueError: expected tuple of length 2, but got tuple of length 1"
    assert refusal(derives.pair, (1, "a")) == (
        "TypeError: failed to extract field Pair.0 <- TypeError: 'int' object is not an instance of 'str'"
    )


def test_structs_in_structs_and_lists():
    point = Object(x=1, y=2)
    assert derives.nested(Object(pair=("a", 1), point=point)) == (
        'Nested { pair: Pair("a", 1), point: Point { x: 1, y: 2 } }'
    )
    assert refusal(derives.nested, Object(pair=("a", "b"), point=point)) == (
        "TypeError: failed to extract field Nested.pair <- TypeError: failed to extract field Pair.1 <- "
        "TypeError: 'str' object cannot be interpreted as an integer"
    )
    assert derives.points([point, point]) == "[Point { x: 1, y: 2 }, Point { x: 1, y: 2 }]"


def test_fields_with_functions_of_their_own():
    assert derives.measured(("a", "four")) == 'Measured("a", 4)'
    assert refusal(derives.measured, ("a", 4)) == (
        "TypeError: failed to extract field Measured.1 <- TypeError: object of type 'int' has no len()"
    )
    assert refusal(derives.measured, ("a", "b", "c")) == (
        "ValueError: expected tuple of length 2, but got tuple of length 3"
    )
    assert derives.measured_alone([1, 2]) == "MeasuredAlone(2)"
    assert refusal(derives.measured_alone, 1).startswith("TypeError: failed to extract field MeasuredAlone.0 <- ")


def test_generic_types():
    assert derives.generic(Object(first=1, second=[2])) == "Generic { first: 1, second: [2] }"
    assert refusal(derives.generic, Object(first="a", second=[2])).startswith(
        "TypeError: failed to extract field Generic.first"
    )
    assert derives.generic_pair(({"a": 1.0}, None)) == 'GenericPair({"a": 1.0}, None)'
    assert derives.array(Object(values=b"abc")) == "Array { values: [97, 98, 99] }"


@pytest.mark.parametrize(
    ("value", "variant"),
    [
        ((1, "a"), 'Pair(1, "a")'),
        (Object(name="n"), "Named { name: 'n' }"),
        (5, "Number(5)"),
        ("text", 'Text { text: Some("text") }'),
        (None, "Text { text: None }"),
        ({"a": 1}, "Items { a: 1, b: 0 }"),
        ({"a": 1, "b": 2}, "Items { a: 1, b: 2 }"),
        (Object(measure="four"), "Measured { length: 4 }"),
    ],
)
def test_the_first_variant_that_fits(value, variant):
    assert derives.choice(value) == variant


def test_an_object_that_fits_no_variant_is_told_why():
    assert refusal(derives.choice, {}) == (
        "TypeError: failed to extract enum Choice ('Pair | Named | Number | Text | Items | Measured')\n"
        "- variant Pair (Pair): TypeError: 'dict' object is not an instance of 'tuple'\n"
        "- variant Named (Named): AttributeError: 'dict' object has no attribute 'name'\n"
        "- variant Number (Number): TypeError: failed to extract field Choice::Number.0, "
        "caused by TypeError: 'dict' object cannot be interpreted as an integer\n"
        "- variant Text (Text): TypeError: failed to extract field Choice::Text.text, "
        "caused by TypeError: 'dict' object is not an instance of 'str'\n"
        "- variant Items (Items): KeyError: 'a'\n"
        "- variant Measured (Measured): AttributeError: 'dict' object has no attribute 'measure'"
    )


def test_annotations_and_causes_of_causes():
    assert refusal(derives.annotated, Object(x=1, y="2")) == (
        "TypeError: failed to extract enum Annotated ('str | uint | Nested')\n"
        "- variant Text (str): TypeError: failed to extract field Annotated::Text.0, "
        "caused by TypeError: 'Object' object is not an instance of 'str'\n"
        "- variant Number (uint): TypeError: failed to extract field Annotated::Number.0, "
        "caused by TypeError: 'Object' object cannot be interpreted as an integer\n"
        "- variant Nested (Nested): TypeError: failed to extract field Annotated::Nested.0, "
        "caused by TypeError: failed to extract field Point.y, "
        "caused by TypeError: 'str' object cannot be interpreted as an integer"
    )


def test_a_variant_for_everything_else():
    assert derives.or_anything(3) == "Number(3)"
    assert derives.or_anything([]) == "<class 'list'>"


def test_names_are_looked_up_as_interned_strings():
    plain, renamed, number, as_bytes, truth = derives.keys(derives.Echo())
    assert plain is sys.intern("".join(["pla", "in"]))
    assert renamed is sys.intern("".join(["ren", "amed"]))
    assert (number, as_bytes, truth) == (3, b"bytes", True)


def test_a_struct_with_names_becomes_a_dict():
    expected = {"first": "one", "2nd": b"\x01\x02", 3: None, "fourth": "xxxx"}
    by_reference, by_value = derives.named()
    assert by_reference == by_value == expected
    assert list(by_value) == list(expected)


def test_rules_for_names():
    assert dict(derives.cases()) == {
        "camelCase": ["someField", "field2Name", "httpV2x"],
        "kebab-case": ["some-field", "field2-name", "http-v2x"],
        "lowercase": ["some_field", "field2_name", "http_v2x"],
        "PascalCase": ["SomeField", "Field2Name", "HttpV2x"],
        "SCREAMING-KEBAB-CASE": ["SOME-FIELD", "FIELD2-NAME", "HTTP-V2X"],
        "SCREAMING_SNAKE_CASE": ["SOME_FIELD", "FIELD2_NAME", "HTTP_V2X"],
        "snake_case": ["some_field", "field2_name", "http_v2x"],
        "UPPERCASE": ["SOME_FIELD", "FIELD2_NAME", "HTTP_V2X"],
    }


def test_a_struct_without_names_becomes_a_tuple():
    assert derives.triple("x") == ((5, "x", "u8"), (5, "x", "u8"))


def test_one_field_becomes_what_it_is():
    assert derives.only() == ("only", "only")


@pytest.mark.parametrize(
    ("value", "variant"),
    [
        ((1, "a"), 'Pair(1, "a")'),
        ({"longName": [1, 2], "other": 3}, "Items { long_name: [1, 2], other: Wrapped(3) }"),
        ("text", 'Text { text: "text" }'),
        (None, "Any"),
    ],
)
def test_there_and_back(value, variant):
    assert derives.both(value) == (variant, value, value)


def test_a_field_that_cannot_become_an_object(raises_exactly):
    with raises_exactly(ValueError, "refused"):
        derives.fallible()


def test_no_reference_is_kept_or_lost():
    text = "".join(["a text", " of its own"])
    values = [
        (derives.choice, Object(name=text)),
        (derives.choice, Object(nothing=text)),
        (derives.pair, (text, 1)),
        (derives.pair, (text, text)),
        (derives.items, {"a": 1, "second": text}),
        (derives.both, {"longName": [1, 2], "other": text}),
        (derives.both, (1, text)),
    ]
    gc.collect()
    before = sys.getrefcount(text)
    for _ in range(100):
        for function, value in values:
            try:
                function(value)
            except (TypeError, KeyError):
                pass
    gc.collect()
    assert sys.getrefcount(text) == before
