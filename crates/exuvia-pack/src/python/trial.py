"""Runs the application as its user would, and takes what the run used along.

Joined with the other files of the probe into one program.
"""

import os
import sys

# How long a run that is asked to end may take to do so, in seconds.
GRACE = 5


class Seen:
    """What runs of the application used, in that order."""

    def __init__(self):
        self.imports = {}
        self.files = {}
        self.libraries = {}


def split(words):
    import shlex

    try:
        return shlex.split(words)
    except ValueError as error:
        raise Refusal(f"--trial {words!r} cannot be read: {error}", "give the arguments in one text with its quotes closed: --trial '--name \"a b\"'") from None


def command(application, arguments):
    if application["script"]:
        return [sys.executable, application["script"], *arguments]
    if application["module"]:
        return [sys.executable, "-m", application["module"], *arguments]
    # As the installed command: its name in sys.argv[0], and nothing of the current folder in sys.path.
    start = f"import sys; sys.argv[0] = {application['command']!r}; del sys.path[0]\n"
    return [sys.executable, "-c", start + application["source"], *arguments]


def try_out(application, trials, limit, recorder):
    """Runs the application with each of these texts as its arguments; gives what was seen, and notes about runs that did not end well."""
    import tempfile

    seen, notes = Seen(), []
    for words in trials:
        arguments = split(words)
        with tempfile.TemporaryDirectory(prefix="exuvia-trial-") as folder:
            folder = os.path.realpath(folder)
            with open(os.path.join(folder, "sitecustomize.py"), "w", encoding="utf-8") as stream:
                stream.write(recorder)
            trouble = run(command(application, arguments), folder, limit)
            if trouble:
                told = f"{application['command']} {words}".strip()
                notes.append(f"the trial `{told}` {trouble}; what it used until then is taken along")
            read_seen(os.path.join(folder, "seen"), seen, arguments)
    return seen, notes


def run(words, folder, limit):
    """Runs a command without input; gives words about how it ended if that was not well."""
    import signal
    import subprocess
    import tempfile

    path = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")]))
    # A file, and no pipe: what the run leaves running in the background may keep it open.
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True,
            env=os.environ | {"PYTHONPATH": path},
        )
        is_late = False
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            is_late = True
        finally:
            # With all that it has started, also where packing is interrupted.
            if process.returncode is None:
                end(process)
        if is_late:
            return f"was stopped after {limit} s"
        if status == 0:
            return None
        if status < 0:
            return f"was ended by {signal.Signals(-status).name}"
        errors.seek(0)
        lines = [line for line in errors.read().decode("utf-8", "replace").splitlines() if line.strip()]
        return f"ended with status {status}" + (f", saying {lines[-1].strip()!r}" if lines else "")


def end(process):
    import signal
    import subprocess

    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(GRACE)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            pass


def read_seen(path, seen, arguments):
    import ast

    kinds = {"import": seen.imports, "open": seen.files, "library": seen.libraries}
    try:
        with open(path, encoding="ascii") as stream:
            lines = stream.readlines()
    except FileNotFoundError:
        return
    for line in lines:
        # The last one may be cut short where the run was ended by force.
        if line.endswith("\n"):
            kind, text = ast.literal_eval(line)
            # What the run was given by its arguments is no part of the application.
            if kind != "open" or not any(text == argument or argument.endswith("=" + text) for argument in arguments):
                kinds[kind][text] = None


def take_seen(reach, seen, facts, installed, is_script):
    """Takes what runs used along; gives files that belong to no module, as (where from, path there, place), and notes."""
    for name in seen.imports:
        reach.follow(name, "tried")
    is_own = reach.beside is not None and (is_script or bool(reach.local))
    files, foreign = {}, {}
    by_place = {path: each for each in installed for files in (each["files"], each["outside"]) for path in files.values()}
    roots = [(reach.beside, "beside")] if is_own else []
    roots += [(root, "site") for each in installed for root in each["roots"]]
    # The prefix of a system's Python holds the whole system.
    if sys.prefix not in ("/", "/usr", "/usr/local"):
        roots.append((sys.prefix, "prefix"))
    # An environment may lie in the application's folder: what is innermost counts.
    roots = sorted(dict.fromkeys(roots), key=lambda root: -len(root[0]))
    standard = (facts["stdlib"] + os.sep, facts["dynload"] + os.sep)
    for place in seen.files:
        place = source_of(place)
        if place is None or not os.path.isfile(place):
            continue
        if place in by_place:
            each = by_place[place]
            if not is_metadata(place) and os.path.basename(place) not in {start.name for start in each["starts"]}:
                reach.take(each, "tried")
            continue
        for root, where in roots:
            path = os.path.relpath(place, root)
            if path.startswith(".."):
                continue
            if is_data(path, where) and not (place.startswith(standard) and "-packages" not in place):
                files.setdefault((where, path), place)
            break
        else:
            if place.endswith(".py") and not place.startswith(standard):
                foreign[os.path.dirname(place)] = place
    notes = [
        f"the trial imported {place}, which belongs to no distribution and does not lie beside the application: it is not in the file"
        for place in foreign.values()
    ]
    return [(where, path, place) for (where, path), place in files.items()], notes


def source_of(path):
    """The file that a file was made from, where it is bytecode."""
    import importlib.util

    if path.endswith(".pyc"):
        try:
            return importlib.util.source_from_cache(path)
        except ValueError:
            return None
    return path


def is_metadata(path):
    """Whether a file says what a distribution is; programs that look for entry points read those of all distributions."""
    return re.search(r"\.(dist|egg)-info/", path) is not None


def is_data(path, where):
    first = path.split("/")[0]
    if where == "prefix" and first in ("bin", "include", "pyvenv.cfg"):
        return False
    return not (is_metadata(path) or is_start_file(path, where)) and "__pycache__" not in path and not path.endswith((".pyc", "pyproject.toml"))


def is_start_file(path, where):
    """Whether Python itself reads a file at each start; in other folders, a `.pth` file is data."""
    return where == "site" and path.endswith(".pth") and "/" not in path
