"""What the source of a module refers to: modules, libraries, and texts that may name a group of entry points.

Joined with the other files of the probe into one program.
"""

import ast
import os
import re

# The file name of a shared library, as the loader knows it.
LIBRARY = re.compile(r"lib[A-Za-z0-9_.+-]+?\.so(\.[0-9]+)*")
# The name of a group of entry points (specification "Entry points").
GROUP = re.compile(r"\w+(\.\w+)*")
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

    def add_import(self, level, name, names, package):
        """`import name` and `from name import names`, relative to a package where the level is not 0."""
        if level:
            parts = package.split(".")
            parts = parts[: len(parts) - level + 1]
            name = ".".join(parts + ([name] if name else []))
        if name:
            self.modules[name] = None
            self.modules.update((f"{name}.{each}", None) for each in names)

    def keep_libraries(self, libraries, short_names):
        """Names of libraries mean something in a module that loads libraries."""
        if LOADERS & {module.partition(".")[0] for module in self.modules}:
            self.libraries, self.short_names = libraries, short_names


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


def mentions(path, name):
    """Reads a module of this name; raises SyntaxError, ValueError and OSError where it cannot be read.

    Bytecode is read in a tenth of the time that a syntax tree takes. It does not tell what the arguments of a call are: where that matters, and
    where there is none, the source is read.
    """
    package = name if os.path.basename(path) == "__init__.py" else name.rpartition(".")[0]
    code, _ = cached(path)
    found = of_bytecode(code, package) if code else None
    if found is None:
        with open(path, "rb") as stream:
            found = of_source(stream.read(), package)
    return found


# Names whose use in bytecode does not say enough.
CLOSER_LOOK = re.compile("TYPE_CHECKING|__import__|import_module|find_library|.*entry_?point.*")


def of_bytecode(code, package):
    """What a module refers to by its bytecode; nothing where its source has to be read."""
    found, libraries = Mentions(), {}
    pending = [code]
    while pending:
        code = pending.pop()
        if any(map(CLOSER_LOOK.fullmatch, code.co_names)):
            return None
        if IMPORT_NAME in code.co_code[::2]:
            for level, name, names in import_statements(code):
                found.add_import(level, name, names, package)
        constants = list(code.co_consts)
        while constants:
            constant = constants.pop()
            kind = constant.__class__
            if kind is str:
                read_text(constant, found, libraries)
            elif kind is CodeType:
                pending.append(constant)
            elif kind is tuple or kind is frozenset:
                # These may be the names of the arguments of a call.
                if "group" in constant or "namespace" in constant:
                    return None
                constants.extend(constant)
    found.keep_libraries(libraries, {})
    return found


def of_source(source, package):
    """What a module refers to by its syntax tree."""
    found = Mentions()
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
            found.add_import(node.level, node.module or "", [alias.name for alias in node.names], package)
        elif kind is ast.Constant:
            if isinstance(node.value, str):
                read_text(node.value, found, libraries)
        elif isinstance(node, ast.AST):
            if kind is ast.Call:
                read_call(node, found, asked)
            inner(node, pending)
    found.keep_libraries(libraries, asked)
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
    if GROUP.fullmatch(text):
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
