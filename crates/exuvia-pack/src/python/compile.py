"""Compiles modules for an archive, in the interpreter that will run them.

Standard input: a JSON list of [path, name]. Standard output, for each: its length as 8 bytes (little-endian, signed), then the marshalled code
object. A length below zero is that of a message instead, negated and one less: the file does not compile.
Bytecode that the interpreter keeps beside the source is used where it is current.
"""

import json
import marshal
import os
import struct
import sys
from importlib.util import MAGIC_NUMBER, cache_from_source
from types import CodeType


def cached(path):
    """The code object kept beside the source, if it is the source's own."""
    try:
        with open(cache_from_source(path, optimization=""), "rb") as stream:
            data = stream.read()
        status = os.stat(path)
        flags, seconds, size = struct.unpack_from("<III", data, 4)
        current = seconds == int(status.st_mtime) & 0xFFFFFFFF and size == status.st_size & 0xFFFFFFFF
        if data[:4] == MAGIC_NUMBER and flags == 0 and current:
            return marshal.loads(memoryview(data)[16:])
    except (OSError, struct.error, ValueError, EOFError, TypeError):
        pass
    return None


def relocated(code, name):
    """A code object under another file name."""
    constants = tuple(relocated(each, name) if isinstance(each, CodeType) else each for each in code.co_consts)
    return code.replace(co_filename=name, co_consts=constants)


def compiled(path, name):
    code = cached(path)
    if code is None:
        with open(path, "rb") as stream:
            code = compile(stream.read(), name, "exec", dont_inherit=True, optimize=0)
    return marshal.dumps(relocated(code, name))


def main():
    import warnings

    warnings.simplefilter("ignore")
    output = sys.stdout.buffer
    for path, name in json.load(sys.stdin):
        try:
            data = compiled(path, name)
            output.write(struct.pack("<q", len(data)) + data)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, OSError) as error:
            message = str(error).encode("utf-8", "replace")
            output.write(struct.pack("<q", -len(message) - 1) + message)


main()
