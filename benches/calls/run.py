#!/usr/bin/env python3
"""Measure what a call from Python costs: Exuvia beside C by hand, PyO3, nanobind, pybind11, Cython and others.

    python3 benches/calls/run.py                             all rows, all peers, CPython 3.11 and 3.13; writes README.md
    python3 benches/calls/run.py --rows add,keyword --peers exuvia,c --python python3.13

Builds every peer's module for each interpreter into target/bench-calls/, checks that all give the same results, and
measures them in turn. README.md is written when nothing was narrowed down; the table is printed in any case.

Exit status: 0 measured, 1 the peers do not agree, 2 something could not be built or found.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import platform
import subprocess
import sys
import timeit
from pathlib import Path
from typing import Any

from build import BUILDERS, BuildError, Target, environment, prepare, versions
from measure import SAMPLE_SECONDS
from peers import BY_KEY, PEERS
from rows import KEYS
from table import Run, document, section

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "tests"))

# Found by the line above, so not at the top of the file (E402).
from run_python_tests import Interpreter, Unusable, chosen, discover  # noqa: E402

# The interpreters that the published tables are of.
MINORS = (11, 13)


class Disagreement(Exception):
    """The peers do not give the same results."""


def names(known: list[str], what: str) -> Any:
    """A parser of comma-separated keys."""

    def parse(text: str) -> list[str]:
        found = [name.strip() for name in text.split(",") if name.strip()]
        for name in found:
            if name not in known:
                raise argparse.ArgumentTypeError(f"there is no {what} {name!r}; there are: {', '.join(known)}")
        # In the order of the tables, whatever the order of the request.
        return [name for name in known if name in found]

    return parse


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=names(KEYS, "row"), metavar="ROW,…", help=f"of: {', '.join(KEYS)}")
    parser.add_argument("--peers", type=names(list(BY_KEY), "peer"), metavar="PEER,…", help=f"of: {', '.join(BY_KEY)}")
    parser.add_argument("--rounds", type=int, default=101, help="how often each row is measured (default: %(default)s)")
    parser.add_argument("--python", action="append", metavar="PATH", help="measure on this interpreter; may be repeated")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    arguments = parser.parse_args()
    if arguments.rounds < 2:
        parser.error("--rounds takes 2 or more")
    arguments.narrowed = bool(arguments.rows or arguments.peers or arguments.python or arguments.json)
    return arguments


def interpreters(python: list[str] | None) -> list[Interpreter]:
    if python:
        return [chosen(each) for each in python]
    found = [each for each in discover() if each.minor in MINORS]
    if not found:
        wanted = " or ".join(f"3.{minor}" for minor in MINORS)
        raise Unusable(
            f"no CPython {wanted} was found on PATH, in ~/.pyenv/versions or in /usr/bin. Install one, or name another "
            "with --python PATH."
        )
    return found


def build_all(target: Target, interpreter: Interpreter, peers: list[str]) -> dict[str, dict[str, Any]]:
    """Every peer's module, one after another."""
    built = {}
    for peer in peers:
        newest = BY_KEY[peer].newest_minor
        if newest is not None and interpreter.minor > newest:
            print(f"{peer}: left out, its last release is for CPython 3.{newest}", file=sys.stderr)
            continue
        print(f"building {peer} for CPython {interpreter.version}", file=sys.stderr, flush=True)
        result = BUILDERS[peer](target)
        built[peer] = {"module": str(result.module), "names": result.names, "path": result.path}
    return built


def measure(target: Target, built: dict[str, dict[str, Any]], rows: list[str], rounds: int) -> Run:
    """Runs measure.py on the interpreter under test."""
    job = json.dumps({"built": built, "rows": rows, "rounds": rounds})
    # With the seed of str's hashes fixed, dicts collide in the same places in every run.
    env = environment() | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    print(f"measuring on CPython {target.version}", file=sys.stderr, flush=True)
    done = subprocess.run(
        [str(target.python), str(HERE / "measure.py")], input=job, stdout=subprocess.PIPE, text=True, env=env
    )
    if not done.stdout:
        raise BuildError(f"measuring on CPython {target.version}: measure.py ended with status {done.returncode}; see above")
    answer = json.loads(done.stdout)
    if "problems" in answer:
        listed = "\n  ".join(answer["problems"])
        raise Disagreement(f"on CPython {target.version} the peers do not give the same results:\n  {listed}")
    return Run(target.version, answer["results"])


def cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores"


def setting(rounds: int) -> dict[str, Any]:
    """What the figures depend on besides the code."""
    return {
        "cpu": cpu(),
        "system": f"{platform.system()} {platform.machine()}",
        "rounds": rounds,
        "sample_ms": SAMPLE_SECONDS * 1000,
        "loop_ns": min(timeit.repeat("pass", number=1_000_000, repeat=5)) * 1000,
        "versions": versions(),
    }


def main() -> int:
    arguments = options()
    peers = arguments.peers or [peer.key for peer in PEERS]
    rows = arguments.rows or KEYS
    runs = []
    try:
        for interpreter in interpreters(arguments.python):
            target = prepare(interpreter.executable, interpreter.version, peers)
            runs.append(measure(target, build_all(target, interpreter, peers), rows, arguments.rounds))
        if arguments.json:
            print(json.dumps({"setting": setting(arguments.rounds), "runs": [dataclasses.asdict(run) for run in runs]}, indent=2))
            return 0
        if not arguments.narrowed:
            # Written whole or not at all.
            page = HERE / "README.md"
            draft = page.with_suffix(".md.new")
            draft.write_text(document(runs, setting(arguments.rounds)))
            draft.replace(page)
    except Disagreement as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    except (BuildError, Unusable) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    print("\n\n".join(section(run) for run in runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
