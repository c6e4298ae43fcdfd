"""Measures how often each function is called and how long it takes, without slowing the program to less than half.

The engine is ``_lsprof``, the one under ``cProfile``. Left on all the time it costs as much as the calls are short: a
recursive ``fib`` takes 1.6 (CPython 3.10), 6.2 (3.11), 4.3 (3.12) and 4.2 (3.13) times as long, a loop over ``len`` 1.6 to
3.2 times. ``sys.monitoring`` is no way out: one callback in C for each call alone makes ``fib`` 3.6 to 4.4 times as long.
So the engine runs in slices. SIGPROF ends a slice; what the slice cost is its number of calls times the cost of one, by
``calibration``; and the engine rests until that cost is at most ``BUDGET`` of the work done, and ``ALLOWANCE``. While it rests,
SIGPROF samples which function runs. A program whose calls are few is therefore measured exactly from start to end; of one
with many, the time is measured in slices and sampled between them, and the calls of a few slices are taken to stand for the
rests after them too, in proportion to the work. (Figures: 2-core x86-64, November 2026.)

Two things a slice by itself does not show:

- The functions that were already running when it began. Time that belongs to no call that the slice saw is given to the
  innermost function that ran throughout it.
- Threads. Only the first thread can be told to rest. Up to 3.11 the engine belongs to one thread; from 3.12 it sees all
  and cannot tell them apart. So while other threads work the engine gives calls alone (up to 3.11 those of the first
  thread), and SIGPROF, which is kept for the first thread, samples the stacks of all of them for the time.

Where there is no SIGPROF (Windows, subinterpreters), or where the program takes it, the engine stays on.

Own time is that of the function's bytecode and of the C builtins that it calls; the latter is known separately, except of
functions that hardly ran in slices: a signal that comes while a builtin runs is seen after it, so that one that sits in a
long builtin has samples and no slices.
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
from .calibration import Calibration
from .naming import Names
from .slices import Slice

TICK = 0.003
"""Seconds of processor time between two looks. Systems round it up to the next beat of their clock, often 4 ms."""

LATE = 0.012
"""Seconds between two looks from which on the program was in a builtin, where signals wait: it called no function meanwhile."""

SLICE = 0.012
"""Seconds of processor time that a slice lasts at least. Entering and leaving the engine costs up to 1 ms in a large program."""

LONGEST = 0.5
"""Seconds that a slice lasts at most, where calls are few."""

BUDGET = 0.25
"""What the engine may cost, as a part of the work it measures."""

ALLOWANCE = 0.1
"""Seconds that it may cost besides, so that a short program is measured exactly, start-up and all."""

POOL = 4
"""Slices, each with the rest after it, that calls are scaled by together: the work in one slice is not known well enough."""

WATCHED = 0.25
"""Where slices saw less than this part of their share of a function's time, its builtins are unknown."""

MANY = 1000
"""Calls, scaled, from which on a function has been watched whatever its times say."""


class Profile:
    """The profile of one process, from ``start`` to ``save``."""

    def __init__(self, out, root):
        self._out = out
        self._root = root
        self._calibration = Calibration()
        self._timer = False
        self._error = None
        self.busy = False
        self._reset()

    def _reset(self):
        # Figures by the id of the code object, which is kept with them: code objects compare by value, which is slow.
        # [code, calls, own time, the part of it in builtins, own time on the processor]
        self._figures = {}
        # Calls of the last slices, ``[code, calls]``, the work in them, the work in the rests after them, and how many.
        self._pool = {}
        self._pool_work = self._pool_rest = 0.0
        self._pool_slices = 0
        # Of the slice or rest that is on, the work in builtins so long that the looks were late.
        self._hidden = 0.0
        self._ended_cpu = time.process_time()
        self._engine = _lsprof.Profiler()
        self._on = False
        # Time sampled while the engine rested, by function, and the work done in slices and in rests.
        self._sampled = {}
        self._sliced_work = self._rested_work = 0.0
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
        self._count_rest()

    def after_fork(self):
        """Begins anew in a forked child: what was measured before belongs to the parent, and timers are not inherited."""
        self._engine.disable()
        self._reset()
        self._timer = False
        self.resume()

    # Slices.

    def _tick(self, _signum, frame):
        if self.busy:
            # The last one is still at work: in a large program the end of a slice takes longer than a tick.
            return
        self.busy = True
        try:
            self._advance(frame)
        except Exception as error:
            # Whatever is wrong here, it is not the program's: it goes on without a profile, and the reason is written.
            self._error = "%s: %s" % (type(error).__name__, error)
            self._engine.disable()
            _signal.setitimer(_signal.ITIMER_PROF, 0)
        finally:
            self.busy = False

    def _advance(self, frame):
        work = time.process_time()
        since, self._looked = work - self._looked, work
        if since > LATE and _thread._count() == 0:
            self._hidden += since - TICK
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
        self._count_rest()
        self._stack = _stack(frame)
        self._threads_worked = False
        began = time.process_time()
        self._calibration.without()
        try:
            self._engine.enable()
            self._on = True
        except ValueError:
            # The program runs a profiler of its own: its turn.
            self._ended_cpu = time.process_time()
            self._rest_until = self._ended_cpu + SLICE
            return
        self._calibration.within()
        self._from_cpu = time.process_time()
        self._from = time.perf_counter()
        self._credit -= self._from_cpu - began

    def _end(self, frame):
        self._engine.disable()
        wall = time.perf_counter() - self._from
        cpu = time.process_time() - self._from_cpu
        self._on = False
        entries = self._calibration.take_out(self._engine.getstats())
        self._engine.clear()
        costs = self._calibration.costs()
        seen = Slice(entries, costs)
        figures = seen.figures
        throughout = _innermost_common(self._stack, frame)
        if self._threads_worked:
            # Calls are right, times are not: other threads' calls were taken for callees.
            for figure in figures.values():
                figure[2] = figure[3] = 0.0
        elif throughout is not None:
            figure = figures.setdefault(id(throughout), [throughout, 0, 0.0, 0.0])
            running = max(0.0, wall - seen.seconds) - seen.earlier_outside
            figure[2] += running / costs.slowdown + seen.earlier_builtin
            figure[3] += seen.earlier_builtin
        builtin = min(seen.builtin, cpu)
        work = (cpu - seen.cost - builtin) / costs.slowdown + builtin
        work = max(work, 0.1 * cpu, 1e-6)
        overhead = time.process_time() - self._from_cpu - work
        self._credit = min(self._credit + BUDGET * work - overhead, ALLOWANCE)
        # A rest pays back what was spent beyond that.
        rest = -self._credit / BUDGET
        self._credit = max(self._credit, 0.0)
        self._slice_length = min(2 * self._slice_length, LONGEST) if rest <= 0 and self._timer else SLICE
        self._ended_cpu = time.process_time()
        self._rest_until = self._ended_cpu + rest
        self._sliced_work += work
        self._pool_work += max(work - self._hidden, 0.0)
        self._pool_slices += 1
        self._hidden = 0.0
        # Own time goes by the clock on the wall, samples by the processor's: on a busy machine they differ.
        processor = min(1.0, work / max(sum(figure[2] for figure in figures.values()), 1e-9))
        for key, (code, calls, own, builtin) in figures.items():
            total = self._figures.setdefault(key, [code, 0.0, 0.0, 0.0, 0.0])
            total[2] += own
            total[3] += builtin
            total[4] += own * processor
            if calls:
                pooled = self._pool.setdefault(key, [code, 0])
                pooled[1] += calls

    def _count_rest(self):
        """Takes the work since the last slice into account, at the end of a rest."""
        now = time.process_time()
        rest, self._ended_cpu = now - self._ended_cpu, now
        if rest > TICK / 2:
            self._rested_work += rest
            if self._pool_slices:
                self._pool_rest += max(rest - self._hidden, 0.0)
        self._hidden = 0.0
        # Where there are no rests, as at the start of most programs, calls are exact.
        if self._pool_rest == 0.0 or self._pool_slices >= POOL:
            self._settle()

    def _settle(self):
        # Slices begin between two instructions and so never in the middle of a builtin, which the rests may well be full of:
        # what of either was hidden in long ones says nothing of calls.
        factor = 1.0 + self._pool_rest / max(self._pool_work, 1e-3)
        for key, (_code, calls) in self._pool.items():
            self._figures[key][1] += calls * factor
        self._pool = {}
        self._pool_work = self._pool_rest = 0.0
        self._pool_slices = 0

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
        """Figures of slices and samples together, and whether there were rests.

        A figure is ``(code, calls, own, builtin)``; the last is ``None`` where it is unknown.
        """
        self._settle()
        ratio = self._rested_work / max(self._sliced_work, SLICE)
        rows = []
        for key in self._figures.keys() | self._sampled.keys():
            code, sampled = self._sampled.get(key, (None, 0.0))
            if key not in self._figures:
                rows.append((code, 1, sampled, None))
                continue
            code, calls, own, builtin, sliced = self._figures[key]
            own, builtin = max(own, 0.0), max(builtin, 0.0)
            # Of a few samples one more or less says nothing, and many calls are not seen by chance.
            if sampled and calls < MANY and (sliced <= 0.0 or (sampled - 2 * TICK) * WATCHED > ratio * sliced):
                builtin = None
            elif own > 0.0:
                builtin = min(builtin / own, 1.0) * (own + sampled)
            rows.append((code, calls, own + sampled, builtin))
        return rows, self._rested_work > 0.0

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
            row = functions.setdefault(key, [names.module(code), kind, 0.0, 0.0, 0.0, 0.0])
            if line == code.co_firstlineno:
                # Comprehensions are entered by the function that holds them: not calls of it.
                row[2] += calls
            row[3] += own
            if builtin is not None:
                row[4] += builtin
                row[5] += own
        rows = []
        for (file, qualname, line), (module, kind, calls, own, builtin, known) in functions.items():
            # Where most of the time is known, the rest is taken to be like it.
            share = 0.0 if own <= 0.0 else builtin / known if 2.0 * known >= own else None
            rows.append(
                '{"module":%s,"qualname":%s,"file":%s,"line":%d,"kind":"%s","calls":%d,"estimated":%s,'
                '"own_seconds":%r,"builtin_seconds":%s}'
                % (
                    quoted(module),
                    quoted(qualname),
                    quoted(file),
                    line,
                    kind,
                    # What was seen running was called, though a call that began during a rest is not counted.
                    max(round(calls), 1),
                    "true" if estimated else "false",
                    own,
                    "null" if share is None else repr(share * own),
                )
            )
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
