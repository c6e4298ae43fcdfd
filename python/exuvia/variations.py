"""Calls that nobody made: recorded ones with one argument changed to what programs trip over.

Each is built from a recorded call's pickle, so that it can be built again and again, with nothing shared between two. The
choice depends on the recording alone: the same recording gives the same variations.
"""

import pickle
import random


class IntOfOnesOwn(int):
    """An int that is not exactly an int."""


class StrOfOnesOwn(str):
    """A str that is not exactly a str."""


class ListOfOnesOwn(list):
    """A list that is not exactly a list."""


_CHANGES = {
    bool: [lambda v: not v, int, lambda v: None],
    int: [
        lambda v: 0,
        lambda v: -1,
        lambda v: v + 1,
        lambda v: v - 1,
        lambda v: -v,
        lambda v: 2**31,
        lambda v: 2**63,
        lambda v: -(2**63) - 1,
        lambda v: 2**64,
        bool,
        lambda v: float(v) if abs(v) < 2**53 else 0.5,
        IntOfOnesOwn,
        lambda v: str(v % 1000),
        lambda v: None,
    ],
    float: [
        lambda v: 0.0,
        lambda v: -0.0,
        lambda v: -v,
        lambda v: float("nan"),
        lambda v: float("inf"),
        lambda v: float("-inf"),
        lambda v: 1,
        lambda v: None,
    ],
    str: [
        lambda v: "",
        lambda v: v[:1],
        lambda v: v[::-1],
        lambda v: v + v,
        lambda v: v + "\u00e9\U0001f600\u0130\u00df",
        lambda v: "\ud800" + v,
        lambda v: v + "\0\n\t ",
        lambda v: v.upper(),
        StrOfOnesOwn,
        lambda v: v.encode("utf-8", "replace"),
        lambda v: None,
    ],
    bytes: [lambda v: b"", lambda v: v[:1], lambda v: v + v, lambda v: v + b"\0\xff", bytearray, lambda v: None],
    list: [
        lambda v: [],
        lambda v: v[:1],
        lambda v: v[:-1],
        lambda v: v[::-1],
        lambda v: v + v,
        lambda v: v + [None],
        tuple,
        ListOfOnesOwn,
        lambda v: None,
    ],
    tuple: [lambda v: (), lambda v: v[:-1], lambda v: v[::-1], lambda v: v + v, list, lambda v: None],
    dict: [
        lambda v: {},
        lambda v: dict(list(v.items())[1:]),
        lambda v: dict(reversed(list(v.items()))),
        lambda v: {**v, None: None},
        lambda v: None,
    ],
    set: [lambda v: set(), lambda v: v | {None}, list, lambda v: None],
    type(None): [lambda v: 0, lambda v: "", lambda v: [], lambda v: False],
}


class Variation:
    """One changed call of a recording."""

    def __init__(self, before, seed):
        self._before = before
        self._seed = seed

    def build(self):
        """The changed arguments, built anew: ``(args, kwargs)``, or nothing where nothing in them can be changed."""
        args, kwargs = pickle.loads(self._before)
        choice = random.Random(self._seed)
        slots = [i for i, value in enumerate(args) if type(value) in _CHANGES]
        slots += [key for key, value in kwargs.items() if type(value) in _CHANGES]
        if not slots:
            return None
        slot = choice.choice(slots)
        args = list(args)
        holder = args if isinstance(slot, int) else kwargs
        lists = [other for other in slots if other != slot and type((args if isinstance(other, int) else kwargs)[other]) is list]
        if lists and type(holder[slot]) is list and choice.random() < 0.1:
            # Two arguments that are one object.
            other = choice.choice(lists)
            holder[slot] = (args if isinstance(other, int) else kwargs)[other]
            return tuple(args), kwargs
        # Now and then not the argument itself, but something inside it.
        while isinstance(holder[slot], (list, dict)) and holder[slot] and choice.random() < 0.5:
            inner = holder[slot]
            keys = range(len(inner)) if isinstance(inner, list) else list(inner)
            keys = [key for key in keys if type(inner[key]) in _CHANGES]
            if not keys:
                break
            holder, slot = inner, choice.choice(keys)
        value = holder[slot]
        holder[slot] = choice.choice(_CHANGES[type(value)])(value)
        return tuple(args), kwargs


def variations(calls, most):
    """At most ``most`` variations of the recorded ``calls``, spread over them."""
    if not calls:
        return []
    return [Variation(calls[index * 7919 % len(calls)][0], index) for index in range(most)]
