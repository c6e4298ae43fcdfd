#!/usr/bin/env python3
"""Run every command of the README and the guide, in the order and the folders in which a reader would.

    python3 tests/guide.py [unittest's arguments]

The commands are read from the `console` blocks; a page with a block that nobody here runs is a failure, so that no
command is added untested. What the blocks need (a project, its environment) is made in target/guide/. The exuvia command
and a maturin are those of the demo: run `make demo` or `python3 tests/road.py` first.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "guide"
DEMO = ROOT / "target" / "demo"
EXUVIA = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "release" / "exuvia"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "src").glob("*.md"))]

# The pages of the guide whose commands are run below.
TESTED = [
    "getting-started.md",
    "porting-a-function.md",
    "checking-and-measuring.md",
    "ship-one-file.md",
    "writing-a-module.md",
    "types-of-other-crates.md",
]

# A project with the names that the guide uses.
PROJECT = {
    "pyproject.toml": '[project]\nname = "app"\nversion = "1.0"\n',
    "app/__init__.py": "",
    "app/score.py": (
        "def distance(left, right):\n"
        "    total = 0\n"
        "    for a, b in zip(left, right):\n"
        "        total += (a - b) ** 2\n"
        "    return total\n"
    ),
    "app.py": (
        "import sys\n"
        "from app.score import distance\n\n"
        "rows = [[int(word) for word in line.split()] for line in open(sys.argv[1])] if sys.argv[1:] else []\n"
        "print(sum(distance(a, b) for a in rows for b in rows))\n"
    ),
    "input.txt": "1 2 3\n4 5 6\n7 8 9\n" * 5,
    "test_app.py": (
        "from app.score import distance\n\n"
        "def test_distance():\n"
        "    assert distance([1, 2], [3, 5]) == 13\n"
    ),
}

# A program and a package to ship.
PROGRAM = {
    "pyproject.toml": '[project]\nname = "program"\nversion = "1.0"\n',
    "app.py": "print('packed')\n",
    "package/__init__.py": "",
    "package/module.py": "print('packed')\n",
}


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE)


def commands(page: Path) -> list[str]:
    """The lines to type, prompts taken off."""
    return [line.removeprefix("$ ") for block in blocks(page, "console") for line in block.splitlines() if line]


def page(name: str) -> Path:
    return ROOT / "docs" / "src" / name


def visit(name: str) -> list[str]:
    """The commands of a tested page."""
    assert name in TESTED
    return commands(page(name))


def environment() -> dict[str, str]:
    """That of a person who has activated the demo's virtual environment and has exuvia on PATH."""
    venv = DEMO / "venv"
    path = os.pathsep.join([str(EXUVIA.parent), str(venv / "bin"), os.environ["PATH"]])
    return os.environ | {"PATH": path, "VIRTUAL_ENV": str(venv), "CARGO_TARGET_DIR": str(WORK / "rust-target")}


def lay(folder: Path, files: dict[str, str]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


class Guide(unittest.TestCase):
    def type(self, lines: list[str], folder: Path, env: dict[str, str] | None = None) -> str:
        """Type lines into one shell; its output."""
        self.assertTrue(lines, "the page has no commands")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", "\n".join(lines)],
            cwd=folder,
            env=env or environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.assertEqual(done.returncode, 0, "\n".join(lines) + "\n" + done.stdout)
        return done.stdout

    def test_make_has_the_targets_that_pages_name(self):
        for path in (ROOT / "README.md", page("getting-started.md")):
            for line in commands(path):
                self.assertRegex(line, r"^make \w+$")
            for target in re.findall(r"`?make (\w+)", path.read_text()):
                done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_porting_a_function(self):
        folder = lay(WORK / "porting", PROJECT)
        shown = self.type(visit("porting-a-function.md"), folder)
        self.assertIn("app.score:distance", shown)
        self.assertEqual((folder / "app" / "score.py").read_text(), PROJECT["app/score.py"])

    def test_checking_and_measuring(self):
        folder = lay(WORK / "checking", PROJECT)
        # The page begins where the one before it has built a port.
        before = [line for line in commands(page("porting-a-function.md")) if "port app" in line or "develop" in line]
        self.type(before, folder)
        shown = self.type(visit("checking-and-measuring.md"), folder)
        self.assertIn("app.score:distance", shown)

    def test_shipping_one_file(self):
        folder = lay(WORK / "shipping", PROGRAM)
        self.type(visit("ship-one-file.md"), folder)
        for packed, arguments in (("app", []), ("tool", []), ("qr", ["--ascii", "guide"])):
            done = subprocess.run(
                ["env", "-i", folder / packed, *arguments], cwd=folder, capture_output=True, text=True
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertTrue(done.stdout)

    def module(self) -> dict[str, str]:
        """The files of the module that the guide writes."""
        path = page("writing-a-module.md")
        files = {}
        for language in ("toml", "rust"):
            for block in blocks(path, language):
                named = re.match(r"(?:#|//) (Cargo\.toml|pyproject\.toml|src/lib\.rs)\n", block)
                if named:
                    files[named[1]] = block.replace("/where/exuvia/is", str(ROOT))
        self.assertEqual(set(files), {"Cargo.toml", "pyproject.toml", "src/lib.rs"})
        return files

    def test_writing_a_module(self):
        folder = lay(WORK / "counter", self.module())
        env = {name: value for name, value in environment().items() if name != "VIRTUAL_ENV"}
        shown = self.type(visit("writing-a-module.md"), folder, env)
        self.assertEqual(shown.splitlines()[-1], "3")

    def test_types_of_other_crates(self):
        files = self.module()
        (dependencies,) = blocks(page("types-of-other-crates.md"), "toml")
        dependencies = dependencies.replace("/where/exuvia/is", str(ROOT))
        # A crate that asks for the limited API gets a wheel for this version of Python, and no other name.
        dependencies = dependencies.replace("features = [", 'features = ["abi3", "abi3-py310", ')
        before, section, _ = files["Cargo.toml"].partition("[dependencies]\n")
        self.assertTrue(section)
        files["Cargo.toml"] = before + dependencies
        folder = lay(WORK / "foreign", files)
        self.type(visit("types-of-other-crates.md"), folder)
        (wheel,) = (folder / "dist").glob("*.whl")
        python = DEMO / "venv" / "bin" / "python"
        version = subprocess.check_output([python, "-c", "import sys; print('cp3%d' % sys.version_info[1])"], text=True)
        self.assertIn(f"-{version.strip()}-{version.strip()}-", wheel.name)
        shutil.unpack_archive(wheel, folder / "unpacked", "zip")
        subprocess.run([python, "-c", "import counter"], cwd=folder / "unpacked", check=True)

    def test_no_page_is_forgotten(self):
        tested = {ROOT / "README.md", *map(page, TESTED)}
        self.assertEqual({path for path in PAGES if commands(path)}, tested)


if __name__ == "__main__":
    if not EXUVIA.exists() or not (DEMO / "venv" / "bin" / "python").exists():
        print("error: the guide's test needs what `make demo` leaves behind\nhint: run make demo", file=sys.stderr)
        sys.exit(2)
    unittest.main(verbosity=2)
