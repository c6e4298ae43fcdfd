"""Makes calls while CPython has no memory: for every allocation in turn, a call in which that one fails.

    python no_memory.py warm  'functions: text' 'classes: constructor'
    python no_memory.py cold  'classes: constructor'
    python no_memory.py import classes enums

`warm` makes calls that have been made before, and counts what they leave behind. `cold` makes each in a process of its own in which
it has never been made, and makes it once more afterwards, with memory. `import` does so with the import of a part of the test
module, of which nothing has been imported before. Without names, all calls.

    --stride N     only every Nth allocation
    --for-good     memory that is gone stays gone, instead of for one allocation

A call ends as ever or with a `MemoryError`; anything else is told. A line of JSON for each call says how many allocations were
refused and what went wrong. What is being done is written to the file that EXUVIA_PROGRESS names, for when this crashes.
"""

import _imp
import argparse
import contextlib
import faulthandler
import gc
import importlib.machinery
import importlib.util
import json
import os
import sys
import types
from pathlib import Path

import _testcapi
from settling import settle

# So many calls in a row have to succeed before no allocation is left to refuse.
ENOUGH = 4
# A call that goes on and on without having succeeded.
MOST = 200_000

progress = os.open(os.environ.get("EXUVIA_PROGRESS", os.devnull), os.O_WRONLY | os.O_CREAT, 0o600)


def tell(what):
    os.pwrite(progress, what.encode().ljust(200)[:200], 0)


def fail_at(call, number, for_good):
    """The result or the exception of a call in which allocation `number` fails."""
    stop = 0 if for_good else number + 1
    try:
        _testcapi.set_nomemory(number, stop)
        result = call.bare()
        _testcapi.remove_mem_hooks()
        return result, None
    except BaseException as error:
        _testcapi.remove_mem_hooks()
        # With tracebacks it would keep frames, and these the objects that are counted.
        link = error
        while link is not None:
            link.__traceback__ = None
            link = link.__context__
        return None, error


def raised(call, error):
    """Is it what the call raises? No call raises a `MemoryError` of its own."""
    return call.raises is not None and isinstance(error, call.raises) and not isinstance(error, MemoryError)


def as_ever(call, result, error, expected):
    """Is it what the call ends with when there is memory? `expected` is the type of its result."""
    if error is not None:
        return raised(call, error)
    return call.raises is None and type(result) is expected


def own_mistake(call, error):
    """Has CPython, running a function of Python's without memory, lost the exception? Functions of Rust's must not."""
    calls_python = isinstance(getattr(call, "function", None), types.FunctionType) or "<function " in str(error)
    return isinstance(error, SystemError) and calls_python


def attempt(call):
    """The type of the call's result, or `None` of one that raises."""
    if call.raises is None:
        return type(call.bare())
    try:
        call.bare()
    except call.raises:
        return None
    raise AssertionError("it did not raise")


def refuse_in_turn(name, call, stride, for_good):
    """Refuses one allocation after another; how many were, and what else than it should have come of it."""
    expected = attempt(call)
    refused, wrong, number, successes = 0, [], 0, 0
    while successes < ENOUGH and number < MOST:
        tell(f"{name}, allocation {number}")
        result, error = fail_at(call, number, for_good)
        number += stride
        if as_ever(call, result, error, expected):
            successes += 1
            continue
        # What one allocation does without is not the end yet.
        successes = 0
        refused += 1
        if not isinstance(error, MemoryError) and not own_mistake(call, error):
            got = type(result).__name__ if error is None else f"{type(error).__name__}: {error}"
            wrong.append(f"allocation {number - stride}: {got}")
        del result, error
    return refused, wrong


def blocks():
    from exuvia_bindings_tests import memory

    settle()
    return sys.getallocatedblocks(), memory.blocks()


def left_by(work):
    """How many blocks more than before CPython and Rust have."""
    before = blocks()
    work()
    return [now - then for now, then in zip(blocks(), before)]


def warm(name, call, stride, for_good):
    from every_kind import KEEPS_WITHOUT_MEMORY

    # What is made once and kept is made now.
    refused, wrong = refuse_in_turn(name, call, stride, for_good)
    # What leaks leaves a block each time at least. What is left for another reason is told apart by more passes.
    for passes in 10, 40:

        def work():
            for _ in range(passes):
                refuse_in_turn(name, call, stride, for_good)

        python, rust = left_by(work)
        leaks = max(0 if name in KEEPS_WITHOUT_MEMORY else python, rust) > passes * 0.75
        if not leaks:
            break
    return {"refused": refused * (passes + 1), "wrong": wrong, "passes": passes, "left": [python, rust], "leaks": leaks}


def in_child(work):
    """What `work` answers in a process of its own, or how that process died."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(here)
        try:
            answer = json.dumps(work())
        except BaseException as error:
            answer = json.dumps({"wrong": f"{type(error).__name__}: {error}"})
        os.write(there, answer.encode()[:60_000])
        os._exit(0)
    os.close(there)
    with open(here) as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"wrong": f"died of signal {os.WTERMSIG(status)}"}
    return json.loads(answer) if answer else {"wrong": f"exit status {os.waitstatus_to_exitcode(status)}"}


def cold(name, call, stride, for_good):
    expected = in_child(lambda: {"type": attempt(call).__name__ if call.raises is None else None})
    if "wrong" in expected:
        return {"refused": 0, "wrong": [expected["wrong"]]}

    def once(number):
        result, error = fail_at(call, number, for_good)
        if error is None:
            fine = call.raises is None and type(result).__name__ == expected["type"]
        else:
            fine = raised(call, error)
        if not fine and not isinstance(error, MemoryError) and not own_mistake(call, error):
            got = type(result).__name__ if error is None else f"{type(error).__name__}: {error}"
            return {"fine": False, "wrong": got}
        # With memory everything has to work again.
        attempt(call)
        return {"fine": fine}

    refused, wrong, number, successes = 0, [], 0, 0
    while successes < ENOUGH and number < MOST:
        tell(f"{name}, allocation {number}")
        answer = in_child(lambda: once(number))
        if "wrong" in answer:
            wrong.append(f"allocation {number}: {answer['wrong']}")
        if answer.get("fine"):
            successes += 1
        else:
            successes = 0
            refused += 1
        number += stride
    return {"refused": refused, "wrong": wrong}


class Import:
    """Imports a part of the test module under its own name, as if it were a library of its own."""

    raises = None

    def __init__(self, module):
        found = Path(importlib.util.find_spec("exuvia_bindings_tests").origin)
        # The library is the module itself, or lies in the package that maturin makes.
        path = next(each for each in found.parent.glob("exuvia_bindings_tests*") if each.suffix in (".so", ".pyd"))
        loader = importlib.machinery.ExtensionFileLoader(module, str(path))
        self.spec = importlib.util.spec_from_file_location(module, str(path), loader=loader)

    def bare(self):
        module = _imp.create_dynamic(self.spec)
        _imp.exec_dynamic(module)
        return module


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("how", choices=["warm", "cold", "import"])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--for-good", action="store_true")
    options = parser.parse_intermixed_args()
    # Where Python was; not to be lost with the panics, which are told on standard error by the thousand.
    faulthandler.enable(os.dup(2))
    if os.environ.get("EXUVIA_PROGRESS"):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    if options.how == "import":
        calls = {name: Import(name) for name in options.names}
    else:
        from every_kind import ALL, NOT_WITHOUT_MEMORY

        calls = {name: ALL[name] for name in options.names or ALL if name not in NOT_WITHOUT_MEMORY}
    refuse = warm if options.how == "warm" else cold
    # What was there before takes no part in the collections, which are many.
    gc.collect()
    gc.freeze()
    for name, call in calls.items():
        with contextlib.suppress(BrokenPipeError):
            found = refuse(name, call, options.stride, options.for_good)
            found["wrong"] = found["wrong"][:20]
            print(json.dumps({"name": name, **found}), flush=True)


if __name__ == "__main__":
    main()
