"""Where a packed program is run: a root folder with the C library and nothing else, in namespaces of its own.

No Python is there, no environment that it was packed from, and no library but glibc's.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent / "surroundings.sh"

# The libraries of glibc, in which packed programs may rely on the machine.
GLIBC = (
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libm.so.6",
    "libmvec.so.1",
    "libnss_dns.so.2",
    "libnss_files.so.2",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
    "libutil.so.1",
)
# What the C library's own functions read.
FILES = {
    "etc/passwd": "root:x:0:0:root:/home:/bin/sh\n",
    "etc/group": "root:x:0:\n",
    "etc/hosts": "127.0.0.1 localhost\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}
MOUNT_POINTS = ("dev", "home", "proc", "program", "tmp", "work")
# There is nothing in the folders of PATH.
USER = ("HOME=/home", "PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "TERM=xterm-256color", "USER=root")


class Unusable(Exception):
    """This machine cannot make the surroundings; the message says what is missing."""


@dataclasses.dataclass(frozen=True)
class Surroundings:
    """What a packed program finds around itself."""

    key: str
    title: str
    variables: tuple[str, ...]
    tmp_options: str
    work_options: str


SURROUNDINGS = (
    Surroundings("plain", "as a user starts it", USER, "mode=1777", "rw"),
    Surroundings("bare", "`env -i`, read-only folder", (), "mode=1777", "ro"),
    Surroundings("noexec", "the same, `/tmp` noexec", (), "mode=1777,noexec", "ro"),
)


@dataclasses.dataclass
class Outcome:
    """What a run came to."""

    status: int
    out: str
    err: str
    # Files on disk that were not there before: paths in the surroundings.
    left: list[str] = dataclasses.field(default_factory=list)


def make_root(folder: Path) -> Path:
    """The root folder, made anew."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in MOUNT_POINTS:
        (folder / name).mkdir(parents=True)
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    libraries = folder / "lib64"
    libraries.mkdir()
    for name, path in c_library().items():
        shutil.copyfile(path, libraries / name)
        (libraries / name).chmod(0o755)
    # Where this glibc's loader looks by itself.
    (folder / "lib").symlink_to("lib64")
    return folder


@functools.cache
def c_library() -> dict[str, Path]:
    """The files of glibc, by name."""
    # Of the running interpreter, so that they fit each other.
    with open("/proc/self/maps") as maps:
        mapped = re.search(r"/\S+/libc\.so\.6$", maps.read(), re.MULTILINE)
    folders = [Path(mapped.group()).parent] if mapped else []
    folders += [Path("/lib64"), Path("/lib/x86_64-linux-gnu"), Path("/usr/lib64")]
    found = {}
    for name in GLIBC:
        place = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if place:
            found[name] = place
    missing = [name for name in GLIBC[:2] if name not in found]
    if missing:
        raise Unusable(f"there is no {' and no '.join(missing)} in {', '.join(map(str, folders))}: this needs a Linux with glibc on x86-64")
    return found


@functools.cache
def namespaces() -> tuple[str, ...]:
    """The command in front of one that is to be root in namespaces of its own."""
    program = shutil.which("unshare")
    if program is None:
        raise Unusable("there is no program `unshare` on PATH (on Debian: the package util-linux)")
    common = (program, "--mount", "--pid", "--fork", "--kill-child")
    reason = ""
    for command in (common, (*common, "--user", "--map-root-user")):
        tried = subprocess.run([*command, "sh", "-c", "mount -t tmpfs none /mnt"], capture_output=True, text=True)
        if tried.returncode == 0:
            return command
        reason = tried.stderr.strip()
    raise Unusable(f"mount namespaces cannot be made here: {reason}\nRun it as root, or allow user namespaces to users.")


def run(
    program: Path, arguments: list[str], around: Surroundings, root: Path, work: Path, text: str, limit: float
) -> Outcome:
    """Runs a packed program in its surroundings; what it has on standard input is `text`."""
    left = root.with_name(f"{root.name}.left")
    command = [
        *namespaces(), "sh", str(SCRIPT), str(root), around.tmp_options, around.work_options,
        str(program), str(work), str(left), *around.variables, "--", *arguments,
    ]  # fmt: skip
    outcome = limited(command, text, limit)
    if outcome.status == 125:
        raise Unusable(f"the surroundings cannot be made: {outcome.err.strip() or 'mount gave no reason'}")
    outcome.left = sorted(left.read_text().splitlines()) if left.exists() else []
    return outcome


def limited(command: list[str], text: str, limit: float, **options: object) -> Outcome:
    """Runs a command that is given up, with all that it started, after `limit` seconds."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        **options,
    )
    try:
        out, err = process.communicate(text, timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        return Outcome(124, out, f"{err}\ngiven up after {limit:.0f} s")
    return Outcome(process.returncode, out, err)
