def _made_text(result: Any) -> str:
    try:
        text: str = _ffi.unpack(result.data, result.length).decode()
    finally:
        _c.@PREFIX@_buffer_free(result.owner)
    return text
