"""Compares two outcomes of one call as exactly as a program could.

``difference(one, other)`` walks both values side by side. Equal means: the same types all the way down (``True`` is not
``1``, a subclass is not its base), ``-0.0`` apart from ``0.0``, any NaN like any other, dictionaries in the same order,
objects by type and state, and the same objects shared: where one side refers to a list twice, or to itself, so does the
other. Whether two equal strings, numbers or tuples are one object is not looked at, since Python itself does not promise
it; nor is the order of sets.
"""

import collections
import copyreg
import math
import types

_MOST_DRAINED = 10_000
_ATOMS = (int, str, bytes, bool, type(None), type(Ellipsis), type(NotImplemented))
_BY_IDENTITY = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.CodeType)


def difference(one, other):
    """Where ``one`` and ``other`` first differ, as ``(path, reason)``, or nothing where they are the same."""
    walk = _Walk()
    # A list instead of recursion: recordings may be deeper than the recursion limit.
    walk.todo.append((one, other, ""))
    while walk.todo:
        found = walk.step(*walk.todo.pop())
        if found is not None:
            return found
    return None


class _Walk:
    def __init__(self):
        self.todo = []
        self._there = {}
        self._back = {}
        # What was compared by its address has to stay alive, or another object takes the address.
        self._kept = []

    def step(self, one, other, path):
        kind = type(one)
        if kind is not type(other):
            return path, "%s instead of %s" % (_type_name(type(other)), _type_name(kind))
        if kind in _ATOMS:
            return None if one == other else (path, "the value")
        if kind is float:
            return None if _same_float(one, other) else (path, "the value")
        if kind is complex:
            same = _same_float(one.real, other.real) and _same_float(one.imag, other.imag)
            return None if same else (path, "the value")
        if isinstance(one, _BY_IDENTITY):
            return None if one is other else (path, "another %s" % kind.__name__)

        shared = kind is not tuple and kind is not frozenset
        known, known_back = self._there.get(id(one)), self._back.get(id(other))
        if known is not None or known_back is not None:
            if known == id(other) and known_back == id(one):
                return None
            if shared:
                return path, "which object it is: one that occurs elsewhere as well on one side, not on the other"
        if shared or known is None:
            self._there[id(one)], self._back[id(other)] = id(other), id(one)
            self._kept.append((one, other))
        if one is other and shared:
            return None
        return self._inside(kind, one, other, path)

    def _inside(self, kind, one, other, path):
        if isinstance(one, BaseException):
            return self._exception(one, other, path)
        if isinstance(one, (list, tuple)) and kind.__len__ in (list.__len__, tuple.__len__):
            found = self._sequence(list(_base(one, list, tuple)), list(_base(other, list, tuple)), path)
            return found or self._attributes(kind, one, other, path, (list, tuple))
        if isinstance(one, dict) and kind.__iter__ in (dict.__iter__, collections.OrderedDict.__iter__):
            found = self._mapping(one, other, path)
            if isinstance(one, collections.defaultdict) and found is None:
                self.todo.append((one.default_factory, other.default_factory, path + ".default_factory"))
            return found or self._attributes(kind, one, other, path, (dict,))
        if isinstance(one, (set, frozenset)):
            found = self._set(one, other, path)
            return found or self._attributes(kind, one, other, path, (set, frozenset))
        if isinstance(one, (int, str, bytes, float, complex)):
            base = next(base for base in (int, str, bytes, float, complex) if isinstance(one, base))
            plain = {int: int.__int__, str: str.__str__, float: float.__float__}.get(base, base)
            if base is str:
                plain = lambda text: "".join(str.__iter__(text))  # noqa: E731
            found = self.step(plain(one), plain(other), path)
            return found or self._attributes(kind, one, other, path, (base,))
        if kind is bytearray:
            return None if one == other else (path, "the value")
        if isinstance(one, types.MethodType):
            if one.__func__ is not other.__func__:
                return path, "another method"
            self.todo.append((one.__self__, other.__self__, path + ".__self__"))
            return None
        if isinstance(one, types.GeneratorType):
            return self._sequence(_drain(one), _drain(other), path)
        if kind is types.CellType:
            self.todo.append((_cell(one), _cell(other), path + ".cell_contents"))
            return None
        return self._object(kind, one, other, path)

    def _sequence(self, one, other, path):
        if len(one) != len(other):
            return path, "the length: %d instead of %d" % (len(other), len(one))
        # Pushed last to first, so that the first difference is the one that is told.
        for index in reversed(range(len(one))):
            mine, yours = one[index], other[index]
            kind = type(mine)
            # Most of what is compared is small and plain: not worth a turn of the walk.
            if kind is type(yours) and kind in _ATOMS and mine == yours:
                continue
            self.todo.append((mine, yours, "%s[%d]" % (path, index)))
        return None

    def _mapping(self, one, other, path):
        # An OrderedDict keeps an order of its own.
        items = collections.OrderedDict.items if isinstance(one, collections.OrderedDict) else dict.items
        mine, yours = list(items(one)), list(items(other))
        if len(mine) != len(yours):
            return path, "the length: %d instead of %d" % (len(yours), len(mine))
        for (key, value), (other_key, other_value) in reversed(list(zip(mine, yours))):
            self.todo.append((value, other_value, "%s[%s]" % (path, _short(key))))
            self.todo.append((key, other_key, "%s, key %s" % (path, _short(key))))
        return None

    def _set(self, one, other, path):
        if len(one) != len(other):
            return path, "the length: %d instead of %d" % (len(other), len(one))
        left = {}
        for item in other:
            left.setdefault(_set_key(item), []).append(item)
        for item in one:
            candidates = left.get(_set_key(item), [])
            match = next((i for i, candidate in enumerate(candidates) if difference(item, candidate) is None), None)
            if match is None:
                return path, "the item %s is missing" % _short(item)
            del candidates[match]
        return None

    def _exception(self, one, other, path):
        self.todo.append((_attribute_dict(one), _attribute_dict(other), path + ".__dict__"))
        self.todo.append((one.args, other.args, path + ".args"))
        for name in ("code", "value", "errno", "strerror", "filename", "encoding", "object", "start", "end", "reason"):
            if name not in _attribute_dict(one) and (hasattr(one, name) or hasattr(other, name)):
                self.todo.append((getattr(one, name, None), getattr(other, name, None), "%s.%s" % (path, name)))
        return None

    def _attributes(self, kind, one, other, path, plain):
        if kind not in plain:
            self.todo.append((_attribute_dict(one), _attribute_dict(other), path + ".__dict__"))
        return None

    def _object(self, kind, one, other, path):
        if kind.__reduce_ex__ is object.__reduce_ex__ and kind.__reduce__ is object.__reduce__:
            if not hasattr(kind, "__getstate__") or kind.__getstate__ is getattr(object, "__getstate__", None):
                if kind.__flags__ & 0x200:  # Py_TPFLAGS_HEAPTYPE: a class of Python's own, state and all in attributes.
                    self.todo.append((_attribute_dict(one), _attribute_dict(other), path))
                    return None
        reduced = []
        for value in (one, other):
            try:
                reducer = copyreg.dispatch_table.get(kind)
                state = reducer(value) if reducer else value.__reduce_ex__(4)
            except Exception:
                return None if one is other else (path, "a %s, which cannot be compared" % _type_name(kind))
            if isinstance(state, tuple):
                # The items of a list or dictionary come as iterators.
                state = tuple(list(part) if i in (3, 4) and part is not None else part for i, part in enumerate(state))
            reduced.append(state)
        self._kept.append(reduced)
        self.todo.append((reduced[0], reduced[1], path))
        return None


def _same_float(one, other):
    if one != one:
        return other != other
    return one == other and math.copysign(1.0, one) == math.copysign(1.0, other)


def _attribute_dict(value):
    """An object's attributes, those in slots included."""
    found = dict(getattr(value, "__dict__", None) or {})
    for base in type(value).__mro__:
        slots = base.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name in ("__dict__", "__weakref__"):
                continue
            if name.startswith("__") and not name.endswith("__"):
                name = "_%s%s" % (base.__name__.lstrip("_"), name)
            try:
                found[name] = object.__getattribute__(value, name)
            except AttributeError:
                pass
    return found


def _base(value, *bases):
    base = next(base for base in bases if isinstance(value, base))
    return base.__iter__(value)


def _cell(cell):
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _drain(generator):
    """What a generator yields, and what it raises at the end."""
    found = []
    try:
        for item in generator:
            found.append(item)
            if len(found) == _MOST_DRAINED:
                break
    except Exception as error:
        found.append(error)
    return found


def _set_key(item):
    # Members that hash by identity differ between two copies; their type is all there is to look them up by.
    return hash(item) if isinstance(item, (*_ATOMS, float, complex, tuple, frozenset)) and _is_plain(item) else type(item)


def _is_plain(item):
    if isinstance(item, (tuple, frozenset)):
        return all(_is_plain(part) for part in item)
    # NaN hashes by identity.
    return type(item) in _ATOMS or (type(item) is float and item == item)


def _short(value):
    from .show import show

    return show(value, 40)


def _type_name(kind):
    return kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)
