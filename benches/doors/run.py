#!/usr/bin/env python3
"""Measure what a call through each door costs: the generated package beside cffi by hand, ctypes, and the extension module.

    python3 benches/doors/run.py                       CPython 3.11 and 3.13; writes README.md
    python3 benches/doors/run.py --python python3.13   one interpreter

Builds one library, `doorbench`, into target/bench-doors/<version>/ as the C library's wheel and as the extension module, and cffi's module in API
mode over it; checks that all doors give the same; and times them in turns. README.md is written when nothing was narrowed down; the
tables are printed in any case.

Exit status: 0 measured, 1 the doors do not agree, 2 something could not be built or found.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
README = HERE / "README.md"
sys.path.insert(0, str(ROOT / "tests"))

# Found by the line above, so not at the top of the file (E402).
from run_python_tests import Interpreter, Unusable, chosen, discover  # noqa: E402

MINORS = (11, 13)
TOOLS = {"cffi": "2.1.1", "maturin": "1.16.0", "numpy": "2.2.6", "setuptools": "84.2.1"}

DOORS = {
    "generated": "generated package",
    "api": "cffi by hand, API mode",
    "abi": "cffi by hand, ABI mode",
    "ctypes": "ctypes by hand",
    "native": "extension module",
    "loop": "loop in Rust alone",
}
CASES = {
    "add": "add two `int`s",
    "letters": "letters of a `str`",
    "total": "sum of 1,000,000 `double`s of a NumPy array",
    "each": "1,000 callbacks",
}


# How measure.py ends where the doors do not give the same.
DISAGREE = 3


class BuildError(Exception):
    """Something could not be built; the message says what and why."""


class Disagreement(Exception):
    """The doors do not give the same; the message says which."""


def run(doing: str, command: list[str], cwd: Path, **variables: str) -> str:
    away = ("PYTHONHOME", "PYTHONPATH", "CONDA_PREFIX")
    env = {name: value for name, value in os.environ.items() if name not in away} | variables
    done = subprocess.run(command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        said = "\n".join(done.stdout.splitlines()[-20:])
        if done.returncode == DISAGREE:
            raise Disagreement(said)
        raise BuildError(f"{doing}: {command[0]} ended with {done.returncode}:\n{said}")
    return done.stdout


def prepare(interpreter: Interpreter) -> tuple[Path, Path]:
    """The interpreter of an environment with every door, and the shared library."""
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
    run("building the extension module", maturin, HERE / "extension", **variables)
    return python, library


def measured(interpreter: Interpreter, rounds: int) -> dict:
    python, library = prepare(interpreter)
    command = [str(python), str(HERE / "measure.py"), str(rounds), str(library)]
    return json.loads(run("measuring", command, HERE, PYTHONPATH=str(library.parent / "hand")))


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
        mark = " ✗" if round(ratio, 2) > 1.1 else ""
        lines.append(f"| {title} | " + " | ".join(cells) + f" | {ratio:.2f}{mark} |")
    loop = results["total"]["generated"]["to"]["loop"]
    word = "met" if round(loop, 2) <= 1.05 else "**missed**"
    return "\n".join([*lines, "", f"The sum through the generated package takes {loop:.2f} of the loop in Rust alone (goal: at most 1.05; {word})."])


def document(runs: dict[str, dict], rounds: int) -> str:
    tools = " · ".join(f"{name} {version}" for name, version in TOOLS.items() if name != "setuptools")
    return "\n\n".join(
        [
            "<!-- Written by `make bench-doors`. -->\n# What a call through each door costs",
            "One library, [src/lib.rs](src/lib.rs), behind every door: the Python package that `exuvia-c-build` writes over it; cffi [by hand](hand/over_cffi.py),\n"
            "in API mode, which needs a C compiler and Python's headers for each version, and in ABI mode, which needs neither; ctypes\n"
            "[by hand](hand/over_ctypes.py); and the same functions as an extension module on the binding engine. The package is one wheel for all versions, built without\n"
            "Python's headers. All doors must give the same before anything is timed.",
            "```console\nmake bench-doors\npython3 benches/doors/run.py --python python3.13\n```",
            f"{rounds} rounds of about 2 ms for each figure, all doors in one process, in a shuffled order in each round, garbage collection off. A\n"
            "ratio is the median of the ratios of each round. Goal of a call through the generated package: at most 1.10 of cffi by hand in API mode\n"
            f"(✗ where missed). {tools}.",
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
