"""A crate's own pytest suite, run against an installed wheel."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from crates import Crate
from sources import LEFT_OUT
from wheels import Failed, environment, guarded

# Holds the plugin `exuvia.outcomes`, which tells how every test ended.
PLUGINS = Path(__file__).resolve().parent.parent / "python"
USUAL_FOLDERS = ("tests", "test", "python/tests", "python/test", "py-tests")
# No suite of a crate takes as long; one that does has come to a standstill.
TEST_SECONDS = 900


@dataclass
class Outcomes:
    """What became of each test, and what is to be said of the run as a whole."""

    of: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    log: Path | None = None

    @property
    def passed(self) -> set[str]:
        return {test for test, outcome in self.of.items() if outcome == "passed"}


def run_suite(crate: Crate, origin: Path, wheel: Path, python: Path, folder: Path) -> Outcomes:
    """Runs the suite in a copy of the sources without what the wheel installs, so that tests import the wheel."""
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns(*LEFT_OUT)
    shutil.copytree(origin, folder, symlinks=True, ignore=ignored, ignore_dangling_symlinks=True)
    wanted = crate.tests or tuple(path for path in USUAL_FOLDERS if (folder / path).is_dir())[:1]
    for name in installed_names(wheel):
        if name in wanted:
            continue
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / f"{name}.py").unlink(missing_ok=True)
    absent = [path for path in wanted if not (folder / path.split("::")[0]).exists()]
    log = folder.with_name("tests.log")
    if absent:
        raise Failed(f"there are no tests at: {', '.join(absent)}", log)
    outcomes = pytest(python, [*wanted, *crate.pytest], folder, log)
    if not outcomes.of and "unrecognized arguments" in outcomes.problem:
        # Its configuration asks for plugins that nobody named; what they add is not what is compared.
        outcomes = pytest(python, [*wanted, *crate.pytest, "-o", "addopts="], folder, log)
    return outcomes


def pytest(python: Path, words: list[str], folder: Path, log: Path) -> Outcomes:
    written = folder.with_name("outcomes")
    shutil.rmtree(written, ignore_errors=True)
    written.mkdir()
    env = environment() | {
        "EXUVIA_OUTCOMES": str(written),
        "PYTHONPATH": str(PLUGINS),
        "PYTHONDONTWRITEBYTECODE": "1",
        # Names of tests made from sets are the same in both runs.
        "PYTHONHASHSEED": "0",
        "PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "VIRTUAL_ENV": str(python.parent.parent),
    }
    command = [python, "-m", "pytest", *words, "-p", "exuvia.outcomes", "-p", "no:cacheprovider", "--continue-on-collection-errors"]
    with log.open("w") as output:
        status = guarded(command, output, env, TEST_SECONDS, folder)
    outcomes = read_outcomes(written, folder)
    outcomes.log = log
    if status is None:
        outcomes.problem = f"did not come to an end within {TEST_SECONDS} s{last_of(outcomes)}"
    elif status < 0 or status >= 128:
        outcomes.problem = f"crashed (signal {-status if status < 0 else status - 128}){last_of(outcomes)}"
    elif not outcomes.of:
        lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
        told = [line for line in lines if line.startswith(("ERROR", "E  ", "ImportError", "pytest: error", "__main__.py: error"))]
        outcomes.problem = f"no test was run: {' / '.join((told or lines)[-2:])}"
    return outcomes


def last_of(outcomes: Outcomes) -> str:
    unfinished = [test for test, outcome in outcomes.of.items() if outcome == "unfinished"]
    return f" in {unfinished[-1]}" if unfinished else ""


def read_outcomes(folder: Path, sources: Path) -> Outcomes:
    """What the plugin wrote: for each test, the last outcome that was told of it."""
    lines = [line for file in sorted(folder.glob("*.outcomes")) for line in file.read_text().splitlines()]
    # A test that is named after one of its files is the same test in both runs.
    told = (json.loads(line.replace(f"{sources}{os.sep}", "")) for line in lines)
    return Outcomes(dict(told))


def installed_names(wheel: Path) -> set[str]:
    """The names that the wheel puts at the top of site-packages."""
    with zipfile.ZipFile(wheel) as opened:
        tops = {name.split("/", 1)[0] for name in opened.namelist()}
    return {top.split(".", 1)[0] for top in tops if not top.endswith((".dist-info", ".data"))}
