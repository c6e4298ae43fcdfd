"""What is to be compared: crates named in a list or on the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # CPython 3.10, whose pip brings the parser that the standard library took over.
    from pip._vendor import tomli as tomllib

# A name as PyPI has it, perhaps with a version: PEP 508, and the characters of PEP 440.
NAMED = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:==([0-9][A-Za-z0-9.+!_-]*))?")
# One of these says how a wheel is built.
WHEEL = ("pyproject.toml", "setup.py")
KEYS = {"name": str, "version": str, "requires": list, "tests": list, "pytest": list}


class Unusable(Exception):
    """What was asked for cannot be done; the message says why and what to do."""


@dataclass(frozen=True)
class Crate:
    name: str
    # Empty for the newest, and for a folder.
    version: str = ""
    # The sources, where they are not to be downloaded.
    folder: Path | None = None
    # What its tests need besides pytest; None to take what its pyproject.toml names for tests.
    requires: tuple[str, ...] | None = None
    # What pytest is given, relative to the sources; None to look for the folders that are usual.
    tests: tuple[str, ...] | None = None
    # Further words for pytest.
    pytest: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.name} {self.version}".rstrip()


def read_list(path: Path) -> list[Crate]:
    """The crates of a list in TOML: tables `[[crate]]` with the keys of `KEYS`."""
    try:
        text = path.read_text()
    except OSError as error:
        raise Unusable(f"the list of crates cannot be read: {path}: {error.strerror}") from None
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Unusable(f"the list of crates is not TOML: {path}: {error}") from None
    unknown = set(tables) - {"crate"}
    if unknown or not isinstance(tables.get("crate"), list):
        raise Unusable(f"the list of crates has to consist of tables [[crate]]: {path}")
    return [crate_of(table, f"crate {number} of {path}") for number, table in enumerate(tables["crate"], 1)]


def crate_of(table: dict[str, object], where: str) -> Crate:
    for key, value in table.items():
        if key not in KEYS:
            raise Unusable(f"{where}: there is no key {key!r}; there are: {', '.join(KEYS)}")
        if not isinstance(value, KEYS[key]):
            raise Unusable(f"{where}: {key!r} must be a {KEYS[key].__name__}, and is {value!r}")
        if KEYS[key] is list and not all(isinstance(each, str) for each in value):
            raise Unusable(f"{where}: {key!r} must be a list of strings, and is {value!r}")
    if "name" not in table or "version" not in table:
        raise Unusable(f"{where}: it needs a name and a version, so that a run can be repeated")
    lists = {key: tuple(value) for key, value in table.items() if KEYS[key] is list}
    return Crate(table["name"], table["version"], **lists)


def crate_named(word: str, known: list[Crate]) -> Crate:
    """What a word of the command line stands for: a folder, `NAME` or `NAME==VERSION`; what the list knows of it holds."""
    folder = Path(word)
    if folder.is_dir():
        folder = folder.resolve()
        if not any((folder / name).is_file() for name in (*WHEEL, "src/main.rs")):
            raise Unusable(f"there is neither a pyproject.toml nor a setup.py nor a src/main.rs in the folder: {folder}")
        return Crate(folder.name, folder=folder)
    if "/" in word:
        raise Unusable(f"there is no such folder: {word}")
    parts = NAMED.fullmatch(word)
    if parts is None:
        raise Unusable(f"neither a folder nor NAME or NAME==VERSION: {word!r}")
    name, version = parts[1], parts[2] or ""
    listed = next((crate for crate in known if canonical(crate.name) == canonical(name)), None)
    if listed is None:
        return Crate(name, version)
    return Crate(listed.name, version or listed.version, None, listed.requires, listed.tests, listed.pytest)


def canonical(name: str) -> str:
    """A name in the one form of its spellings (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_requirements(pyproject: Path) -> tuple[str, ...]:
    """What a pyproject.toml names for its tests: the first group or extra of the usual names, without what builds wheels."""
    try:
        tables = tomllib.loads(pyproject.read_text())
    except (OSError, tomllib.TOMLDecodeError):
        return ()
    groups = tables.get("dependency-groups", {})
    extras = tables.get("project", {}).get("optional-dependencies", {})
    for name in ("test", "tests", "testing", "dev"):
        for group in (groups.get(name), extras.get(name)):
            if group:
                return tuple(each for each in group if isinstance(each, str) and not each.startswith("maturin"))
    return ()
