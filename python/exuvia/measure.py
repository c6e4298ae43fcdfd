"""Measures twin and port on recorded calls: ``python -m exuvia measure``.

Standard input is one JSON object: ``root``, ``function``, ``recording``, ``seconds`` (about how long to measure). Standard
output is one JSON object: ``problem`` (``kind`` and ``text``) or ``calls`` (how many different calls a round runs),
``handed_over`` (how many of these the port has done by its twin), ``rounds``, and in seconds for one call ``twin_seconds``, ``port_seconds`` (medians over the rounds), ``twin_low``,
``twin_high``, ``port_low``, ``port_high`` (quartiles); ``ratio`` (the median over the rounds of twin time by port time),
``ratio_low``, ``ratio_high`` (its quartiles), ``ratio_at_least``, ``ratio_at_most`` (a 95 % confidence interval of that
median, from order statistics: no assumption on the distribution).

A round goes through the calls in chunks, and measures each chunk with the one and then with the other, in the other order the
next time: a machine that gets faster or slower meanwhile does so for both. Each is repeated until a chunk takes 2 ms. Garbage
collection is off while the clock runs. Calls whose arguments are changed get fresh copies, made before the clock starts. The
time of the loop around the call, about 30 ns, is in both figures: it makes ratios smaller, never larger.
"""

import contextlib
import gc
import json
import math
import os
import pickle
import sys
import time

from . import recording, subject
from .replay import differ, run

_MOST_CALLS = 200
_CHUNK = 0.002


def main():
    """Reads the order, measures, and reports; see the module."""
    order = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    with contextlib.suppress(AttributeError, OSError):
        # On one processor throughout, where the system lets a process choose.
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with out:
        json.dump(_report(order), out)
    os._exit(0)


def _report(order):
    name = order["function"]
    try:
        header, calls = recording.load(order["recording"])
    except (recording.Damaged, OSError) as error:
        return {"problem": {"kind": "recording", "text": str(error)}}
    subject.enter(order["root"])
    try:
        module = subject.module_of(name, header.get("main", False))
        twin, port = subject.implementations(name, module)
    except subject.Missing as error:
        return {"problem": {"kind": "module", "text": str(error)}}
    if twin is port:
        return {"problem": {"kind": "inactive", "text": getattr(module, "__file__", "") or ""}}
    step = max(1, math.ceil(len(calls) / _MOST_CALLS))
    loadable = []
    for before, _after in calls[::step]:
        with contextlib.suppress(Exception):
            pickle.loads(before)
            loadable.append(before)
    if not loadable:
        return {"problem": {"kind": "recording", "text": "none of its calls can be loaded"}}
    return _measure(twin, port, subject.Twins(), loadable, order["seconds"])


def _measure(twin, port, twins, calls, seconds):
    with twins:
        changes = any(_changes_arguments(twin, before) for before in calls)
    handed_over = sum(_is_handed_over(twin, port, before) for before in calls)
    chunks = []
    for part in _parts(twin, twins, calls):
        prepare = (lambda part=part: [pickle.loads(before) for before in part]) if changes else None
        ready = [pickle.loads(before) for before in part]
        with twins:
            twin_repeats = _repeats(twin, prepare, ready)
        chunks.append((prepare, ready, twin_repeats, _repeats(port, prepare, ready)))
    pairs = []
    began = time.perf_counter()
    while len(pairs) < 11 or (len(pairs) < 201 and time.perf_counter() - began < seconds):
        pairs.append(_round(twin, port, twins, chunks, len(pairs) % 2))
        if time.perf_counter() - began > 10 * seconds and len(pairs) >= 3:
            break
    twins, ports = sorted(pair[0] for pair in pairs), sorted(pair[1] for pair in pairs)
    ratios = sorted(one / other for one, other in pairs)
    # Ranks around the median that hold it with 95 % probability (normal approximation of the binomial).
    spread = 0.98 * math.sqrt(len(ratios))
    low = max(0, math.floor(len(ratios) / 2 - spread))
    high = min(len(ratios) - 1, math.ceil(len(ratios) / 2 + spread))
    return {
        "calls": len(calls),
        "handed_over": handed_over,
        "rounds": len(pairs),
        "twin_seconds": _quantile(twins, 0.5),
        "twin_low": _quantile(twins, 0.25),
        "twin_high": _quantile(twins, 0.75),
        "port_seconds": _quantile(ports, 0.5),
        "port_low": _quantile(ports, 0.25),
        "port_high": _quantile(ports, 0.75),
        "ratio": _quantile(ratios, 0.5),
        "ratio_low": _quantile(ratios, 0.25),
        "ratio_high": _quantile(ratios, 0.75),
        "ratio_at_least": ratios[low],
        "ratio_at_most": ratios[high],
    }


def _changes_arguments(twin, before):
    outcome = run(twin, *pickle.loads(before))
    args, kwargs = pickle.loads(before)
    untouched = type(outcome)("returned", None, args, kwargs)
    outcome.kind, outcome.value = "returned", None
    return differ(outcome, untouched) is not None


def _parts(twin, twins, calls):
    """The calls in chunks that take the twin about ``_CHUNK`` each."""
    parts, part, took = [], [], 0.0
    for before in calls:
        part.append(before)
        with twins:
            took += _time(twin, [pickle.loads(before)], 1)
        if took >= _CHUNK:
            parts.append(part)
            part, took = [], 0.0
    # A short rest would be mostly the cost of looking at the clock.
    if part and parts and took < _CHUNK / 2:
        parts[-1] += part
    elif part:
        parts.append(part)
    return parts


def _is_handed_over(twin, port, before):
    args, kwargs = pickle.loads(before)
    with subject.Handovers(twin) as handovers:
        run(port, args, kwargs)
    return handovers.seen


def _repeats(function, prepare, ready):
    """How often the calls of a chunk are run through in one round."""
    repeats = 1
    while True:
        took = _chunk(function, prepare, ready, repeats) * repeats
        if took >= _CHUNK or repeats >= 1 << 20:
            return repeats
        repeats = max(2 * repeats, min(1 << 20, int(repeats * _CHUNK / max(took, 1e-7)) + 1))


def _round(twin, port, twins, chunks, first):
    """Seconds for one call of the twin and for one of the port, over all chunks."""
    gc.collect()
    twin_total = port_total = 0.0
    for index, (prepare, ready, twin_repeats, port_repeats) in enumerate(chunks):
        if (index + first) % 2:
            port_total += _chunk(port, prepare, ready, port_repeats)
            with twins:
                twin_total += _chunk(twin, prepare, ready, twin_repeats)
        else:
            with twins:
                twin_total += _chunk(twin, prepare, ready, twin_repeats)
            port_total += _chunk(port, prepare, ready, port_repeats)
    calls = sum(len(ready) for _prepare, ready, _twin_repeats, _port_repeats in chunks)
    return twin_total / calls, port_total / calls


def _chunk(function, prepare, ready, repeats):
    """Seconds for once all calls of a chunk, the mean of ``repeats`` times."""
    if prepare is None:
        return _time(function, ready, repeats) / repeats
    # Fresh copies for one repetition at a time: a hundred thousand of them would not stay in the cache.
    return sum(_time(function, prepare(), 1) for _ in range(repeats)) / repeats


def _time(function, calls, repeats):
    clock = time.perf_counter
    gc.disable()
    try:
        begin = clock()
        for _ in range(repeats):
            for args, kwargs in calls:
                try:
                    function(*args, **kwargs)
                except Exception:
                    pass
        return clock() - begin
    finally:
        gc.enable()


def _quantile(values, part):
    at = part * (len(values) - 1)
    low = int(at)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (at - low)
