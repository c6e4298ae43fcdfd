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

_INTERFACE = "doorbench 0.1.0 893c5a518c48b474"


def _found_interface() -> str:
    try:
        text: str = _ffi.string(_c.doorbench_interface()).decode()
    except (AttributeError, _ffi.error):
        return "one that does not tell"
    return text


if _found_interface() != _INTERFACE:
    raise ImportError(
        f"the library beside {__file__} is {_found_interface()}, and this package is for {_INTERFACE}; install the package again"
    )


def _quicker() -> tuple[Any, Any]:
    """The library in cffi's API mode, where this is CPython: its calls take half the time of those in ABI mode."""
    tables = _c.doorbench_cffi()
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
        length = _c.doorbench_copy_message(status, buffer, size)
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


# Formats of memoryview (the module `struct`) by what they are; how long the items are is told apart.
_ORDERS = ["", "@", "=", "<" if sys.byteorder == "little" else ">"]
_FORMATS = {
    word: {order + letter for order in _ORDERS for letter in letters}
    for word, letters in {"int": "bhilqn", "uint": "BHILQN", "float": "efd"}.items()
}


def _numbers(value: Buffer, name: str, array: str, word: str, size: int, is_changed: bool) -> Any:
    try:
        view = memoryview(value)
    except TypeError:
        wanted = f"{word}{8 * size}"
        raise TypeError(
            f"{name} must have a buffer of {wanted}, as an array of NumPy or of the module array has, and is a {type(value).__name__}"
        ) from None
    try:
        if view.itemsize != size or view.format not in _FORMATS[word]:
            wanted = f"{word}{8 * size}"
            raise TypeError(
                f"{name} has items of the format {view.format!r} and {view.itemsize} bytes, and must have {wanted}: "
                f"numpy.asarray(…, dtype={wanted!r}) makes such an array"
            )
        if view.ndim != 1 or not view.c_contiguous:
            raise InvalidArgument(f"{name} must have one dimension, and its items side by side: numpy.ascontiguousarray(…) puts them so")
        if is_changed and view.readonly:
            raise InvalidArgument(f"{name} is changed, and can only be read")
    finally:
        view.release()
    # Of the object itself and not of `view`, and released when the call ends: a memoryview that something still looks at when the
    # garbage collector comes upon the two breaks the interpreter.
    return _ffi.from_buffer(array, value, is_changed)


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
}


if TYPE_CHECKING:

    def add(one: int, two: int, /) -> int:
        """The sum of two numbers."""

else:
    add = _c.doorbench_add


def letters(text: str) -> int:
    """How many letters a text has."""
    if not isinstance(text, str):
        _no_text(text, "text")
    _1 = _encode(text)
    _result = _ffi.new("size_t *")
    _status = _c.doorbench_letters(_1, len(_1), _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def total(values: Buffer) -> float:
    """The sum of many numbers."""
    _result = _ffi.new("double *")
    _1 = _numbers(values, "values", "double[]", "float", 8, False)
    try:
        _status = _c.doorbench_total(_1, len(_1), _result)
    finally:
        _ffi.release(_1)
    if _status:
        _fail(_status)
    _value: float = _result[0]
    return _value


def each(count: int, visit: Callable[[int], object]) -> None:
    """Calls back as often, with 0, 1, 2 …"""
    _raised: list[BaseException] = []

    def _call_2(_context: Any, _value_1: int) -> int:
        visit(_value_1)
        return 0

    _2 = _ffi.callback("int32_t(void *, int32_t)", _call_2, 1, lambda _kind, error, _trace: _raised.append(error))
    _status = _c.doorbench_each(count, _2, _ffi.NULL)
    if _raised:
        raise _raised.pop()
    if _status:
        _fail(_status)


def seconds_of_total(values: Buffer, times: int) -> float:
    """How long the sum of many numbers takes here, with no door around it: seconds for each time."""
    _result = _ffi.new("double *")
    _1 = _numbers(values, "values", "double[]", "float", 8, False)
    try:
        _status = _c.doorbench_seconds_of_total(_1, len(_1), times, _result)
    finally:
        _ffi.release(_1)
    if _status:
        _fail(_status)
    _value: float = _result[0]
    return _value


__all__ = [
    "Busy",
    "Error",
    "Failed",
    "Freed",
    "InvalidArgument",
    "Panicked",
    "Stopped",
    "WrongThread",
    "add",
    "each",
    "letters",
    "seconds_of_total",
    "total",
]
