# What a person types. `make` alone lists it.

PYTHON ?= python3
CARGO ?= cargo

# The crates' own tests embed an interpreter, whose shared library may lie outside of the system's folders.
LIBPYTHON = $(shell $(PYTHON) -c 'import sysconfig; print(sysconfig.get_config_var("LIBDIR") or "")')
EMBEDDED = PYO3_PYTHON="$(PYTHON)" LD_LIBRARY_PATH="$(LIBPYTHON)$${LD_LIBRARY_PATH:+:$$LD_LIBRARY_PATH}"

.PHONY: help tools exuvia demo test test-rust test-python test-road test-benches test-compat test-apps soak bench bench-calls bench-build bench-start compat bench-doors pack-apps test-launchers

help:
	@echo 'make demo    walk the road with qrcode 8.2: profile, port, prove, measure, pack (about 5 minutes)'
	@echo 'make test    run everything the project checks (about an hour)'
	@echo 'make soak    try for hours to make the bindings crash, leak or hang: a million calls of every kind, every allocation refused'
	@echo 'make bench   measure everything that is compared with others'
	@echo 'make bench-calls  what a call costs, beside C by hand, PyO3, nanobind, Cython and others (5 minutes at first, then 1)'
	@echo 'make bench-build  how long 720 functions and 720 classes take to build, and how large they are (35 minutes)'
	@echo 'make bench-start  what starting a program costs, packed by Exuvia and by six others (an hour and more at first, then 10 minutes)'
	@echo 'make bench-doors  what a call costs through a C library, beside cffi and ctypes by hand and an extension module (5 minutes at first)'
	@echo 'make pack-apps  pack 17 applications from PyPI and run them where there is no Python (10 minutes)'
	@echo 'make test-launchers  build the exuvia command as its users get it, and pack with it where there is no Rust (5 minutes at first)'
	@echo 'make compat  build eight crates from PyPI on PyO3 and on Exuvia, and run their own tests on both (20 minutes at first)'
	@echo 'make exuvia  build the exuvia command: target/release/exuvia'
	@echo
	@echo 'PYTHON=path chooses the interpreter; it must be CPython 3.10 or later.'

tools:
	@sh tests/tools.sh "$(PYTHON)" "$(CARGO)"

exuvia: tools
	$(CARGO) build --release --locked -p exuvia-cli

demo: tools
	$(PYTHON) examples/qrcode/demo.py

test: tools test-rust test-python test-road test-benches test-compat test-apps

test-rust:
	$(CARGO) fmt --all --check
	$(EMBEDDED) $(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	CARGO_PROFILE_DEV_OPT_LEVEL=2 $(EMBEDDED) $(CARGO) clippy -p exuvia --features experimental-async --locked -- -D warnings
	$(EMBEDDED) $(CARGO) clippy -p exuvia-embed --features files --all-targets --locked -- -D warnings
	$(EMBEDDED) $(CARGO) test --workspace --locked
	$(EMBEDDED) $(CARGO) test -p exuvia-embed --locked --no-default-features --features files
	$(EMBEDDED) $(CARGO) test -p exuvia --locked --features py-clone,parking_lot,arc_lock --test clone_of_py --test parking_lot
	$(EMBEDDED) $(CARGO) test -p exuvia --locked --features experimental-async --test compile_fail
	$(EMBEDDED) $(CARGO) test -p exuvia --locked --features multiple-pymethods --test compile_fail --test multiple_pymethods

test-python:
	$(PYTHON) tests/run_python_tests.py
	$(PYTHON) tests/pypy.py

# The demo and what it must have left behind, and the commands of the README and the guide.
test-road:
	$(PYTHON) tests/road.py
	$(PYTHON) tests/guide.py

# That the comparisons run and that their peers agree; what they measure is not judged here.
test-benches:
	$(PYTHON) tests/benches.py
	$(PYTHON) tests/start.py

# That the comparison with PyO3 reads and decides what it should; it is made by `make compat`.
test-compat:
	$(PYTHON) tests/compat.py

# A few of the applications of `make pack-apps`, and that it tells what fails.
test-apps:
	$(PYTHON) tests/pack_apps.py

# That packing needs neither cargo nor, with a shared libpython, a C compiler.
test-launchers: tools
	$(PYTHON) tests/launchers.py

# What of it is short is in `make test`. SOAK passes arguments on: `make soak SOAK='--only endings'`.
soak: tools
	$(PYTHON) tests/soak.py $(SOAK)

# APPS passes arguments on: `make pack-apps APPS='--only black,numpy'`.
pack-apps: tools
	$(PYTHON) tests/apps/run.py $(APPS)

compat: tools
	$(PYTHON) compat/run.py --python "$(PYTHON)"

bench: bench-calls bench-build bench-start bench-doors

bench-calls: tools
	$(PYTHON) benches/calls/run.py

bench-build: tools
	$(PYTHON) benches/build/run.py

bench-doors: tools
	$(PYTHON) benches/doors/run.py

bench-start: tools
	$(PYTHON) benches/start/run.py
