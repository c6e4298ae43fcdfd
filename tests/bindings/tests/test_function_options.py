"""What a function's options say: warnings, annotations, defaults as they are shown."""

import inspect
import operator
import warnings

import pytest
from exuvia_bindings_tests import function_options as options


def warned(call):
    """What a call returns, and what it warns of."""
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        result = call()
    return result, [(warning.category, str(warning.message)) for warning in seen]


def make():
    return warned(lambda: options.Warning(5))[0]


def set_value(instance):
    instance.value = 9


@pytest.mark.parametrize(
    ("call", "result", "category", "message"),
    [
        (options.warns, 1, UserWarning, "this function is old"),
        (lambda: options.warns_first(1), 6, UserWarning, "before anything is converted"),
        (lambda: type(options.Warning(5)), options.Warning, DeprecationWarning, "constructor"),
        (lambda it=make(): it.method(), 5, UserWarning, "method"),
        (lambda it=make(): it.exclusive(6), None, UserWarning, "exclusive"),
        (options.Warning.fixed, 3, UserWarning, "static"),
        (options.Warning.of_class, "Warning", UserWarning, "class"),
        (lambda it=make(): it.value, 5, UserWarning, "getter"),
        (lambda it=make(): set_value(it), None, UserWarning, "setter"),
        (lambda it=make(): len(it), 7, UserWarning, "slot"),
        (lambda it=make(): it + 1, 6, UserWarning, "operator"),
        (lambda it=make(): it(), 5, UserWarning, "call"),
    ],
)
def test_a_call_warns(call, result, category, message):
    assert warned(call) == (result, [(category, message)])


def test_several_warnings_come_in_their_order():
    assert warned(lambda: options.warns_often(1, 2)) == (
        3,
        [(FutureWarning, "first"), (UserWarning, "second"), (DeprecationWarning, "third")],
    )


def test_a_warning_points_at_the_caller():
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        options.warns()
    assert seen[0].filename == __file__


@pytest.mark.parametrize(
    "call",
    [
        options.warns,
        lambda: options.warns_often(1, 2),
        lambda: options.warns_first("no number"),
        lambda: options.Warning(5),
        lambda it=make(): it.method(),
        lambda it=make(): it.exclusive("no number"),
        lambda it=make(): it.value,
        lambda it=make(): set_value(it),
        lambda it=make(): len(it),
        lambda it=make(): operator.add(it, 1),
        lambda it=make(): it(),
    ],
)
def test_a_warning_can_be_an_error(call):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(Warning):
            call()


def test_arguments_that_do_not_fit_the_signature_are_refused_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(TypeError):
            options.warns_first()


def test_annotations_are_for_readers_of_types():
    assert options.annotated(1, 2, 3, c="d", e="f") == '1 Some(2) [3] d [("e", "f")]'
    assert options.annotated(1) == "1 None [] c []"
    assert str(inspect.signature(options.annotated)) == "(a, b=None, *rest, c='c', **more)"


def test_defaults_are_shown_as_python_writes_them():
    assert options.defaults.__text_signature__ == (
        "(a=1000, b=31, c=5, d=1.5, e='x', f=r\"\\d\", g=..., h=..., i=2e3)"
    )
    assert options.defaults() == "1000 31 5 1.5 x \\d [98] -1 2000"
    assert options.generic_defaults() == 0
    assert options.generic_defaults({"a": 1}, 2) == 3


def test_functions_of_every_kind():
    assert options.not_safe(1) == 2
    assert options.as_c(1) == 3


def test_a_module_in_every_form():
    assert options.by_value() == options.unbound() == options.borrowed() == "function_options"


def test_functions_for_arguments(raises_for_argument):
    assert options.by_function() == -1
    assert options.by_function(None) == -1
    assert options.by_function(5) == 5
    assert options.by_method() == 0
    assert options.by_method("123") == 3
    with raises_for_argument("length", TypeError, "object of type 'int' has no len()"):
        options.by_method(1)
