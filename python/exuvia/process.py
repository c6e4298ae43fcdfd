"""One process of the command: what is done in it, where it is written, and the ways in which a process ends.

The environment says what to do, so that child processes do the same:

- ``EXUVIA_PROBE``: ``scan`` or ``record``.
- ``EXUVIA_PROBE_OUT``: the folder for results. Every process writes files of its own there, under a temporary name first.
- ``EXUVIA_PROBE_ROOT``: the project's root.
- ``EXUVIA_PROBE_TARGETS``, ``EXUVIA_PROBE_LIMITS``: see ``recorder``.

Results are written when the interpreter shuts down, and where a process ends without that: in ``os._exit`` (children of
``os.fork`` and ``multiprocessing``), before ``os.exec*``, and in children of ``multiprocessing`` on SIGTERM (how a
``Pool`` ends its workers) unless they use that or SIGALRM themselves; a worker that is ended
while it starts, before it has run anything of the program, leaves nothing. Nor does any other process that is killed.
"""

import atexit
import os
import sys
import _signal


def start(environ):
    """Starts what ``environ`` asks for in this process."""
    out = environ["EXUVIA_PROBE_OUT"]
    root = environ.get("EXUVIA_PROBE_ROOT", os.getcwd())
    if environ["EXUVIA_PROBE"] == "scan":
        from .profile import Profile

        work = Profile(out, root)
    else:
        from .recorder import Recorder

        targets = environ["EXUVIA_PROBE_TARGETS"].split()
        calls, size = environ["EXUVIA_PROBE_LIMITS"].split()
        work = Recorder(out, root, targets, int(calls), int(size))
    _watch_the_end(work, out)
    work.start()


def write(path, parts):
    """Writes ``parts`` (bytes) to ``path``: the whole file or none of it, whatever happens meanwhile."""
    unfinished = path + ".part"
    try:
        with open(unfinished, "wb") as file:
            for part in parts:
                file.write(part)
        os.replace(unfinished, path)
    except BaseException:
        try:
            os.unlink(unfinished)
        except OSError:
            pass
        raise


def report(out, error):
    """Leaves word of what went wrong in this process, for the command to pass on."""
    try:
        with open(unique_name(out) + ".error", "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write("%s: %s" % (type(error).__name__, error))
    except OSError:
        # The disk itself may be what is wrong.
        sys.stderr.write("exuvia: cannot save what was observed in process %d: %s\n" % (os.getpid(), error))


def unique_name(out):
    """A file name without suffix in ``out`` that no other process of the command uses, not even one with the same id."""
    return os.path.join(out, "%d-%s" % (os.getpid(), os.urandom(6).hex()))


def _watch_the_end(work, out):
    """Calls ``work.save()`` once in every process, this one and the forked ones, before it ends."""
    state = {"saved": False, "saving": False, "signal": None, "alarm": False}

    def save():
        if state["saved"]:
            return
        state["saved"] = state["saving"] = True
        try:
            work.save()
        except Exception as error:
            report(out, error)
        state["saving"] = False
        if state["signal"] is not None:
            die(state["signal"])

    def die(signum):
        _signal.signal(signum, _signal.SIG_DFL)
        os.kill(os.getpid(), signum)

    def child():
        state["saved"] = False
        work.after_fork()
        if "multiprocessing.process" in sys.modules:
            await_termination()

    atexit.register(save)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=child)

    leave = os._exit

    def _exit(status):
        save()
        leave(status)

    os._exit = _exit

    for name in ("execv", "execve"):
        replaced = getattr(os, name)

        def execute(*args, _replaced=replaced):
            # An interval timer survives exec and would kill the program that comes next.
            save()
            work.pause()
            if state["alarm"]:
                _signal.setitimer(_signal.ITIMER_REAL, 0)
            try:
                _replaced(*args)
            finally:
                state["saved"] = False
                work.resume()

        setattr(os, name, execute)

    def terminated(signum, _frame):
        if state["saving"] or work.busy:
            # Killed on the way out, as the workers of a pool are: what is being written is finished first. Or killed in the
            # middle of another signal's work, when half of the figures are in no place to be written from.
            state["signal"] = signum
            return
        save()
        die(signum)

    def awake(_signum, _frame):
        if state["signal"] is not None and not state["saving"] and not work.busy:
            terminated(state["signal"], None)

    def await_termination():
        if os.name != "posix":
            return
        try:
            free = all(_signal.getsignal(one) == _signal.SIG_DFL for one in (_signal.SIGTERM, _signal.SIGALRM))
            if free:
                _signal.signal(_signal.SIGTERM, terminated)
                # A signal that comes right before a system call blocks is seen when the call returns: the alarm makes it.
                _signal.signal(_signal.SIGALRM, awake)
                _signal.setitimer(_signal.ITIMER_REAL, 0.1, 0.1)
                state["alarm"] = True
        except ValueError:
            # Not the main thread.
            pass

    if any("multiprocessing" in argument for argument in sys.orig_argv):
        await_termination()
