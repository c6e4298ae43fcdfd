#!/usr/bin/env python3
"""What compat/run.py reads, decides and prints, without building anything.

    python3 tests/compat.py
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPAT = ROOT / "compat"
sys.dont_write_bytecode = True
sys.path.insert(0, str(COMPAT))

# Found by the line above, so not at the top of the file (E402).
import engines  # noqa: E402
import rust_tests  # noqa: E402
import sources  # noqa: E402
from crates import Crate, Unusable, crate_named, read_list, test_requirements  # noqa: E402
from programs import is_program  # noqa: E402
from report import Row, table  # noqa: E402
from suites import Outcomes, last_of, read_outcomes  # noqa: E402
from wheels import compiler_errors, reason  # noqa: E402

ISSUE = ["jellyfish", "python-bidi", "rpds-py", "uuid-utils", "lzallright", "watchfiles", "blake3", "rtoml"]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(COMPAT / "run.py"), *words], capture_output=True, text=True, cwd=ROOT)


class Folder(unittest.TestCase):
    """Tests with an empty folder."""

    def setUp(self) -> None:
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.folder = Path(made.name)

    def write(self, path: str, text: str) -> Path:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file


class Lists(Folder):
    def test_the_list_of_the_project_is_read(self) -> None:
        crates = read_list(COMPAT / "crates.toml")
        self.assertEqual([crate.name for crate in crates], ISSUE)
        self.assertTrue(all(crate.version for crate in crates))

    def test_a_list_with_an_unknown_key_is_refused_with_those_there_are(self) -> None:
        file = self.write("list.toml", '[[crate]]\nname = "one"\nversion = "1"\nreqires = ["pytest-mock"]\n')
        with self.assertRaisesRegex(Unusable, r"crate 1 of .*: there is no key 'reqires'; there are: name, version, requires"):
            read_list(file)

    def test_a_list_without_a_version_or_with_a_wrong_type_is_refused(self) -> None:
        for text, words in [
            ('[[crate]]\nname = "one"\n', "needs a name and a version"),
            ('[[crate]]\nname = "one"\nversion = 1\n', "'version' must be a str"),
            ('[[crate]]\nname = "one"\nversion = "1"\ntests = [1]\n', "must be a list of strings"),
            ('[crate]\nname = "one"\n', r"tables \[\[crate\]\]"),
            ("crate = \n", "not TOML"),
        ]:
            with self.subTest(text), self.assertRaisesRegex(Unusable, words):
                read_list(self.write("list.toml", text))

    def test_words_are_names_versions_or_folders(self) -> None:
        known = [Crate("rpds-py", "1.0", None, ("attrs",), ("tests",), ("-x",))]
        self.assertEqual(crate_named("orjson", known), Crate("orjson"))
        self.assertEqual(crate_named("orjson==3.11.4", known), Crate("orjson", "3.11.4"))
        # What the list knows of a crate holds, however its name is spelled.
        self.assertEqual(crate_named("RPDS_py==2.0", known), Crate("rpds-py", "2.0", None, ("attrs",), ("tests",), ("-x",)))
        self.write("pyproject.toml", "")
        folder = self.folder.resolve()
        self.assertEqual(crate_named(str(self.folder), known), Crate(folder.name, folder=folder))

    def test_words_that_name_nothing_are_refused(self) -> None:
        for word, words in [
            ("orjson>=3", "neither a folder nor NAME or NAME==VERSION"),
            (str(self.folder), "neither a pyproject.toml nor a setup.py"),
            (str(self.folder / "absent"), "no such folder"),
        ]:
            with self.subTest(word), self.assertRaisesRegex(Unusable, words):
                crate_named(word, [])

    def test_a_program_is_told_from_a_wheel(self) -> None:
        self.write("program/src/main.rs", "")
        self.assertEqual(crate_named(str(self.folder / "program"), []).folder, (self.folder / "program").resolve())
        self.assertTrue(is_program(self.folder / "program"))
        self.write("program/setup.py", "")
        self.assertFalse(is_program(self.folder / "program"))

    def test_what_tests_need_is_read_from_groups_and_extras(self) -> None:
        text = '[project.optional-dependencies]\ndev = ["mypy"]\ntest = ["pytest-mock", "maturin>=1"]\n'
        self.assertEqual(test_requirements(self.write("pyproject.toml", text)), ("pytest-mock",))
        text = '[dependency-groups]\ntests = ["dirty-equals", { include-group = "x" }]\n'
        self.assertEqual(test_requirements(self.write("pyproject.toml", text)), ("dirty-equals",))
        self.assertEqual(test_requirements(self.folder / "absent.toml"), ())


class Use(Folder):
    def test_wrong_use_has_status_2_and_says_what_is_wrong(self) -> None:
        for words, told in [
            (["--list", str(self.folder / "absent.toml")], "the list of crates cannot be read"),
            (["no/such/folder"], "there is no such folder: no/such/folder"),
            (["--requires", "attrs"], "for crates named on the command line"),
            (["--pyo3-tests", "0.30.1", "rpds-py"], "--pyo3-tests runs alone"),
            (["--python", "no-such-python", "rpds-py"], "there is no such program"),
            (["--nonsense"], "unrecognized arguments"),
        ]:
            with self.subTest(words):
                done = run(*words)
                self.assertEqual((done.returncode, done.stdout), (2, ""), done.stderr)
                self.assertIn(told, done.stderr)


def row(name: str, pyo3: Outcomes, exuvia: Outcomes) -> Row:
    return Row(name, {"pyo3": pyo3, "exuvia": exuvia})


class Tables(unittest.TestCase):
    def test_a_test_that_passes_on_pyo3_alone_is_named_and_the_row_does_not_hold(self) -> None:
        pyo3 = Outcomes({"t::a": "passed", "t::b": "passed", "t::c": "failed", "t::d": "skipped"})
        exuvia = Outcomes({"t::a": "passed", "t::b": "failed", "t::c": "passed", "t::d": "skipped"})
        differs, same = row("one 1.0", pyo3, exuvia), row("two 2.0", pyo3, pyo3)
        self.assertFalse(differs.holds)
        self.assertTrue(same.holds)
        self.assertEqual(
            table([differs, same], "crate", 120).splitlines(),
            [
                "crate    PyO3    Exuvia  what differs",
                "one 1.0  2 of 3  2 of 3  passes on PyO3 only: t::b",
                "                         passes on Exuvia only: t::c",
                "two 2.0  2 of 3  2 of 3  nothing",
                "all      4       4       1 of 2 hold what passes on PyO3",
            ],
        )

    def test_what_does_not_build_or_run_does_not_hold(self) -> None:
        passes = Outcomes({"t::a": "passed"})
        broken = row("one", passes, Outcomes(problem="does not build: src/lib.rs:1:1: E0433: no", log=Path.cwd() / "build.log"))
        self.assertFalse(broken.holds)
        self.assertIn(
            "one    1 of 1  -       Exuvia: does not build: src/lib.rs:1:1: E0433: no (all of it: build.log)",
            table([broken], "crate", 200),
        )
        # A test that was never reached has not passed.
        self.assertFalse(row("one", Outcomes({"a": "passed", "b": "passed"}), passes).holds)
        # Nothing compared is nothing shown.
        nothing = row("one", Outcomes(), Outcomes())
        self.assertFalse(nothing.holds)
        self.assertIn("nothing is compared", table([nothing], "crate", 200))
        self.assertFalse(Row("one", problem="no such sdist").holds)

    def test_long_lists_of_differences_are_cut_in_the_table_and_whole_in_json(self) -> None:
        tests = {f"t::{number:02}": "passed" for number in range(20)}
        lost = row("one", Outcomes(tests), Outcomes({test: "failed" for test in tests}))
        self.assertIn("… and 12 more", table([lost], "crate", 100))
        self.assertEqual(json.loads(json.dumps(lost.as_json()))["lost"], sorted(tests))

    def test_outcomes_of_a_run_that_crashed_are_kept(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            told = [["a", "unfinished"], ["a", "error"], ["b", "unfinished"], ["b", "passed"], ["c", "unfinished"]]
            Path(folder, "1-a.outcomes").write_text("\n".join(map(json.dumps, told)) + "\n")
            Path(folder, "2-b.outcomes").write_text("")
            outcomes = read_outcomes(Path(folder), Path("run"))
        self.assertEqual(outcomes.of, {"a": "error", "b": "passed", "c": "unfinished"})
        self.assertEqual(outcomes.passed, {"b"})
        self.assertEqual(last_of(outcomes), " in c")

    def test_a_project_that_does_not_use_pyo3_is_refused(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "pyproject.toml").write_text('[project]\nname = "plain"\nversion = "1.0"\n')
            done = run(folder)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("none of its crates in Rust depends on pyo3", done.stdout)

    def test_a_test_that_is_named_after_a_file_has_one_name_wherever_the_sources_lie(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            for run in ("pyo3", "exuvia"):
                Path(folder, f"{run}.outcomes").write_text(json.dumps([f"t.py::test[/x/{run}/run/a.xlsx]", "passed"]) + "\n")
            tests = [set(read_outcomes(Path(folder), Path("/x", run, "run")).of) for run in ("pyo3", "exuvia")]
        self.assertEqual(set.intersection(*tests), {"t.py::test[a.xlsx]"})


LOG = """\
   Compiling one v0.1.0
  error[E0433]: failed to resolve: could not find `PyWeakref` in `types`
    --> src/lib.rs:3:18
     |
  error: cannot find derive macro `FromPyObject` in this scope
   --> src/types.rs:10:10
  warning: unused import
    --> src/other.rs:1:1
  error: aborting due to 2 previous errors
  error: could not compile `one` (lib) due to 2 previous errors
"""


class Logs(unittest.TestCase):
    def test_the_compilers_errors_are_told_with_their_places(self) -> None:
        self.assertEqual(
            compiler_errors(LOG),
            [
                "src/lib.rs:3:18: E0433: failed to resolve: could not find `PyWeakref` in `types`",
                "src/types.rs:10:10: cannot find derive macro `FromPyObject` in this scope",
            ],
        )
        self.assertTrue(reason(LOG * 3, 1).endswith("\n… and 3 more errors"))

    def test_without_a_compilers_error_the_last_lines_are_told(self) -> None:
        self.assertEqual(reason("a\nb\n\nc\nd\n", 1), "b / c / d")
        self.assertEqual(reason("", 7), "it ended with status 7")
        self.assertEqual(reason("a", None), "it did not come to an end")

    def test_files_of_rust_tests_are_told_apart(self) -> None:
        def message(name: str, text: str) -> str:
            compiled = {"level": "error", "rendered": text}
            return json.dumps({"reason": "compiler-message", "target": {"name": name, "kind": ["test"]}, "message": compiled})

        artifact = {"reason": "compiler-artifact", "target": {"name": "test_a", "kind": ["test"]}, "executable": "/x/test_a"}
        error = "error[E0432]: unresolved import `pyo3::inspect`\n --> tests/test_b.rs:1:5\n"
        programs, errors, rendered = rust_tests.read_messages("\n".join([json.dumps(artifact), message("test_b", error)]))
        self.assertEqual(programs, {"test_a": "/x/test_a"})
        self.assertEqual(errors, {"test_b": ["tests/test_b.rs:1:5: E0432: unresolved import `pyo3::inspect`"]})
        self.assertEqual(rendered, error)

    def test_results_of_rust_tests_are_found_among_what_they_print(self) -> None:
        printed = "test a ... ok\nhello\ntest b::c - should panic ... ok\ntest d ... FAILED\ntest e ... ignored, no\n"
        self.assertEqual(rust_tests.RESULT.findall(printed), [("a", "ok"), ("b::c", "ok"), ("d", "FAILED"), ("e", "ignored")])


class RustTests(Folder):
    def test_what_is_laid_out_again_is_not_taken_for_changed(self) -> None:
        manifest = self.write("pyo3/Cargo.toml", "")
        self.write("pyo3/src/macros.rs", "// macros\n")
        self.write("pyo3/tests/test_a.rs", "use pyo3::impl_::sync;\n")
        self.write("pyo3/tests/test_utils/mod.rs", "")
        self.write("pyo3/tests/test_compile_error.rs", "")
        self.write("pyo3/tests/ui/bad.rs", "")
        package = {"manifest_path": str(manifest), "version": "0.30.1", "edition": "2024", "dependencies": []}
        source = self.folder / "source"

        def state() -> dict[str, int]:
            return {str(file.relative_to(source)): file.stat().st_mtime_ns for file in source.rglob("*") if file.is_file()}

        rust_tests.lay_out(package, source, None)
        first = state()
        expected = {"Cargo.toml", "build.rs", "nothing.rs", "src/macros.rs", "tests/test_a.rs", "tests/test_utils/mod.rs"}
        self.assertEqual(set(first), expected)
        self.write("source/tests/test_gone.rs", "")
        rust_tests.lay_out(package, source, None)
        self.assertEqual(state(), first)
        self.write("pyo3/tests/test_a.rs", "// another\n")
        rust_tests.lay_out(package, source, None)
        self.assertEqual((source / "tests" / "test_a.rs").read_text(), "// another\n")

    def test_on_exuvia_hidden_modules_of_pyo3_are_another_crate(self) -> None:
        manifest = self.write("pyo3/Cargo.toml", "")
        self.write("pyo3/src/macros.rs", "pyo3::impl_::kept\n")
        self.write("pyo3/tests/test_a.rs", "use pyo3::impl_::sync;\n")
        package = {"manifest_path": str(manifest), "version": "0.30.1", "edition": "2024", "dependencies": []}
        rust_tests.lay_out(package, self.folder / "source", self.folder / "stand-ins")
        self.assertEqual((self.folder / "source/tests/test_a.rs").read_text(), "use pyo3_internals::sync;\n")
        self.assertEqual((self.folder / "source/src/macros.rs").read_text(), "pyo3::impl_::kept\n")


class Sources(Folder):
    def test_a_folder_out_of_a_workspace_becomes_one_of_its_own(self) -> None:
        self.write("Cargo.toml", '[workspace]\nmembers = ["one"]\npackage.edition = "2021"\n\n[workspace.lints.rust]\nunsafe_code = "deny"\n')
        self.write("pyo3/Cargo.toml", '[package]\nname = "pyo3"\nversion = "0.29.2"\n')
        self.write("other/Cargo.toml", '[package]\nname = "other"\nversion = "1.0.0"\n')
        self.write("one/inner/Cargo.toml", '[package]\nname = "inner"\n')
        manifest = (
            '[package]\nname = "one"\n[lints]\nworkspace = true\n[dependencies]\npyo3.path = "../pyo3"\n'
            'other = { path = "../other" }\ninner = { path = "inner" }\n'
        )
        self.write("one/Cargo.toml", manifest)
        self.write("one/target/left", "out")
        copy = self.folder / "copies" / "source"
        sources.copy(self.folder / "one", copy)
        written = (copy / "Cargo.toml").read_text()
        root = self.folder.resolve()
        self.assertIn(f'pyo3.path = "{root}/pyo3"', written)
        self.assertIn(f'other = {{ path = "{root}/other" }}', written)
        self.assertIn('inner = { path = "inner" }', written)
        self.assertIn('[workspace]\npackage.edition = "2021"\n[workspace.lints.rust]\nunsafe_code = "deny"', written)
        self.assertFalse((copy / "target").exists())
        engines.put_exuvia_in_place(copy, ["0.29.2"], self.folder / "stand-ins")
        written = (copy / "Cargo.toml").read_text()
        stand_in = self.folder / "stand-ins" / "pyo3-0.29.2"
        self.assertIn(f'pyo3.path = "{stand_in}"', written)
        self.assertIn(f'other = {{ path = "{root}/other" }}', written)
        patch = (copy.parent / ".cargo" / "config.toml").read_text()
        self.assertEqual(patch, f'[patch.crates-io]\npyo3-0 = {{ package = "pyo3", path = "{stand_in}" }}\n')

    def test_the_versions_that_are_locked_are_found(self) -> None:
        lock = '[[package]]\nname = "pyo3"\nversion = "0.29.2"\n\n[[package]]\nname = "pyo3-ffi"\nversion = "0.29.3"\n'
        self.write("Cargo.lock", lock)
        self.write("target/Cargo.lock", lock.replace("0.29.2", "0.1.0"))
        self.assertEqual(sources.locked_versions(self.folder, "pyo3"), ["0.29.2"])


class StandIn(Folder):
    def test_it_has_the_version_that_is_asked_for_and_inherits_nothing(self) -> None:
        copy = engines.stand_in("0.29.2", self.folder)
        written = (copy / "Cargo.toml").read_text()
        self.assertIn('\nname = "pyo3"\n', written)
        self.assertIn('\nversion = "0.29.2"\n', written)
        self.assertNotIn("workspace = true", written)
        self.assertTrue((copy / "src" / "lib.rs").exists())
        # Asked for again it is left as it is, for what was built from it to be used.
        before = (copy / "Cargo.toml").stat().st_mtime_ns
        self.assertEqual(engines.stand_in("0.29.2", self.folder), copy)
        self.assertEqual((copy / "Cargo.toml").stat().st_mtime_ns, before)

    def test_every_feature_of_exuvias_is_passed_on(self) -> None:
        def features(manifest: Path) -> dict[str, str]:
            text, dependencies = manifest.read_text().split("[features]\n")[1].split("\n[dependencies]\n")
            written = dict(re.findall(r"^([\w-]+) = (\[[^\]]*\])", text, re.MULTILINE))
            # An optional dependency is a feature of its name where none says what it is for.
            optional = re.findall(r"^([\w-]+) = \{.*optional = true", dependencies, re.MULTILINE)
            return written | {name: "" for name in optional if f'"dep:{name}"' not in text}

        passed_on = features(COMPAT / "pyo3" / "Cargo.toml")
        own = features(ROOT / "crates" / "exuvia" / "Cargo.toml")
        self.assertEqual(passed_on.pop("default"), own.pop("default"))
        self.assertEqual({name: passed_on[name] for name in own}, {name: f'["exuvia/{name}"]' for name in own})


if __name__ == "__main__":
    unittest.main(verbosity=2)
