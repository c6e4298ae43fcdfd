# What a person types. `make` alone lists it.

PYTHON ?= python3
CARGO ?= cargo

# The crates' own tests embed an interpreter, whose shared library may lie outside of the system's folders.
LIBPYTHON = $(shell $(PYTHON) -c 'import sysconfig; print(sysconfig.get_config_var("LIBDIR") or "")')
EMBEDDED = PYO3_PYTHON="$(PYTHON)" LD_LIBRARY_PATH="$(LIBPYTHON)$${LD_LIBRARY_PATH:+:$$LD_LIBRARY_PATH}"

.PHONY: help tools exuvia demo test test-rust test-python test-road bench

help:
	@echo 'make demo    walk the road with qrcode 8.2: profile, port, prove, measure, pack (about 5 minutes)'
	@echo 'make test    run everything the project checks (about 15 minutes)'
	@echo 'make bench   measure: calls into Rust, side by side with PyO3'
	@echo 'make exuvia  build the exuvia command: target/release/exuvia'
	@echo
	@echo 'PYTHON=path chooses the interpreter; it must be CPython 3.10 or later.'

tools:
	@sh tests/tools.sh "$(PYTHON)" "$(CARGO)"

exuvia: tools
	$(CARGO) build --release --locked -p exuvia-cli

demo: tools
	$(PYTHON) examples/qrcode/demo.py

test: tools test-rust test-python test-road

test-rust:
	$(CARGO) fmt --all --check
	$(EMBEDDED) $(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	$(EMBEDDED) $(CARGO) test --workspace --locked

test-python:
	$(PYTHON) tests/run_python_tests.py

# The demo and what it must have left behind, and the commands of the README and the guide.
test-road:
	$(PYTHON) tests/road.py
	$(PYTHON) tests/guide.py

bench: tools
	$(PYTHON) benches/calls/run.py
