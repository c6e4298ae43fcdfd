#!/usr/bin/env python3
"""Types a page's sessions, and compares what is shown with what the page shows.

    python3 tests/guide_session.py MODULE FILE

What MODULE holds is at hand, if there is such a module. As doctest has it, but for exceptions: they are shown by their last
line and their notes, which Python has from 3.11 on and doctest shows since 3.13.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib.util
import io
import re
import sys
from pathlib import Path


def shown(source: str, names: dict[str, object]) -> tuple[str, bool]:
    """What Python shows for a statement, and whether it raised an exception."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(source, "<guide>", "single"), names)
    except BaseException as error:
        name = type(error).__qualname__
        if type(error).__module__ not in ("builtins", "__main__"):
            name = f"{type(error).__module__}.{name}"
        return "\n".join([f"{name}: {error}", *getattr(error, "__notes__", [])]) + "\n", True
    return printed.getvalue(), False


def main() -> int:
    module, file = sys.argv[1:]
    names = vars(importlib.import_module(module)).copy() if importlib.util.find_spec(module) else {}
    examples = doctest.DocTestParser().get_examples(Path(file).read_text())
    failed = not examples
    for example in examples:
        got, raised = shown(example.source, names)
        want = (example.exc_msg if raised else None) or example.want
        if sys.version_info < (3, 11):
            want = re.sub(r"^while processing .*\n", "", want, flags=re.MULTILINE)
        if not doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS):
            failed = True
            print(f"{file}:{example.lineno + 1}\n>>> {example.source}expected\n{want}got\n{got}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
