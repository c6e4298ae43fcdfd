"""Recording files: whole or refused, and the calls as they were."""

import json
import pickle
import signal

import pytest
from commands import part, record
from exuvia import recording
from hypothesis import given, settings
from hypothesis import strategies as st

PACKAGE = """
import functools

def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

def push(items, item, *, times=1):
    items.extend([item] * times)
    return items

def fail(value):
    raise KeyError(value)

def opaque(value):
    return lambda: value

def numbers():
    yield 1

class Base:
    def __init__(self, value):
        self.value = value

class Child(Base):
    def __init__(self, value):
        super().__init__(value)

    @classmethod
    def make(cls, value):
        return cls(value)

TABLE = {"push": push}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pkg.py").write_text(PACKAGE)
    return tmp_path


def calls_of(recordings, name):
    [(header, calls)] = recordings[name]
    return header, [(pickle.loads(before), pickle.loads(after)) for before, after in calls]


BLOCKS = st.lists(st.tuples(st.binary(max_size=200), st.binary(max_size=200)), max_size=5)


@given(BLOCKS, st.data())
@settings(max_examples=200, deadline=None)
def test_a_recording_comes_back_as_it_was_and_never_in_part(tmp_path_factory, calls, data):
    path = str(tmp_path_factory.mktemp("r") / "x.calls")
    recording.save(path, {"function": "m:f", "recorded": len(calls)}, calls)
    header, loaded = recording.load(path)
    assert loaded == calls and header["function"] == "m:f"
    with open(path, "rb") as file:
        whole = file.read()
    cut = data.draw(st.integers(0, len(whole) - 1))
    with open(path, "wb") as file:
        file.write(whole[:cut])
    with pytest.raises(recording.Damaged):
        recording.load(path)
    flipped = bytearray(whole)
    flipped[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with open(path, "wb") as file:
        file.write(flipped)
    try:
        assert recording.load(path)[1] == calls, "only the header may have changed"
    except recording.Damaged:
        pass


def test_arguments_before_and_after_with_what_they_share(folder):
    (folder / "app.py").write_text(
        "from pkg import push, TABLE\nitems = [0]\npush(items, items)\nTABLE['push']([1], 2, times=2)\n"
    )
    done, recordings = record(folder, ["pkg:push"], "app.py")
    assert done.returncode == 0, done.stderr
    header, [first, second] = calls_of(recordings, "pkg:push")
    (args, kwargs), (kind, value, after, _kwargs) = first
    assert args[0] is args[1] and args[0] == [0] and kind == "returned"
    assert value is after[0] and value[1] is value
    assert second[0] == (([1], 2), {"times": 2}) and second[1][1] == [1, 2, 2]
    assert header["calls"] == header["recorded"] == 2


def test_exceptions_recursion_and_results_that_cannot_be_pickled(folder):
    (folder / "app.py").write_text(
        "from pkg import *\nfib(10)\nopaque(1)\nopaque(lambda: 1)\n"
        "try: fail('k')\nexcept KeyError as error: print(error.args)\n"
    )
    done, recordings = record(folder, ["pkg:fib", "pkg:fail", "pkg:opaque"], "app.py")
    assert done.stdout == "('k',)\n", done.stderr
    header, calls = calls_of(recordings, "pkg:fib")
    assert (header["calls"], [after[1] for _before, after in calls]) == (1, [55])
    _header, [(_before, after)] = calls_of(recordings, "pkg:fail")
    assert after[0] == "raised" and type(after[1]) is KeyError and after[1].args == ("k",)
    header, [(_before, after)] = calls_of(recordings, "pkg:opaque")
    assert after[:2] == ("opaque", "function") and sum(header["unpicklable"].values()) == 1


def test_methods_closures_and_signatures_survive_being_watched(folder):
    (folder / "app.py").write_text(
        "import inspect\nfrom pkg import Child\nprint(Child.make(3).value, inspect.signature(Child.make))\n"
    )
    done, recordings = record(folder, ["pkg:Child.__init__", "pkg:Child.make"], "app.py")
    assert done.stdout == "3 (value)\n", done.stderr
    (make, _calls), (init, _calls) = recordings["pkg:Child.make"][0], recordings["pkg:Child.__init__"][0]
    assert make["calls"] == 1 and init["recorded"] == 1


def test_what_is_kept_is_bounded_and_spread_over_the_run(folder):
    (folder / "app.py").write_text("from pkg import push\nfor i in range(5000):\n    push([], i)\n")
    _done, recordings = record(folder, ["pkg:push"], "app.py", limits="100 1000000")
    header, calls = calls_of(recordings, "pkg:push")
    kept = [before[0][1] for before, _after in calls]
    assert header["calls"] == 5000 and len(kept) <= 100 and kept[:50] == list(range(50))
    assert max(kept) > 3000 and kept == sorted(kept)
    _done, recordings = record(folder, ["pkg:push"], "app.py", limits="100000 4000")
    sizes = [sum(len(before) + len(after) for before, after in calls) for _header, calls in recordings["pkg:push"]]
    assert min(sizes) <= 4000


def test_the_same_arguments_again_are_not_kept_again(folder):
    (folder / "app.py").write_text("from pkg import fib\nfor _ in range(30): fib(3)\n")
    _done, recordings = record(folder, ["pkg:fib"], "app.py")
    header, calls = calls_of(recordings, "pkg:fib")
    assert (header["calls"], len(calls), header["repeated"]) == (30, 2, 28)


def test_a_killed_program_leaves_no_recording(folder):
    (folder / "app.py").write_text("import os, signal\nfrom pkg import fib\nfib(3)\nos.kill(os.getpid(), signal.SIGKILL)\n")
    done, recordings = record(folder, ["pkg:fib"], "app.py")
    assert done.returncode == -signal.SIGKILL and recordings == {} and list((folder / "out").iterdir()) == []


def test_processes_are_joined_and_types_summed_up(folder):
    (folder / "app.py").write_text(
        "import multiprocessing\nfrom pkg import push, fib\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.get_context('fork').Pool(2) as pool:\n"
        "        pool.starmap(push, [([i], 'x') for i in range(20)], chunksize=1)\n"
        "    push([2**70, None], 1.5)\n"
    )
    record(folder, ["pkg:push", "pkg:fib", "pkg:numbers"], "app.py")
    (folder / "to").mkdir()
    order = {
        "root": str(folder), "from": str(folder / "out"), "to": str(folder / "to"), "calls": 15, "bytes": 10**6,
        "functions": ["pkg:push", "pkg:fib", "pkg:numbers"],
    }  # fmt: skip
    push, fib, numbers = json.loads(part("join", order))
    assert push["recorded"] == 15 and push["calls"] == 21 and fib["calls"] == 0
    assert "generator" in numbers["problem"]
    items = push["parameters"]["items"][0]
    assert items["name"] == "list" and {kind["name"] for kind in items["items"]} <= {"int", "NoneType"}
    assert push["parameters"]["times"] == [{"name": "int", "count": push["recorded"], "fits_i64": True, "items": [], "values": []}]
    assert [path.name for path in (folder / "to").iterdir()] == ["pkg-push.calls"]
