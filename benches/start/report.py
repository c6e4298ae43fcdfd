"""The figures as Markdown: for each interpreter the goals, met or missed, and a table for each program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from peers import PEERS
from programs import BY_KEY, PROGRAMS

HERE = Path(__file__).resolve().parent
README = HERE / "README.md"
NOTES = HERE / "notes.md"

MEGABYTE = 1_000_000


def cell(value: float | None, form: str) -> str:
    return "–" if value is None else form.format(value)


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def grid(results: dict[str, dict]) -> str:
    """One program's table."""
    ours = results["exuvia"]["memory"]
    lines = [
        line(["", "warm", "Exuvia ÷ it", "cold", "Exuvia ÷ it", "memory", "Exuvia ÷ it", "size", "build"]),
        line(["---", *["---:"] * 8]),
    ]
    for peer in PEERS:
        row = results.get(peer.key)
        if row is None:
            continue
        if "problem" in row:
            lines.append(line([peer.title, "not measured", *[""] * 7]))
            continue
        milliseconds = [row[kind] and row[kind] * 1000 for kind in ("warm", "cold")]
        lines.append(
            line(
                [
                    peer.title + (" ¹" if peer.needs_python else ""),
                    cell(milliseconds[0], "{:.1f} ms"),
                    cell(row["warm_ratio"], "{:.2f}"),
                    cell(milliseconds[1], "{:.0f} ms"),
                    cell(row["cold_ratio"], "{:.2f}"),
                    cell(row["memory"] / MEGABYTE, "{:.1f} MB"),
                    cell(ours / row["memory"], "{:.2f}"),
                    cell(row["size"] / MEGABYTE or None, "{:.1f} MB"),
                    cell(row["seconds"] or None, "{:.1f} s"),
                ]
            )
        )
    return "\n".join(lines)


def goals(results: dict[str, dict]) -> Iterator[tuple[str, float, float, str]]:
    """The goals that the figures say something about: what, the figure, what it may be at most, and its form."""

    def figure(program: str, peer: str, name: str) -> float | None:
        return results.get(program, {}).get(peer, {}).get(name)

    def goal(words: str, value: float | None, most: float, form: str) -> Iterator[tuple[str, float, float, str]]:
        if value is not None:
            yield words, value, most, form

    more = figure("hello", "host", "warm_more")
    yield from goal("hello: more than the bare C host", more and more * 1000, 2.0, "{:.1f} ms")
    yield from goal("heavy ÷ `python -I -S`", figure("heavy", "bare", "warm_ratio"), 0.75, "{:.2f}")
    yield from goal("heavy ÷ PyInstaller, one file", figure("heavy", "pyinstaller-onefile", "warm_ratio"), 0.25, "{:.2f}")
    yield from goal("whole standard library ÷ `python -I -S`", figure("stdlib", "bare", "warm_ratio"), 1 / 1.25, "{:.2f}")
    yield from goal("heavy: packing, warm", figure("heavy", "exuvia", "seconds"), 2.0, "{:.1f} s")
    yield from goal("heavy: packing, the first time", figure("heavy", "exuvia", "first_seconds"), 6.0, "{:.1f} s")
    sizes = [("exuvia", "heavy: size", 30.0), ("small", "heavy: size with `--small`", 12.0)]
    for peer, words, most in sizes:
        size = figure("heavy", peer, "size")
        yield from goal(words, size and size / MEGABYTE, most, "{:.1f} MB")
    for program in PROGRAMS:
        ours, plain = figure(program.key, "exuvia", "memory"), figure(program.key, "python", "memory")
        yield from goal(f"{program.key}: memory ÷ `python`", ours / plain if ours and plain else None, 1.1, "{:.2f}")


def judged(results: dict[str, dict]) -> str:
    lines = [line(["goal", "at most", "found", ""]), line(["---", "---:", "---:", "---"])]
    for words, value, most, form in goals(results):
        # As it is shown: a figure that reads like the goal meets it.
        met = float(form.split()[0].format(value)) <= float(form.split()[0].format(most))
        lines.append(line([words, form.format(most), form.format(value), "met" if met else "**missed**"]))
    return "\n".join(lines)


def section(version: str, results: dict[str, dict]) -> str:
    """One interpreter's goals and tables."""
    parts = [f"## CPython {version}"]
    if any(True for _ in goals(results)):
        parts.append(judged(results))
    for key, found in results.items():
        parts += [f"### {BY_KEY[key].title}", grid(found)]
        problems = [f"- {peer.title}: {found[peer.key]['problem']}" for peer in PEERS if "problem" in found.get(peer.key, {})]
        if problems:
            parts.append("\n".join(problems))
    return "\n\n".join(parts)


def document(runs: dict[str, dict[str, dict]], setting: dict) -> str:
    """The whole README."""
    tools = " · ".join(f"{name} {version}" for name, version in setting["versions"].items())
    cold = (
        f"{setting['cold_rounds']} cold starts, before each of which the page cache is dropped"
        if setting["cold_rounds"]
        else "no cold starts, for the page cache cannot be dropped here"
    )
    return "\n\n".join(
        [
            "<!-- Written by `make bench-start`. Notes are kept in notes.md; everything else here is overwritten. -->\n"
            "# What a start costs",
            "Programs, made into something that starts by each peer as its users do, and started. What is started, and with what, is in\n"
            "[programs.py](programs.py); how each peer is told to build, in [peers.py](peers.py). Before anything is measured, all of\n"
            "them must write the same to standard output as under Python; one that does not is told, and is not measured.",
            "```console\n"
            "make bench-start                                   # everything, and this page; the builds are kept\n"
            "python3 benches/start/run.py --programs hello,heavy --peers exuvia,bare,host --python python3.13\n"
            "```",
            f"Setting: {setting['cpu']}, {setting['system']}. {setting['rounds']} warm starts, {cold}, of each, in turns and in a shuffled\n"
            "order. Times and memory are medians. A ratio of times is the median of the ratios of each round: it holds on a machine whose\n"
            "speed changes meanwhile, when times do not. Memory is the largest resident set of the largest process. *Build* is\n"
            "the time of one build with warm caches; Exuvia's first one links the launcher.",
            f"{tools}.",
            "¹ Needs a Python, of this version and with its standard library, on the machine that it runs on; its size is without that.",
            *(section(version, results) for version, results in runs.items()),
            NOTES.read_text(),
        ]
    )
