"""Runs rows of one peer under callgrind: `python counted.py JOB`, started by instructions.py.

The job is one JSON document: `marks` (the compiled marks.c), `built` (the peer's module) and `rows`. Callgrind writes a file
for each row, named by the row's key, and one named `nothing` for the loop around the statement.
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import json
import sys
import timeit
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from measure import load  # noqa: E402
from rows import ROWS, inputs  # noqa: E402

REPEATS = 200
"""How often a statement runs while it is counted."""
WARM_UP = 50
"""How often it runs before, so that the interpreter has specialised it and caches are filled."""


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
    for key, timer in timers.items():
        timer.timeit(WARM_UP)
        marks.toggle()
        timer.timeit(REPEATS)
        marks.toggle()
        marks.dump(key)


if __name__ == "__main__":
    main()
