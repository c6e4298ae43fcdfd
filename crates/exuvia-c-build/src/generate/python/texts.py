def _no_text(value: object, name: str) -> NoReturn:
    raise TypeError(f"{name} must be a str, not {type(value).__name__}")
