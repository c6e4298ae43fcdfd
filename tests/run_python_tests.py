#!/usr/bin/env python3
"""Build the bindings' test suite and the examples for every CPython on this machine, and run their tests.

    python3 tests/run_python_tests.py                        every interpreter, every project
    python3 tests/run_python_tests.py --python python3.12    one interpreter
    python3 tests/run_python_tests.py --only bindings -- -k enums -x

Interpreters are looked for on PATH, in ~/.pyenv/versions and in /usr/bin; the first of each minor version is taken.
Each has a virtual environment and a cargo target folder of its own in target/python-tests/<version>/, made once and
reused. While one interpreter's tests run, the next one's projects are built. What is for many versions (abi3, and the wheel of a
C library) is built once, for the first interpreter.

Exit status: 0 all passed, 1 something failed, 2 nothing could be run. Linux and macOS.
"""

from __future__ import annotations

import argparse
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "python-tests"
SUPPORTED_MINORS = range(10, 15)
# The newest that also run on CPython 3.10.
PINS = [
    "pytest==9.2.0",
    "hypothesis==6.168.5",
    "maturin==1.16.0",
    "setuptools==84.2.1",
    "setuptools-rust==1.13.0",
    # What reads C headers, for Rust and for Python.
    "libclang==18.1.1",
    "cffi==2.1.1",
    "mypy==2.4.1",
    "numpy==2.2.6",
]


class Unusable(Exception):
    """The environment lacks something; the message says what and what to do."""


@dataclass(frozen=True)
class Project:
    name: str
    folder: Path
    # What builds it, if it is built: maturin, or setuptools by its setup.py.
    builder: str | None = "maturin"
    # Put before what the environment says, so that pure-Python sources are imported from the tree.
    pythonpath: Path | None = None
    # A feature for the limited API: built with the last interpreter, and tested on the first and the last.
    limited: str | None = None
    # One wheel for all versions: built with the first interpreter, and tested on all.
    universal: bool = False
    # Another project that the tests need, built for each version.
    beside: Path | None = None
    # Tests that know nothing of Python, by their file: run with the first interpreter.
    once: str | None = None


PROJECTS = [
    Project("bindings", ROOT / "tests" / "bindings"),
    Project("bindings-limited", ROOT / "tests" / "bindings", limited="limited"),
    Project("counter", ROOT / "examples" / "counter"),
    Project("lucas", ROOT / "examples" / "lucas"),
    Project("lucas-setuptools", ROOT / "examples" / "lucas", builder="setuptools"),
    Project("doors", ROOT / "tests" / "doors", universal=True, once="tests/test_clients.py"),
    Project(
        "both-doors",
        ROOT / "examples" / "both-doors",
        universal=True,
        beside=ROOT / "examples" / "both-doors" / "extension",
    ),
    Project("pi", ROOT / "examples" / "pi", universal=True, once="tests/test_programs.py"),
    Project("zoo", ROOT / "examples" / "zoo"),
    Project("python", ROOT / "python" / "tests", builder=None, pythonpath=ROOT / "python"),
]


@dataclass
class Interpreter:
    executable: Path
    version: str

    @property
    def minor(self) -> int:
        return int(self.version.split(".")[1])

    @property
    def folder(self) -> Path:
        return WORK / self.version

    @property
    def venv_python(self) -> Path:
        return self.folder / "venv" / "bin" / "python"


@dataclass
class Outcome:
    passed: int = 0
    failed: int = 0
    word: str = "-"
    ok: bool = True
    seconds: dict[str, float] = field(default_factory=dict)


# Finding interpreters

PROBE = (
    "import sys, venv, ensurepip\n"
    "print(sys.implementation.name, '%d.%d.%d' % sys.version_info[:3], sys.version_info.releaselevel)\n"
)


def probe(executable: Path) -> Interpreter | None:
    """The interpreter at this path, if it is a CPython that can make virtual environments."""
    try:
        answer = subprocess.run(
            [str(executable), "-I", "-c", PROBE], capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = answer.stdout.split()
    # A pyenv shim without a version behind it, a PyPy, or a Debian Python without its venv package.
    if answer.returncode != 0 or len(words) != 3 or words[0] != "cpython":
        return None
    return Interpreter(executable, words[1])


def candidates() -> list[Path]:
    """Where a CPython may be, in order of preference."""
    found: list[Path] = []
    for minor in SUPPORTED_MINORS:
        on_path = shutil.which(f"python3.{minor}")
        if on_path:
            found.append(Path(on_path))
    for name in ("python3", "python"):
        on_path = shutil.which(name)
        if on_path:
            found.append(Path(on_path))
    found.extend(sorted((Path.home() / ".pyenv" / "versions").glob("3.*/bin/python"), reverse=True))
    found.extend(Path("/usr/bin") / f"python3.{minor}" for minor in SUPPORTED_MINORS)
    return [path for path in found if path.exists()]


def discover() -> list[Interpreter]:
    by_minor: dict[int, Interpreter] = {}
    seen: set[Path] = set()
    for path in candidates():
        # The folder is resolved, not the file: a virtual environment's python is a link out of it.
        path = path.parent.resolve() / path.name
        if path in seen:
            continue
        seen.add(path)
        interpreter = probe(path)
        if interpreter and interpreter.minor in SUPPORTED_MINORS:
            by_minor.setdefault(interpreter.minor, interpreter)
    return [by_minor[minor] for minor in sorted(by_minor)]


def chosen(python: str) -> Interpreter:
    path = shutil.which(python)
    if path is None:
        raise Unusable(f"--python: there is no such program: {python}")
    interpreter = probe(Path(path))
    if interpreter is None:
        raise Unusable(
            f"--python: cannot be used: {path}\n"
            "It must be a CPython with the modules venv and ensurepip (on Debian: the package python3-venv)."
        )
    if interpreter.minor not in SUPPORTED_MINORS:
        low, high = SUPPORTED_MINORS[0], SUPPORTED_MINORS[-1]
        raise Unusable(f"--python: {path} is {interpreter.version}; this needs CPython 3.{low} to 3.{high}.")
    return interpreter


# Environments and builds


def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL, **options
    )


def prepare_venv(interpreter: Interpreter) -> str | None:
    """Make or reuse the virtual environment; what went wrong, if something did."""
    venv = interpreter.folder / "venv"
    stamp = venv / "installed"
    # Made by another interpreter of the same version, it would still point at that one.
    wanted = "\n".join([str(interpreter.executable), *PINS])
    if stamp.exists() and stamp.read_text() == wanted and interpreter.venv_python.exists():
        return None
    interpreter.folder.mkdir(parents=True, exist_ok=True)
    made = run([str(interpreter.executable), "-m", "venv", "--clear", str(venv)])
    if made.returncode != 0:
        return f"could not make a virtual environment in {venv}:\n{made.stdout}"
    pip = [str(interpreter.venv_python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    done = run([*pip, *PINS])
    if done.returncode != 0:
        # pip lists every version there ever was on one line.
        said = "\n".join(line if len(line) < 200 else f"{line[:200]} …" for line in done.stdout.splitlines())
        return f"could not install {', '.join(PINS)} in {venv} (is PyPI reachable?):\n{said}"
    stamp.write_text(wanted)
    return None


def environment(interpreter: Interpreter) -> dict[str, str]:
    venv = interpreter.folder / "venv"
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in ("CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "PYO3_PYTHON", "PYO3_CONFIG_FILE")
    }
    env["VIRTUAL_ENV"] = str(venv)
    env["PATH"] = f"{venv / 'bin'}{os.pathsep}{env.get('PATH', '')}"
    # One folder for the projects: what they depend on is compiled once for each interpreter.
    env["CARGO_TARGET_DIR"] = str(interpreter.folder / "cargo")
    env["CARGO_PROFILE_DEV_DEBUG"] = "line-tables-only"
    # Builds for speed take calls into each function, others share them: one interpreter sees the one, the next the other, and one of
    # them a build for size.
    level = {11: "s"}.get(interpreter.minor, "2" if interpreter.minor % 2 == 0 else None)
    if level is not None:
        env["CARGO_PROFILE_DEV_OPT_LEVEL"] = level
    # A test that expects a panic would otherwise print, and look up, a stack for each.
    env.setdefault("RUST_BACKTRACE", "0")
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    return env


def installed(project: Project, interpreter: Interpreter) -> Path | None:
    """Where a project is installed that is not installed in the virtual environment, or where its sources are."""
    if project.limited:
        return WORK / project.name
    if project.universal:
        return WORK / project.name / "installed"
    return interpreter.folder / project.name / "installed" if project.builder == "setuptools" else project.pythonpath


def build_by_setuptools(project: Project, interpreter: Interpreter) -> subprocess.CompletedProcess[str]:
    """Do in a copy of the project what its README says of setuptools, and install it beside the environment."""
    folder = interpreter.folder / project.name
    shutil.rmtree(folder, ignore_errors=True)
    source = shutil.copytree(project.folder, folder / "source", ignore=shutil.ignore_patterns("*.so", "target"))
    (table,) = re.findall(r"^```toml\n(\[build-system\]\n.*?)^```$", (source / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    for name, old, new in [
        ("pyproject.toml", r"\A\[build-system\]\n(.+\n)+", table),
        ("Cargo.toml", r"\.\./\.\./crates", str(ROOT / "crates")),
    ]:
        text, count = re.subn(old, lambda _: new, (source / name).read_text())
        assert count == 1, f"{name} of {project.folder} has another form than expected"
        (source / name).write_text(text)
    env = environment(interpreter) | {"SETUPTOOLS_RUST_CARGO_PROFILE": "dev"}
    # Not maturin's folder: the two give cargo other environments, and each would build again what the other has built.
    env["CARGO_TARGET_DIR"] += "-setuptools"
    pip = [str(interpreter.venv_python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    return run([*pip, "--no-build-isolation", "--no-deps", "--target", str(folder / "installed"), "."], cwd=source, env=env)


def build_limited(project: Project, oldest: Interpreter, newest: Interpreter) -> subprocess.CompletedProcess[str]:
    """Build the one module for all interpreters, by cargo alone with the newest, and put it where all find it."""
    folder = WORK / project.name
    env = environment(oldest) | {
        "PYO3_PYTHON": str(newest.executable),
        "PYO3_BUILD_EXTENSION_MODULE": "1",
        # Not that of other builds, each of which would build again what the other has built.
        "CARGO_TARGET_DIR": str(folder / "cargo"),
    }
    built = run(["cargo", "build", "--quiet", "--locked", "--features", project.limited], cwd=project.folder, env=env)
    if built.returncode == 0:
        (library,) = (folder / "cargo" / "debug").glob("libexuvia_*.so")
        shutil.copy(library, folder / f"{library.stem.removeprefix('lib')}.abi3.so")
    return built


def universal_target(project: Project) -> dict[str, str]:
    """Each of these has a cargo target folder of its own, where maturin finds its header and no other's: the tests of one build again while
    the next one's wheel is made."""
    return {"CARGO_TARGET_DIR": str(WORK / "universal" / project.name)} if project.universal else {}


def build_universal(project: Project, interpreter: Interpreter) -> subprocess.CompletedProcess[str]:
    """Build the one wheel for all interpreters, and unpack it where all find it."""
    folder = WORK / project.name
    shutil.rmtree(folder, ignore_errors=True)
    env = environment(interpreter) | universal_target(project)
    maturin = [str(interpreter.folder / "venv" / "bin" / "maturin"), "build", "--quiet", "--locked"]
    built = run([*maturin, "--interpreter", str(interpreter.venv_python), "--out", str(folder)], cwd=project.folder, env=env)
    if built.returncode != 0:
        return built
    wheels = list(folder.glob("*.whl"))
    assert [wheel.name.split("-")[2:4] for wheel in wheels] == [["py3", "none"]], f"not one wheel for all: {wheels}"
    pip = [str(interpreter.venv_python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    return run([*pip, "--no-deps", "--target", str(folder / "installed"), str(wheels[0])], env=env)


def build(project: Project, interpreter: Interpreter, oracle: bool) -> subprocess.CompletedProcess[str]:
    if project.builder == "setuptools":
        return build_by_setuptools(project, interpreter)
    command = [str(interpreter.folder / "venv" / "bin" / "maturin"), "develop", "--quiet"]
    if oracle:
        command += ["--no-default-features", "--features", "oracle"]
    return run(command, cwd=project.folder, env=environment(interpreter))


def test(project: Project, interpreter: Interpreter, is_first: bool, extra: list[str]) -> subprocess.CompletedProcess[str]:
    env = environment(interpreter) | universal_target(project)
    if path := installed(project, interpreter):
        env["PYTHONPATH"] = str(path)
    if project.limited:
        # What this interpreter does not have is found out by the import, not by the first call.
        env["LD_BIND_NOW"] = "1"
    command = [str(interpreter.venv_python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *extra]
    if project.once and not is_first:
        command += ["--ignore", project.once]
    return run(command, cwd=project.folder, env=env)


def tally(output: str) -> tuple[int, int]:
    """Passed and failed, from pytest's closing line."""
    closing = next((line for line in reversed(output.splitlines()) if " in " in line), "")
    passed = sum(map(int, re.findall(r"(\d+) passed", closing)))
    failed = sum(map(int, re.findall(r"(\d+) (?:failed|errors?)", closing)))
    return passed, failed


# The run

Results = dict[tuple[str, str], Outcome]


def say(text: str) -> None:
    print(text, flush=True)


def run_all(interpreters: list[Interpreter], projects: list[Project], oracle: bool, extra: list[str]) -> Results:
    results: Results = {}
    to_test: queue.Queue[tuple[Interpreter, Project] | None] = queue.Queue()

    def record(interpreter: Interpreter, project: Project, outcome: Outcome, output: str) -> None:
        results[interpreter.version, project.name] = outcome
        label = f"{interpreter.version} {project.name}"
        say(f"{label}: {outcome.word}" if outcome.ok else f"{output.rstrip()}\n{label}: {outcome.word}")

    def tester() -> None:
        while (work := to_test.get()) is not None:
            interpreter, project = work
            begun = time.monotonic()
            done = test(project, interpreter, interpreter is interpreters[0], extra)
            passed, failed = tally(done.stdout)
            # 5: no test was collected, as happens when the caller's own selection leaves none.
            ok = done.returncode == 0 or (done.returncode == 5 and bool(extra))
            word = f"{passed} passed" if ok else f"{failed} FAILED" if failed else f"FAILED, status {done.returncode}"
            word += f" ({time.monotonic() - begun:.0f} s)"
            record(interpreter, project, Outcome(passed, 0 if ok else max(failed, 1), word, ok), done.stdout)

    testing = threading.Thread(target=tester)
    testing.start()
    try:
        with ThreadPoolExecutor(max_workers=2) as pool:
            venvs: list[Future[str | None]] = [pool.submit(prepare_venv, each) for each in interpreters]
            for interpreter, venv in zip(interpreters, venvs):
                problem = venv.result()
                for project in projects:
                    if project.limited and interpreter not in (interpreters[0], interpreters[-1]):
                        # It is the same module, and what makes a difference to it is between the oldest and the newest.
                        continue
                    if problem is not None:
                        record(interpreter, project, Outcome(0, 1, "NO ENVIRONMENT", False), problem)
                        continue
                    is_built = (project.limited or project.universal) and interpreter is not interpreters[0]
                    if project.builder and not is_built:
                        if project.universal:
                            built = build_universal(project, interpreter)
                        elif project.limited:
                            built = build_limited(project, interpreter, interpreters[-1])
                        else:
                            built = build(project, interpreter, oracle and project.name == "bindings")
                        if built.returncode != 0:
                            record(interpreter, project, Outcome(0, 1, "DOES NOT BUILD", False), built.stdout)
                            continue
                    if project.beside:
                        built = build(Project(project.name, project.beside), interpreter, oracle=False)
                        if built.returncode != 0:
                            record(interpreter, project, Outcome(0, 1, "DOES NOT BUILD", False), built.stdout)
                            continue
                    to_test.put((interpreter, project))
    finally:
        to_test.put(None)
        testing.join()
    return results


def table(interpreters: list[Interpreter], projects: list[Project], results: Results) -> str:
    rows = [["python", *(project.name for project in projects)]]
    for interpreter in interpreters:
        words = (results.get((interpreter.version, project.name), Outcome()).word for project in projects)
        rows.append([interpreter.version, *words])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Run the Python tests of the bindings and the examples on every CPython of this machine.",
        epilog="What follows -- goes to pytest.",
    )
    parser.add_argument("--python", action="append", metavar="PATH", help="use this interpreter; may be repeated")
    parser.add_argument(
        "--only",
        action="append",
        metavar="PROJECT",
        choices=[project.name for project in PROJECTS],
        help="run this project: %(choices)s; may be repeated",
    )
    parser.add_argument("--oracle", action="store_true", help="build the bindings' tests on PyO3 itself, to check the tests")
    parser.add_argument("pytest", nargs="*", metavar="-- ARGUMENT", help="arguments for pytest")
    options = parser.parse_args()
    if options.oracle and options.only not in (None, ["bindings"]):
        parser.error("--oracle is for the bindings alone")
    return options


def main() -> int:
    options = arguments()
    names = ["bindings"] if options.oracle else options.only
    projects = [project for project in PROJECTS if not names or project.name in names]
    absent = [project for project in projects if not project.folder.exists()]
    projects = [project for project in projects if project not in absent]
    begun = time.monotonic()
    try:
        if not projects:
            raise Unusable(f"there is nothing to test: {absent[0].folder} does not exist")
        if shutil.which("cargo") is None:
            raise Unusable("cargo is not on PATH. Install Rust (https://rustup.rs) and try again.")
        interpreters = [chosen(python) for python in options.python] if options.python else discover()
        if not interpreters:
            low, high = SUPPORTED_MINORS[0], SUPPORTED_MINORS[-1]
            raise Unusable(
                f"no CPython 3.{low} to 3.{high} with the modules venv and ensurepip was found on PATH, in "
                "~/.pyenv/versions or in /usr/bin. Install one, or name it with --python PATH."
            )
    except Unusable as problem:
        print(f"run_python_tests: {problem}", file=sys.stderr)
        return 2
    for project in absent:
        say(f"{project.name}: left out, {project.folder.relative_to(ROOT)} does not exist")
    say(f"interpreters: {', '.join(each.version for each in interpreters)}")
    results = run_all(interpreters, projects, options.oracle, options.pytest)
    passed = sum(outcome.passed for outcome in results.values())
    failed = sum(outcome.failed for outcome in results.values())
    say(f"\n{table(interpreters, projects, results)}\n\n{time.monotonic() - begun:.0f} s\n{passed} passed, {failed} failed")
    return 1 if failed or not all(outcome.ok for outcome in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
