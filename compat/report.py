"""The table: what passes on PyO3, what passes on Exuvia, and what differs."""

from __future__ import annotations

import shutil
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

from engines import EXUVIA, PYO3, TITLES
from suites import Outcomes

# A row names so many tests; the rest are in what --json prints.
NAMED = 8


@dataclass
class Row:
    """One crate, or one file of tests, on both engines."""

    name: str
    of: dict[str, Outcomes] = field(default_factory=dict)
    # What prevents a comparison altogether.
    problem: str = ""

    @property
    def lost(self) -> list[str]:
        """Tests that pass on PyO3 and not on Exuvia."""
        return sorted(self.passed(PYO3) - self.passed(EXUVIA))

    @property
    def gained(self) -> list[str]:
        """Tests that pass on Exuvia alone."""
        return sorted(self.passed(EXUVIA) - self.passed(PYO3))

    @property
    def holds(self) -> bool:
        """Does everything that passes on PyO3 pass on Exuvia, with something that passes at all?"""
        return not self.problem and bool(self.passed(PYO3)) and not self.lost

    def passed(self, engine: str) -> set[str]:
        return self.of[engine].passed if engine in self.of else set()

    def problem_on(self, engine: str) -> str:
        return self.of[engine].problem if engine in self.of else ""

    def cell(self, engine: str) -> str:
        if engine not in self.of:
            return "-"
        outcomes = self.of[engine]
        # Collected, but left out by the suite itself or by what the machine lacks.
        skipped = sum(outcome in ("skipped", "ignored", "xfailed") for outcome in outcomes.of.values())
        return f"{len(outcomes.passed)} of {len(outcomes.of) - skipped}" if outcomes.of else "-"

    def differences(self) -> list[str]:
        """The last column's lines."""
        lines = [self.problem] if self.problem else []
        for engine, outcomes in self.of.items():
            if outcomes.problem:
                log = f" (all of it: {shown(outcomes.log)})" if outcomes.log else ""
                lines.append(f"{TITLES[engine]}: {outcomes.problem}{log}")
        # A run that never came to its tests differs in all of them.
        if self.of.get(EXUVIA) and self.of[EXUVIA].of:
            lines += named("passes on PyO3 only", self.lost)
            lines += named("passes on Exuvia only", self.gained)
        if not lines and not self.passed(PYO3):
            return ["no test passed on PyO3: nothing is compared"]
        return lines or ["nothing"]

    def as_json(self) -> dict[str, object]:
        sides = {
            engine: {
                "passed": len(outcomes.passed),
                "problem": outcomes.problem or None,
                "log": shown(outcomes.log) if outcomes.log else None,
                "tests": outcomes.of,
            }
            for engine, outcomes in self.of.items()
        }
        return {
            "name": self.name,
            "problem": self.problem or None,
            "engines": sides,
            "lost": self.lost,
            "gained": self.gained,
            "holds": self.holds,
        }


def named(title: str, tests: list[str]) -> list[str]:
    more = [f"… and {len(tests) - NAMED} more"] if len(tests) > NAMED else []
    return [f"{title}: {test}" for test in tests[:NAMED]] + more


def shown(path: Path) -> str:
    """A path as seen from where the command was started."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def table(rows: list[Row], title: str, width: int | None = None) -> str:
    """The rows below each other, the differences in as many lines as they need, and the sums."""
    heads = [title, "PyO3", "Exuvia", "what differs"]
    cells = [[row.name, row.cell(PYO3), row.cell(EXUVIA)] for row in rows]
    sums = ["all", *(str(sum(len(row.passed(engine)) for row in rows)) for engine in (PYO3, EXUVIA))]
    widths = [max(len(line[column]) for line in [heads, sums, *cells]) for column in range(3)]
    room = max(40, (width or shutil.get_terminal_size((140, 0)).columns) - sum(widths) - 6)

    def line(words: list[str], last: str) -> str:
        return "  ".join([*(word.ljust(size) for word, size in zip(words, widths)), last]).rstrip()

    lines = [line(heads[:3], heads[3])]
    for row, words in zip(rows, cells):
        told = [part for difference in row.differences() for said in difference.splitlines() for part in wrapped(said, room)]
        lines.append(line(words, told[0]))
        lines += [line(["", "", ""], more) for more in told[1:]]
    kept = sum(row.holds for row in rows)
    lines.append(line(sums, f"{kept} of {len(rows)} hold what passes on PyO3"))
    return "\n".join(lines)


def wrapped(text: str, room: int) -> list[str]:
    """Broken at words alone: paths and names of tests stay whole, to be copied."""
    return textwrap.wrap(text, room, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False) or [""]
