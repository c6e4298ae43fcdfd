"""Measures how often each function is called and how long it takes, without slowing the program to less than half.

The engine is ``_lsprof``, the one under ``cProfile``. Left on all the time it costs as much as the calls are short: a
recursive ``fib`` takes 1.6 (CPython 3.10), 6.2 (3.11), 4.3 (3.12) and 4.2 (3.13) times as long, a loop over ``len`` 1.6 to
3.2 times. ``sys.monitoring`` is no way out: one callback in C for each call alone makes ``fib`` 3.6 to 4.4 times as long.
So the engine runs in slices. SIGPROF ends a slice; what the slice cost is its number of calls times the cost of one, which
is measured at the start; and the engine rests until that cost is at most ``BUDGET`` of the work done, and ``ALLOWANCE``. While it rests,
SIGPROF samples which function runs. A program whose calls are few is therefore measured exactly from start to end; of one
with many, the time is measured in slices and sampled between them, and the number of calls in the slices is taken to be
in proportion to it. (Figures: 2-core x86-64, November 2026.)

Two things a slice by itself does not show:

- The functions that were already running when it began. Time that belongs to no call that the slice saw is given to the
  innermost function that ran throughout it.
- Threads. Only the first thread can be told to rest. Up to 3.11 the engine belongs to one thread; from 3.12 it sees all
  and cannot tell them apart. So while other threads work the engine gives calls alone (up to 3.11 those of the first
  thread), and SIGPROF, which is kept for the first thread, samples the stacks of all of them for the time.

Where there is no SIGPROF (Windows, subinterpreters), or where the program takes it, the engine stays on.

Own time is that of the function's bytecode and of the C builtins that it calls; the latter is known separately.
"""

import os
import sys
import _lsprof
import _signal
import _thread
import time

try:
    from _json import encode_basestring_ascii as quoted
except ImportError:
    from json.encoder import py_encode_basestring_ascii as quoted

from . import process
from .naming import Names

TICK = 0.003
"""Seconds of processor time between two looks. Systems round it up to the next beat of their clock, often 4 ms."""

SLICE = 0.012
"""Seconds of processor time that a slice lasts at least. Entering and leaving the engine costs up to 1 ms in a large program."""

LONGEST = 0.5
"""Seconds that a slice lasts at most, where calls are few."""

BUDGET = 0.25
"""What the engine may cost, as a part of the work it measures."""

ALLOWANCE = 0.1
"""Seconds that it may cost besides, so that a short program is measured exactly, start-up and all."""


class Profile:
    """The profile of one process, from ``start`` to ``save``."""

    def __init__(self, out, root):
        self._out = out
        self._root = root
        self._cost, self._inside = _cost_of_a_call()
        self._timer = False
        self._error = None
        self._reset()

    def _reset(self):
        # Figures by the id of the code object, which is kept with them: code objects compare by value, which is slow.
        # [code, calls, own time, the part of it in builtins, own time on the processor]
        self._figures = {}
        self._engine = _lsprof.Profiler()
        self._on = False
        # Time sampled while the engine rested, and the work done in slices: what calls are scaled by.
        self._sampled = {}
        self._sliced_work = 0.0
        self._rest_until = 0.0
        # What the engine may still cost before it must rest, in seconds.
        self._credit = ALLOWANCE
        self._looked = time.process_time()
        self._stack = []
        self._looks = {}
        self._slice_length = SLICE
        self._began = time.perf_counter()

    def start(self):
        """Begins the first slice; from here on SIGPROF drives the rest."""
        self.resume()
        if self._timer and hasattr(_signal, "pthread_sigmask"):
            import threading

            threading.setprofile(_enter_thread)

    def resume(self):
        """Goes on measuring, after ``start`` or ``pause``."""
        try:
            if hasattr(_signal, "setitimer") and _signal.getsignal(_signal.SIGPROF) in (
                _signal.SIG_DFL,
                _nothing,
                self._tick,
            ):
                _signal.signal(_signal.SIGPROF, self._tick)
                _signal.siginterrupt(_signal.SIGPROF, False)
                if hasattr(_signal, "pthread_sigmask"):
                    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, [_signal.SIGPROF])
                self._timer = True
        except ValueError:
            pass
        self._begin(sys._getframe())
        if self._timer:
            _signal.setitimer(_signal.ITIMER_PROF, TICK, TICK)

    def pause(self):
        """Stops measuring and takes the timer away, for what cannot live with it."""
        if self._timer:
            _signal.setitimer(_signal.ITIMER_PROF, 0)
            # Not the default: a signal that is on its way would end the program.
            _signal.signal(_signal.SIGPROF, _nothing)
            self._timer = False
        if self._on:
            self._end(sys._getframe())

    def after_fork(self):
        """Begins anew in a forked child: what was measured before belongs to the parent, and timers are not inherited."""
        self._engine.disable()
        self._reset()
        self._timer = False
        self.resume()

    # Slices.

    def _tick(self, _signum, frame):
        try:
            self._advance(frame)
        except Exception as error:
            # Whatever is wrong here, it is not the program's: it goes on without a profile, and the reason is written.
            self._error = "%s: %s" % (type(error).__name__, error)
            self._engine.disable()
            _signal.setitimer(_signal.ITIMER_PROF, 0)

    def _advance(self, frame):
        work = time.process_time()
        since, self._looked = work - self._looked, work
        if not self._sample_threads(frame, since) and not self._on:
            self._sample(frame.f_code, since)
        if self._on:
            if work - self._from_cpu >= self._slice_length:
                self._end(frame)
                if self._rest_until <= time.process_time():
                    self._begin(frame)
                self._looked = time.process_time()
        elif work >= self._rest_until:
            self._begin(frame)

    def _sample(self, code, seconds):
        sampled = self._sampled.setdefault(id(code), [code, 0.0])
        sampled[1] += seconds

    def _begin(self, frame):
        self._stack = _stack(frame)
        self._threads_worked = False
        self._from_cpu = time.process_time()
        self._from = time.perf_counter()
        try:
            self._engine.enable()
            self._on = True
        except ValueError:
            # The program runs a profiler of its own: its turn.
            self._rest_until = self._from_cpu + SLICE

    def _end(self, frame):
        self._engine.disable()
        wall = time.perf_counter() - self._from
        cpu = time.process_time() - self._from_cpu
        self._on = False
        entries = self._engine.getstats()
        self._engine.clear()
        figures, seen, events = _figures(entries, self._cost, self._inside)
        overhead = min(events * self._cost, 0.9 * cpu)
        throughout = _innermost_common(self._stack, frame)
        earlier, earlier_builtin = figures.pop(None)[2], figures.pop(0)[2]
        if self._threads_worked:
            # Calls are right, times are not: other threads' calls were taken for callees.
            for figure in figures.values():
                figure[2] = figure[3] = 0.0
        elif throughout is not None:
            figure = figures.setdefault(id(throughout), [throughout, 0, 0.0, 0.0])
            figure[2] += max(0.0, wall - seen) + earlier
            figure[3] += earlier_builtin
        work = max(cpu - overhead, 1e-6)
        self._credit = min(self._credit + BUDGET * work - overhead, ALLOWANCE)
        # A rest pays back what was spent beyond that.
        rest = -self._credit / BUDGET
        self._credit = max(self._credit, 0.0)
        self._slice_length = min(2 * self._slice_length, LONGEST) if rest <= 0 and self._timer else SLICE
        self._rest_until = time.process_time() + rest
        self._sliced_work += work
        # Own time goes by the clock on the wall, samples by the processor's: on a busy machine they differ.
        processor = min(1.0, work / max(sum(figure[2] for figure in figures.values()), 1e-9))
        for key, (code, calls, own, builtin) in figures.items():
            total = self._figures.setdefault(key, [code, 0, 0.0, 0.0, 0.0])
            total[1] += calls
            total[2] += own
            total[3] += builtin
            total[4] += own * processor

    # Threads.

    def _sample_threads(self, frame, since):
        """Gives the time since the last look to the threads that worked, if any but the first did."""
        if _thread._count() == 0:
            self._looks = {}
            return False
        here = _thread.get_ident()
        looks, working = {}, []
        for thread, top in sys._current_frames().items():
            top = frame if thread == here else top
            if top is None:
                continue
            if hasattr(time, "pthread_getcpuclockid"):
                # A thread that has a frame has not ended, so that its clock may be asked for.
                looks[thread] = time.clock_gettime(time.pthread_getcpuclockid(thread))
                seconds = looks[thread] - self._looks.get(thread, looks[thread])
            else:
                # A thread that is where it was is taken for waiting; those that are not share the time.
                looks[thread] = id(top), top.f_lasti, id(top.f_code)
                seconds = since if looks[thread] != self._looks.get(thread, looks[thread]) else 0.0
            if seconds > 0.0002:
                working.append((thread, top.f_code, seconds))
        self._looks = looks
        if all(thread == here for thread, _code, _seconds in working):
            return False
        self._threads_worked = True
        share = 1.0 if hasattr(time, "pthread_getcpuclockid") else 1.0 / len(working)
        for _ident, code, seconds in working:
            self._sample(code, seconds * share)
        return True

    # The end.

    def save(self):
        """Writes the profile of this process: see ``_document`` for what it says."""
        ended = time.perf_counter()
        self.pause()
        if self._error is not None:
            raise RuntimeError(self._error)
        document = self._document(ended - self._began)
        process.write(process.unique_name(self._out) + ".json", [document.encode("ascii")])

    def _estimate(self):
        """Figures of slices and samples together: ``(code, calls, own, builtin)``, and whether anything was sampled."""
        rested = sum(seconds for _code, seconds in self._sampled.values())
        overall = 1.0 + rested / max(self._sliced_work, SLICE)
        rows = []
        for key in self._figures.keys() | self._sampled.keys():
            code, sampled = self._sampled.get(key, (None, 0.0))
            if key not in self._figures:
                rows.append((code, 1, sampled, 0.0))
                continue
            code, calls, own, builtin, sliced = self._figures[key]
            own, builtin = max(own, 0.0), max(builtin, 0.0)
            # One sample of a function that is nearly never seen says little about its calls.
            factor = min(1.0 + sampled / sliced, 3.0 * overall) if sliced > 0.0 else overall if sampled else 1.0
            own_builtin = builtin * (1.0 + sampled / own) if own > 0.0 else 0.0
            rows.append((code, calls * factor, own + sampled, min(own_builtin, own + sampled)))
        return rows, rested > TICK

    def _document(self, seconds):
        names = Names(self._root)
        figures, estimated = self._estimate()
        here = os.path.dirname(os.path.abspath(__file__))
        functions = {}
        seen = [figure for figure in figures if not figure[0].co_filename.startswith(here)]
        names.learn(figure[0] for figure in seen)
        for code, calls, own, builtin in seen:
            qualname, line, kind = names.holder(code)
            key = code.co_filename, qualname, line
            row = functions.setdefault(key, [names.module(code), kind, 0.0, 0.0, 0.0])
            if line == code.co_firstlineno:
                # Comprehensions are entered by the function that holds them: not calls of it.
                row[2] += calls
            row[3] += own
            row[4] += builtin
        rows = [
            '{"module":%s,"qualname":%s,"file":%s,"line":%d,"kind":"%s","calls":%d,"own_seconds":%r,"builtin_seconds":%r}'
            # What was seen running was called, though a call that began during a rest is not counted.
            % (quoted(module), quoted(qualname), quoted(file), line, kind, max(round(calls), 1), own, builtin)
            for (file, qualname, line), (module, kind, calls, own, builtin) in functions.items()
        ]
        return '{"format":1,"python":%s,"executable":%s,"seconds":%r,"estimated":%s,"functions":[\n%s\n]}\n' % (
            quoted(sys.version.split()[0]),
            quoted(sys.executable or ""),
            seconds,
            "true" if estimated else "false",
            ",\n".join(rows),
        )


def _nothing(_signum, _frame):
    """Takes a signal that comes too late."""


def _enter_thread(_frame, _event, _argument):
    """Keeps SIGPROF away from a new thread, so that the first one gets it, and is not called there again."""
    _signal.pthread_sigmask(_signal.SIG_BLOCK, [_signal.SIGPROF])
    # And it gets it even while it waits for this one: system calls are not resumed by themselves any longer.
    _signal.siginterrupt(_signal.SIGPROF, True)
    sys.setprofile(None)


def _figures(entries, cost, inside):
    """Own time by code object from the engine's entries, the engine's own cost taken out.

    Returns the figures (``[code, calls, own, builtin]`` by id; under ``None`` and ``0`` the cost to take out of, and the
    time of builtins called from, functions that were running already), the seconds that belong to any entry, and the
    number of calls.
    """
    figures = {}
    events = 0
    seen = 0.0
    from_python, to_python = {}, 0
    builtin_total = builtin_placed = 0.0
    calls_total = calls_placed = 0
    for code, calls, _recursive, _total, inline, callees in entries:
        events += calls
        calls_total += calls
        seen += inline
        if isinstance(code, str):
            builtin_total += inline - calls * inside
            for callee in callees or ():
                calls_placed += callee[1]
            continue
        own = inline - calls * inside
        builtin = 0.0
        for callee in callees or ():
            calls_placed += callee[1]
            # The time between the callee's own readings of the clock and the call itself is the engine's.
            own -= callee[1] * (cost - inside)
            if isinstance(callee[0], str):
                time_inside = max(callee[4] - callee[1] * inside, 0.0)
                builtin += time_inside
                builtin_placed += time_inside
        figures[id(code)] = [code, calls, own + builtin, builtin]
    # Calls without a caller were made by functions that ran before the engine did.
    figures[0] = (None, 0, max(builtin_total - builtin_placed, 0.0))
    figures[None] = (None, 0, figures[0][2] - (calls_total - calls_placed) * (cost - inside))
    return figures, seen, events


def _stack(frame):
    """The functions that are running, outermost first, as pairs that tell a frame from a later one."""
    stack = []
    while frame is not None:
        stack.append((id(frame), frame.f_code))
        frame = frame.f_back
    stack.reverse()
    return stack


def _innermost_common(before, frame):
    common = None
    for (was, code), (now, same_code) in zip(before, _stack(frame)):
        if was != now or code is not same_code:
            break
        common = code
    return common


def _cost_of_a_call():
    """What the engine adds to one call, in seconds, and the part of it that falls into the callee's own time.

    The callee has a few instructions: 3.11 runs each of them slower while a profiler is on.
    """

    def small(number):
        return number if number < 2 else number - 1 + number - 2

    def loop(count=400):
        for number in range(count):
            small(number)
        return count

    clock = time.perf_counter
    costs = []
    for _ in range(4):
        begin = clock()
        count = loop()
        plain = (clock() - begin) / count
        engine = _lsprof.Profiler()
        try:
            engine.enable()
        except ValueError:
            return 1e-7, 5e-8
        begin = clock()
        loop()
        profiled = (clock() - begin) / count
        engine.disable()
        body = next(entry[4] / entry[1] for entry in engine.getstats() if entry[0] is small.__code__)
        cost = max(profiled - plain, 1e-9)
        costs.append((cost, min(max(body - plain / 2, 0.0), cost)))
    return sorted(costs)[1]
