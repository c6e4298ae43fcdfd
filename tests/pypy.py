#!/usr/bin/env python3
"""Run the tests of the C libraries' wheels on PyPy: the wheels that `run_python_tests.py` built and tested on CPython.

    python3 tests/pypy.py

Takes the pypy3 on PATH, else unpacks Debian's packages into target/pypy, which needs no rights.

Exit status: 0 all passed, or there is no PyPy and none can be fetched, which is said; 1 something failed, 2 nothing could be run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from run_python_tests import PROJECTS, ROOT, WORK, Project, run, say, tally, universal_target

FOLDER = ROOT / "target" / "pypy"
PACKAGES = ["pypy3", "pypy3-lib", "pypy3-dev"]
# The newest that run on Python 3.9, which Debian 12's PyPy is, and what they need there.
PINS = ["pytest==8.4.2", "hypothesis==6.141.1", "exceptiongroup", "tomli", "typing_extensions"]


class NoPyPy(Exception):
    """There is none, and none can be had; the message says why."""


class Unusable(Exception):
    """The environment lacks something; the message says what and what to do."""


def unpacked() -> tuple[Path, dict[str, str]]:
    """Debian's PyPy, and what it needs in its environment where it is not installed."""
    root = FOLDER / "root"
    program = root / "usr" / "bin" / "pypy3"
    stamp = FOLDER / "unpacked"
    if not stamp.exists() or stamp.read_text() != "\n".join(PACKAGES):
        shutil.rmtree(FOLDER, ignore_errors=True)
        packages = FOLDER / "packages"
        packages.mkdir(parents=True)
        fetched = run(["apt-get", "download", *PACKAGES], cwd=packages)
        if fetched.returncode != 0 and os.geteuid() == 0:
            # What there is has never been asked for on this machine, or is of another day.
            run(["apt-get", "update"])
            fetched = run(["apt-get", "download", *PACKAGES], cwd=packages)
        if fetched.returncode != 0:
            shutil.rmtree(FOLDER)
            raise NoPyPy(f"{', '.join(PACKAGES)} cannot be fetched from Debian:\n{fetched.stdout}")
        for package in packages.glob("*.deb"):
            done = run(["dpkg-deb", "--extract", str(package), str(root)])
            if done.returncode != 0:
                raise Unusable(f"unpacking {package.name}:\n{done.stdout}")
        stamp.write_text("\n".join(PACKAGES))
    (library,) = (root / "usr" / "lib").glob("*/libpypy3*-c.so")
    return program, {"LD_LIBRARY_PATH": str(library.parent)}


def pypy() -> tuple[Path, dict[str, str]]:
    on_path = shutil.which("pypy3")
    if on_path:
        return Path(on_path), {}
    if not shutil.which("apt-get"):
        raise NoPyPy("there is no pypy3 on PATH, and no apt-get to fetch Debian's with")
    return unpacked()


def environment() -> Path:
    """The first of the environments in which the wheels were tested."""
    return min(WORK.glob("3.*/venv"))


def tools() -> Path:
    """The folder with pytest and what goes with it."""
    site = FOLDER / "site"
    stamp = site / "installed"
    if not stamp.exists() or stamp.read_text() != "\n".join(PINS):
        shutil.rmtree(site, ignore_errors=True)
        form = ["--python-version", "3.9", "--implementation", "py", "--abi", "none", "--platform", "any", "--only-binary", ":all:"]
        done = run([str(environment() / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--target", str(site), *form, *PINS])
        if done.returncode != 0:
            raise Unusable(f"installing {', '.join(PINS)} (is PyPI reachable?):\n{done.stdout}")
        stamp.write_text("\n".join(PINS))
    return site


def test(project: Project, program: Path, variables: dict[str, str], site: Path) -> subprocess.CompletedProcess[str]:
    env = os.environ | variables | universal_target(project) | {
        # What a project builds for its tests reads C by that environment's libclang.
        "VIRTUAL_ENV": str(environment()),
        "PYTHONPATH": f"{WORK / project.name / 'installed'}{os.pathsep}{site}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "RUST_BACKTRACE": "0",
    }
    once = ["--ignore", project.once] if project.once else []
    return run([str(program), "-m", "pytest", "-q", "-p", "no:cacheprovider", *once], cwd=project.folder, env=env)


def main() -> int:
    try:
        program, variables = pypy()
        projects = [project for project in PROJECTS if project.universal]
        for project in projects:
            if not (WORK / project.name / "installed").exists():
                raise Unusable(f"the wheel of {project.name} is not built. Run tests/run_python_tests.py first.")
        site = tools()
    except NoPyPy as problem:
        say(f"PyPy is left out: {problem}")
        return 0
    except Unusable as problem:
        print(f"pypy: {problem}", file=sys.stderr)
        return 2
    version = run([str(program), "--version"], env=os.environ | variables).stdout.split("\n")[-2].strip("[]")
    status = 0
    for project in projects:
        done = test(project, program, variables, site)
        passed, failed = tally(done.stdout)
        if done.returncode != 0 or not passed:
            status = 1
            say(done.stdout.rstrip())
        say(f"{version} {project.name}: {f'{passed} passed' if done.returncode == 0 else f'{failed} FAILED'}")
    return status


if __name__ == "__main__":
    sys.exit(main())
