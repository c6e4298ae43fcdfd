"""Recordings on disk: the calls of one function, as it was called and as it answered.

A file is a line ``exuvia recording 1``, a line of JSON (the header), and blocks. A block is its length and its CRC-32 (four
bytes each, little-endian) and that many bytes. Each call is two blocks, each one pickle, so that objects that are shared
between arguments, and between arguments and result, are shared again when it is loaded:

1. ``(args, kwargs)`` before the call;
2. ``(kind, value, args, kwargs)`` after it. ``kind`` is ``returned``, ``raised``, or ``opaque`` where result or exception
   cannot be pickled; then ``value`` is its type's name.

The header has ``function``, ``python``, ``file`` (where the function was imported from), ``main`` (whether that module ran
as ``__main__``), ``calls`` (how many there were), ``recorded`` (how many are in the file), ``repeated`` (not kept: same
arguments as others), ``unpicklable`` (how many by reason), ``problem`` (why the function could not be watched).

A pickle can run anything when it is loaded. Recordings are therefore loaded from the project's own ``.exuvia/`` alone.
"""

import json
import os
import struct
import zlib

from .process import write

MAGIC = b"exuvia recording 1\n"

_BLOCK = struct.Struct("<II")


class Damaged(Exception):
    """A file that is no whole recording; says what is wrong with it."""


def save(path, header, calls):
    """Writes ``calls``, pairs of the two pickles, to ``path``, whole or not at all."""

    def parts():
        yield MAGIC
        yield json.dumps(header).encode("utf-8") + b"\n"
        for call in calls:
            for block in call:
                yield _BLOCK.pack(len(block), zlib.crc32(block))
                yield block

    write(path, parts())


def load(path):
    """Reads a file: the header and the pairs of pickles, which are not loaded.

    Raises `Damaged` for anything that `save` did not write, and `OSError`.
    """
    with open(path, "rb") as file:
        data = file.read()
    if not data.startswith(MAGIC):
        raise Damaged("it is not a recording of this version of Exuvia")
    end = data.find(b"\n", len(MAGIC))
    if end < 0:
        raise Damaged("it ends in its header")
    try:
        header = json.loads(data[len(MAGIC) : end])
        expected = header["recorded"]
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged("its header cannot be read: %s" % error) from None
    blocks = []
    at = end + 1
    while at < len(data):
        if at + _BLOCK.size > len(data):
            raise Damaged("it ends in the middle of call %d" % (len(blocks) // 2 + 1))
        length, checksum = _BLOCK.unpack_from(data, at)
        block = data[at + _BLOCK.size : at + _BLOCK.size + length]
        if len(block) != length:
            raise Damaged("it ends in the middle of call %d" % (len(blocks) // 2 + 1))
        if zlib.crc32(block) != checksum:
            raise Damaged("call %d is damaged" % (len(blocks) // 2 + 1))
        blocks.append(block)
        at += _BLOCK.size + length
    calls = list(zip(blocks[::2], blocks[1::2]))
    if len(blocks) % 2 or len(calls) != expected:
        raise Damaged("it holds %d of %d calls" % (len(calls), expected))
    return header, calls


def file_name(function):
    """The name of a function's recording: no colon, which some systems do not allow."""
    return function.replace(":", "-") + ".calls"


def path_of(folder, function):
    """Where the recording of ``function`` is."""
    return os.path.join(folder, file_name(function))
