"""The interpreter ends with objects of Rust's and with threads still there, in the way it always ends. `make soak` ends more often."""

import subprocess
import sys

import pytest
from ends import ENDINGS, program
from exuvia_bindings_tests import ENGINE


@pytest.mark.parametrize("name", ENDINGS)
def test_endings(name):
    ending = ENDINGS[name]
    if ending.unwinds and ENGINE == "PyO3":
        pytest.skip("PyO3 0.30.1 lets CPython unwind the stack of such a thread, and the process aborts")
    done = subprocess.run([sys.executable, "-c", program(ending)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (ending.status, ending.output), done.stderr
    if ending.told is None:
        assert done.stderr == ""
    elif done.stderr:
        assert ending.told in done.stderr
