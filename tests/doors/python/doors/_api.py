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

_INTERFACE = "doors 0.1.0 33ad623a246fb6cd"


def _found_interface() -> str:
    try:
        text: str = _ffi.string(_c.doors_interface()).decode()
    except (AttributeError, _ffi.error):
        return "one that does not tell"
    return text


if _found_interface() != _INTERFACE:
    raise ImportError(
        f"the library beside {__file__} is {_found_interface()}, and this package is for {_INTERFACE}; install the package again"
    )


def _quicker() -> tuple[Any, Any]:
    """The library in cffi's API mode, where this is CPython: its calls take half the time of those in ABI mode."""
    tables = _c.doors_cffi()
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
        length = _c.doors_copy_message(status, buffer, size)
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


def _c_text(value: str, name: str) -> bytes:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    text = str.encode(value)
    if b"\0" in text:
        raise InvalidArgument(f"{name} has a NUL in it, where a text of C ends")
    return text


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


def _made_text(result: Any) -> str:
    try:
        text: str = _ffi.unpack(result.data, result.length).decode()
    finally:
        _c.doors_buffer_free(result.owner)
    return text


def _made_numbers(result: Any, letter: str, size: int) -> memoryview:
    """The numbers where they lie: they are given back when nobody looks at them any more."""
    owner, length = result.owner, result.length * size
    data = _ffi.gc(result.data, lambda _data: _c.doors_buffer_free(owner), length)
    # For type checkers the letters of formats are known one by one, and not as any text.
    return memoryview(_ffi.buffer(data, length)).cast(letter)  # type: ignore[call-overload, no-any-return, unused-ignore]


_THREAD = 10
# Not imported where it is needed, which may be after Python has let go of what imports.
_warnings: Any = importlib.import_module("warnings")


class _Handle:
    """A value of the library's: given back by `close`, at the end of a `with`, or when it is no longer used."""

    __slots__ = ("_handle", "__weakref__")
    _handle: Any
    _free: Any

    def _hold(self, handle: Any) -> None:
        free, name = self._free, type(self).__name__

        def give_back(handle: Any) -> None:
            status = free(handle)
            if status == _THREAD:
                _warnings.warn(f"a {name} was left to another thread, which cannot give it back: close it in its own", ResourceWarning, stacklevel=2)
            elif status:
                _warnings.warn(f"a {name} was not given back: {_message(status)}", RuntimeWarning, stacklevel=2)

        self._handle = _ffi.gc(handle, give_back)

    @classmethod
    def _of(cls, handle: Any) -> Self:
        value = cls.__new__(cls)
        value._hold(handle)
        return value

    def close(self) -> None:
        """Gives the value back. What is called on it afterwards raises `Freed`; closing it again does nothing."""
        status = self._free(self._handle)
        error = _ERRORS.get(status)
        if error is Busy or error is WrongThread:
            _fail(status)
        # There is nothing left to give back, whatever has happened when it was.
        _ffi.gc(self._handle, None)
        if status and error is not Freed:
            _fail(status)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()


def _handle(value: _Handle, kind: type[_Handle], name: str) -> Any:
    if not isinstance(value, kind):
        raise TypeError(f"{name} must be a {kind.__name__}, not {type(value).__name__}")
    return value._handle


class NumberError(Error):
    """Why a text is no number."""


class NumberErrorEmpty(NumberError):
    """Nothing is there."""


class NumberErrorDigit(NumberError):
    """A letter is no digit."""


class TooLarge(Error):
    """Something is too large."""


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
    100: NumberErrorEmpty,
    101: NumberErrorDigit,
    200: TooLarge,
}


class Counter(_Handle):
    """Counts."""

    __slots__ = ()
    _free = staticmethod(_c.doors_counter_free)

    def __init__(self, from_: int) -> None:
        """Begins with a number."""
        _result = _ffi.new("doors_counter **")
        _status = _c.doors_counter_new(from_, _result)
        if _status:
            _fail(_status)
        self._hold(_result[0])

    @classmethod
    def read(cls, text: str) -> Counter:
        """Begins with the number in a text."""
        if not isinstance(text, str):
            _no_text(text, "text")
        _1 = _encode(text)
        _result = _ffi.new("doors_counter **")
        _status = _c.doors_counter_read(_1, len(_1), _result)
        if _status:
            _fail(_status)
        return cls._of(_result[0])

    @staticmethod
    def alive() -> int:
        """How many counters there are."""
        _result = _ffi.new("uint32_t *")
        _status = _c.doors_counter_alive(_result)
        if _status:
            _fail(_status)
        _value: int = _result[0]
        return _value

    def add(self, number: int) -> int:
        """Adds a number, and gives the count."""
        _result = _ffi.new("int64_t *")
        _status = _c.doors_counter_add(self._handle, number, _result)
        if _status:
            _fail(_status)
        _value: int = _result[0]
        return _value

    def count(self) -> int:
        """The count."""
        _result = _ffi.new("int64_t *")
        _status = _c.doors_counter_count(self._handle, _result)
        if _status:
            _fail(_status)
        _value: int = _result[0]
        return _value

    def merge(self, other: Counter) -> None:
        """Adds another's count."""
        _status = _c.doors_counter_merge(self._handle, _handle(other, Counter, "other"))
        if _status:
            _fail(_status)

    def exceeds(self, other: Counter) -> bool:
        """Whether it is more than another's."""
        _result = _ffi.new("_Bool *")
        _status = _c.doors_counter_exceeds(self._handle, _handle(other, Counter, "other"), _result)
        if _status:
            _fail(_status)
        _value: bool = _result[0]
        return _value

    def twin(self) -> Counter:
        """Another of the same count."""
        _result = _ffi.new("doors_counter **")
        _status = _c.doors_counter_twin(self._handle, _result)
        if _status:
            _fail(_status)
        return Counter._of(_result[0])

    def visit(self, visit: Callable[[int], object]) -> None:
        """Calls back while it is in use."""
        _raised: list[BaseException] = []

        def _call_1(_context: Any, _value_1: int) -> int:
            visit(_value_1)
            return 0

        _1 = _ffi.callback("int32_t(void *, int64_t)", _call_1, 1, lambda _kind, error, _trace: _raised.append(error))
        _status = _c.doors_counter_visit(self._handle, _1, _ffi.NULL)
        if _raised:
            raise _raised.pop()
        if _status:
            _fail(_status)

    def look(self, visit: Callable[[int], object]) -> None:
        """Calls back while it is looked at."""
        _raised: list[BaseException] = []

        def _call_1(_context: Any, _value_1: int) -> int:
            visit(_value_1)
            return 0

        _1 = _ffi.callback("int32_t(void *, int64_t)", _call_1, 1, lambda _kind, error, _trace: _raised.append(error))
        _status = _c.doors_counter_look(self._handle, _1, _ffi.NULL)
        if _raised:
            raise _raised.pop()
        if _status:
            _fail(_status)


class Local(_Handle):
    """Stays in its thread."""

    __slots__ = ()
    _free = staticmethod(_c.doors_local_free)

    def __init__(self) -> None:
        """Makes one."""
        _result = _ffi.new("doors_local **")
        _status = _c.doors_local_new(_result)
        if _status:
            _fail(_status)
        self._hold(_result[0])

    def count(self) -> int:
        """The number."""
        _result = _ffi.new("int32_t *")
        _status = _c.doors_local_count(self._handle, _result)
        if _status:
            _fail(_status)
        _value: int = _result[0]
        return _value


class Alone(_Handle):
    """May go to another thread, and not be in two at once."""

    __slots__ = ()
    _free = staticmethod(_c.doors_alone_free)

    def __init__(self) -> None:
        """Makes one."""
        _result = _ffi.new("doors_alone **")
        _status = _c.doors_alone_new(_result)
        if _status:
            _fail(_status)
        self._hold(_result[0])

    def touch(self) -> int:
        """Counts the calls, without being changed."""
        _result = _ffi.new("int64_t *")
        _status = _c.doors_alone_touch(self._handle, _result)
        if _status:
            _fail(_status)
        _value: int = _result[0]
        return _value


class Mine(_Handle):
    """Panics when it is given back."""

    __slots__ = ()
    _free = staticmethod(_c.doors_mine_free)

    def __init__(self) -> None:
        """Makes one."""
        _result = _ffi.new("doors_mine **")
        _status = _c.doors_mine_new(_result)
        if _status:
            _fail(_status)
        self._hold(_result[0])


def same_i8(value: int) -> int:
    """The same."""
    _result = _ffi.new("int8_t *")
    _status = _c.doors_same_i8(value, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def same_i16(value: int) -> int:
    """The same."""
    _result = _ffi.new("int16_t *")
    _status = _c.doors_same_i16(value, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def same_i32(value: int) -> int:
    """The same."""
    _result = _ffi.new("int32_t *")
    _status = _c.doors_same_i32(value, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def same_i64(value: int) -> int:
    """The same."""
    _result = _ffi.new("int64_t *")
    _status = _c.doors_same_i64(value, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def same_isize(value: int) -> int:
    """The same."""
    _result = _ffi.new("ptrdiff_t *")
    _status = _c.doors_same_isize(value, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def same_u8(value: int) -> int:
    """The same."""
    _result = _ffi.new("uint8_t *")
    _status = _c.doors_same_u8(value, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def same_u16(value: int) -> int:
    """The same."""
    _result = _ffi.new("uint16_t *")
    _status = _c.doors_same_u16(value, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def same_u32(value: int) -> int:
    """The same."""
    _result = _ffi.new("uint32_t *")
    _status = _c.doors_same_u32(value, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def same_u64(value: int) -> int:
    """The same."""
    _result = _ffi.new("uint64_t *")
    _status = _c.doors_same_u64(value, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def same_usize(value: int) -> int:
    """The same."""
    _result = _ffi.new("size_t *")
    _status = _c.doors_same_usize(value, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def same_f32(value: float) -> float:
    """The same."""
    _result = _ffi.new("float *")
    _status = _c.doors_same_f32(value, _result)
    if _status:
        _fail(_status)
    _value: float = _result[0]
    return _value


def same_f64(value: float) -> float:
    """The same."""
    _result = _ffi.new("double *")
    _status = _c.doors_same_f64(value, _result)
    if _status:
        _fail(_status)
    _value: float = _result[0]
    return _value


def other(value: bool) -> bool:
    """The other."""
    _result = _ffi.new("_Bool *")
    _status = _c.doors_other(value, _result)
    if _status:
        _fail(_status)
    _value: bool = _result[0]
    return _value


if TYPE_CHECKING:

    def add(one: int, two: int, /) -> int:
        """The sum of two numbers."""

else:
    add = _c.doors_add


def total(values: Buffer) -> float:
    """The sum of many."""
    _result = _ffi.new("double *")
    _1 = _numbers(values, "values", "double[]", "float", 8, False)
    try:
        _status = _c.doors_total(_1, len(_1), _result)
    finally:
        _ffi.release(_1)
    if _status:
        _fail(_status)
    _value: float = _result[0]
    return _value


def largest(values: Buffer) -> int:
    """The largest of some bytes.

    Nothing has none: -1.
    """
    _result = _ffi.new("int32_t *")
    _1 = _numbers(values, "values", "uint8_t[]", "uint", 1, False)
    try:
        _status = _c.doors_largest(_1, len(_1), _result)
    finally:
        _ffi.release(_1)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def scale(values: Buffer, factor: float) -> None:
    """Makes each value `factor` times as large."""
    _1 = _numbers(values, "values", "double[]", "float", 8, True)
    try:
        _status = _c.doors_scale(_1, len(_1), factor)
    finally:
        _ffi.release(_1)
    if _status:
        _fail(_status)


def copy(from_: Buffer, into: Buffer) -> None:
    """Copies numbers. Panics where there are more or less of them."""
    _1 = _numbers(from_, "from_", "int32_t[]", "int", 4, False)
    try:
        _2 = _numbers(into, "into", "int32_t[]", "int", 4, True)
        try:
            _status = _c.doors_copy(_1, len(_1), _2, len(_2))
        finally:
            _ffi.release(_2)
    finally:
        _ffi.release(_1)
    if _status:
        _fail(_status)


def exchange(one: Buffer, two: Buffer) -> None:
    """Exchanges numbers."""
    _1 = _numbers(one, "one", "int64_t[]", "int", 8, True)
    try:
        _2 = _numbers(two, "two", "int64_t[]", "int", 8, True)
        try:
            _status = _c.doors_exchange(_1, len(_1), _2, len(_2))
        finally:
            _ffi.release(_2)
    finally:
        _ffi.release(_1)
    if _status:
        _fail(_status)


def first(count: int) -> memoryview:
    """The first numbers."""
    _result = _ffi.new("doors_u32_array *")
    _status = _c.doors_first(count, _result)
    if _status:
        _fail(_status)
    return _made_numbers(_result, "I", 4)


def halves(count: int) -> memoryview:
    """As many halves."""
    _result = _ffi.new("doors_f32_array *")
    _status = _c.doors_halves(count, _result)
    if _status:
        _fail(_status)
    return _made_numbers(_result, "f", 4)


def each(values: Buffer, visit: Callable[[float], object]) -> None:
    """Calls back with each value."""
    _raised: list[BaseException] = []

    def _call_2(_context: Any, _value_1: float) -> int:
        visit(_value_1)
        return 0

    _2 = _ffi.callback("int32_t(void *, double)", _call_2, 1, lambda _kind, error, _trace: _raised.append(error))
    _1 = _numbers(values, "values", "double[]", "float", 8, False)
    try:
        _status = _c.doors_each(_1, len(_1), _2, _ffi.NULL)
    finally:
        _ffi.release(_1)
    if _raised:
        raise _raised.pop()
    if _status:
        _fail(_status)


def map(values: Buffer, change: Callable[[float, int], float]) -> memoryview:
    """Each value as a callback has it, with its position."""
    _raised: list[BaseException] = []

    def _call_2(_context: Any, _value_1: float, _value_2: int, _answer: Any) -> int:
        _answer[0] = change(_value_1, _value_2)
        return 0

    _2 = _ffi.callback("int32_t(void *, double, uint32_t, double *)", _call_2, 1, lambda _kind, error, _trace: _raised.append(error))
    _result = _ffi.new("doors_f64_array *")
    _1 = _numbers(values, "values", "double[]", "float", 8, False)
    try:
        _status = _c.doors_map(_1, len(_1), _2, _ffi.NULL, _result)
    finally:
        _ffi.release(_1)
    if _raised:
        raise _raised.pop()
    if _status:
        _fail(_status)
    return _made_numbers(_result, "d", 8)


def deaf(visit: Callable[[float], object]) -> int:
    """Calls back, and goes on as if nothing had been said."""
    _raised: list[BaseException] = []

    def _call_1(_context: Any, _value_1: float) -> int:
        visit(_value_1)
        return 0

    _1 = _ffi.callback("int32_t(void *, double)", _call_1, 1, lambda _kind, error, _trace: _raised.append(error))
    _result = _ffi.new("uint32_t *")
    _status = _c.doors_deaf(_1, _ffi.NULL, _result)
    if _raised:
        raise _raised.pop()
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def length(length: float) -> float:
    """Its own name is that of its parameter."""
    _result = _ffi.new("double *")
    _status = _c.doors_length(length, _result)
    if _status:
        _fail(_status)
    _value: float = _result[0]
    return _value


if TYPE_CHECKING:

    def shim(value: int, /) -> int:
        """As the function that C calls would be called."""

else:
    shim = _c.doors_shim


def mistaken(at: int) -> int:
    """Has a mistake in it. C's comments end in `*/`, and this one does not."""
    _result = _ffi.new("int32_t *")
    _status = _c.doors_mistaken(at, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def count(text: str, part: str) -> int:
    """How often `part` is in `text`."""
    if not isinstance(text, str):
        _no_text(text, "text")
    _1 = _encode(text)
    if not isinstance(part, str):
        _no_text(part, "part")
    _2 = _encode(part)
    _result = _ffi.new("size_t *")
    _status = _c.doors_count(_1, len(_1), _2, len(_2), _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def capitals(text: str) -> str:
    """The text in capitals."""
    if not isinstance(text, str):
        _no_text(text, "text")
    _1 = _encode(text)
    _result = _ffi.new("doors_text *")
    _status = _c.doors_capitals(_1, len(_1), _result)
    if _status:
        _fail(_status)
    return _made_text(_result)


def encoded(text: str) -> memoryview:
    """The bytes of a text."""
    if not isinstance(text, str):
        _no_text(text, "text")
    _1 = _encode(text)
    _result = _ffi.new("doors_u8_array *")
    _status = _c.doors_encoded(_1, len(_1), _result)
    if _status:
        _fail(_status)
    return _made_numbers(_result, "B", 1)


def c_length(text: str) -> int:
    """How many bytes are in front of the NUL."""
    _result = _ffi.new("size_t *")
    _status = _c.doors_c_length(_c_text(text, "text"), _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def number(text: str) -> int:
    """Reads a number."""
    if not isinstance(text, str):
        _no_text(text, "text")
    _1 = _encode(text)
    _result = _ffi.new("uint64_t *")
    _status = _c.doors_number(_1, len(_1), _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def too_large() -> None:
    """Always."""
    _status = _c.doors_too_large()
    if _status:
        _fail(_status)


def fail(words: str) -> None:
    """Fails with these words."""
    if not isinstance(words, str):
        _no_text(words, "words")
    _1 = _encode(words)
    _status = _c.doors_fail(_1, len(_1))
    if _status:
        _fail(_status)


def contents(path: str) -> str:
    """Reads a file's text: the error of the system has no code of its own."""
    if not isinstance(path, str):
        _no_text(path, "path")
    _1 = _encode(path)
    _result = _ffi.new("doors_text *")
    _status = _c.doors_contents(_1, len(_1), _result)
    if _status:
        _fail(_status)
    return _made_text(_result)


def type_(lambda_: int, len_: int, result: int) -> int:
    """A name that Python needs for itself, and parameters that do too."""
    _result = _ffi.new("int32_t *")
    _status = _c.doors_type(lambda_, len_, result, _result)
    if _status:
        _fail(_status)
    _value: int = _result[0]
    return _value


def after(text: str, name: str, visit: Callable[[float], object]) -> str:
    """Texts as they are after a callback, which may change what C gave."""
    _raised: list[BaseException] = []
    if not isinstance(text, str):
        _no_text(text, "text")
    _1 = _encode(text)

    def _call_3(_context: Any, _value_1: float) -> int:
        visit(_value_1)
        return 0

    _3 = _ffi.callback("int32_t(void *, double)", _call_3, 1, lambda _kind, error, _trace: _raised.append(error))
    _result = _ffi.new("doors_text *")
    _status = _c.doors_after(_1, len(_1), _c_text(name, "name"), _3, _ffi.NULL, _result)
    if _raised:
        raise _raised.pop()
    if _status:
        _fail(_status)
    return _made_text(_result)


def ask(answer: Callable[[float], float]) -> float:
    """What its callback answers to a number, whatever that is called."""
    _raised: list[BaseException] = []

    def _call_1(_context: Any, _value_1: float, _answer: Any) -> int:
        _answer[0] = answer(_value_1)
        return 0

    _1 = _ffi.callback("int32_t(void *, double, double *)", _call_1, 1, lambda _kind, error, _trace: _raised.append(error))
    _result = _ffi.new("double *")
    _status = _c.doors_ask(_1, _ffi.NULL, _result)
    if _raised:
        raise _raised.pop()
    if _status:
        _fail(_status)
    _value: float = _result[0]
    return _value


if TYPE_CHECKING:

    def names(unix: int, linux: int, restrict: int, and_: int, xor: int, class_: int, template: int, int_: int, errno: int, type_: int, /) -> int:
        """Names that C, C++ and their headers have already."""

else:
    names = _c.doors_names


__all__ = [
    "Alone",
    "Busy",
    "Counter",
    "Error",
    "Failed",
    "Freed",
    "InvalidArgument",
    "Local",
    "Mine",
    "NumberError",
    "NumberErrorDigit",
    "NumberErrorEmpty",
    "Panicked",
    "Stopped",
    "TooLarge",
    "WrongThread",
    "add",
    "after",
    "ask",
    "c_length",
    "capitals",
    "contents",
    "copy",
    "count",
    "deaf",
    "each",
    "encoded",
    "exchange",
    "fail",
    "first",
    "halves",
    "largest",
    "length",
    "map",
    "mistaken",
    "names",
    "number",
    "other",
    "same_f32",
    "same_f64",
    "same_i16",
    "same_i32",
    "same_i64",
    "same_i8",
    "same_isize",
    "same_u16",
    "same_u32",
    "same_u64",
    "same_u8",
    "same_usize",
    "scale",
    "shim",
    "too_large",
    "total",
    "type_",
]
