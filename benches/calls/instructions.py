#!/usr/bin/env python3
"""Count the instructions of calls under callgrind, on Exuvia and in C: steadier than time on any machine.

    python3 benches/calls/instructions.py [--rows ROW,…] [--peers PEER,…] [--python PATH] [--json]
    python3 benches/calls/instructions.py --check        against benches/calls/instructions.json
    python3 benches/calls/instructions.py --record       writes that file

A count is that of the whole statement, the interpreter's own part included, without the loop around it. What is kept for the
check is the ratio of Exuvia's count to that in C: how the interpreter was compiled changes both. Needs valgrind and its
headers (on Debian: valgrind).
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from build import BuildError, Target, compile_once, compiler, environment, prepare
from callgrind.counted import REPEATS
from peers import BY_KEY
from rows import KEYS
from run import Unusable, build_all, interpreters, names

HERE = Path(__file__).resolve().parent
RECORD = HERE / "instructions.json"

HOTTEST = "noop add str-in keyword construct get method method-argument plus item".split()
"""The ten rows that the check keeps an eye on."""

TOLERANCE = 0.03
"""By how much a ratio may be larger than the recorded one."""

MINOR = 13
"""The interpreter whose ratios are recorded, as the minor version of CPython 3."""


def marks(target: Target) -> Path:
    """The module that tells callgrind what to count."""
    source = HERE / "callgrind" / "marks.c"
    output = target.made("callgrind") / f"marks{target.suffix}"
    command = [compiler("c"), "-O2", "-shared", "-fPIC", f"-I{target.include}", str(source), "-o", str(output)]
    return compile_once(f"building {source.name} (are valgrind's headers installed?)", output, [source], command)


def count(target: Target, built: dict[str, object], rows: list[str]) -> dict[str, float]:
    """Instructions of each row's statement, once: the least of its rounds."""
    if shutil.which("valgrind") is None:
        raise BuildError("counting instructions: there is no valgrind on PATH; install it (on Debian: valgrind)")
    job = json.dumps({"marks": str(marks(target)), "built": built, "rows": rows})
    env = environment() | {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONMALLOC": "pymalloc"}
    with tempfile.TemporaryDirectory(prefix="exuvia-instructions-") as folder:
        command = [
            *("valgrind", "--tool=callgrind", "--collect-atstart=no", f"--callgrind-out-file={folder}/out"),
            *(str(target.python), "-s", str(HERE / "callgrind" / "counted.py"), job),
        ]
        done = subprocess.run(command, capture_output=True, text=True, env=env)
        if done.returncode != 0:
            raise BuildError(f"counting on CPython {target.version}: valgrind ended with {done.returncode}:\n{done.stderr}")
        counts = {}
        for file in Path(folder).glob("out.*"):
            text = file.read_text(errors="replace")
            key = re.search(r"^desc: Trigger: Client Request: (\S+)$", text, re.MULTILINE)
            total = re.search(r"^(?:totals|summary): (\d+)", text, re.MULTILINE)
            if key and total:
                found = int(total[1]) / REPEATS
                counts[key[1]] = min(found, counts.get(key[1], found))
    nothing = counts.pop("nothing")
    return {key: counts[key] - nothing for key in KEYS if key in counts}


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=names(KEYS, "row"), default=HOTTEST, metavar="ROW,…", help=f"of: {', '.join(KEYS)}")
    parser.add_argument(
        "--peers", type=names(list(BY_KEY), "peer"), default=["exuvia", "c"], metavar="PEER,…", help=f"of: {', '.join(BY_KEY)}"
    )
    parser.add_argument("--python", action="append", metavar="PATH", help="count on this interpreter; may be repeated")
    parser.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="fail where a ratio to C is larger than the recorded one")
    what.add_argument("--record", action="store_true", help=f"write {RECORD.name}")
    arguments = parser.parse_args()
    if (arguments.check or arguments.record) and (arguments.rows, arguments.peers) != (HOTTEST, ["exuvia", "c"]):
        parser.error("--check and --record are about the hottest rows on Exuvia and in C: leave --rows and --peers out")
    return arguments


def show(version: str, counts: dict[str, dict[str, float]], rows: list[str]) -> None:
    print(f"CPython {version}, instructions")
    print(f"{'':16}" + "".join(f"{peer:>14}" for peer in counts))
    for row in rows:
        cells = [f"{counts[peer][row]:>14,.0f}" if row in counts[peer] else f"{'–':>14}" for peer in counts]
        first, others = next(iter(counts)), list(counts)[1:]
        ratios = [f"{counts[first][row] / counts[peer][row]:6.2f}" for peer in others if row in counts[peer]]
        print(f"{row:16}" + "".join(cells) + "  " + " ".join(ratios))


def check(ratios: dict[str, float]) -> int:
    """Compares with the record; 1 where a row has become dearer."""
    recorded = json.loads(RECORD.read_text())["ratios"]
    dearer = [row for row in HOTTEST if ratios[row] > recorded[row] * (1 + TOLERANCE)]
    for row in dearer:
        print(f"{row}: {ratios[row]:.3f} times the instructions of C; {recorded[row]:.3f} are recorded", file=sys.stderr)
    if dearer:
        print(
            f"error: {len(dearer)} of {len(HOTTEST)} rows have become more than {TOLERANCE:.0%} dearer; if that is meant, "
            "run benches/calls/instructions.py --record",
            file=sys.stderr,
        )
    return 1 if dearer else 0


def main() -> int:
    arguments = options()
    documents = []
    for interpreter in interpreters(arguments.python):
        if not arguments.python and interpreter.minor != MINOR:
            continue
        target = prepare(interpreter.executable, interpreter.version, arguments.peers)
        built = build_all(target, interpreter, arguments.peers)
        counts = {}
        for peer in built:
            counts[peer] = count(target, built[peer], [row for row in arguments.rows if row not in BY_KEY[peer].without])
        documents.append({"python": interpreter.version, "counts": counts})
        if not arguments.json:
            show(interpreter.version, counts, arguments.rows)
        if arguments.check or arguments.record:
            ratios = {row: round(counts["exuvia"][row] / counts["c"][row], 3) for row in HOTTEST}
            if arguments.check:
                return check(ratios)
            RECORD.write_text(json.dumps({"python": interpreter.version, "ratios": ratios}, indent=2) + "\n")
    if arguments.json:
        print(json.dumps({"documents": documents}, indent=2))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (BuildError, Unusable) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
