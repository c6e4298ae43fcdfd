"""The replay of recorded calls, on a twin and a port that are both Python."""

import json

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
