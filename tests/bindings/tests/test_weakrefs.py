"""Weak references and proxies."""

import gc
import weakref

import pytest
from exuvia_bindings_tests import weakrefs


class Plain:
    name = "plain"


class Callable:
    def __call__(self):
        return "called"


class Group(set):
    pass


def test_references_do_not_keep_the_object_alive():
    thing = Plain()
    reference = weakrefs.reference(thing)
    assert type(reference) is weakref.ref
    assert reference() is thing
    assert weakrefs.upgrade(reference) is thing
    assert weakrefs.upgrade_reference(reference) is thing
    del thing
    gc.collect()
    assert reference() is None
    assert weakrefs.upgrade(reference) is None
    assert weakrefs.upgrade_reference(reference) is None


def test_proxies_stand_for_the_object():
    thing = Plain()
    proxy = weakrefs.proxy(thing)
    assert type(proxy) is weakref.ProxyType
    assert proxy.name == "plain"
    assert weakrefs.upgrade(proxy) is thing
    assert weakrefs.upgrade_proxy(proxy) is thing
    del thing
    gc.collect()
    assert weakrefs.upgrade_proxy(proxy) is None
    with pytest.raises(ReferenceError):
        proxy.name


def test_proxies_of_what_can_be_called_can_be_called():
    thing = Callable()
    proxy = weakrefs.proxy(thing)
    assert type(proxy) is weakref.CallableProxyType
    assert proxy() == "called"
    assert weakrefs.upgrade_proxy(proxy) is thing


@pytest.mark.parametrize("make", [weakrefs.reference_with, weakrefs.proxy_with])
def test_callbacks_are_called_with_the_reference(make):
    heard = []
    thing = Plain()
    weak = make(thing, lambda dead: heard.append(weakrefs.upgrade(dead)))
    assert heard == []
    del thing
    gc.collect()
    assert heard == [None]
    del weak


@pytest.mark.parametrize("make", [weakrefs.reference, weakrefs.proxy])
def test_what_cannot_be_referred_to_weakly(make, raises_exactly):
    with raises_exactly(TypeError, "cannot create weak reference to 'int' object"):
        make(5)


def test_the_type_of_the_object_is_checked(raises_exactly):
    thing, group = Plain(), Group()
    for make in (weakrefs.reference, weakrefs.proxy):
        assert weakrefs.upgrade_as_set(make(group)) is group
        with raises_exactly(TypeError, "'Plain' object is not an instance of 'set'"):
            weakrefs.upgrade_as_set(make(thing))
        with raises_exactly(TypeError, "'Group' object is not an instance of 'set'"):
            weakrefs.upgrade_as_exact_set(make(group))


def test_kinds():
    class Own(weakref.ref):
        pass

    thing, call = Plain(), Callable()
    assert weakrefs.kinds(weakref.ref(thing)) == (True, True, True, False)
    assert weakrefs.kinds(Own(thing)) == (True, True, False, False)
    assert weakrefs.kinds(weakref.proxy(thing)) == (True, False, False, True)
    assert weakrefs.kinds(weakref.proxy(call)) == (True, False, False, True)
    assert weakrefs.kinds(thing) == (False, False, False, False)


@pytest.mark.parametrize(
    "function, expected",
    [
        (weakrefs.upgrade_reference, "ReferenceType"),
        (weakrefs.upgrade_proxy, "ProxyType | CallableProxyType"),
        (weakrefs.upgrade, "ProxyType | CallableProxyType | ReferenceType"),
    ],
)
def test_what_is_no_weak_reference(raises_for_argument, function, expected):
    with raises_for_argument("weak", TypeError, f"'int' object is not an instance of '{expected}'"):
        function(5)
