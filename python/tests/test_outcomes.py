"""The pytest plugin that compares suites test by test."""

import json

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


def outcomes(folder):
    [file] = (folder / "outcomes").iterdir()
    return dict(json.loads(line) for line in file.read_text().splitlines())


def test_every_test_is_told_by_how_it_ended(tmp_path):
    (tmp_path / "test_it.py").write_text(TESTS)
    (tmp_path / "test_broken.py").write_text("import nothing_of_that_name")
    (tmp_path / "outcomes").mkdir()
    environ = {"PYTHONPATH": str(LIBRARY), "EXUVIA_OUTCOMES": str(tmp_path / "outcomes")}
    run(tmp_path, "-m", "pytest", "-q", "-p", "exuvia.outcomes", "-p", "no:cacheprovider", "--continue-on-collection-errors", environ=environ)
    found = outcomes(tmp_path)
    assert {name.rpartition("::")[2]: outcome for name, outcome in found.items()} == {
        "test_passes": "passed", "test_fails": "failed", "test_skipped": "skipped", "test_expected": "xfailed",
        "test_error": "error", "test_many[1]": "passed", "test_many[2]": "failed", "test_broken.py": "error",
    }  # fmt: skip


def test_a_test_that_takes_the_process_down_is_told(tmp_path):
    (tmp_path / "test_it.py").write_text("import os\ndef test_a(): pass\ndef test_b(): os._exit(9)\ndef test_c(): pass\n")
    (tmp_path / "outcomes").mkdir()
    environ = {"PYTHONPATH": str(LIBRARY), "EXUVIA_OUTCOMES": str(tmp_path / "outcomes")}
    run(tmp_path, "-m", "pytest", "-q", "-p", "exuvia.outcomes", "-p", "no:cacheprovider", environ=environ)
    assert outcomes(tmp_path) == {"test_it.py::test_a": "passed", "test_it.py::test_b": "unfinished"}


def test_pytest_leaves_word_of_itself_though_it_runs_nothing(tmp_path):
    (tmp_path / "outcomes").mkdir()
    environ = {"PYTHONPATH": str(LIBRARY), "EXUVIA_OUTCOMES": str(tmp_path / "outcomes")}
    run(tmp_path, "-m", "pytest", "-p", "exuvia.outcomes", "--no-such-option", environ=environ)
    assert outcomes(tmp_path) == {}
