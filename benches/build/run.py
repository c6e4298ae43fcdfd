#!/usr/bin/env python3
"""Measure builds of 720 functions and 720 classes on Exuvia, PyO3, nanobind, pybind11 and Cython.

    python3 benches/build/run.py                          everything; writes benches/build/README.md
    python3 benches/build/run.py --engines exuvia pyo3 --suites functions --json

Each round builds every suite on every engine in turn: a release build and a debug rebuild, both after an edit of the
source and with all dependencies compiled. The medians of the rounds are reported. What was built is imported, and each
function and class is called, before its figures count. Works in target/bench-build/, with an environment of its own.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import venv
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import report
import suites
from engines import ENGINES, PROFILES, ROOT, Build, Cost, Empty, Failed, GivenUp, cold_counter

WORK = ROOT / "target" / "bench-build"
PACKAGES = ["nanobind==3.1.0", "pybind11==3.1.0", "cython==3.3.1"]
COLD_ENGINES = ("exuvia", "pyo3")

CHECK = """
import importlib.util, sys
sys.path.insert(0, sys.argv[1])
import suites
spec = importlib.util.spec_from_file_location("suite", sys.argv[3])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
for index, order in enumerate(suites.ORDERS):
    numbers = [3 * position + 2 for position in range(6)]
    if sys.argv[2] == "functions":
        result = getattr(module, f"test_{index:04}")(*numbers)
    else:
        result = getattr(module, f"Struct{index:04}")(*numbers).sum()
    assert type(result) is float and result == float(sum(numbers)), (index, order, result)
"""


def enter_environment() -> None:
    """Goes on in the environment of the benchmark, which is made where it is missing."""
    folder = WORK / "venv" / f"{sys.version_info.major}.{sys.version_info.minor}"
    python = folder / "bin" / "python"
    if Path(sys.prefix) == folder:
        return
    if not python.exists():
        venv.create(folder, with_pip=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
    if subprocess.run(pip, stdin=subprocess.DEVNULL).returncode != 0:
        sys.exit(f"error: cannot install {', '.join(PACKAGES)} into {folder}; pip's message is above")
    os.execv(python, [str(python), *sys.argv])


def verify(build: Build, profile: str) -> None:
    """Imports what was built and calls all of it."""
    command = [sys.executable, "-c", CHECK, Path(__file__).parent, build.suite, build.library(profile)]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"the {build.suite} built with {build.engine} do not work:\n{done.stderr}")


def median(costs: list[Cost]) -> dict[str, float]:
    return {
        name: statistics.median(asdict(cost)[name] for cost in costs) for name in ("seconds", "processor", "memory")
    }


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def measure(engines: list[str], chosen: list[str], rounds: int, limit: float | None) -> dict:
    """All figures: by suite and engine, of the empty library, and of the cold builds."""
    builds = [ENGINES[engine](engine, suite, WORK / suite / engine, limit) for suite in chosen for engine in engines]
    for build in builds:
        say(f"preparing {build.suite} on {build.engine}")
        for profile in PROFILES:
            build.prepare(profile)
    costs: dict[tuple[str, str, str], list[Cost]] = {}
    given_up: set[tuple[str, str, str]] = set()
    cold: dict[str, list[Cost]] = {}
    for index in range(rounds):
        # Each round goes the other way, so that a machine that grows slower favours nobody.
        for build in builds if index % 2 == 0 else reversed(builds):
            for profile in PROFILES:
                key = build.suite, build.engine, profile
                if key in given_up:
                    continue
                try:
                    cost = build.build(profile)
                except GivenUp:
                    say(f"round {index + 1}: {build.suite} on {build.engine}, {profile}: given up after {limit:.0f} s")
                    given_up.add(key)
                    continue
                say(f"round {index + 1}: {build.suite} on {build.engine}, {profile}: {cost.seconds:.1f} s")
                costs.setdefault(key, []).append(cost)
        for engine in COLD_ENGINES:
            if engine in engines:
                cost = cold_counter(engine, WORK / "counter" / engine)
                say(f"round {index + 1}: counter on {engine}, cold: {cost.seconds:.1f} s")
                cold.setdefault(engine, []).append(cost)
    figures: dict[str, dict] = {suite: {} for suite in chosen}
    for build in builds:
        row = figures[build.suite].setdefault(build.engine, {})
        for profile in PROFILES:
            if (build.suite, build.engine, profile) in given_up:
                row[profile] = None
                continue
            verify(build, profile)
            row[profile] = median(costs[build.suite, build.engine, profile])
            row[profile]["size"] = build.library(profile).stat().st_size
    empty = Empty("empty", "nothing", WORK / "nothing")
    empty.prepare("release")
    return {
        "rounds": rounds,
        "limit": limit,
        "setting": setting(),
        "empty_library": empty.library("release").stat().st_size,
        "suites": figures,
        "cold": {engine: median(found) for engine, found in cold.items()},
    }


def setting() -> dict[str, str]:
    """What the figures depend on besides the engines."""

    def first_line(*command: str) -> str:
        return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[0]

    return {
        "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "rustc": first_line("rustc", "--version"),
        "compiler": first_line("c++", "--version"),
        "python": platform.python_version(),
        "nanobind": version("nanobind"),
        "pybind11": version("pybind11"),
        "cython": version("cython"),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=list(ENGINES))
    parser.add_argument("--suites", nargs="+", choices=["functions", "classes"], default=["functions", "classes"])
    parser.add_argument("--rounds", type=int, default=1, help="how often all is built (default: 1; a round takes long)")
    parser.add_argument(
        "--limit", type=float, default=300, help="seconds after which a build is given up (default: 300; 0: none is)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document and leave the README as it is")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds takes 1 or more")
    if arguments.limit < 0:
        parser.error("--limit takes seconds")
    enter_environment()
    assert len(suites.ORDERS) == 720
    try:
        figures = measure(arguments.engines, arguments.suites, arguments.rounds, arguments.limit or None)
    except Failed as error:
        say(f"error: {error}")
        return 1
    if arguments.json:
        print(json.dumps(figures, indent=2))
    elif set(arguments.engines) == set(ENGINES) and len(arguments.suites) == 2:
        report.write(figures)
        say(f"written: {report.README.relative_to(ROOT)}")
    else:
        print(report.tables(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
