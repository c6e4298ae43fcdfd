"""How a suite is laid out and built with each engine: one folder, one command for a release, one for a debug build."""

from __future__ import annotations

import contextlib
import importlib.machinery
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import suites

ROOT = Path(__file__).resolve().parent.parent.parent
PYO3 = "0.30.1"
EXTENSION = importlib.machinery.EXTENSION_SUFFIXES[0]
DEPENDENCY = {
    "exuvia": f'pyo3 = {{ package = "exuvia", path = "{ROOT / "crates" / "exuvia"}" }}',
    "pyo3": f'pyo3 = "={PYO3}"',
}
PROFILES = ("release", "debug")


class Failed(Exception):
    """A build ended with an error; the message holds its words."""


class GivenUp(Exception):
    """A build took longer than it may."""


@dataclass(frozen=True)
class Cost:
    """What one run of a build took."""

    seconds: float
    """From start to end of the whole process."""
    processor: float
    """Seconds of processor time, on all cores."""
    memory: int
    """The largest resident set of any of its processes, in bytes."""


def _end(group: int) -> None:
    """Ends a build with all its processes."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def run(
    command: list[str | Path], folder: Path, environment: dict[str, str] | None = None, limit: float | None = None
) -> Cost:
    """Runs a build to its end and tells what it took; its output goes to `build.log` in the folder.

    One that takes longer than `limit` seconds is ended, with all its processes, and is `GivenUp`.
    """
    log = folder / "build.log"
    with log.open("wb") as out:
        begin = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            cwd=folder,
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        timer = threading.Timer(threading.TIMEOUT_MAX if limit is None else limit, _end, [process.pid])
        timer.daemon = True
        timer.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            _end(process.pid)
            raise
        finally:
            timer.cancel()
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if limit is not None and seconds >= limit:
        raise GivenUp(f"{' '.join(map(str, command))} took longer than {limit:.0f} s")
    if process.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))} in {folder}:\n{log.read_text(errors='replace')[-4000:]}")
    # Linux counts the set in kilobytes, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit)


class Build:
    """One suite on one engine."""

    def __init__(self, engine: str, suite: str, folder: Path, limit: float | None = None) -> None:
        self.engine = engine
        self.suite = suite
        self.folder = folder
        self.limit = limit
        self._edits = 0

    def prepare(self, profile: str) -> None:
        """Lays out the sources, compiles what does not change between builds, and leaves the suite to be built."""
        raise NotImplementedError

    def build(self, profile: str) -> Cost:
        """Builds the suite as after an edit of its source; `GivenUp` if a step of it takes longer than `limit` seconds."""
        raise NotImplementedError

    def library(self, profile: str) -> Path:
        """What was built."""
        raise NotImplementedError

    def _source(self) -> str:
        return suites.SOURCES[self.engine][self.suite]()

    def _touch(self, source: Path) -> None:
        """Changes the source, so that no tool can take it for what it was."""
        self._edits += 1
        comment = "#" if source.suffix == ".pyx" else "//"
        source.write_text(f"{self._source()}\n{comment} Edit {self._edits}.\n")


class Cargo(Build):
    """A crate of its own on Exuvia or PyO3, as cargo makes it but for `opt-level = "s"` and `strip`."""

    def prepare(self, profile: str) -> None:
        source = self.folder / "src"
        source.mkdir(parents=True, exist_ok=True)
        (self.folder / "Cargo.toml").write_text(
            f"""[package]
name = "suite"
version = "0.0.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]

[dependencies]
{DEPENDENCY.get(self.engine, "")}

[profile.release]
opt-level = "s"
strip = true

[workspace]
"""
        )
        (source / "lib.rs").write_text("")
        self._cargo(profile)

    def build(self, profile: str) -> Cost:
        self._touch(self.folder / "src" / "lib.rs")
        return self._cargo(profile)

    def _cargo(self, profile: str) -> Cost:
        command = ["cargo", "build", "--quiet", *(["--release"] if profile == "release" else [])]
        return run(
            command,
            self.folder,
            {
                "CARGO_TARGET_DIR": str(self.folder / "target"),
                "PYO3_PYTHON": sys.executable,
                "PYO3_BUILD_EXTENSION_MODULE": "1",
            },
            self.limit,
        )

    def library(self, profile: str) -> Path:
        return self.folder / "target" / profile / f"libsuite.{'dylib' if sys.platform == 'darwin' else 'so'}"


class Empty(Cargo):
    """A Rust library with nothing in it: the size that is the standard library's, whatever the engine."""

    def _source(self) -> str:
        return ""


class Compiler(Build):
    """What a C or C++ compiler makes, with the options of nanobind's own benchmark: `-Os`, stripped."""

    source = "suite.cpp"
    compiler = "c++"
    options: tuple[str, ...] = ()

    def prepare(self, profile: str) -> None:
        (self.folder / profile).mkdir(parents=True, exist_ok=True)

    def build(self, profile: str) -> Cost:
        self._touch(self.folder / self.source)
        steps = self._steps(profile)
        if profile == "release":
            steps.append(["strip", self.library(profile)])
        costs = [run(step, self.folder, limit=self.limit) for step in steps]
        return Cost(
            sum(cost.seconds for cost in costs),
            sum(cost.processor for cost in costs),
            max(cost.memory for cost in costs),
        )

    def library(self, profile: str) -> Path:
        return self.folder / profile / f"suite{EXTENSION}"

    def _steps(self, profile: str) -> list[list[str | Path]]:
        return [self._compile(profile, self.source)]

    def _compile(self, profile: str, *sources: str | Path) -> list[str | Path]:
        level = ["-Os", "-DNDEBUG"] if profile == "release" else ["-O0", "-g"]
        return [
            self.compiler,
            "-shared",
            "-fPIC",
            "-fvisibility=hidden",
            *level,
            *self.options,
            f"-I{sysconfig.get_path('include')}",
            *sources,
            "-o",
            self.library(profile),
        ]


class Pybind11(Compiler):
    """One file, headers alone; link-time optimisation is what its CMake function asks for in a release."""

    def _compile(self, profile: str, *sources: str | Path) -> list[str | Path]:
        import pybind11

        more = ["-std=c++17", f"-I{pybind11.get_include()}"] + (["-flto"] if profile == "release" else [])
        return [*super()._compile(profile, *sources), *more]


class Nanobind(Compiler):
    """One file beside nanobind's own library, which is compiled once ahead and linked statically."""

    options = ("-std=c++17", "-fno-strict-aliasing", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections")

    def prepare(self, profile: str) -> None:
        super().prepare(profile)
        package = self._package()
        command = [*super()._compile(profile, package / "src" / "nb_combined.cpp"), *self._includes()]
        position = command.index("-o")
        command[position + 1] = self._core(profile)
        command[command.index("-shared")] = "-c"
        run(command, self.folder)

    def _compile(self, profile: str, *sources: str | Path) -> list[str | Path]:
        return [*super()._compile(profile, *sources, self._core(profile)), *self._includes()]

    def _core(self, profile: str) -> Path:
        return self.folder / profile / "nanobind.o"

    def _package(self) -> Path:
        import nanobind

        return Path(nanobind.include_dir()).parent

    def _includes(self) -> list[str | Path]:
        package = self._package()
        return [f"-I{package / 'include'}", f"-I{package / 'ext' / 'robin_map' / 'include'}"]


class Cython(Compiler):
    """Cython's C source, compiled by the C compiler."""

    source = "suite.pyx"
    compiler = "cc"

    def _steps(self, profile: str) -> list[list[str | Path]]:
        return [[sys.executable, "-m", "cython", "-3", self.source, "-o", "suite.c"], self._compile(profile, "suite.c")]


ENGINES: dict[str, type[Build]] = {
    "exuvia": Cargo,
    "pyo3": Cargo,
    "nanobind": Nanobind,
    "pybind11": Pybind11,
    "cython": Cython,
}
"""What builds with each engine."""


def cold_counter(engine: str, folder: Path) -> Cost:
    """Builds `examples/counter` from an empty target folder, on Exuvia as it is or with PyO3 in its place."""
    example = ROOT / "examples" / "counter"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "src").mkdir(parents=True)
    manifest = (example / "Cargo.toml").read_text()
    own = 'exuvia = { path = "../../crates/exuvia" }'
    if own not in manifest:
        raise Failed(f"{example / 'Cargo.toml'} does not depend on exuvia in the words that this benchmark replaces")
    if engine == "exuvia":
        manifest = manifest.replace("../../crates", str(ROOT / "crates"))
    else:
        manifest = manifest.replace(own, DEPENDENCY["pyo3"])
    (folder / "Cargo.toml").write_text(f"{manifest}\n[workspace]\n")
    for source in (example / "src").glob("*.rs"):
        text = source.read_text()
        (folder / "src" / source.name).write_text(text if engine == "exuvia" else text.replace("exuvia::", "pyo3::"))
    run(["cargo", "fetch", "--quiet"], folder)
    return run(
        ["cargo", "build", "--release", "--quiet"],
        folder,
        {
            "CARGO_TARGET_DIR": str(folder / "target"),
            "PYO3_PYTHON": sys.executable,
            "PYO3_BUILD_EXTENSION_MODULE": "1",
        },
    )
