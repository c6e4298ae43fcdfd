"""Closures as Python functions."""

import gc
import types

import pytest
from exuvia_bindings_tests import callbacks


def test_closures_are_functions():
    add = callbacks.adder(5)
    assert type(add) is types.BuiltinFunctionType
    assert (add.__name__, add.__doc__) == ("add", "Add a number.")
    assert add(2) == 7
    assert list(map(add, range(3))) == [5, 6, 7]


def test_arguments():
    echo = callbacks.echo()
    assert echo() == ((), None)
    assert echo(1, "two") == ((1, "two"), None)
    assert echo(1, two=2) == ((1,), {"two": 2})
    given = {"a": 1}
    assert echo(**given) == ((), given)


def test_results():
    assert callbacks.constant()() == 42
    # Not `None`, as for functions: the conversion is that of a value.
    assert callbacks.nothing()() == ()


def test_errors(raises_exactly):
    with raises_exactly(ValueError, "the closure's own"):
        callbacks.failing()()
    with pytest.raises(IndexError):
        callbacks.adder(1)()
    with pytest.raises(TypeError):
        callbacks.adder(1)("x")


def test_panics(raises_exactly):
    with pytest.raises(BaseException) as caught:
        callbacks.panicking()()
    assert type(caught.value).__name__ == "PanicException"
    assert str(caught.value) == "in a closure"


def test_what_a_closure_captures_lives_as_long_as_the_function():
    before = callbacks.alive()
    functions = [callbacks.adder(number) for number in range(100)]
    assert callbacks.alive() == before + 100
    kept = functions[7]
    del functions
    gc.collect()
    assert callbacks.alive() == before + 1
    assert kept(1) == 8
    del kept
    gc.collect()
    assert callbacks.alive() == before
