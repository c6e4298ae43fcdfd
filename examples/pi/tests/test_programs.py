"""The clients in C and C++: compiled, linked both ways, and run as they are, under valgrind and with AddressSanitizer."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CLIENTS = Path(__file__).parent.parent / "clients"
# What Rust's standard library needs of the system: rustc --print native-static-libs.
SYSTEM = ["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl"]
VALGRIND = ["valgrind", "--quiet", "--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite"]
COMPILERS = {"client.c": ["cc", "-std=c11"], "client.cpp": ["c++", "-std=c++17"]}


class Client:
    def __init__(self, program, before=()):
        self.command = [*before, str(program)]

    def run(self, *words):
        # What the shared library's path is, the program was told by its linker.
        done = subprocess.run([*self.command, *words], capture_output=True, text=True, env={"PATH": os.environ["PATH"]})
        return done.returncode, done.stdout, done.stderr


def compiled(source, linkage, tool, build, folder, flags=()):
    for name in (COMPILERS[source][0], *(["valgrind"] if tool == "valgrind" else [])):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not installed")
    library = [str(build.static), *SYSTEM]
    if linkage == "shared":
        library = [str(build.shared), f"-Wl,-rpath,{build.shared.parent}", "-lm"]
    sanitizer = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"] if tool == "sanitizers" else []
    program = folder / "client"
    command = [
        *COMPILERS[source], "-g", "-Wall", "-Wextra", "-Wpedantic", "-Werror", *sanitizer, *flags,
        f"-I{build.include}", str(CLIENTS / source), *library, "-o", str(program),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return Client(program, VALGRIND if tool == "valgrind" else [])


@pytest.fixture(scope="session", params=["plain", "valgrind", "sanitizers"])
def tool(request):
    return request.param


@pytest.fixture(scope="session", params=["static", "shared"])
def linkage(request):
    return request.param


@pytest.fixture(scope="session", params=list(COMPILERS))
def client(request, linkage, tool, build, tmp_path_factory):
    return compiled(request.param, linkage, tool, build, tmp_path_factory.mktemp("client"))


def test_floats(client):
    assert client.run("float", "0") == (0, "3\n", "")
    assert client.run("float", "6") == (0, "3.141593\n", "")
    assert client.run("float", "7") == (1, "", "a float does not hold 7 places\n")


def test_digits(client, pi):
    for places in (1, 9, 10, 1000):
        assert client.run("digits", str(places)) == (0, f"{str(pi)[: places + 2]}\n", "")
    assert client.run("digits", "0") == (0, "3\n", "")
    assert client.run("digits", "1001") == (1, "", "too many places\n")


def test_misuse_is_refused(client):
    assert client.run("misuse") == (0, "refused\n", "")


@pytest.mark.parametrize("source", list(COMPILERS))
@pytest.mark.parametrize(("tool", "word"), [("valgrind", "Invalid write"), ("sanitizers", "heap-buffer-overflow")])
def test_a_length_that_is_a_lie_would_be_noticed(source, tool, word, build, tmp_path):
    status, _, said = compiled(source, "shared", tool, build, tmp_path, ["-DLIE=9"]).run("digits", "50")
    assert status != 0
    assert word in said
