"""The whole road on a real package: qrcode 8.2 from PyPI is profiled, ported, checked, measured and packed.

Run it by `make demo`. It needs cargo, a C compiler and Python 3.10 or newer, and brings everything else by itself. It works
in target/demo/ and leaves there the ported project (qrcode-8.2/), its environment (venv/) and the packed command (qr).
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
DEMO = ROOT / "target" / "demo"
PROJECT = DEMO / "qrcode-8.2"
PREVIOUS = DEMO / "qrcode-8.2.previous"
VENV = DEMO / "venv"
PYTHON = VENV / "bin" / "python"
PACKED = DEMO / "qr"
PICTURE = DEMO / "qr.png"
EXUVIA = Path(os.environ.get("CARGO_TARGET_DIR") or ROOT / "target") / "release" / "exuvia"

TEXT = "https://exuvia.example: shed your Python, one function at a time"
PACKAGES = ["pillow", "pypng", "pytest", "maturin>=1.9.4,<2", "zxing-cpp"]
SUITE = "python -m pytest -q -p no:cacheprovider"

BOLD, DIM, GREEN, RED, PLAIN = ("\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m") if sys.stdout.isatty() else ("",) * 5


def stop(message, hint=None):
    """End with one message, as the command itself does."""
    sys.stdout.flush()
    print(f"{RED}error:{PLAIN} {message}", file=sys.stderr)
    if hint:
        print(f"hint: {hint}", file=sys.stderr)
    sys.exit(2)


def look_for_tools():
    """Say at once what is missing, all of it together."""
    missing = []
    if not shutil.which("cargo"):
        missing.append("Rust (cargo): https://rustup.rs")
    if not any(shutil.which(name) for name in ("cc", "gcc", "clang")):
        missing.append("a C compiler (cc): `apt install gcc`, `dnf install gcc` or the like")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        missing.append("Python's venv: `apt install python3-venv` or the like")
    if sys.platform != "linux":
        missing.append("Linux: packing does not run elsewhere yet")
    if missing:
        stop("the demo needs what this machine does not have:\n  - " + "\n  - ".join(missing))


def rerun_with_newer_python():
    """Go on with a Python that is new enough, where this one is not."""
    if sys.version_info >= (3, 10):
        return
    for minor in (13, 12, 11, 10):
        newer = shutil.which(f"python3.{minor}")
        # A version manager's shim is there for versions that are not.
        if newer and subprocess.run([newer, "-c", ""], stderr=subprocess.DEVNULL).returncode == 0:
            os.execv(newer, [newer, __file__, *sys.argv[1:]])
    version = ".".join(map(str, sys.version_info[:3]))
    stop(f"the demo needs Python 3.10 or newer, and {sys.executable} is {version}", "install one, and run: make demo PYTHON=python3.12")


def step(what):
    print(f"\n{BOLD}{what}{PLAIN}", flush=True)


def run(*command, env=None, cwd=None, show=False, capture=False, ok=(0,)):
    """Run a command; its output is shown only where asked for, or where it fails."""
    words = [str(word) for word in command]
    if show:
        shown = [word if " " not in word else f"'{word}'" for word in words]
        print(f"{DIM}$ {' '.join(shown).replace(str(EXUVIA), 'exuvia').replace(str(ROOT) + os.sep, '')}{PLAIN}", flush=True)
    pipe = None if show and not capture else subprocess.PIPE
    done = subprocess.run(words, cwd=cwd, env=env, stdout=pipe, stderr=None if show else subprocess.STDOUT)
    if done.returncode not in ok:
        if done.stdout:
            sys.stderr.write(done.stdout.decode(errors="replace"))
        stop(f"this ended with status {done.returncode}: {' '.join(words)}")
    return done.stdout


def exuvia(*words, **options):
    """Run the command in the project, in the project's environment."""
    env = dict(os.environ, CARGO_TARGET_DIR=str(DEMO / "rust-target"))
    return run(EXUVIA, "--python", PYTHON, *words, cwd=PROJECT, env=env, show=True, **options)


def report(*words, ok=(0,)):
    return json.loads(exuvia(*words, "--json", capture=True, ok=ok))


def prepare():
    """Build the command, and meanwhile make the environment and unpack a fresh copy of the package."""
    step("Preparing: the exuvia command, a virtual environment, qrcode 8.2 from PyPI")
    DEMO.mkdir(parents=True, exist_ok=True)
    log = DEMO / "build.log"
    with log.open("wb") as out:
        build = subprocess.Popen(
            ["cargo", "build", "--release", "--locked", "-p", "exuvia-cli"], cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            if not (PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], stderr=subprocess.DEVNULL).returncode == 0):
                run(sys.executable, "-m", "venv", "--clear", VENV)
            pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "-q"]
            archive = DEMO / "qrcode-8.2.tar.gz"
            if not archive.exists():
                run(*pip, "download", "--no-deps", "--no-binary", ":all:", "-d", DEMO, "qrcode==8.2")
            unpack(archive)
            run(*pip, "install", "-e", PROJECT, *PACKAGES)
            status = build.wait()
        finally:
            if build.poll() is None:
                build.terminate()
                build.wait()
    if status:
        sys.stderr.write(log.read_text(errors="replace"))
        stop("the exuvia command does not build")
    make_launcher()


def make_launcher():
    """Build the launcher for this version of Python, which an installed command carries and a checkout makes once."""
    script, packed = DEMO / "empty.py", DEMO / "empty"
    script.write_text("")
    run(EXUVIA, "--python", PYTHON, "pack", script, "-o", packed, cwd=DEMO)
    script.unlink()
    packed.unlink()


def unpack(archive):
    """Lay a fresh copy; the one of the last run, with whatever was tried on it, moves aside."""
    if PROJECT.exists():
        shutil.rmtree(PREVIOUS, ignore_errors=True)
        PROJECT.rename(PREVIOUS)
    with tarfile.open(archive) as files:
        # The filter keeps members inside; the oldest 3.10 and 3.11 releases do not have it.
        files.extractall(DEMO, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))


def pack():
    """Pack the `qr` command; returns how long that took."""
    PACKED.unlink(missing_ok=True)
    start = time.perf_counter()
    exuvia("pack", "--entry", "qr", "-o", PACKED)
    return time.perf_counter() - start


def bare(*words, stdout=subprocess.PIPE):
    """Run the packed command with no environment at all, in a folder of its own."""
    done = subprocess.run(["env", "-i", PACKED, *words], stdout=stdout, stderr=subprocess.PIPE, cwd="/")
    if done.returncode:
        stop(f"the packed qr ended with status {done.returncode}:\n{done.stderr.decode(errors='replace')}")
    return done.stdout


def start_time():
    """How long the packed command takes to print a code, in seconds: the best of ten."""
    times = []
    for _ in range(10):
        start = time.perf_counter()
        bare("--ascii", "exuvia")
        times.append(time.perf_counter() - start)
    return min(times)


def decode():
    """What an independent decoder reads in the picture that the packed command makes."""
    with PICTURE.open("wb") as out:
        bare(TEXT, stdout=out)
    code = "import sys, zxingcpp, PIL.Image as i; print(zxingcpp.read_barcodes(i.open(sys.argv[1]))[0].text, end='')"
    return run(PYTHON, "-c", code, PICTURE).decode()


def summarise(checked, measured, packing):
    step("What came of it")
    ratios = {function["name"]: function for function in measured["functions"]}
    good = True
    for function in checked["functions"]:
        name, bench = function["name"], ratios[function["name"]]
        same = function["equal"] == function["recorded"] and not function["differences"]
        good &= same
        print(
            f"  {name:<32} {function['equal']:>4} of {function['recorded']:>4} recorded calls equal   "
            f"{bench['twin_seconds'] * 1e6:>8.1f} µs -> {bench['port_seconds'] * 1e6:>6.2f} µs   {GREEN}{bench['ratio']:.0f}x{PLAIN} faster"
        )
    suite = checked["suite"]
    good &= suite["same"]
    verdict = "the same with both" if suite["same"] else f"DIFFERENT: {suite['port']['summary']} with Rust"
    print(f"  qrcode's own tests               {suite['twin']['summary']}: {verdict}")
    text = decode()
    good &= text == TEXT
    print(
        f"  target/demo/qr                   {PACKED.stat().st_size / 1e6:.1f} MB, packed in {packing:.1f} s, "
        f"prints a code in {start_time() * 1e3:.0f} ms without any Python"
    )
    print(f"  its picture, decoded by zxing    {text}")
    print()
    print(bare("--ascii", TEXT).decode())
    if not good:
        stop("something above is not as it should be")
    print(f"Go on from there: cd {PROJECT.relative_to(ROOT)} && ../venv/bin/python -m pytest -q")


def main():
    begin = time.perf_counter()
    prepare()
    sys.path.insert(0, str(HERE))
    import bodies

    names = [f"qrcode.util:{name}" for name in bodies.FUNCTIONS]
    command = ["python", HERE / "codes.py"]
    step("Where does the time go?")
    exuvia("scan", "--top", "8", "--", *command)
    step("Three functions move: their calls are recorded, their Rust is drafted and wired in")
    exuvia("port", *names, "--", *command)
    step("The hand-written Rust of examples/qrcode takes the place of the drafts, and is built")
    bodies.put_in_place(PROJECT / "rust")
    exuvia("develop")
    exuvia("status")
    step("Is it right?")
    checked = report("check", "--suite", SUITE, ok=(0, 1))
    step("Is it fast?")
    measured = report("bench")
    step("One file, for machines without Python")
    packing = pack()
    summarise(checked, measured, packing)
    print(f"{DIM}({time.perf_counter() - begin:.0f} s){PLAIN}")


if __name__ == "__main__":
    rerun_with_newer_python()
    look_for_tools()
    try:
        main()
    except KeyboardInterrupt:
        stop("interrupted")
