"""The replay of recorded calls, on a twin and a port that are both Python."""

import json

import pytest
from commands import part, record

TWIN = "def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\n"


def replay(folder):
    """What a replay of the recorded calls says of each."""
    [file] = (folder / "out").iterdir()
    order = {"root": str(folder), "function": "pkg:f", "recording": str(file)}
    order |= {"first": 0, "generated": 0, "generated_seconds": 1.0, "memory": 0}
    events = [json.loads(line) for line in part("replay", order).splitlines()]
    return [event for event in events if event["event"] == "done"]


def test_a_twin_that_calls_itself_does_not_call_the_port(tmp_path):
    (tmp_path / "pkg.py").write_text(TWIN)
    (tmp_path / "other.py").write_text("from pkg import f\n")
    (tmp_path / "app.py").write_text("import other\nother.f(6)\n")
    record(tmp_path, ["pkg:f"], "app.py")
    # Where the twin's own calls went to the port, f(6) would be 2 * 2 * … times too large in Python as well.
    port = "_twin = f\n_exuvia_twins = {'f': _twin}\nimport other\n\ndef f(n):\n    return 2 * _twin(n)\nother.f = f\n"
    (tmp_path / "pkg.py").write_text(TWIN + port)
    done = replay(tmp_path)
    assert not any(event.get("unlike_recording") for event in done)
    differences = [event["difference"] for event in done if event.get("difference")]
    assert {int(found["python"].split()[0]) for found in differences} <= {1, 2, 3, 5, 8}
    assert any("6" in found["call"] and found["python"].startswith("8") for found in differences)


SUM = "def f(items):\n    total = 0\n    for item in items:\n        total += item\n    return total\n"


def test_calls_that_the_port_hands_to_its_twin_are_counted(tmp_path):
    (tmp_path / "pkg.py").write_text(SUM)
    (tmp_path / "app.py").write_text("from pkg import f\nfor n in range(6): f([n] * n)\n")
    record(tmp_path, ["pkg:f"], "app.py")
    # Like a compiled port, this one is no Python code of the twin's, and asks the twin for half of the calls.
    port = "_exuvia_twins = {'f': f}\ndef f(items):\n    return sum(items) if len(items) % 2 else _exuvia_twins['f'](items)\n"
    (tmp_path / "pkg.py").write_text(SUM + port)
    done = replay(tmp_path)
    assert [event["equal"] for event in done] == [True] * 6
    assert [event["handed_over"] for event in done] == [True, False] * 3


@pytest.mark.parametrize(
    ("twin", "port", "where"),
    [
        ("raise ValueError('no')", "raise ValueError('yes')", "[exception.args[0] differs]"),
        ("return [1, {'a': 2}]", "return [1, {'a': 2.0}]", "[result[1]['a']: float instead of int]"),
        ("items.append(1)", "items.append(2)", "[args[0][0] differs]"),
        ("return 0.0", "return -0.0", "-0.0"),
    ],
)
def test_a_difference_says_where_it_is(tmp_path, twin, port, where):
    source = "def f(items):\n    %s\n"
    (tmp_path / "pkg.py").write_text(source % twin)
    (tmp_path / "app.py").write_text("from pkg import f\ntry: f([])\nexcept ValueError: pass\n")
    record(tmp_path, ["pkg:f"], "app.py")
    (tmp_path / "pkg.py").write_text(source % twin + "_exuvia_twins = {'f': f}\n" + source % port)
    [event] = replay(tmp_path)
    assert event["difference"]["rust"].endswith(where)
