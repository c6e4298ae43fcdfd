"""Replays the recorded calls of one function on twin and port and compares them: ``python -m exuvia replay``.

Standard input is one JSON object: ``root`` (the project's), ``function``, ``recording`` (path), ``first`` (the index to begin
at), ``generated`` (how many variations to try), ``generated_seconds`` (how long a twin may take for one of them),
``memory`` (bytes of address space, 0 for no limit). Standard output is one JSON object a line, flushed, each with ``event``:

- ``ready``: ``recorded``, ``total`` (with variations).
- ``twin``, ``port``: ``index``, and for ``port`` the ``call``: that implementation is about to run that call. A process that
  dies or is killed after such a line did so in that call; a new one goes on behind it.
- ``done``: ``index``, ``generated``, and ``equal``; else ``difference`` (``call``, ``what``, ``python``, ``rust``, and
  ``group``, the same text for differences of one kind), ``unstable`` (the twin itself differs from run to run; a text) or
  ``skipped`` (a text). ``handed_over`` where the port had the call done by its twin, ``unlike_recording`` where the twin
  does not do what it did when it was recorded.
- ``problem``: ``kind`` (``recording``, ``module``, ``function``, ``inactive``) and ``text``: nothing can be replayed.
- ``end``.

What the function prints is thrown away.
"""

import json
import os
import pickle
import signal
import sys

from . import recording, subject
from .compare import difference
from .show import show, show_call, show_exception
from .variations import variations


class _TimeUp(BaseException):
    pass


class Outcome:
    """What one call did: ``kind`` (``returned`` or ``raised``), the value, and the arguments afterwards."""

    def __init__(self, kind, value, args, kwargs):
        self.kind, self.value, self.args, self.kwargs = kind, value, args, kwargs

    def all(self):
        """Everything that can differ, in one value, so that what is shared between the parts is seen."""
        return self.value, self.args, self.kwargs

    def show(self, what):
        """The part that differs, for people."""
        if what == "arguments":
            parts = [show(value) for value in self.args]
            parts += ["%s=%s" % (key, show(value)) for key, value in self.kwargs.items()]
            text = "arguments afterwards: (%s)" % ", ".join(parts)
            return text if len(text) < 800 else text[:799] + "…"
        return ("raises " + show_exception(self.value)) if self.kind == "raised" else show(self.value)


def run(function, args, kwargs):
    """Calls ``function`` and catches what it does."""
    try:
        value = function(*args, **kwargs)
    except (_TimeUp, KeyboardInterrupt):
        raise
    except BaseException as error:
        # The frames hold every local of the call: not wanted any longer than the exception itself.
        error.__traceback__ = None
        return Outcome("raised", error, args, kwargs)
    return Outcome("returned", value, args, kwargs)


def differ(one, other):
    """What differs between two outcomes: ``(what, where, why)``, or nothing."""
    if one.kind != other.kind:
        return "exception", "", "one returns, the other raises"
    found = difference(one.all(), other.all())
    if found is None:
        return None
    # Which part it is: the result by itself, the arguments by themselves, or what they share.
    apart = difference(one.value, other.value)
    if apart is not None:
        return ("exception" if one.kind == "raised" else "result"), *apart
    apart = difference((one.args, one.kwargs), (other.args, other.kwargs))
    if apart is not None:
        return "arguments", *apart
    return ("result" if found[0].startswith("[0]") else "arguments"), *found


def _place(what, where):
    """Where two outcomes differ, as an expression; ``where`` is the path inside the part ``what``."""
    if what != "arguments":
        return what + where if where else ""
    # Arguments are walked as the pair (args, kwargs).
    if where.startswith("[0]") or where.startswith("[1]"):
        return ("args", "kwargs")[int(where[1])] + where[3:]
    return where


def _described(what, where, why):
    """How two outcomes differ, in words."""
    place = _place(what, where)
    if not place:
        return "" if why == "the value" else why
    return "%s differs" % place if why == "the value" else "%s: %s" % (place, why)


def _group(what, why, one, other):
    """The same text for differences that are likely to have one cause: the kinds of both outcomes, without their values."""
    kinds = [("raises " if end.kind == "raised" else "") + type(end.value).__qualname__ for end in (one, other)]
    return " ".join([what, *kinds, "".join(letter for letter in why if not letter.isdigit())])


def _say(out, **event):
    out.write(json.dumps(event).encode("ascii") + b"\n")
    out.flush()


def main():
    """Reads the order, replays, and reports; see the module."""
    order = json.load(sys.stdin)
    out = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    _limit(order["memory"])
    name = order["function"]
    try:
        header, calls = recording.load(order["recording"])
    except (recording.Damaged, OSError) as error:
        return _say(out, event="problem", kind="recording", text=str(error))
    subject.enter(order["root"])
    try:
        module = subject.module_of(name, header.get("main", False))
    except subject.Missing as error:
        return _say(out, event="problem", kind="module", text=str(error))
    try:
        twin, port = subject.implementations(name, module)
    except subject.Missing as error:
        return _say(out, event="problem", kind="function", text=str(error))
    if twin is port:
        return _say(out, event="problem", kind="inactive", text=getattr(module, "__file__", "") or "")

    twins = subject.Twins()
    generated = variations(calls, order["generated"])
    total = len(calls) + len(generated)
    _say(out, event="ready", recorded=len(calls), total=total)
    for index in range(order["first"], total):
        if index < len(calls):
            before, after = calls[index]
            result = _recorded(out, index, name, twin, port, twins, before, after)
        else:
            variation = generated[index - len(calls)]
            result = _generated(out, index, name, twin, port, twins, variation, order["generated_seconds"])
        _say(out, event="done", index=index, generated=index >= len(calls), **result)
    _say(out, event="end")
    out.close()
    # The project's own clean-up is not what is checked, and may hang.
    os._exit(0)


def _recorded(out, index, name, twin, port, twins, before, after):
    try:
        pickle.loads(before)
    except Exception as error:
        return {"skipped": "its arguments cannot be loaded: %s: %s" % (type(error).__name__, error)}
    result = _compare(out, index, name, twin, port, twins, lambda: pickle.loads(before))
    first = result.pop("first", None)
    if first is not None and _unlike(first, after):
        result["unlike_recording"] = True
    return result


def _unlike(first, after):
    try:
        kind, value, args, kwargs = pickle.loads(after)
    except Exception:
        return False
    if kind == "opaque":
        return difference((first.args, first.kwargs), (args, kwargs)) is not None
    return differ(first, Outcome(kind, value, args, kwargs)) is not None


def _generated(out, index, name, twin, port, twins, variation, seconds):
    try:
        if variation.build() is None:
            return {"skipped": "nothing to change"}
    except Exception as error:
        return {"skipped": "%s: %s" % (type(error).__name__, error)}
    result = _compare(out, index, name, twin, port, twins, variation.build, seconds)
    result.pop("first", None)
    return result


def _compare(out, index, name, twin, port, twins, build, seconds=0.0):
    _say(out, event="twin", index=index)
    try:
        with twins, _Alarm(seconds):
            first = run(twin, *build())
            second = run(twin, *build())
    except _TimeUp:
        return {"skipped": "the twin takes too long"}
    if seconds and isinstance(first.value, (MemoryError, RecursionError)):
        return {"skipped": "the twin runs out of memory or stack"}
    found = differ(first, second)
    if found is not None:
        what, where, why = found
        call = show_call(name.partition(":")[2], *build())
        return {"unstable": "%s: %s%s: %s, then %s" % (call, what, where, first.show(what), second.show(what))}
    _say(out, event="port", index=index, call=show_call(name.partition(":")[2], *build()))
    arguments = build()
    with subject.Handovers(twin) as handovers:
        third = run(port, *arguments)
    # The second run, since the first is compared with the recording: comparing may use a generator up.
    found = differ(second, third)
    if found is None:
        return {"equal": True, "first": first, "handed_over": handovers.seen}
    what, where, why = found
    python, rust = second.show(what), third.show(what)
    described = _described(what, where, why)
    if described and (where or python == rust):
        rust += "  [%s]" % described
    call = show_call(name.partition(":")[2], *build())
    shown = {"call": call, "what": what, "python": python, "rust": rust}
    shown["group"] = _group(what, why, second, third)
    return {"difference": shown, "first": first, "handed_over": handovers.seen}


class _Alarm:
    """Ends a call of Python code that takes longer than ``seconds``; 0 is no limit."""

    def __init__(self, seconds):
        self._seconds = seconds if hasattr(signal, "setitimer") else 0

    def __enter__(self):
        if self._seconds:
            signal.signal(signal.SIGALRM, self._ring)
            signal.setitimer(signal.ITIMER_REAL, self._seconds)

    def __exit__(self, *_exc):
        if self._seconds:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, _signum, _frame):
        raise _TimeUp


def _limit(memory):
    try:
        import resource
    except ImportError:
        return
    # A crash is reported; a core file of the user's interpreter is not wanted.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if memory:
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard == resource.RLIM_INFINITY or hard > memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, hard))
