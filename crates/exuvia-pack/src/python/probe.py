"""Says what an interpreter is, what is installed for it, and what an application needs of that.

Runs in the chosen interpreter. Reads a request as JSON from standard input, writes an answer as JSON to standard output.
Imports nothing of the application: what it needs is read off the syntax trees of its modules.
"""

import ast
import json
import os
import re
import sys
import sysconfig
from importlib import metadata

# What a project keeps beside its packages, and does not ship.
BESIDE_PACKAGES = {
    "setup", "conftest", "noxfile", "tasks", "tests", "test", "testing", "docs", "doc", "examples", "example",
    "benchmarks", "benchmark", "scripts", "build", "dist", "venv", "env", "target", "node_modules",
}
# What installs an application, and is not part of it unless it is asked for.
INSTALLERS = {"pip", "setuptools", "wheel"}


class Refusal(Exception):
    """The request cannot be met: what is wrong, and what to do."""

    def __init__(self, message, hint):
        super().__init__(message)
        self.hint = hint


def normalized(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def interpreter():
    variable = sysconfig.get_config_var
    paths = sysconfig.get_paths(vars={"base": sys.base_prefix, "platbase": sys.base_exec_prefix,
                                      "installed_base": sys.base_prefix, "installed_platbase": sys.base_exec_prefix})
    from importlib import machinery

    return {
        "implementation": sys.implementation.name,
        "version": list(sys.version_info[:3]),
        "cache_tag": sys.implementation.cache_tag,
        "extension_suffixes": machinery.EXTENSION_SUFFIXES,
        "builtin_modules": sys.builtin_module_names,
        "stdlib": os.path.dirname(os.__file__),
        "dynload": variable("DESTSHARED") or os.path.join(paths["platstdlib"], "lib-dynload"),
        "base_prefix": sys.base_prefix,
        "static_library": os.path.join(variable("LIBPL") or "", variable("LIBRARY") or ""),
        "shared_library": variable("INSTSONAME") or "",
        "library_directory": variable("LIBDIR") or "",
        "link_flags": " ".join(filter(None, map(variable, ("LIBS", "SYSLIBS", "MODLIBS")))),
        "debug": hasattr(sys, "gettotalrefcount"),
        "free_threaded": bool(variable("Py_GIL_DISABLED")),
        "machine": sysconfig.get_platform(),
    }


def module_name(path, suffixes):
    """The module that a file is, by its path relative to a directory of sys.path; None if it is none."""
    for suffix in [".py", *suffixes]:
        if path.endswith(suffix):
            parts = path[: -len(suffix)].split("/")
            if parts[-1] == "__init__":
                del parts[-1]
            if parts and all(part.isidentifier() for part in parts):
                return ".".join(parts)
    return None


def tree(root, name):
    """The files of a package or module of this name in a directory, relative to the directory."""
    single = os.path.join(root, name + ".py")
    package = os.path.join(root, name)
    if os.path.isdir(package):
        for directory, folders, files in os.walk(package, followlinks=True):
            folders[:] = sorted(f for f in folders if f != "__pycache__" and not f.startswith("."))
            for file in sorted(files):
                if not file.endswith((".pyc", ".pyo")):
                    yield os.path.relpath(os.path.join(directory, file), root)
    elif os.path.isfile(single):
        yield name + ".py"
    else:
        stem = name + "."
        yield from (file for file in sorted(os.listdir(root)) if file.startswith(stem) and file.endswith(".so"))


def editable_packages(site, files):
    """The (directory, name) of each top-level package that an editable install points to."""
    for file in files:
        path = os.path.join(site, file)
        if file.endswith(".pth") and "/" not in file:
            with open(path, encoding="utf-8", errors="replace") as stream:
                lines = [line.strip() for line in stream]
            for line in lines:
                root = os.path.join(site, line)
                if line and not line.startswith(("#", "import ", "import\t")) and os.path.isdir(root):
                    yield from top_level(root)
        elif re.fullmatch(r"__editable___.*_finder\.py", file):
            with open(path, encoding="utf-8") as stream:
                statements = ast.parse(stream.read()).body
            for statement in statements:
                target = getattr(statement, "target", None) or (getattr(statement, "targets", None) or [None])[0]
                if getattr(target, "id", None) == "MAPPING" and statement.value is not None:
                    for name, place in ast.literal_eval(statement.value).items():
                        if "." not in name:
                            yield os.path.dirname(place), name


def top_level(root):
    """The packages and modules that a project's folder has for others."""
    for entry in sorted(os.listdir(root)):
        name, extension = os.path.splitext(entry)
        if name in BESIDE_PACKAGES or not name.isidentifier():
            continue
        if extension == ".py" or os.path.isfile(os.path.join(root, entry, "__init__.py")):
            yield root, name


def distributions():
    """Every distribution that the interpreter sees, with its files as (absolute path, path below site-packages)."""
    seen = set()
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if not name or normalized(name) in seen:
            continue
        seen.add(normalized(name))
        site = str(distribution.locate_file(""))
        listed = [str(file) for file in distribution.files or ()]
        listed = [file for file in listed if not file.startswith("..") and not os.path.isabs(file) and "__pycache__" not in file]
        files = {file: os.path.join(site, file) for file in listed if not file.endswith((".pth", ".pyc"))}
        for root, package in editable_packages(site, listed):
            files.update((file, os.path.join(root, file)) for file in tree(root, package))
        files = {file: path for file, path in files.items() if os.path.isfile(path)
                 and not re.fullmatch(r"__editable__.*\.py", file) and not file.endswith("/direct_url.json")}
        yield {
            "name": name,
            "version": distribution.version,
            "files": files,
            "requires": list(distribution.requires or ()),
            "entry_points": [(point.group, point.name, point.value) for point in distribution.entry_points],
        }


def imported(source, name, is_package):
    """The names of modules that a module's source mentions: imports, and texts that look like a module's name."""
    package = name if is_package else name.rpartition(".")[0]
    pending = [ast.parse(source)]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            pending.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                parts = parts[: len(parts) - node.level + 1]
                base = ".".join(parts + ([base] if base else []))
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value.partition(":")[0]
            if "." in text and len(text) < 120 and all(part.isidentifier() for part in text.split(".")):
                yield text
                yield text.rpartition(".")[0]
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__") and isinstance(node.args[0].value, str):
                yield node.args[0].value
        pending.extend(ast.iter_child_nodes(node))


class Reach:
    """Which distributions, and which modules beside the application, are reached from where it starts."""

    def __init__(self, installed, suffixes, beside):
        self.suffixes = suffixes
        self.beside = beside
        self.installed = {normalized(each["name"]): each for each in installed}
        self.taken = {}
        self.local = {}
        self.owners = {}
        for each in installed:
            for file, path in each["files"].items():
                name = module_name(file, suffixes)
                if name:
                    self.owners.setdefault(name, (each, path))
        self.seen = set()

    def take(self, distribution):
        key = normalized(distribution["name"])
        if key in self.taken:
            return
        self.taken[key] = distribution
        for requirement in distribution["requires"]:
            name, _, marker = requirement.partition(";")
            match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", name)
            needed = self.installed.get(normalized(match.group(1))) if match and "extra" not in marker else None
            if needed:
                self.take(needed)
                for file in needed["files"]:
                    module = module_name(file, self.suffixes)
                    if module and "." not in module:
                        self.follow(module)

    def follow(self, name):
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            self.follow_one(".".join(parts[:end]))

    def follow_one(self, name):
        if name in self.seen:
            return
        self.seen.add(name)
        path = self.beside_path(name)
        if path is None:
            distribution, path = self.owners.get(name, (None, None))
            if distribution is None:
                return
            self.take(distribution)
        if path and path.endswith(".py"):
            self.read(path, name)

    def beside_path(self, name):
        """The file of a module that lies beside the application, which takes it, or the package around it, along."""
        if self.beside is None:
            return None
        top = name.partition(".")[0]
        place = os.path.join(self.beside, *name.split("."))
        for path in (os.path.join(place, "__init__.py"), place + ".py"):
            if os.path.isfile(path):
                self.local[top] = self.beside
                return path
        if "." in name or top not in sys.builtin_module_names:
            stem, folder = os.path.basename(place) + ".", os.path.dirname(place)
            for file in os.listdir(folder) if os.path.isdir(folder) else ():
                if file.startswith(stem) and module_name(file, self.suffixes):
                    self.local[top] = self.beside
                    return os.path.join(folder, file)
        return None

    def read(self, path, name):
        try:
            with open(path, "rb") as stream:
                found = list(imported(stream.read(), name, os.path.basename(path) == "__init__.py"))
        except (SyntaxError, ValueError, RecursionError, OSError):
            return
        for each in found:
            if each:
                self.follow(each)


def closest(name, names):
    import difflib

    near = difflib.get_close_matches(name, names, 3)
    return f"did you mean {' or '.join(near)}?" if near else ""


def resolve(request, installed):
    """What to run as __main__, and where to begin looking for what it needs."""
    if request["kind"] == "script":
        script = os.path.abspath(request["target"])
        with open(script, "rb") as stream:
            source = stream.read()
        try:
            compile(source, script, "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            raise Refusal(f"{request['target']} is no Python program: {error}", "give a file that this Python can run") from None
        return {"script": script, "module": "", "source": "", "beside": os.path.dirname(script), "starts": []}
    if request["kind"] == "module":
        return {"script": "", "module": request["target"], "source": "", "beside": os.getcwd(), "starts": [request["target"]]}
    scripts = {name: value for each in installed for group, name, value in each["entry_points"]
               if group in ("console_scripts", "gui_scripts")}
    name = request["target"]
    if name not in scripts:
        hint = closest(name, scripts) or (f"there are: {', '.join(sorted(scripts))}" if scripts else "install the application first")
        raise Refusal(f"no installed distribution has the command {name!r}", hint)
    module, _, attribute = re.sub(r"\s*\[.*\]\s*$", "", scripts[name]).partition(":")
    module, attribute = module.strip(), attribute.strip()
    first = attribute.partition(".")[0]
    source = f"import sys\n\nfrom {module} import {first}\n\nif __name__ == '__main__':\n    sys.exit({attribute}())\n"
    return {"script": "", "module": "", "source": source, "beside": None, "starts": [module]}


def answer(request):
    facts = interpreter()
    if request["kind"] == "interpreter":
        return {"interpreter": facts}
    installed = list(distributions())
    application = resolve(request, installed)
    reach = Reach(installed, facts["extension_suffixes"], application["beside"])
    if application["script"]:
        reach.read(application["script"], "__main__")
    for module in application["starts"]:
        reach.follow(module)
        reach.follow(module + ".__main__")
    by_name = {normalized(each["name"]): each for each in installed}
    for name in request["include"]:
        if normalized(name) not in by_name:
            raise Refusal(f"the distribution {name!r} is not installed", closest(name, by_name) or "install it, or leave it out")
        reach.take(by_name[normalized(name)])
    if request["all"]:
        for key, each in by_name.items():
            if key not in INSTALLERS:
                reach.take(each)
    if application["module"]:
        name = application["module"]
        import importlib.util

        if name.partition(".")[0] not in reach.local and name not in reach.owners:
            try:
                found = importlib.util.find_spec(name.partition(".")[0])
            except (ImportError, ValueError):
                found = None
            if found is None:
                raise Refusal(f"there is no module named {name!r}", "install it, or run this in the folder that holds it")
    local = [(file, os.path.join(root, file)) for name, root in sorted(reach.local.items()) for file in tree(root, name)]
    return {
        "interpreter": facts,
        "application": {key: application[key] for key in ("script", "module", "source")},
        "local": local,
        "distributions": [
            {"name": each["name"], "version": each["version"], "files": sorted(each["files"].items())}
            for _, each in sorted(reach.taken.items())
        ],
        "left_out": sorted(each["name"] for key, each in by_name.items() if key not in reach.taken),
    }


def main():
    request = json.load(sys.stdin)
    try:
        result = answer(request)
    except Refusal as refusal:
        result = {"refusal": str(refusal), "hint": refusal.hint}
    json.dump(result, sys.stdout)


main()
