"""The table of the applications, for terminals and for the guide."""

from __future__ import annotations

import dataclasses
import platform
import re
from pathlib import Path

from surroundings import SURROUNDINGS

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "src" / "applications.md"

# Where packed files are put that have to be on disk: below a folder of exuvia's, named after the archive's digest.
PACKED_FILE = re.compile(r"/?exuvia(?:-\d+)?/[0-9a-f]{24}/")


@dataclasses.dataclass
class Row:
    """What became of one application."""

    name: str
    versions: list[str] = dataclasses.field(default_factory=list)
    size: int = 0
    # What packing took, and what all of it took, in seconds.
    seconds: float = 0.0
    total: float = 0.0
    # By the key of the surroundings: what was wrong in each run, and what was on disk afterwards.
    wrong: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    left: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    # Why it could not be tried.
    failure: str = ""
    logs: list[str] = dataclasses.field(default_factory=list)

    @property
    def works(self) -> bool:
        return not self.failure and len(self.wrong) == len(SURROUNDINGS) and not any(self.wrong.values())

    def verdict(self, key: str) -> str:
        if key not in self.wrong:
            return "–"
        return "FAILS" if self.wrong[key] else "ok"

    def on_disk(self) -> str:
        """What exuvia left on disk, anywhere; what the application wrote is its own."""
        left = {path for paths in self.left.values() for path in paths}
        packed = {path.split("/", path.count("/"))[-1] for path in left if PACKED_FILE.search(path)}
        return f"{len(packed)} packed file{'s' if len(packed) != 1 else ''}" if packed else "nothing"


def cells(row: Row) -> list[str]:
    size = f"{row.size / 1e6:.1f} MB" if row.size else "–"
    seconds = f"{row.seconds:.1f} s" if row.size else "–"
    return [
        row.name,
        ", ".join(row.versions) or "–",
        size,
        seconds,
        *(row.verdict(around.key) for around in SURROUNDINGS),
        row.on_disk() if row.left else "–",
    ]


TITLES = ["application", "installed", "size", "packed in", *(around.key for around in SURROUNDINGS), "left on disk"]


def table(rows: list[Row]) -> str:
    """The table in aligned columns, and what is wrong below it."""
    lines = [TITLES, *map(cells, rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(TITLES))]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines]
    for row in rows:
        if row.failure:
            text.append(f"{row.name}: {row.failure}")
        for key, wrongs in row.wrong.items():
            text += [f"{row.name}, {key}: {wrong}" for wrong in wrongs]
    works = sum(row.works for row in rows)
    text.append(f"{works} of {len(rows)} work the same everywhere")
    return "\n".join(text)


def machine(version: str) -> str:
    return f"CPython {version}, {platform.system()} {platform.machine()}, glibc {platform.libc_ver()[1]}"


def document(rows: list[Row], setting: str) -> str:
    """The page of the guide."""
    surroundings = "\n".join(f"- **{around.key}**: {around.title}" for around in SURROUNDINGS)
    head = "| " + " | ".join(TITLES) + " |\n|" + " --- |" * len(TITLES)
    body = "\n".join("| " + " | ".join(cells(row)) + " |" for row in rows)
    return f"""<!-- Written by `make pack-apps`, and not by hand. -->
# Applications that were packed

Applications of other people, each installed from PyPI into a fresh virtual environment, packed with `exuvia pack`, and run where there is no Python: in a root folder that holds glibc and nothing else, no library and no program. Their status and all that they write to standard output has to be what it is under Python, in each of these surroundings:

{surroundings}

No application has code of its own in Exuvia, and nothing is configured for one; plugins that nothing refers to are named with `--include`. What is run, and what it must show, is in `tests/apps/applications.py`.

{setting}; `make pack-apps` makes this page, and fails where one of them fails.

{head}
{body}

*Packed in* is the time of the whole command while the machine tried other applications too; `make bench-start` measures what it takes on a quiet one. *Left on disk* counts packed files that had to be put on disk, over all surroundings; what the application itself writes is its own.
"""
