"""Writes values for people: like ``repr``, but never long, never failing, and bounded in the work it does."""

import reprlib

LONGEST = 400
"""How many characters a value takes at most."""


class _Short(reprlib.Repr):
    def __init__(self, most):
        super().__init__()
        self.maxlevel = 8
        self.maxlist = self.maxtuple = self.maxdict = self.maxset = self.maxfrozenset = self.maxdeque = 80
        self.maxstring = self.maxlong = self.maxother = most

    def repr_instance(self, value, level):
        try:
            text = repr(value)
        except Exception as error:
            return "<%s whose repr raises %s>" % (type(value).__name__, type(error).__name__)
        if len(text) > self.maxother:
            text = text[: self.maxother - 1] + "…"
        return text


def show(value, most=LONGEST):
    """``value`` as Python would write it, at most ``most`` characters."""
    try:
        # A subclass looks like its base: the type is what may differ.
        text = _Short(most).repr(value)
        base = next((base for base in (str, int, float, list, dict, tuple, set) if isinstance(value, base)), None)
        if base is not None and type(value) not in (base, bool) and type(value).__name__ not in text:
            text = "%s(%s)" % (type(value).__name__, text)
    except Exception as error:
        text = "<%s whose repr raises %s>" % (type(value).__name__, type(error).__name__)
    return text if len(text) <= most else text[: most - 1] + "…"


def show_call(name, args, kwargs):
    """A call as Python would write it."""
    parts = [show(value) for value in args]
    parts += ["%s=%s" % (key, show(value)) for key, value in kwargs.items()]
    text = "%s(%s)" % (name, ", ".join(parts))
    return text if len(text) <= 2 * LONGEST else text[: 2 * LONGEST - 1] + "…"


def show_exception(error):
    """An exception with its type and message."""
    text = "%s(%s)" % (type(error).__qualname__, ", ".join(show(value) for value in getattr(error, "args", ())))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
