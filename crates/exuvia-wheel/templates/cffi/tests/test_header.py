"""What only callers of C see, and that the stubs say what the header says."""

import ast
from pathlib import Path

import @MODULE@
import pytest
from @MODULE@._native import ffi, lib

STUBS = Path(__file__).parent.parent / "python" / "@MODULE@" / "_native" / "__init__.pyi"


def test_the_stubs_name_what_the_header_declares():
    classes = {node.name: node for node in ast.parse(STUBS.read_text()).body if isinstance(node, ast.ClassDef)}
    parameters = {}
    constants = set()
    for node in classes["_Library"].body:
        if isinstance(node, ast.FunctionDef):
            parameters[node.name] = len(node.args.args) - 1
        elif isinstance(node, ast.AnnAssign):
            constants.add(node.target.id)
    functions = {name for name in dir(lib) if isinstance(getattr(lib, name), ffi.CData)}
    assert parameters == {name: len(ffi.typeof(getattr(lib, name)).args) for name in functions}
    assert constants == set(dir(lib)) - functions


@pytest.mark.parametrize("length", range(4))
def test_a_buffer_that_is_too_short_is_left_alone(length):
    buffer = ffi.new("char[]", b"????")
    assert lib.@MODULE@_roman(8, buffer, length) == lib.@UPPER@_TOO_SHORT
    assert ffi.string(buffer) == b"????"


def test_a_buffer_that_is_just_long_enough():
    buffer = ffi.new("char[]", b"?????")
    assert lib.@MODULE@_roman(8, buffer, 5) == lib.@UPPER@_GOOD
    assert ffi.unpack(buffer, 5) == b"VIII\0"


def test_no_buffer():
    assert lib.@MODULE@_roman(8, ffi.NULL, 5) == lib.@UPPER@_NO_BUFFER


def test_every_answer_fits_in_the_length_of_the_header():
    assert max(len(@MODULE@.roman(number)) for number in range(1, 4000)) == lib.@UPPER@_ROMAN_LENGTH - 1
