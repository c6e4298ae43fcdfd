"""Wheels: the virtual environment that builds them, and what a compiler said where one cannot be built."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from crates import Crate, Unusable

# Where a build takes longer, something waits for what does not come.
BUILD_SECONDS = 3600
# Set outside, each would send a build or a test to another interpreter, toolchain or folder.
UNSET = ("CONDA_PREFIX", "PYTHONHOME", "PYTHONPATH", "PYO3_PYTHON", "PYO3_CONFIG_FILE", "CARGO_BUILD_TARGET", "VIRTUAL_ENV")
# Whole-program optimization takes minutes and changes no result.
QUICKER = {"CARGO_PROFILE_RELEASE_LTO": "off", "CARGO_PROFILE_RELEASE_CODEGEN_UNITS": "16"}


class Failed(Exception):
    """A step for one crate failed: what is told of it, and the log with the rest."""

    def __init__(self, words: str, log: Path) -> None:
        super().__init__(words)
        self.words = words
        self.log = log


@dataclass(frozen=True)
class Builder:
    """An environment with pip, in which every wheel is built, so that all builds see one interpreter."""

    python: Path
    # The folder with everything that belongs to this interpreter.
    work: Path

    @property
    def venv_python(self) -> Path:
        return self.work / "builder" / "bin" / "python"

    def prepare(self) -> None:
        stamp = self.work / "builder" / "made-for"
        if stamp.exists() and stamp.read_text() == str(self.python) and self.venv_python.exists():
            return
        self.work.mkdir(parents=True, exist_ok=True)
        log = self.work / "builder.log"
        run([self.python, "-m", "venv", "--clear", self.work / "builder"], log, "no virtual environment can be made")
        stamp.write_text(str(self.python))

    def download(self, crate: Crate, into: Path) -> None:
        """Downloads the crate's source distribution.

        Only the crate itself has to be built from source; what builds it comes as wheels.
        """
        into.mkdir(parents=True, exist_ok=True)
        named = f"{crate.name}=={crate.version}" if crate.version else crate.name
        words = ["download", "--no-deps", "--no-binary", crate.name, "--dest", into, named]
        run([*self.pip(), *words], into / f"{crate.name}.log", f"pip cannot download the source distribution of {named}")

    def lock(self, source: Path, log: Path) -> None:
        """Writes the lock files of the sources, or brings them up to date with what is patched."""
        manifests = [path for path in source.rglob("Cargo.toml") if "target" not in path.relative_to(source).parts]
        for manifest in manifests:
            # The others are members of its workspace, or templates and examples that nobody builds.
            if not any(other.parent in manifest.parent.parents for other in manifests):
                resolve(manifest.parent, log)

    def wheel(self, source: Path, into: Path, target: Path, log: Path) -> Path:
        """Builds the sources as a wheel into an empty folder, with what cargo makes in `target`."""
        shutil.rmtree(into, ignore_errors=True)
        env = environment() | QUICKER | {"CARGO_TARGET_DIR": str(target), "CARGO_TERM_COLOR": "never"}
        words = ["wheel", "--no-deps", "--wheel-dir", into, source]
        run([*self.pip(), *words], log, "does not build", env, BUILD_SECONDS)
        [wheel] = into.glob("*.whl")
        return wheel

    def environment_with(self, folder: Path, wheel: Path, requires: tuple[str, ...], log: Path) -> Path:
        """A virtual environment's python, with the wheel and what its tests need."""
        python = folder / "bin" / "python"
        stamp = folder / "installed"
        wanted = "\n".join([str(self.python), *requires])
        pip = [*self.pip(), "--python", python, "install", "--quiet"]
        if not (stamp.exists() and stamp.read_text() == wanted and python.exists()):
            run([self.python, "-m", "venv", "--without-pip", "--clear", folder], log, "no virtual environment can be made")
            run([*pip, "pytest", *requires, wheel], log, "what its tests need cannot be installed")
            stamp.write_text(wanted)
        run([*pip, "--no-deps", "--force-reinstall", wheel], log, "the wheel cannot be installed")
        return python

    def pip(self) -> list[str | Path]:
        return [self.venv_python, "-m", "pip", "--disable-pip-version-check"]


def resolve(folder: Path, log: Path) -> None:
    """Writes the lock file of the package in the folder. Cargo reads its configuration from where it is started."""
    run(["cargo", "metadata", "--format-version", "1"], log, "cargo cannot resolve it", cwd=folder)


def environment() -> dict[str, str]:
    env = {name: value for name, value in os.environ.items() if name not in UNSET}
    env["RUST_BACKTRACE"] = "0"
    return env


def run(
    command: list[str | Path],
    log: Path,
    failure: str,
    env: dict[str, str] | None = None,
    seconds: float = 600,
    cwd: Path | None = None,
) -> None:
    """Runs a command with everything it says in the log.

    Raises `Failed` with the first compiler errors of the log, or with its last lines where there are none.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as written:
        status = guarded(command, written, env or environment(), seconds, cwd)
    if status != 0:
        raise Failed(f"{failure}: {reason(log.read_text(errors='replace'), status)}", log)


def guarded(
    command: list[str | Path], output: IO[str], env: dict[str, str], seconds: float, cwd: Path | None = None
) -> int | None:
    """Exit status of a command, or None where it and all it started had to be ended after so many seconds."""
    words = [str(word) for word in command]
    with subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=env, cwd=cwd, start_new_session=True
    ) as process:
        try:
            return process.wait(seconds)
        except BaseException as interruption:
            os.killpg(process.pid, signal.SIGKILL)
            if isinstance(interruption, subprocess.TimeoutExpired):
                return None
            raise


def reason(log: str, status: int | None, count: int = 3) -> str:
    """Why a command failed: the first errors of a compiler or of cargo, or else the last lines."""
    if status is None:
        return "it did not come to an end"
    errors = compiler_errors(log)
    if errors:
        more = f"\n… and {len(errors) - count} more errors" if len(errors) > count else ""
        return "\n".join(errors[:count]) + more
    lines = [line.strip()[:200] for line in log.splitlines() if line.strip() and not line.strip().startswith(("[notice]", "╰─>", "note:", "hint:"))]
    return " / ".join(lines[-3:]) or f"it ended with status {status}"


def compiler_errors(log: str) -> list[str]:
    """The errors in what cargo printed, each as one line with its place."""
    # What cargo and pip say about errors that were told before.
    echoes = ("could not compile", "aborting due to", "subprocess-exited-with-error", "metadata-generation-failed", "`cargo")
    found: list[str] = []
    lines = log.splitlines()
    for number, line in enumerate(lines):
        error = re.match(r"\s*error(?:\[(E\d+)\])?: (.+)", line)
        if error is None or error[2].startswith(echoes):
            continue
        told = f"{error[1]}: {error[2]}" if error[1] else error[2]
        for next_line in lines[number + 1 : number + 12]:
            place = re.match(r"\s*-->\s*(\S+)", next_line)
            if place:
                told = f"{place[1]}: {told}"
                break
            if re.match(r"\s*(error|warning)\b", next_line):
                break
        else:
            # Cargo's own errors have no place; their reason stands in the paragraphs below.
            causes = [after.strip() for after in lines[number + 1 : number + 12] if after.strip() and "Caused by" not in after]
            told = "; ".join([told, *causes[:3]])
        found.append(told)
    return found
