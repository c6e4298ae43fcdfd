"""Checks and times all doors in one process, that of the interpreter under test.

    python measure.py ROUNDS LIBRARY

Writes what it found to standard output as JSON; run.py starts it. `doorbench`, `doorbench_native` and `_hand_api` can be imported, LIBRARY is the
shared library.
"""

import gc
import importlib
import json
import random
import statistics
import sys
import time
from pathlib import Path

import numpy

# How this ends where the doors do not give the same, which run.py tells from all else that goes wrong.
DISAGREE = 3

# How long one sample takes: long against the clock, short against what disturbs a machine.
SAMPLE_SECONDS = 0.002

NUMBERS = numpy.arange(1_000_000, dtype=numpy.float64)
TEXT = "grüße an alle, die das lesen"


def ignore(_value):
    return None


# What is called, with what, and what must come out of it.
CASES = {
    "add": ((20, 22), 42),
    "letters": ((TEXT,), len(TEXT)),
    "total": ((NUMBERS,), float(NUMBERS.sum())),
    "each": ((1000, ignore), None),
}


def doors(library):
    """The functions of each door, by their names."""
    sys.path.insert(0, str(Path(__file__).resolve().parent / "hand"))
    import over_cffi
    import over_ctypes

    hand = importlib.import_module("_hand_api")
    found = {"api": over_cffi.functions(hand.ffi, hand.lib)}
    native = importlib.import_module("doorbench._native")
    found["abi"] = over_cffi.functions(native.ffi, native.ffi.dlopen(library))
    found["ctypes"] = over_ctypes.functions(library)
    for key, name in (("generated", "doorbench"), ("native", "doorbench_native")):
        module = importlib.import_module(name)
        found[key] = {case: getattr(module, case) for case in CASES}
    return found


def check(found):
    for door, functions in found.items():
        for case, (arguments, expected) in CASES.items():
            value = functions[case](*arguments)
            if value != expected:
                print(f"{door}: {case} is {value!r}, and must be {expected!r}")
                sys.exit(DISAGREE)


def sample(function, arguments, loops):
    """Seconds of one call."""
    repeat = range(loops)
    begun = time.perf_counter()
    for _ in repeat:
        function(*arguments)
    return (time.perf_counter() - begun) / loops


def loops_for(function, arguments):
    loops = 1
    while sample(function, arguments, loops) * loops < SAMPLE_SECONDS:
        loops *= 2
    return loops


def measure(found, rounds):
    """For each case the seconds of each door in each round, and for the sum those of the loop in Rust alone."""
    seconds_of_total = importlib.import_module("doorbench").seconds_of_total
    results = {}
    for case, (arguments, _) in CASES.items():
        loops = {door: loops_for(functions[case], arguments) for door, functions in found.items()}
        times = {door: [] for door in found}
        if case == "total":
            times["loop"] = []
        for _ in range(rounds):
            order = list(times)
            random.shuffle(order)
            for door in order:
                if door == "loop":
                    times[door].append(seconds_of_total(NUMBERS, 2))
                else:
                    times[door].append(sample(found[door][case], arguments, loops[door]))
        results[case] = times
    return results


def main():
    rounds, library = int(sys.argv[1]), sys.argv[2]
    found = doors(library)
    check(found)
    gc.disable()
    times = measure(found, rounds)
    summary = {
        case: {
            door: {
                "seconds": statistics.median(samples),
                # Of each round, in which both were measured within milliseconds.
                "to": {
                    other: statistics.median(one / two for one, two in zip(samples, times[case][other]))
                    for other in times[case]
                },
            }
            for door, samples in doors.items()
        }
        for case, doors in times.items()
    }
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
