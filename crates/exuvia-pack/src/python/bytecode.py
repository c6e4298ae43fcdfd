"""Reads bytecode: what the interpreter keeps beside a source, and the imports in it.

Joined with the other files of the probe into one program, and with `compile.py` into another.
"""

import marshal
import os
import struct
from dis import opmap
from importlib.util import MAGIC_NUMBER, cache_from_source
from types import CodeType

EXTENDED_ARG = opmap["EXTENDED_ARG"]
LOAD_CONST = opmap["LOAD_CONST"]
LOAD_SMALL_INT = opmap.get("LOAD_SMALL_INT")  # From 3.14 on.
IMPORT_NAME = opmap["IMPORT_NAME"]


def cached(path):
    """The code object kept beside the source, and that marshalled, if it is the source's own; else nothing twice."""
    # A script of another name would share it with a module: `tool` with `tool.py`.
    if not path.endswith(".py"):
        return None, None
    try:
        with open(cache_from_source(path, optimization=""), "rb") as stream:
            data = stream.read()
        status = os.stat(path)
        flags, seconds, size = struct.unpack_from("<III", data, 4)
        current = seconds == int(status.st_mtime) & 0xFFFFFFFF and size == status.st_size & 0xFFFFFFFF
        if data[:4] == MAGIC_NUMBER and flags == 0 and current:
            marshalled = memoryview(data)[16:]
            return marshal.loads(marshalled), marshalled
    except (OSError, struct.error, ValueError, EOFError, TypeError):
        pass
    return None, None


def import_statements(code):
    """The (level, module, names) of each import in a code object: what is loaded before `IMPORT_NAME` (the documentation of `dis`)."""
    argument, loaded, instructions = 0, [None, None], code.co_code
    for at in range(0, len(instructions), 2):
        operation, argument = instructions[at], argument << 8 | instructions[at + 1]
        if operation == EXTENDED_ARG:
            continue
        if operation == LOAD_CONST:
            loaded = [loaded[1], code.co_consts[argument]]
        elif operation == LOAD_SMALL_INT:
            loaded = [loaded[1], argument]
        elif operation == IMPORT_NAME:
            yield loaded[0] or 0, code.co_names[argument], loaded[1] or ()
        argument = 0
