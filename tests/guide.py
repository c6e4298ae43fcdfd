#!/usr/bin/env python3
"""Run every command of the README and the guide, in the order and the folders in which a reader would, and all their code.

    python3 tests/guide.py [unittest's arguments]

The commands are read from the `console` blocks, the code from the `rust` and `pycon` blocks (guide_code.py tells how); a
page with a block that nobody here runs is a failure, so that nothing is added untested. What the blocks need (a project,
its environment) is made in target/guide/. The exuvia command and a maturin are those of the demo: run `make demo` or
`python3 tests/road.py` first.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

import guide_code

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "target" / "guide"
DEMO = ROOT / "target" / "demo"
EXUVIA = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "release" / "exuvia"
PYTHON = DEMO / "venv" / "bin" / "python"
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "src").glob("*.md"))]

# The pages of the guide whose commands are run below.
TESTED = [
    "getting-started.md",
    "porting-a-function.md",
    "checking-and-measuring.md",
    "ship-one-file.md",
    "pack-options.md",
    "what-is-in-a-packed-file.md",
    "writing-a-module.md",
    "types-of-other-crates.md",
]

# Pages whose commands other tests type, which build what they speak of.
TESTED_ELSEWHERE = {
    "the-c-door.md": "crates/exuvia-cli/tests/new.rs",
}

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

# A program that finds some of its parts while it runs.
TOOL = {
    "tool.py": (
        "import argparse, importlib, pathlib\n"
        "options = argparse.ArgumentParser()\n"
        "options.add_argument('command')\n"
        "options.add_argument('--name', default='world')\n"
        "options = options.parse_args()\n"
        "words = pathlib.Path(__file__).with_name('words.txt').read_text()\n"
        "importlib.import_module('commands_' + options.command).run(words, options.name)\n"
    ),
    "commands_greet.py": "def run(words, name):\n    print(words.strip(), name)\n",
    "words.txt": "hello\n",
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

    def test_looking_into_the_file(self):
        folder = lay(WORK / "looking", PROGRAM)
        self.type(["exuvia pack app.py -o tool"], folder)
        self.type(visit("what-is-in-a-packed-file.md"), folder)
        self.assertTrue((folder / "contents" / "app" / "app.py").is_file())
        (sum_by_hand,) = re.findall("`(head -c [^`]+)`", page("what-is-in-a-packed-file.md").read_text())
        done = subprocess.run(["sh", "-c", sum_by_hand], cwd=folder, capture_output=True, text=True, check=True)
        told = subprocess.run([EXUVIA, "pack", "--verify", "tool"], cwd=folder, capture_output=True, text=True, check=True)
        self.assertIn(f"SHA-256 {done.stdout.split()[0]}", told.stdout)

    def test_choosing_what_goes_into_the_file(self):
        path = page("pack-options.md")
        settings = [block for block in blocks(path, "toml") if block.startswith("[tool.exuvia.pack]")]
        folder = lay(WORK / "choosing", TOOL | {"pyproject.toml": settings[0]})
        self.type(visit("pack-options.md"), folder)
        elsewhere = WORK / "elsewhere"
        elsewhere.mkdir(exist_ok=True)
        for packed in ("tried", "kept"):
            moved = shutil.move(folder / packed, elsewhere / packed)
            done = subprocess.run(["env", "-i", moved, "greet"], cwd=elsewhere, capture_output=True, text=True)
            self.assertEqual(done.stdout, "hello world\n", done.stderr)

    def test_every_option_of_packing_is_told(self):
        text = page("pack-options.md").read_text()
        schema = json.loads((ROOT / "docs" / "pack.schema.json").read_text())
        told = re.findall(r"^\| `[^|]*\| `([a-z-]+)` \|", text, re.MULTILINE)
        self.assertEqual(sorted(told), sorted(schema["properties"]))
        shown = subprocess.run([EXUVIA, "pack", "--help"], capture_output=True, text=True, check=True).stdout
        options = set(re.findall(r"--([a-z][a-z-]+)", "\n".join(re.findall(r"^ +(?:-\w, )?--\S.*$", shown, re.MULTILINE))))
        for key in schema["properties"]:
            self.assertTrue(key in options or key == "script", f"{key}: {sorted(options)}")

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
        # A crate that asks for the limited API gets a wheel for all versions from that one on.
        dependencies = dependencies.replace("features = [", 'features = ["abi3", "abi3-py310", ')
        before, section, _ = files["Cargo.toml"].partition("[dependencies]\n")
        self.assertTrue(section)
        files["Cargo.toml"] = before + dependencies
        folder = lay(WORK / "foreign", files)
        self.type(visit("types-of-other-crates.md"), folder)
        (wheel,) = (folder / "dist").glob("*.whl")
        self.assertIn("-cp310-abi3-", wheel.name)
        shutil.unpack_archive(wheel, folder / "unpacked", "zip")
        subprocess.run([PYTHON, "-c", "import counter"], cwd=folder / "unpacked", check=True)

    def test_no_page_is_forgotten(self):
        tested = {ROOT / "README.md", *map(page, TESTED), *map(page, TESTED_ELSEWHERE)}
        for name, test in TESTED_ELSEWHERE.items():
            self.assertIn(f"docs/src/{name}", (ROOT / test).read_text())
        self.assertEqual({path for path in PAGES if commands(path)}, tested)
        contents = (ROOT / "docs" / "src" / "SUMMARY.md").read_text()
        for path in PAGES[1:]:
            self.assertTrue(path.name == "SUMMARY.md" or f"]({path.name})" in contents, f"{path.name} is not in SUMMARY.md")

    def test_links_lead_somewhere(self):
        for path in PAGES:
            for link in re.findall(r"\]\((?!https?:)([^)\s]+)\)", path.read_text()):
                file, _, heading = link.partition("#")
                target = path.parent / file if file else path
                self.assertTrue(target.exists(), f"{path.name}: {link}")
                if heading:
                    titles = re.findall(r"^#+ (.*)$", target.read_text(), re.MULTILINE)
                    names = [re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles]
                    self.assertIn(heading, names, f"{path.name}: {link}")


def tables(name: str) -> list[str]:
    """The dependencies that a page writes into Cargo.toml."""
    return [text.replace("/where/exuvia/is", str(ROOT)) for text in blocks(page(name), "toml") if text.startswith("[dep")]


class Code(unittest.TestCase):
    """The code of all pages, as one crate for each engine."""

    FEATURES = tables("writing-a-module.md")[-1]

    def run_code(self, name: str, engine: str, dependencies: str, pages: list[Path], alias: str) -> Path:
        """Build the pages' Rust and type their sessions."""
        folder, target = WORK / "code" / name, WORK / "code-target"
        guide_code.lay(folder, engine, dependencies, pages, alias)
        done = guide_code.cargo(folder, PYTHON, target, "build")
        self.assertEqual(done.returncode, 0, done.stderr)
        guide_code.install(folder, target)
        typed = 0
        for path in pages:
            done = guide_code.type_session(path, engine, PYTHON, folder)
            if done is not None:
                typed += 1
                self.assertEqual(done.returncode, 0, done.stdout)
        self.assertGreater(typed, 0)
        return folder

    def test_on_exuvia(self):
        folder = self.run_code("exuvia", "exuvia", self.FEATURES, PAGES, alias="pyo3")
        for path in PAGES:
            for number, (block, words) in enumerate(guide_code.refused(path)):
                name = f"{guide_code.module_name(path)}_{number}"
                with self.subTest(block.place):
                    text = f"extern crate exuvia as pyo3;\n{block.text}\nfn main() {{}}\n"
                    (folder / "examples" / f"{name}.rs").write_text(text)
                    done = guide_code.cargo(folder, PYTHON, WORK / "code-target", "build", "--example", name)
                    self.assertNotEqual(done.returncode, 0, "it compiles")
                    for line in words:
                        self.assertIn(line, done.stderr)

    def test_on_pyo3(self):
        dependencies = self.FEATURES.replace("exuvia = { path = ", 'pyo3 = { version = "=0.30.1", path = ')
        dependencies = re.sub(r'path = ".*?", ', "", dependencies)
        self.run_code("pyo3", "pyo3", dependencies, PAGES, alias="exuvia")

    def test_moved_from_pyo3_by_the_line_and_by_the_patch(self):
        moved = tables("from-pyo3.md")
        self.assertEqual(len(moved), 2)
        for number, dependencies in enumerate(moved):
            with self.subTest(dependencies):
                folder = WORK / "code" / f"moved_{number}"
                guide_code.lay(folder, "pyo3", dependencies, [page("from-pyo3.md")], alias="unused")
                done = guide_code.cargo(folder, PYTHON, WORK / "code-target", "build")
                self.assertEqual(done.returncode, 0, done.stderr)
                guide_code.install(folder, WORK / "code-target")
                done = guide_code.type_session(page("from-pyo3.md"), "exuvia", PYTHON, folder)
                self.assertEqual(done.returncode, 0, done.stdout)

    def test_on_rust_cpython(self):
        version = subprocess.check_output([PYTHON, "-c", "import sys; print(sys.version_info[1])"])
        if int(version) > guide_code.NEWEST_OF_RUST_CPYTHON:
            self.skipTest(f"rust-cpython has no release for CPython 3.{int(version)}")
        dependencies = '[dependencies]\ncpython = { version = "=0.7.2", features = ["extension-module"] }\n'
        self.run_code("cpython", "cpython", dependencies, [page("from-rust-cpython.md")], alias="unused")

    def test_no_block_is_forgotten(self):
        self.assertEqual([place for path in PAGES for place in guide_code.untested(path)], [])

    def test_the_zoo_moves_to_pyo3_and_back_by_one_line(self):
        folder = WORK / "zoo"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(ROOT / "examples" / "zoo", folder, ignore=shutil.ignore_patterns("*.so", "target", "Cargo.lock"))
        manifest = folder / "Cargo.toml"
        text, count = re.subn(r"^pyo3 = .*$", 'pyo3 = "0.30"', manifest.read_text(), flags=re.MULTILINE)
        self.assertEqual(count, 1)
        manifest.write_text(text)
        shell = ["bash", "-euo", "pipefail", "-c", "maturin develop --quiet && python -m pytest -q -p no:cacheprovider"]
        done = subprocess.run(shell, cwd=folder, env=environment(), capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    if not EXUVIA.exists() or not PYTHON.exists():
        print("error: the guide's test needs what `make demo` leaves behind\nhint: run make demo", file=sys.stderr)
        sys.exit(2)
    unittest.main(verbosity=2)
