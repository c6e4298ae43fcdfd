#!/usr/bin/env python3
"""That packed applications are tried where there is no Python, that what differs is told, and that a few of them work.

    python3 tests/pack_apps.py
    python3 tests/pack_apps.py Surroundings Verdicts        without packing anything
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ROOT / "tests" / "apps"
sys.dont_write_bytecode = True
sys.path.insert(0, str(APPS))

# Found by the line above, so not at the top of the file (E402).
import surroundings  # noqa: E402
from applications import APPLICATIONS, Run  # noqa: E402
from packing import CONSTRAINTS, INPUTS, pins, problem, settled  # noqa: E402
from report import PAGE, Row, document, table  # noqa: E402
from surroundings import SURROUNDINGS, Outcome, limited  # noqa: E402


def namespaces_are_missing() -> str:
    """Why packed programs cannot be tried here, or nothing."""
    try:
        surroundings.namespaces()
        surroundings.c_library()
    except surroundings.Unusable as problem:
        return str(problem)
    return ""


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(APPS / "run.py"), *words], capture_output=True, text=True, cwd=ROOT)


# Says what it finds: of the machine's Python, of the environment, and of where files can be written and run.
PROBE = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *wrote(const char *path) {
    FILE *file = fopen(path, "w");
    if (!file) return "no";
    fputs("\177not a program", file);
    fclose(file);
    chmod(path, 0700);
    return "yes";
}

int main(int count, char **arguments) {
    struct stat status;
    char folder[4096], copy[] = "/tmp/copy", command[64];
    printf("folder %s\n", getcwd(folder, sizeof folder));
    printf("input %s\n", access("given.txt", R_OK) ? "no" : "yes");
    for (int at = 1; at < count; at++) printf("%s %s\n", strrchr(arguments[at], '/') + 1, stat(arguments[at], &status) ? "no" : "yes");
    printf("HOME %s\n", getenv("HOME") ? getenv("HOME") : "none");
    printf("PATH %s\n", getenv("PATH") ? "some" : "none");
    printf("writes here %s\n", wrote("here"));
    printf("writes to /tmp %s\n", wrote(copy));
    printf("runs from /tmp %s\n", access(copy, X_OK) ? "no" : "yes");
    return 7;
}
"""


@unittest.skipIf(namespaces_are_missing(), f"no namespaces can be made: {namespaces_are_missing()}")
class Surroundings(unittest.TestCase):
    def test_a_program_finds_neither_a_python_nor_what_it_must_not_write_to(self) -> None:
        shown = {}
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            work = folder / "work"
            work.mkdir()
            (work / "given.txt").touch()
            (folder / "probe.c").write_text(PROBE)
            subprocess.run(["cc", str(folder / "probe.c"), "-o", str(folder / "probe")], check=True)
            # All of it lies below /tmp here, over which another is mounted.
            root = surroundings.make_root(folder / "root")
            # This Python, and the shell, which are there outside.
            absent = [sys.executable, "/bin/sh"]
            for around in SURROUNDINGS:
                outcome = surroundings.run(folder / "probe", absent, around, root, work, "", 60)
                self.assertEqual(outcome.status, 7, outcome.err)
                shown[around.key] = outcome
        python = Path(sys.executable).name
        bare = [
            "folder /work", "input yes", f"{python} no", "sh no", "HOME none", "PATH none", "writes here no", "writes to /tmp yes",
            "runs from /tmp yes",
        ]  # fmt: skip
        self.assertEqual(shown["bare"].out.splitlines(), bare)
        self.assertEqual(shown["noexec"].out.splitlines(), [*bare[:-1], "runs from /tmp no"])
        plain = [*bare[:4], "HOME /home", "PATH some", "writes here yes", *bare[7:]]
        self.assertEqual(shown["plain"].out.splitlines(), plain)
        self.assertEqual(shown["bare"].left, ["tmp/copy"])
        self.assertEqual(shown["plain"].left, ["tmp/copy", "work/here"])

    def test_a_run_that_takes_too_long_is_given_up(self) -> None:
        outcome = limited(["sleep", "60"], "", 0.2)
        self.assertEqual(outcome.status, 124)
        self.assertIn("given up", outcome.err)


class Verdicts(unittest.TestCase):
    def test_status_pattern_and_every_line_count(self) -> None:
        each = Run(shows=(r"^two$",), varies=(r"\d+ s",))
        python = settled("one\ntwo\nin 3 s\n/here/work\n", each, {"/here": ""})
        self.assertEqual(problem(each, Outcome(0, "one\ntwo\nin 15 s\n/work\n", ""), python, {}), "")
        self.assertEqual(problem(each, Outcome(1, "one\ntwo\n", ""), python, {}), "status 1, and not 0")
        self.assertEqual(problem(each, Outcome(0, "one\n", "nothing"), python, {}), "shows nothing like ^two$")
        self.assertEqual(
            problem(each, Outcome(0, "one\ntwo\nin 9 s\n/tmp\n", ""), python, {}),
            "standard output differs from Python's in line 4: '/tmp', and not '/work'",
        )
        self.assertEqual(
            problem(each, Outcome(0, "one\ntwo\n", ""), python, {}),
            "standard output differs from Python's in line 3: '(nothing)', and not 'in …'",
        )

    def test_lines_of_several_processes_come_in_any_order(self) -> None:
        each = Run(in_any_order=True)
        self.assertEqual(problem(each, Outcome(0, "b\na\n", ""), settled("a\nb\n", each, {}), {}), "")
        self.assertNotEqual(problem(Run(), Outcome(0, "b\na\n", ""), settled("a\nb\n", Run(), {}), {}), "")

    def test_the_table_tells_what_fails_and_what_was_left_on_disk(self) -> None:
        works = Row("good", ["good 1.0"], 30_000_000, 2.0)
        packed = "tmp/exuvia-0/0123456789abcdef01234567/lib/data.txt"
        for around in SURROUNDINGS:
            works.wrong[around.key] = []
            works.left[around.key] = ["tmp/own.db", packed]
        fails = Row("bad", ["bad 2.0"], 1, 1.0, wrong=dict.fromkeys(works.wrong, []) | {"bare": ["`bad`: status 1, and not 0"]})
        never = Row("none", failure="installing: no such thing")
        self.assertTrue(works.works)
        self.assertFalse(fails.works or never.works)
        shown = table([works, fails, never])
        self.assertRegex(shown, r"good +good 1\.0 +30\.0 MB +2\.0 s +ok +ok +ok +1 packed file\n")
        self.assertRegex(shown, r"bad +bad 2\.0 .* ok +FAILS +ok")
        self.assertIn("bad, bare: `bad`: status 1, and not 0", shown)
        self.assertIn("none: installing: no such thing", shown)
        self.assertTrue(shown.endswith("1 of 3 work the same everywhere"))
        self.assertIn("| good | good 1.0 | 30.0 MB | 2.0 s | ok | ok | ok | 1 packed file |", document([works], "here"))


class Lists(unittest.TestCase):
    def test_everything_that_an_application_names_is_there(self) -> None:
        pinned = pins(CONSTRAINTS.read_text())
        for each in APPLICATIONS:
            with self.subTest(each.name):
                self.assertLessEqual({name.lower() for name in each.requires}, set(pinned))
                if each.start[0].endswith(".py"):
                    self.assertTrue((INPUTS / each.folder / each.start[0]).is_file())
                # That nothing failed says little of an application that shows nothing.
                self.assertTrue(any(run.shows for run in each.runs))

    def test_an_unknown_application_is_refused_with_those_there_are(self) -> None:
        done = run("--only", "numpy,nonsense")
        self.assertEqual(done.returncode, 2)
        self.assertIn("there is no application 'nonsense'; there are: cowsay, httpie", done.stderr)


@unittest.skipIf(namespaces_are_missing(), f"no namespaces can be made: {namespaces_are_missing()}")
@unittest.skipIf(sys.version_info < (3, 11), "the applications are pinned at versions for CPython 3.11 and later")
class Applications(unittest.TestCase):
    def test_a_few_applications_work_where_there_is_no_python(self) -> None:
        before = PAGE.read_bytes() if PAGE.exists() else None
        done = run("--short")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        names = [each.name for each in APPLICATIONS if each.is_short]
        self.assertEqual([line.split()[0] for line in done.stdout.splitlines()[1:-1]], names)
        self.assertTrue(done.stdout.endswith(f"{len(names)} of {len(names)} work the same everywhere\n"), done.stdout)
        # A part of the table never replaces the whole.
        self.assertEqual(PAGE.read_bytes() if PAGE.exists() else None, before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
