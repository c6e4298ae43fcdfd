"""What becomes of the errors of Rust's standard library, and what else can be done with exceptions."""

import asyncio
import email.errors
import json
import socket
import sys
import warnings

import pytest
from exuvia_bindings_tests import failures


@pytest.mark.parametrize(
    "name, text",
    [
        ("TryFromSliceError", "could not convert slice to array"),
        ("CharTryFromError", "converted integer out of range for `char`"),
        ("ParseCharError", "too many characters in string"),
        ("JoinPathsError", "path segment contains separator `:`"),
        ("NulError", "nul byte found in provided data at position: 1"),
        ("AddrParseError", "invalid IP address syntax"),
        ("ParseFloatError", "invalid float literal"),
        ("ParseIntError", "invalid digit found in string"),
        ("TryFromIntError", "out of range integral type conversion attempted"),
        ("StripPrefixError", "prefix not found"),
        ("ParseBoolError", "provided string was not `true` or `false`"),
        ("SystemTimeError", "second time provided was later than self"),
        ("TryFromFloatSecsError", "cannot convert float seconds to Duration: value is negative"),
    ],
)
def test_values_that_do_not_fit(raises_exactly, name, text):
    with raises_exactly(ValueError, text):
        failures.standard(name)


@pytest.mark.parametrize("name, data, start, end", [("IntoStringError", b"a\xff", 1, 2), ("FromUtf8Error", b"ab\xe4\xbd", 2, 4)])
def test_text_that_is_not_utf8(name, data, start, end):
    with pytest.raises(UnicodeDecodeError) as caught:
        failures.standard(name)
    assert caught.value.args == ("utf-8", data, start, end, "invalid utf-8")


def test_the_error_of_a_writer(raises_exactly):
    with raises_exactly(BrokenPipeError, "no room"):
        failures.standard("IntoInnerError")


@pytest.mark.parametrize(
    "name, kind, arguments",
    [
        ("io", RuntimeError, ("the disk",)),
        ("int", KeyError, ("invalid digit found in string",)),
        ("nul", Exception, ("nul byte found in provided data at position: 0",)),
    ],
)
def test_errors_as_arguments(name, kind, arguments):
    error = failures.standard_as_arguments(name)
    assert type(error) is kind
    assert error.args == arguments


def test_exceptions_go_through_io_errors():
    problem = FileNotFoundError(2, "gone", "path")

    def fail():
        raise problem

    kind, text, error = failures.through_io(fail)
    assert (kind, text) == ("NotFound", "FileNotFoundError: [Errno 2] gone: 'path'")
    assert error is problem


def test_decode_errors():
    assert failures.decode_error(b"abc") is None
    error = failures.decode_error(b"ab\xff")
    assert type(error) is UnicodeDecodeError
    assert error.args == ("utf-8", b"ab\xff", 2, 3, "invalid utf-8")
    assert failures.decode_error(b"\xe4\xbd").args == ("utf-8", b"\xe4\xbd", 0, 2, "invalid utf-8")
    assert failures.decode_error_of().args == ("utf-16", b"abc", 1, 2, "no reason")
    with pytest.raises(UnicodeDecodeError, match="can't decode byte 0xff in position 2: invalid utf-8"):
        failures.raise_decode_error(b"ab\xff")


@pytest.mark.parametrize(
    "name, kind, arguments",
    [
        ("JSONDecodeError", json.JSONDecodeError, ("bad: line 1 column 2 (char 1)",)),
        ("HeaderParseError", email.errors.HeaderParseError, ("bad header",)),
        ("CancelledError", asyncio.CancelledError, ("cancelled",)),
        ("QueueEmpty", asyncio.QueueEmpty, ()),
        ("gaierror", socket.gaierror, (8, "no such host")),
    ],
)
def test_imported_exceptions(name, kind, arguments):
    error = failures.raise_imported(name)
    assert type(error) is kind
    assert error.args == arguments


def test_matching_imported_exceptions():
    assert failures.is_json_error(json.JSONDecodeError("bad", "doc", 1))
    assert not failures.is_json_error(ValueError())


def test_text_of_exceptions():
    class Own(Exception):
        def __str__(self):
            raise ValueError("no text")

    assert failures.text_and_debug(ValueError("text")) == (
        "ValueError: text",
        "PyErr { type: <class 'ValueError'>, value: ValueError('text'), traceback: None }",
    )
    assert failures.text_and_debug(ValueError())[0] == "ValueError: "
    assert failures.text_and_debug(Own())[0].endswith("Own: <exception str() failed>")
    try:
        raise KeyError("a")
    except KeyError as error:
        text, debug = failures.text_and_debug(error)
    assert text == "KeyError: 'a'"
    assert debug.startswith("PyErr { type: <class 'KeyError'>, value: KeyError('a'), traceback: Some(\"Traceback (most recent call last):\\n")


def test_printing(capsys, monkeypatch):
    heard = []
    monkeypatch.setattr(sys, "excepthook", lambda *problem: heard.append(problem[1]))
    problem = ValueError("shown")
    failures.display(problem)
    assert capsys.readouterr().err == "ValueError: shown\n"
    assert heard == []
    failures.print(problem)
    assert heard == [problem]
    monkeypatch.setattr(sys, "last_value", None, raising=False)
    failures.print_and_remember(problem)
    assert heard == [problem, problem]
    assert sys.last_value is problem


def test_explicit_warnings():
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        failures.warn_explicitly()
        failures.warn_explicitly("a.module")
    assert [(each.category, str(each.message), each.filename, each.lineno) for each in heard] == [
        (UserWarning, "take care", "file.py", 12)
    ] * 2
    with warnings.catch_warnings():
        warnings.filterwarnings("error", module="a.module")
        with pytest.raises(UserWarning, match="take care"):
            failures.warn_explicitly("a.module")


def test_a_registry_remembers_what_was_said():
    registry = {}
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("once")
        failures.warn_explicitly("a.module", registry)
        failures.warn_explicitly("a.module", registry)
    assert len(heard) <= 1
    assert registry


def test_contexts_and_causes():
    first = KeyError("first")
    second = failures.with_context(first)
    assert second.__context__ is first
    assert failures.context_of(second) is first
    assert failures.context_of(first) is None
    second.__cause__ = first
    failures.without_cause(second)
    assert second.__cause__ is None


def test_types_made_at_run_time():
    made = failures.new_type()
    assert (made.__module__, made.__name__, made.__doc__) == ("package.module", "Made", "Made at run time.")
    assert made.__bases__ == (LookupError,)


def test_tuples_of_types_match_in_depth():
    assert failures.matches(KeyError(), (ValueError, (TypeError, LookupError)))
    assert not failures.matches(KeyError(), (ValueError, TypeError))
