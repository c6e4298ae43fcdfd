"""Mapping proxies, and classes with type parameters."""

import types
from collections import OrderedDict
from collections.abc import Mapping

import pytest
from exuvia_bindings_tests import views


@pytest.mark.parametrize("kind", [dict, OrderedDict])
def test_proxies_show_what_changes_behind_them(kind):
    mapping = kind(a=1, b=2)
    proxy = views.proxy(mapping)
    assert type(proxy) is types.MappingProxyType
    assert views.contents(proxy) == (False, ["a", "b"], [1, 2], [("a", 1), ("b", 2)], 2)
    assert views.pairs(proxy) == [("a", 1), ("b", 2)]
    mapping.clear()
    assert views.contents(proxy) == (True, [], [], [], 0)
    with pytest.raises(TypeError, match="does not support item assignment"):
        proxy["a"] = 1


def test_the_dictionary_of_a_class():
    class Thing:
        attribute = 5

    assert ("attribute", 5) in views.pairs(Thing.__dict__)


def test_errors_of_the_mapping():
    class Broken(Mapping):
        def __getitem__(self, key):
            raise LookupError(f"no {key}")

        def __iter__(self):
            return iter(["a"])

        def __len__(self):
            raise OverflowError("too long")

    proxy = views.proxy(Broken())
    with pytest.raises(LookupError, match="no a"):
        views.pairs(proxy)
    with pytest.raises(OverflowError, match="too long"):
        views.contents(proxy)


def test_what_is_no_proxy(raises_for_argument):
    with raises_for_argument("proxy", TypeError, "'dict' object is not an instance of 'mappingproxy'"):
        views.pairs({})


def test_type_parameters():
    assert views.parametrize(list, (int,)) == list[int]
    assert views.parametrize(dict, (str, int)) == dict[str, int]
    assert views.parametrize(list, int) == list[int]
    assert type(views.parametrize(list, int)) is types.GenericAlias
