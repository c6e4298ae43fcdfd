"""Starting what was built: first to see that it does the same everywhere, then for time and memory, peers in turn."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

from peers import BuildError, Built, Target, run
from programs import Program

HERE = Path(__file__).resolve().parent
DROP_CACHES = Path("/proc/sys/vm/drop_caches")

# How long one start may take, in seconds.
LIMIT = 120


@dataclass(frozen=True)
class Start:
    seconds: float
    # Of the largest of its processes, in bytes.
    memory: int


def starter(folder: Path) -> Path:
    """start.c, compiled."""
    program = folder / "start"
    run("compiling start.c", ["cc", "-O2", "-Wall", "-Werror", str(HERE / "start.c"), "-o", str(program)])
    return program


def environment(target: Target) -> dict[str, str]:
    """What programs are started with: those that unpack themselves do so below a home of their own."""
    home = target.folder / "home"
    home.mkdir(exist_ok=True)
    return {"HOME": str(home), "PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"}


def input_of(target: Target, program: Program) -> Path:
    """The file that a program has on standard input."""
    if not program.input:
        return Path(os.devnull)
    ask = f"import {program.input}; print({program.input}.__file__)"
    return Path(subprocess.run([str(target.python), "-c", ask], capture_output=True, text=True, check=True).stdout.strip())


def shown(target: Target, program: Program, built: Built) -> str:
    """What a program writes to standard output; a `BuildError` where it fails."""
    with open(input_of(target, program), "rb") as stream:
        try:
            done = subprocess.run(
                [*built.command, *program.arguments], stdin=stream, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                env=environment(target), timeout=LIMIT,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise BuildError(f"{program.key} was not done after {LIMIT} s") from None
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-1]
        raise BuildError(f"{program.key} ended with status {done.returncode}: {said}")
    return done.stdout


def can_drop_caches() -> bool:
    return os.access(DROP_CACHES, os.W_OK)


def drop_caches() -> None:
    """Makes the next start read from the disk."""
    os.sync()
    DROP_CACHES.write_text("3\n")


def start(target: Target, program: Program, built: Built, with_program: Path) -> Start:
    report = target.folder / "report"
    command = [str(with_program), str(report), str(input_of(target, program)), *built.command, *program.arguments]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(target), timeout=LIMIT)
    nanoseconds, kibibytes, status = map(int, report.read_text().split())
    if done.returncode or status:
        raise BuildError(f"{program.key} ended with status {status} while it was measured")
    return Start(nanoseconds / 1e9, kibibytes * 1024)


def measure(target: Target, program: Program, built: dict[str, Built], rounds: int, cold_rounds: int) -> dict[str, dict]:
    """Medians of each peer's starts, and of Exuvia's by the peer's in the same round.

    The peers take turns in a shuffled order, so that a machine that grows slower favours nobody.
    """
    with_program = starter(target.folder)
    found: dict[str, dict[str, list[Start]]] = {"warm": {}, "cold": {}}
    order = random.Random(program.key)
    for kind, count in (("warm", rounds), ("cold", cold_rounds if can_drop_caches() else 0)):
        for _ in range(count):
            for key in order.sample(sorted(built), len(built)):
                if kind == "cold":
                    drop_caches()
                found[kind].setdefault(key, []).append(start(target, program, built[key], with_program))
    results = {}
    for key in built:
        row: dict[str, float | None] = {}
        for kind, starts in found.items():
            times = [each.seconds for each in starts.get(key, [])]
            ours = [each.seconds for each in starts.get("exuvia", [])]
            row[kind] = statistics.median(times) if times else None
            row[f"{kind}_ratio"] = statistics.median(one / other for one, other in zip(ours, times)) if times and ours else None
            # A median of differences holds where the machine's speed changes meanwhile.
            row[f"{kind}_more"] = statistics.median(one - other for one, other in zip(ours, times)) if times and ours else None
        row["memory"] = statistics.median(each.memory for each in found["warm"][key])
        results[key] = row
    return results
