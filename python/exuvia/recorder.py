"""Records calls of chosen functions while a program runs.

A function is watched by its code, not by its name: ``__code__`` of the function object itself is exchanged, right after
its module was imported, so that every reference to it is watched, whoever holds it. While a watched call runs, the
function has its own code back: recursion runs at full speed and only the outermost call is recorded.

``EXUVIA_PROBE_TARGETS`` holds the names, ``module:qualname``, separated by spaces; ``EXUVIA_PROBE_LIMITS`` how many calls
and how many bytes are kept of each function. The first half of what is kept are the first calls; the other half are spread
over all that follow: when it is full, every second of them is dropped and from then on half as many are taken. Calls with
arguments that were kept twice already are not kept again.
"""

import os
import sys

from . import process

SAME = 2
"""How many calls with the same arguments are kept."""

CO_GENERATOR, CO_COROUTINE, CO_ASYNC_GENERATOR = 0x20, 0x80, 0x200

_FUNCTION = type(process.write)


class Recorder:
    """The watched functions of one process, from ``start`` to ``save``."""

    busy = False
    """Whether it can not be saved right now: see ``profile.Profile``."""

    def __init__(self, out, root, targets, calls, size):
        self._out = out
        self._watches = {name: Watch(name, calls, size) for name in targets}
        self._pending = {}
        for name in targets:
            self._pending.setdefault(name.partition(":")[0], []).append(self._watches[name])

    def start(self):
        """Waits for the modules of the watched functions to be imported, or to run as the program itself."""
        # Imported ahead: what is saved in a signal handler or a forked child must not have to import.
        from . import recording

        self._save_recording = recording.save
        sys.meta_path.insert(0, self)
        for name in [name for name in self._pending if name in sys.modules]:
            self._loaded(sys.modules[name])
        if _main_module() in self._pending:
            sys.setprofile(self._watch_main)

    def pause(self):
        """Nothing to do: see ``profile.Profile.pause``."""

    resume = pause

    def after_fork(self):
        """Forgets what the parent recorded."""
        for watch in self._watches.values():
            watch.forget()

    def save(self):
        """Writes one recording for each function that was found in this process."""
        for watch in self._watches.values():
            if watch.file is not None or watch.problem is not None:
                path = process.unique_name(self._out) + ".calls"
                self._save_recording(path, watch.header(), watch.kept())

    # Modules.

    def find_spec(self, name, path=None, target=None):
        """Finds a module as the finders after this one do, and watches it being executed."""
        if name not in self._pending:
            return None
        for finder in sys.meta_path:
            if finder is self or not hasattr(finder, "find_spec"):
                continue
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = _Loader(spec.loader, self._loaded)
                return spec
        return None

    def _loaded(self, module):
        for watch in self._pending.pop(module.__name__, ()):
            watch.find(module.__dict__, False)
        if not self._pending and self in sys.meta_path:
            sys.meta_path.remove(self)

    def _watch_main(self, frame, _event, _argument):
        if frame.f_globals.get("__name__") != "__main__":
            return
        name = _main_module()
        waiting = [watch for watch in self._pending[name] if not watch.appear(frame.f_globals)]
        if waiting:
            self._pending[name] = waiting
        else:
            sys.setprofile(None)
            del self._pending[name]


class _Loader:
    """A module's own loader, which tells when the module is executed, and then steps aside."""

    def __init__(self, loader, loaded):
        self._loader = loader
        self._loaded = loaded

    def __getattr__(self, name):
        return getattr(self._loader, name)

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._loaded(module)


class Watch:
    """One watched function and the calls kept of it."""

    def __init__(self, name, calls, size):
        self.name = name
        self.file = None
        self.problem = None
        self._main = False
        self._most, self._most_bytes = calls, size
        self._busy = False
        self.forget()

    def forget(self):
        """Drops every call that was kept."""
        self._first, self._spread = [], []
        self._bytes = self._calls = self._repeated = 0
        self._step = 1
        self._seen = {}
        self._unpicklable = {}

    def appear(self, namespace):
        """Watches the function if ``namespace``, a module that is still being executed, has it."""
        top = self.name.partition(":")[2].partition(".")[0]
        if top not in namespace:
            return False
        self.find(namespace, True)
        return True

    def find(self, namespace, main):
        """Watches the function that ``namespace``, a module's, holds; or says in ``problem`` why not."""
        self._main = main
        self.file = namespace.get("__file__") or ""
        qualname = self.name.partition(":")[2]
        found = namespace
        for part in qualname.split("."):
            contents = found if found is namespace else getattr(found, "__dict__", {})
            if part not in contents:
                self.problem = "there is no %s in %s" % (qualname, self.name.partition(":")[0])
                return
            found = contents[part]
        if isinstance(found, (staticmethod, classmethod)):
            found = found.__func__
        if type(found) is not _FUNCTION:
            self.problem = "it is a %s, not a Python function" % type(found).__name__
        elif found.__code__.co_flags & CO_GENERATOR:
            self.problem = "it is a generator function: its calls have no result to compare"
        elif found.__code__.co_flags & (CO_COROUTINE | CO_ASYNC_GENERATOR):
            self.problem = "it is a coroutine function: its calls have no result to compare"
        else:
            import pickle

            self._dumps, self._protocol = pickle.dumps, 5
            self._function = found
            self._code = found.__code__
            self._original = _FUNCTION(
                self._code, found.__globals__, found.__name__, found.__defaults__, found.__closure__
            )
            self._original.__kwdefaults__ = found.__kwdefaults__
            self._watching = _watching_code(self._code, self)
            # `inspect.signature` and `inspect.getsource` look here first.
            found.__wrapped__ = self._original
            found.__code__ = self._watching

    def __call__(self, args, kwargs):
        """Runs one call of the function and keeps it if its turn has come."""
        function = self._function
        if self._busy:
            return self._original(*args, **kwargs)
        self._calls += 1
        if len(self._first) >= self._most // 2 and self._calls % self._step:
            return self._original(*args, **kwargs)
        self._busy = True
        function.__code__ = self._code
        try:
            before = self._pickle((args, kwargs), "arguments")
            if before is None or self._is_known(before):
                return function(*args, **kwargs)
            try:
                result = function(*args, **kwargs)
            except Exception as error:
                self._keep(before, "raised", error, args, kwargs)
                raise
            self._keep(before, "returned", result, args, kwargs)
            return result
        finally:
            function.__code__ = self._watching
            self._busy = False

    def _pickle(self, value, what):
        try:
            data = self._dumps(value, self._protocol)
        except Exception as error:
            reason = "%s: %s" % (what, str(error).partition("\n")[0][:200] or type(error).__name__)
        else:
            if len(data) <= self._most_bytes // 8:
                return data
            reason = "%s: more than %d bytes" % (what, self._most_bytes // 8)
        if reason in self._unpicklable or len(self._unpicklable) < 20:
            self._unpicklable[reason] = self._unpicklable.get(reason, 0) + 1
        else:
            self._unpicklable["other reasons"] = self._unpicklable.get("other reasons", 0) + 1
        return None

    def _is_known(self, before):
        key = hash(before)
        times = self._seen.get(key, 0)
        if times >= SAME:
            self._repeated += 1
            return True
        if len(self._seen) < 100_000:
            self._seen[key] = times + 1
        return False

    def _keep(self, before, kind, value, args, kwargs):
        after = None
        try:
            after = self._dumps((kind, value, args, kwargs), self._protocol)
        except Exception:
            after = self._pickle(("opaque", type(value).__qualname__, args, kwargs), "arguments after the call")
        if after is None:
            return
        half = self._most - self._most // 2
        room = self._most_bytes - len(before) - len(after)
        if len(self._first) < self._most // 2 and self._bytes <= room // 2:
            self._first.append((before, after))
        else:
            while self._spread and (len(self._spread) >= half or self._bytes > room):
                dropped = self._spread[1::2] if len(self._spread) > 1 else self._spread[:]
                self._bytes -= sum(len(one) + len(other) for one, other in dropped)
                self._spread = self._spread[::2] if len(self._spread) > 1 else []
                self._step *= 2
            if half == 0 or self._bytes > room:
                return
            self._spread.append((before, after))
        self._bytes += len(before) + len(after)

    def kept(self):
        """The calls kept, in the order in which they were made."""
        return self._first + self._spread

    def header(self):
        """What ``recording`` says of the function and its calls."""
        return {
            "function": self.name,
            "python": sys.version.split()[0],
            "file": os.path.abspath(self.file) if self.file else None,
            "main": self._main,
            "calls": self._calls,
            "recorded": len(self._first) + len(self._spread),
            "repeated": self._repeated,
            "unpicklable": self._unpicklable,
            "problem": self.problem,
        }


def _watching_code(code, watch):
    """Code that takes any arguments and hands them to ``watch``, and fits a function with the free variables of ``code``."""
    names = ["x%d" % index for index in range(len(code.co_freevars))]
    lines = ["def around():"]
    lines += ["    %s = None" % name for name in names]
    lines += ["    def function(*args, **kwargs):"]
    lines += ["        if 0: %s" % name for name in names]
    lines += ["        watch = 'WATCH'", "        return watch(args, kwargs)"]
    namespace = {}
    exec(compile("\n".join(lines), code.co_filename, "exec"), namespace)
    watching = next(const for const in namespace["around"].__code__.co_consts if type(const) is type(code))
    changes = {
        "co_consts": tuple(watch if const == "WATCH" else const for const in watching.co_consts),
        "co_name": code.co_name,
        "co_firstlineno": code.co_firstlineno,
    }
    if hasattr(code, "co_qualname"):
        changes["co_qualname"] = code.co_qualname
    return watching.replace(**changes)


def _main_module():
    """The name under which the program's main module would be imported."""
    arguments = sys.orig_argv[1:]
    index = 0
    while index < len(arguments):
        argument = arguments[index]
        if argument == "-m" and index + 1 < len(arguments):
            return arguments[index + 1]
        if argument in ("-c", "-"):
            return None
        if argument in ("-W", "-X", "--check-hash-based-pycs"):
            index += 1
        elif not argument.startswith("-"):
            name = os.path.basename(argument)
            return name[:-3] if name.endswith(".py") else name
        index += 1
    return None
