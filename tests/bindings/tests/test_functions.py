"""Functions: what they return, how they are named and described."""

import inspect
import types

import exuvia_bindings_tests
import pytest
from exuvia_bindings_tests import functions
from hypothesis import given
from hypothesis import strategies as st

INT64 = st.integers(-(2**63), 2**63 - 1)


def test_no_result_is_none():
    assert functions.nothing() is None


def test_a_number():
    assert functions.number() == 42


@given(INT64, INT64)
def test_two_arguments(a, b):
    assert functions.add(a, b) == (a + b + 2**63) % 2**64 - 2**63


def test_results_of_results():
    assert functions.fallible(False) is None
    with pytest.raises(ValueError, match="^asked to fail$"):
        functions.fallible(True)


@pytest.mark.parametrize("value, result", [(None, None), (1, 2), (-1, 0)])
def test_option_is_none_or_the_value(value, result):
    assert functions.maybe(value) == result


def test_result_of_option():
    assert functions.fallible_maybe(None) is None
    assert functions.fallible_maybe(3) == 3
    with pytest.raises(ValueError):
        functions.fallible_maybe(-1)


def test_tuples_come_back_as_tuples():
    assert functions.pair(1, "one") == (1, "one")
    assert type(functions.pair(1, "one")) is tuple


def test_unit_inside_a_tuple_is_an_empty_tuple():
    assert functions.empty_tuple() == ((),)


@pytest.mark.parametrize("function", [functions.same, functions.same_bound, functions.same_reference])
@pytest.mark.parametrize("value", [None, 0, "text", [], object()])
def test_objects_pass_through_unchanged(function, value):
    assert function(value) is value


def test_a_list_is_made_anew_each_time():
    first, second = functions.fresh_list(), functions.fresh_list()
    assert first == second == []
    assert first is not second


def test_calling_back():
    assert functions.call_with(lambda value: [value], 5) == [5]
    with pytest.raises(KeyError, match="from the callback"):
        functions.call_with(lambda value: {}["from the callback"], 5)


def test_the_token_may_stand_anywhere():
    assert functions.with_token(1) == 1
    assert functions.token_in_the_middle(1, 2) == (1, 2)
    assert functions.token_in_the_middle(a=1, b=2) == (1, 2)


def test_the_module_is_passed():
    assert functions.own_module("!") == "functions!"
    assert functions.own_module(suffix="?") == "functions?"


def test_names():
    assert functions.renamed("four") == 4
    assert not hasattr(functions, "rust_side_name")
    assert getattr(functions, "class")() == "class"
    assert not hasattr(functions, "keyword_as_a_name")
    assert functions.match(5) == functions.match(type=5) == 5


def test_a_raw_name_is_a_name_without_its_mark():
    assert functions.raw() == "raw"


def test_a_signature_with_types_is_one_without():
    assert functions.annotated(1, 2, 3, b="four", c=5) == 8


def test_a_signature_made_of_a_macros_fragments():
    function = functions.make_from_fragments()
    assert function(1) == (1, 2, 3)
    assert function(a=4, b=5, c=6) == (4, 5, 6)
    assert function.__text_signature__ == "(a, b=2, *, c=3)"


def test_exported_from_another_rust_module():
    assert functions.exported(4) == 8
    assert functions.exported.__module__ == "functions"


def test_documentation():
    assert functions.add.__doc__ == "Add two numbers.\n\nThe second paragraph keeps its `quotes`."
    assert functions.undocumented.__doc__ is None or functions.undocumented.__doc__ == ""


@pytest.mark.parametrize(
    "name, signature",
    [
        ("nothing", "()"),
        ("add", "(a, b)"),
        ("described", "(left, right=1)"),
        ("undescribed", None),
        ("own_module", "($module, suffix)"),
        ("match", "(type)"),
        ("token_in_the_middle", "(a, b)"),
        ("kinds_of_defaults", "(a=255, b=1000, c=1.5, d='d', e=r\"\\n\", f=2e3, g=3)"),
        ("annotated", "(a, *rest, b=None, **more)"),
    ],
)
def test_text_signatures(name, signature):
    assert getattr(functions, name).__text_signature__ == signature


def test_inspect_reads_the_signature():
    assert str(inspect.signature(functions.add)) == "(a, b)"
    assert str(inspect.signature(functions.described)) == "(left, right=1)"
    assert str(inspect.signature(functions.own_module)) == "(suffix)"


def test_functions_are_builtin_functions_of_their_module():
    assert type(functions.add) is types.BuiltinFunctionType
    assert functions.add.__name__ == functions.add.__qualname__ == "add"
    assert functions.add.__module__ == "functions"
    assert functions.add.__self__ is functions
    assert repr(functions.add) == "<built-in function add>"


def test_a_function_wrapped_at_run_time():
    function = functions.make_function()
    assert function(21) == 42
    assert function.__module__ is None
    assert function.__doc__ == "Lives in a Rust module of its own."


def test_functions_are_not_bound_as_methods():
    class Class:
        method = functions.number

    assert Class().method() == 42


def test_many_calls_are_all_answered():
    add = exuvia_bindings_tests.functions.add
    assert sum(add(i, 1) for i in range(10_000)) == sum(range(10_001))


def test_a_function_that_takes_its_module_refuses_to_run_without():
    assert functions.told_its_module() == functions.__name__
    if exuvia_bindings_tests.ENGINE == "PyO3":
        pytest.skip("PyO3 reads a NULL pointer")
    with pytest.raises(RuntimeError, match="wrapped without one"):
        functions.make_function_without_its_module()()
