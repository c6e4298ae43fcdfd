"""PyO3's own integration tests in Rust, as they lie in its crate on crates.io, run on PyO3 and on Exuvia."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import engines
from suites import Outcomes
from wheels import BUILD_SECONDS, Failed, compiler_errors, environment, guarded, reason, resolve

# The tests are conditional on these.
FEATURES = ("macros", "auto-initialize", "multiple-pymethods", "experimental-async")
# Needed to compile a crate's own unit tests or its tests of messages, which are not run.
NOT_NEEDED = ("ui_test", "trybuild")
# No file of tests takes as long; one that does has come to a standstill.
TEST_SECONDS = 300
RESULT = re.compile(r"^test (\S+)(?: - should panic)? \.\.\. (ok|FAILED|ignored)", re.MULTILINE)
BUILD_SCRIPT = """\
fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_libpython_rpath_link_args();
    // PyO3 sets this for itself, and its tests ask for it.
    println!("cargo::rustc-check-cfg=cfg(wip_feature_std)");
    println!("cargo::rustc-cfg=wip_feature_std");
}
"""


def fetch(version: str, folder: Path) -> dict[str, object]:
    """What cargo says of the package `pyo3` of this version, once it has downloaded it."""
    probe = folder / "probe"
    (probe / "src").mkdir(parents=True, exist_ok=True)
    (probe / "src" / "lib.rs").write_text("")
    (probe / "Cargo.toml").write_text(
        '[package]\nname = "probe"\nedition = "2021"\n\n[dependencies]\n'
        f'pyo3 = "={version}"\n\n[workspace]\n'
    )
    command = ["cargo", "metadata", "--format-version", "1", "--manifest-path", str(probe / "Cargo.toml")]
    asked = subprocess.run(command, capture_output=True, text=True, env=environment())
    if asked.returncode != 0:
        (folder / "fetch.log").write_text(asked.stderr)
        raise Failed(f"cargo cannot fetch pyo3 {version}: {reason(asked.stderr, asked.returncode)}", folder / "fetch.log")
    return next(package for package in json.loads(asked.stdout)["packages"] if package["name"] == "pyo3")


def lay_out(package: dict[str, object], folder: Path, stand_ins: Path | None) -> None:
    """The tests of the package as those of a crate that depends on it, or on Exuvia under its name."""
    origin = Path(package["manifest_path"]).parent
    wanted: set[Path] = set()
    # Some tests include files of the crate's own sources.
    for name in ("tests", "src"):
        for file in sorted((origin / name).rglob("*.rs")):
            inside = file.relative_to(origin)
            if "ui" in inside.parts or file.name == "test_compile_error.rs":
                continue
            text = file.read_text()
            if stand_ins is not None and name == "tests":
                text = text.replace("pyo3::impl_::", "pyo3_internals::")
            put(folder / inside, text)
            wanted.add(folder / inside)
        for file in (folder / name).rglob("*.rs"):
            if file not in wanted:
                file.unlink()
    put(folder / "build.rs", BUILD_SCRIPT)
    put(folder / "nothing.rs", "")
    put(folder / "Cargo.toml", manifest(package, folder, stand_ins is not None))
    if stand_ins is not None:
        engines.put_exuvia_in_place(folder, [package["version"]], stand_ins)


def put(file: Path, text: str) -> None:
    """Writes a file unless that is what it says already: cargo takes what is written for changed."""
    if not file.exists() or file.read_text() != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def manifest(package: dict[str, object], folder: Path, on_exuvia: bool) -> str:
    version = package["version"]
    written = "\n".join(path.read_text() for path in sorted((folder / "tests").rglob("*.rs")))
    lines = [
        "[package]",
        'name = "pyo3-integration-tests"',
        f'version = "{version}"',
        f'edition = "{package["edition"]}"',
        "",
        "[lib]",
        'path = "nothing.rs"',
        "",
        "[features]",
        f"default = {json.dumps(FEATURES)}",
        *(f'{feature} = ["pyo3/{feature}"]' for feature in FEATURES),
        "",
        "[dependencies]",
        f'pyo3 = "={version}"',
        "",
        "[build-dependencies]",
        f'pyo3-build-config = "={version}"',
        "",
    ]
    if on_exuvia:
        lines += ["[dev-dependencies.pyo3-internals]", f'path = "{engines.ROOT / "compat" / "internals"}"', ""]
    # Tests see what the crate itself depends on, too.
    for needed in sorted(package["dependencies"], key=lambda needed: needed["kind"] != "dev"):
        name = needed["rename"] or needed["name"]
        if name in NOT_NEEDED or not re.search(rf"\b{name.replace('-', '_')}::", written) or f"[dev-dependencies.{name}]" in lines:
            continue
        lines.append(f"[dev-dependencies.{name}]")
        if on_exuvia and name == "pyo3-macros":
            lines += ['package = "exuvia-macros"', f'path = "{engines.ROOT / "crates" / "exuvia-macros"}"', ""]
            continue
        lines += [f'version = "{needed["req"]}"', f"features = {json.dumps(needed['features'])}"]
        lines += [f'default-features = {json.dumps(needed["uses_default_features"])}', f'package = "{needed["name"]}"', ""]
    # Debug information of fifty programs takes gigabytes, and most of the time of the linker.
    lines += ["[profile.dev]", "debug = false", ""]
    # Reports of unused code in tests would fill the logs.
    return "\n".join([*lines, "[lints.rust]", 'warnings = "allow"', "", "[workspace]", ""])


def compare(package: dict[str, object], engine: str, folder: Path, python: Path, target: Path) -> dict[str, Outcomes]:
    """The outcomes of each file of tests, by its name; a file that does not compile does not hide the others."""
    env = environment() | {"PYO3_PYTHON": str(python), "CARGO_TARGET_DIR": str(target), "CARGO_TERM_COLOR": "never"}
    log = folder.parent / f"{engine}.log"
    resolve(folder, log)
    command = ["cargo", "build", "--tests", "--keep-going", "--message-format", "json"]
    messages = folder.parent / f"{engine}.messages"
    with messages.open("w") as written:
        status = guarded(command, written, env, BUILD_SECONDS, folder)
    programs, errors, rendered = read_messages(messages.read_text(errors="replace"))
    log.write_text(rendered)
    files = sorted(path.stem for path in (folder / "tests").glob("*.rs"))
    if not programs and not any(file in errors for file in files):
        raise Failed(f"does not build on {engines.TITLES[engine]}: {reason(rendered, status)}", log)
    found: dict[str, Outcomes] = {}
    for file in files:
        if file in programs:
            found[file] = run_file(Path(programs[file]), folder, env, folder.parent / f"{engine}-{file}.log")
        else:
            told = errors.get(file, ["it was not built"])
            more = f" … and {len(told) - 1} more" if len(told) > 1 else ""
            found[file] = Outcomes(problem=f"does not compile: {told[0]}{more}", log=log)
    return found


def read_messages(text: str) -> tuple[dict[str, str], dict[str, list[str]], str]:
    """From cargo's messages: the program of each file, the errors of each, and all as the compiler would show it."""
    programs: dict[str, str] = {}
    errors: dict[str, list[str]] = {}
    rendered: list[str] = []
    for line in text.splitlines():
        if not line.startswith("{"):
            rendered.append(line + "\n")
            continue
        message = json.loads(line)
        target = message.get("target", {})
        if message["reason"] == "compiler-artifact" and "test" in target["kind"] and message["executable"]:
            programs[target["name"]] = message["executable"]
        if message["reason"] == "compiler-message" and message["message"]["level"].startswith("error"):
            shown = message["message"]["rendered"]
            rendered.append(shown)
            errors.setdefault(target["name"], []).extend(compiler_errors(shown))
    return programs, errors, "".join(rendered)


def run_file(program: Path, folder: Path, env: dict[str, str], log: Path) -> Outcomes:
    """Runs a file's tests together, and once more alone those whose outcome a crash or a print has swallowed."""
    listed = subprocess.run([program, "--list", "--format", "terse"], capture_output=True, text=True, env=env, cwd=folder)
    tests = [line.removesuffix(": test") for line in listed.stdout.splitlines() if line.endswith(": test")]
    with log.open("w") as written:
        status = guarded([program], written, env, TEST_SECONDS, folder)
    told = dict(RESULT.findall(log.read_text(errors="replace")))
    words = {"ok": "passed", "FAILED": "failed", "ignored": "ignored"}
    outcomes = Outcomes({test: words[told[test]] for test in tests if test in told}, log=log)
    for test in tests:
        if test not in outcomes.of:
            with log.open("a") as written:
                alone = guarded([program, "--exact", test], written, env, TEST_SECONDS, folder)
            outcomes.of[test] = "passed" if alone == 0 else "failed" if alone == 101 else "crashed"
    crashed = sorted(test for test, outcome in outcomes.of.items() if outcome == "crashed")
    if crashed:
        outcomes.problem = f"crashed in {', '.join(crashed)}"
    elif status is None:
        outcomes.problem = f"did not come to an end within {TEST_SECONDS} s"
    return outcomes
