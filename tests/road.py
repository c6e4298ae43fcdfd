#!/usr/bin/env python3
"""Walk the road by `make demo`, and then do with its result what a user would, right and wrong.

    python3 tests/road.py            the demo, then the tests
    python3 tests/road.py --keep     the tests on what the last demo left

Works in target/demo/, as the demo does, and puts everything back as the demo left it. No figure of time is asserted here:
`exuvia bench` shows those.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import unittest
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO = ROOT / "target" / "demo"
PROJECT = DEMO / "qrcode-8.2"
PYTHON = DEMO / "venv" / "bin" / "python"
EXUVIA = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "release" / "exuvia"
FUNCTIONS = [f"qrcode.util:_lost_point_level{level}" for level in (1, 2, 3)]
BODIES = PROJECT / "rust" / "src" / "util.rs"


def exuvia(*words: str, folder: Path = PROJECT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in the demo's project, or in another folder."""
    env = os.environ | {"CARGO_TARGET_DIR": str(DEMO / "rust-target")} | environment
    command = [str(EXUVIA), "--python", str(PYTHON), *words]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


def python(code: str, **environment: str) -> str:
    """What a Python program prints in the demo's environment."""
    done = subprocess.run(
        [str(PYTHON), "-c", code], cwd=DEMO, env=os.environ | environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def edited(path: Path, old: str, new: str):
    """Replace a text in a file for a while."""
    before = path.read_text()
    assert before.count(old) >= 1, f"{path} has no {old!r}"
    path.write_text(before.replace(old, new, 1))
    try:
        yield
    finally:
        path.write_text(before)


class Road(unittest.TestCase):
    maxDiff = None

    def test_every_recorded_call_is_equal_and_the_suite_is_the_same(self):
        done = exuvia("check", "--json", "--suite", "python -m pytest -q -p no:cacheprovider")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual([function["name"] for function in report["functions"]], FUNCTIONS)
        for function in report["functions"]:
            self.assertGreater(function["recorded"], 0)
            self.assertEqual(function["equal"], function["recorded"])
            self.assertEqual(function["handed_over"], 0, "the Rust itself takes every recorded call")
            self.assertEqual(function["differences"], [])
        self.assertTrue(report["suite"]["same"])

    def test_status_says_what_is_ported(self):
        done = exuvia("status", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        states = {function["name"]: function["state"] for function in json.loads(done.stdout)["functions"]}
        self.assertEqual(states, dict.fromkeys(FUNCTIONS, "ported"))

    def test_bench_measures_each_function(self):
        done = exuvia("bench", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        functions = json.loads(done.stdout)["functions"]
        self.assertEqual([function["name"] for function in functions], FUNCTIONS)
        for function in functions:
            ratio = function["twin_seconds"] / function["port_seconds"]
            self.assertAlmostEqual(function["ratio"] / ratio, 1, delta=0.5)

    def test_the_ports_are_used_and_can_be_switched_off(self):
        kind = "import qrcode.util; print(type(qrcode.util._lost_point_level1).__name__)"
        self.assertEqual(python(kind), "builtin_function_or_method")
        self.assertEqual(python(kind, EXUVIA_PURE="1"), "function")

    def test_a_wrong_body_is_caught(self):
        try:
            with edited(BODIES, "Ok(Some(3 * blocks))", "Ok(Some(4 * blocks))"):
                built = exuvia("develop")
                self.assertEqual(built.returncode, 0, built.stderr)
                done = exuvia("check", FUNCTIONS[1], "--json")
                shown = exuvia("check", FUNCTIONS[1])
        finally:
            self.assertEqual(exuvia("develop").returncode, 0)
        self.assertEqual(done.returncode, 1, done.stderr)
        [function] = json.loads(done.stdout)["functions"]
        self.assertLess(function["equal"], function["recorded"])
        self.assertTrue(function["differences"])
        self.assertEqual(shown.returncode, 1)
        self.assertIn("_lost_point_level2(", shown.stdout)

    def test_rust_that_does_not_compile_leaves_the_twin_working(self):
        with edited(BODIES, "Ok(Some(3 * blocks))", "Ok(Some(three * blocks))"):
            done = exuvia("develop")
            self.assertEqual(done.returncode, 2)
            self.assertIn("three", done.stderr)
            self.assertIn("E0425", done.stderr)
            works = "import qrcode.util; print(qrcode.util._lost_point_level2([[True] * 2] * 2, 2))"
            self.assertEqual(python(works), "3")
            # What is compiled is not what is written: nothing is said of it.
            for command in ("check", "bench"):
                stale = exuvia(command, FUNCTIONS[1])
                self.assertEqual((stale.returncode, stale.stdout), (2, ""))
                self.assertIn("exuvia develop", stale.stderr)

    def test_ports_are_taken_out_without_a_trace(self):
        with tarfile.open(DEMO / "qrcode-8.2.tar.gz") as archive:
            original = archive.extractfile("qrcode-8.2/qrcode/util.py").read()
        # In a copy: what this takes away, the other tests need.
        copy = DEMO / "qrcode-8.2.removed"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(PROJECT, copy, symlinks=True)
        module = copy / "qrcode" / "util.py"
        self.assertNotEqual(module.read_bytes(), original)
        self.assertTrue(list(copy.glob("qrcode/_exuvia*")))
        done = exuvia("port", "--remove", folder=copy)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(module.read_bytes(), original)
        self.assertEqual(list(copy.glob("qrcode/_exuvia*")), [])
        self.assertFalse((copy / ".exuvia").exists())
        self.assertTrue((copy / BODIES.relative_to(PROJECT)).exists(), "Rust that people wrote is kept")
        shutil.rmtree(copy)

    def test_the_packed_command_runs_without_a_python(self):
        text = "shed your Python"
        folder = DEMO / "read-only"
        folder.mkdir(exist_ok=True)
        folder.chmod(0o555)
        picture = DEMO / "road.png"
        with picture.open("wb") as out:
            done = subprocess.run(
                ["env", "-i", DEMO / "qr", text], cwd=folder, stdout=out, stderr=subprocess.PIPE, text=True
            )
        self.assertEqual(done.returncode, 0, done.stderr)
        decode = (
            "import sys, zxingcpp, PIL.Image as i;"
            f"print(zxingcpp.read_barcodes(i.open({str(picture)!r}))[0].text)"
        )
        self.assertEqual(python(decode), text)
        self.assertEqual(list(folder.iterdir()), [])

    def test_the_packed_command_fails_as_under_python(self):
        wrong = ["--no-such-option"]
        packed = subprocess.run(["env", "-i", DEMO / "qr", *wrong], capture_output=True, text=True)
        plain = subprocess.run([PYTHON.parent / "qr", *wrong], capture_output=True, text=True)
        self.assertEqual(packed.returncode, plain.returncode)
        self.assertEqual(packed.stderr.splitlines()[-1], plain.stderr.splitlines()[-1])


def main() -> None:
    arguments = sys.argv[1:]
    if "--keep" in arguments:
        arguments.remove("--keep")
    else:
        done = subprocess.run([sys.executable, ROOT / "examples" / "qrcode" / "demo.py"])
        if done.returncode:
            sys.exit(done.returncode)
    unittest.main(argv=[sys.argv[0], *arguments], verbosity=2)


if __name__ == "__main__":
    main()
