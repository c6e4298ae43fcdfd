"""A thousand calls of every kind leave references and memory as they were. `make soak` makes a million of each."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from every_kind import CALLS

PROGRAM = Path(__file__).parent / "balance.py"


@pytest.mark.parametrize("kind", CALLS)
def test_a_thousand_calls(kind):
    names = [f"{kind}: {name}" for name in CALLS[kind]]
    done = subprocess.run([sys.executable, str(PROGRAM), "1000", *names], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["name"] for answer in answers] == names
    for answer in answers:
        assert answer["references"] == [], answer
        # What counts has some numbers of its own.
        assert answer["python"] < 50 and answer["rust"] < 10, answer
