"""Compiles modules for an archive, in the interpreter that will run them.

Standard input: a JSON list of [path, name, package], where the package is that which relative imports in the module start from. Standard
output, for each: its length as 8 bytes (little-endian, signed), then the marshalled code object; then in the same way the names that it
imports, a line each, in order: those that it imports when it runs, and after an empty line those that its functions import.
A length below zero is that of a message instead, negated and one less: the file does not compile, and nothing else follows.
Bytecode that the interpreter keeps beside the source is used where it is current.

Joined with `bytecode.py` into one program.
"""

import json
import marshal
import struct
import sys
from types import CodeType

# `CO_OPTIMIZED` of the module `inspect`, which takes long to import: a function has it, a module and the body of a class have not.
IS_FUNCTION = 0x0001


def imported(code, package):
    """The names that a module imports: when it runs, and in its functions. Names that are not modules' are among them."""
    at_once, later = {}, {}
    pending = [(code, at_once)]
    for code, found in pending:
        for level, name, names in import_statements(code):
            if level:
                name = ".".join([*package.split(".")[: len(package.split(".")) - level + 1], *filter(None, [name])])
            names = [name, *(f"{name}.{each}" for each in names if each != "*")] if name else []
            found.update(dict.fromkeys(names))
        for each in code.co_consts:
            if isinstance(each, CodeType):
                pending.append((each, later if each.co_flags & IS_FUNCTION else found))
    return list(at_once), list(later)


def compiled(path, name, package):
    code, data = cached(path)
    if code is None:
        with open(path, "rb") as stream:
            code = compile(stream.read(), name, "exec", dont_inherit=True, optimize=0)
        data = marshal.dumps(code)
    at_once, later = imported(code, package)
    return data, "\n".join([*at_once, "", *later]).encode()


def main():
    import warnings

    warnings.simplefilter("ignore")
    output = sys.stdout.buffer
    for path, name, package in json.load(sys.stdin):
        try:
            for data in compiled(path, name, package):
                output.write(struct.pack("<q", len(data)) + data)
        except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError, OSError) as error:
            message = str(error).encode("utf-8", "replace")
            output.write(struct.pack("<q", -len(message) - 1) + message)


main()
