"""What C and C++ programs do with the library: the client in clients/, built and run in every way that there is."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
# What a static library of Rust's standard library needs besides (`rustc --print native-static-libs`).
SYSTEM = ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"]
WARNINGS = ["-Wall", "-Wextra", "-Werror", "-pedantic"]

pytestmark = pytest.mark.skipif(sys.implementation.name != "cpython", reason="the clients are the same whatever Python looks on")


def run(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done


@pytest.fixture(scope="session")
def libraries():
    """The folder with the libraries."""
    run(["cargo", "build", "--quiet"], cwd=PROJECT)
    told = run(["cargo", "metadata", "--format-version=1", "--no-deps", "--offline"], cwd=PROJECT)
    return Path(json.loads(told.stdout)["target_directory"]) / "debug"


LANGUAGES = {"C99": ("cc", ["-std=c99"]), "C11": ("cc", ["-std=c11"]), "GNU C": ("cc", ["-std=gnu17"]), "C++11": ("c++", ["-x", "c++", "-std=c++11"])}


def compiled(language, linkage, libraries, folder, *options):
    compiler, standard = LANGUAGES[language]
    program = folder / "client"
    source = [*standard, *WARNINGS, "-g", *options, f"-I{PROJECT / 'include'}", str(PROJECT / "clients" / "client.c"), "-x", "none"]
    if linkage == "static":
        library = [str(libraries / "libdoors.a"), *SYSTEM]
    else:
        library = [f"-L{libraries}", "-ldoors", f"-Wl,-rpath,{libraries}"]
    run([compiler, *source, *library, "-o", str(program)])
    return str(program)


@pytest.mark.parametrize("linkage", ["static", "shared"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_client_finds_everything_as_the_header_says(language, linkage, libraries, tmp_path):
    program = compiled(language, linkage, libraries, tmp_path)
    assert run([program]).stdout == "all is well\n"


@pytest.mark.parametrize("language", ["C11", "C++11"])
def test_a_client_is_clean_under_valgrind(language, libraries, tmp_path):
    if shutil.which("valgrind") is None:
        pytest.skip("there is no valgrind here")
    program = compiled(language, "shared", libraries, tmp_path)
    done = run(["valgrind", "--quiet", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite", program])
    assert done.stdout == "all is well\n"


@pytest.mark.parametrize("language", ["C11", "C++11"])
def test_a_client_is_clean_under_the_address_sanitizer(language, libraries, tmp_path):
    program = compiled(language, "static", libraries, tmp_path, "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    assert run([program], env=os.environ | {"ASAN_OPTIONS": "detect_leaks=1"}).stdout == "all is well\n"


def test_the_package_is_typed(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), "clients/typed.py", "python/doors"],
        cwd=PROJECT,
        env=os.environ | {"MYPYPATH": "python"},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_the_library_shows_nothing_else(libraries):
    """No name in it but the header's own."""
    told = run(["nm", "-D", "--defined-only", str(libraries / "libdoors.so")]).stdout
    names = {line.split()[-1] for line in told.splitlines()}
    header = (PROJECT / "include" / "doors.h").read_text()
    assert names and all(name.startswith("doors_") for name in names), names
    missing = [name for name in names if f"{name}(" not in header]
    assert not missing


def test_the_files_that_the_build_writes_are_those_that_are_kept(libraries):
    """They are checked in, so that they can be read without a build."""
    if not (PROJECT.parent.parent / ".git").exists():
        pytest.skip("this is no checkout")
    changed = run(["git", "status", "--porcelain", "include", "python"], cwd=PROJECT).stdout
    assert changed == ""
