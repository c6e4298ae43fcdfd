"""Whether `exuvia pack` works where there is no Rust: built with the launchers in it, without cargo, with and without a C compiler.

    python tests/launchers.py            builds both, several minutes at first

Packs a script with the Python that runs this, from an empty cache, with a PATH of nothing but what each case allows.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ALONE = ROOT / "target/alone"
CARGO = os.environ.get("CARGO", "cargo")
VERSION = "%d.%d" % sys.version_info[:2]
# What a C compiler is made of; a folder with links to these is a PATH without cargo.
COMPILER = ("cc", "gcc", "ld", "as", "collect2", "sh")
SCRIPT = "import json, ssl, sys\nprint(json.dumps([sys.version_info[:2], sys.argv[1:], ssl.OPENSSL_VERSION[:7]]))\n"


def run(*command, **options):
    """Runs a command, shows what it says where it fails, and gives its output."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, text=True, **options)
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}: {done.stdout}")
    return done.stdout


def build():
    """The `exuvia` command with the launchers for this Python in it."""
    launchers = ALONE / "launchers"
    run(CARGO, "run", "--quiet", "--release", "--locked", "-p", "exuvia-pack", "--bin", "exuvia-launchers", "--", launchers, VERSION, cwd=ROOT)
    environment = os.environ | {"EXUVIA_LAUNCHERS": str(launchers)}
    run(CARGO, "build", "--quiet", "--release", "--locked", "-p", "exuvia-cli", "--target-dir", ALONE, cwd=ROOT, env=environment)
    return ALONE / "release/exuvia"


def path_with(folder, programs):
    """A folder for PATH with links to these programs."""
    folder.mkdir()
    for name in programs:
        place = shutil.which(name)
        if place:
            (folder / name).symlink_to(place)
    assert shutil.which("cargo", path=str(folder)) is None
    return folder


def pack(exuvia, folder, path, python=sys.executable, more=()):
    """Packs the script with an empty cache and nothing but a PATH; gives the finished command."""
    (folder / "app.py").write_text(SCRIPT)
    environment = {"PATH": str(path), "HOME": str(folder / "home")}
    command = [exuvia, "--python", python, "pack", "app.py", "--json", *more]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def works(exuvia, folder, path, expected):
    done = pack(exuvia, folder, path)
    assert done.returncode == 0, done.stderr
    packed = json.loads(done.stdout)
    assert packed["libpython"] == expected, packed
    printed = json.loads(run(folder / "app", "a", "b c", env={}))
    assert printed == [list(sys.version_info[:2]), ["a", "b c"], "OpenSSL"], printed
    return packed


def main():
    exuvia = build()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Away from the checkout that it was built in.
        exuvia = shutil.copy(exuvia, folder / "exuvia")
        compiler, nothing = path_with(folder / "compiler", COMPILER), path_with(folder / "nothing", ())

        library = Path(json.loads(pack(exuvia, folder, compiler).stdout)["explanation"]["libpython"]["library"])
        shutil.rmtree(folder / "home")
        if library.suffix == ".a":
            works(exuvia, folder, compiler, "static")
            print("packed with a C compiler and without cargo: libpython is linked in")
            kept = list((folder / "home/.cache/exuvia/launchers").iterdir())
            assert len(kept) == 1, kept
            shutil.rmtree(folder / "home")
        packed = works(exuvia, folder, nothing, "shared")
        why = packed["explanation"]["libpython"]["why_not_static"]
        assert "the C compiler cc cannot be run" in why, why
        print("packed without a C compiler and without cargo: libpython is carried")

        done = pack(exuvia, folder, nothing, more=["--libpython", "static"])
        assert done.returncode == 2 and "the C compiler cc cannot be run" in done.stderr, done.stderr
        print("2 passed, 0 failed" if library.suffix == ".a" else "1 passed, 0 failed")


main()
