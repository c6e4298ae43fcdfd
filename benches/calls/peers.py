"""Who is measured: each peer, what its users write and what it cannot do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """One way from Python to native code.

    `without` are the keys of rows that its module leaves out, on purpose: an absent function that is not named here is
    an error. `rival` peers are those whose fastest Exuvia must keep up with.
    """

    key: str
    title: str
    rival: bool = False
    without: frozenset[str] = frozenset()
    newest_minor: int | None = None


# What a plain C library, which knows no Python objects, has no counterpart for.
_OBJECTS = frozenset(
    "optional positional keyword interned equal args dict-in dict-out map tuple-out construct get set method "
    "method-argument method-mutable method-frozen instance len plus eq hash item iterate raise".split()
)

PEERS = [
    Peer("exuvia", "Exuvia"),
    Peer("c", "C by hand", without=frozenset(["map"])),
    Peer("pyo3", "PyO3", rival=True),
    Peer("nanobind", "nanobind", rival=True),
    Peer("pybind11", "pybind11", rival=True),
    Peer("cython", "Cython", rival=True),
    # The last release of the crate refuses newer interpreters.
    Peer("rust-cpython", "rust-cpython", rival=True, newest_minor=11),
    Peer("cffi-api", "cffi, API mode", without=_OBJECTS),
    Peer("cffi-abi", "cffi, ABI mode", without=_OBJECTS),
    # ctypes raises an exception of its own, not a TypeError.
    Peer("ctypes", "ctypes", without=_OBJECTS | {"wrong-type"}),
]

BY_KEY = {peer.key: peer for peer in PEERS}
