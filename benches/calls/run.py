#!/usr/bin/env python3
"""Measure calls from Python into Rust: Exuvia beside PyO3, the same source, one process, rounds in turn.

    python3 benches/calls/run.py [--rounds N] [--json]

Builds both with cargo into target/bench-calls/ for the interpreter that runs this, and prints for each row the median
of the rounds in nanoseconds, the spread (the quartiles) and the ratio of the medians. Below 1 Exuvia is the faster one.
"""

from __future__ import annotations

import argparse
import gc
import importlib.machinery
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import timeit
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent
WORK = HERE.parent.parent / "target" / "bench-calls"
ENGINES = ("exuvia", "pyo3")

# What is measured, and how many operations one statement does.
ROWS = [
    ("noop()", "m.noop()", 1),
    ("add(1, 2)", "m.add(1, 2)", 1),
    ("length('hello')", "m.length('hello')", 1),
    ("greeting()", "m.greeting()", 1),
    ("keywords(1, 2)", "m.keywords(1, 2)", 1),
    ("keywords(1, c=5)", "m.keywords(1, c=5)", 1),
    ("sum of 1000 floats", "m.sum(floats)", 1),
    ("list of 1000 ints", "m.numbers(1000)", 1),
    ("Point(1.0, 2.0)", "m.Point(1.0, 2.0)", 1),
    ("p.x", "p.x", 1),
    ("p.x = 3.0", "p.x = 3.0", 1),
    ("p.norm()", "p.norm()", 1),
    ("p.scaled_norm(2.0)", "p.scaled_norm(2.0)", 1),
    ("p.shift(0.0)", "p.shift(0.0)", 1),
    ("p.distance(q)", "p.distance(q)", 1),
    ("len(p)", "len(p)", 1),
    ("p + q", "p + q", 1),
    ("p == q", "p == q", 1),
    ("hash(p)", "hash(p)", 1),
    ("p[1]", "p[1]", 1),
    ("iterate 1000", "for _ in m.Countdown(1000): pass", 1),
    ("raise and catch", "try: m.fail()\nexcept ValueError: pass", 1),
]


def build(engine: str) -> Path:
    """The built library."""
    target = WORK / f"{sys.version_info.major}.{sys.version_info.minor}" / engine
    command = ["cargo", "build", "--release", "--quiet", "--manifest-path", str(HERE / engine / "Cargo.toml")]
    environment = os.environ | {
        "CARGO_TARGET_DIR": str(target),
        "PYO3_PYTHON": sys.executable,
        "PYO3_BUILD_EXTENSION_MODULE": "1",
    }
    print(f"building on {engine} …", file=sys.stderr)
    result = subprocess.run(command, env=environment)
    if result.returncode != 0:
        sys.exit(f"error: building {HERE / engine} failed; cargo's message is above")
    suffix = "dylib" if sys.platform == "darwin" else "so"
    return target / "release" / f"libcalls_{engine}.{suffix}"


def load(library: Path) -> ModuleType:
    """The module in a library: both are called `calls`, and neither is put into sys.modules."""
    loader = importlib.machinery.ExtensionFileLoader("calls", str(library))
    spec = importlib.util.spec_from_file_location("calls", library, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def measure(modules: dict[str, ModuleType], rounds: int) -> list[dict]:
    results = []
    floats = [float(i) for i in range(1000)]
    for name, statement, operations in ROWS:
        timers = {}
        for engine, module in modules.items():
            names = {"m": module, "p": module.Point(1.0, 2.0), "q": module.Point(4.0, 6.0), "floats": floats}
            timers[engine] = timeit.Timer(statement, globals=names)
        # As many repetitions as take about 5 ms.
        number = max(1, int(0.005 / (min(timers["pyo3"].repeat(5, 20)) / 20)))
        samples: dict[str, list[float]] = {engine: [] for engine in modules}
        for index in range(rounds):
            order = list(modules) if index % 2 else list(reversed(modules))
            for engine in order:
                samples[engine].append(timers[engine].timeit(number) / number / operations * 1e9)
        row: dict = {"row": name}
        for engine, values in samples.items():
            low, median, high = statistics.quantiles(values, n=4)
            row[engine] = {"median_ns": median, "best_ns": min(values), "quartiles_ns": [low, high]}
        row["ratio"] = row["exuvia"]["median_ns"] / row["pyo3"]["median_ns"]
        results.append(row)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21, help="how often each row is measured (default: 21)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    arguments = parser.parse_args()
    if arguments.rounds < 2:
        parser.error("--rounds takes 2 or more")

    modules = {engine: load(build(engine)) for engine in ENGINES}
    gc.disable()
    rows = measure(modules, arguments.rounds)
    mean = statistics.geometric_mean(row["ratio"] for row in rows)
    if arguments.json:
        print(json.dumps({"python": sys.version.split()[0], "rows": rows, "geometric_mean": mean}, indent=2))
        return
    print(f"CPython {sys.version.split()[0]}, median of {arguments.rounds} rounds, ns; in brackets the quartiles")
    print(f"{'':20} {'Exuvia':>24} {'PyO3 0.30.1':>24}  ratio")
    for row in rows:
        cells = []
        for engine in ENGINES:
            low, high = row[engine]["quartiles_ns"]
            cells.append(f"{row[engine]['median_ns']:.1f} ({low:.1f}–{high:.1f})")
        print(f"{row['row']:20} {cells[0]:>24} {cells[1]:>24}  {row['ratio']:.2f}")
    print(f"{'geometric mean':20} {'':24} {'':24}  {mean:.2f}")


if __name__ == "__main__":
    main()
