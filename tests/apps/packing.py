"""An application's environment, what it shows under Python there, and its packed file."""

from __future__ import annotations

import dataclasses
import re
import shutil
import subprocess
import time
from pathlib import Path

from applications import Application, Run
from surroundings import Outcome, limited

HERE = Path(__file__).resolve().parent
CONSTRAINTS = HERE / "constraints.txt"
INPUTS = HERE / "inputs"


class Failed(Exception):
    """A step did not work: what, and what it wrote."""


@dataclasses.dataclass
class Packed:
    """A packed application."""

    program: Path
    seconds: float
    size: int


def step(what: str, command: list[str], **options: object) -> str:
    """Runs a command that has to work, and gives what it writes."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options
    )
    if done.returncode:
        raise Failed(f"{what}: {' '.join(command)} ended with status {done.returncode}:\n{done.stdout.strip()}")
    return done.stdout


@dataclasses.dataclass
class Environment:
    """A virtual environment with one application in it, and the folder that it is run in."""

    application: Application
    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "venv" / "bin" / "python"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @classmethod
    def make(cls, application: Application, python: Path, folder: Path) -> Environment:
        """A fresh one; what was there before is deleted."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        made = cls(application, folder)
        step("making the environment", [str(python), "-m", "venv", str(folder / "venv")])
        if application.requires:
            pip = [str(made.python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
            step("installing", [*pip, "--only-binary", ":all:", "--constraint", str(CONSTRAINTS), *application.requires])
        pinned = pins(CONSTRAINTS.read_text())
        for name, version in made.installed().items():
            if pinned.get(name) != version:
                raise Failed(f"{name} {version} is not in {CONSTRAINTS.name}: add {name}=={version}")
        return made

    def installed(self) -> dict[str, str]:
        """The distributions of the environment but what came with it, by normalized name."""
        return pins(step("listing what is installed", [str(self.python), "-m", "pip", "freeze"]))

    def versions(self) -> list[str]:
        """The distributions that the application is about, with their versions."""
        installed = self.installed()
        return [f"{name} {installed[normalized(name)]}" for name in self.application.requires]

    def fresh_work(self) -> Path:
        """The folder that it is run in, as it is in inputs/."""
        shutil.rmtree(self.work, ignore_errors=True)
        inputs = INPUTS / self.application.folder
        if inputs.is_dir():
            shutil.copytree(inputs, self.work, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            self.work.mkdir()
        return self.work

    def scratch(self) -> Path:
        """A folder to write to under Python."""
        folder = self.folder / "scratch"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def under_python(self, run: Run, limit: float) -> Outcome:
        """What a run shows under Python."""
        work, scratch = self.fresh_work(), self.scratch()
        start = self.application.start
        if start[0] == "--entry":
            command = [str(self.folder / "venv" / "bin" / start[1])]
        elif start[0] == "-m":
            command = [str(self.python), "-m", start[1]]
        else:
            command = [str(self.python), str(work / start[0])]
        variables = {
            "HOME": str(scratch), "TMPDIR": str(scratch), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        command += [argument.format(scratch=scratch) for argument in run.arguments]
        return limited(command, run.input, limit, cwd=work, env=variables)

    def pack(self, exuvia: Path) -> Packed:
        """Packs it."""
        work = self.fresh_work()
        program = self.folder / self.application.folder
        words = [str(work / each) if each.endswith(".py") else each for each in self.application.start]
        begun = time.monotonic()
        command = [str(exuvia), "--python", str(self.python), "pack", *words, "-o", str(program)]
        (self.folder / "pack.log").write_text(step("packing", command, cwd=work))
        return Packed(program, time.monotonic() - begun, program.stat().st_size)


def normalized(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(text: str) -> dict[str, str]:
    """The versions in a list as `pip freeze` writes it."""
    found = {}
    for line in text.splitlines():
        name, pinned, version = line.partition("==")
        if pinned and not line.startswith("#"):
            found[normalized(name.strip())] = version.strip()
    return found


def settled(text: str, run: Run, places: dict[str, str]) -> str:
    """What a run wrote, without what differs from run to run: `places` are folders and the names to give them."""
    for place, name in places.items():
        text = text.replace(place, name)
    for pattern in run.varies:
        text = re.sub(pattern, "…", text)
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join(sorted(lines) if run.in_any_order else lines)


def problem(run: Run, outcome: Outcome, expected: str | None, places: dict[str, str]) -> str:
    """What is wrong with an outcome, or nothing; `expected` is what Python showed, settled."""
    if outcome.status != run.status:
        return f"status {outcome.status}, and not {run.status}"
    for pattern in run.shows:
        if not re.search(pattern, outcome.out + outcome.err, re.MULTILINE):
            return f"shows nothing like {pattern}"
    found = settled(outcome.out, run, places)
    if expected is not None and found != expected:
        ours, theirs = found.splitlines(), expected.splitlines()
        at = next((at for at, (one, two) in enumerate(zip(ours, theirs)) if one != two), min(len(ours), len(theirs)))
        shown = [lines[at] if at < len(lines) else "(nothing)" for lines in (theirs, ours)]
        return f"standard output differs from Python's in line {at + 1}: {shown[1]!r}, and not {shown[0]!r}"
    return ""
