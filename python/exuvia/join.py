"""Joins the recordings of all processes of a command into one for each function: ``python -m exuvia join``.

Standard input is one JSON object: ``root``, ``from`` (folder with what the processes wrote), ``to`` (folder of recordings),
``functions``, ``calls`` and ``bytes`` (how much to keep of each function). Standard output is a JSON list in the order of
``functions``. Each has ``name``, ``calls``, ``recorded``, ``repeated``, ``unpicklable`` and ``reasons`` (how many by
reason), ``files`` (where it was imported from), ``problem``, ``damaged`` (files that could not be read), and the observed
types: ``parameters`` (by name), ``results``, ``raised``. ``defaults`` has the default of each parameter, by name, as a literal
where it can be written as one.

A function without any call to keep gets no recording, and the one that an earlier run left stays.
"""

import ast
import collections
import contextlib
import inspect
import json
import os
import pickle
import sys

from . import recording, subject
from .compare import difference
from .observe import Observed


def main():
    """Reads the order, joins, and reports; see the module."""
    order = json.load(sys.stdin)
    found = collections.defaultdict(list)
    damaged = []
    for file in sorted(os.listdir(order["from"])):
        if file.endswith(".calls"):
            path = os.path.join(order["from"], file)
            try:
                header, calls = recording.load(path)
            except recording.Damaged as error:
                damaged.append("%s: %s" % (file, error))
                continue
            found[header["function"]].append((header, calls))
    # Modules of the project are imported to load the pickles; what they print is not the report.
    with contextlib.redirect_stdout(sys.stderr):
        subject.enter(order["root"])
        reports = [_join(order, name, found.get(name, [])) for name in order["functions"]]
    for report in reports:
        report["damaged"] = damaged
    json.dump(reports, sys.stdout)


def _join(order, name, parts):
    reasons = collections.Counter()
    for header, _calls in parts:
        reasons.update(header["unpicklable"])
    calls = _share([calls for _header, calls in parts], order["calls"], order["bytes"])
    report = {
        "name": name,
        "calls": sum(header["calls"] for header, _calls in parts),
        "recorded": len(calls),
        "repeated": sum(header["repeated"] for header, _calls in parts),
        "unpicklable": sum(reasons.values()),
        "reasons": dict(reasons.most_common()),
        "files": sorted({header["file"] for header, _calls in parts if header["file"]}),
        "problem": next((header["problem"] for header, _calls in parts if header["problem"]), None),
        "parameters": {},
        "defaults": {},
        "results": [],
        "raised": [],
    }
    if calls:
        header = dict(parts[0][0], **{key: report[key] for key in ("calls", "recorded", "repeated")})
        header["unpicklable"] = report["reasons"]
        recording.save(recording.path_of(order["to"], name), header, calls)
        _observe(report, header, calls)
    return report


def _share(parts, most, most_bytes):
    """One call of each process in turn until the limits are reached."""
    kept, size, index = [], 0, 0
    while len(kept) < most and any(index < len(calls) for calls in parts):
        for calls in parts:
            if index < len(calls) and len(kept) < most:
                size += len(calls[index][0]) + len(calls[index][1])
                if size > most_bytes:
                    return kept
                kept.append(calls[index])
        index += 1
    return kept


_LONGEST_DEFAULT = 200


def _defaults(signature):
    """The defaults that a literal says, short enough for a signature, in ASCII as `inspect.signature` wants it of a builtin."""
    found = {}
    for name, parameter in signature.parameters.items():
        text = "" if parameter.default is parameter.empty else ascii(parameter.default)
        with contextlib.suppress(ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            if 0 < len(text) <= _LONGEST_DEFAULT and difference(ast.literal_eval(text), parameter.default) is None:
                found[name] = text
    return found


def _observe(report, header, calls):
    try:
        module = subject.module_of(header["function"], header["main"])
        signature = inspect.signature(subject.implementations(header["function"], module)[0])
    except (subject.Missing, TypeError, ValueError) as error:
        report["problem"] = str(error)
        return
    report["defaults"] = _defaults(signature)
    parameters = {name: Observed() for name in signature.parameters}
    results, raised = Observed(), Observed()
    for before, after in calls:
        try:
            args, kwargs = pickle.loads(before)
            kind, value, _args, _kwargs = pickle.loads(after)
            bound = signature.bind(*args, **kwargs)
        except Exception:
            # A call that fails to bind is recorded with its TypeError and says nothing of types.
            continue
        bound.apply_defaults()
        for name, argument in bound.arguments.items():
            parameters[name].add(argument)
        if kind == "returned":
            results.add(value)
        elif kind == "raised":
            raised.add(value)
    report["parameters"] = {name: observed.report() for name, observed in parameters.items()}
    report["results"] = results.report()
    report["raised"] = raised.report()
