def _c_text(value: str, name: str) -> bytes:
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    text = str.encode(value)
    if b"\0" in text:
        raise InvalidArgument(f"{name} has a NUL in it, where a text of C ends")
    return text
