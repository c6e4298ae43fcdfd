"""What is measured: one row for each thing that a call can do, and what must come out of it."""

from __future__ import annotations

import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Row:
    """One measured statement.

    `setup` and `statement` see the peer's module as `m` and the names of `inputs()`; what `setup` assigns are local
    variables of the timed loop. `checks` are expressions whose values must be the same for every peer before anything is
    timed. `needs` names what the peer's module must have.
    """

    key: str
    title: str
    statement: str
    setup: str
    checks: tuple[str, ...]
    needs: str = field(default="")

    def __post_init__(self) -> None:
        if not self.needs:
            name = self.setup.split("m.", 1)[1].split("(", 1)[0].split(";", 1)[0]
            object.__setattr__(self, "needs", name.strip())


POINTS = "p = m.Point(3.0, 5.0); q = m.Point(4.0, 6.0)"

ROWS = [
    Row("noop", "no-op", "f()", "f = m.noop", ("f()",)),
    Row("add", "add two ints", "f(1, 2)", "f = m.add", ("f(1, 2)", "f(-5, 3)", "f(2**62, -(2**61))", "f(10**6, 10**12)")),
    Row("str-in", "`str` in", "f(text)", "f = m.length", ("f(text)", "f('')", "f('h\\xe9llo \\u20ac')")),
    Row("str-out", "`str` out", "f()", "f = m.greeting", ("f()",)),
    Row("bytes-in", "`bytes` in", "f(data)", "f = m.size", ("f(data)", "f(b'')")),
    Row(
        "optional",
        "optional arguments left out",
        "f(1)",
        "f = m.keywords",
        ("f(1)", "f(1, None)", "raised(f, 1, 'x')"),
    ),
    Row("positional", "optional argument by position", "f(1, 4)", "f = m.keywords", ("f(1, 4)",)),
    Row(
        "keyword",
        "argument by keyword",
        "f(1, count=5)",
        "f = m.keywords",
        ("f(1, count=5)", "f(1, 7, count=5)", "f(a=1, b=2, count=3)", "raised(f, 1, nothing=2)", "raised(f)"),
    ),
    Row("interned", "keyword in a dict, interned", "f(1, **interned)", "f = m.keywords", ("f(1, **interned)",)),
    Row("equal", "keyword in a dict, not interned", "f(1, **equal)", "f = m.keywords", ("f(1, **equal)",)),
    Row("args", "`*args`, three given", "f(1, 2, 3)", "f = m.count", ("f()", "f(1, 2, 3)")),
    Row("list-in", "list of 1000 floats in", "f(floats)", "f = m.sum", ("f(floats)", "f([0.5, -2])")),
    Row("list-out", "list of 1000 ints out", "f(1000)", "f = m.numbers", ("f(1000)", "f(0)")),
    Row("dict-in", "dict of 100 in, read in place", "f(mapping)", "f = m.total", ("f(mapping)", "f({})")),
    Row("dict-out", "dict of 100 out", "f(100)", "f = m.squares", ("f(100)", "f(0)")),
    Row("map", "dict of 100 through a native map and back", "f(mapping)", "f = m.echo", ("f(mapping)", "f({})")),
    Row("tuple-out", "tuple of two out", "f(1, 2)", "f = m.swap", ("f(1, 2)", "f(-(10**12), 10**6)")),
    Row(
        "construct",
        "construct `Point(3.0, 5.0)`",
        "f(3.0, 5.0)",
        "f = m.Point",
        ("f(3.0, 5.0).x", "f(3.0, 5.0).y", "f(x=1, y=2).y", "raised(f, 1.0)", "raised(f, 'x', 1.0)"),
    ),
    Row("get", "attribute read", "p.x", POINTS, ("p.x", "p.y")),
    Row("set", "attribute written", "p.x = 3.0", POINTS, ("setattr(p, 'x', 7), p.x", "raised(setattr, p, 'x', 'x')")),
    Row("method", "method without argument", "p.product()", POINTS, ("p.product()",)),
    Row("method-argument", "method with argument", "p.scaled(2.0)", POINTS, ("p.scaled(2.0)", "p.scaled(2)")),
    Row("method-mutable", "method that changes its object", "p.shift(0.0)", POINTS, ("p.shift(0.5), p.x",)),
    Row("method-frozen", "method of a frozen class", "p.product()", "p = m.Fixed(3.0, 5.0)", ("p.product()",)),
    Row("instance", "class instance as argument", "p.dot(q)", POINTS, ("p.dot(q)", "p.dot(p)", "raised(p.dot, 1)")),
    Row("len", "`len(p)`", "len(p)", POINTS, ("len(p)",)),
    Row("plus", "`p + q`", "p + q", POINTS, ("(p + q).x", "(p + q).y", "raised(lambda: p + 1)")),
    Row("eq", "`p == q`", "p == q", POINTS, ("p == q", "p != q", "p == m.Point(3.0, 5.0)", "p == 1", "p != 1")),
    Row("hash", "`hash(p)`", "hash(p)", POINTS, ("hash(p)", "hash(m.Point(3.0, 5.0))", "hash(m.Point(0.0, 0.0))")),
    Row("item", "`p[1]`", "p[1]", POINTS, ("p[0]", "p[1]", "raised(lambda: p[2])", "raised(lambda: p['x'])")),
    Row("iterate", "iterate 1000", "for _ in f(1000): pass", "f = m.Countdown", ("list(f(1000))", "list(f(0))")),
    Row("raise", "raise and catch", "try: f()\nexcept ValueError: pass", "f = m.fail", ("raised(f, text=True)",)),
    Row("wrong-type", "argument of a wrong type", "try: f('1', 2)\nexcept TypeError: pass", "f = m.add", ("raised(f, '1', 2)",)),
    Row("callback", "call Python 1000 times", "f(same, 1000)", "f = m.apply", ("f(same, 1000)", "f(same, 0)")),
    Row("buffer-array", "sum a million doubles of an `array`", "f(doubles)", "f = m.sum_buffer", ("f(doubles)",)),
    Row("buffer-view", "sum a million doubles of a `memoryview`", "f(view)", "f = m.sum_buffer", ("f(view)",)),
]

KEYS = [row.key for row in ROWS]


def raised(function: Callable[..., Any], *args: Any, text: bool = False, **kwargs: Any) -> str:
    """The class, and where it is asked for the text, of the exception that a call raises."""
    try:
        result = function(*args, **kwargs)
    except Exception as error:
        return f"{type(error).__name__}: {error}" if text else type(error).__name__
    return f"nothing was raised, and the result was {result!r}"


def inputs() -> dict[str, Any]:
    """What the rows are given, the same for every peer.

    The keys of `interned` and `equal` are equal strings, but only the first is the interned one that compiled code and
    most binding engines hold: that of `equal` is made at run time, as keys read from a file or a request are.
    """
    doubles = array.array("d", (float(number % 1000) for number in range(1_000_000)))
    not_interned = "".join(["co", "unt"])
    return {
        "text": "hello, world",
        "data": b"0123456789abcdef",
        "floats": [float(number) + 0.5 for number in range(1000)],
        "mapping": {f"key{number}": number * 1000 for number in range(100)},
        "interned": {"count": 5},
        "equal": {not_interned: 5},
        "same": lambda number: number,
        "doubles": doubles,
        "view": memoryview(bytearray(doubles.tobytes())).cast("d"),
        "raised": raised,
    }
