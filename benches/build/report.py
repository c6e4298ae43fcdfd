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
            own = f"{(release['size'] - empty) / 1000:.0f} KB" if engine in ("exuvia", "pyo3") else ""
            lines.append(
                f"| {TITLES[engine]} | {release['seconds']:.1f} s | {release['processor']:.1f} s | {debug['seconds']:.1f} s "
                f"| {release['memory'] / 1e6:.0f} MB | {release['size'] / 1000:.0f} KB | {own} |"
            )
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
    lines = []
    if "exuvia" not in rows:
        return lines
    ours = rows["exuvia"]
    own = ours["release"]["size"] - empty
    if "pyo3" in rows:
        theirs = rows["pyo3"]
        limit = 1 / 4 if suite == "functions" else 1 / 6
        lines += [
            _goal("of PyO3's release build", ours["release"]["seconds"] / theirs["release"]["seconds"], limit),
            _goal("of PyO3's debug rebuild", ours["debug"]["seconds"] / theirs["debug"]["seconds"], 1 / 2),
            _goal("of PyO3's size above the empty library", own / (theirs["release"]["size"] - empty), 1 / 3),
        ]
    if "nanobind" in rows:
        lines.append(_goal("of nanobind's size, above the empty library", own / rows["nanobind"]["release"]["size"], 1.0))
    return [*lines, ""]


def _goal(what: str, ratio: float, limit: float) -> str:
    verdict = "" if ratio <= limit else " **(missed)**"
    return f"- {ratio:.2f} {what}; the goal is {limit:.2f} or less{verdict}"


def write(figures: dict) -> None:
    """Writes `README.md`: what is measured, the setting, the figures, and the notes kept in `notes.md`."""
    setting = figures["setting"]
    words = (
        f"Measured on {setting['system']}, CPython {setting['python']}; {setting['rustc']}; {setting['compiler']}; "
        f"nanobind {setting['nanobind']}, pybind11 {setting['pybind11']}, Cython {setting['cython']}; "
        f"medians of {figures['rounds']} rounds. An empty Rust library is {figures['empty_library'] / 1000:.0f} KB.\n"
    )
    notes = NOTES.read_text() if NOTES.exists() else ""
    README.write_text("\n".join([INTRODUCTION, words, tables(figures), notes]).rstrip() + "\n")
