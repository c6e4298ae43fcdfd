"""What is reported of the recordings of a command."""

import json

from commands import part, record

SOURCE = """
LETTERS = b"abc"
NOTHING = object()
class Odd(int): pass
def f(a, b=LETTERS, c="\\u00e9", d=(1, [2.5]), e=NOTHING, g=Odd(3), *, h=float("nan"), i=-1, j="x" * 500): pass
"""


def test_defaults_that_a_literal_says_are_told_in_ascii(tmp_path):
    (tmp_path / "pkg.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "app.py").write_text("import pkg\npkg.f(1, e=2, g=3)\n")
    record(tmp_path, ["pkg:f"], "app.py")
    (tmp_path / "to").mkdir()
    order = {"root": str(tmp_path), "from": str(tmp_path / "out"), "to": str(tmp_path / "to")}
    [report] = json.loads(part("join", {**order, "functions": ["pkg:f"], "calls": 10, "bytes": 10**6}))
    assert report["defaults"] == {"b": "b'abc'", "c": r"'\xe9'", "d": "(1, [2.5])", "i": "-1"}
