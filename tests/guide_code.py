"""The code that the README and the guide show, as a crate that is compiled and sessions that are typed.

The Rust blocks of a page are one source file, from its first to its last, and what they define is in a Python module of the
page's name. The page's `pycon` blocks are one session with that module's contents at hand; every `#[pymodule]` on a page
can be imported by its own name too. Words behind a block's language say what is different with it:

    rust,exuvia  rust,pyo3  rust,cpython     compiled on this engine alone (without a word: on Exuvia and on PyO3)
    pycon,exuvia pycon,pyo3 pycon,cpython    typed on this engine alone (without a word: wherever the page has code)
    rust,compile_fail                        refused by Exuvia, in the words of the `text` block that follows

A `python` block is a file of an example, by mdBook's `{{#include …}}`, and tested there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINES = ("exuvia", "pyo3", "cpython")
NEWEST_OF_RUST_CPYTHON = 12

CRATE = """
[package]
name = "guide"
version = "0.0.0"
edition = "{edition}"

[lib]
crate-type = ["cdylib"]

[workspace]

{dependencies}
"""


@dataclass(frozen=True)
class Block:
    language: str
    words: frozenset[str]
    text: str
    place: str

    def is_for(self, engine: str) -> bool:
        """Is this Rust block compiled, or this session typed, on an engine?"""
        if "compile_fail" in self.words:
            return False
        usual = ENGINES[:2] if self.language == "rust" else ENGINES
        return engine in (self.words.intersection(ENGINES) or usual)


def blocks(path: Path) -> list[Block]:
    text = path.read_text()
    found = re.finditer(r"^```(\w*)((?:,\w+)*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [
        Block(match[1], frozenset(match[2].split(",")[1:]), match[3], f"{path.name}:{text.count(chr(10), 0, match.start()) + 1}")
        for match in found
    ]


def module_name(path: Path) -> str:
    return path.stem.lower().replace("-", "_")


def source(path: Path, engine: str) -> str:
    """The Rust file that a page is."""
    texts = [f"// {block.place}\n{block.text}" for block in blocks(path) if block.language == "rust" and block.is_for(engine)]
    if not texts or engine == "cpython":
        return "\n".join(texts)
    text = "\n".join(texts)
    item = r"^#\[py(?:function|class|module)\b[^\n]*\n(?:(?:#|///)[^\n]*\n)*(?:pub )?(?:async )?(?:fn|struct|enum|mod) (?:r#)?(\w+)"
    names = re.findall(item, text, re.MULTILINE) + re.findall(r"create_exception!\(\w+, (\w+)", text)
    exports = "".join(f"    #[pymodule_export]\n    use super::{name};\n" for name in names)
    return f"{text}\n#[{engine}::pymodule]\nmod {module_name(path)} {{\n{exports}}}\n"


def lay(folder: Path, engine: str, dependencies: str, pages: list[Path], alias: str) -> None:
    """Write the crate of all pages' code."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "src").mkdir(parents=True)
    (folder / "examples").mkdir()
    edition = "2021" if engine == "cpython" else "2024"
    (folder / "Cargo.toml").write_text(CRATE.format(edition=edition, dependencies=dependencies))
    # A reader who copies a page is warned of nothing.
    lines = ["#![deny(warnings)]"] if engine == "exuvia" else []
    lines += ["#![allow(dead_code, non_snake_case)]", f"extern crate {engine} as {alias};"]
    for path in pages:
        text = source(path, engine)
        if text:
            (folder / "src" / f"{module_name(path)}.rs").write_text(text)
            lines.append(f"mod {module_name(path)};")
    (folder / "src" / "lib.rs").write_text("\n".join(lines) + "\n")


def cargo(folder: Path, python: Path, target: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {
        "CARGO_TARGET_DIR": str(target),
        "PYO3_PYTHON": str(python),
        "PYTHON_SYS_EXECUTABLE": str(python),
        "PYO3_BUILD_EXTENSION_MODULE": "1",
    }
    return subprocess.run(["cargo", *words], cwd=folder, env=env, capture_output=True, text=True)


def install(folder: Path, target: Path) -> Path:
    """Put the library where Python finds it under the name of each module in it."""
    modules = folder / "modules"
    modules.mkdir(exist_ok=True)
    for path in (folder / "src").glob("*.rs"):
        names = r"^#\[(?:\w+::)?pymodule\b[^\n]*\n(?:(?:#|///)[^\n]*\n)*(?:pub )?(?:fn|mod) (\w+)|^py_module_initializer!\((\w+)"
        for match in re.finditer(names, path.read_text(), re.MULTILINE):
            shutil.copy(target / "debug" / "libguide.so", modules / f"{match[1] or match[2]}.so")
    return modules


def type_session(path: Path, engine: str, python: Path, folder: Path) -> subprocess.CompletedProcess[str] | None:
    """Type a page's sessions; nothing where it has none, or no code for this engine."""
    sessions = [block for block in blocks(path) if block.language == "pycon" and block.is_for(engine)]
    if not sessions or not (folder / "src" / f"{module_name(path)}.rs").exists():
        return None
    file = folder / f"{module_name(path)}.txt"
    file.write_text("\n".join(block.text for block in sessions))
    # Without the stack of each panic that a page shows.
    env = os.environ | {"PYTHONPATH": str(folder / "modules"), "RUST_BACKTRACE": "0"}
    command = [python, ROOT / "tests" / "guide_session.py", module_name(path), file]
    return subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def refused(path: Path) -> list[tuple[Block, list[str]]]:
    """The blocks that must not compile, with the lines that the compiler must say."""
    found = []
    for block, following in zip(blocks(path), blocks(path)[1:]):
        if "compile_fail" in block.words:
            assert following.language == "text", f"{block.place}: no text block says what the compiler says"
            found.append((block, [line.strip() for line in following.text.splitlines() if line.strip()]))
    return found


def untested(path: Path) -> list[str]:
    """The blocks of a page that nothing here, and no example's own tests, look at."""
    lost = []
    for block in blocks(path):
        included = re.fullmatch(r"\{\{#include (.*)\}\}\n", block.text)
        file = (path.parent / included[1]).resolve() if included else path
        example = file.is_file() and file.is_relative_to(ROOT / "examples")
        if block.language not in ("console", "toml", "text", "rust", "pycon") and not example:
            lost.append(block.place)
    return lost
