"""Without memory: each allocation of CPython's is refused in turn; what comes of it is a `MemoryError` or what comes of it ever."""

import json
import os
import subprocess
import sys
from pathlib import Path

import exuvia_bindings_tests
import pytest

pytest.importorskip("_testcapi", reason="this interpreter cannot refuse memory")
pytestmark = pytest.mark.skipif(exuvia_bindings_tests.ENGINE == "PyO3", reason="PyO3 0.30.1 panics without memory")

from every_kind import CALLS  # noqa: E402

PROGRAM = Path(__file__).parent / "no_memory.py"


def refuse(tmp_path, *arguments):
    progress = tmp_path / "progress"
    environment = {**os.environ, "EXUVIA_PROGRESS": str(progress), "PYTHONMALLOC": "pymalloc_debug"}
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True, env=environment, timeout=300
    )
    assert done.returncode == 0, f"status {done.returncode} in {progress.read_text().strip()}\n{done.stderr[-2000:]}"
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers
    return answers


@pytest.mark.parametrize("kind", CALLS)
def test_calls(tmp_path, kind):
    """One allocation fails, of a call that has been made before."""
    for answer in refuse(tmp_path, "warm", *(f"{kind}: {name}" for name in CALLS[kind])):
        assert answer["wrong"] == [], answer["name"]
        assert not answer["leaks"], answer


@pytest.mark.parametrize("kind", ["functions", "classes", "containers", "errors"])
def test_calls_when_memory_is_gone_for_good(tmp_path, kind):
    for answer in refuse(tmp_path, "warm", "--for-good", *(f"{kind}: {name}" for name in CALLS[kind])):
        assert answer["wrong"] == [], answer["name"]


def test_first_calls(tmp_path):
    """One allocation fails, of the first call of its kind, which makes what is kept."""
    names = [
        "functions: panics", "arguments: keyword only", "arguments: unicode names", "containers: no sequence", "errors: own",
        "text: intern", "dates: date", "dates: date parts", "dates: delta",
    ]  # fmt: skip
    for answer in refuse(tmp_path, "cold", *names):
        assert answer["wrong"] == [], answer["name"]


@pytest.mark.skipif(sys.version_info[:2] == (3, 13), reason="CPython 3.13 spoils the dictionary of a type it has no memory for")
def test_imports(tmp_path):
    """Every seventh allocation fails, of an import that makes classes, enumerations and exceptions."""
    for answer in refuse(tmp_path, "import", "--stride", "7", "enums", "inheritance", "modules"):
        assert answer["refused"] > 10
        assert answer["wrong"] == [], answer["name"]
