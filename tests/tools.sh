#!/bin/sh
# Says at once, and all together, what this machine lacks to build and test the project.
#
#     sh tests/tools.sh PYTHON CARGO
#
# Exit status: 0 all there, 2 something is missing.

python=$1
cargo=$2
missing=0

lack() {
    missing=1
    printf 'missing: %s\n    %s\n' "$1" "$2" >&2
}

if ! command -v "$cargo" >/dev/null 2>&1; then
    lack "Rust ($cargo)" "install Rust 1.95 or later: https://rustup.rs"
else
    minor=$(rustc --version 2>/dev/null | sed -n 's/^rustc 1\.\([0-9]*\)\..*/\1/p')
    if [ "${minor:-0}" -lt 95 ]; then
        lack "Rust 1.95 or later (found: $(rustc --version 2>/dev/null || echo 'no rustc'))" "run: rustup update stable"
    fi
fi

if ! command -v cc >/dev/null 2>&1; then
    lack "a C compiler (cc)" "on Debian or Ubuntu: apt-get install gcc libc6-dev; on Fedora: dnf install gcc"
fi

if ! command -v "$python" >/dev/null 2>&1; then
    lack "Python ($python)" "install CPython 3.10 or later, or name one: make PYTHON=/path/to/python3"
elif ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 10) or sys.implementation.name != "cpython")' 2>/dev/null; then
    lack "CPython 3.10 or later ($python is $("$python" --version 2>&1))" "name another: make PYTHON=/path/to/python3"
elif ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    lack "Python's venv module" "on Debian or Ubuntu: apt-get install python3-venv"
elif [ ! -e "$("$python" -c 'import sysconfig; print(sysconfig.get_path("include"))')/Python.h" ]; then
    lack "Python's headers" "on Debian or Ubuntu: apt-get install python3-dev"
fi

[ "$missing" -eq 0 ] || exit 2
