"""Building every peer's module for one interpreter, with the options that its documentation recommends.

What is built lies in target/bench-calls/<version>/<peer>/. A C or C++ module is compiled again when a source or its
command has changed; cargo decides for itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORK = HERE.parent.parent / "target" / "bench-calls"

PINS = {"Cython": "3.3.1", "nanobind": "3.1.0", "pybind11": "3.1.0", "cffi": "2.1.1"}

# What comes from PyPI, by peer.
NEEDS = {"cython": "Cython", "nanobind": "nanobind", "pybind11": "pybind11", "cffi-api": "cffi", "cffi-abi": "cffi"}


class BuildError(Exception):
    """A peer could not be built; the message says what failed and what to do."""


def environment() -> dict[str, str]:
    """The caller's environment, without what points a build at another Python."""
    away = ("PYTHONHOME", "PYTHONPATH", "PYO3_PYTHON", "PYO3_CONFIG_FILE", "PYTHON_SYS_EXECUTABLE", "CARGO_TARGET_DIR")
    return {name: value for name, value in os.environ.items() if name not in away}


def run(doing: str, command: list[str], env: dict[str, str] | None = None, cwd: Path | None = None) -> str:
    """What the command prints; a `BuildError` with its last lines when it fails."""
    try:
        done = subprocess.run(
            command, env=env or environment(), cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise BuildError(f"{doing}: there is no program {command[0]} on PATH; install it and try again") from None
    if done.returncode != 0:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-40:])
        raise BuildError(f"{doing}: {command[0]} failed with status {done.returncode}:\n{said}")
    return done.stdout


@dataclass(frozen=True)
class Target:
    """One interpreter and where things are built for it."""

    version: str
    folder: Path
    python: Path
    include: str
    suffix: str

    def made(self, peer: str) -> Path:
        folder = self.folder / peer
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def site_packages(self) -> Path:
        return next((self.folder / "venv" / "lib").glob("python3*")) / "site-packages"


@dataclass(frozen=True)
class Built:
    """What measure.py loads: a compiled module, or a Python file with the names that it is given."""

    module: Path
    names: dict[str, str]
    path: str = ""


def prepare(executable: Path, version: str, peers: list[str]) -> Target:
    """The virtual environment with what the peers need from PyPI, made once for each interpreter."""
    folder = WORK / version
    python = folder / "venv" / "bin" / "python"
    stamp = folder / "venv" / "installed"
    packages = sorted({f"{name}=={PINS[name]}" for peer, name in NEEDS.items() if peer in peers})
    made, *installed = stamp.read_text().splitlines() if python.exists() and stamp.exists() else ["nothing"]
    if made != str(executable):
        folder.mkdir(parents=True, exist_ok=True)
        run(f"making a virtual environment for CPython {version}", [str(executable), "-m", "venv", "--clear", str(folder / "venv")])
        installed = []
    if not set(packages) <= set(installed):
        pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        run(f"installing {', '.join(packages)} (is PyPI reachable?)", [*pip, *packages])
        # Another version of a package has taken its place.
        names = {package.split("==")[0] for package in packages}
        installed = [package for package in installed if package.split("==")[0] not in names] + packages
    stamp.write_text("\n".join([str(executable), *installed]))
    asked = "import json, sysconfig as s; print(json.dumps([s.get_path('include'), s.get_config_var('EXT_SUFFIX')]))"
    include, suffix = json.loads(run(f"asking CPython {version} for its headers", [str(python), "-I", "-c", asked]))
    if not (Path(include) / "Python.h").exists():
        raise BuildError(
            f"building for CPython {version}: {include} has no Python.h; install its headers (on Debian: python3-dev)"
        )
    return Target(version, folder, python, include, suffix)


# Compiled without cargo


def compiler(language: str) -> str:
    return os.environ.get("CC", "cc") if language == "c" else os.environ.get("CXX", "c++")


def compile_once(doing: str, output: Path, sources: list[Path], command: list[str]) -> Path:
    """Runs the command when `output` is missing, or the sources or the command are others than they were."""
    digest = hashlib.sha256(json.dumps(command).encode())
    for source in sources:
        digest.update(source.read_bytes())
    stamp = output.with_name(output.name + ".from")
    if not (output.exists() and stamp.exists() and stamp.read_text() == digest.hexdigest()):
        output.unlink(missing_ok=True)
        run(doing, command)
        stamp.write_text(digest.hexdigest())
    return output


def extension(target: Target, peer: str, language: str, sources: list[Path], flags: list[str]) -> Path:
    """A module `calls`, compiled in one step."""
    output = target.made(peer) / f"calls{target.suffix}"
    shared = ["-bundle", "-undefined", "dynamic_lookup"] if sys.platform == "darwin" else ["-shared"]
    standard = [] if language == "c" else ["-std=c++17"]
    command = [
        *(compiler(language), *standard, "-O3", "-DNDEBUG", "-fPIC", "-fvisibility=hidden", *shared),
        *(f"-I{target.include}", *flags, *map(str, sources), "-lm", "-o", str(output)),
    ]
    return compile_once(f"building {peer} for CPython {target.version}", output, sources, command)


def build_c(target: Target) -> Built:
    return Built(extension(target, "c", "c", [HERE / "c" / "calls.c"], []), {})


def build_cython(target: Target) -> Built:
    source = HERE / "cython" / "calls.pyx"
    made = target.made("cython") / "calls.cpp"
    cython = [str(target.python), "-m", "cython", "--cplus", "-3", str(source), "-o", str(made)]
    compile_once(f"translating {source.name} for CPython {target.version}", made, [source], cython)
    return Built(extension(target, "cython", "c++", [made], []), {})


def build_nanobind(target: Target) -> Built:
    """As nanobind's CMake functions do it by default: the core once, for size; the module for speed."""
    package = target.site_packages() / "nanobind"
    includes = [f"-I{package / 'include'}", f"-I{package / 'ext' / 'robin_map' / 'include'}"]
    core = target.made("nanobind") / "nanobind.o"
    source = package / "src" / "nb_combined.cpp"
    tls = ["-mtls-dialect=gnu2"] if platform.machine() == "x86_64" and sys.platform == "linux" else []
    command = [
        *(compiler("c++"), "-std=c++17", "-Os", "-DNDEBUG", "-DNB_BUILD", "-DNB_COMPACT_ASSERTIONS", "-fPIC"),
        *("-fvisibility=hidden", "-fno-strict-aliasing", "-fno-stack-protector", "-ffunction-sections"),
        *("-fdata-sections", *tls, f"-I{target.include}", *includes, "-c", str(source), "-o", str(core)),
    ]
    compile_once(f"building nanobind's core for CPython {target.version}", core, [source], command)
    flags = [*includes, "-fno-stack-protector", str(core)]
    return Built(extension(target, "nanobind", "c++", [HERE / "nanobind" / "calls.cpp"], flags), {})


def build_pybind11(target: Target) -> Built:
    """With link-time optimization, as `pybind11_add_module` does by default."""
    flags = [f"-I{target.site_packages() / 'pybind11' / 'include'}", "-flto"]
    return Built(extension(target, "pybind11", "c++", [HERE / "pybind11" / "calls.cpp"], flags), {})


def plain_library(target: Target) -> Path:
    """The C library without Python that ctypes and cffi's ABI mode open."""
    output = target.made("plain") / "libcalls.so"
    source, header = HERE / "plain" / "calls.c", HERE / "plain" / "calls.h"
    command = [compiler("c"), "-O3", "-DNDEBUG", "-fPIC", "-shared", str(source), "-o", str(output)]
    return compile_once("building the plain C library", output, [source, header], command)


def build_cffi_api(target: Target) -> Built:
    folder = target.made("cffi-api")
    source, header = HERE / "plain" / "calls.c", HERE / "plain" / "calls.h"
    made, output = folder / "_calls.c", folder / f"_calls{target.suffix}"
    emit = (
        "import sys; from pathlib import Path; from cffi import FFI; ffi = FFI(); header = Path(sys.argv[1]).read_text()\n"
        "ffi.cdef(header + 'extern \"Python\" int64_t call_python(int64_t);')\n"
        "ffi.set_source('_calls', '#include <stdint.h>\\n' + header)\n"
        "ffi.emit_c_code(sys.argv[2])\n"
    )
    generate = [str(target.python), "-c", emit, str(header), str(made)]
    compile_once(f"generating cffi's module for CPython {target.version}", made, [header], generate)
    shared = ["-bundle", "-undefined", "dynamic_lookup"] if sys.platform == "darwin" else ["-shared"]
    command = [
        *(compiler("c"), "-O3", "-DNDEBUG", "-fPIC", *shared, f"-I{target.include}"),
        *(str(made), str(source), "-o", str(output)),
    ]
    compile_once(f"building cffi's module for CPython {target.version}", output, [made, source, header], command)
    return Built(HERE / "cffi_api" / "calls.py", {}, path=str(folder))


def build_cffi_abi(target: Target) -> Built:
    names = {"LIBRARY": str(plain_library(target)), "HEADER": str(HERE / "plain" / "calls.h")}
    return Built(HERE / "cffi_abi" / "calls.py", names)


def build_ctypes(target: Target) -> Built:
    return Built(HERE / "ctypes" / "calls.py", {"LIBRARY": str(plain_library(target))})


# Compiled by cargo


def cargo(target: Target, peer: str, folder: str) -> Built:
    """A cdylib. Each interpreter has a target folder of its own: what is built depends on its headers."""
    env = environment() | {
        "CARGO_TARGET_DIR": str(target.made(peer)),
        "PYO3_PYTHON": str(target.python),
        "PYO3_BUILD_EXTENSION_MODULE": "1",
        "PYTHON_SYS_EXECUTABLE": str(target.python),
    }
    command = ["cargo", "build", "--release", "--quiet", "--manifest-path", str(HERE / folder / "Cargo.toml")]
    run(f"building {peer} for CPython {target.version}", command, env)
    suffix = "dylib" if sys.platform == "darwin" else "so"
    return Built(target.made(peer) / "release" / f"libcalls_{folder}.{suffix}", {})


BUILDERS: dict[str, Callable[[Target], Built]] = {
    "exuvia": lambda target: cargo(target, "exuvia", "exuvia"),
    "c": build_c,
    "pyo3": lambda target: cargo(target, "pyo3", "pyo3"),
    "nanobind": build_nanobind,
    "pybind11": build_pybind11,
    "cython": build_cython,
    "rust-cpython": lambda target: cargo(target, "rust-cpython", "rust_cpython"),
    "cffi-api": build_cffi_api,
    "cffi-abi": build_cffi_abi,
    "ctypes": build_ctypes,
}


# What was built with what


def versions() -> dict[str, str]:
    """The versions of every peer and compiler."""

    def first_line(command: list[str]) -> str:
        return run(f"asking {command[0]} for its version", command).splitlines()[0]

    def dependency(folder: str, name: str) -> str:
        lock = tomllib.loads((HERE / folder / "Cargo.lock").read_text())
        return str(next(package["version"] for package in lock["package"] if package["name"] == name))

    return {
        "Exuvia": dependency("exuvia", "exuvia"),
        "PyO3": dependency("pyo3", "pyo3"),
        "rust-cpython": dependency("rust_cpython", "cpython"),
        **PINS,
        "C": first_line([compiler("c"), "--version"]),
        "C++": first_line([compiler("c++"), "--version"]),
        "Rust": first_line(["rustc", "--version"]),
    }
