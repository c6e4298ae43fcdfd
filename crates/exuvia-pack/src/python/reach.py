"""What an application needs of what is installed and of what lies beside it, from where it starts.

Joined with the other files of the probe into one program.
"""

import os
import re
import sys

# Their entry points are commands, which nobody looks up in a running program.
COMMANDS = {"console_scripts", "gui_scripts"}


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
            for file, path in each["files"].items():
                name = module_name(file, suffixes)
                if name:
                    self.owners.setdefault(name, (each, path))
        self.seen = set()
        # Top-level names in the folders of installed packages that no distribution claims, as some of Debian's packages put them there.
        claimed = {module.partition(".")[0] for each in installed for module in map(self.name_of, each["files"]) if module}
        self.unclaimed = {}
        for site in sites():
            for entry in os.listdir(site):
                top = entry.partition(".")[0]
                if top.isidentifier() and top not in claimed and top != "__pycache__":
                    self.unclaimed.setdefault(top, site)
        self.loose = {}

    def name_of(self, file):
        return module_name(file, self.suffixes)

    def take(self, distribution, why):
        """Takes a distribution, and what its metadata says it needs. Why is a `Reason` of interpreter.rs; so below."""
        key = normalized(distribution["name"])
        if key in self.taken or key not in self.installed:
            return
        self.taken[key] = distribution
        self.why[key] = why
        for requirement in distribution["requires"]:
            name, _, marker = requirement.partition(";")
            match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", name)
            needed = self.installed.get(normalized(match.group(1))) if match and "extra" not in marker else None
            if needed:
                self.take_whole(needed, {"required": {"by": distribution["name"]}})

    def take_whole(self, distribution, why):
        """Takes a distribution, and what its top-level modules refer to."""
        self.take(distribution, why)
        for file in distribution["files"]:
            module = module_name(file, self.suffixes)
            if module and "." not in module:
                self.follow(module, why)

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

    def follow(self, name, why):
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            self.follow_one(".".join(parts[:end]), why)

    def follow_one(self, name, why):
        if name in self.seen or self.is_excluded(name):
            return
        self.seen.add(name)
        path = self.beside_path(name)
        if path is None:
            distribution, path = self.owners.get(name, (None, None))
            if distribution is not None:
                self.take(distribution, why)
            else:
                path = self.loose_path(name)
        if path is None:
            return
        if path.endswith(".py"):
            self.read(path, name)

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

    def read(self, path, name):
        try:
            found = mentions(path, name)
        except (SyntaxError, ValueError, RecursionError, OSError):
            return
        self.libraries.update(found.libraries)
        self.short_names.update(found.short_names)
        self.groups.update(found.groups)
        for each in found.modules:
            self.follow(each, {"imported": {"by": name}})
