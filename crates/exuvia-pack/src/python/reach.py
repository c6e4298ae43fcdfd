"""What an application needs of what is installed and of what lies beside it, from where it starts.

Joined with the other files of the probe into one program.
"""

import os
import re
import sys

# Their entry points are commands, which nobody looks up in a running program.
COMMANDS = {"console_scripts", "gui_scripts"}

# What a module of the standard library asks for by a name that it puts together ("Data sources" in the documentation of zoneinfo).
ASKED_FOR = {"zoneinfo": "tzdata"}

# What an extension module that cffi made imports from C (API mode). A distribution says in its metadata that it needs cffi.
CFFI_BACKEND = "_cffi_backend"


def is_of_cffi(path):
    """Whether an extension module is one that cffi made, which holds the name of what it imports."""
    with open(path, "rb") as stream:
        return CFFI_BACKEND.encode() in stream.read()


def sites():
    """The folders for installed packages."""
    return [path for path in sys.path if path.endswith(("site-packages", "dist-packages")) and os.path.isdir(path)]


class Reach:
    """Which distributions, and which modules beside the application, are reached from where it starts.

    `is_excluded` says of a module's name whether it was asked to stay out, with all below it; `without` are the normalized names of
    distributions that were.
    """

    def __init__(self, installed, suffixes, beside, is_excluded=lambda name: False, without=frozenset()):
        self.suffixes = suffixes
        self.beside = beside
        self.is_excluded = is_excluded
        self.installed = {normalized(each["name"]): each for each in installed if normalized(each["name"]) not in without}
        self.taken = {}
        # Why each of them was: the first reason that came up.
        self.why = {}
        self.local = {}
        self.libraries = {}
        self.short_names = {}
        self.groups = {}
        self.owners = {}
        for each in self.installed.values():
            for name, file in each["modules"].items():
                self.owners.setdefault(name, (each, each["files"][file]))
        self.seen = set()
        # Top-level names that the application's own modules import, and the first of these that does.
        self.imported = {}
        # Names of modules to be looked at, the next one last, and why.
        self.pending = []
        # Top-level names in the folders of installed packages that no distribution claims, as some of Debian's packages put them there.
        claimed = {module.partition(".")[0] for each in installed for module in each["modules"]}
        self.unclaimed = {}
        for site in sites():
            for entry in os.listdir(site):
                top = entry.partition(".")[0]
                if top.isidentifier() and top not in claimed and top != "__pycache__":
                    self.unclaimed.setdefault(top, site)
        self.loose = {}

    def take(self, distribution, why):
        """Takes a distribution, and what its metadata says it needs. Why is a `Reason` of interpreter.rs; so below."""
        self.claim(distribution, why)
        self.work()

    def take_whole(self, distribution, why):
        """Takes a distribution, and what its top-level modules refer to."""
        self.claim(distribution, why)
        self.put_down(self.top_modules(distribution), why)
        self.work()

    def follow(self, name, why):
        """Takes what has a module of this name, and the packages around it, and all that these refer to."""
        self.put_down([name], why)
        self.work()

    def read(self, path, name):
        """Takes all that a source refers to, which is a module of this name."""
        self.note_mentions(path, name)
        self.work()

    def top_modules(self, distribution):
        return [module for module in distribution["modules"] if "." not in module]

    def claim(self, distribution, why):
        """Takes a distribution and those that it needs, directly or not; puts down the modules of these, and those that are imported at
        each start because they are there."""
        pending = [(distribution, why)]
        while pending:
            distribution, why = pending.pop()
            key = normalized(distribution["name"])
            if key in self.taken or key not in self.installed:
                continue
            self.taken[key] = distribution
            self.why[key] = why
            needed = []
            for requirement in distribution["requires"]:
                name, _, marker = requirement.partition(";")
                match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", name)
                if match and "extra" not in marker:
                    needed += filter(None, [self.installed.get(normalized(match.group(1)))])
            for start in distribution["starts"]:
                self.put_down(start.imports(), {"imported": {"by": start.name}})
            required = {"required": {"by": distribution["name"]}}
            for each in reversed(needed):
                self.put_down(self.top_modules(each), required)
                pending.append((each, required))

    def put_down(self, names, why):
        """Puts names of modules down to be looked at, the first of them next, each behind the packages around it."""
        for name in reversed(names):
            while name:
                if name not in self.seen:
                    self.pending.append((name, why))
                name = name.rpartition(".")[0]

    def work(self):
        """Looks at modules until there are no more: one after the other and not one in the other, since chains of imports may be long."""
        while self.pending:
            self.look_at(*self.pending.pop())

    def take_plugins(self):
        """Takes the distributions that offer entry points in a group that what is reached reads, until there are no more."""
        pending = True
        while pending:
            pending = [
                (each, value, group)
                for key, each in self.installed.items()
                for group, _, value in each["entry_points"]
                if group in self.groups and group not in COMMANDS
                and (key not in self.taken or value.partition(":")[0].strip() not in self.seen)
            ]
            for each, value, group in pending:
                plugin = {"plugin": {"group": group}}
                self.take(each, plugin)
                module = value.partition(":")[0].strip()
                self.follow(module, plugin)
                self.seen.add(module)

    def look_at(self, name, why):
        if name in self.seen or self.is_excluded(name):
            return
        self.seen.add(name)
        if name in ASKED_FOR:
            self.put_down([ASKED_FOR[name]], {"imported": {"by": name}})
        path = self.beside_path(name)
        is_unlisted = True
        if path is None:
            distribution, path = self.owners.get(name, (None, None))
            if distribution is not None:
                self.claim(distribution, why)
                is_unlisted = False
            else:
                path = self.loose_path(name)
        if path is not None and path.endswith(".py"):
            self.note_mentions(path, name)
        elif path is not None and is_unlisted and is_of_cffi(path):
            self.put_down([CFFI_BACKEND], {"imported": {"by": name}})

    def loose_path(self, name):
        """The file of an installed module that no distribution claims, which takes it, or the package around it, along."""
        top = name.partition(".")[0]
        site = self.unclaimed.get(top)
        if site is None:
            return None
        for file in tree(site, top):
            if module_name(file, self.suffixes) == name:
                self.loose[top] = site
                return os.path.join(site, file)
        return None

    def beside_path(self, name, is_taken=True):
        """The file of a module that lies beside the application, which takes it, or the package around it, along."""
        if self.beside is None:
            return None
        top = name.partition(".")[0]
        place = os.path.join(self.beside, *name.split("."))
        found = None
        for path in (os.path.join(place, "__init__.py"), place + ".py"):
            if found is None and os.path.isfile(path):
                found = path
        if found is None and ("." in name or top not in sys.builtin_module_names):
            stem, folder = os.path.basename(place) + ".", os.path.dirname(place)
            for file in os.listdir(folder) if os.path.isdir(folder) else ():
                if file.startswith(stem) and module_name(file, self.suffixes):
                    found = os.path.join(folder, file)
                    break
        if found and is_taken:
            self.local[top] = self.beside
        return found

    def note_mentions(self, path, name):
        try:
            found = mentions(path, name)
        except (SyntaxError, ValueError, RecursionError, OSError):
            return
        self.libraries.update(found.libraries)
        self.short_names.update(found.short_names)
        self.groups.update(found.groups)
        self.put_down([*found.modules], {"imported": {"by": name}})
        if name == "__main__" or name.partition(".")[0] in self.local:
            tops = (each.partition(".")[0] for each in found.modules)
            # A text that is imported need not be a name, and may be one that cannot be written down.
            self.imported.update((top, name) for top in tops if top.isidentifier() and top not in self.imported)
