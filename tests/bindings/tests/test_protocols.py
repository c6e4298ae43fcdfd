"""Special methods beyond operators and containers: attribute access, descriptors, asynchronous iteration."""

import asyncio
import copy
import gc
import operator
import pickle
import sys

import pytest
from exuvia_bindings_tests import protocols


def test_attributes_answered_for(capfd):
    dynamic = protocols.Dynamic()
    assert dynamic.real() == "a method"
    assert dynamic.made_up == "MADE_UP"
    with pytest.raises(AttributeError, match="^other$"):
        dynamic.other
    assert not hasattr(dynamic, "other")
    with pytest.raises(ValueError, match="^not an attribute error$"):
        dynamic.failing
    with pytest.raises(BaseException, match="in __getattr__"):
        dynamic.panics
    capfd.readouterr()


def test_attributes_watched():
    watching = protocols.Watching()
    with pytest.raises(AttributeError, match="^no x$"):
        watching.x
    watching.x = 5
    assert watching.x == 5
    assert watching.fallback == -1
    with pytest.raises(ValueError, match="^wrong$"):
        watching.wrong
    del watching.x
    with pytest.raises(AttributeError, match="^nothing to delete$"):
        del watching.x
    with pytest.raises(TypeError):
        watching.x = "text"
    only = protocols.SetOnly()
    only.anything = 1
    with pytest.raises(AttributeError, match="^can't delete attribute$"):
        del only.anything


def test_getattribute_alone_names_the_attribute_that_is_missing():
    strict = protocols.Strict()
    assert strict.known == 1
    with pytest.raises(ValueError, match="^wrong$"):
        strict.wrong
    # As of PyO3, whose own `__getattr__` answers in the end.
    with pytest.raises(AttributeError, match="^missing$") as raised:
        strict.missing
    assert raised.value.args == ("missing",)


def test_descriptors():
    class Owner:
        managed = protocols.Descriptor()
        read_only = protocols.ReadOnlyDescriptor()

    owner = Owner()
    assert owner.managed == (owner, Owner, None)
    owner.managed = 5
    assert owner.managed == (owner, Owner, 5)
    del owner.managed
    assert owner.managed[2] is None
    assert isinstance(Owner.managed, protocols.Descriptor)
    with pytest.raises(NotImplementedError, match="^can't delete descriptor$"):
        del owner.read_only


def test_asynchronous_iteration():
    async def collect():
        return [number async for number in protocols.Countdown(3)]

    assert asyncio.run(collect()) == [2, 1, 0]


def test_awaiting():
    async def wait():
        return await protocols.Ready(5)

    assert asyncio.run(wait()) == 5


def test_sequences_by_their_own_protocol():
    one = protocols.Bytes(b"ab")
    assert bytes((one + protocols.Bytes(b"c")).content()) == b"abc"
    assert bytes((one * 3).content()) == b"ababab"
    assert bytes((2 * one).content()) == b"abab"
    assert bytes(operator.concat(one, one).content()) == b"abab"
    with pytest.raises(ValueError, match="^a negative count$"):
        one * -1
    with pytest.raises(TypeError):
        one + 5
    same = one
    one += b"xy"
    assert one is same
    assert bytes(one.content()) == b"abxy"
    one *= 2
    assert one is same
    assert bytes(one.content()) == b"abxyabxy"


def test_context_managers():
    context = protocols.Context()
    with context as entered:
        assert entered is context
        assert context.entered
    assert not context.entered
    assert context.left_with is None
    with pytest.raises(ValueError):
        with context:
            raise ValueError
    assert context.left_with == "ValueError"
    with context:
        raise KeyError
    assert context.left_with == "KeyError"


def test_ordinary_methods_with_special_names():
    context = protocols.Context(True, "x")
    assert f"{context:spec}" == "formatted by spec"
    assert bytes(context) == b"bytes"
    assert round(context, 4) == 8
    assert copy.copy(context).left_with == "copy"
    assert protocols.Context[5] == "Context[5]"
    assert dir(context) == ["a", "b"]
    assert sys.getsizeof(context) >= 1234


def test_pickling(monkeypatch):
    monkeypatch.setitem(sys.modules, "protocols", protocols)
    context = protocols.Context(True, "x")
    made = pickle.loads(pickle.dumps(context))
    assert (made.entered, made.left_with) == (True, "x")


def test_initialisers(capfd):
    one = protocols.Initialised(5)
    assert (one.made_with, one.initialised_with) == (1, 5)
    with pytest.raises(ValueError, match="^unlucky$"):
        protocols.Initialised(13)
    with pytest.raises(BaseException, match="in __init__"):
        protocols.Initialised(14)
    capfd.readouterr()
    with pytest.raises(TypeError):
        protocols.Initialised()
    with pytest.raises(TypeError):
        protocols.Initialised("x")

    class Below(protocols.Initialised):
        def __init__(self, a, b):
            super().__init__(a + b)

    assert Below(1, 2).initialised_with == 3
    assert Below(1, 2).made_with == 2
    gc.collect()
