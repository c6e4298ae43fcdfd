"""Makes calls so often that what one of them loses, keeps or gives back twice is seen.

    python balance.py 1000000 'functions: text' 'classes: constructor'

Without names, all calls. A line of JSON for each says by how much the references to its function, its arguments and their types have
changed, and how many blocks of memory more CPython and Rust have than before. Panics, which take long, are made a hundredth as
often.
"""

import gc
import itertools
import json
import os
import sys
import time

from every_kind import ALL, SLOW
from exuvia_bindings_tests import memory
from settling import settle


def make(call, times):
    function, args, keywords = call.function, call.args, call.keywords
    if call.raises is None:
        for _ in itertools.repeat(None, times):
            function(*args, **keywords)
        return
    raises = call.raises
    for _ in itertools.repeat(None, times):
        try:
            function(*args, **keywords)
        except raises:
            pass
        else:
            raise AssertionError("it did not raise")


def state(call):
    settle()
    references = [sys.getrefcount(each) for each in call.witnesses()]
    return references, sys.getallocatedblocks(), memory.blocks()


def balance(name, call, times):
    times = max(times // 100, 1) if name in SLOW else times
    # What is made once is made now, and what is kept in lists of free objects too.
    make(call, min(times, 300))
    state(call)
    begun = time.perf_counter()
    before, python, rust = state(call)
    make(call, times)
    after, python_after, rust_after = state(call)
    # Before CPython 3.12 small numbers are counted too, and what counts here uses some of them.
    changed = [now - then for now, then in zip(after, before) if abs(now - then) > min(times // 100, 10)]
    return {
        "name": name,
        "times": times,
        "references": changed,
        "python": python_after - python,
        "rust": rust_after - rust,
        "seconds": round(time.perf_counter() - begun, 2),
    }


def main():
    if len(sys.argv) < 2 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    times, names = int(sys.argv[1]), sys.argv[2:] or list(ALL)
    # Panics are told on standard error.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    # What was there before takes no part in the collections, which are many.
    gc.collect()
    gc.freeze()
    for name in names:
        print(json.dumps(balance(name, ALL[name], times)), flush=True)


if __name__ == "__main__":
    main()
