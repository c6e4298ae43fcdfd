"""What the engine of ``profile`` adds to the program that it watches, measured beside the program.

A call costs the engine more than most calls take, so that what it adds must be known well: an error of a tenth in it is an
error of a third in the time that is left. One figure does not do. On 3.13 the engine adds 350 ns to a call of ``len``, 400
to one of a Python function, 580 to one of a method written in C, and half as much to the resumption of a generator; up to 3.11
it slows every instruction besides, where the interpreter leaves its specialised ones (3.11: by half to one and a half). And the
same machine is twice as fast at one moment as at another. Therefore each kind is measured at the beginning of every slice,
in some 0.1 ms, once without the engine and once with it. (Figures: 2-core x86-64, November 2026.)
"""

import sys
import time

PYTHON, FROM_C, RESUMED, BUILTIN, METHOD = range(5)
"""Kinds of calls: of a Python function by Python, of one by C, of a generator or coroutine (a resumption), of a builtin
function, of a method written in C."""

ROUNDS = 40
"""Calls that are timed of each kind."""

RECENT = 5
"""Slices whose measurements are considered; what counts is the median, for any of them may have been interrupted."""

GENERATES = 0x20 | 0x80 | 0x100 | 0x200
"""The flags of code that is resumed: generator, coroutine, iterable coroutine, asynchronous generator."""


def _small(code=(lambda: None).__code__):
    return type(_numbers_of)(code.replace(co_name="_small"), {})


def _numbers_of(rounds):
    for number in range(rounds):
        yield number


def _key(_item):
    return 0


# The engine finds a function in a tree of all that it has seen: one that is called again and again is found sooner than one
# of many. Most programs are between the two, and so are these exercises.
_ONE, _TWO, _THREE = _SMALL = [_small() for _ in range(3)]


def _call(rounds):
    for _ in range(rounds >> 3):
        _ONE()
        _ONE()
        _ONE()
        _TWO()
        _ONE()
        _ONE()
        _TWO()
        _THREE()


def _call_from_c(rounds):
    sorted(_ITEMS[:rounds], key=_key)


def _resume(rounds):
    for _ in _numbers_of(rounds):
        pass


def _builtin(rounds):
    items = ()
    for _ in range(rounds >> 3):
        len(items)
        abs(1)
        hash(1)
        isinstance(1, int)
        callable(1)
        id(items)
        ord("a")
        repr(1)


def _method(rounds):
    items, text, table = [], "word", {}
    for _ in range(rounds >> 3):
        items.count(0)
        text.isdigit()
        table.get(text)
        text.startswith("x")
        items.append(0)
        text.strip()
        items.pop()
        table.keys()


def _compute(rounds):
    total = 0
    for number in range(rounds):
        total = total + number * number % 7 if number > 1 else number


_ITEMS = [None] * ROUNDS
_KINDS = {_ONE.__code__: PYTHON, _key.__code__: FROM_C, _numbers_of.__code__: RESUMED}
_EXERCISES = (_call, _call_from_c, _resume, _builtin, _method, _compute)


def kind(code):
    """The kind of an entry of the engine's, taken to be called by Python."""
    if isinstance(code, str):
        return METHOD if code.startswith("<method ") else BUILTIN
    return RESUMED if code.co_flags & GENERATES else PYTHON


class Costs:
    """What the engine adds: in seconds by kind to a call, and of that to the callee's own time; and to the time between calls."""

    def __init__(self, cost, inside, slowdown):
        self.cost = cost
        self.inside = inside
        self.outside = [one - other for one, other in zip(cost, inside)]
        self.slowdown = slowdown


class Calibration:
    """Measures, and keeps the last measurements."""

    def __init__(self):
        # The interpreter runs a function faster once it knows it.
        for exercise in _EXERCISES:
            for _ in range(4):
                exercise(ROUNDS)
        self._plain = self._watched = None
        self._recent = []

    def without(self):
        """Measures while the engine is off."""
        self._plain = _times()

    def within(self):
        """Measures while the engine is on; what it sees of that is taken out by ``take_out``."""
        self._watched = _times()

    def take_out(self, entries):
        """The engine's entries without what it saw of ``within``, as lists; from them the costs are learnt."""
        program, mine, inside = [], {}, [[0, 0.0] for _ in range(5)]
        for code, calls, _recursive, _total, inline, callees in entries:
            if isinstance(code, str) or code.co_filename != __file__:
                program.append([code, calls, inline, callees or ()])
                continue
            if code in _KINDS:
                kept = inside[_KINDS[code]]
                kept[0] += calls
                kept[1] += inline
            for callee in callees or ():
                if isinstance(callee[0], str):
                    for kept in mine.setdefault(callee[0], [0, 0.0]), inside[kind(callee[0])]:
                        kept[0] += callee[1]
                        kept[1] += callee[4]
        for entry in program:
            if entry[0] in mine:
                calls, inline = mine[entry[0]]
                entry[1] -= calls
                entry[2] -= inline
                entry[3] = [callee for callee in entry[3] if callee[0] is not _key.__code__]
        if self._watched is not None and self._plain is not None:
            self._learn(inside)
        return [entry for entry in program if entry[1] > 0]

    def _learn(self, inside):
        plain, watched = self._plain, self._watched
        # Each time has one call more, the exercise's own, and the two halves of the clock's.
        about = max(watched[0] - plain[0], 0.0) / (ROUNDS + 2)
        slowdown = 1.0
        if sys.version_info < (3, 12):
            slowdown = max((watched[5] - 2 * about) / plain[5], 1.0)
        measured = [slowdown]
        for which in range(5):
            cost = max((watched[which] - plain[which] * slowdown) / (ROUNDS + 2), 1e-9)
            calls, inline = inside[which]
            within = inline / max(calls, 1) - slowdown * plain[which] / ROUNDS / 2
            measured += [cost, min(max(within, 0.0), cost)]
        self._recent = self._recent[1 - RECENT :] + [measured]
        self._watched = None

    def costs(self):
        """What is known by now."""
        if not self._recent:
            return Costs([1e-7] * 5, [5e-8] * 5, 1.0)
        medians = [sorted(values)[len(values) // 2] for values in zip(*self._recent)]
        return Costs(medians[1::2], medians[2::2], medians[0])


def _times():
    clock = time.perf_counter
    times = []
    for exercise in _EXERCISES:
        # The engine prepares a function when it is first called, and the interpreter learns it anew afterwards.
        exercise(8)
        begin = clock()
        exercise(ROUNDS)
        times.append(clock() - begin)
    return times
