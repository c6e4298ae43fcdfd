"""Checks and times all doors in one process.

    host measure.py ROUNDS LIBRARY PACKAGES    in the program of host/, which has a door of its own
    python measure.py ROUNDS LIBRARY PACKAGES

Writes what it found to standard output as JSON; run.py starts it. PACKAGES is the folder in which every door's package is installed, LIBRARY the
shared library; cffi's module in API mode is in a folder of PYTHONPATH.
"""

import gc
import importlib
import importlib.machinery
import importlib.util
import json
import random
import site
import statistics
import sys
import time
from pathlib import Path

# The program of host/ knows no environment.
site.addsitedir(sys.argv[3])

# Found by the line above, so not at the top of the file (E402).
import numpy  # noqa: E402

# How this ends where the doors do not give the same, which run.py tells from all else that goes wrong.
DISAGREE = 3

# How long one sample takes: long against the clock, short against what disturbs a machine.
SAMPLE_SECONDS = 0.002
# What the first of them finds as others left it (caches) is not the whole.
LEAST_CALLS = 10

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
    milksnake = importlib.import_module("doorbench_milksnake._native")
    found["milksnake"] = over_cffi.functions(milksnake.ffi, milksnake.lib)
    found["ctypes"] = over_ctypes.functions(library)
    modules = {"generated": importlib.import_module("doorbench"), "native": extension_module()}
    if "doorbench_native" in sys.builtin_module_names:
        modules["builtin"] = importlib.import_module("doorbench_native")
        assert modules["builtin"].__spec__.origin == "built-in" and modules["native"] is not modules["builtin"]
    for key, module in modules.items():
        found[key] = {case: getattr(module, case) for case in CASES}
    return found


def extension_module():
    """The extension module, which one that is built in would go before."""
    package = importlib.machinery.PathFinder.find_spec("doorbench_native")
    (file,) = Path(package.origin).parent.glob("doorbench_native*.so")
    spec = importlib.util.spec_from_file_location("doorbench_native", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(found):
    for door, functions in found.items():
        for case, (arguments, expected) in CASES.items():
            value = functions[case](*arguments)
            if value != expected:
                disagree(f"{door}: {case} is {value!r}, and must be {expected!r}")
        seen = []
        functions["each"](3, seen.append)
        if seen != [0, 1, 2]:
            disagree(f"{door}: each calls back with {seen}, and must with [0, 1, 2]")


def disagree(words):
    print(words)
    sys.exit(DISAGREE)


def sample(function, arguments, loops):
    """Seconds of one call."""
    repeat = range(loops)
    begun = time.perf_counter()
    for _ in repeat:
        function(*arguments)
    return (time.perf_counter() - begun) / loops


def loops_for(function, arguments):
    loops = LEAST_CALLS
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
                    times[door].append(seconds_of_total(NUMBERS, LEAST_CALLS))
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
