"""What an application does with Python, a word at a time: each prints what it saw, the same packed as not."""

import os
import sys


def metadata():
    from importlib import metadata

    print(metadata.version("Exuvia_Demo"), metadata.metadata("exuvia-demo")["Summary"])
    points = metadata.entry_points(group="exuvia.demo")
    print(sorted((point.name, point.value, point.load().__name__) for point in points))
    print(sorted(str(file) for file in metadata.files("exuvia-demo") if file.suffix == ".txt"))
    print(len([each for each in metadata.distributions() if each.metadata["Name"] == "exuvia-demo"]))
    located = next(file for file in metadata.files("exuvia-demo") if file.name == "METADATA").locate()
    print(type(located).__name__, located.name, located.read_text().splitlines()[1])
    try:
        metadata.version("no-such-thing")
    except metadata.PackageNotFoundError as error:
        print(repr(error))


def data():
    import pkgutil
    from importlib import resources

    root = resources.files("demo")
    print(type(root).__name__, sorted(path.name for path in root.glob("data/*.txt")))
    print(sorted(path.name for path in resources.files("demo.space").iterdir() if path.suffix == ".py"))
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


def files():
    import json
    import pathlib
    import shutil
    import ssl
    import tempfile

    package = pathlib.Path(json.__file__).parent
    print(sorted(entry.name for entry in os.scandir(package) if entry.is_file() and entry.name.endswith(".py")))
    print(sorted(path.name for path in package.rglob("*.py")), package.resolve(strict=True).name, os.path.realpath(package) == str(package))
    print(os.stat(json.__file__).st_size == len(open(json.__file__, "rb").read()), os.path.isdir(package.parent.parent))
    print(os.access(json.__file__, os.R_OK), os.path.islink(json.__file__), os.path.samefile(json.__file__, package / "../json/__init__.py"))
    with open(json.__file__) as stream:
        stream.seek(3)
        print(stream.readline(), os.fstat(stream.fileno()).st_size == os.path.getsize(json.__file__))
    for attempt in (lambda: os.mkdir(package), lambda: open(package / "nothing"), lambda: os.listdir(json.__file__)):
        try:
            attempt()
        except OSError as error:
            print(type(error).__name__, error.strerror)
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(package, os.path.join(folder, "copy"), ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy2(json.__file__, os.path.join(folder, "one"))
        print(sorted(os.listdir(folder)), sorted(os.listdir(os.path.join(folder, "copy"))))
        print([os.stat(os.path.join(folder, each)).st_mode & 0o700 for each in ("copy", "copy/decoder.py", "one")])
    print(ssl.__file__ == sys.modules["ssl"].__spec__.origin, os.path.exists(sys.modules["_ssl"].__file__))


def descriptors():
    import json
    import pathlib

    package = pathlib.Path(json.__file__).parent
    walked = [(os.path.relpath(top, package), sorted(set(folders) - {"__pycache__"}), sorted(files)) for top, folders, files, _ in os.fwalk(package)]
    print([each for each in walked if "__pycache__" not in each[0]])
    with open(json.__file__, "rb") as stream:
        by_descriptor, by_path = os.fstat(stream.fileno()), os.stat(json.__file__)
        print(os.path.samestat(by_descriptor, by_path), by_descriptor.st_mtime == by_path.st_mtime, by_descriptor.st_mode == by_path.st_mode)
        print(os.path.sameopenfile(stream.fileno(), os.open(json.__file__, os.O_RDONLY)))
    folder = os.open(package, os.O_RDONLY)
    print(os.stat("decoder.py", dir_fd=folder).st_size == (package / "decoder.py").stat().st_size, "decoder.py" in os.listdir(folder))
    with open(os.path.relpath(json.__file__)) as stream:
        print(len(stream.read()) == os.path.getsize(json.__file__))
    before = os.getcwd()
    os.chdir(package)
    with open("decoder.py") as stream:
        print(os.path.samefile("decoder.py", package / "decoder.py"), sorted(path.name for path in pathlib.Path().glob("dec*.py")), len(stream.read()) > 9)
    os.chdir(before)


def order():
    import tempfile

    import demo

    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("colorsys.py", "NAME = 'mine'"), ("later.py", "NAME = 'later'"), ("inserted.py", "NAME = 'inserted'")):
            with open(os.path.join(folder, name), "w") as stream:
                stream.write(text)
        os.mkdir(os.path.join(folder, "wave"))
        sys.path.insert(0, folder)
        import colorsys

        print(getattr(colorsys, "NAME", None))
        # A folder without `__init__.py` does not hide a module that comes after it.
        import wave

        print(hasattr(wave, "open"))
        sys.path.remove(folder)
        del sys.modules["colorsys"]
        import colorsys

        print(getattr(colorsys, "NAME", None))
        demo.__path__.insert(0, folder)
        from demo import inserted

        print(inserted.NAME, inserted.__name__)
        demo.__path__.remove(folder)
        from demo.space import inner

        os.mkdir(os.path.join(folder, "space"))
        with open(os.path.join(folder, "space", "added.py"), "w") as stream:
            stream.write("NAME = 'added'")
        demo.__path__.append(folder)
        from demo.space import added

        print(added.NAME, inner.__name__, type(demo.space.__path__).__name__, len(demo.space.__path__), demo.space.__file__ is None)
        demo.__path__.remove(folder)
        before = sys.path[:]
        sys.path[:] = [folder]
        try:
            import nturl2path
        except ImportError as error:
            print(repr(error))
        sys.path[:] = before
        import nturl2path

        print(nturl2path.__name__)
        import importlib

        for name in ("\ud800", "demo.\ud800"):
            try:
                importlib.import_module(name)
            except ImportError as error:
                print(type(error).__name__)


def children():
    import subprocess
    import tempfile

    def python(*arguments, **options):
        ended = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, timeout=60, **options)
        print(arguments[0], ended.returncode, ended.stdout, ended.stderr.strip().rpartition("\n")[2])

    python("-c", "import sys, demo.cli; print(sys.argv, sys.flags.dev_mode, demo.__name__)", "demo", "--help")
    python("-X", "dev", "-W", "error", "-c", "import sys; print(sys.flags.dev_mode, sys.warnoptions)")
    python("-m", "json.tool", "--compact", input='{"a": 1}')
    python("-", "a", input="import sys; print('from standard input', sys.argv)")
    python("-c", "import sys; sys.exit(7)")
    python("-c", "1 / 0")
    python("-c", "raise KeyboardInterrupt")
    python("-V")
    python("-c", "import os, sys; print(os.environ.get('NAME'), sys.dont_write_bytecode)", env={"NAME": "value", "PYTHONDONTWRITEBYTECODE": "1"})
    python("--no-such-option")
    with tempfile.TemporaryDirectory() as folder:
        # A folder without `__main__.py` is no program, and the application is none that a folder leads to.
        print(subprocess.run([sys.executable, folder], capture_output=True, timeout=60).returncode)
    with tempfile.TemporaryDirectory() as folder:
        script = os.path.join(folder, "script.py")
        with open(script, "w") as stream:
            stream.write("import sys, near\nprint(near.NAME, __file__ == sys.argv[0], sys.argv[1:])\n")
        with open(os.path.join(folder, "near.py"), "w") as stream:
            stream.write("NAME = __name__\n")
        ended = subprocess.run([sys.executable, script, "x"], capture_output=True, text=True, timeout=60)
        print(ended.returncode, ended.stdout)
        ended = subprocess.run([sys.executable, "-c", "import near; print(near.NAME)"], capture_output=True, text=True, timeout=60,
                               env={"PYTHONPATH": folder})
        print(ended.returncode, ended.stdout)
    ended = subprocess.run([os.path.realpath(sys.executable), "-c", "import os, sys; print(os.path.samefile('/proc/self/root', '/'), sys.flags.quiet)"],
                           capture_output=True, timeout=60)
    print(ended.returncode, ended.stdout, ended.stderr)
    ended = subprocess.run(f"'{sys.executable}' -c 'print(1)'", shell=True, env={}, capture_output=True, timeout=60)
    print(ended.returncode, ended.stdout, ended.stderr)


def restart():
    import subprocess

    if os.environ.get("AGAIN"):
        print("again", sys.argv[1:])
        return
    os.environ["AGAIN"] = "1"
    for command in ([sys.executable, *sys.argv], [sys.executable, "-u", "-X", "dev", *sys.argv, "x"], [sys.executable, *sys.orig_argv[1:]]):
        ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
        print(ended.returncode, ended.stdout, ended.stderr)
    print(len(sys.orig_argv) - len(sys.argv), flush=True)
    os.execv(sys.executable, sys.orig_argv)


def pools():
    import concurrent.futures
    import multiprocessing
    from multiprocessing import shared_memory

    for method in ("fork", "spawn", "forkserver"):
        context = multiprocessing.get_context(method)
        with context.Pool(2) as pool:
            print(method, pool.map(square, range(3)))
        with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as executor:
            print(list(executor.map(square, range(3))))
    memory = shared_memory.SharedMemory(create=True, size=8)
    memory.close()
    memory.unlink()


def programs():
    import subprocess

    path = os.path.join(os.path.dirname(__file__), "data", "greeting.txt")
    print(subprocess.run(["cat", path], capture_output=True).stdout)
    print(subprocess.run(f"cat '{path}'", shell=True, capture_output=True).stdout)
    print(subprocess.run(f"cat '{os.path.dirname(path)}/two words.txt' | tr a-z A-Z", shell=True, capture_output=True).stdout)
    os.environ["GREETING"] = path
    print(subprocess.run('cat "$GREETING"', shell=True, capture_output=True).stdout)
    print(subprocess.run('cat "$GREETING"', shell=True, capture_output=True, env=os.environ).stdout)
    os.chdir(os.path.dirname(path))
    print(os.listdir("."), os.path.basename(os.getcwd()))
    print(subprocess.run(["cat", "greeting.txt"], capture_output=True).stdout)


def abort():
    import signal

    os.kill(os.getpid(), signal.SIGTERM)


def main():
    words = (
        metadata, data, beside, modules, standard_library, arguments, pipe, exit_code, interrupt, fail, thread, processes,
        files, descriptors, order, children, restart, pools, programs, abort,
    )
    return {function.__name__: function for function in words}[sys.argv[1]]()
