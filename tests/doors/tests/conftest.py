"""In which of cffi's modes the library is called."""

import sys
import types


def pytest_addoption(parser):
    parser.addoption("--abi", action="store_true", help="call the library in ABI mode on CPython too, as where it finds no CPython's functions")


def pytest_configure(config):
    if config.getoption("--abi"):
        # What the module goes by when it is imported.
        own = sys.implementation
        sys.implementation = types.SimpleNamespace(**vars(own) | {"name": "other"})
        try:
            import doors  # noqa: F401
        finally:
            sys.implementation = own
