"""What the user asks to be taken along or left out, by names of distributions and of modules, and by paths of data.

Joined with the other files of the probe into one program.
"""

import os
import sys

# Modules without which the interpreter, or the program around it, does not start.
NEEDED_TO_START = {
    "_collections_abc", "_sitebuiltins", "abc", "codecs", "encodings", "encodings.aliases", "encodings.ascii",
    "encodings.latin_1", "encodings.utf_8", "genericpath", "importlib", "io", "os", "posixpath", "stat",
}


class Choice:
    """The names that were asked for, told apart.

    `modules` and `distributions` are two lists for `--include` and `--exclude` alike. `standard` are those modules that the standard library has
    and that nothing beside the application takes the place of. `files` are those below the application's folder, by their paths there.
    """

    def __init__(self):
        self.files = {}
        self.modules = []
        self.standard = []
        self.distributions = []


class Known:
    """The names that there are: of distributions, and of modules that could be packed."""

    def __init__(self, facts, installed, beside):
        self.facts = facts
        self.beside = beside
        self.by_name = {normalized(each["name"]): each for each in installed}
        self.modules = {}
        for each in installed:
            for name in each["modules"]:
                while name and name not in self.modules:
                    self.modules[name] = each
                    name = name.rpartition(".")[0]

    def is_of_the_standard_library(self, name):
        """Whether this names a module or package of it; `sys.stdlib_module_names` has none for tests in it."""
        return is_module_in(self.facts["stdlib"], name, self.facts) or is_module_in(self.facts["dynload"], name, self.facts)

    def is_beside(self, name):
        return self.beside is not None and is_module_in(self.beside, name, self.facts)

    def is_module(self, name):
        return self.is_beside(name) or name in self.modules or self.is_of_the_standard_library(name)

    def near(self, name):
        tops = [top for top in sys.stdlib_module_names if not top.startswith("_")]
        if self.beside is not None:
            tops += [name for _, name in top_level(self.beside)]
        package = name.rpartition(".")[0]
        inner = [known for known in self.modules if package and known.startswith(package + ".")]
        tops += [known for known in self.modules if "." not in known]
        names = {each["name"] for each in self.by_name.values()}
        return closest(name, [*inner, *tops, *names, *self.paths_near(name)])

    def paths_near(self, name):
        """The paths in the folder below the application's where a path would lie."""
        if self.beside is None:
            return []
        folder = os.path.dirname(name)
        place = os.path.join(self.beside, folder)
        return [os.path.join(folder, entry) for entry in sorted(os.listdir(place))] if os.path.isdir(place) else []

    def is_plain_folder(self, name):
        """Whether a name that a module could have is that of a folder beside the application alone, and no package's."""
        if self.beside is None or name in self.modules or self.is_of_the_standard_library(name):
            return False
        place = os.path.join(self.beside, name)
        starts = (place, os.path.join(place, "__init__"))
        modules = [start + suffix for start in starts for suffix in [".py", *self.facts["extension_suffixes"]]]
        return os.path.isdir(place) and not any(map(os.path.isfile, modules))

    def files_at(self, name):
        """The files that a path names below the application's folder, by their paths there: one file, or all in a folder; none where it
        leads nowhere."""
        if self.beside is None:
            return {}
        # Paths are relative to that folder; shells complete those relative to the current one.
        places = [os.path.normpath(os.path.join(start, name)) for start in (self.beside, os.getcwd())]
        place = next((place for place in places if os.path.exists(place)), None)
        if place is None:
            return {}
        if not place.startswith(os.path.join(self.beside, "")):
            raise Refusal(
                f"--include {name}: this does not lie below the application's folder, {self.beside}",
                "move it there: the packed application finds data by its path beside itself",
            )
        found = [place] if os.path.isfile(place) else files_below(place)
        if not found:
            raise Refusal(f"--include {name}: there is no file in this folder", f"take --include {name} away, or put a file there")
        return {os.path.relpath(file, self.beside): file for file in found}

    def tell_apart(self, names, option):
        choice = Choice()
        takes_files = option == "--include"
        for name in names:
            distribution = self.by_name.get(normalized(name))
            if distribution is not None:
                choice.distributions.append(distribution)
            elif all(part.isidentifier() for part in name.split(".")) and self.is_module(name) and not (takes_files and self.is_plain_folder(name)):
                choice.modules.append(name)
                if self.is_of_the_standard_library(name) and not self.is_beside(name):
                    choice.standard.append(name)
            elif name in self.facts["builtin_modules"]:
                raise Refusal(f"{option} {name}: the module is built into this interpreter, and always there", f"take {option} {name} away")
            elif takes_files and (files := self.files_at(name)):
                choice.files.update(files)
            else:
                near = self.near(name)
                others = ", nor is there a file or folder of this path beside the application" if takes_files and self.beside is not None else ""
                raise Refusal(
                    f"{option} {name}: neither a distribution of this environment nor a module is called that{others}",
                    near or "`pip list` shows the distributions; a module is named as it is imported",
                )
        return choice


def files_below(folder):
    """The files in a folder and in those below it, but for bytecode that Python keeps."""
    paths = (os.path.join(directory, file) for directory, files in walk(folder) for file in files)
    return [path for path in paths if os.path.isfile(path)]


def is_module_in(directory, name, facts):
    """Whether a module, or a package with or without `__init__`, of this name lies below a directory of sys.path."""
    place = os.path.join(directory, *name.split("."))
    suffixes = [".py", *facts["extension_suffixes"]]
    return any(os.path.isfile(place + suffix) for suffix in suffixes) or (os.path.isdir(place) and not name.startswith("__"))


def choose(request, facts, installed, application):
    """What to take along and what to leave out, each a Choice; refuses names that mean nothing, and requests that contradict themselves."""
    known = Known(facts, installed, application["beside"])
    included = known.tell_apart(request["include"], "--include")
    excluded = known.tell_apart(request["exclude"], "--exclude")
    for name in request["exclude"]:
        if normalized(name) in map(normalized, request["include"]):
            raise Refusal(f"{name} is both to be taken along and to be left out", "leave it in one of --include and --exclude")
    for name in excluded.modules:
        if name in NEEDED_TO_START:
            raise Refusal(f"--exclude {name}: the interpreter does not start without this module", f"take --exclude {name} away")
    for start in application["starts"]:
        owner = known.modules.get(start)
        if owner in excluded.distributions:
            raise Refusal(f"--exclude {owner['name']}: the application itself is in this distribution", f"take --exclude {owner['name']} away")
        for name in excluded.modules:
            if start == name or start.startswith(name + "."):
                raise Refusal(f"--exclude {name}: the application itself is in this module", f"take --exclude {name} away")
    return included, excluded


def top_names(distribution):
    """The names by which a program starts to import from a distribution."""
    names = distribution["modules"]
    return sorted(name for name in names if name.rpartition(".")[0] not in names)
