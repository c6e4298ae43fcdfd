#!/usr/bin/env python3
"""Pack real applications, each from an environment of its own, and run them where there is no Python.

    python3 tests/apps/run.py                       all of them; writes docs/src/applications.md
    python3 tests/apps/run.py --only black,numpy    these
    python3 tests/apps/run.py --short               the few of `make test`

Each is installed at the versions of constraints.txt into a fresh virtual environment and run there; packed; and the packed
file is run in a root folder with glibc and nothing else (surroundings.py): as a user would, with an empty environment in a
folder that cannot be written to, and the same with /tmp mounted noexec. Each time it has to end with the same status, and write the
same to standard output, as under Python. Everything is kept in target/pack-apps/.

Exit status: 0 all of them work, 1 something does not, 2 wrong use or a machine on which this cannot be tried.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

# Found by the line above, so not at the top of the file (E402).
from applications import APPLICATIONS, Application  # noqa: E402
from packing import Environment, Failed, problem, settled  # noqa: E402
from report import PAGE, Row, document, machine, table  # noqa: E402
from run_python_tests import Interpreter, Unusable as NoInterpreter, chosen  # noqa: E402
from surroundings import SURROUNDINGS, Unusable, c_library, make_root, namespaces, run  # noqa: E402

# How long one run may take, in seconds.
LIMIT = 300.0
# The minor version of Python that all versions of constraints.txt have wheels for, and those after it.
OLDEST = 11


def say(text: str) -> None:
    # In one piece, whoever else writes.
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def target() -> Path:
    return Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target")


def build() -> Path:
    """The command `exuvia` of this checkout."""
    say("building exuvia")
    done = subprocess.run(["cargo", "build", "--release", "--locked", "--quiet", "-p", "exuvia-cli"], cwd=ROOT)
    if done.returncode:
        raise Unusable(f"building the command exuvia: cargo ended with status {done.returncode}; see above")
    return target() / "release" / "exuvia"


def show(application: Application, arguments: tuple[str, ...]) -> str:
    return " ".join([application.name, *arguments])


def try_one(application: Application, exuvia: Path, python: Path, folder: Path) -> Row:
    """Installs, packs and runs one application."""
    row = Row(application.name)
    begun = time.monotonic()
    say(f"{application.name}: environment")
    try:
        environment = Environment.make(application, python, folder)
        row.versions = environment.versions()
        expected = []
        for each in application.runs:
            outcome = environment.under_python(each, LIMIT)
            places = {str(environment.work): "/work", str(environment.folder / "scratch"): "/tmp"}
            wrong = problem(each, outcome, None, places)
            if wrong:
                words = (outcome.out + outcome.err).strip()
                raise Failed(f"under Python, `{show(application, each.arguments)}` is not what is expected: {wrong}\n{words}")
            expected.append(settled(outcome.out, each, places))
        say(f"{application.name}: packing")
        packed = environment.pack(exuvia)
        row.size, row.seconds = packed.size, packed.seconds
        # What is found in spite of all else is not what was packed.
        environment.python.parent.parent.rename(folder / "venv.away")
        root = make_root(folder / "root")
        for around in SURROUNDINGS:
            wrongs = []
            for each, wanted in zip(application.runs, expected):
                arguments = [argument.format(scratch="/tmp") for argument in each.arguments]
                outcome = run(packed.program, arguments, around, root, environment.fresh_work(), each.input, LIMIT)
                wrong = problem(each, outcome, wanted, {})
                if wrong:
                    wrongs.append(f"`{show(application, each.arguments)}`: {wrong}")
                    row.logs.append(f"## {around.key}: {wrongs[-1]}\n{outcome.out}\n{outcome.err}".rstrip())
                row.left[around.key] = sorted({*row.left.get(around.key, []), *outcome.left})
            row.wrong[around.key] = wrongs
            say(f"{application.name}: {'works' if not wrongs else 'DOES NOT WORK'} {around.title}")
    except Failed as failure:
        row.failure = str(failure)
        say(f"{application.name}: {row.failure}")
    if row.logs:
        log = folder / "differences.log"
        log.write_text("\n\n".join(row.logs) + "\n")
        say(f"{application.name}: what it wrote is in {log}")
    else:
        # An environment is large, and nothing is to be found out from one whose application works.
        shutil.rmtree(folder / "venv.away", ignore_errors=True)
    row.total = time.monotonic() - begun
    return row


def named(text: str) -> list[str]:
    """A parser of comma-separated names of applications."""
    known = [each.name for each in APPLICATIONS]
    found = [name.strip() for name in text.split(",") if name.strip()]
    for name in found:
        if name not in known:
            raise argparse.ArgumentTypeError(f"there is no application {name!r}; there are: {', '.join(known)}")
    return found


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    some = parser.add_mutually_exclusive_group()
    some.add_argument("--only", type=named, metavar="NAME,…", help=f"of: {', '.join(each.name for each in APPLICATIONS)}")
    some.add_argument("--short", action="store_true", help="only the few that `make test` takes")
    parser.add_argument("--python", default=sys.executable, metavar="PATH", help="the CPython to pack (default: this one)")
    parser.add_argument("--exuvia", type=Path, metavar="PATH", help="the command to pack with (default: built from this checkout)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="how many to try at once (default: %(default)s)")
    arguments = parser.parse_args()
    if arguments.jobs < 1:
        parser.error("--jobs takes 1 or more")
    return arguments


def chosen_applications(arguments: argparse.Namespace) -> list[Application]:
    return [
        each
        for each in APPLICATIONS
        if (arguments.only is None or each.name in arguments.only) and (each.is_short or not arguments.short)
    ]


def main() -> int:
    arguments = options()
    try:
        interpreter: Interpreter = chosen(arguments.python)
        if interpreter.minor < OLDEST:
            raise NoInterpreter(f"--python: {interpreter.version} is older than what constraints.txt has versions for: 3.{OLDEST}")
        # What is missing is said before anything is built.
        namespaces()
        c_library()
        exuvia = arguments.exuvia.resolve() if arguments.exuvia else build()
        work = target() / "pack-apps" / interpreter.version
        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            # In the order of the list, whatever is done first.
            rows = list(
                pool.map(
                    lambda each: try_one(each, exuvia, Path(interpreter.executable), work / each.folder),
                    chosen_applications(arguments),
                )
            )
    except (Unusable, NoInterpreter) as problem:
        print(f"error: {problem}", file=sys.stderr)
        return 2
    print(table(rows))
    if not arguments.only and not arguments.short and all(row.works for row in rows):
        draft = PAGE.with_suffix(".md.new")
        draft.write_text(document(rows, machine(interpreter.version)))
        draft.replace(PAGE)
        say(f"written: {PAGE}")
    return 0 if all(row.works for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
