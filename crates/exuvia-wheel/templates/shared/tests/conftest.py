"""Build and install the project for development, where it is not installed."""

import importlib
import importlib.util
import os
import site
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest


def pytest_configure():
    if importlib.util.find_spec("@MODULE@") is not None:
        return
    environment = os.environ | {"VIRTUAL_ENV": sys.prefix}
    command = [sys.executable, "-m", "maturin", "develop"]
    done = subprocess.run(command, cwd=Path(__file__).parent.parent, env=environment)
    if done.returncode != 0:
        pytest.exit(f"cannot build the project: {' '.join(command)} failed", returncode=2)
    # Python reads what names installations for development only when it starts.
    site.addsitedir(sysconfig.get_path("purelib"))
    importlib.invalidate_caches()
