"""Python code and Python text written in Rust."""

import sys

import pytest
from exuvia_bindings_tests import LIMITED, snippets
from hypothesis import given
from hypothesis import strategies as st


def test_code_with_variables():
    seen = []
    snippets.run_with_variables(seen)
    assert seen == [1, "two"]


@pytest.mark.parametrize("code", ["list.append(1)", "\n    list.append(1)\n", "if list == []:\n        list.append(1)\n      \nelse:\n    pass"])
def test_code_with_a_dictionary(code):
    seen = []
    assert snippets.run_with_dictionary(seen, code) == {"list": seen}
    assert seen == [1]


def test_code_that_raises_is_a_panic(capfd):
    with pytest.raises(BaseException) as caught:
        snippets.run_with_dictionary([], "\n  made = 5\n  raise ValueError(made)")
    assert type(caught.value).__name__ == "PanicException"
    assert str(caught.value) == "made = 5\nraise ValueError(made)"
    assert "ValueError: 5" in capfd.readouterr().err


def test_formatted_text():
    assert snippets.format([1, "a"]) == "<[1, 'a']>     7|ü"


def test_fixed_text_is_made_once():
    assert snippets.fixed() == "a fixed text"
    assert snippets.fixed() is snippets.fixed()


def test_version():
    major, minor, patch, suffix, truths = snippets.version()
    assert (major, minor, patch) == sys.version_info[:3]
    assert suffix is None or sys.version.startswith(f"{major}.{minor}.{patch}{suffix}")
    assert truths == [True] * 4
    assert snippets.version_text() == sys.version


needs_marshal = pytest.mark.skipif(LIMITED, reason="the limited API has no `marshal`")


@needs_marshal
@given(st.recursive(st.none() | st.integers() | st.text() | st.binary(), lambda inner: st.lists(inner) | st.tuples(inner)))
def test_marshal(value):
    assert snippets.through_marshal(value) == value


@needs_marshal
def test_what_marshal_does_not_know():
    with pytest.raises(ValueError, match="unmarshallable object"):
        snippets.through_marshal(object())
    with pytest.raises(EOFError):
        snippets.load_marshalled(b"")
