"""The two engines that a crate is built on: PyO3 as it pins it, and Exuvia in its place."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import sources

ROOT = Path(__file__).resolve().parent.parent
STAND_IN = ROOT / "compat" / "pyo3"

PYO3, EXUVIA = "pyo3", "exuvia"
TITLES = {PYO3: "PyO3", EXUVIA: "Exuvia"}


def stand_in(version: str, folder: Path) -> Path:
    """The crate `pyo3` that is Exuvia, under a version of PyO3's.

    Cargo puts a patch in the place of a crate only where its version is the one that is locked or required, so that a
    crate that pins PyO3 0.29.2 needs a patch of that version. There is nothing in the crate that depends on it: it is
    copied under each version that is asked for.
    """
    copy = folder / f"pyo3-{version}"
    manifest = (STAND_IN / "Cargo.toml").read_text()
    workspace = (ROOT / "Cargo.toml").read_text()
    package = re.search(r"^\[workspace\.package\]\n(.*?)(?=^\[)", workspace, re.MULTILINE | re.DOTALL)[1]
    inherited = dict(re.findall(r"^([\w-]+) = (.+)$", package, re.MULTILINE))
    manifest = re.sub(r'^version = .*$', f'version = "{version}"', manifest, count=1, flags=re.MULTILINE)
    manifest = re.sub(r"^([\w-]+)\.workspace = true$", lambda key: settled(key[1], inherited, workspace), manifest, flags=re.MULTILINE)
    manifest = manifest.replace('path = "../../crates/exuvia"', f'path = "{ROOT}/crates/exuvia"')
    manifest = manifest.replace("[lints]\nworkspace = true\n", "")
    if (copy / "Cargo.toml").exists() and (copy / "Cargo.toml").read_text() == manifest + "\n[workspace]\n":
        # As it is, so that cargo does not take it for changed.
        if all((copy / name).read_text() == (STAND_IN / name).read_text() for name in ("build.rs", "src/lib.rs")):
            return copy
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(STAND_IN, copy, ignore=shutil.ignore_patterns("target"))
    (copy / "Cargo.toml").write_text(manifest + "\n[workspace]\n")
    return copy


def settled(key: str, inherited: dict[str, str], workspace: str) -> str:
    """A key that is inherited from the workspace, with its value."""
    value = inherited.get(key) or re.search(rf"^{re.escape(key)} = (.+)$", workspace, re.MULTILINE)[1]
    return f"{key} = {value}"


def put_exuvia_in_place(folder: Path, versions: list[str], stand_ins: Path) -> None:
    """Makes the sources in the folder depend on Exuvia wherever they depend on PyO3 of one of these versions.

    What is found on crates.io is patched by a configuration beside the sources, which are left as they are. A dependency
    on a folder with PyO3 inside cannot be patched so: its path is changed.
    """
    crates = [stand_in(version, stand_ins) for version in versions]
    lines = ["[patch.crates-io]"]
    lines += [f'pyo3-{number} = {{ package = "pyo3", path = "{crate}" }}' for number, crate in enumerate(crates)]
    configuration = folder.parent / ".cargo" / "config.toml"
    configuration.parent.mkdir(exist_ok=True)
    configuration.write_text("\n".join(lines) + "\n")
    for manifest in sources.manifests(folder):
        before = manifest.read_text()
        after = sources.PATH.sub(lambda found: instead_of_checkout(found, stand_ins), before)
        if after != before:
            manifest.write_text(after)


def instead_of_checkout(path: re.Match[str], stand_ins: Path) -> str:
    """`path = "…"` with the stand-in's folder, if there is PyO3 in the one it names."""
    version = version_of_checkout(Path(path[3]))
    if version is None:
        return path[0]
    return f'{path[1]}{path[2]}{stand_in(version, stand_ins)}{path[2]}'


def version_of_checkout(folder: Path) -> str | None:
    """The version of PyO3 in the folder, if that is what is there."""
    try:
        manifest = (folder / "Cargo.toml").read_text()
    except OSError:
        return None
    package = re.search(r"^\[package\]\n(.*?)(?=^\[|\Z)", manifest, re.MULTILINE | re.DOTALL)
    if package is None or not re.search(r'^name = "pyo3"$', package[1], re.MULTILINE):
        return None
    version = re.search(r'^version = "([^"]+)"$', package[1], re.MULTILINE)
    return version[1] if version else None
