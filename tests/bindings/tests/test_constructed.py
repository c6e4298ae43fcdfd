"""What constructors may return, and classes that cannot be made."""

import sys
import types

import pytest
from exuvia_bindings_tests import constructed


def test_an_instance_of_another_class():
    other = constructed.MakesAnother(5)
    assert type(other) is constructed.Other
    assert other.number == 5
    assert constructed.MakesAnother(number=6).number == 6


def test_the_other_way_of_constructing():
    new = constructed.MakesAnother.__new__
    assert type(new(constructed.MakesAnother, 7)) is constructed.Other


def test_an_instance_of_another_class_is_not_initialised():
    # As in Python: `__init__` is for instances of the class that was called.
    other = constructed.MakesAnotherOfText("text")
    assert type(other) is constructed.Other
    assert other.number == 4
    with pytest.raises(ValueError, match="^no text$"):
        constructed.MakesAnotherOfText("")


def test_values_that_convert():
    assert constructed.MakesANumber(1) == 2
    assert constructed.MakesNothing() is None


def test_any_object():
    thing = object()
    assert constructed.MakesWhatIsGiven(thing) is thing
    assert constructed.MakesAList("text") == ["MakesAList", "text"]


def test_an_instance_that_exists():
    class Sub(constructed.MakesTheSame):
        pass

    assert type(constructed.MakesTheSame()) is constructed.MakesTheSame
    assert type(Sub()) is constructed.MakesTheSame


def chain(error):
    found = []
    while error is not None:
        found.append(f"{type(error).__name__}: {error}")
        error = error.__cause__
    return found


WHY = [
    "RuntimeError: An error occurred while initializing class Broken",
    "RuntimeError: An error occurred while initializing `Broken.attribute`",
    "ValueError: not today",
]


def test_a_class_attribute_that_fails_tells_why():
    with pytest.raises(RuntimeError) as raised:
        constructed.add_broken_class(types.ModuleType("module"))
    assert chain(raised.value) == WHY


def test_where_nothing_can_be_raised_it_is_reported(monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: reported.append((report.exc_value, report.object)))
    with pytest.raises(BaseException, match="^failed to create type object for `Broken`$"):
        constructed.broken_class()
    [(error, instance)] = reported
    assert chain(error) == WHY
    assert instance is None
