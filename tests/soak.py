#!/usr/bin/env python3
"""Try long and hard to make the bindings crash, leak or hang. What is short of this runs in `make test`.

    python3 tests/soak.py                                    every interpreter, every trial
    python3 tests/soak.py --python python3.12 --only balance
    python3 tests/soak.py --only memory -- 'classes: constructor'

The trials, on the test module of tests/bindings:

    balance   a million calls of every kind leave references and memory as they were
    memory    of every call, every allocation of CPython's is refused in turn: once when the call has been made before, once
              when it never has, once for good; and of the import of every part of the module
    threads   threads of Rust's and Python's call, attach, detach, borrow and drop at once, for two minutes
    endings   the interpreter ends with objects and threads still there, a hundred times in each way
    address   the whole test suite under AddressSanitizer, Python's own memory included

And on what is packed:

    damage    ten thousand damaged copies of a packed application are run: flipped bits behind the program, files cut short
    fuzz      libFuzzer feeds what parses archives, packed files, ELF files and marshalled code, two minutes each (once for all
              interpreters)

The interpreters and their environments are those of tests/run_python_tests.py. What each trial says is kept in target/soak/.

Exit status: 0 all passed, 1 something failed, 2 nothing could be run. Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import run_python_tests as suite
from run_python_tests import Interpreter, Unusable, say

ROOT = Path(__file__).resolve().parent.parent
BINDINGS = ROOT / "tests" / "bindings"
PROGRAMS = BINDINGS / "tests"
LOGS = ROOT / "target" / "soak"


@dataclass
class Result:
    ok: bool
    words: str
    # What went wrong, in full.
    complaints: list[str]


@dataclass
class Options:
    calls: int
    seconds: int
    times: int
    faults: int
    jobs: int
    # The calls to make, where not all.
    names: list[str]


def environment(interpreter: Interpreter, **more: str) -> dict[str, str]:
    return {**suite.environment(interpreter), **more}


def run(command: list[str], timeout: float, **options: object) -> subprocess.CompletedProcess[str]:
    """Runs a program; one that takes too long is killed, and its status is that of the signal."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True, **options,
    )  # fmt: skip
    try:
        output, errors = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        # With whatever it has started.
        os.killpg(process.pid, signal.SIGKILL)
        output, errors = process.communicate()
        errors += f"\nstill running after {timeout:.0f} s"
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def ended(done: subprocess.CompletedProcess[str]) -> str:
    status = f"signal {-done.returncode}" if done.returncode < 0 else f"status {done.returncode}"
    return f"{status}\n{done.stderr[-3000:].strip()}"


def answers(done: subprocess.CompletedProcess[str]) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def kinds(interpreter: Interpreter) -> dict[str, list[str]]:
    """The names of all calls, by kind."""
    code = "import json, every_kind; print(json.dumps({k: [f'{k}: {n}' for n in c] for k, c in every_kind.CALLS.items()}))"
    done = run([str(interpreter.venv_python), "-c", code], 120, cwd=PROGRAMS, env=environment(interpreter))
    if done.returncode != 0:
        raise Unusable(f"{interpreter.version}: cannot import the test module: {ended(done)}")
    return json.loads(done.stdout)


# The trials


def balance(interpreter: Interpreter, options: Options) -> Result:
    complaints, made = [], 0

    def work(names: list[str]) -> subprocess.CompletedProcess[str]:
        command = [str(interpreter.venv_python), str(PROGRAMS / "balance.py"), str(options.calls), *names]
        return run(command, 6 * 3600, env=environment(interpreter))

    groups = [options.names] if options.names else list(kinds(interpreter).values())
    with ThreadPoolExecutor(options.jobs) as pool:
        for names, done in zip(groups, pool.map(work, groups)):
            found = answers(done)
            if done.returncode != 0:
                complaints.append(f"{names[len(found)]}: {ended(done)}")
            for answer in found:
                made += answer["times"]
                # What counts has some numbers of its own.
                if answer["references"] or answer["python"] >= 50 or answer["rust"] >= 10:
                    complaints.append(json.dumps(answer))
    count = sum(map(len, groups))
    return Result(not complaints, f"{count} kinds, {made:,} calls", complaints)


MODULES = [
    "arguments", "buffers", "callbacks", "classes", "collected", "complex_enums", "containers", "coroutines", "datetimes",
    "derives", "enums", "errors", "function_form", "functions", "inheritance", "modules", "operators", "options", "properties",
    "protocols", "references", "scalars", "text", "threads",
]  # fmt: skip


def memory(interpreter: Interpreter, options: Options) -> Result:
    complaints, refused = [], 0
    progress = LOGS / f"{interpreter.version}-progress"
    groups = [options.names] if options.names else list(kinds(interpreter).values())
    work = [(how, names) for how in (["warm"], ["warm", "--for-good"]) for names in groups]
    # CPython 3.13 spoils the dictionary of a type that it has no memory for (`dictresize`), and follows it afterwards.
    if interpreter.minor != 13:
        work += [(["cold"], names) for names in groups]
        if not options.names:
            work += [(["import"], [module]) for module in MODULES]

    def refuse(number: int) -> subprocess.CompletedProcess[str]:
        how, names = work[number]
        command = [str(interpreter.venv_python), str(PROGRAMS / "no_memory.py"), *how, *names]
        place = str(progress.with_name(f"{progress.name}-{number}"))
        return run(command, 3600, env=environment(interpreter, EXUVIA_PROGRESS=place, PYTHONMALLOC="pymalloc_debug"))

    with ThreadPoolExecutor(options.jobs) as pool:
        for number, done in enumerate(pool.map(refuse, range(len(work)))):
            how = " ".join(work[number][0])
            if done.returncode != 0:
                place = progress.with_name(f"{progress.name}-{number}").read_text(errors="replace").strip()
                complaints.append(f"{how}, {place}: {ended(done)}")
            for answer in answers(done):
                refused += answer["refused"]
                if answer["wrong"] or answer.get("leaks"):
                    complaints.append(f"{how}, {json.dumps(answer)}")
    for path in LOGS.glob(f"{progress.name}-*"):
        path.unlink()
    return Result(not complaints, f"{refused:,} allocations refused", complaints)


def threads(interpreter: Interpreter, options: Options) -> Result:
    command = [str(interpreter.venv_python), str(PROGRAMS / "stress_threads.py"), str(options.seconds)]
    done = run(command, options.seconds * 12 + 120, env=environment(interpreter))
    if done.returncode != 0:
        return Result(False, "died", [ended(done)])
    (answer,) = answers(done)
    kept = answer["kept"]
    complaints = [f"kept: {kept}"] if any(kept.values()) else []
    return Result(not complaints, f"{sum(answer['operations']):,} operations", complaints)


def endings(interpreter: Interpreter, options: Options) -> Result:
    # It holds no more than what is written there.
    sys.path.insert(0, str(PROGRAMS))
    from ends import ENDINGS, program

    work = [name for name in ENDINGS for _ in range(options.times)]

    def end(name: str) -> str | None:
        ending = ENDINGS[name]
        done = run([str(interpreter.venv_python), "-c", program(ending)], 120, env=environment(interpreter))
        told = done.stderr == "" or (ending.told is not None and ending.told in done.stderr)
        if (done.returncode, done.stdout) == (ending.status, ending.output) and told:
            return None
        return f"{name}: {done.stdout!r}, {ended(done)}"

    with ThreadPoolExecutor(max(options.jobs, 2) * 2) as pool:
        complaints = [complaint for complaint in pool.map(end, work) if complaint]
    return Result(not complaints, f"{len(ENDINGS)} ways, {len(work):,} endings", complaints)


def sanitizer() -> Path:
    """The run-time library, which has to be there before Python's own allocations."""
    found = subprocess.run([os.environ.get("CC", "cc"), "-print-file-name=libasan.so"], capture_output=True, text=True)
    library = Path(found.stdout.strip())
    if not library.is_absolute():
        raise Unusable("no libasan.so: on Debian or Ubuntu it comes with gcc (libgcc-12-dev)")
    return library


def host() -> str:
    """The target that the compiler builds for by itself."""
    told = subprocess.run(["rustc", "-vV"], capture_output=True, text=True).stdout
    return next(line.split()[1] for line in told.splitlines() if line.startswith("host:"))


def address(interpreter: Interpreter, options: Options) -> Result:
    library = sanitizer()
    folder = interpreter.folder / "address"
    built = run(
        # With a target named, what runs while building is left as it is.
        ["cargo", "build", "--locked", "--target", host()],
        3600,
        cwd=BINDINGS,
        env=environment(
            interpreter,
            CARGO_TARGET_DIR=str(folder),
            PYO3_PYTHON=str(interpreter.venv_python),
            # Sanitizers are not stable: this lets the stable compiler have them.
            RUSTC_BOOTSTRAP="1",
            RUSTFLAGS="-Zsanitizer=address",
        ),
    )
    if built.returncode != 0:
        return Result(False, "DOES NOT BUILD", [built.stderr[-5000:]])
    module = folder / "python"
    module.mkdir(exist_ok=True)
    shutil.copy(folder / host() / "debug" / "libexuvia_bindings_tests.so", module / "exuvia_bindings_tests.so")
    report = LOGS / f"{interpreter.version}-address-report"
    for old in LOGS.glob(f"{report.name}.*"):
        old.unlink()
    done = run(
        [str(interpreter.venv_python), "-m", "pytest", "-q", "-p", "no:cacheprovider", *options.names],
        3 * 3600,
        cwd=BINDINGS,
        env=environment(
            interpreter,
            LD_PRELOAD=str(library),
            PYTHONPATH=str(module),
            # Every object of Python's is then a block that the sanitizer knows.
            PYTHONMALLOC="malloc",
            # Leaks are looked for by the other trials: Python leaves much behind when it ends.
            ASAN_OPTIONS=f"detect_leaks=0:allocator_may_return_null=1:log_path={report}",
        ),
    )
    passed, failed = suite.tally(done.stdout)
    reports = [path.read_text(errors="replace") for path in sorted(LOGS.glob(f"{report.name}.*"))]
    complaints = [each for each in reports if "ERROR: AddressSanitizer" in each]
    if done.returncode != 0:
        complaints.append(f"{done.stdout[-5000:]}\n{ended(done)}")
    return Result(not complaints, f"{passed} passed" + (f", {failed} FAILED" if failed else ""), complaints)


def damage(interpreter: Interpreter, options: Options) -> Result:
    version = f"3.{interpreter.minor}"
    done = run(
        ["cargo", "test", "--release", "--locked", "-p", "exuvia-pack", "--test", "faults"],
        6 * 3600,
        cwd=ROOT,
        env={
            **os.environ,
            "EXUVIA_FAULTS": str(options.faults),
            "EXUVIA_TEST_PYTHON": version,
            # Where an interpreter was named, it is the one of its version.
            "PATH": f"{interpreter.executable.parent}:{os.environ['PATH']}",
        },
    )
    is_well = done.returncode == 0 and " ... ok" in done.stdout
    complaints = [] if is_well else [f"{done.stdout[-5000:]}\n{ended(done)}"]
    return Result(is_well, f"{options.faults:,} flipped bits, {options.faults // 4:,} cuts", complaints)


FUZZ = ROOT / "crates" / "exuvia-archive" / "fuzz"
# Tells libFuzzer which branches are taken (what `cargo fuzz build --sanitizer none` passes, which runs on a stable compiler).
COVERAGE = (
    "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
    " -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
    " -Cllvm-args=-sanitizer-coverage-trace-compares"
)


def fuzz(_: Interpreter, options: Options) -> Result:
    target = ROOT / "target" / "soak-fuzz"
    built = run(
        ["cargo", "build", "--release", "--locked", "--manifest-path", str(FUZZ / "Cargo.toml"), "--target", host()],
        3600,
        env={**os.environ, "CARGO_TARGET_DIR": str(target), "RUSTFLAGS": COVERAGE},
    )
    if built.returncode != 0:
        return Result(False, "DOES NOT BUILD", [built.stderr[-5000:]])
    seeds = target / "seeds"
    shutil.copytree(FUZZ / "seeds", seeds, dirs_exist_ok=True)
    (seeds / "elf").mkdir(exist_ok=True)
    shutil.copy(shutil.which("true"), seeds / "elf" / "true")
    complaints, tried = [], 0

    def feed(name: str) -> subprocess.CompletedProcess[str]:
        corpus, found = target / "corpus" / name, LOGS / f"fuzz-{name}-"
        corpus.mkdir(parents=True, exist_ok=True)
        return run(
            [
                str(target / host() / "release" / name), str(corpus), str(seeds / name), f"-artifact_prefix={found}",
                f"-max_total_time={options.seconds}", "-timeout=20", "-rss_limit_mb=4096", "-max_len=65536", "-print_final_stats=1",
            ],
            options.seconds * 3 + 600,
        )  # fmt: skip

    names = [path.stem for path in sorted((FUZZ / "fuzz_targets").glob("*.rs"))]
    with ThreadPoolExecutor(options.jobs) as pool:
        for name, done in zip(names, pool.map(feed, names)):
            counted = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
            tried += int(counted[1]) if counted else 0
            if done.returncode != 0 or not counted:
                complaints.append(f"{name}: {ended(done)}")
    return Result(not complaints, f"{len(names)} parsers, {tried:,} inputs", complaints)


# Trials that need no test module, and of these the ones that need no interpreter and are made once.
OF_PACKING = {"damage", "fuzz"}
ONCE = {"fuzz"}

TRIALS: dict[str, Callable[[Interpreter, Options], Result]] = {
    "balance": balance,
    "memory": memory,
    "threads": threads,
    "endings": endings,
    "address": address,
    "damage": damage,
    "fuzz": fuzz,
}


# The run


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="What follows -- are the calls to make (balance, memory), or arguments for pytest (address).",
    )  # fmt: skip
    parser.add_argument("--python", action="append", metavar="PATH", help="use this interpreter; may be repeated")
    parser.add_argument("--only", action="append", choices=TRIALS, help="this trial; may be repeated")
    parser.add_argument("--calls", type=int, default=1_000_000, help="calls of each kind (balance)")
    parser.add_argument("--seconds", type=int, default=120, help="how long threads run (threads), and each parser is fed (fuzz)")
    parser.add_argument("--times", type=int, default=100, help="how often each ending (endings)")
    parser.add_argument("--faults", type=int, default=10_000, help="damaged copies to run (damage)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="programs at once (default: %(default)s)")
    parser.add_argument("names", nargs="*", metavar="-- NAME")
    return parser.parse_args()


def main() -> int:
    chosen = arguments()
    options = Options(chosen.calls, chosen.seconds, chosen.times, chosen.faults, chosen.jobs, chosen.names)
    trials = [name for name in TRIALS if not chosen.only or name in chosen.only]
    LOGS.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    try:
        interpreters = [suite.chosen(each) for each in chosen.python] if chosen.python else suite.discover()
        if not interpreters:
            raise Unusable("no CPython from 3.10 on was found. Install one, or name it with --python PATH.")
        if "address" in trials:
            sanitizer()
    except Unusable as problem:
        print(f"soak: {problem}", file=sys.stderr)
        return 2
    project = next(each for each in suite.PROJECTS if each.name == "bindings")
    words: dict[str, list[str]] = {}
    failed = 0
    for interpreter in interpreters:
        words[interpreter.version] = row = []
        problem = None
        if not OF_PACKING.issuperset(trials):
            problem = suite.prepare_venv(interpreter)
            if problem is None:
                built = suite.build(project, interpreter, oracle=False)
                problem = built.stdout if built.returncode != 0 else None
        if problem is not None:
            say(problem)
            row.append("DOES NOT BUILD")
            failed += 1
            continue
        for name in trials:
            if name in ONCE and interpreter is not interpreters[0]:
                row.append("")
                continue
            started = time.monotonic()
            try:
                result = TRIALS[name](interpreter, options)
            except Unusable as unusable:
                result = Result(False, "COULD NOT RUN", [str(unusable)])
            log = LOGS / f"{interpreter.version}-{name}.txt"
            log.write_text("\n\n".join([result.words, *result.complaints]) + "\n")
            failed += not result.ok
            word = result.words if result.ok else f"{result.words}: {len(result.complaints)} WRONG"
            row.append(word)
            say(f"{interpreter.version} {name}: {word} ({time.monotonic() - started:.0f} s)")
            for complaint in result.complaints[:5]:
                say(f"    {complaint[:1500]}")
            if result.complaints:
                say(f"    all of it: {log.relative_to(ROOT)}")
    say(f"\n{table(trials, words)}\n\n{time.monotonic() - begun:.0f} s, {failed} failed")
    return 1 if failed else 0


def table(trials: list[str], words: dict[str, list[str]]) -> str:
    rows = [["python", *trials], *([version, *row] for version, row in words.items())]
    rows = [row + [""] * (len(trials) + 1 - len(row)) for row in rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


if __name__ == "__main__":
    sys.exit(main())
