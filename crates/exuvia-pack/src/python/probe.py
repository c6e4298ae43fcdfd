"""Says what an interpreter is, what is installed for it, and what an application needs of that.

Runs in the chosen interpreter, joined into one program with `bytecode.py`, `scan.py`, `pth.py`, `reach.py`, `choice.py` and `trial.py`. Reads a request as JSON from
standard input, writes an answer as JSON to standard output. Imports nothing of the application: what it needs is read off the bytecode and
the syntax trees of its modules, and off what runs of it used, if that is asked for.
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


def build():
    """The implementation and its own version: `PyPy 7.3.17`."""
    own = getattr(sys, sys.implementation.name + "_version_info", sys.version_info)
    name = {"pypy": "PyPy", "graalpy": "GraalPy"}.get(sys.implementation.name, sys.implementation.name)
    return " ".join([name, ".".join(str(part) for part in own[:3])])


def interpreter():
    variable = sysconfig.get_config_var
    paths = sysconfig.get_paths(vars={"base": sys.base_prefix, "platbase": sys.base_exec_prefix,
                                      "installed_base": sys.base_prefix, "installed_platbase": sys.base_exec_prefix})
    from importlib import machinery

    stdlib = os.path.dirname(os.__file__)

    def installed(path, below):
        """A folder that the build recorded. An installation that was moved since has it below another; where it was may be another's."""
        moved = os.path.join(below, os.path.basename(path or ""))
        was_moved = not (path or "").startswith(os.path.join(sys.base_prefix, ""))
        return moved if was_moved or os.path.isdir(moved) else path

    return {
        "executable": sys.executable,
        "implementation": sys.implementation.name,
        "build": build(),
        "version": list(sys.version_info[:3]),
        "cache_tag": sys.implementation.cache_tag,
        "extension_suffixes": machinery.EXTENSION_SUFFIXES,
        "builtin_modules": sys.builtin_module_names,
        "stdlib": stdlib,
        "dynload": installed(variable("DESTSHARED") or os.path.join(paths["platstdlib"], "lib-dynload"), stdlib),
        "prefix": sys.prefix,
        "base_prefix": sys.base_prefix,
        "static_library": os.path.join(installed(variable("LIBPL"), stdlib), variable("LIBRARY") or ""),
        "shared_library": variable("INSTSONAME") or "",
        "library_directory": installed(variable("LIBDIR"), sys.base_prefix),
        "link_arguments": " ".join(filter(None, map(variable, ("LIBS", "SYSLIBS", "MODLIBS")))).split(),
        "debug": hasattr(sys, "gettotalrefcount"),
        "free_threaded": bool(variable("Py_GIL_DISABLED")),
        "machine": sysconfig.get_platform(),
    }


def module_name(path, suffixes):
    """The module that a file is, by its path relative to a directory of sys.path; None if it is none."""
    for suffix in [".py", *suffixes, ".pyc"]:
        if path.endswith(suffix):
            parts = path[: -len(suffix)].split("/")
            if parts[-1] == "__init__":
                del parts[-1]
            if parts and all(part.isidentifier() for part in parts):
                return ".".join(parts)
    return None


def walk(folder, is_wanted=lambda name: True):
    """The (directory, names of files) of a folder and of those below it that are wanted. Links are followed, those that lead back are not."""
    around = {}
    for directory, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(directory)
        outer = around.get(os.path.dirname(directory), frozenset())
        if real in outer:
            folders.clear()
            continue
        around[directory] = outer | {real}
        folders[:] = sorted(each for each in folders if each != "__pycache__" and is_wanted(each))
        yield directory, sorted(files)


def tree(root, name):
    """The files of a package or module of this name in a directory, relative to the directory."""
    single = os.path.join(root, name + ".py")
    package = os.path.join(root, name)
    if os.path.isdir(package):
        for directory, files in walk(package, lambda folder: not folder.startswith(".")):
            for file in files:
                # Bytecode beside its source is nobody's; without one, it is the module.
                if not file.endswith((".pyc", ".pyo")) or (file.endswith(".pyc") and file[:-1] not in files):
                    yield os.path.relpath(os.path.join(directory, file), root)
    elif os.path.isfile(single):
        yield name + ".py"
    else:
        stem = name + "."
        yield from (file for file in sorted(os.listdir(root)) if file.startswith(stem) and file.endswith(".so"))


def editable_packages(site, files, starts):
    """The (directory, name) of each top-level package that an editable install points to, in its own files or by those read at a start."""
    for start in starts:
        for root in start.projects:
            yield from top_level(root)
    for file in files:
        if not re.fullmatch(r"__editable___.*_finder\.py", file):
            continue
        with open(os.path.join(site, file), encoding="utf-8") as stream:
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


def unlisted(distribution, name, site):
    """The files of a distribution whose installer kept no list of them, as Debian's packages: what bears its name, or the names it gives."""
    names = (distribution.read_text("top_level.txt") or "").split() or [name.replace("-", "_")]
    for each in names:
        yield from tree(site, each)
    info = os.path.basename(str(getattr(distribution, "_path", "")))
    if os.path.isfile(os.path.join(site, info)):
        yield info
    elif info:
        yield from tree(site, info)


def distributions(suffixes):
    """Every distribution that the interpreter sees, with its files as (absolute path, path below site-packages)."""
    seen = set()
    for distribution in metadata.distributions():
        fields = distribution.metadata
        name = fields["Name"]
        if not name or normalized(name) in seen:
            continue
        seen.add(normalized(name))
        site = str(distribution.locate_file(""))
        files = distribution.files
        listed = list(unlisted(distribution, name, site)) if files is None else [str(file) for file in files]
        listed = [file for file in listed if not os.path.isabs(file) and "__pycache__" not in file]
        known = {*listed}
        listed = [file for file in listed if not (file.endswith(".pyc") and file[:-1] in known)]
        outside = outside_files(site, [file for file in listed if file.startswith("..")])
        listed = [file for file in listed if not file.startswith("..")]
        files = {file: os.path.join(site, file) for file in listed}
        starts = start_files(site, listed)
        editable = list(editable_packages(site, listed, starts))
        for root, package in editable:
            files.update((file, os.path.join(root, file)) for file in tree(root, package))
        # What leads to a project is of no use where the project's files are packed themselves.
        if any(start.projects or start.name.startswith("__editable__") for start in starts):
            for start in starts:
                del files[start.name]
            starts = []
        files = {file: path for file, path in files.items() if os.path.isfile(path)
                 and not re.fullmatch(r"__editable__.*\.py", file) and not file.endswith("/direct_url.json")}
        yield {
            "name": name,
            "version": distribution.version,
            "fields": fields,
            "files": files,
            "outside": outside,
            "starts": starts,
            "modules": modules_of(files, starts, suffixes),
            "roots": sorted({site.rstrip("/"), *(root for root, _ in editable)}),
            "requires": list(distribution.requires or ()),
            "entry_points": [(point.group, point.name, point.value) for point in distribution.entry_points],
        }


def outside_files(site, files):
    """The files that a distribution has elsewhere below the prefix, by their paths there: programs, and data for others to find.

    Headers and manuals are for people who build and read, and what starts a command of the distribution starts the Python of this environment.
    """
    found = {}
    for file in files:
        place = os.path.normpath(os.path.join(site, file))
        path = os.path.relpath(place, sys.prefix)
        if not path.startswith(("../", "include/", "man/", "share/man/")) and os.path.isfile(place) and not is_python_script(place):
            found[path] = place
    return found


def is_python_script(path):
    """Whether the kernel would have a Python run a file, which `#!` names in the first line; where its path is too long for that, or has
    blanks in it, a shell does (pip's wrappers)."""
    with open(path, "rb") as stream:
        first, second = stream.readline(1024), stream.readline(1024)
    if not first.startswith(b"#!"):
        return False
    return second.startswith(b"'''exec'") or any(os.path.basename(word).startswith(b"python") for word in first[2:].split())


def modules_of(files, starts, suffixes):
    """The modules among files, and the file of each; those in folders that `.pth` files put on sys.path go by their names there as well."""
    found = {}
    for folder in ["", *(folder + "/" for start in starts for folder in start.folders)]:
        for file in files:
            name = module_name(file[len(folder) :], suffixes) if file.startswith(folder) else None
            if name:
                found.setdefault(name, file)
    return found


def terms(distribution):
    """What a distribution's metadata says of its licence, and which of its files hold the text (PEP 639, and what was usual before it)."""
    fields = distribution["fields"]
    declared = {os.path.normpath(file) for file in fields.get_all("License-File") or ()}

    def holds_text(file):
        folder, _, name = file.rpartition("/")
        info, _, below = file.partition("/")
        if not info.endswith((".dist-info", ".egg-info")):
            return False
        return (below.startswith("licenses/") or below in declared or name in declared
                or (folder == info and re.match(r"(?i)(licen[cs]e|copying|notice)", name) is not None))

    return {
        "expression": fields.get("License-Expression") or "",
        "text": fields.get("License") or "",
        "classifiers": [each.rpartition("::")[2].strip() for each in fields.get_all("Classifier") or () if each.startswith("License ::")],
        "files": sorted(path for file, path in distribution["files"].items() if holds_text(file)),
    }


def closest(name, names):
    import difflib

    # A distribution and its module are often of one name but for its spelling.
    near = difflib.get_close_matches(name, {normalized(each): each for each in reversed(list(names))}.values(), 3)
    return f"did you mean {' or '.join(near)}?" if near else ""


def check_it_is_no_json(source):
    """Raises ValueError for a source that compiles, and is data all the same: most JSON is a Python expression as well."""
    try:
        is_json = isinstance(json.loads(source), (dict, list))
    except (ValueError, RecursionError):
        return
    if is_json:
        raise ValueError("it is JSON")


def check_it_is_no_archive(path):
    import zipfile

    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        is_application = "__main__.py" in archive.namelist()
    if is_application:
        raise Refusal(
            f"{path} is a zip application, which cannot be packed as it is",
            f"unpack it with `python -m zipfile -e {path} FOLDER`, and pack FOLDER/__main__.py",
        )


def resolve(request, installed):
    """What to run as __main__, and where to begin looking for what it needs."""
    if request["kind"] == "script":
        script = os.path.abspath(request["target"])
        with open(script, "rb") as stream:
            source = stream.read()
        try:
            compile(source, script, "exec", dont_inherit=True)
            check_it_is_no_json(source)
        except (SyntaxError, ValueError) as error:
            check_it_is_no_archive(request["target"])
            raise Refusal(f"{request['target']} is no Python program: {error}", "give a file that this Python can run") from None
        return {"script": script, "module": "", "source": "", "beside": os.path.dirname(script), "starts": [], "command": request["target"]}
    if request["kind"] == "module":
        target = request["target"]
        return {"script": "", "module": target, "source": "", "beside": os.getcwd(), "starts": [target], "command": f"-m {target}"}
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
    return {"script": "", "module": "", "source": source, "beside": None, "starts": [module], "command": name}


def answer(request):
    facts = interpreter()
    if request["kind"] == "interpreter":
        return {"interpreter": facts}
    # Folders list what is in them in no order that would be the same elsewhere.
    installed = sorted(distributions(facts["extension_suffixes"]), key=lambda each: normalized(each["name"]))
    application = resolve(request, installed)
    included, excluded = choose(request, facts, installed, application)
    without = {normalized(each["name"]) for each in excluded.distributions}
    reach = Reach(installed, facts["extension_suffixes"], application["beside"], below_any(excluded.modules), without)
    if application["module"]:
        check_module(application["module"], reach)
    seen, notes = try_out(application, request["trial"], request["trial_time"], request["recorder"])

    if application["script"]:
        reach.read(application["script"], "__main__")
    for module in application["starts"]:
        reach.follow(module, "started")
        reach.follow(module + ".__main__", "started")
    files, more_notes = take_seen(reach, seen, facts, installed, bool(application["script"]))
    for each in included.distributions:
        reach.take_whole(each, "included")
    for module in included.modules:
        reach.follow(module, "included")
    # A source among the files is data, or a module that is imported by a name that nobody can read.
    for path, place in included.files.items():
        name = module_name(path, [])
        if name:
            reach.read(place, name)
    if request["all"]:
        for key, each in reach.installed.items():
            if key not in INSTALLERS:
                reach.take(each, "all")
    reach.take_plugins()
    local = {file: os.path.join(root, file) for name, root in reach.local.items() for file in tree(root, name)}
    local.update((path, place) for where, path, place in files if where == "beside")
    local.update(included.files)
    loose = [("site", file, os.path.join(site, file)) for name, site in reach.loose.items() for file in tree(site, name)]
    return {
        "interpreter": facts,
        "application": {key: application[key] for key in ("script", "module", "source")},
        "local": sorted(local.items()),
        "distributions": [
            {"name": each["name"], "version": each["version"], "why": reach.why[key], "terms": terms(each),
             "files": sorted(each["files"].items()), "outside": sorted(each["outside"].items()),
             "starts": [{"name": start.name, "folders": start.folders, "imports": start.imports()} for start in each["starts"]]}
            for key, each in sorted(reach.taken.items())
        ],
        "data": sorted({*loose, *(each for each in files if each[0] != "beside")}),
        "included_modules": included.standard,
        "excluded_modules": excluded.modules,
        "libraries": [*reach.libraries, *seen.libraries],
        "short_names": [*reach.short_names],
        "order": [*seen.imports],
        "imported": reach.imported,
        "left_out": sorted(each["name"] for key, each in reach.installed.items() if key not in reach.taken),
        "absent": absent(reach, included, excluded, installed),
        "notes": notes + more_notes + on_tcl(included.modules),
    }


def on_tcl(modules):
    if not {"idlelib", "tkinter", "turtle", "turtledemo"} & {name.partition(".")[0] for name in modules}:
        return []
    return ["tkinter reads the scripts of Tcl and Tk on the machine that the file runs on; they are not in the file"]


def check_module(name, reach):
    import importlib.util

    if reach.beside_path(name, is_taken=False) or name in reach.owners:
        return
    try:
        found = importlib.util.find_spec(name.partition(".")[0])
    except (ImportError, ValueError):
        found = None
    if found is None:
        raise Refusal(f"there is no module named {name!r}", "install it, or run this in the folder that holds it")


def below_any(names):
    """Says of a module's name whether it is one of these, or below one."""
    return lambda module: any(module == name or module.startswith(name + ".") for name in names)


def absent(reach, included, excluded, installed):
    """The names that a packed program may ask for in vain, as (what, name, option, its argument)."""
    found = {}
    if reach.beside is not None:
        for _, name in top_level(reach.beside):
            if name not in reach.local:
                found["module", name] = ("include", name)
    present = {name for each in reach.taken.values() for name in top_names(each)} | set(reach.local)
    for each in installed:
        key = normalized(each["name"])
        if key not in reach.taken:
            why = ("include", each["name"]) if key in reach.installed else ("exclude", each["name"])
            found["distribution", key] = why
            for name in top_names(each):
                if name not in present:
                    found["module", name] = why
    for name in excluded.modules:
        found["module", name] = ("exclude", name)
    return [[*name, *why] for name, why in sorted(found.items())]


def main():
    request = json.load(sys.stdin)
    try:
        result = answer(request)
    except Refusal as refusal:
        result = {"refusal": str(refusal), "hint": refusal.hint}
    json.dump(result, sys.stdout)


main()
