#!/usr/bin/env python3
"""The comparison of starts in benches/start runs, and tells what does not do the same. No time is asserted here.

    python3 tests/start.py
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parent.parent
START = ROOT / "benches" / "start"
README = START / "README.md"
sys.dont_write_bytecode = True
sys.path.insert(0, str(START))

# Found by the line above, so not at the top of the file (E402).
import measure  # noqa: E402
import peers  # noqa: E402
import report  # noqa: E402
import run as bench  # noqa: E402
from peers import BY_KEY, Built, Peer, Target  # noqa: E402
from programs import Program  # noqa: E402


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(START / "run.py"), "--python", sys.executable, *words]
    return subprocess.run(command, capture_output=True, text=True)


class Comparison(unittest.TestCase):
    def test_hello_does_the_same_everywhere_and_is_measured(self) -> None:
        before = README.read_bytes() if README.exists() else None
        done = run("--programs", "hello", "--peers", "exuvia,bare,python,zipapp", "--rounds", "2", "--cold-rounds", "0", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        [programs] = json.loads(done.stdout)["runs"].values()
        self.assertEqual(list(programs), ["hello"])
        self.assertEqual(list(programs["hello"]), ["exuvia", "bare", "python", "zipapp"])
        for peer, row in programs["hello"].items():
            with self.subTest(peer):
                self.assertGreater(row["warm"], 0.0005)
                self.assertGreater(row["warm_ratio"], 0)
                self.assertGreater(row["memory"], 3_000_000)
        self.assertEqual(programs["hello"]["exuvia"]["warm_ratio"], 1)
        # No file with an interpreter in it is smaller.
        self.assertGreater(programs["hello"]["exuvia"]["size"], 3_000_000)
        # A part of the figures never replaces the whole.
        self.assertEqual(README.read_bytes() if README.exists() else None, before)

    def test_an_unknown_peer_is_refused_with_those_there_are(self) -> None:
        done = run("--peers", "exuvia,nonsense")
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no peer 'nonsense'; there are: exuvia, small, host", done.stderr)


class Starts(unittest.TestCase):
    def setUp(self) -> None:
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        folder = Path(made.name)
        python = Path(sys.executable)
        self.target = Target("3", folder, python, folder, Path("exuvia"), folder)
        (folder / "words.py").write_text("print('right')\n")
        self.program = Program("words", "words", "words")

    def script(self, text: str) -> Built:
        return Built([sys.executable, "-I", "-S", "-c", text], 1, 1.0)

    def test_what_is_measured_is_the_program_and_not_who_starts_it(self) -> None:
        starter = measure.starter(self.target.folder)
        small = measure.start(self.target, self.program, Built(["/bin/sh", "-c", ":"], 1, 1.0), starter)
        # This process has far more.
        self.assertLess(small.memory, 6_000_000)
        large = measure.start(self.target, self.program, self.script("import time; held = b'x' * 80_000_000; time.sleep(0.2)"), starter)
        self.assertGreater(large.memory, 80_000_000)
        self.assertGreater(large.seconds, 0.2)
        # The largest process counts, not the first.
        forks = "import os\nif os.fork(): os.wait()\nelse: held = b'x' * 80_000_000"
        self.assertGreater(measure.start(self.target, self.program, self.script(forks), starter).memory, 80_000_000)

    def test_a_start_that_fails_is_not_measured(self) -> None:
        starter = measure.starter(self.target.folder)
        with self.assertRaises(peers.BuildError):
            measure.start(self.target, self.program, self.script("raise SystemExit(3)"), starter)

    def compare(self, key: str, text: str) -> dict[str, dict]:
        """The figures where one peer makes this of the program, and Exuvia what it should."""
        built = {"exuvia": self.script("print('right')"), key: self.script(text)}
        changed = {name: Peer(name, name, lambda *_, made=made: made) for name, made in built.items()}
        arguments = argparse.Namespace(rounds=1, cold_rounds=0, rebuild=True)
        with mock.patch.dict(BY_KEY, changed), mock.patch.object(bench, "build", lambda target, peer, *_: peer.build()):
            return bench.one_program(self.target, self.program, list(built), arguments)

    def test_a_peer_that_writes_something_else_is_told_and_not_measured(self) -> None:
        figures = self.compare("zipapp", "print('wrong')")
        self.assertEqual(figures["zipapp"], {"problem": "standard output is 'wrong\\n', and under Python 'right\\n'"})
        self.assertGreater(figures["exuvia"]["warm"], 0)
        self.assertIn("| zipapp | not measured |", report.grid(figures))
        figures = self.compare("zipapp", "raise SystemExit('gone')")
        self.assertEqual(figures["zipapp"], {"problem": "words ended with status 1: gone"})

    def test_exuvia_that_does_something_else_is_an_error(self) -> None:
        with self.assertRaises(bench.Disagreement):
            self.compare("exuvia", "print('wrong')")

    def test_what_is_built_is_kept_until_the_program_changes(self) -> None:
        count = []

        def counted(*_: object) -> Built:
            count.append(1)
            return Built(["x"], 1, 2.0)

        for _ in range(2):
            self.assertEqual(peers.build(self.target, Peer("zipapp", "", counted), self.program, False), Built(["x"], 1, 2.0))
        self.assertEqual(len(count), 1)
        peers.build(self.target, Peer("zipapp", "", counted), self.program, True)
        (self.target.sources / "words.py").write_text("print('else')\n")
        peers.build(self.target, Peer("zipapp", "", counted), self.program, False)
        self.assertEqual(len(count), 3)


class Report(unittest.TestCase):
    def figures(self, ratio: float) -> dict[str, dict]:
        row = {"warm": 0.02, "warm_ratio": ratio, "warm_more": 0.0015, "cold": None, "cold_ratio": None, "memory": 10e6}
        row |= {"size": 25e6, "seconds": 1.5, "first_seconds": 7.0}
        return {"exuvia": {**row, "warm_ratio": 1.0}, "bare": {**row, "size": 0, "seconds": 0.0}, "python": {**row, "memory": 9.0e6}}

    def test_each_goal_is_met_or_missed(self) -> None:
        page = report.section("3.13.0", {"heavy": self.figures(0.76)})
        self.assertIn("| heavy ÷ `python -I -S` | 0.75 | 0.76 | **missed** |", page)
        self.assertIn("| heavy: packing, warm | 2.0 s | 1.5 s | met |", page)
        self.assertIn("| heavy: packing, the first time | 6.0 s | 7.0 s | **missed** |", page)
        self.assertIn("| heavy: size | 30.0 MB | 25.0 MB | met |", page)
        self.assertIn("| heavy: memory ÷ `python` | 1.10 | 1.11 | **missed** |", page)
        self.assertNotIn("C host", page.split("###")[0])
        page = report.section("3.13.0", {"heavy": self.figures(0.754)})
        self.assertIn("| heavy ÷ `python -I -S` | 0.75 | 0.75 | met |", page)
        self.assertIn("| `python -I -S` ¹ | 20.0 ms | 0.75 | – | – | 10.0 MB | 1.00 | – | – |", page)

    def test_the_notes_survive(self) -> None:
        setting = {"cpu": "?", "system": "?", "rounds": 2, "cold_rounds": 0, "versions": {"pex": "2"}}
        page = report.document({}, setting)
        self.assertTrue(page.endswith((START / "notes.md").read_text()))
        self.assertIn("no cold starts", page)


if __name__ == "__main__":
    unittest.main(verbosity=2)
