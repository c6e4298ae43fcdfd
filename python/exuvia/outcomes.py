"""A pytest plugin that writes how every test ended: ``pytest -p exuvia.outcomes``.

``EXUVIA_OUTCOMES`` is a folder; every pytest process that runs tests of its own accord (not an xdist worker, whose results
its controller has) writes one JSON object there: outcome by node id. An outcome is ``passed``, ``failed``, ``skipped``,
``error`` (in set-up, tear-down or collection), ``xfailed`` or ``xpassed``.
"""

import json
import os

from . import process

_outcomes = {}


def pytest_runtest_logreport(report):
    """Takes in one phase of one test."""
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "xpassed" if report.passed else "xfailed"
    elif report.failed and report.when != "call":
        outcome = "error"
    if report.when == "call" or outcome != "passed":
        _outcomes[report.nodeid] = outcome


def pytest_collectreport(report):
    """Takes in a file that cannot be collected."""
    if report.failed:
        _outcomes[report.nodeid] = "error"


def pytest_sessionfinish(session):
    """Writes what was taken in."""
    folder = os.environ.get("EXUVIA_OUTCOMES")
    if folder and not hasattr(session.config, "workerinput"):
        data = json.dumps(_outcomes).encode("ascii")
        process.write(process.unique_name(folder) + ".json", [data])
