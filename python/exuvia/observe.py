"""Sums up which types values had, and what was inside them."""

_MOST_ITEMS = 5000
"""How many items of one container are looked at."""

_DEEPEST = 6

_SEQUENCES = (list, tuple, set, frozenset)


class Observed:
    """The types of the values seen in one place."""

    def __init__(self, depth=0):
        self._depth = depth
        self._types = {}

    def add(self, value):
        """Takes one more value into account."""
        kind = type(value)
        seen = self._types.get(kind)
        if seen is None:
            seen = self._types[kind] = _Type(self._depth)
        seen.count += 1
        if kind is int:
            seen.fits_i64 = seen.fits_i64 and -(2**63) <= value < 2**63
        elif self._depth < _DEEPEST:
            if kind in _SEQUENCES:
                for index, item in enumerate(value):
                    if index == _MOST_ITEMS:
                        break
                    seen.items.add(item)
            elif kind is dict:
                for index, (key, item) in enumerate(value.items()):
                    if index == _MOST_ITEMS:
                        break
                    seen.items.add(key)
                    seen.values.add(item)

    def report(self):
        """A list for JSON, the most frequent type first."""
        rows = []
        for kind, seen in sorted(self._types.items(), key=lambda pair: -pair[1].count):
            name = kind.__qualname__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__qualname__
            row = {"name": name, "count": seen.count, "fits_i64": kind is int and seen.fits_i64}
            row["items"] = seen.items.report() if seen.items else []
            row["values"] = seen.values.report() if seen.values else []
            rows.append(row)
        return rows


class _Type:
    def __init__(self, depth):
        self.count = 0
        self.fits_i64 = True
        self.items = Observed(depth + 1) if depth < _DEEPEST else None
        self.values = Observed(depth + 1) if depth < _DEEPEST else None
