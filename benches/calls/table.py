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
    """What was measured on one interpreter, by row and peer: nanoseconds (`best`, `median`), and Exuvia's time by the
    peer's (`ratio`, the median of the rounds)."""

    version: str
    results: dict[str, dict[str, dict[str, float]]]

    def rows(self) -> list[Row]:
        return [row for row in ROWS if row.key in self.results]

    def peers(self) -> list[Peer]:
        return [peer for peer in PEERS if any(peer.key in row for row in self.results.values())]

    def ratio(self, row: Row, to: str) -> float | None:
        """Exuvia's time by that of another peer, or of the fastest rival."""
        ratios = {key: values["ratio"] for key, values in self.results[row.key].items() if "ratio" in values}
        others = [peer.key for peer in PEERS if peer.rival] if to == "fastest" else [to]
        return max((ratios[key] for key in others if key in ratios), default=None)

    def mean(self, to: str) -> float | None:
        ratios = [ratio for row in self.rows() if (ratio := self.ratio(row, to)) is not None]
        return statistics.geometric_mean(ratios) if ratios else None

    def judged(self) -> dict[str, bool]:
        """The rows that have something to be compared with, and whether each meets its goals."""
        found = {}
        for row in self.rows():
            ratios = [ratio for to in ("c", "fastest") if (ratio := self.ratio(row, to)) is not None]
            if ratios:
                found[row.key] = not any(map(over, ratios))
        return found


def over(ratio: float) -> bool:
    return round(ratio, 2) > ROW_GOAL


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
    """The times of one kind; the ratios stand with the best."""
    peers = run.peers()
    ratios = {"c": "Exuvia ÷ C", "fastest": "Exuvia ÷ fastest"} if kind == "best" else {}
    lines = [
        line([f"{kind}, ns per operation", *(peer.title for peer in peers), *ratios.values()]),
        line(["---", *["---:"] * (len(peers) + len(ratios))]),
    ]
    for row in run.rows():
        times = run.results[row.key]
        cells = [nanoseconds(times[peer.key][kind]) if peer.key in times else "–" for peer in peers]
        lines.append(line([row.title, *cells, *(ratio_cell(run.ratio(row, to)) for to in ratios)]))
    return "\n".join(lines)


def verdict(run: Run) -> str:
    """The means, how many rows miss a goal, and who is not there."""
    words = []
    if (mean := run.mean("pyo3")) is not None:
        words.append(f"Geometric mean over all rows: {ratio_cell(mean, MEAN_GOAL)} of PyO3's time (goal: {MEAN_GOAL:.2f}).")
    if (mean := run.mean("c")) is not None:
        words.append(f"Geometric mean over all rows: {ratio_cell(mean)} of C's time.")
    if judged := run.judged():
        misses = sum(not met for met in judged.values())
        words.append(f"{misses} of {len(judged)} rows miss a goal." if misses else "Every row meets its goals.")
    minor = int(run.version.split(".")[1])
    for peer in PEERS:
        if peer.newest_minor is not None and peer.newest_minor < minor:
            words.append(f"Left out: {peer.title}, which has no release for CPython after 3.{peer.newest_minor}.")
    return " ".join(words)


def section(run: Run) -> str:
    """One interpreter's tables: the best samples with the ratios, and the medians."""
    return "\n\n".join([f"## CPython {run.version}", verdict(run), grid(run, "best"), grid(run, "median")])


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
timed, is in [rows.py](rows.py). A dash means that the peer has no counterpart.

Goals, for every row on CPython 3.13: at most {ROW_GOAL:.2f} of the time of C by hand, and at most {ROW_GOAL:.2f} of the fastest of
PyO3, nanobind, pybind11, Cython and rust-cpython (✗ where missed); and at most {MEAN_GOAL:.2f} of PyO3's time in the geometric mean.

```console
make bench-calls                                              # everything, and this page
python3 benches/calls/run.py --rows keyword,construct --peers exuvia,c,pyo3 --python python3.13
```

Setting: {setting["cpu"]}, {setting["system"]}. {setting["rounds"]} rounds of about {setting["sample_ms"]:g} ms for each figure, all peers in one process, in a
shuffled order in each round, garbage collection off. What the loop around it takes, about {setting["loop_ns"]:.1f} ns, is measured in each round
before each row, and taken off. A ratio is the median of the ratios of each round, in which both were measured within milliseconds: it holds on a machine whose speed
changes meanwhile, when a best or a median by another may not.
{versions}.
"""
    parts = [introduction, *(section(run) + "\n" for run in runs)]
    if NOTES.exists():
        parts.append(NOTES.read_text())
    return "\n".join(parts)
