"""The table of figures, as `README.md` beside this file shows it."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).resolve().parent / "README.md"
NOTES = Path(__file__).resolve().parent / "notes.md"
TITLES = {"exuvia": "Exuvia", "pyo3": "PyO3 0.30.1", "nanobind": "nanobind", "pybind11": "pybind11", "cython": "Cython"}

INTRODUCTION = """# How long builds take, and how large they are

Two suites of 720 bindings, those of nanobind's own benchmark: six number arguments in every order of `u16`, `i64`,
`i32`, `u64`, `u32` and `f32`, as 720 functions, or as 720 classes with a constructor and a method. The Rust source is
the same for Exuvia and PyO3, to the letter. `suites.py` writes the sources, `engines.py` says how each is built.

- **release**: the whole of `cargo build --release` with `opt-level = "s"` and `strip`, or of the C++ compiler with
  `-Os` and `strip`, after an edit, with all dependencies compiled;
- **debug**: the same after an edit, without optimisation;
- **memory**: the largest process of the release build;
- **size**: the stripped library of the release build.

A build that takes longer than `--limit`, five minutes where nothing else is said, is given up.

This page is written by the command that measured it: `make bench-build`.
"""


def tables(figures: dict) -> str:
    """The figures as Markdown."""
    empty = figures["empty_library"]
    parts = []
    for suite, rows in figures["suites"].items():
        lines = [
            f"## 720 {suite}\n",
            "| | release | processor time | debug | memory | size | without the empty library |",
            "|---|--:|--:|--:|--:|--:|--:|",
        ]
        for engine, row in rows.items():
            release, debug = row["release"], row["debug"]
            over = f"over {figures['limit']:.0f} s"
            cells = [over, "", "", "", ""]
            if release is not None:
                own = f"{(release['size'] - empty) / 1000:.0f} KB" if engine in ("exuvia", "pyo3") else ""
                cells = [
                    f"{release['seconds']:.1f} s",
                    f"{release['processor']:.1f} s",
                    f"{release['memory'] / 1e6:.0f} MB",
                    f"{release['size'] / 1000:.0f} KB",
                    own,
                ]
            cells.insert(2, over if debug is None else f"{debug['seconds']:.1f} s")
            lines.append(f"| {TITLES[engine]} | {' | '.join(cells)} |")
        parts.append("\n".join([*lines, "", *_goals(suite, rows, empty)]))
    if figures["cold"]:
        lines = ["## `examples/counter` from nothing\n", "| | release, empty target folder |", "|---|--:|"]
        lines += [f"| {TITLES[engine]} | {row['seconds']:.1f} s |" for engine, row in figures["cold"].items()]
        if len(figures["cold"]) == 2:
            ratio = figures["cold"]["exuvia"]["seconds"] / figures["cold"]["pyo3"]["seconds"]
            lines += ["", _goal("of PyO3's time", ratio, 0.40)]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _goals(suite: str, rows: dict, empty: int) -> list[str]:
    def both(other: str, profile: str) -> tuple[dict, dict] | None:
        """Our figures and the other's, where there are both: builds may have been left out or given up."""
        ours, theirs = rows.get("exuvia", {}).get(profile), rows.get(other, {}).get(profile)
        return (ours, theirs) if ours and theirs else None

    lines = []
    if pair := both("pyo3", "release"):
        ours, theirs = pair
        limit = 1 / 4 if suite == "functions" else 1 / 6
        lines.append(_goal("of PyO3's release build", ours["seconds"] / theirs["seconds"], limit))
        size = (ours["size"] - empty) / (theirs["size"] - empty)
        lines.append(_goal("of PyO3's size above the empty library", size, 1 / 3))
    if pair := both("pyo3", "debug"):
        ours, theirs = pair
        lines.append(_goal("of PyO3's debug rebuild", ours["seconds"] / theirs["seconds"], 1 / 2))
    if pair := both("nanobind", "release"):
        ours, theirs = pair
        lines.append(_goal("of nanobind's size, above the empty library", (ours["size"] - empty) / theirs["size"], 1.0))
    return [*lines, ""]


def _goal(what: str, ratio: float, limit: float) -> str:
    verdict = "" if ratio <= limit else " **(missed)**"
    return f"- {ratio:.2f} {what}; the goal is {limit:.2f} or less{verdict}"


def write(figures: dict) -> None:
    """Writes `README.md`: what is measured, the setting, the figures, and the notes kept in `notes.md`."""
    setting = figures["setting"]
    rounds = "one round" if figures["rounds"] == 1 else f"medians of {figures['rounds']} rounds"
    words = (
        f"Measured on {setting['system']}, CPython {setting['python']}; {setting['rustc']}; {setting['compiler']}; "
        f"nanobind {setting['nanobind']}, pybind11 {setting['pybind11']}, Cython {setting['cython']}; "
        f"{rounds}. An empty Rust library is {figures['empty_library'] / 1000:.0f} KB.\n"
    )
    notes = NOTES.read_text() if NOTES.exists() else ""
    README.write_text("\n".join([INTRODUCTION, words, tables(figures), notes]).rstrip() + "\n")
