"""What is started: programs of programs/, with what they need and what they are given."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

PROGRAMS_FOLDER = Path(__file__).resolve().parent / "programs"

# The distributions of the programs, with all that they need, at the versions of the list of applications that are packed.
CONSTRAINTS = PROGRAMS_FOLDER.parent.parent.parent / "tests" / "apps" / "constraints.txt"

# The module that is written for each interpreter.
EVERYTHING = "everything"

# Parts of the standard library that no peer is asked for: tests, what needs Tcl, what is under the GPL or for other systems, what
# does something when it is imported, and `distutils`, which setuptools replaces where it is installed.
NOT_IMPORTED = {
    "__main__", "_ctypes_test", "antigravity", "ensurepip", "idlelib", "lib2to3", "pip", "readline", "_gdbm", "dbm.gnu", "site", "test", "this",
    "tkinter", "turtle", "turtledemo", "venv", "_tkinter", "nis", "rlcompleter", "distutils",
}  # fmt: skip

# Tells every module of the standard library that can be imported, each tried in a process of its own that is forked off.
FIND_MODULES = """
import json, os, pkgutil, sys
folder = os.path.dirname(os.__file__)
skipped = set(json.loads(sys.argv[1]))
def modules(path, prefix):
    for module in pkgutil.iter_modules(path, prefix):
        parts = module.name.split(".")
        if skipped & {module.name, *parts} or any(part.startswith(("test", "_test", "_xx", "xx")) for part in parts):
            continue
        yield module.name
        if module.ispkg:
            yield from modules([os.path.join(folder, *parts)], module.name + ".")
def is_importable(name):
    child = os.fork()
    if not child:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(null, stream)
        try:
            __import__(name)
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0
found = set(modules([folder, os.path.join(folder, "lib-dynload")], "")) | set(sys.builtin_module_names) - {"__main__"}
print(json.dumps(sorted(name for name in found if name.isascii() and name.replace(".", "_").isidentifier() and is_importable(name))))
"""


@dataclass(frozen=True)
class Program:
    """A program, as every peer is given it."""

    key: str
    title: str
    # Name of its module in programs/, which has a function `main`.
    module: str
    # The distributions that it needs.
    requires: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    # Module of the standard library whose source is its standard input.
    input: str = ""


PROGRAMS = [
    Program("hello", "`print(\"hello\")`", "hello"),
    Program("heavy", "25 packages of the standard library", "heavy"),
    Program("stdlib", "the whole standard library", EVERYTHING),
    Program(
        "httpie",
        "`http --offline`",
        "request",
        ("httpie",),
        ("--offline", "--ignore-stdin", "POST", "example.org/things", "name=exuvia", "count:=3"),
    ),
    Program("black", "`black` on `textwrap.py`", "formatting", ("black",), ("-q", "-"), input="textwrap"),
    Program("numpy", "`import numpy`", "arrays", ("numpy",)),
]
BY_KEY = {program.key: program for program in PROGRAMS}


def write_everything(python: Path, folder: Path) -> None:
    """Writes the program that imports the whole standard library of an interpreter."""
    skipped = json.dumps(sorted(NOT_IMPORTED))
    done = subprocess.run(
        [str(python), "-I", "-S", "-W", "ignore", "-c", FIND_MODULES, skipped], capture_output=True, text=True, check=True
    )
    names = json.loads(done.stdout)
    lines = [
        '"""Imports every module of the standard library that can be imported."""',
        "import warnings",
        'warnings.simplefilter("ignore")',
        *(f"import {name}" for name in names),
        "",
        "def main():",
        f'    print("{len(names)} modules")',
        "",
        'if __name__ == "__main__":',
        "    main()",
    ]
    text = "\n".join(lines) + "\n"
    path = folder / f"{EVERYTHING}.py"
    # Peers are built again when a program changes.
    if not path.exists() or path.read_text() != text:
        path.write_text(text)
