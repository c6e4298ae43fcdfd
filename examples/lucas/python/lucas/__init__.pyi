from collections.abc import Iterator, Sequence
from typing import final

@final
class Lucas(Iterator[int]):
    """An endless iterator over `x[i] = c[0]*x[i-1] + c[1]*x[i-2] + ...`, from the first of the initial values on.

    Terms are exact, however large.
    """

    def __new__(cls, coefficients: Sequence[int], initial: Sequence[int]) -> Lucas: ...
    @property
    def order(self) -> int:
        """How many earlier terms each term is made of."""

    def __iter__(self) -> Lucas: ...
    def __next__(self) -> int: ...

def nth(coefficients: Sequence[int], initial: Sequence[int], n: int, modulus: int) -> int:
    """The term `x[n]` modulo `modulus`, from 0 to `modulus - 1`, without the terms before it.

    Other threads run Python meanwhile.
    """
