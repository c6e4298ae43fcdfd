"""Writes down what a trial run imports and opens.

Lies as `sitecustomize` in a folder that PYTHONPATH names first, so that Python imports it at the start of the run, and of every Python that
the run starts. Each line of the file `seen` in that folder is a pair, as `ascii` shows it.
"""

import atexit
import os
import sys
from _thread import get_ident

FOLDER = os.path.dirname(os.path.abspath(__file__))
SEEN = os.path.join(FOLDER, "seen")
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT

written = set()
busy = set()


def note(kind, text):
    line = f"{ascii((kind, text))}\n"
    if line in written:
        return
    written.add(line)
    # Opened each time: an application may close what it has not opened. A line is written in one piece, whoever else writes.
    try:
        descriptor = os.open(SEEN, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, line.encode())
        finally:
            os.close(descriptor)
    except OSError:
        pass


def watch(event, arguments):
    if event not in ("import", "open", "ctypes.dlopen", "sqlite3.connect"):
        return
    thread = get_ident()
    if thread in busy:
        return
    busy.add(thread)
    try:
        subject = os.fspath(arguments[0]) if isinstance(arguments[0], (str, bytes, os.PathLike)) else None
        if subject is None:
            return
        subject = os.fsdecode(subject)
        if event == "import":
            note("import", subject)
        elif event == "ctypes.dlopen":
            note("library", subject)
        elif os.path.isabs(subject) and not (event == "open" and is_for_writing(arguments)):
            note("open", subject)
    except Exception:
        # Whatever is odd about a path is for the application to find out.
        pass
    finally:
        busy.discard(thread)


def is_for_writing(arguments):
    _, mode, flags = arguments
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & WRITES)


def note_libraries():
    """What was loaded by others than ctypes."""
    with open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as stream:
        for line in stream:
            path = line[line.find("/") :].rstrip("\n") if "/" in line else ""
            if ".so" in path:
                note("library", path)


def make_way():
    """Lets the environment's own sitecustomize run, as it would have without this one."""
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != FOLDER]
    this = sys.modules.pop(__name__)
    try:
        __import__(__name__)
    except ImportError:
        sys.modules[__name__] = this


sys.addaudithook(watch)
atexit.register(note_libraries)
make_way()
