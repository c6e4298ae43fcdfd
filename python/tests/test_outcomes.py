"""The pytest plugin that compares suites test by test."""

import json

import pytest
from commands import LIBRARY, run

TESTS = """
import pytest
def test_passes(): pass
def test_fails(): assert False
@pytest.mark.skip
def test_skipped(): pass
@pytest.mark.xfail
def test_expected(): assert False
@pytest.fixture
def broken(): raise OSError
def test_error(broken): pass
@pytest.mark.parametrize("n", [1, 2])
def test_many(n): assert n == 1
"""


def test_every_test_is_told_by_how_it_ended(tmp_path):
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "test_broken.py").write_text("import nothing_of_that_name")
    (tmp_path / "outcomes").mkdir()
    environ = {"PYTHONPATH": str(LIBRARY), "EXUVIA_OUTCOMES": str(tmp_path / "outcomes")}
    run(tmp_path, "-m", "pytest", "-q", "-p", "exuvia.outcomes", "-p", "no:cacheprovider", "--continue-on-collection-errors", environ=environ)
    [file] = (tmp_path / "outcomes").iterdir()
    found = json.loads(file.read_text())
    assert {name.rpartition("::")[2]: outcome for name, outcome in found.items()} == {
        "test_passes": "passed", "test_fails": "failed", "test_skipped": "skipped", "test_expected": "xfailed",
        "test_error": "error", "test_many[1]": "passed", "test_many[2]": "failed", "test_broken.py": "error",
    }  # fmt: skip
