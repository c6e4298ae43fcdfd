from collections.abc import Iterator
from typing import ClassVar, final

class ZooError(Exception):
    """Something went wrong in the zoo."""

    def __new__(cls, *args: object) -> ZooError: ...

@final
class EnclosureFull(ZooError):
    """An enclosure has no room for one more."""

    def __new__(cls, capacity: int, name: str) -> EnclosureFull: ...
    @property
    def capacity(self) -> int:
        """How many animals there is room for."""

    @property
    def name(self) -> str:
        """Who was left outside."""

class NotHere(KeyError):
    """No animal of this name is here."""

@final
class Mass:
    """So many kilograms."""

    NOTHING: ClassVar[Mass]
    def __new__(cls, kilograms: float) -> Mass: ...
    @staticmethod
    def from_grams(grams: float) -> Mass: ...
    @property
    def kilograms(self) -> float: ...
    def __add__(self, other: Mass, /) -> Mass: ...
    def __sub__(self, other: Mass, /) -> Mass: ...
    def __mul__(self, factor: float, /) -> Mass: ...
    def __rmul__(self, factor: float, /) -> Mass: ...
    def __bool__(self) -> bool: ...
    def __lt__(self, other: Mass, /) -> bool: ...
    def __le__(self, other: Mass, /) -> bool: ...
    def __gt__(self, other: Mass, /) -> bool: ...
    def __ge__(self, other: Mass, /) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __format__(self, specification: str, /) -> str: ...
    def __getnewargs__(self) -> tuple[float]: ...

class Animal:
    """An animal with a name and a mass."""

    def __new__(cls, name: str, mass: Mass | float) -> Animal: ...
    @property
    def name(self) -> str:
        """What it listens to, if it does."""

    @property
    def mass(self) -> Mass:
        """How heavy it is. Can be set to a number of kilograms too."""

    @mass.setter
    def mass(self, mass: Mass | float) -> None: ...
    def sound(self) -> str:
        """The sound it makes."""

    def speak(self) -> str:
        """Its name and its sound, which may be a subclass's."""

class Bird(Animal):
    """An animal with wings."""

    wingspan: float
    def __new__(cls, name: str, mass: Mass | float, wingspan: float) -> Bird: ...
    @property
    def flies(self) -> bool:
        """Can wings of this span carry it? A rule of thumb."""

@final
class Parrot(Bird):
    """A bird that repeats what it has heard."""

    def __new__(cls, name: str, mass: Mass | float = 0.4, wingspan: float = 0.6) -> Parrot: ...
    def hear(self, words: str) -> Parrot:
        """Tell it something, and get it back to tell more: `parrot.hear("hello").hear("you")`."""

@final
class Enclosure:
    """A place for so many animals, in the order in which they came."""

    def __new__(cls, capacity: int = 10) -> Enclosure: ...
    @property
    def capacity(self) -> int:
        """How many there is room for."""

    @property
    def mass(self) -> Mass:
        """What all of them weigh together."""

    def add(self, animal: Animal) -> None:
        """Let an animal in."""

    def remove(self, name: str) -> Animal:
        """Let the animal of this name out."""

    def visit(self) -> Visit:
        """For `with enclosure.visit() as animals:`."""

    def __len__(self) -> int: ...
    def __getitem__(self, name: str, /) -> Animal: ...
    def __delitem__(self, name: str, /) -> None: ...
    def __contains__(self, whom: str | Animal, /) -> bool: ...
    def __iter__(self) -> Iterator[Animal]: ...
    def __iadd__(self, animal: Animal, /) -> Enclosure: ...

@final
class Visit:
    """Nobody may be missing when a visit ends."""

    def __enter__(self) -> list[str]:
        """The names of those who are there."""

    def __exit__(self, exception_type: object, exception: object, traceback: object, /) -> bool:
        """Raises `NotHere` with the name of the first who is missing, unless there is an exception already."""
