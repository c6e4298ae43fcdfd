"""Verifying and timing all peers in one process, that of the interpreter under test.

Reads a job from standard input and writes the results to standard output, both JSON; run.py starts it.
"""

from __future__ import annotations

import gc
import importlib.machinery
import importlib.util
import json
import math
import os
import random
import statistics
import sys
import time
import timeit
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from peers import BY_KEY, Peer
from rows import ROWS, Row, inputs

# How long one sample takes: long against the clock and the loop around it, short against what disturbs a machine.
SAMPLE_SECONDS = 0.0005


def load(built: dict[str, Any]) -> ModuleType:
    """A peer's module. All are called `calls`, and none is put into sys.modules."""
    file = Path(built["module"])
    if built["path"]:
        sys.path.insert(0, built["path"])
    if file.suffix == ".py":
        spec = importlib.util.spec_from_file_location("calls", file)
    else:
        loader = importlib.machinery.ExtensionFileLoader("calls", str(file))
        spec = importlib.util.spec_from_file_location("calls", file, loader=loader)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    vars(module).update(built["names"])
    spec.loader.exec_module(module)
    return module


def has_row(peer: Peer, row: Row) -> bool:
    return row.key not in peer.without


def checked(row: Row, module: object, given: dict[str, Any]) -> list[str]:
    """The values of the row's checks, each as its type and `repr`."""
    values = []
    for check in row.checks:
        names = given | {"m": module}
        exec(row.setup, names)
        value = eval(check, names)
        # The order of a hash map's items is its own business.
        if isinstance(value, dict):
            value = dict(sorted(value.items()))
        values.append(f"{type(value).__name__} {value!r}")
    return values


def verify(rows: list[Row], modules: Mapping[str, object], given: dict[str, Any]) -> list[str]:
    """What differs between the peers; the first that has a row is what the others must equal."""
    problems = []
    for row in rows:
        expected: tuple[str, list[str]] | None = None
        for key, module in modules.items():
            if not has_row(BY_KEY[key], row):
                continue
            if not hasattr(module, row.needs):
                problems.append(f"{row.key}: the module of {key} has no `{row.needs}`")
                continue
            try:
                found = checked(row, module, given)
            except Exception as error:
                problems.append(f"{row.key}: {key} raises {type(error).__name__}: {error}")
                continue
            if expected is None:
                expected = key, found
            for check, mine, theirs in zip(row.checks, found, expected[1], strict=True):
                if mine != theirs:
                    problems.append(f"{row.key}: {check} is {mine[:100]} in {key}, {theirs[:100]} in {expected[0]}")
    return problems


@dataclass
class Timed:
    """One row on one peer: its timer, how many operations a sample is, and the samples in nanoseconds."""

    timer: timeit.Timer
    number: int = 1
    samples: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        """Lets the interpreter specialize the loop, and finds how many operations a sample takes."""
        while (seconds := self.timer.timeit(self.number)) < SAMPLE_SECONDS / 4:
            self.number *= 2
        self.number = max(1, round(self.number * SAMPLE_SECONDS / seconds))

    def sample(self) -> None:
        self.samples.append(self.timer.timeit(self.number) / self.number * 1e9)


def time_rows(
    rows: list[Row], modules: dict[str, ModuleType], given: dict[str, Any], rounds: int
) -> dict[str, dict[str, dict[str, float]]]:
    """Nanoseconds for each operation by row and peer, as `summary` tells them.

    A round goes through all rows, and through the peers of each in another order every time: what disturbs the machine
    for a while disturbs a few samples of everything, not all samples of a few.
    """
    timed = {
        row.key: {
            # The time of the processor, not of the clock: nothing waits here, and other programs' turns are not ours.
            key: Timed(timeit.Timer(row.statement, setup=row.setup, timer=time.process_time, globals=given | {"m": module}))
            for key, module in modules.items()
            if has_row(BY_KEY[key], row)
        }
        for row in rows
    }
    loops = {row.key: Timed(timeit.Timer("pass", timer=time.process_time)) for row in rows}
    for loop in loops.values():
        loop.warm_up()
    for peers in timed.values():
        for each in peers.values():
            each.warm_up()
    shuffle = random.Random(0)
    for done in range(rounds):
        if sys.stderr.isatty():
            print(f"\r  round {done + 1} of {rounds}", end="\n" if done + 1 == rounds else "", file=sys.stderr, flush=True)
        for row, peers in timed.items():
            loops[row].sample()
            for key in shuffle.sample(list(peers), len(peers)):
                peers[key].sample()
    return {
        row: {key: summary(each, peers.get("exuvia"), loops[row]) for key, each in peers.items()}
        for row, peers in timed.items()
    }


def summary(timed: Timed, exuvia: Timed | None, loop: Timed) -> dict[str, float]:
    """The best and the median sample, and Exuvia's time by this one's; all without the time of the loop around it.

    That ratio is taken in each round, where both were measured within milliseconds, and its median over the rounds is
    given: a shared machine that runs at half its speed for a second slows both.
    """

    def own(timed: Timed) -> list[float]:
        return [sample - around for sample, around in zip(timed.samples, loop.samples, strict=True)]

    # The best of both, not the best difference: that would be one whose loop was disturbed.
    found = {"best": min(timed.samples) - min(loop.samples), "median": statistics.median(own(timed))}
    if exuvia is not None:
        # Where a disturbed loop took longer than a whole sample, the round says nothing.
        rounds = [(ours, theirs) for ours, theirs in zip(own(exuvia), own(timed), strict=True) if theirs > 0]
        found["ratio"] = statistics.median(ours / theirs for ours, theirs in rounds) if rounds else math.nan
    return found


def main() -> int:
    job = json.load(sys.stdin)
    rows = [row for row in ROWS if row.key in job["rows"]]
    modules = {key: load(built) for key, built in job["built"].items()}
    given = inputs()
    problems = verify(rows, modules, given)
    if problems:
        json.dump({"problems": problems}, sys.stdout)
        return 1
    gc.collect()
    gc.disable()
    # One core, where the system lets us choose: moving to another costs caches.
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    results = time_rows(rows, modules, given, job["rounds"])
    json.dump({"results": results}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
