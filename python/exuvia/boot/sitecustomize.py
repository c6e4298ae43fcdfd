"""The way into a program that is profiled or recorded: its interpreter imports this before anything of the program.

It leaves the import path as it was, starts what ``EXUVIA_PROBE`` asks for, and hands on to the ``sitecustomize`` that
would have run without it. Interpreters that Exuvia does not know (older than 3.10, not CPython) are left alone: they are
programs that the command happens to start.
"""


def _enter():
    import os
    import sys

    boot = os.path.dirname(os.path.abspath(__file__))
    library = os.path.dirname(os.path.dirname(boot))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or os.curdir) != boot]
    if sys.version_info >= (3, 10) and sys.implementation.name == "cpython" and os.environ.get("EXUVIA_PROBE"):
        sys.path.insert(0, library)
        try:
            from exuvia import process

            process.start(os.environ)
        except Exception as error:
            # The program must run whatever becomes of the probe; the command reads the reason from the standard place.
            try:
                name = os.path.join(os.environ["EXUVIA_PROBE_OUT"], "%d.error" % os.getpid())
                with open(name, "w", encoding="utf-8", errors="backslashreplace") as file:
                    file.write("%s: %s" % (type(error).__name__, error))
            except Exception:
                pass
        finally:
            sys.path.remove(library)

    from importlib.machinery import PathFinder

    chained = PathFinder.find_spec("sitecustomize")
    if chained is not None and chained.loader is not None and chained.origin != __file__:
        from importlib.util import module_from_spec

        module = module_from_spec(chained)
        sys.modules["sitecustomize"] = module
        chained.loader.exec_module(module)


_enter()
