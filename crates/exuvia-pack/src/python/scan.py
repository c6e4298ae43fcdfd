"""What the source of a module refers to: modules, libraries, and texts that may name a group of entry points.

Joined with the other files of the probe into one program.
"""

import ast
import re

# The file name of a shared library, as the loader knows it.
LIBRARY = re.compile(r"lib[A-Za-z0-9_.+-]+?\.so(\.[0-9]+)*")
# What loads libraries by their names.
LOADERS = {"ctypes", "cffi"}


class Mentions:
    """What one source refers to, each in the order of first mention."""

    def __init__(self):
        self.modules = {}
        # File names of libraries, and the short names that `find_library` is asked for.
        self.libraries = {}
        self.short_names = {}
        # Texts that are the name of a group of entry points where some distribution offers one.
        self.groups = {}


# Parts of nodes that hold no node of interest: what is in them takes half the time of a walk.
UNINTERESTING = {"ctx", "op", "ops", "id", "attr", "arg", "kind", "type_comment", "type_ignores", "simple", "is_async", "conversion"}
# The other parts of each type of node, which are known once one has been met.
parts_of = {ast.Name: (), ast.Pass: (), ast.Global: (), ast.Nonlocal: (), ast.alias: ()}


def inner(node, pending):
    """Puts the nodes in a node on a list."""
    parts = parts_of.get(node.__class__)
    if parts is None:
        parts = parts_of[node.__class__] = tuple(part for part in node._fields if part not in UNINTERESTING)
    for part in parts:
        value = getattr(node, part, None)
        if value.__class__ is list:
            pending.extend(value)
        elif value is not None:
            pending.append(value)


def mentions(source, name, is_package):
    """Reads the source of a module of this name; raises SyntaxError and ValueError where it is none."""
    found = Mentions()
    package = name if is_package else name.rpartition(".")[0]
    libraries, asked = {}, {}
    pending = [ast.parse(source)]
    while pending:
        node = pending.pop()
        kind = node.__class__
        if kind is ast.If and is_for_checkers(node.test):
            pending.extend(node.orelse)
            continue
        if kind is ast.Import:
            found.modules.update((alias.name, None) for alias in node.names)
        elif kind is ast.ImportFrom:
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                parts = parts[: len(parts) - node.level + 1]
                base = ".".join(parts + ([base] if base else []))
            found.modules[base] = None
            found.modules.update((f"{base}.{alias.name}", None) for alias in node.names)
        elif kind is ast.Constant:
            if isinstance(node.value, str):
                read_text(node.value, found, libraries)
        elif isinstance(node, ast.AST):
            if kind is ast.Call:
                read_call(node, found, asked)
            inner(node, pending)
    if LOADERS & {module.partition(".")[0] for module in found.modules}:
        found.libraries, found.short_names = libraries, asked
    found.modules.pop("", None)
    return found


def is_for_checkers(test):
    """Whether a condition holds for type checkers alone."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return any(map(is_for_checkers, test.values))
    return getattr(test, "id", None) == "TYPE_CHECKING" or getattr(test, "attr", None) == "TYPE_CHECKING"


def read_text(text, found, libraries):
    if len(text) > 120 or "." not in text:
        return
    module = text.partition(":")[0]
    if "." in module and all(part.isidentifier() for part in module.split(".")):
        found.modules[module] = None
        found.modules[module.rpartition(".")[0]] = None
    if LIBRARY.fullmatch(text):
        libraries[text] = None
    # Nobody writes a text with a dot in it by chance that someone else has given to a group; a single word needs its call.
    found.groups[text] = None


def read_call(node, found, asked):
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    texts = [each.value for each in values if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if called in ("import_module", "__import__"):
        found.modules.update((text, None) for text in texts[:1])
    elif called == "find_library":
        asked.update((text, None) for text in texts[:1])
    names = {keyword.arg for keyword in node.keywords}
    if re.search("entry_?point", called) or {"group", "namespace"} & names:
        found.groups.update((text, None) for text in texts)
