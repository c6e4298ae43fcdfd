"""Threads that call, attach, detach, borrow and drop at once. `make soak` does so for longer."""

import gc
import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parent / "stress_threads.py"


def test_everything_at_once():
    done = subprocess.run(
        [sys.executable, str(PROGRAM), "2"], capture_output=True, text=True, timeout=120, env={**os.environ, "RUST_BACKTRACE": "0"}
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer = json.loads(done.stdout)
    assert min(answer["operations"]) > 0
    assert answer["kept"] == {"references": 0, "instances": 0}
    assert gc.isenabled()
