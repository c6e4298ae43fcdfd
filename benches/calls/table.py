"""The results as Markdown: for each interpreter a table with ratios and what misses its goal."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peers import PEERS, Peer
from rows import ROWS, Row

# The goals of the project, for each row and over all of them.
ROW_GOAL = 1.05
MEAN_GOAL = 0.70

NOTES = Path(__file__).resolve().parent / "notes.md"


@dataclass(frozen=True)
class Run:
    """What was measured on one interpreter: nanoseconds by row, peer and `best` or `median`."""

    version: str
    results: dict[str, dict[str, dict[str, float]]]

    def rows(self) -> list[Row]:
        return [row for row in ROWS if row.key in self.results]

    def peers(self) -> list[Peer]:
        return [peer for peer in PEERS if any(peer.key in row for row in self.results.values())]

    def ratio(self, row: Row, to: str, kind: str) -> float | None:
        """Exuvia's time by that of another peer, or of the fastest rival."""
        times = {key: values[kind] for key, values in self.results[row.key].items()}
        if to == "fastest":
            others = [times[peer.key] for peer in PEERS if peer.rival and peer.key in times]
        else:
            others = [times[to]] if to in times else []
        return times["exuvia"] / min(others) if others and "exuvia" in times else None

    def mean(self, to: str, kind: str) -> float | None:
        ratios = [ratio for row in self.rows() if (ratio := self.ratio(row, to, kind)) is not None]
        return statistics.geometric_mean(ratios) if ratios else None

    def misses(self, kind: str) -> list[str]:
        """The titles of the rows that miss a goal."""
        return [row.title for row in self.rows() if any(over(self.ratio(row, to, kind)) for to in ("c", "fastest"))]


def over(ratio: float | None) -> bool:
    return ratio is not None and round(ratio, 2) > ROW_GOAL


def nanoseconds(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def ratio_cell(ratio: float | None, goal: float = ROW_GOAL) -> str:
    if ratio is None:
        return "–"
    return f"**{ratio:.2f}** ✗" if round(ratio, 2) > goal else f"{ratio:.2f}"


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def grid(run: Run, kind: str) -> str:
    peers = run.peers()
    lines = [
        line(["ns per operation", *(peer.title for peer in peers), "Exuvia ÷ C", "Exuvia ÷ fastest"]),
        line(["---", *["---:"] * (len(peers) + 2)]),
    ]
    for row in run.rows():
        times = run.results[row.key]
        cells = [nanoseconds(times[peer.key][kind]) if peer.key in times else "–" for peer in peers]
        ratios = [ratio_cell(run.ratio(row, to, kind)) for to in ("c", "fastest")]
        lines.append(line([row.title, *cells, *ratios]))
    return "\n".join(lines)


def means(run: Run, kind: str) -> str:
    to_pyo3, to_c = run.mean("pyo3", kind), run.mean("c", kind)
    return (
        f"Geometric mean over all rows: {ratio_cell(to_pyo3, MEAN_GOAL)} of PyO3's time (goal: at most {MEAN_GOAL:.2f}), "
        f"{ratio_cell(to_c)} of C's."
    )


def judgement(run: Run) -> str:
    """How many rows miss a goal; nothing where there is nothing to compare."""
    judged = [row for row in run.rows() if any(run.ratio(row, to, "best") is not None for to in ("c", "fastest"))]
    if not judged:
        return ""
    misses = run.misses("best")
    return f"{len(misses)} of {len(judged)} rows miss a goal." if misses else "Every row meets its goals."


def section(run: Run) -> str:
    """One interpreter's table of the best samples, and below it that of the medians."""
    return "\n\n".join(
        [
            f"## CPython {run.version}",
            f"Best of the rounds. {means(run, 'best')} {judgement(run)}".rstrip(),
            grid(run, "best"),
            f"Median of the rounds. {means(run, 'median')}",
            grid(run, "median"),
        ]
    )


def document(runs: list[Run], setting: dict[str, Any]) -> str:
    """The whole README."""
    versions = " · ".join(f"{name} {version}" for name, version in setting["versions"].items())
    introduction = f"""\
<!-- Written by `make bench-calls`. Notes are kept in notes.md; everything else here is overwritten. -->
# What a call costs

One module with the same functions and classes, written for each peer as its users write it, called from Python: Exuvia
and PyO3 from [one Rust source](calls.rs), C [by hand](c/calls.c), [Cython](cython/calls.pyx),
[nanobind](nanobind/calls.cpp), [pybind11](pybind11/calls.cpp), [rust-cpython](rust_cpython/calls.rs), and a
[plain C library](plain/calls.c) through [cffi in API mode](cffi_api/calls.py), [cffi in ABI mode](cffi_abi/calls.py) and
[ctypes](ctypes/calls.py). What is called in each row, and what must come out of it for every peer before anything is
timed, is in [rows.py](rows.py). A dash means that the peer has no counterpart, or no release for the interpreter.

Goals, for every row on CPython 3.13: at most {ROW_GOAL:.2f} of the time of C by hand, and at most {ROW_GOAL:.2f} of the fastest of
PyO3, nanobind, pybind11, Cython and rust-cpython (✗ where missed); and at most {MEAN_GOAL:.2f} of PyO3's time in the geometric mean.

```console
make bench-calls                                              # everything, and this page
python3 benches/calls/run.py --rows keyword,construct --peers exuvia,c,pyo3 --python python3.13
```

Setting: {setting["cpu"]}, {setting["system"]}. {setting["rounds"]} rounds of about {setting["sample_ms"]:g} ms, all peers in one process,
in a shuffled order in each round, garbage collection off; the time of the loop, about {setting["loop_ns"]:.1f} ns, is in every figure.
{versions}.
"""
    parts = [introduction, *(section(run) + "\n" for run in runs)]
    if NOTES.exists():
        parts.append(NOTES.read_text())
    return "\n".join(parts)
