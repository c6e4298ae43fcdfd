"""The part of Exuvia that runs inside the user's interpreter. Standard library only, CPython 3.10 and newer.

Two doors lead in. A command that the user profiles or records is entered through ``boot/sitecustomize.py``, which the
interpreter runs before anything of the program; it must not be felt there, so ``process``, ``profile``, ``naming`` and
``recorder`` import next to nothing. Everything else (``replay``, ``measure``, ``describe``, ``join``) runs in an
interpreter of its own, as ``python -m exuvia WHAT``, and may import what it likes.

    scan     boot -> profile -> one JSON file for each process
    record   boot -> recorder -> one recording for each function and process; then join, describe
    check    replay: recording -> twin, twin, port -> compare; outcomes: the project's own tests
    bench    measure: recording -> twin and port in turn
"""

__all__: list[str] = []
