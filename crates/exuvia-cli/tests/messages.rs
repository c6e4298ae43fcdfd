//! What a person sees: the command is run as it is typed, and what it says is compared with what it said before.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

/// A project of one module, and a folder to run in.
fn project() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("pyproject.toml"),
        "[project]\nname = 'demo'\n",
    )
    .unwrap();
    let source = "import functools\nfrom math import sqrt\n\n\ndef slow(n):\n    return n\n\n\n@functools.cache\ndef kept(n):\n    return n\n\n\nasync def soon(): ...\n\n\nsquare = lambda n: n * n\n\n\ndef count(self):\n    yield self\n";
    fs::write(folder.path().join("app.py"), source).unwrap();
    folder
}

/// Runs the command and puts status, standard output and standard error together, with the folder's name taken out.
fn exuvia(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_exuvia"))
        .args(arguments)
        .current_dir(folder)
        .env("COLUMNS", "100")
        .env_remove("VIRTUAL_ENV")
        .output()
        .unwrap();
    let text = format!(
        "{}{}status: {}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        output.status.code().unwrap()
    );
    let real = folder.canonicalize().unwrap();
    text.replace(real.to_str().unwrap(), "[folder]")
        .replace(folder.to_str().unwrap(), "[folder]")
}

/// A program that answers as the Python of that version would.
fn python(folder: &Path, version: &str, implementation: &str) -> String {
    let path = folder.join("python");
    let answer = format!(
        "{{\"executable\": \"{}\", \"version\": [{}], \"implementation\": \"{implementation}\", \"prefix\": \"/usr\", \
         \"base_prefix\": \"/usr\", \"scripts\": \"/usr/bin\", \"extension_suffix\": \".so\"}}",
        path.display(),
        version.replace('.', ", ")
    );
    fs::write(&path, format!("#!/bin/sh\necho '{answer}'\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    // Another test's thread may have forked while the file was being written; it can be run once that child has come to
    // `exec`, which closes what it inherited.
    while let Err(error) = Command::new(&path).output() {
        assert_eq!(error.kind(), std::io::ErrorKind::ExecutableFileBusy);
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_folder_without_project() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(exuvia(folder.path(), &["status"]), @r#"
    error: no Python project here: [folder] holds no pyproject.toml
    hint: run it in the root of a Python project, the folder with pyproject.toml; where there is none, an empty pyproject.toml will do
    status: 2
    "#);
}

#[test]
fn a_folder_inside_a_project() {
    let folder = project();
    fs::create_dir(folder.path().join("inner")).unwrap();
    insta::assert_snapshot!(
        exuvia(&folder.path().join("inner"), &["status"]).replace(folder.path().canonicalize().unwrap().to_str().unwrap(), "[project]"), @r#"
    error: no Python project here: [folder] holds no pyproject.toml
    hint: run it in the project's root: cd [project]
    status: 2
    "#);
}

#[test]
fn a_pyproject_that_is_no_toml() {
    let folder = project();
    fs::write(folder.path().join("pyproject.toml"), "[project\n").unwrap();
    insta::assert_snapshot!(exuvia(folder.path(), &["status"]), @r#"
    error: cannot read [folder]/pyproject.toml: unclosed table, expected `]`
    hint: mend pyproject.toml first
    status: 2
    "#);
}

#[test]
fn a_python_that_is_too_old() {
    let folder = project();
    let python = python(folder.path(), "3.9.18", "CPython");
    insta::assert_snapshot!(exuvia(folder.path(), &["--python", &python, "status"]), @r#"
    error: [folder]/python is Python 3.9.18, which is too old
    hint: name one that is 3.10 or newer with --python PATH
    status: 2
    "#);
}

#[test]
fn a_python_of_another_kind() {
    let folder = project();
    let python = python(folder.path(), "3.11.2", "PyPy");
    insta::assert_snapshot!(exuvia(folder.path(), &["--python", &python, "status"]), @r#"
    error: [folder]/python is PyPy, not CPython
    hint: name a CPython interpreter with --python PATH
    status: 2
    "#);
}

#[test]
fn a_python_that_is_none() {
    let folder = project();
    insta::assert_snapshot!(exuvia(folder.path(), &["--python", "./no-python", "status"]), @r#"
    error: cannot start ./no-python: No such file or directory (os error 2)
    hint: name a Python interpreter with --python PATH, for example --python .venv/bin/python
    status: 2
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["--python", "/bin/false", "status"]), @r#"
    error: /bin/false is not a working Python interpreter: it ended with exit status: 1
    hint: name a Python interpreter with --python PATH, for example --python .venv/bin/python
    status: 2
    "#);
}

#[test]
fn nothing_ported_yet() {
    let folder = project();
    insta::assert_snapshot!(exuvia(folder.path(), &["status"]), @r#"
    No function is ported. Port one: exuvia port MODULE:FUNCTION -- COMMAND
    status: 0
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["status", "--json"]), @r#"
    {
      "functions": []
    }
    status: 0
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["port", "--remove"]), @r#"
    No function is ported.
    status: 0
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["develop"]), @r#"
    error: no function of [folder] is ported
    hint: port one first: exuvia port MODULE:FUNCTION -- COMMAND
    status: 2
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["port", "--remove", "app:slow"]), @r#"
    error: cannot remove app:slow: it is not ported
    hint: `exuvia status` lists what is
    status: 2
    "#);
}

#[test]
fn a_name_that_is_no_function() {
    let folder = project();
    insta::assert_snapshot!(exuvia(folder.path(), &["port", "app.slow", "--", "true"]), @r#"
    error: invalid value 'app.slow' for '[MODULE:FUNCTION]...': `app.slow` does not name a function: there is no `:` between module and function
    hint: write it as MODULE:FUNCTION: app:slow

    For more information, try '--help'.
    status: 2
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["port", "app.py:slow", "--", "true"]), @r#"
    error: no module app.py: __path__ attribute not found on 'app' while trying to find 'app.py'
    hint: name the module as it is imported, not its file: app
    status: 2
    "#);
}

#[test]
fn a_function_that_cannot_move() {
    let folder = project();
    for (name, message) in [
        (
            "app:kept",
            "cannot port app:kept: it is decorated with @functools.cache (app.py, line 9)",
        ),
        (
            "app:soon",
            "cannot port app:soon: it is async (app.py, line 14)",
        ),
        (
            "app:count",
            "cannot port app:count: it is a generator (app.py, line 21)",
        ),
        (
            "app:missing",
            "no function app:missing: app.py defines none by that name",
        ),
    ] {
        let said = exuvia(folder.path(), &["port", name, "--", "true"]);
        let lines: Vec<_> = said.lines().collect();
        assert_eq!(lines[0], format!("error: {message}"));
        assert!(lines[1].starts_with("hint: "), "{said}");
        assert_eq!(lines[2..], ["status: 2"]);
    }
    insta::assert_snapshot!(exuvia(folder.path(), &["port", "app:square", "--", "true"]), @r#"
    error: cannot port app:square: line 17 of app.py makes it a lambda, which has no `def`
    hint: write it as a `def` at the top level of its own module, and port that
    status: 2
    "#);
    // Compiled in some builds of Python, built into the interpreter in others.
    let said = exuvia(folder.path(), &["port", "app:sqrt", "--", "true"]);
    let start = "error: cannot port app:sqrt: line 2 of app.py imports it from math, which is no Python: it is ";
    let end = "\nhint: only functions written in Python can move to Rust\nstatus: 2";
    assert!(said.starts_with(start) && said.ends_with(end), "{said}");
    insta::assert_snapshot!(exuvia(folder.path(), &["port", "sys:exit", "--", "true"]), @r#"
    error: sys has no Python source: it is built into the interpreter
    hint: only functions written in Python can move to Rust
    status: 2
    "#);
}

#[test]
fn a_command_that_is_missing() {
    let folder = project();
    insta::assert_snapshot!(exuvia(folder.path(), &["port", "app:slow"]), @r#"
    error: `exuvia port app:slow` has no command to run
    hint: write it after `--`, as you would type it: exuvia port app:slow -- python app.py
    status: 2
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["scan", "python", "app.py", "a b"]), @r#"
    error: the command to run, `python app.py 'a b'`, has no `--` before it
    hint: type: exuvia scan -- python app.py 'a b'
    status: 2
    "#);
}

#[test]
fn a_command_that_fails_is_told_once_and_its_profile_kept() {
    let folder = project();
    let source = "import sys\ndef f(n):\n    return sum(range(n))\n[f(n) for n in range(5)]\nsys.exit('it is broken')\n";
    fs::write(folder.path().join("run.py"), source).unwrap();
    let said = exuvia(folder.path(), &["scan", "--", "python", "run.py", "a b"]);
    assert_eq!(said.matches("it is broken").count(), 1, "{said}");
    assert!(
        said.contains("run:f ") && said.contains("Next: exuvia port run:f --"),
        "{said}"
    );
    let end: Vec<_> = said.lines().rev().take(3).collect();
    assert_eq!(
        end[2],
        "error: `python run.py 'a b'` failed (exit status: 1)"
    );
    assert!(end[1].starts_with("hint: the profile is that of the run as far as it went"));
    assert_eq!(end[0], "status: 2");

    let output = Command::new(env!("CARGO_BIN_EXE_exuvia"))
        .args(["scan", "--json", "--", "python", "run.py"])
        .current_dir(folder.path())
        .env_remove("VIRTUAL_ENV")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["status"], 1);
    let functions = document["functions"].as_array().unwrap();
    assert!(functions.iter().any(|function| function["name"] == "run:f"));
    assert!(
        functions
            .iter()
            .any(|function| function["origin"] == "standard-library")
    );
}

#[test]
fn a_suite_with_an_open_quote() {
    let folder = project();
    insta::assert_snapshot!(exuvia(folder.path(), &["check", "--suite", "pytest 'x"]), @r#"
    error: cannot read the test command: "pytest 'x"
    hint: give it in one argument with its quotes closed: --suite 'pytest -q'
    status: 2
    "#);
}

#[test]
fn each_command_explains_itself() {
    let folder = project();
    for command in [
        "scan", "port", "develop", "check", "bench", "status", "pack",
    ] {
        let text = exuvia(folder.path(), &[command, "--help"]);
        assert!(
            text.contains("Examples:") || text.contains("States;"),
            "{command}: {text}"
        );
        assert!(text.contains("Usage: exuvia"), "{command}: {text}");
        assert!(text.ends_with("status: 0"), "{command}: {text}");
    }
    insta::assert_snapshot!(exuvia(folder.path(), &["status", "--help"]), @r#"
    Tell what is ported, and in what state

    Usage: exuvia status [OPTIONS]

    Options:
          --json           Print one JSON document on standard output and nothing else there
          --python <PATH>  The Python interpreter [default: the active virtual environment's, else
                           python3]
      -h, --help           Print help

    States; where several hold, the first is told:
      orphaned    the Python function is gone
      unwired     the Rust is kept in rust/, and the Python module does not use it
      drifted     the Python function's source changed since the Rust was drafted or accepted
      draft       the Rust hands every call to Python
      not-built   the Rust is written, and not compiled since: exuvia develop
      ported      the Rust is written, compiled and used
    status: 0
    "#);
}
