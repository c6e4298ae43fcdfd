#!/usr/bin/env python3
"""Measure what a call through each door costs: the generated package beside cffi by hand, ctypes, and the extension module.

    python3 benches/doors/run.py                       CPython 3.11 and 3.13; writes README.md
    python3 benches/doors/run.py --python python3.13   one interpreter

Builds one library, `doorbench`, into target/bench-doors/<version>/: as the C library's wheel, as the extension module, and into a program with
Python inside; over the C library cffi's module in API mode, and milksnake's package. Checks that all doors give the same; and times them in turns,
in that program, where Python's own library can be linked to, else in Python. README.md is written when nothing was narrowed down; the tables are
printed in any case.

Exit status: 0 measured, 1 the doors do not agree, 2 something could not be built or found.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
README = HERE / "README.md"
sys.path.insert(0, str(ROOT / "tests"))

# Found by the line above, so not at the top of the file (E402).
from run_python_tests import Interpreter, Unusable, chosen, discover  # noqa: E402

MINORS = (11, 13)
TOOLS = {"cffi": "2.1.1", "maturin": "1.16.0", "milksnake": "0.1.6", "numpy": "2.2.6", "setuptools": "84.2.1"}

DOORS = {
    "generated": "generated package",
    "api": "cffi by hand, API mode",
    "abi": "cffi by hand, ABI mode",
    "milksnake": "milksnake",
    "ctypes": "ctypes by hand",
    "native": "extension module",
    "builtin": "built into a program",
    "loop": "loop in Rust alone",
}
CASES = {
    "add": "add two `int`s",
    "letters": "letters of a `str`",
    "total": "sum of 1,000,000 `double`s of a NumPy array",
    "each": "1,000 callbacks",
    "first": "first import",
}
# How often each door's first import is timed, each time in a process of its own.
FIRST_ROUNDS = 15


# As in measure.py.
LEAST_CALLS = 10
# How measure.py ends where the doors do not give the same.
DISAGREE = 3


class BuildError(Exception):
    """Something could not be built; the message says what and why."""


class Disagreement(Exception):
    """The doors do not give the same; the message says which."""


def run(doing: str, command: list[str], cwd: Path, **variables: str) -> str:
    # The last would have every first import compile what others find compiled.
    away = ("PYTHONHOME", "PYTHONPATH", "CONDA_PREFIX", "PYTHONDONTWRITEBYTECODE")
    env = {name: value for name, value in os.environ.items() if name not in away} | variables
    done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        said = "\n".join(done.stdout.splitlines()[-20:])
        if done.returncode == DISAGREE:
            raise Disagreement(said)
        raise BuildError(f"{doing}: {command[0]} ended with {done.returncode}:\n{said}")
    return done.stdout


@dataclass
class Doors:
    """What was built for one interpreter."""

    python: Path
    # The C library.
    library: Path
    # The program with Python inside, where there is one.
    host: Path | None
    # What each of the two needs in its environment.
    variables: dict[str, str]
    # Where the packages are installed.
    packages: str

    def run(self, script: str, *words: str, in_host: bool) -> str:
        """What a script of this folder says."""
        program = self.host if in_host and self.host else self.python
        return run("measuring", [str(program), str(HERE / script), *words, str(self.library), self.packages], HERE, **self.variables)


def linked(python: Path) -> dict[str, str] | None:
    """What a program needs in its environment that is linked to Python's library, where that is a shared one."""
    told = run(
        "looking at Python",
        [str(python), "-c", "import sys, sysconfig as s; print(s.get_config_var('Py_ENABLE_SHARED'), s.get_config_var('LIBDIR'), sys.base_prefix, sep='\\n')"],
        ROOT,
    )
    is_shared, folder, prefix = told.splitlines()
    return {"LD_LIBRARY_PATH": folder, "PYTHONHOME": prefix} if is_shared == "1" else None


def prepare(interpreter: Interpreter) -> Doors:
    """Builds every door into an environment."""
    folder = ROOT / "target" / "bench-doors" / interpreter.version
    venv = folder / "venv"
    python = venv / "bin" / "python"
    if not python.exists():
        run("making an environment", [str(interpreter.executable), "-m", "venv", str(venv)], ROOT)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    run("installing the tools", [*pip, *(f"{name}=={version}" for name, version in TOOLS.items())], ROOT)
    maturin = [str(python), "-m", "maturin", "develop", "--release", "--quiet"]
    target = folder / "cargo"
    variables = {"VIRTUAL_ENV": str(venv), "CARGO_TARGET_DIR": str(target)}
    run("building the C library", maturin, HERE, **variables)
    declarations = target / "header.h"
    library = folder / "libdoorbench.so"
    # The extension module is another library of the same name.
    library.write_bytes((target / "release" / "libdoorbench.so").read_bytes())
    hand = folder / "hand"
    hand.mkdir(exist_ok=True)
    run("building cffi's module", [str(python), str(HERE / "hand" / "build_api.py"), str(declarations), str(library)], hand)
    # setuptools writes beside what it builds.
    copy = folder / "milksnake"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(HERE / "milksnake", copy)
    run(
        "building milksnake's package",
        [*pip, "--no-build-isolation", "--no-deps", "--force-reinstall", "."],
        copy,
        DOORBENCH_LIBRARY=str(library),
        DOORBENCH_HEADER=str(declarations),
    )
    run("building the extension module", maturin, HERE / "extension", **variables)
    packages = run("looking at Python", [str(python), "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"], ROOT).strip()
    doors = Doors(python, library, None, {"PYTHONPATH": str(hand)}, packages)
    if (needed := linked(python)) is not None:
        variables |= {"PYO3_PYTHON": str(python), "CARGO_TARGET_DIR": str(target) + "-host"}
        run("building the program", ["cargo", "build", "--release", "--locked", "--quiet"], HERE / "host", **variables)
        doors.host = folder / "cargo-host" / "release" / "doorbench-host"
        doors.variables |= needed
    return doors


def first_imports(doors: Doors, rounds: int) -> dict:
    """The seconds of each door's first import, as the rest is told."""
    found = [door for door in DOORS if door not in ("loop", *(() if doors.host else ("builtin",)))]
    times: dict[str, list[float]] = {door: [] for door in found}
    for _ in range(rounds):
        for door in random.sample(found, len(found)):
            times[door].append(float(doors.run("first.py", door, in_host=door == "builtin")))
    return {
        door: {"seconds": statistics.median(samples), "to": {other: statistics.median(samples) / statistics.median(times[other]) for other in found}}
        for door, samples in times.items()
    }


def measured(interpreter: Interpreter, rounds: int) -> dict:
    doors = prepare(interpreter)
    results = json.loads(doors.run("measure.py", str(rounds), in_host=True))
    return results | {"first": first_imports(doors, min(rounds, FIRST_ROUNDS))}


def duration(seconds: float) -> str:
    for unit, factor in (("ns", 1e9), ("µs", 1e6)):
        if seconds * factor < 10_000:
            return f"{seconds * factor:,.0f} {unit}"
    return f"{seconds * 1e3:,.1f} ms"


def section(version: str, results: dict) -> str:
    """One interpreter's goals and table."""
    lines = [f"## CPython {version}", "", "| | " + " | ".join(DOORS.values()) + " | generated ÷ API mode |", "| --- |" + " ---: |" * (len(DOORS) + 1)]
    for case, title in CASES.items():
        row = results[case]
        cells = [duration(row[door]["seconds"]) if door in row else "–" for door in DOORS]
        ratio = row["generated"]["to"]["api"]
        # The goal is for calls.
        mark = " ✗" if case != "first" and ratio > 1.1 else ""
        lines.append(f"| {title} | " + " | ".join(cells) + f" | {ratio:.2f}{mark} |")
    loop = results["total"]["generated"]["to"]["loop"]
    word = "met" if loop <= 1.05 else "**missed**"
    return "\n".join([*lines, "", f"The sum through the generated package takes {loop:.2f} of the loop in Rust alone (goal: at most 1.05; {word})."])


def document(runs: dict[str, dict], rounds: int) -> str:
    tools = " · ".join(f"{name} {version}" for name, version in TOOLS.items() if name != "setuptools")
    return "\n\n".join(
        [
            "<!-- Written by `make bench-doors`. -->\n# What a call through each door costs",
            "One library, [src/lib.rs](src/lib.rs), behind every door: the Python package that `exuvia-c-build` writes over it; cffi [by hand](hand/over_cffi.py),\n"
            "in API mode, which needs a C compiler and Python's headers for each version, and in ABI mode, which needs neither;\n"
            "[milksnake](milksnake/setup.py), which is cffi in ABI mode; ctypes [by hand](hand/over_ctypes.py); and the same functions as an extension module on\n"
            "the binding engine, installed, and built into [a Rust program](host/src/main.rs) with Python inside. The package is one wheel for all versions,\n"
            "built without Python's headers. All doors must give the same before anything is timed.",
            "```console\nmake bench-doors\npython3 benches/doors/run.py --python python3.13\n```",
            f"{rounds} rounds of about 2 ms, and of {LEAST_CALLS} calls at least, for each figure, all doors in one process, that Rust program, in a shuffled order in each round, garbage\n"
            "collection off. A ratio is the median of the ratios of each round. Goal of a call through the generated package: at most 1.10 of cffi by hand\n"
            f"in API mode (✗ where missed). Of {FIRST_ROUNDS} first imports, each in a process of its own, the median: in Python, or in the program where\n"
            "they are built in.\n"
            f"{tools}.",
            *(section(version, results) for version, results in runs.items()),
        ]
    ) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--python", action="append", metavar="PATH", help="measure on this interpreter; may be repeated")
    parser.add_argument("--rounds", type=int, default=101, help="how often each is measured (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of tables")
    arguments = parser.parse_args()
    if arguments.rounds < 2:
        parser.error("--rounds takes 2 or more")
    runs = {}
    try:
        found = [chosen(each) for each in arguments.python or ()] or [each for each in discover() if each.minor in MINORS]
        if not found:
            raise Unusable("no CPython 3.11 or 3.13 was found. Install one, or name another with --python PATH.")
        for interpreter in found:
            print(f"CPython {interpreter.version}", file=sys.stderr, flush=True)
            runs[interpreter.version] = measured(interpreter, arguments.rounds)
    except Disagreement as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 1
    except (BuildError, Unusable) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps(runs, indent=2))
        return 0
    if not arguments.python:
        draft = README.with_suffix(".md.new")
        draft.write_text(document(runs, arguments.rounds))
        draft.replace(README)
    print("\n\n".join(section(version, results) for version, results in runs.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
