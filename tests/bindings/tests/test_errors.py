"""Errors: raised, caught, converted, chained."""

import builtins
import sys
import traceback
import warnings

import pytest
from exuvia_bindings_tests import errors

BUILTIN = [
    name
    for name in """
    ArithmeticError AssertionError AttributeError BaseException BlockingIOError BrokenPipeError BufferError
    ConnectionError EOFError Exception FileExistsError FileNotFoundError FloatingPointError GeneratorExit ImportError
    IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError
    ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError PermissionError
    RecursionError ReferenceError RuntimeError StopAsyncIteration StopIteration SyntaxError SystemError SystemExit
    TimeoutError TypeError UnboundLocalError ValueError ZeroDivisionError
    """.split()
]


@pytest.mark.parametrize("name", BUILTIN)
def test_builtin_exceptions(name):
    kind = getattr(builtins, name)
    with pytest.raises(BaseException) as caught:
        errors.raise_builtin(name)
    assert type(caught.value) is kind
    assert caught.value.args == ("message",)


def test_arguments_of_exceptions():
    with pytest.raises(ValueError) as caught:
        errors.raise_without_arguments()
    assert caught.value.args == ()
    with pytest.raises(FileNotFoundError) as caught:
        errors.raise_with_three_arguments()
    assert (caught.value.errno, caught.value.strerror, caught.value.filename) == (2, "no such thing", "/a/path")


def test_exceptions_of_our_own():
    with pytest.raises(errors.OwnError, match="^text$"):
        errors.raise_own("text")
    with pytest.raises(errors.OwnValueError) as caught:
        errors.raise_own_value(5, "five")
    assert caught.value.args == (5, "five")
    assert isinstance(caught.value, ValueError)
    assert errors.OwnError.__bases__ == (Exception,)
    assert errors.OwnError.__name__ == "OwnError"
    assert errors.OwnError.__module__ == "exuvia_bindings_tests"
    assert errors.OwnValueError.__doc__ == "A value error of our own."

    class Further(errors.OwnError):
        pass

    assert issubclass(Further, errors.OwnError)


def test_rust_errors_become_exceptions(raises_exactly):
    assert errors.raise_mistake(0) == 0
    for function in (errors.raise_mistake, errors.raise_mistake_by_question_mark):
        with raises_exactly(KeyError, "'mistake number 3'"):
            function(3)


@pytest.mark.parametrize(
    "kind, exception",
    [
        ("BrokenPipe", BrokenPipeError),
        ("ConnectionRefused", ConnectionRefusedError),
        ("ConnectionAborted", ConnectionAbortedError),
        ("ConnectionReset", ConnectionResetError),
        ("Interrupted", InterruptedError),
        ("NotFound", FileNotFoundError),
        ("PermissionDenied", PermissionError),
        ("AlreadyExists", FileExistsError),
        ("WouldBlock", BlockingIOError),
        ("TimedOut", TimeoutError),
        ("IsADirectory", IsADirectoryError),
        ("NotADirectory", NotADirectoryError),
        ("Other", OSError),
    ],
)
def test_io_errors(raises_exactly, kind, exception):
    with raises_exactly(exception, "the message"):
        errors.raise_io(kind)


def test_io_errors_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError, match="No such file or directory"):
        errors.open_file(tmp_path / "absent")
    present = tmp_path / "present"
    present.write_bytes(b"12345")
    assert errors.open_file(present) == 5
    with pytest.raises(NotADirectoryError):
        errors.open_file(present / "below")


def test_errors_of_the_standard_library(raises_exactly):
    assert errors.parse_int("-5") == -5
    with raises_exactly(ValueError, "invalid digit found in string"):
        errors.parse_int("x")
    with raises_exactly(ValueError, "invalid float literal"):
        errors.parse_float("x")
    with pytest.raises(ValueError, match="out of range integral type conversion attempted"):
        errors.narrow(300)
    with pytest.raises(UnicodeDecodeError, match="can't decode byte 0xff in position 1") as caught:
        errors.utf8(b"a\xff")
    assert (caught.value.encoding, caught.value.object, caught.value.start) == ("utf-8", b"a\xff", 1)


# Caught in Rust


def lookup():
    return {}["key"]


def test_what_rust_catches():
    kind, value, display, debug, has_traceback = errors.catch(lookup)
    assert kind is KeyError
    assert type(value) is KeyError
    assert value.args == ("key",)
    assert display == "KeyError: 'key'"
    assert debug.startswith("PyErr { type: <class 'KeyError'>, value: KeyError('key'), traceback: ")
    assert has_traceback
    assert errors.catch(lambda: None) is None


def test_what_rust_passes_on_is_the_same_object():
    problem = ValueError("the very same")

    def fail():
        raise problem

    with pytest.raises(ValueError) as caught:
        errors.rethrow(fail)
    assert caught.value is problem
    names = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert names == ["test_what_rust_passes_on_is_the_same_object", "fail"]


def test_matching():
    assert errors.is_key_error(lookup) == (True, True)
    assert errors.is_key_error(lambda: [][1]) == (False, True)
    assert errors.is_key_error(lambda: 1 / 0) == (False, False)
    assert errors.is_key_error(lambda: None) is None


def test_causes():
    cause = ValueError("the cause")
    with pytest.raises(RuntimeError, match="the effect") as caught:
        errors.raise_from(cause)
    assert caught.value.__cause__ is cause
    assert errors.cause_of(caught.value) is cause
    assert errors.cause_of(cause) is None


def test_values_and_types_raised(raises_exactly):
    problem = LookupError("mine")
    with pytest.raises(LookupError) as caught:
        errors.raise_value(problem)
    assert caught.value is problem
    with raises_exactly(ValueError, ""):
        errors.raise_value(ValueError)
    with raises_exactly(TypeError, "exceptions must derive from BaseException"):
        errors.raise_value(5)
    with raises_exactly(KeyError, "'from a type'"):
        errors.raise_type(KeyError)
    with raises_exactly(TypeError, "exceptions must derive from BaseException"):
        errors.raise_type(int)


def test_exceptions_as_values():
    value = errors.exception_as_object()
    assert type(value) is ValueError
    assert value.args == ("an object",)
    assert value.__traceback__ is None


def test_the_error_indicator():
    assert errors.restore_and_fetch() == (True, "ValueError: pending", False)


def test_clones():
    with pytest.raises(ValueError, match="^cloned$"):
        errors.clone_error()


def test_context_of_an_error_raised_while_another_is_handled():
    with pytest.raises(ValueError) as caught:
        try:
            lookup()
        except KeyError:
            errors.raise_without_arguments()
    assert type(caught.value.__context__) is KeyError


def test_unraisable():
    heard = []
    hook, sys.unraisablehook = sys.unraisablehook, heard.append
    try:
        errors.write_unraisable(lookup)
    finally:
        sys.unraisablehook = hook
    assert [(type(each.exc_value), each.object) for each in heard] == [(ValueError, lookup)]


def test_warnings():
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        errors.warn()
    assert [(each.category, str(each.message)) for each in heard] == [(UserWarning, "take care")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(UserWarning, match="take care"):
            errors.warn()


def test_tracebacks_as_text():
    text = errors.print_traceback(lookup)
    assert text.startswith("Traceback (most recent call last):\n")
    assert "in lookup" in text
    assert errors.print_traceback(lambda: None) is None


@pytest.mark.parametrize(
    "args, name, kind",
    [
        (("x", "", b"", {}), "number", TypeError),
        ((2**70, "", b"", {}), "number", OverflowError),
        ((1, 2, b"", {}), "text", TypeError),
        ((1, "\ud800", b"", {}), "text", UnicodeEncodeError),
        ((1, "", [256], {}), "list", OverflowError),
        ((1, "", "text", {}), "list", TypeError),
        ((1, "", b"", {1: 1}), "dict", TypeError),
        ((1, "", b"", {"a": "x"}), "dict", TypeError),
        ((1, "", b"", []), "dict", TypeError),
    ],
)
def test_conversions_name_the_argument(raises_for_argument, args, name, kind):
    with raises_for_argument(name, kind):
        errors.argument_types(*args)
