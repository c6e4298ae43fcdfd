"""The interpreter ends with objects of Rust's and with threads still there, in the way it always ends. `make soak` ends more often."""

import subprocess
import sys

import exuvia_bindings_tests
import pytest
from ends import ENDINGS, program


@pytest.mark.skipif(exuvia_bindings_tests.ENGINE == "PyO3", reason="what is told differs there")
@pytest.mark.parametrize("name", ENDINGS)
def test_endings(name):
    ending = ENDINGS[name]
    done = subprocess.run([sys.executable, "-c", program(ending)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (ending.status, ending.output), done.stderr
    if ending.told is None:
        assert done.stderr == ""
    elif done.stderr:
        assert ending.told in done.stderr
