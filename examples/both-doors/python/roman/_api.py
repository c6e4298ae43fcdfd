"""The library's functions and types. Written by exuvia-c-build, and again whenever the library changes: changes here are lost."""

from __future__ import annotations

import importlib
import sys

# Known to type checkers by its name. The module `typing` takes longer to import than all else here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NoReturn

    from typing_extensions import Buffer, Self

# What maturin puts beside this file: cffi's view of the library.
_native: Any = importlib.import_module("._native", __package__)
_ffi: Any = _native.ffi
_c: Any = _native.lib

_INTERFACE = "roman 0.1.0 a58d6d81c62d42f4"


def _found_interface() -> str:
    try:
        text: str = _ffi.string(_c.roman_interface()).decode()
    except (AttributeError, _ffi.error):
        return "one that does not tell"
    return text


if _found_interface() != _INTERFACE:
    raise ImportError(
        f"the library beside {__file__} is {_found_interface()}, and this package is for {_INTERFACE}; install the package again"
    )


def _quicker() -> tuple[Any, Any]:
    """The library in cffi's API mode, where this is CPython: its calls take half the time of those in ABI mode."""
    tables = _c.roman_cffi()
    if not tables:
        return _ffi, _c
    backend: Any = importlib.import_module("_cffi_backend")
    module: Any = backend._init_cffi_1_0_external_module(int(_ffi.cast("intptr_t", tables)))
    return module.ffi, module.lib


# Where there is no GIL, nothing keeps one thread from reading the tables while another writes them.
if sys.implementation.name == "cpython" and getattr(sys, "_is_gil_enabled", lambda: True)():
    _ffi, _c = _quicker()


class Error(Exception):
    """What the library fails with."""

    #: The library's own number for it.
    code: int = 0


class Failed(Error):
    """A function failed."""


class Panicked(Error, RuntimeError):
    """A function has a mistake in it."""


class InvalidArgument(Error, ValueError):
    """An argument is none that a function can work with."""


class Freed(Error, ValueError):
    """A value was closed, and is used."""


class Busy(Error, RuntimeError):
    """A value is used by another thread, or by the call that this one comes from."""


class WrongThread(Error, RuntimeError):
    """A value belongs to another thread."""


class Stopped(Error):
    """A callback wanted a function to stop."""


def _message(status: int) -> str:
    # In one call, and by the status: what fails meanwhile in a signal handler or a finalizer, with another one, changes nothing.
    size = 256
    while True:
        buffer = _ffi.new("char[]", size)
        length = _c.roman_copy_message(status, buffer, size)
        if length < size:
            text: str = _ffi.unpack(buffer, length).decode()
            return text
        size = length + 1


def _fail(status: int) -> NoReturn:
    error = _ERRORS.get(status, Error)(_message(status))
    error.code = status
    raise error


# Not what a class that extends `str` makes of it: C reads as many bytes as it is told that there are.
_encode = str.encode


def _no_text(value: object, name: str) -> NoReturn:
    raise TypeError(f"{name} must be a str, not {type(value).__name__}")


def _made_text(result: Any) -> str:
    try:
        text: str = _ffi.unpack(result.data, result.length).decode()
    finally:
        _c.roman_buffer_free(result.owner)
    return text


class NumeralError(Error):
    """Why something is no Roman numeral."""


class NumeralErrorRange(NumeralError):
    """The Romans had no sign for the number."""


class NumeralErrorSpelling(NumeralError):
    """A text is not what the number would be written as."""


_ERRORS: dict[int, type[Error]] = {
    1: Failed,
    2: Panicked,
    3: InvalidArgument,
    4: InvalidArgument,
    5: InvalidArgument,
    6: InvalidArgument,
    7: InvalidArgument,
    8: Freed,
    9: Busy,
    10: WrongThread,
    11: Stopped,
    100: NumeralErrorRange,
    101: NumeralErrorSpelling,
}


def write(number: int) -> str:
    """Writes a number from 1 to 3999 in Roman numerals."""
    _result = _ffi.new("roman_text *")
    _status = _c.roman_write(number, _result)
    if _status:
        _fail(_status)
    return _made_text(_result)


def read(text: str) -> int:
    """Reads a Roman numeral, in capitals and as it is written today."""
    if not isinstance(text, str):
        _no_text(text, "text")
    _1 = _encode(text)
    _result = _ffi.new("uint32_t *")
    _status = _c.roman_read(_1, len(_1), _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def is_numeral(text: str) -> bool:
    """Whether a text is a Roman numeral."""
    if not isinstance(text, str):
        _no_text(text, "text")
    _1 = _encode(text)
    _result = _ffi.new("_Bool *")
    _status = _c.roman_is_numeral(_1, len(_1), _result)
    if _status:
        _fail(_status)
    _value: bool = _result[0]
    return _value


if TYPE_CHECKING:

    def length(number: int, /) -> int:
        """How many signs a number is written with; 0 where it cannot be written."""

else:
    length = _c.roman_length


__all__ = [
    "Busy",
    "Error",
    "Failed",
    "Freed",
    "InvalidArgument",
    "NumeralError",
    "NumeralErrorRange",
    "NumeralErrorSpelling",
    "Panicked",
    "Stopped",
    "WrongThread",
    "is_numeral",
    "length",
    "read",
    "write",
]
