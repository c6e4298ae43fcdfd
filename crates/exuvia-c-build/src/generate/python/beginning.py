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

_INTERFACE = "@INTERFACE@"


def _found_interface() -> str:
    try:
        text: str = _ffi.string(_c.@PREFIX@_interface()).decode()
    except (AttributeError, _ffi.error):
        return "one that does not tell"
    return text


if _found_interface() != _INTERFACE:
    raise ImportError(
        f"the library beside {__file__} is {_found_interface()}, and this package is for {_INTERFACE}; install the package again"
    )


def _quicker() -> tuple[Any, Any]:
    """The library in cffi's API mode, where this is CPython: its calls take half the time of those in ABI mode."""
    tables = _c.@PREFIX@_cffi()
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
        length = _c.@PREFIX@_copy_message(status, buffer, size)
        if length < size:
            text: str = _ffi.unpack(buffer, length).decode()
            return text
        size = length + 1


def _fail(status: int) -> NoReturn:
    error = _ERRORS.get(status, Error)(_message(status))
    error.code = status
    raise error
