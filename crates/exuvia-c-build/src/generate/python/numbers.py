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
