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
fn nothing_to_pack() {
    let folder = tempfile::tempdir().unwrap();
    insta::assert_snapshot!(exuvia(folder.path(), &["pack"]), @r#"
    error: nothing to pack was named
    hint: name a script, as in `exuvia pack app.py`, a module with `-m MODULE`, or an installed command with `--entry NAME`; or say so in [tool.exuvia.pack] of pyproject.toml
    status: 2
    "#);
}

#[test]
fn nothing_to_pack_in_a_folder_of_a_project() {
    let folder = project();
    fs::create_dir(folder.path().join("src")).unwrap();
    let settings = "[tool.exuvia.pack]\nscript = 'app.py'\n";
    fs::write(folder.path().join("pyproject.toml"), settings).unwrap();
    let said = exuvia(&folder.path().join("src"), &["pack"]);
    insta::assert_snapshot!(said.replace(folder.path().to_str().unwrap(), "[folder]"), @r#"
    error: nothing to pack was named
    hint: run it in [folder], whose pyproject.toml has [tool.exuvia.pack]; or name what to pack, as in `exuvia pack app.py`
    status: 2
    "#);
}

#[test]
fn licences_over_something_else() {
    let folder = project();
    insta::assert_snapshot!(exuvia(folder.path(), &["pack", "app.py", "--licenses", "./app"]), @r#"
    error: the licences cannot be written to ./app: the packed file goes there
    hint: choose another place with `--licenses FILE`
    status: 2
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["pack", "app.py", "--licenses", "pyproject.toml"]), @r#"
    error: the licences cannot be written to pyproject.toml: it is there, and no list of licences
    hint: choose another place with `--licenses FILE`
    status: 2
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["pack", "app.py", "--licenses", "."]), @r#"
    error: the licences cannot be written to .: it is a folder
    hint: choose another place with `--licenses FILE`
    status: 2
    "#);
}

#[test]
fn an_environment_that_was_removed() {
    let folder = project();
    let output = Command::new(env!("CARGO_BIN_EXE_exuvia"))
        .args(["pack", "app.py"])
        .current_dir(folder.path())
        .env("VIRTUAL_ENV", "/gone/venv")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(String::from_utf8_lossy(&output.stderr), @r#"
    error: VIRTUAL_ENV names /gone/venv, where there is no Python
    hint: activate another environment, unset VIRTUAL_ENV, or name a Python with --python PATH
    "#);
}

#[test]
fn settings_of_packing_that_are_wrong() {
    let folder = project();
    let said = |settings: &str| {
        fs::write(folder.path().join("pyproject.toml"), settings).unwrap();
        exuvia(folder.path(), &["pack"])
    };
    insta::assert_snapshot!(said("[tool.exuvia.pack]\nscript = 'app.py'\nexlude = ['x']\n"), @r#"
    error: pyproject.toml, line 3, column 1: [tool.exuvia.pack] has no key `exlude`
    hint: did you mean `exclude`?
    status: 2
    "#);
    insta::assert_snapshot!(said("[tool.exuvia.pack]\nscript = 'app.py'\nall = 'yes'\n"), @r#"
    error: pyproject.toml, line 3, column 7: invalid type: string "yes", expected a boolean
    hint: mend pyproject.toml first
    status: 2
    "#);
    insta::assert_snapshot!(said("[tool.exuvia.pack]\nscript = 'app.py'\nmodule = 'app'\n"), @r#"
    error: [tool.exuvia.pack] of pyproject.toml names both a script and a module to run
    hint: leave one of them
    status: 2
    "#);
    insta::assert_snapshot!(said("[tool.exuvia.pack]\nscript = 'none.py'\n"), @r#"
    error: cannot pack the application: reading none.py: No such file or directory (os error 2)
    hint: check that the file exists and can be read
    status: 2
    "#);
    // The project is left as it was.
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn names_to_pack_that_mean_nothing() {
    let folder = project();
    insta::assert_snapshot!(exuvia(folder.path(), &["pack", "app.py", "--exclude", "no such thing"]), @r#"
    error: cannot pack the application: --exclude no such thing: neither a distribution of this environment nor a module is called that
    hint: `pip list` shows the distributions; a module is named as it is imported
    status: 2
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["pack", "app.py", "--include", "tkinter", "--exclude", "tkinter"]), @r#"
    error: cannot pack the application: tkinter is both to be taken along and to be left out
    hint: leave it in one of --include and --exclude
    status: 2
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["pack", "app.py", "--exclude", "encodings"]), @r#"
    error: cannot pack the application: --exclude encodings: the interpreter does not start without this module
    hint: take --exclude encodings away
    status: 2
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["pack", "app.py", "--trial", "'open"]), @r#"
    error: cannot pack the application: --trial "'open" cannot be read: No closing quotation
    hint: give the arguments in one text with its quotes closed: --trial '--name "a b"'
    status: 2
    "#);
}

#[test]
fn a_folder_of_pyoxidizer() {
    let folder = tempfile::tempdir().unwrap();
    let configuration = "def make_exe():\n    dist = default_python_distribution(python_version = '3.10')\n    policy = dist.make_python_packaging_policy()\n    policy.resources_location_fallback = 'filesystem-relative:prefix'\n    # policy.extension_module_filter = 'all'\n    config = dist.make_python_interpreter_config()\n    config.run_module = 'app.cli'\n    exe = dist.to_python_executable(name = 'app', packaging_policy = policy, config = config)\n    exe.add_python_resources(exe.pip_install(['.', 'requests']))\n    return exe\n\nregister_target('exe', make_exe)\nresolve_targets()\n";
    let path = folder.path().join("pyoxidizer.bzl");
    fs::write(&path, configuration).unwrap();
    insta::assert_snapshot!(exuvia(folder.path(), &["pack"]), @r#"
    error: nothing to pack was named, and pyoxidizer.bzl is for PyOxidizer
    hint: write into pyproject.toml, and run `exuvia pack` again:

      [tool.exuvia.pack]
      module = "app.cli"  # run_module, line 7
      output = "app"      # to_python_executable.name, line 8

    What else it says:

      python_version, line 2               choose a Python 3.10 with `python`
      resources_location_fallback, line 4  not needed: every module and data file of a package is packed, has its path, and is read from memory
      pip_install, line 9                  install it into the environment that is packed: pip install . requests
    status: 2
    "#);
    let commanded = configuration.replace(
        "config.run_module = 'app.cli'",
        "config.run_command = 'from app import main; main()'",
    );
    fs::write(&path, commanded).unwrap();
    insta::assert_snapshot!(exuvia(folder.path(), &["pack"]), @r#"
    error: nothing to pack was named, and pyoxidizer.bzl is for PyOxidizer
    hint: write into pyproject.toml, and run `exuvia pack` again:

      [tool.exuvia.pack]
      # module, script or entry:  what is to be run
      output = "app"              # to_python_executable.name, line 8

    What else it says:

      python_version, line 2               choose a Python 3.10 with `python`
      resources_location_fallback, line 4  not needed: every module and data file of a package is packed, has its path, and is read from memory
      run_command, line 7                  put the command into a file, and name it with `script`; or name an installed command with `entry`: from app import main; main()
      pip_install, line 9                  install it into the environment that is packed: pip install . requests
    status: 2
    "#);
    // What cannot be read says nothing.
    fs::write(&path, "def (").unwrap();
    insta::assert_snapshot!(exuvia(folder.path(), &["pack"]), @r#"
    error: nothing to pack was named, and pyoxidizer.bzl is for PyOxidizer
    hint: write into pyproject.toml, and run `exuvia pack` again:

      [tool.exuvia.pack]
      # module, script or entry:  what is to be run
    status: 2
    "#);
}

#[test]
fn a_file_that_is_not_packed() {
    let folder = project();
    insta::assert_snapshot!(exuvia(folder.path(), &["pack", "--verify", "app.py"]), @r#"
    error: app.py is no packed application
    hint: name a file that `exuvia pack` made; one that was cut short within its program looks like this, too
    status: 2
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["pack", "--inspect", "none"]), @r#"
    error: reading none: No such file or directory (os error 2)
    hint: check that the file exists and can be read
    status: 2
    "#);
    insta::assert_snapshot!(exuvia(folder.path(), &["pack", "--extract", "app.py", "-o", "."]), @r#"
    error: . is there already, and not an empty folder
    hint: name another folder with `-o FOLDER`
    status: 2
    "#);
    // What says how to pack says nothing here.
    for more in [
        &["app.py"][..],
        &["--all"],
        &["--include", "x"],
        &["-o", "y"],
    ] {
        let said = exuvia(
            folder.path(),
            &[&["pack", "--verify", "app.py"], more].concat(),
        );
        assert!(
            said.contains("cannot be used with") && said.ends_with("status: 2"),
            "{said}"
        );
    }
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
