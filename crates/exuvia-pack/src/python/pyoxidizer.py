"""Says which names a pyoxidizer.bzl uses, and with what values.

Standard input: the file. Standard output: a JSON list of [name, value, line], in the order of the lines: attributes that are assigned to and
functions that are called, with the text that is assigned or the texts among the arguments, and keyword arguments as `function.keyword`.
The language, Starlark, has a syntax that is part of Python's.
"""

import ast
import json
import sys


def texts(node):
    """The texts in a literal; nothing for what is worked out when it runs."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, (ast.List, ast.Tuple)):
        return [text for each in node.elts for text in texts(each)]
    return []


def names(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Attribute):
                    yield target.attr, texts(node.value), node.lineno
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield called, [text for each in node.args for text in texts(each)], node.lineno
            for keyword in node.keywords:
                yield f"{called}.{keyword.arg}", texts(keyword.value), keyword.value.lineno


def main():
    try:
        found = sorted(names(ast.parse(sys.stdin.buffer.read())), key=lambda each: each[2])
    except (SyntaxError, ValueError, RecursionError):
        found = []
    json.dump(found, sys.stdout)


main()
