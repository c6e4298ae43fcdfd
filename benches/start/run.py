#!/usr/bin/env python3
"""Measure what starting a Python program costs, packed by Exuvia and by others, and under Python itself.

    python3 benches/start/run.py                            all programs, all peers, CPython 3.11 and 3.13; writes README.md
    python3 benches/start/run.py --programs hello,heavy --peers exuvia,bare,host --python python3.13

Builds what each peer makes of each program into target/bench-start/, where it stays until the program, the peer or Exuvia changes;
checks that all of them write the same; and starts them in turns. On a machine that does other things meanwhile the figures
are worth nothing. README.md is written when nothing was narrowed down; the tables are printed in any case.

Exit status: 0 measured, 1 Exuvia does not do what Python does, 2 something could not be built or found.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

from measure import can_drop_caches, measure, shown
from peers import BY_KEY as PEERS_BY_KEY
from peers import PEERS, ROOT, TOOLS, WITH_TOOLS, BuildError, Built, Target, build, has_small, prepare, run
from programs import BY_KEY, PROGRAMS, Program
from report import README, document, section

sys.path.insert(0, str(ROOT / "tests"))

# Found by the line above, so not at the top of the file (E402).
from run_python_tests import Interpreter, Unusable, chosen, discover  # noqa: E402

# The interpreters that the published tables are of.
MINORS = (11, 13)


class Disagreement(Exception):
    """Exuvia's program does not do what it does under Python."""


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def names(known: dict[str, Any], what: str) -> Any:
    """A parser of comma-separated keys."""

    def parse(text: str) -> list[str]:
        found = [name.strip() for name in text.split(",") if name.strip()]
        for name in found:
            if name not in known:
                raise argparse.ArgumentTypeError(f"there is no {what} {name!r}; there are: {', '.join(known)}")
        # In the order of the tables, whatever the order of the request.
        return [name for name in known if name in found]

    return parse


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=names(BY_KEY, "program"), metavar="PROGRAM,…", help=f"of: {', '.join(BY_KEY)}")
    parser.add_argument("--peers", type=names(PEERS_BY_KEY, "peer"), metavar="PEER,…", help=f"of: {', '.join(PEERS_BY_KEY)}")
    parser.add_argument("--rounds", type=int, default=15, help="warm starts of each (default: %(default)s)")
    parser.add_argument("--cold-rounds", type=int, default=5, help="cold starts of each (default: %(default)s)")
    parser.add_argument("--rebuild", action="store_true", help="build again what was built before")
    parser.add_argument("--python", action="append", metavar="PATH", help="measure with this interpreter; may be repeated")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of tables")
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.cold_rounds < 0:
        parser.error("--rounds takes 1 or more, --cold-rounds 0 or more")
    arguments.narrowed = bool(arguments.programs or arguments.peers or arguments.python or arguments.json)
    return arguments


def interpreters(python: list[str] | None) -> list[Interpreter]:
    if python:
        return [chosen(each) for each in python]
    found = [each for each in discover() if each.minor in MINORS]
    if not found:
        wanted = " or ".join(f"3.{minor}" for minor in MINORS)
        raise Unusable(
            f"no CPython {wanted} was found on PATH, in ~/.pyenv/versions or in /usr/bin. Install one, or name another "
            "with --python PATH."
        )
    return found


def exuvia_command() -> Path:
    """The command of this checkout."""
    run("building exuvia", ["cargo", "build", "--release", "--locked", "--quiet", "-p", "exuvia-cli"], ROOT)
    return ROOT / "target" / "release" / "exuvia"


def one_program(target: Target, program: Program, peers: list[str], arguments: argparse.Namespace) -> dict[str, dict]:
    """Builds, checks and measures one program."""
    built: dict[str, Built] = {}
    problems: dict[str, str] = {}
    # What all others are compared with.
    expected = shown(target, program, PEERS_BY_KEY["python"].build(target, program, target.folder))
    for key in peers:
        peer = PEERS_BY_KEY[key]
        if peer.only and program.key not in peer.only:
            continue
        say(f"{program.key}: {peer.title}")
        try:
            made = build(target, peer, program, arguments.rebuild)
            found = shown(target, program, made)
            if found != expected:
                raise BuildError(f"standard output is {found[:200]!r}, and under Python {expected[:200]!r}")
        except BuildError as problem:
            if key in ("exuvia", "small", "python", "bare", "host"):
                raise Disagreement(f"{program.key}, {peer.title}: {problem}") from None
            say(f"{program.key}: {peer.title} does not run: {problem}")
            # The last line is the tool's own word.
            lines = str(problem).strip().replace(f"{ROOT}/", "").splitlines()
            problems[key] = lines[0] if len(lines) == 1 else f"{lines[0]} {lines[-1].strip()}"
            continue
        built[key] = made
    say(f"{program.key}: starting")
    results = measure(target, program, built, arguments.rounds, arguments.cold_rounds)
    for key, made in built.items():
        results[key] |= {"size": made.size, "seconds": made.seconds, "first_seconds": made.first_seconds}
    return {key: results.get(key) or {"problem": problems[key]} for key in peers if key in results or key in problems}


def cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores"


def setting(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the figures depend on besides the programs."""
    compiler = subprocess.run(["cc", "--version"], capture_output=True, text=True).stdout.splitlines()[0]
    return {
        "cpu": cpu(),
        "system": f"{platform.system()} {platform.machine()}",
        "rounds": arguments.rounds,
        "cold_rounds": arguments.cold_rounds if can_drop_caches() else 0,
        "versions": {**TOOLS, "C": compiler},
    }


def main() -> int:
    arguments = options()
    runs: dict[str, dict[str, dict]] = {}
    try:
        found = interpreters(arguments.python)
        exuvia = exuvia_command()
        peers = arguments.peers or [peer.key for peer in PEERS]
        if "small" in peers and not has_small(exuvia):
            say("Exuvia --small: left out, this one has no such option")
            peers.remove("small")
        if "exuvia" not in peers:
            peers.insert(0, "exuvia")
        for interpreter in found:
            say(f"CPython {interpreter.version}")
            programs = [program for program in PROGRAMS if arguments.programs is None or program.key in arguments.programs]
            with_tools = not WITH_TOOLS.isdisjoint(peers)
            target = prepare(Path(interpreter.executable), interpreter.version, exuvia, programs, with_tools)
            runs[interpreter.version] = {
                program.key: one_program(target, program, peers, arguments) for program in programs
            }
    except Disagreement as problem:
        say(f"error: {problem}")
        return 1
    except (BuildError, Unusable) as problem:
        say(f"error: {problem}")
        return 2
    if arguments.json:
        print(json.dumps({"setting": setting(arguments), "runs": runs}, indent=2))
        return 0
    if not arguments.narrowed:
        # Written whole or not at all.
        draft = README.with_suffix(".md.new")
        draft.write_text(document(runs, setting(arguments)))
        draft.replace(README)
    print("\n\n".join(section(version, results) for version, results in runs.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
