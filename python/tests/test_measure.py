"""The measurement, on a twin and a port that are both Python."""

import json

import pytest
from commands import part, record

TWIN = "def f(items, count):\n    total = 0\n    for item in items:\n        total += item * count\n    return total\n"


def measured(order, least, most):
    """The measurement; on a machine that others keep busy the first few may be off."""
    for _ in range(8):
        found = json.loads(part("measure", order))
        if least < found["ratio"] < most:
            break
    return found


@pytest.fixture
def order(tmp_path):
    (tmp_path / "pkg.py").write_text(TWIN)
    (tmp_path / "app.py").write_text("from pkg import f\nfor i in range(5): f(list(range(2000)), i)\n")
    record(tmp_path, ["pkg:f"], "app.py")
    [file] = (tmp_path / "out").iterdir()
    return {"root": str(tmp_path), "function": "pkg:f", "recording": str(file), "seconds": 0.3}, tmp_path


def test_a_port_that_does_half_the_work_is_about_twice_as_fast(order):
    order, folder = order
    half = TWIN.replace("in items", "in items[::2]")
    (folder / "pkg.py").write_text(TWIN + "_exuvia_twins = {'f': f}\n" + half)
    found = measured(order, 1.2, 4)
    assert found["calls"] == 5 and found["rounds"] >= 3
    assert 1.2 < found["ratio"] < 4 and found["ratio_at_least"] <= found["ratio"] <= found["ratio_at_most"]
    assert found["twin_low"] <= found["twin_seconds"] <= found["twin_high"]


def test_calls_that_the_port_hands_to_its_twin_are_counted(order):
    order, folder = order
    port = "_exuvia_twins = {'f': f}\ndef f(items, count):\n    return 0 if not count else _exuvia_twins['f'](items, count)\n"
    (folder / "pkg.py").write_text(TWIN + port)
    found = json.loads(part("measure", order))
    assert (found["calls"], found["handed_over"]) == (5, 4)


def test_a_function_that_changes_its_arguments_gets_fresh_ones(order):
    order, folder = order
    # An exception would be taken for the function's own: what has been used before ends the process.
    twin = "import os\ndef f(items, count):\n    len(items) == 2000 or os._exit(3)\n    items.clear()\n"
    (folder / "pkg.py").write_text(twin + "_exuvia_twins = {'f': f}\n" + twin)
    found = measured(order, 0.2, float("inf"))
    assert found["calls"] == 5 and found["ratio"] > 0.2


def test_without_a_port_there_is_nothing_to_measure(order):
    order, _folder = order
    assert json.loads(part("measure", order))["problem"]["kind"] == "inactive"
