#!/usr/bin/env python3
"""Build crates that were written for PyO3 on PyO3 and on Exuvia, and run their own test suites on both.

    python3 compat/run.py                               the crates of compat/crates.toml
    python3 compat/run.py rpds-py orjson==3.11.4        these, from PyPI
    python3 compat/run.py ~/pyo3/pytests                a folder with sources, of a wheel or of a program in Rust
    python3 compat/run.py --pyo3-tests                  PyO3's own integration tests in Rust

Each crate is built as a wheel twice: on the version of PyO3 that it pins, and with the crate `pyo3` replaced by
compat/pyo3. Each wheel goes into a virtual environment of its own, with what the tests need. A program
is built and run instead, and what it prints is compared. Everything is kept in target/compat/, logs included; a wheel
built on PyO3 from a source distribution is used again.

Exit status: 0 all that passes on PyO3 passes on Exuvia, 1 something does not or cannot be compared, 2 wrong use.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path.insert(0, str(ROOT / "tests"))

# Found by the line above, so not at the top of the file (E402).
import engines  # noqa: E402
import rust_tests  # noqa: E402
import sources  # noqa: E402
from crates import Crate, Unusable, crate_named, read_list, test_requirements  # noqa: E402
from engines import EXUVIA, PYO3, TITLES  # noqa: E402
from programs import is_program, run_program  # noqa: E402
from report import Row, table  # noqa: E402
from run_python_tests import Interpreter, Unusable as NoInterpreter, chosen  # noqa: E402
from sources import WORK  # noqa: E402
from suites import Outcomes, run_suite  # noqa: E402
from wheels import Builder, Failed  # noqa: E402

PYO3_VERSION = "0.30.1"


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def compare_crate(crate: Crate, builder: Builder) -> Row:
    """One crate, downloaded, built and tested on each engine."""
    row = Row(crate.label)
    try:
        say(f"{crate.label}: sources")
        crate, origin = sources.fetch(crate, builder)
        row.name = crate.label
        folder = builder.work / "crates" / f"{crate.name}-{crate.version or 'folder'}"
        locked = folder / PYO3 / "source"
        sources.copy(origin, locked)
        builder.lock(locked, folder / PYO3 / "lock.log")
        if not sources.locked_versions(locked, "pyo3"):
            raise Unusable("there is nothing to compare: none of its crates in Rust depends on pyo3")
    except Unusable as problem:
        row.problem = str(problem)
        return row
    except Failed as failure:
        row.problem = f"{failure.words} (all of it: {failure.log})"
        return row
    for engine in (PYO3, EXUVIA):
        begun = time.monotonic()
        row.of[engine] = outcomes_on(engine, crate, origin, folder, builder)
        told = row.of[engine].problem or f"{len(row.of[engine].passed)} tests pass"
        say(f"{row.name}: {told.splitlines()[0]} on {TITLES[engine]} ({time.monotonic() - begun:.0f} s)")
    return row


def outcomes_on(engine: str, crate: Crate, origin: Path, folder: Path, builder: Builder) -> Outcomes:
    """Builds the crate on one engine, and runs its suite."""
    source = folder / engine / "source"
    try:
        if engine == EXUVIA:
            sources.copy(origin, source)
            sources.copy_locks(folder / PYO3 / "source", source)
            engines.put_exuvia_in_place(source, sources.locked_versions(source, "pyo3"), WORK / "stand-ins")
            builder.lock(source, folder / engine / "lock.log")
        if is_program(origin):
            say(f"{crate.label}: program on {TITLES[engine]}")
            return run_program(source, builder.python, builder.work / f"cargo-{engine}", folder / engine / "build.log")
        wheels = folder / engine / "wheels"
        built = sorted(wheels.glob("*.whl"))
        if engine == PYO3 and crate.folder is None and built:
            wheel = built[0]
        else:
            say(f"{crate.label}: wheel on {TITLES[engine]}")
            wheel = builder.wheel(source, wheels, builder.work / f"cargo-{engine}", folder / engine / "build.log")
        requires = crate.requires
        if requires is None:
            requires = test_requirements(origin / "pyproject.toml")
        python = builder.environment_with(folder / engine / "venv", wheel, requires, folder / engine / "install.log")
        say(f"{crate.label}: tests on {TITLES[engine]}")
        return run_suite(crate, origin, wheel, python, folder / engine / "run")
    except Failed as failure:
        return Outcomes(problem=failure.words, log=failure.log)


def compare_pyo3_tests(version: str, interpreter: Interpreter, work: Path) -> list[Row]:
    """PyO3's integration tests, a row for each file."""
    folder = work / f"pyo3-tests-{version}"
    found: dict[str, dict[str, Outcomes]] = {}
    try:
        package = rust_tests.fetch(version, folder)
        for engine, stand_ins in ((PYO3, None), (EXUVIA, WORK / "stand-ins")):
            say(f"PyO3's tests: on {TITLES[engine]}")
            source = folder / engine / "source"
            rust_tests.lay_out(package, source, stand_ins)
            target = work / f"cargo-tests-{engine}"
            found[engine] = rust_tests.compare(package, engine, source, interpreter.executable, target)
    except Failed as failure:
        return [Row(f"pyo3 {version}", problem=f"{failure.words} (all of it: {failure.log})")]
    rows = [Row(file, {engine: found[engine][file] for engine in found}) for file in found[PYO3]]
    # Some files are for other Python versions or other systems, and empty here.
    return [row for row in rows if row.of[PYO3].of or row.of[PYO3].problem]


def arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="compat/run.py",
        description="Build crates written for PyO3 on PyO3 and on Exuvia, and run their test suites on both.",
    )
    parser.add_argument("crates", nargs="*", metavar="CRATE", help="NAME or NAME==VERSION on PyPI, or a folder with sources")
    parser.add_argument("--list", type=Path, default=HERE / "crates.toml", metavar="FILE", help="the list of crates to take")
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="the CPython to build for and test with")
    parser.add_argument("--requires", action="append", metavar="REQUIREMENT", help="what the tests of the crates named need")
    parser.add_argument("--tests", action="append", metavar="PATH", help="where the tests of the crates named are")
    parser.add_argument(
        "--pyo3-tests",
        nargs="?",
        const=PYO3_VERSION,
        metavar="VERSION",
        help=f"run PyO3's own integration tests in Rust (of {PYO3_VERSION} where no version is given)",
    )
    parser.add_argument("--json", action="store_true", help="print every outcome as JSON instead of the table")
    options = parser.parse_args(words)
    if (options.requires or options.tests) and not options.crates:
        parser.error("--requires and --tests are for crates named on the command line")
    if options.pyo3_tests and options.crates:
        parser.error(f"--pyo3-tests runs alone (a version that follows it is its own: --pyo3-tests {PYO3_VERSION})")
    return options


def wanted(options: argparse.Namespace) -> list[Crate]:
    listed = read_list(options.list)
    if not options.crates:
        return listed
    named = [crate_named(word, listed) for word in options.crates]
    return [
        Crate(
            crate.name,
            crate.version,
            crate.folder,
            tuple(options.requires) if options.requires else crate.requires,
            tuple(options.tests) if options.tests else crate.tests,
            crate.pytest,
        )
        for crate in named
    ]


def main(words: list[str]) -> int:
    options = arguments(words)
    try:
        crates = [] if options.pyo3_tests else wanted(options)
        interpreter = chosen(options.python)
        if shutil.which("cargo") is None:
            raise Unusable("cargo is not on PATH. Install Rust (https://rustup.rs) and try again.")
        builder = Builder(interpreter.executable, WORK / interpreter.version)
        builder.prepare()
    except (Unusable, NoInterpreter) as problem:
        print(f"compat: {problem}", file=sys.stderr)
        return 2
    except Failed as failure:
        print(f"compat: {failure.words} (all of it: {failure.log})", file=sys.stderr)
        return 2
    if options.pyo3_tests:
        rows = compare_pyo3_tests(options.pyo3_tests, interpreter, builder.work)
    else:
        rows = [compare_crate(crate, builder) for crate in crates]
    if options.json:
        print(json.dumps({"python": interpreter.version, "rows": [row.as_json() for row in rows]}, indent=1))
    else:
        print(table(rows, "file" if options.pyo3_tests else "crate"))
    return 0 if rows and all(row.holds for row in rows) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
