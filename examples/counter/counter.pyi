from typing import ClassVar, final

@final
class Reset:
    """When a counter starts again from zero."""

    Never: ClassVar[Reset]
    """Never: the whole text counts."""
    OnNewline: ClassVar[Reset]
    """After each line feed: occurrences must be in one line."""
    OnSpace: ClassVar[Reset]
    """After each space, U+0020: occurrences must be in one word."""

    def __int__(self) -> int: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Counter:
    """Tells whether a character occurs at least `least` times before the count is reset."""

    def __new__(cls, character: str, least: int, reset: Reset = ...) -> Counter: ...
    @property
    def character(self) -> str: ...
    @property
    def least(self) -> int: ...
    @property
    def reset(self) -> Reset: ...
    @property
    def count(self) -> int:
        """Occurrences since the last reset."""

    @property
    def reached(self) -> bool:
        """Whether there have been `least` occurrences between two resets."""

    def feed(self, piece: str) -> bool:
        """Read one more piece of the text and return `reached`."""

    def clear(self) -> None:
        """Forget all text that was fed."""

    def __bool__(self) -> bool: ...
