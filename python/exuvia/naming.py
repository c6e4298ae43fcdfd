"""Names code objects as ``module:qualname``, and gives generated code to the function that holds it.

A code object knows its file, its first line and, from Python 3.11, its qualified name. The module follows from the file;
the qualified name on 3.10 follows from the functions that the modules hold or, in the project's own files, from the
source.
"""

import sys

CO_OPTIMIZED = 0x1

GENERATED = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")


class Names:
    """Names for code objects, as ``sys.modules`` has them at the time of the call."""

    def __init__(self, root):
        self._root = root
        self._sources = {}
        self._holders = {}
        self._modules = _modules_by_file()
        self._live = {} if sys.version_info >= (3, 11) else _live_qualnames()

    def learn(self, codes):
        """Keeps where functions start, for the generated code that they hold."""
        for code in codes:
            if code.co_name not in GENERATED:
                known = self._holders.setdefault((code.co_filename, self._qualname(code)), [])
                known.append((code.co_firstlineno, _kind(code)))

    def module(self, code):
        """The module a code object was defined in, as it is imported; the file's name where no module is known."""
        file = code.co_filename
        found = self._modules.get(file)
        if found is None and file.startswith("<frozen "):
            return file[len("<frozen ") : -1]
        return found or file

    def holder(self, code):
        """The function that holds ``code``: ``(qualname, first line, kind)``.

        A comprehension or generator expression belongs to the function around it. ``kind`` is ``function``, ``module``
        or ``class``, after what the holder is.
        """
        qualname, line, kind = self._qualname(code), code.co_firstlineno, _kind(code)
        generated = False
        while True:
            around, _, last = qualname.rpartition(".")
            if last not in GENERATED:
                break
            generated = True
            qualname = around[: -len(".<locals>")] if around.endswith(".<locals>") else around
            if not qualname:
                return "<module>", 1, "module"
        if generated:
            known = self._holders.get((code.co_filename, qualname))
            if known is None and self._is_ours(code.co_filename):
                known = self._source(code.co_filename)[1].get(qualname)
            # The same name may be defined more than once: the last definition that starts above holds the code.
            above = [place for place in known or () if place[0] <= line]
            line, kind = max(above, default=(line, "function"))
        return qualname, line, kind

    def _qualname(self, code):
        known = getattr(code, "co_qualname", None) or self._live.get(id(code))
        if known is None and self._is_ours(code.co_filename):
            known = self._source(code.co_filename)[0].get((code.co_firstlineno, code.co_name))
        return known or code.co_name

    def _is_ours(self, file):
        # A virtual environment often lies inside the project.
        return file.startswith(self._root) and "site-packages" not in file

    def _source(self, file):
        """What one of the project's files defines: qualified names by line and name, lines and kinds by qualified name."""
        if file not in self._sources:
            names, places = {}, {}
            self._sources[file] = names, places
            try:
                with open(file, "rb") as source:
                    module = compile(source.read(), file, "exec", dont_inherit=True)
            except Exception:
                # Gone, or not the source that was run: what is known without it has to do.
                return names, places
            todo = [(module, "")]
            while todo:
                code, prefix = todo.pop()
                for const in code.co_consts:
                    if isinstance(const, type(code)):
                        qualname = prefix + const.co_name
                        names[const.co_firstlineno, const.co_name] = qualname
                        places.setdefault(qualname, []).append((const.co_firstlineno, _kind(const)))
                        todo.append((const, qualname + (".<locals>." if const.co_flags & CO_OPTIMIZED else ".")))
        return self._sources[file]


def _kind(code):
    if code.co_name == "<module>":
        return "module"
    return "function" if code.co_flags & CO_OPTIMIZED else "class"


def _modules_by_file():
    found = {}
    for name, module in list(sys.modules.items()):
        # Through the dictionary: a lazy module's own `__getattr__` is not to be woken.
        contents = module.__dict__ if isinstance(module, type(sys)) else {}
        file = contents.get("__file__")
        if name == "__main__" and file is None:
            # A script's `__file__` is gone by the time the interpreter shuts down.
            file = getattr(contents.get("__loader__"), "path", None)
        if not isinstance(file, str):
            continue
        if name in ("__main__", "__mp_main__"):
            name = _main_name(contents, file)
        # `os.path` and `posixpath` are one file: the name that the module itself gives is the right one.
        if file not in found or contents.get("__name__") == name:
            found[file] = name
    return found


def _main_name(contents, file):
    """How the program's main module would be imported: by the name that ``-m`` was given, else by the script's file."""
    spec = contents.get("__spec__")
    if spec is not None:
        return spec.name
    stem = file.replace("\\", "/").rpartition("/")[2]
    return stem[:-3] if stem.endswith(".py") else stem


def _live_qualnames():
    """Qualified names by the id of the code object, of the functions that modules and their classes hold."""
    function = type(_live_qualnames)
    found = {}
    for module in list(sys.modules.values()):
        if not isinstance(module, type(sys)):
            continue
        name = module.__dict__.get("__name__")
        todo = [module.__dict__]
        seen = set()
        while todo:
            for value in list(todo.pop().values()):
                kind = type(value)
                if kind is staticmethod or kind is classmethod:
                    value = value.__func__
                elif kind is property:
                    value = value.fget
                if type(value) is function:
                    found[id(value.__code__)] = value.__qualname__
                elif isinstance(value, type) and id(value) not in seen and value.__module__ == name:
                    seen.add(id(value))
                    todo.append(value.__dict__)
    return found
