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


def enter(root):
    """Makes the project's own modules importable, as its interpreter would in the project's root."""
    for folder in (root, os.path.join(root, "src")):
        if os.path.isdir(folder) and not os.path.exists(os.path.join(folder, "__init__.py")):
            if folder not in sys.path:
                sys.path.insert(0, folder)
