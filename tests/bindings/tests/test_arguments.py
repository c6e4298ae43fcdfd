"""Arguments: every way to declare them, and the words of every refusal."""

import inspect
import os
import subprocess
import sys

import pytest
from exuvia_bindings_tests import arguments as rust
from hypothesis import given, settings
from hypothesis import strategies as st

# The same signatures in Python: what they accept and what they receive is the measure.


class python:
    def none():
        return "called"

    def one(a):
        return a

    def two(a, b):
        return (a, b)

    def three(a, b, c):
        return (a, b, c)

    def ten(a, b, c, d, e, f, g, h, i, j):
        return (a, b, c, d, e, f, g, h, i, j)

    def defaults(a, b=2, c=3):
        return (a, b, c)

    def keyword_only(a, *, b, c=3):
        return (a, b, c)

    def only_keywords(*, b, c, d):
        return (b, c, d)

    def one_optional_keyword(*, b=1):
        return b

    def positional_only(a, b, /):
        return (a, b)

    def positional_only_default(a, b=2, /):
        return (a, b)

    def mixed(a, /, b, *, c):
        return (a, b, c)

    def varargs(*args):
        return args

    def varkeywords(**kwargs):
        return kwargs or None

    def everything(*args, **kwargs):
        return (args, kwargs or None)

    def keyword_after_varargs(a, *args, b):
        return (a, args, b)

    def positional_only_and_keywords(a, /, **kwargs):
        return (a, kwargs or None)

    def every_kind(a, b=2, /, c=3, *args, d, e=5, **kwargs):
        return (a, b, c, args, d, e, kwargs or None)


SIGNATURES = sorted(name for name in vars(python) if not name.startswith("_"))
POSITIONAL = st.lists(st.integers(0, 99), max_size=11)
KEYWORDS = st.dictionaries(st.sampled_from("abcdefz"), st.integers(100, 199), max_size=6)


def outcome(function, args, kwargs):
    try:
        return function(*args, **kwargs)
    except TypeError:
        return TypeError


@pytest.mark.parametrize("name", SIGNATURES)
@settings(max_examples=60)
@given(args=POSITIONAL, kwargs=KEYWORDS)
def test_accepts_and_receives_what_python_would(name, args, kwargs):
    expected = outcome(getattr(python, name), args, kwargs)
    assert outcome(getattr(rust, name), args, kwargs) == expected


@settings(max_examples=60)
@given(args=POSITIONAL, kwargs=KEYWORDS)
def test_methods_too(args, kwargs):
    receiver = rust.Receiver(1)
    assert outcome(receiver.every_kind, args, kwargs) == outcome(python.every_kind, args, kwargs)
    assert outcome(rust.Receiver.every_kind, [receiver, *args], kwargs) == outcome(python.every_kind, args, kwargs)
    assert outcome(rust.Receiver.fixed, args, kwargs) == outcome(lambda a, b: (a, b), args, kwargs)
    assert outcome(receiver, args, kwargs) == outcome(lambda a, *, b=2: (a, b), args, kwargs)


@settings(max_examples=60)
@given(args=POSITIONAL, kwargs=KEYWORDS)
def test_constructors_too(args, kwargs):
    made = outcome(rust.Receiver, args, kwargs)
    expected = outcome(lambda a, b=2, *, c=3: (a, b, c), args, kwargs)
    assert (made is TypeError) == (expected is TypeError)


# The words


@pytest.mark.parametrize(
    "name, args, kwargs, text",
    [
        ("one", (), {}, "one() missing 1 required positional argument: 'a'"),
        ("two", (), {}, "two() missing 2 required positional arguments: 'a' and 'b'"),
        ("two", (1,), {}, "two() missing 1 required positional argument: 'b'"),
        ("two", (), {"b": 1}, "two() missing 1 required positional argument: 'a'"),
        ("three", (), {}, "three() missing 3 required positional arguments: 'a', 'b', and 'c'"),
        ("three", (), {"b": 1}, "three() missing 2 required positional arguments: 'a' and 'c'"),
        (
            "ten",
            (1,),
            {},
            "ten() missing 9 required positional arguments: 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', and 'j'",
        ),
        ("defaults", (), {}, "defaults() missing 1 required positional argument: 'a'"),
        ("required_option", (), {}, "required_option() missing 1 required positional argument: 'a'"),
        ("keyword_only", (), {}, "keyword_only() missing 1 required positional argument: 'a'"),
        ("keyword_only", (1,), {}, "keyword_only() missing 1 required keyword argument: 'b'"),
        ("only_keywords", (), {}, "only_keywords() missing 3 required keyword arguments: 'b', 'c', and 'd'"),
        ("only_keywords", (), {"b": 1}, "only_keywords() missing 2 required keyword arguments: 'c' and 'd'"),
        ("mixed", (1,), {}, "mixed() missing 1 required positional argument: 'b'"),
        ("mixed", (1, 2), {}, "mixed() missing 1 required keyword argument: 'c'"),
        ("every_kind", (), {}, "every_kind() missing 1 required positional argument: 'a'"),
        ("unicode_names", (), {}, "unicode_names() missing 1 required positional argument: 'größe'"),
        ("one", (1, 2), {}, "one() takes 1 positional arguments but 2 were given"),
        ("two", (1, 2, 3), {}, "two() takes 2 positional arguments but 3 were given"),
        ("defaults", (1, 2, 3, 4), {}, "defaults() takes from 1 to 3 positional arguments but 4 were given"),
        ("keyword_only", (1, 2), {}, "keyword_only() takes 1 positional arguments but 2 were given"),
        ("only_keywords", (1,), {}, "only_keywords() takes 0 positional arguments but 1 was given"),
        ("varkeywords", (1,), {}, "varkeywords() takes 0 positional arguments but 1 was given"),
        ("one", (1,), {"a": 1}, "one() got multiple values for argument 'a'"),
        ("every_kind", (1, 2, 3), {"c": 3, "d": 4}, "every_kind() got multiple values for argument 'c'"),
        ("one", (), {"b": 1}, "one() got an unexpected keyword argument 'b'"),
        ("one", (), {"a": 1, "b": 2, "c": 3}, "one() got an unexpected keyword argument 'b'"),
        ("varargs", (), {"x": 1}, "varargs() got an unexpected keyword argument 'x'"),
        ("positional_only", (1, 2), {"x": 1}, "positional_only() got an unexpected keyword argument 'x'"),
        (
            "positional_only",
            (1,),
            {"b": 2},
            "positional_only() got some positional-only arguments passed as keyword arguments: 'b'",
        ),
        (
            "positional_only",
            (),
            {"a": 1, "b": 2},
            "positional_only() got some positional-only arguments passed as keyword arguments: 'a' and 'b'",
        ),
        (
            "positional_only_default",
            (1,),
            {"b": 2},
            "positional_only_default() got some positional-only arguments passed as keyword arguments: 'b'",
        ),
        (
            "mixed",
            (),
            {"a": 1, "b": 2, "c": 3},
            "mixed() got some positional-only arguments passed as keyword arguments: 'a'",
        ),
    ],
)
def test_the_words_of_a_refusal(raises_exactly, name, args, kwargs, text):
    with raises_exactly(TypeError, text):
        getattr(rust, name)(*args, **kwargs)


def test_the_words_for_classes_and_methods(raises_exactly):
    receiver = rust.Receiver(1)
    for call, text in [
        (lambda: rust.Receiver(), "Receiver.__new__() missing 1 required positional argument: 'a'"),
        (lambda: rust.Receiver(1, 2, 3), "Receiver.__new__() takes from 1 to 2 positional arguments but 3 were given"),
        (lambda: rust.Receiver(1, z=1), "Receiver.__new__() got an unexpected keyword argument 'z'"),
        (lambda: receiver.one(), "Receiver.one() missing 1 required positional argument: 'a'"),
        (lambda: receiver.one(1, 2), "Receiver.one() takes 1 positional arguments but 2 were given"),
        (lambda: rust.Receiver.fixed(1), "Receiver.fixed() missing 1 required positional argument: 'b'"),
        (lambda: rust.Receiver.of_class(), "Receiver.of_class() missing 1 required positional argument: 'a'"),
        (lambda: receiver(), "Receiver.__call__() missing 1 required positional argument: 'a'"),
        (lambda: receiver(1, 2), "Receiver.__call__() takes 1 positional arguments but 2 were given"),
    ]:
        with raises_exactly(TypeError, text):
            call()


def test_no_arguments_where_none_are_taken():
    # These words are the interpreter's, and differ between its versions.
    for call in (lambda: rust.none(1), lambda: rust.none(x=1), lambda: rust.Receiver(1).none(2)):
        with pytest.raises(TypeError, match="takes no (keyword )?arguments"):
            call()


def test_a_method_wants_its_own_kind_of_object():
    with pytest.raises(TypeError, match="doesn't apply to a 'int' object"):
        rust.Receiver.one(5, 1)
    with pytest.raises(TypeError, match="needs an argument"):
        rust.Receiver.one()


def test_keywords_must_be_strings():
    with pytest.raises(TypeError, match="keywords must be strings"):
        rust.one(**{1: 2})


# Values


def test_defaults_of_every_kind():
    assert rust.default_kinds() == (-1, 2.5, "text", True, None)
    assert rust.default_kinds(5, c="other", e=7) == (5, 2.5, "other", True, 7)


def test_defaults_are_made_for_each_call():
    assert rust.default_is_fresh() == [1, 2, 3]
    assert rust.default_is_fresh() == [1, 2, 3]
    assert rust.default_is_fresh([9]) == [9, 3]


def test_typed_varargs():
    assert rust.typed_varargs() == 0
    assert rust.typed_varargs(1, 2, 3) == 6
    assert rust.typed_varkeywords() == []
    assert rust.typed_varkeywords(b=2, a=1) == [("a", 1), ("b", 2)]


def test_keyword_arguments_keep_their_order():
    assert list(rust.varkeywords(z=1, a=2, m=3)) == ["z", "a", "m"]


def test_the_callers_dictionary_is_not_the_one_received():
    mine = {"a": 1}
    received = rust.varkeywords(**mine)
    assert received == mine
    assert received is not mine


def test_unicode_names():
    assert rust.unicode_names(größe=1, 名=5) == (1, 5)
    assert rust.unicode_names(3) == (3, 2)


def test_keyword_names_that_are_not_interned():
    name = "".join(["keyword", "_", "b"])[-1:]
    assert rust.two(1, **{name: 2}) == (1, 2)
    made = bytes([0x62]).decode()
    assert rust.keyword_only(1, **{made: 2}) == (1, 2, 3)
    long = "".join(chr(ord(letter)) for letter in "größe")
    assert rust.unicode_names(**{long: 1}) == (1, 2)


def test_keyword_names_of_a_subclass_of_str():
    class Name(str):
        __hash__ = str.__hash__

    assert rust.two(1, **{Name("b"): 2}) == (1, 2)


# Conversion errors


def test_the_argument_is_named(raises_for_argument):
    with raises_for_argument("a", TypeError, "'str' object cannot be interpreted as an integer"):
        rust.one("x")
    with raises_for_argument("b", TypeError, "must be real number, not str"):
        rust.default_kinds(b="x")
    with raises_for_argument("c", TypeError, "'int' object is not an instance of 'str'"):
        rust.default_kinds(c=3)
    with raises_for_argument("e", TypeError, "'float' object cannot be interpreted as an integer"):
        rust.default_kinds(e=1.5)
    with raises_for_argument("numbers", TypeError):
        rust.typed_varargs(1, "x")
    with raises_for_argument("numbers", TypeError):
        rust.typed_varkeywords(a="x")
    with raises_for_argument("a", TypeError):
        rust.Receiver("x")
    with raises_for_argument("a", TypeError):
        rust.Receiver(1).one("x")


def test_the_first_bad_argument_is_the_one_named(raises_for_argument):
    with raises_for_argument("b", TypeError):
        rust.three(1, "x", "y")
    # Missing comes before bad.
    with pytest.raises(TypeError, match="missing"):
        rust.three("x")


def test_errors_from_the_callers_own_code_are_kept(raises_for_argument):
    class Number:
        def __index__(self):
            raise ZeroDivisionError("deep inside")

    with raises_for_argument("a", ZeroDivisionError, "deep inside"):
        rust.one(Number())


@pytest.mark.parametrize(
    "name, signature",
    [
        ("none", "()"),
        ("ten", "(a, b, c, d, e, f, g, h, i, j)"),
        ("defaults", "(a, b=2, c=3)"),
        ("default_is_fresh", "(items=...)"),
        ("keyword_only", "(a, *, b, c=3)"),
        ("positional_only", "(a, b, /)"),
        ("varargs", "(*args)"),
        ("varkeywords", "(**kwargs)"),
        ("every_kind", "(a, b=2, /, c=3, *args, d, e=5, **kwargs)"),
    ],
)
def test_text_signatures(name, signature):
    assert getattr(rust, name).__text_signature__ == signature


def test_default_values_in_text_signatures():
    # The oracle writes no sign.
    assert rust.default_kinds.__text_signature__ in (
        '(a=-1, b=2.5, c="text", d=True, e=None)',
        '(a=..., b=2.5, c="text", d=True, e=None)',
    )


def test_text_signatures_of_methods():
    assert rust.Receiver.__text_signature__ == "(a, b=2, *, c=3)"
    assert rust.Receiver.every_kind.__text_signature__ == "($self, a, b=2, /, c=3, *args, d, e=5, **kwargs)"
    assert rust.Receiver.of_class.__text_signature__ == "($cls, a, *, b=2)"
    assert rust.Receiver.fixed.__text_signature__ == "(a, b)"
    assert list(inspect.signature(rust.Receiver.every_kind).parameters)[:2] == ["self", "a"]


def test_methods_reached_in_every_way():
    receiver = rust.Receiver(1)
    assert rust.Receiver.fixed(1, 2) == receiver.fixed(1, 2) == (1, 2)
    assert rust.Receiver.of_class(1, b=3) == receiver.of_class(1, b=3) == "Receiver 1 3"
    bound = receiver.one
    assert bound(5) == bound(a=5) == rust.Receiver.one(receiver, 5) == 5
    assert receiver(1, b=5) == receiver.__call__(1, b=5) == (1, 5)


def test_keywords_that_vanish_while_they_are_collected():
    code = """if True:
        from exuvia_bindings_tests import arguments, classes

        class Derived(classes.Base):
            pass

        class Name(str):
            __eq__ = str.__eq__
            def __hash__(self):
                if armed:
                    keywords.clear()
                return str.__hash__(self)

        armed = False
        keywords = {Name("name" * 5 + end): object() for end in "abc"}
        armed = True
        assert arguments.call_with_keywords(Derived, (1,), keywords).value() == 1
    """
    # What is freed is overwritten there.
    env = {**os.environ, "PYTHONMALLOC": "debug"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env=env)
    assert done.returncode == 0, done.stderr


def test_defaults_of_optional_parameters_with_and_without_some():
    assert rust.optional_defaults() == [1, 2, None, None, 12, 14]
    assert rust.optional_defaults(e=None, d=3) == [1, 2, None, 3, None, 14]
