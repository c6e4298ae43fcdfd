"""Runs programs the way the `exuvia` command does: with the probe in them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

LIBRARY = Path(__file__).resolve().parent.parent
BOOT = LIBRARY / "exuvia" / "boot"


def run(folder, *arguments, environ=(), **options):
    """Runs the interpreter in `folder`; standard output and error are text."""
    env = dict(os.environ, **dict(environ))
    return subprocess.run(
        [sys.executable, *arguments], cwd=folder, env=env, capture_output=True, text=True, timeout=20, **options
    )


def probe(what, folder, out, **more):
    """The environment that makes the probe enter."""
    out.mkdir(exist_ok=True)
    environ = {"EXUVIA_PROBE": what, "EXUVIA_PROBE_OUT": str(out), "EXUVIA_PROBE_ROOT": str(folder)}
    return {**environ, "PYTHONPATH": str(BOOT), **more}


def scan(folder, *arguments, environ=()):
    """Runs a program under the profiler: the finished process and the profiles that it left."""
    out = Path(folder) / "out"
    shutil.rmtree(out, ignore_errors=True)
    done = run(folder, *arguments, environ={**probe("scan", folder, out), **dict(environ)})
    return done, [json.loads(path.read_text()) for path in sorted(out.glob("*.json"))]


def record(folder, targets, *arguments, limits="1000 1000000"):
    """Runs a program under the recorder: the finished process and the recordings that it left, by function."""
    from exuvia import recording

    out = Path(folder) / "out"
    more = {"EXUVIA_PROBE_TARGETS": " ".join(targets), "EXUVIA_PROBE_LIMITS": limits}
    done = run(folder, *arguments, environ=probe("record", folder, out, **more))
    found = {}
    for path in sorted(out.glob("*.calls")):
        header, calls = recording.load(path)
        found.setdefault(header["function"], []).append((header, calls))
    return done, found


def part(name, order, environ=()):
    """Runs one of the parts that have an interpreter of their own; its standard output."""
    env = dict(os.environ, PYTHONPATH=str(LIBRARY), **dict(environ))
    done = subprocess.run(
        [sys.executable, "-m", "exuvia", name],
        input=json.dumps(order), env=env, capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
