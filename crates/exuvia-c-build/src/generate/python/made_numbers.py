def _made_numbers(result: Any, letter: str, size: int) -> memoryview:
    """The numbers where they lie: they are given back when nobody looks at them any more."""
    owner, length = result.owner, result.length * size
    data = _ffi.gc(result.data, lambda _data: _c.@PREFIX@_buffer_free(owner), length)
    # For type checkers the letters of formats are known one by one, and not as any text.
    return memoryview(_ffi.buffer(data, length)).cast(letter)  # type: ignore[call-overload, no-any-return, unused-ignore]
