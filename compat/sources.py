"""Sources: a source distribution unpacked, or a folder copied, so that it can be built on its own."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tarfile
from pathlib import Path

from crates import Crate, Unusable, canonical
from wheels import Builder

WORK = Path(__file__).resolve().parent.parent / "target" / "compat"
DOWNLOADS = WORK / "sdists"
# What a checkout holds besides its sources.
LEFT_OUT = (".git", "target", "__pycache__", ".venv", "venv", ".nox", ".tox", ".pytest_cache", "*.so", "dist")
# A dependency on a folder, in any of its forms: `path = "…"`, `pyo3.path = "…"`.
PATH = re.compile(r"""(\bpath\s*=\s*)(["'])([^"'\n]+)\2""")


def fetch(crate: Crate, builder: Builder) -> tuple[Crate, Path]:
    """The folder with the crate's own sources, not to be changed, and the crate with the version it turned out to have."""
    if crate.folder is not None:
        return crate, crate.folder
    archive = find(crate) if crate.version else None
    if archive is None:
        builder.download(crate, DOWNLOADS)
        archive = find(crate)
        if archive is None:
            raise Unusable(f"pip downloaded no source distribution of {crate.label}; it left in {DOWNLOADS}: "
                           f"{', '.join(sorted(os.listdir(DOWNLOADS))) or 'nothing'}")
    version = archive.name.removesuffix(".tar.gz").rsplit("-", 1)[1]
    found = Crate(crate.name, version, None, crate.requires, crate.tests, crate.pytest)
    return found, unpack(archive)


def find(crate: Crate) -> Path | None:
    """The newest archive of the crate that has been downloaded, of its version if it has one."""
    archives = [
        path
        for path in DOWNLOADS.glob("*.tar.gz")
        if canonical(path.name.removesuffix(".tar.gz").rsplit("-", 1)[0]) == canonical(crate.name)
        and (not crate.version or path.name.endswith(f"-{crate.version}.tar.gz"))
    ]
    return max(archives, key=lambda path: path.stat().st_mtime, default=None)


def unpack(archive: Path) -> Path:
    folder = archive.with_name(archive.name.removesuffix(".tar.gz"))
    if not folder.exists():
        partial = folder.with_name(f"{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        with tarfile.open(archive) as opened:
            # Nothing outside of the folder, no devices: PEP 706.
            opened.extractall(partial, filter="data")
        [top] = partial.iterdir()
        top.rename(folder)
        partial.rmdir()
    return folder


def copy(origin: Path, to: Path) -> None:
    """A copy that is a workspace of its own and needs nothing around it but the folders that its manifests name.

    A toolchain that the sources pin is not taken over: it may be older than what Exuvia needs, and both engines are to
    be compiled by one compiler.
    """
    shutil.rmtree(to, ignore_errors=True)
    ignored = shutil.ignore_patterns(*LEFT_OUT, "rust-toolchain", "rust-toolchain.toml")
    shutil.copytree(origin, to, symlinks=True, ignore=ignored, ignore_dangling_symlinks=True)
    manifest = to / "Cargo.toml"
    if manifest.exists() and not re.search(r"^\s*\[workspace", manifest.read_text(), re.MULTILINE):
        # What pip downloaded lies in this project's own folders, and belongs to no workspace.
        shared = "" if DOWNLOADS in origin.parents else inherited(origin)
        manifest.write_text(f"{manifest.read_text().rstrip()}\n\n[workspace]\n{shared}")
    for manifest in manifests(to):
        before = manifest.read_text()
        after = absolute_paths(before, origin / manifest.parent.relative_to(to), origin)
        if after != before:
            manifest.write_text(after)


def manifests(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("Cargo.toml") if "target" not in path.relative_to(folder).parts]


def inherited(folder: Path) -> str:
    """What packages in the folder may inherit from the workspace around it, as its tables stand there."""
    for around in folder.parents:
        manifest = around / "Cargo.toml"
        if manifest.exists() and re.search(r"^\s*\[workspace", manifest.read_text(), re.MULTILINE):
            tables = re.split(r"^(?=\s*\[)", manifest.read_text(), flags=re.MULTILINE)
            # `[workspace.package]` and the like, or `package.version = …` in `[workspace]` itself.
            dotted = [
                line
                for table in tables
                if re.match(r"\s*\[workspace\]", table)
                for line in table.splitlines(keepends=True)
                if re.match(r"\s*(package|dependencies|lints)\.", line)
            ]
            shared = [table for table in tables if re.match(r"\s*\[workspace\.", table)]
            return absolute_paths("".join(dotted + shared), around, folder)
    return ""


def absolute_paths(manifest: str, beside: Path, within: Path) -> str:
    """The manifest with paths that lead out of the sources made absolute; `beside` is the folder it was written for."""

    def absolute(found: re.Match[str]) -> str:
        path = (beside / found[3]).resolve()
        if path.is_relative_to(within.resolve()) or not (path / "Cargo.toml").exists():
            return found[0]
        return f"{found[1]}{found[2]}{path}{found[2]}"

    return PATH.sub(absolute, manifest)


def lock_files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("Cargo.lock") if "target" not in path.relative_to(folder).parts]


def copy_locks(origin: Path, to: Path) -> None:
    """Gives a copy of the sources the lock files of another, so that both are built with the same dependencies."""
    for lock in lock_files(origin):
        shutil.copy(lock, to / lock.relative_to(origin))


def locked_versions(folder: Path, package: str) -> list[str]:
    """The versions of a package that the lock files in the folder name."""
    entry = re.compile(rf'^name = "{re.escape(package)}"\nversion = "([^"]+)"$', re.MULTILINE)
    found: set[str] = set()
    for lock in lock_files(folder):
        found.update(entry.findall(lock.read_text()))
    return sorted(found)


if sys.version_info < (3, 11, 4) and not hasattr(tarfile, "data_filter"):
    raise Unusable("this CPython cannot unpack archives safely (PEP 706); use 3.10.12, 3.11.4 or later")
