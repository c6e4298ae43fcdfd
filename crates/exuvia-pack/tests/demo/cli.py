"""What an application does with Python, a word at a time: each prints what it saw, the same packed as not."""

import os
import sys


def metadata():
    from importlib import metadata

    print(metadata.version("Exuvia_Demo"), metadata.metadata("exuvia-demo")["Summary"])
    points = metadata.entry_points(group="exuvia.demo")
    print(sorted((point.name, point.value, point.load().__name__) for point in points))
    print(sorted(str(file) for file in metadata.files("exuvia-demo") if file.suffix == ".txt"))
    try:
        metadata.version("no-such-thing")
    except metadata.PackageNotFoundError as error:
        print(repr(error))


def data():
    import pkgutil
    from importlib import resources

    root = resources.files("demo")
    print(root.joinpath("data/greeting.txt").read_text(encoding="utf-8"))
    print(sorted(entry.name for entry in (root / "data").iterdir()))
    print((root / "data").is_dir(), (root / "nothing").is_file())
    print(pkgutil.get_data("demo", "data/greeting.txt"))
    with resources.as_file(root / "data" / "greeting.txt") as path:
        print(path.read_bytes())
    print(resources.files("demo.data").joinpath("greeting.txt").read_bytes())


def beside():
    from demo import beside

    print(beside.listing())
    print(beside.greeting())


def modules():
    import inspect
    import pkgutil

    import demo
    from demo import extension_users
    from demo.space import inner

    print(sorted(module.name for module in pkgutil.iter_modules(demo.__path__)))
    print(inner.__name__, list(map(os.path.basename, demo.space.__path__)))
    print(inspect.getsource(metadata).splitlines()[0], inspect.getsourcelines(data)[1])
    print(demo.__spec__.name, demo.__package__, os.path.basename(demo.__file__), os.path.basename(demo.__cached__))
    print(extension_users.answer())
    print(__name__, sys.modules["__main__"].__name__)


def standard_library():
    import bz2
    import ctypes
    import decimal
    import hashlib
    import lzma
    import sqlite3
    import ssl
    import zlib

    print(hashlib.sha256(b"x").hexdigest(), zlib.crc32(b"x"), decimal.Decimal("0.1") * 3)
    print(bz2.decompress(bz2.compress(b"x")), lzma.decompress(lzma.compress(b"x")))
    print(sqlite3.connect(":memory:").execute("select 6 * 7").fetchone(), ssl.PROTOCOL_TLS_CLIENT.name)
    print(ctypes.CDLL(None).abs(-3), "straße".encode("idna"), "é".encode("cp437"))


def arguments():
    print([argument.encode("utf-8", "surrogateescape") for argument in sys.argv[2:]], sys.flags.utf8_mode, sys.getfilesystemencoding())
    print("ünïcode", sys.stdout.encoding, sys.stderr.errors, sys.stdout.line_buffering)


def pipe():
    for line in sys.stdin:
        print(line.rstrip().upper())
    print(sys.stdin.read() == "", file=sys.stderr)


def exit_code():
    word = sys.argv[2]
    return int(word) if word.isdigit() else word


def interrupt():
    raise KeyboardInterrupt


def fail():
    def inner(value):
        return 1 / value

    try:
        inner(0)
    except ZeroDivisionError as error:
        raise RuntimeError("it went wrong") from error  # marked line


def thread():
    import threading

    worker = threading.Thread(target=lambda: print("from a thread"))
    worker.start()
    worker.join()


def square(number):
    return number * number


def processes():
    import multiprocessing

    with multiprocessing.get_context("fork").Pool(2) as pool:
        print(pool.map(square, range(5)))


def abort():
    import signal

    os.kill(os.getpid(), signal.SIGTERM)


def main():
    words = {
        function.__name__: function
        for function in (metadata, data, beside, modules, standard_library, arguments, pipe, exit_code, interrupt, fail, thread, processes, abort)
    }
    return words[sys.argv[1]]()
