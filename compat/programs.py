"""A Rust program with Python inside, run: what it prints are its outcomes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from crates import WHEEL
from suites import TEST_SECONDS, Outcomes
from wheels import BUILD_SECONDS, environment, guarded, run


def is_program(folder: Path) -> bool:
    """Is it a program, and nothing that a wheel is built from?"""
    return (folder / "src" / "main.rs").is_file() and not any((folder / name).is_file() for name in WHEEL)


def run_program(source: Path, python: Path, target: Path, log: Path) -> Outcomes:
    """Builds the program in the folder and runs it there; every line that it prints has passed, and so has its end.

    Raises `Failed` where it does not build.
    """
    env = environment() | {
        "PYO3_PYTHON": str(python),
        "CARGO_TARGET_DIR": str(target),
        "CARGO_TERM_COLOR": "never",
        "LD_LIBRARY_PATH": library_folder(python),
        # Lines are in the same order in both runs.
        "PYTHONHASHSEED": "0",
    }
    run(["cargo", "build"], log, "does not build", env, BUILD_SECONDS, source)
    printed = log.with_name("printed.log")
    with printed.open("w") as output:
        status = guarded(["cargo", "run", "--quiet"], output, env, TEST_SECONDS, source)
    outcomes = Outcomes({"ends with status 0": "passed" if status == 0 else "failed"}, log=printed)
    for line in printed.read_text(errors="replace").splitlines():
        outcomes.of[f"prints {line!r}"] = "passed"
    if status is None:
        outcomes.problem = f"did not come to an end within {TEST_SECONDS} s"
    elif status != 0:
        outcomes.problem = f"ended with status {status}"
    return outcomes


def library_folder(python: Path) -> str:
    """Where the interpreter's shared library is, which may be outside of the system's folders."""
    asked = "import sysconfig; print(sysconfig.get_config_var('LIBDIR') or '')"
    return subprocess.run([python, "-c", asked], capture_output=True, text=True, check=True).stdout.strip()
