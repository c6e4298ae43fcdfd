"""Finds the two implementations of a ported function: the Python twin and the port."""

import importlib
import inspect
import os
import sys


class Missing(Exception):
    """A function or module that is not there; says which and why."""


def module_of(name, main=False):
    """Imports the module of ``name``. ``main`` makes pickles find its classes as ``__main__``'s as well."""
    module_name = name.partition(":")[0]
    try:
        module = importlib.import_module(module_name)
    except BaseException as error:
        raise Missing("importing %s raises %s: %s" % (module_name, type(error).__name__, error)) from error
    if main:
        sys.modules["__main__"] = module
    return module


def implementations(name, module):
    """The twin and the port of ``name``; the same object twice where no port is active."""
    qualname = name.partition(":")[2]
    found = module
    for part in qualname.split("."):
        try:
            found = inspect.getattr_static(found, part)
        except AttributeError:
            raise Missing("there is no %s in %s" % (qualname, module.__name__)) from None
    port = found.__func__ if isinstance(found, (staticmethod, classmethod)) else found
    twin = module.__dict__.get("_exuvia_twins", {}).get(qualname, port)
    twin = twin.__func__ if isinstance(twin, (staticmethod, classmethod)) else twin
    return twin, port


class Twins:
    """While entered, every ported function that modules can see is its Python twin.

    A twin that calls itself, or another ported function, does so by a name that is bound to the port: without this it would
    be measured, and compared with the port, with the port inside. What was put elsewhere than in a module (a default
    value, a dispatch table) stays as it is.
    """

    def __init__(self):
        twins = {}
        for module in list(sys.modules.values()):
            for qualname, twin in (getattr(module, "__dict__", None) or {}).get("_exuvia_twins", {}).items():
                port = module.__dict__.get(qualname, twin)
                if port is not twin:
                    twins[id(port)] = (port, twin)
        self._places = []
        for module in list(sys.modules.values()):
            names = getattr(module, "__dict__", None) or {}
            for name, value in list(names.items()):
                if id(value) in twins:
                    self._places.append((names, name, *twins[id(value)]))

    def __enter__(self):
        for names, name, _port, twin in self._places:
            names[name] = twin

    def __exit__(self, *_exc):
        for names, name, port, _twin in self._places:
            names[name] = port


class Handovers:
    """While entered, watches whether ``twin`` is run: the port hands the call over, or a part of it.

    ``seen`` says so afterwards. The watch ends with the first hand-over, so that the twin runs at its own speed.
    """

    def __init__(self, twin):
        self._code = getattr(twin, "__code__", None)
        self.seen = False

    def __enter__(self):
        self._before = sys.getprofile()
        sys.setprofile(self._watch)
        return self

    def __exit__(self, *_exc):
        sys.setprofile(self._before)

    def _watch(self, frame, event, _argument):
        if event == "call" and frame.f_code is self._code:
            self.seen = True
            sys.setprofile(self._before)


def enter(root):
    """Makes the project's own modules importable, as its interpreter would in the project's root."""
    for folder in (root, os.path.join(root, "src")):
        if os.path.isdir(folder) and not os.path.exists(os.path.join(folder, "__init__.py")):
            if folder not in sys.path:
                sys.path.insert(0, folder)
