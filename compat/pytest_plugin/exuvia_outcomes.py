"""A pytest plugin that writes the outcome of each test as it is known, so that a crash leaves all those before it.

Each line of the file in `EXUVIA_OUTCOMES` is a JSON array: what happened (`begun` or an outcome), and the test's id.
"""

import json
import os

OUTPUT = os.environ.get("EXUVIA_OUTCOMES")
# Read by this process alone: tests that start pytest themselves would write theirs among ours.
os.environ.pop("EXUVIA_OUTCOMES", None)


def write(event, nodeid):
    if OUTPUT:
        with open(OUTPUT, "a", encoding="utf-8") as file:
            file.write(json.dumps([event, nodeid]) + "\n")


def pytest_runtest_logstart(nodeid, location):
    write("begun", nodeid)


def pytest_runtest_logreport(report):
    if report.when == "call" or report.outcome != "passed":
        outcome = report.outcome
        if hasattr(report, "wasxfail"):
            outcome = "xpassed" if report.outcome == "passed" else "xfailed"
        elif report.when != "call" and report.outcome == "failed":
            outcome = "error"
        write(outcome, report.nodeid)


def pytest_collectreport(report):
    if report.failed:
        write("error", report.nodeid)
