"""Code, frames and tracebacks."""

import contextvars
import subprocess
import sys
import traceback

import pytest
from exuvia_bindings_tests import LIMITED, code

needs_frames = pytest.mark.skipif(LIMITED, reason="the limited API knows neither frames nor contexts")


def test_expressions_and_statements():
    names = {"a": 20}
    expression = code.compile("a + 1", "here", True)
    assert expression.co_filename == "here"
    assert code.run(expression, names) == 21
    assert code.run(code.compile("b = a", "here", False), names) is None
    assert names["b"] == 20
    with pytest.raises(SyntaxError) as caught:
        code.compile("a = 1", "here", True)
    assert caught.value.filename == "here"


def test_names_of_code():
    __import__("__main__").main_name = 5
    assert code.run(code.compile("main_name", "here", True)) == 5
    names = {}
    code.run(code.compile("c = a + b", "here", False), {"a": 1, "b": 2}, names)
    assert names == {"c": 3}
    assert code.run(compile("len('abc')", "here", "eval"), {}) == 3


def test_what_code_raises():
    with pytest.raises(ZeroDivisionError):
        code.run(code.compile("1 / 0", "here", True), {})


@needs_frames
def test_frames():
    def inner():
        return sys._getframe()

    def caller():
        return inner()

    frame = caller()
    assert code.line_number(frame) == frame.f_lineno
    assert code.code_of(frame) is inner.__code__
    assert code.outer(frame) is None or code.outer(frame) is frame.f_back
    here = sys._getframe()
    assert code.outer(here) is here.f_back
    assert code.code_of(here).co_name == "test_frames"


@needs_frames
def test_tracebacks_of_code_elsewhere():
    with pytest.raises(ValueError, match="far away") as caught:
        code.raise_elsewhere()
    entries = [(each.filename, each.name, each.lineno) for each in traceback.extract_tb(caught.value.__traceback__)]
    assert entries[-2:] == [("outer.file", "outer", 10), ("inner.file", "inner", 20)]


@needs_frames
def test_contexts():
    assert code.is_context(contextvars.copy_context())
    assert not code.is_context({})


def test_types(raises_for_argument):
    with raises_for_argument("code", TypeError, "'str' object is not an instance of 'code'"):
        code.run("1")


@needs_frames
def test_frames_are_no_numbers(raises_for_argument):
    with raises_for_argument("frame", TypeError, "'int' object is not an instance of 'frame'"):
        code.line_number(1)


def test_what_is_no_code_is_not_run():
    program = """
import types

class Code:
    co_freevars = ()

types.CodeType = Code
from exuvia_bindings_tests import code
assert code.run(code.compile("1 + 1", "x", True)) == 2
code.run(Code())
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 1
    assert "\nTypeError: " in done.stderr
