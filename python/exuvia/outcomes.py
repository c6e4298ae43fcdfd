"""A pytest plugin that writes how every test ended: ``pytest -p exuvia.outcomes``.

``EXUVIA_OUTCOMES`` is a folder; every pytest process writes a file ``*.outcomes`` of its own there, one JSON list a line:
node id and outcome; the last line of a test holds. An outcome is ``passed``, ``failed``, ``skipped``, ``error`` (in set-up,
tear-down or collection), ``xfailed``, ``xpassed`` or ``unfinished``, which stands from a test's start to its end: a test
that hangs, or takes the process down, stays so. An xdist worker writes nothing, since its controller has its results.
"""

import json
import os

from . import process

_lines = None
_outcomes = {}


def pytest_addoption():
    """Leaves a file from the first moment on: that it is there tells that pytest runs, whatever stops it later."""
    global _lines
    folder = os.environ.get("EXUVIA_OUTCOMES")
    if folder:
        _lines = open(process.unique_name(folder) + ".outcomes", "w", encoding="ascii")


def pytest_configure(config):
    """Keeps a worker of xdist silent."""
    global _lines
    if hasattr(config, "workerinput"):
        _lines = None


def pytest_runtest_logstart(nodeid):
    """Takes in that a test starts."""
    _tell(nodeid, "unfinished")


def pytest_runtest_logreport(report):
    """Takes in one phase of one test."""
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "xpassed" if report.passed else "xfailed"
    elif report.failed and report.when != "call":
        outcome = "error"
    if report.when == "call" or outcome != "passed":
        _outcomes[report.nodeid] = outcome


def pytest_runtest_logfinish(nodeid):
    """Writes how a test ended, its tear-down included."""
    _tell(nodeid, _outcomes.pop(nodeid, "error"))


def pytest_collectreport(report):
    """Takes in a file that cannot be collected."""
    if report.failed:
        _tell(report.nodeid, "error")


def _tell(nodeid, outcome):
    if _lines is not None:
        _lines.write(json.dumps([nodeid, outcome]) + "\n")
        # The process may be about to die.
        _lines.flush()
