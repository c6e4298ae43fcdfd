"""The libraries that the clients are built with."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal, getcontext
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Build:
    include: Path
    # For cffi, which has no preprocessor.
    header: Path
    shared: Path
    static: Path


@pytest.fixture(scope="session")
def build():
    environment = {"VIRTUAL_ENV": sys.prefix} | os.environ

    def cargo(*words):
        done = subprocess.run(["cargo", *words], cwd=PROJECT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    cargo("build", "--locked")
    folder = Path(json.loads(cargo("metadata", "--no-deps", "--format-version=1"))["target_directory"])
    return Build(PROJECT / "include", folder / "header.h", folder / "debug/libpi.so", folder / "debug/libpi.a")


@pytest.fixture(scope="session")
def pi():
    """pi to 1010 places by the arithmetic-geometric mean (Brent 1976, Salamin 1976), which the library knows nothing of."""
    getcontext().prec = 1020
    a, b, t, p = Decimal(1), 1 / Decimal(2).sqrt(), Decimal("0.25"), 1
    while abs(a - b) > Decimal(10) ** -1015:
        mean = (a + b) / 2
        a, b, t, p = mean, (a * b).sqrt(), t - p * (a - mean) ** 2, 2 * p
    return (a + b) ** 2 / (4 * t)
