# Not what a class that extends `str` makes of it: C reads as many bytes as it is told that there are.
_encode = str.encode


def _no_text(value: object, name: str) -> NoReturn:
    raise TypeError(f"{name} must be a str, not {type(value).__name__}")
