#!/usr/bin/env python3
"""The comparisons in benches/ run, and refuse what they must refuse. No time is asserted here.

    python3 tests/benches.py
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from types import ModuleType, SimpleNamespace

ROOT = Path(__file__).resolve().parent.parent
CALLS = ROOT / "benches" / "calls"
README = CALLS / "README.md"
BUILD = ROOT / "benches" / "build"
BUILD_README = BUILD / "README.md"
DOORS = ROOT / "benches" / "doors"
sys.path[:0] = [str(CALLS), str(BUILD)]

# Found by the line above, so not at the top of the file (E402).
import engines as build_engines  # noqa: E402
import report as build_report  # noqa: E402
from instructions import HOTTEST, MINOR, RECORD, TOLERANCE, check  # noqa: E402
from measure import verify  # noqa: E402
from peers import PEERS  # noqa: E402
from rows import KEYS, ROWS, inputs  # noqa: E402
from run_python_tests import discover  # noqa: E402
from table import Run, document, section  # noqa: E402


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(CALLS / "run.py"), "--python", sys.executable, *words]
    return subprocess.run(command, capture_output=True, text=True)


def script(path: Path) -> ModuleType:
    """A script as a module; several are called run.py."""
    spec = importlib.util.spec_from_file_location(f"{path.parent.name}_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    # Where dataclasses look for their module.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def runs(process: int) -> bool:
    """Whether there is such a process. A zombie is none: its new parent may not have looked yet."""
    try:
        status = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


class Calls(unittest.TestCase):
    def test_every_row_gives_the_same_on_exuvia_and_in_c_and_is_measured(self) -> None:
        before = README.read_bytes() if README.exists() else None
        done = run("--peers", "exuvia,c", "--rounds", "2", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        [measured] = json.loads(done.stdout)["runs"]
        self.assertEqual(list(measured["results"]), KEYS)
        for key, times in measured["results"].items():
            self.assertEqual(list(times), ["exuvia"] if key == "map" else ["exuvia", "c"])
            for values in times.values():
                # Two rounds on a busy machine may find the loop slower than what is in it: that there are figures is what counts.
                self.assertTrue(math.isfinite(values["best"]) and math.isfinite(values["median"]), values)
        # A part of the figures never replaces the whole.
        self.assertEqual(README.read_bytes() if README.exists() else None, before)

    def test_an_unknown_row_is_refused_with_those_there_are(self) -> None:
        done = run("--rows", "noop,nonsense")
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no row 'nonsense'", done.stderr)
        self.assertIn("noop", done.stderr.split("there are:")[1])

    def test_peers_that_differ_are_told_with_the_call_and_both_results(self) -> None:
        rows = [row for row in ROWS if row.key == "add"]
        right = SimpleNamespace(add=lambda a, b: a + b)
        wrong = SimpleNamespace(add=lambda a, b: a - b if a < 0 else a + b)
        self.assertEqual(verify(rows, {"exuvia": right, "c": right}, inputs()), [])
        self.assertEqual(
            verify(rows, {"exuvia": right, "c": wrong}, inputs()), ["add: f(-5, 3) is int -8 in c, int -2 in exuvia"]
        )

    def test_a_peer_that_lacks_a_row_without_saying_so_is_told(self) -> None:
        rows = [row for row in ROWS if row.key in ("add", "map")]
        found = verify(rows, {"c": SimpleNamespace()}, inputs())
        self.assertEqual(found, ["add: the module of c has no `add`"])

    def test_peers_leave_out_rows_that_there_are(self) -> None:
        for peer in PEERS:
            self.assertLessEqual(peer.without, set(KEYS), peer.key)

    def test_a_row_that_misses_its_goal_is_marked(self) -> None:
        def results(exuvia: float) -> dict[str, dict[str, float]]:
            times = {"exuvia": exuvia, "c": 20.0, "pyo3": 40.0, "ctypes": 10.0}
            return {peer: {"best": ns, "median": ns, "ratio": exuvia / ns} for peer, ns in times.items()}

        page = section(Run("3.13.0", {"noop": results(30.0), "add": results(20.9)}))
        # ctypes is faster, but none of those that count.
        self.assertIn("| no-op | 30.0 | 20.0 | 40.0 | 10.0 | **1.50** ✗ | 0.75 |", page)
        self.assertIn("| add two ints | 20.9 | 20.0 | 40.0 | 10.0 | 1.04 | 0.52 |", page)
        self.assertIn("1 of 2 rows miss a goal.", page)

    def test_the_notes_survive(self) -> None:
        setting = {"cpu": "?", "system": "?", "rounds": 2, "sample_ms": 1, "loop_ns": 1.0, "versions": {"PyO3": "0.30.1"}}
        page = document([], setting)
        self.assertTrue(page.endswith((CALLS / "notes.md").read_text()))


class Builds(unittest.TestCase):
    def test_720_functions_are_built_and_work(self) -> None:
        before = BUILD_README.read_bytes() if BUILD_README.exists() else None
        command = [sys.executable, str(BUILD / "run.py"), "--engines", "exuvia", "--suites", "functions", "--json"]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        figures = json.loads(done.stdout)
        measured = figures["suites"]["functions"]["exuvia"]
        for profile in ("release", "debug"):
            self.assertGreater(measured[profile]["size"], figures["empty_library"])
            self.assertGreater(measured[profile]["seconds"], 0)
            # No build of a library of that size takes less.
            self.assertGreater(measured[profile]["memory"], 10_000_000)
        # A part of the figures never replaces the whole.
        self.assertEqual(BUILD_README.read_bytes() if BUILD_README.exists() else None, before)

    def test_a_build_that_takes_too_long_is_given_up_with_its_processes(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            begun = time.monotonic()
            with self.assertRaises(build_engines.GivenUp):
                build_engines.run(["sh", "-c", "sleep 60 & echo $! > sleeper; wait"], Path(folder), limit=0.5)
            self.assertLess(time.monotonic() - begun, 30)
            # It was killed with the shell, but not before the shell: a busy machine lets it end later.
            sleeper = int(Path(folder, "sleeper").read_text())
            while runs(sleeper):
                self.assertLess(time.monotonic() - begun, 30, "the build's own child still runs")
                time.sleep(0.05)
            self.assertGreater(build_engines.run(["true"], Path(folder), limit=60).seconds, 0)

    def test_what_was_given_up_is_shown_and_judged_by_nothing(self) -> None:
        def row(seconds: float, size: int) -> dict:
            return {"seconds": seconds, "processor": seconds, "memory": 50_000_000, "size": size}

        rows = {
            "exuvia": {"release": row(2.0, 500_000), "debug": row(1.0, 900_000)},
            "pyo3": {"release": row(10.0, 900_000), "debug": None},
            "cython": {"release": None, "debug": row(7.0, 5_000_000)},
        }
        figures = {"empty_library": 300_000, "limit": 900, "suites": {"classes": rows}, "cold": {}}
        page = build_report.tables(figures)
        self.assertIn("| PyO3 0.30.1 | 10.0 s | 10.0 s | over 900 s | 50 MB | 900 KB | 600 KB |", page)
        self.assertIn("| Cython | over 900 s |  | 7.0 s |  |  |  |", page)
        self.assertIn("- 0.20 of PyO3's release build; the goal is 0.17 or less **(missed)**", page)
        self.assertIn("- 0.33 of PyO3's size above the empty library; the goal is 0.33 or less\n", page)
        self.assertNotIn("debug rebuild", page)


# A call through a door that gives something else.
WRONG = """
import sys
sys.path.insert(0, {folder!r})
import measure
found = measure.doors(sys.argv[2])
measure.check(found)
for case, wrong in (("add", lambda one, two: one - two), ("each", lambda count, visit: None)):
    usual, found["ctypes"][case] = found["ctypes"][case], wrong
    try:
        measure.check(found)
    except SystemExit as ended:
        print(ended.code)
    found["ctypes"][case] = usual
"""


class Doors(unittest.TestCase):
    def test_every_door_gives_the_same_and_is_measured(self) -> None:
        before = (DOORS / "README.md").read_bytes()
        command = [sys.executable, str(DOORS / "run.py"), "--python", sys.executable, "--rounds", "2", "--json"]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        [measured] = json.loads(done.stdout).values()
        run = script(DOORS / "run.py")
        self.assertEqual(list(measured), list(run.CASES))
        doors = run.prepare(run.chosen(sys.executable))
        expected = set(run.DOORS) - (set() if doors.host else {"builtin"})
        for case, row in measured.items():
            self.assertEqual(set(row), expected if case == "total" else expected - {"loop"})
            for figures in row.values():
                self.assertGreater(figures["seconds"], 0)
        # A part of the figures never replaces the whole.
        self.assertEqual((DOORS / "README.md").read_bytes(), before)

        words = [str(doors.python), "-c", WRONG.format(folder=str(DOORS)), "1", str(doors.library), doors.packages]
        done = subprocess.run(words, env=os.environ | doors.variables, capture_output=True, text=True)
        told = [
            "ctypes: add is -2, and must be 42",
            str(run.DISAGREE),
            "ctypes: each calls back with [], and must with [0, 1, 2]",
            str(run.DISAGREE),
        ]
        self.assertEqual(done.stdout.splitlines(), told, done.stderr)

    def test_the_guide_tells_the_same(self) -> None:
        run = script(DOORS / "run.py")

        def rows(text: str) -> dict[str, list[str]]:
            lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
            return {cells[0]: cells[1:] for cells in lines if cells[0] in run.CASES.values()}

        _, _, measured = (DOORS / "README.md").read_text().partition("## CPython 3.13")
        told = rows((ROOT / "docs" / "src" / "which-door.md").read_text())
        at = [list(run.DOORS).index(door) for door in ("native", "generated", "builtin")]
        self.assertEqual(told, {title: [cells[number] for number in at] for title, cells in rows(measured).items()})

    def test_goals_that_are_missed_are_marked(self) -> None:
        run = script(DOORS / "run.py")

        def row(generated: float) -> dict:
            seconds = {"generated": generated, "api": 1e-6, "loop": 1e-6}
            return {door: {"seconds": own, "to": {other: own / of for other, of in seconds.items()}} for door, own in seconds.items()}

        rows = {case: row(1.1e-6) for case in run.CASES} | {"add": row(1.11e-6), "first": row(9e-6)}
        page = run.section("3.13.0", rows)
        self.assertIn("| add two `int`s | 1,110 ns | 1,000 ns | – |", page)
        self.assertEqual(page.count(" ✗ |"), 1)
        self.assertIn("| 9.00 |", page)
        self.assertIn("takes 1.10 of the loop in Rust alone (goal: at most 1.05; **missed**)", page)


@unittest.skipUnless(shutil.which("valgrind"), "there is no valgrind on PATH (on Debian: apt-get install valgrind)")
@unittest.skipUnless(any(found.minor == MINOR for found in discover()), f"there is no CPython 3.{MINOR}, whose counts are recorded")
class Instructions(unittest.TestCase):
    def test_the_hottest_calls_take_no_more_instructions_than_recorded(self) -> None:
        done = subprocess.run([sys.executable, str(CALLS / "instructions.py"), "--check"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()[2:]], HOTTEST)

    def test_a_dearer_call_is_told(self) -> None:
        recorded = json.loads(RECORD.read_text())["ratios"]
        self.assertEqual(check(recorded), 0)
        self.assertEqual(check(recorded | {"add": recorded["add"] * (1 + TOLERANCE) + 0.002}), 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
