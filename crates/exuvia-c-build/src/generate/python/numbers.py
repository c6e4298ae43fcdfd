# Letters of memoryview's formats (the module `struct`) by what they are.
_LETTERS = {"i": "bhilqn", "u": "BHILQN", "f": "efd"}
_WORDS = {"i": "int", "u": "uint", "f": "float"}
_NATIVE = "<" if sys.byteorder == "little" else ">"


def _numbers(value: Buffer, name: str, array: str, kind: str, size: int, is_changed: bool) -> Any:
    with memoryview(value) as view:
        letter = view.format.lstrip("@=" + _NATIVE)
        if view.itemsize != size or letter not in _LETTERS[kind]:
            wanted = f"{_WORDS[kind]}{8 * size}"
            raise TypeError(
                f"{name} has items of the format {view.format!r} and {view.itemsize} bytes, and must have {wanted}: "
                f"numpy.asarray(…, dtype={wanted!r}) makes such an array"
            )
        if view.ndim != 1 or not view.c_contiguous:
            raise InvalidArgument(f"{name} must have one dimension, and its items side by side: numpy.ascontiguousarray(…) puts them so")
        if is_changed and view.readonly:
            raise InvalidArgument(f"{name} is changed, and can only be read")
    # Of the object itself and not of `view`, and released when the call ends: a memoryview that something still looks at when the
    # garbage collector comes upon the two breaks the interpreter.
    return _ffi.from_buffer(array, value, is_changed)
