"""The measurement, on a twin and a port that are both Python."""

import json

import pytest
from commands import part, record

TWIN = "def f(items, count):\n    total = 0\n    for item in items:\n        total += item * count\n    return total\n"


@pytest.fixture
def order(tmp_path):
    (tmp_path / "pkg.py").write_text(TWIN)
    (tmp_path / "app.py").write_text("from pkg import f\nfor i in range(5): f(list(range(2000)), i)\n")
    record(tmp_path, ["pkg:f"], "app.py")
    [file] = (tmp_path / "out").iterdir()
    return {"root": str(tmp_path), "function": "pkg:f", "recording": str(file), "seconds": 0.3}, tmp_path


def test_twin_and_port_are_measured_in_pairs(order):
    order, folder = order
    half = TWIN.replace("in items", "in items[::2]")
    (folder / "pkg.py").write_text(TWIN + "_exuvia_twins = {'f': f}\n" + half)
    found = json.loads(part("measure", order))
    assert found["calls"] == 5 and found["rounds"] >= 3
    assert 0 < found["ratio_at_least"] <= found["ratio"] <= found["ratio_at_most"]
    assert found["twin_low"] <= found["twin_seconds"] <= found["twin_high"]


def test_calls_that_the_port_hands_to_its_twin_are_counted(order):
    order, folder = order
    port = "_exuvia_twins = {'f': f}\ndef f(items, count):\n    return 0 if not count else _exuvia_twins['f'](items, count)\n"
    (folder / "pkg.py").write_text(TWIN + port)
    found = json.loads(part("measure", order))
    assert (found["calls"], found["handed_over"]) == (5, 4)


def test_a_function_that_changes_its_arguments_gets_fresh_ones(order):
    order, folder = order
    twin = "def f(items, count):\n    assert len(items) == 2000\n    items.clear()\n"
    (folder / "pkg.py").write_text(twin + "_exuvia_twins = {'f': f}\n" + twin)
    # Without fresh arguments the second round would raise.
    assert json.loads(part("measure", order))["calls"] == 5


def test_without_a_port_there_is_nothing_to_measure(order):
    order, _folder = order
    assert json.loads(part("measure", order))["problem"]["kind"] == "inactive"
