"""Runs rows of one peer under callgrind: `python counted.py JOB`, started by instructions.py.

The job is one JSON document: `marks` (the compiled marks.c), `built` (the peer's module) and `rows`. Callgrind writes `ROUNDS`
files for each row, named by the row's key, and as many named `nothing` for the loop around the statement.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import sys
import timeit
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

# Found by the line above, so not at the top of the file (E402).
from measure import load  # noqa: E402
from rows import ROWS, inputs  # noqa: E402

REPEATS = 200
"""How often a statement runs while it is counted."""
WARM_UP = 50
"""How often it runs before, so that the interpreter has specialised it and caches are filled."""
ROUNDS = 3
"""How often a row is counted, each time above another heap."""

ALIGNMENT, LARGEST = 16, 512
"""The size classes of CPython's small-object allocator, in bytes (Objects/obmalloc.c)."""
BLOCKS = 500
"""Blocks of each size class that are taken before a row is counted, more than most pools hold."""


def ballast() -> list[object]:
    """Blocks of every size class, to be kept.

    A statement that takes one block and gives it back costs more where that block is the first or the last of its pool, and
    which one it is depends on all that was allocated before, down to the lengths of paths. Behind these blocks it is one
    somewhere in a pool, but for a chance of one in some hundred; for that one a row is counted more than once.
    """
    header = sys.getsizeof(b"")
    small = [object() for _ in range(BLOCKS)] + [float(value) for value in range(BLOCKS)]
    sizes = range(ALIGNMENT * 3, LARGEST + 1, ALIGNMENT)
    return [small, [bytes(size - header) for size in sizes for _ in range(BLOCKS)]]


def main() -> None:
    job = json.loads(sys.argv[1])
    loader = importlib.machinery.ExtensionFileLoader("marks", job["marks"])
    spec = importlib.util.spec_from_file_location("marks", job["marks"], loader=loader)
    assert spec is not None
    marks = importlib.util.module_from_spec(spec)
    loader.exec_module(marks)
    module = load(job["built"])
    given = inputs() | {"m": module}
    timers = {"nothing": timeit.Timer("pass", globals=given)}
    for row in ROWS:
        if row.key in job["rows"]:
            timers[row.key] = timeit.Timer(row.statement, row.setup, globals=given)
    kept = []
    for _ in range(ROUNDS):
        kept.append(ballast())
        for key, timer in timers.items():
            timer.timeit(WARM_UP)
            marks.toggle()
            timer.timeit(REPEATS)
            marks.toggle()
            marks.dump(key)


if __name__ == "__main__":
    main()
