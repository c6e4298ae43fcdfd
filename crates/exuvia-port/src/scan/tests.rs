//! Profiles real programs under the interpreter that `exuvia` itself would choose.

use std::fs;
use std::path::Path;

use super::*;
use crate::progress::Silent;

struct Scene {
    _folder: tempfile::TempDir,
    project: Project,
    interpreter: Interpreter,
}

fn scene(files: &[(&str, &str)]) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("pyproject.toml"),
        "[project]\nname = \"scene\"\n",
    )
    .unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).unwrap();
        fs::write(path, text).unwrap();
    }
    let project = Project::open(folder.path()).unwrap();
    let interpreter = Interpreter::find(None).unwrap();
    Scene {
        _folder: folder,
        project,
        interpreter,
    }
}

impl Scene {
    fn scan(&self, command: &[&str]) -> Result<ScanReport, ScanError> {
        let command: Vec<_> = command.iter().map(OsString::from).collect();
        scan(&self.project, &self.interpreter, &command, &mut Silent)
    }
}

fn function<'a>(report: &'a ScanReport, name: &str) -> &'a ScannedFunction {
    let found = report
        .functions
        .iter()
        .find(|function| function.name == name);
    found.unwrap_or_else(|| panic!("{name} is not in {:#?}", report.functions))
}

const WORK: &str = r"
def work(numbers):
    total = 0
    for number in numbers:
        total += number * number % 7
    return total

def lazy(numbers):
    for number in numbers:
        yield number

def main():
    for _ in range(12):
        work(list(lazy(range(20000))))
";

#[test]
fn calls_and_time_are_those_of_the_program() {
    let scene = scene(&[
        ("pkg/__init__.py", ""),
        ("pkg/mod.py", WORK),
        ("app.py", "from pkg.mod import main\nmain()\n"),
    ]);
    let report = scene.scan(&["python", "app.py"]).unwrap();
    assert_eq!(report.processes, 1);
    let work = function(&report, "pkg.mod:work");
    assert_eq!(
        (work.file.as_str(), work.line, work.portable),
        ("pkg/mod.py", 2, true)
    );
    assert!(work.estimated || work.calls == 12, "{work:?}");
    assert!(report.estimated || !work.estimated, "{work:?}");
    assert_eq!(work.origin, Origin::Project);
    assert!(work.share > 0.1, "{work:?}");
    let lazy = function(&report, "pkg.mod:lazy");
    assert!(
        !lazy.portable && lazy.reason.as_ref().unwrap().contains("generator"),
        "{lazy:?}"
    );
    let module = function(&report, "pkg.mod:<module>");
    assert!(!module.portable);
    let standard = report.functions.iter().find(|function| {
        function.name.starts_with("site:") || function.name.starts_with("importlib")
    });
    let standard = standard.unwrap();
    assert_eq!(
        (standard.origin, standard.reason.as_deref()),
        (
            Origin::StandardLibrary,
            Some("not in this project: the standard library")
        )
    );
}

#[test]
fn a_script_is_named_as_it_would_be_imported() {
    let scene = scene(&[(
        "app.py",
        &format!("{WORK}\nif __name__ == '__main__':\n    main()\n"),
    )]);
    let report = scene.scan(&["python3", "app.py"]).unwrap();
    assert!(function(&report, "app:work").portable);
    let report = scene.scan(&["python", "-m", "app"]).unwrap();
    assert!(function(&report, "app:work").portable);
}

#[test]
fn processes_that_a_program_starts_are_added_up() {
    let start = "import subprocess, sys\nfor _ in range(2): subprocess.run([sys.executable, 'app.py'], check=True)\n";
    let scene = scene(&[
        ("pkg/mod.py", WORK),
        ("app.py", "from pkg.mod import main\nmain()\n"),
        ("start.py", start),
    ]);
    let report = scene.scan(&["python", "start.py"]).unwrap();
    assert_eq!(report.processes, 3);
    let work = function(&report, "pkg.mod:work");
    assert!(work.estimated || work.calls == 24, "{work:?}");
}

#[test]
fn a_program_that_fails_leaves_its_profile_and_its_status() {
    let scene = scene(&[(
        "app.py",
        &format!(
            "import sys\n{WORK}\nmain()\nprint('no such file', file=sys.stderr)\nsys.exit(3)\n"
        ),
    )]);
    let report = scene.scan(&["python", "app.py", "a b"]).unwrap();
    assert!(function(&report, "app:work").portable);
    assert_eq!(report.status, 3);
    let failure = report.failure.unwrap();
    // What it said was passed on as it said it.
    assert_eq!(
        failure.to_string(),
        "`python app.py 'a b'` failed (exit status: 3)"
    );
    assert!(failure.hint().is_some());
}

#[cfg(unix)]
#[test]
fn a_program_that_is_killed_without_a_profile_is_told_with_its_signal() {
    let scene = scene(&[("app.py", "import os\nos.kill(os.getpid(), 9)\n")]);
    let error = scene.scan(&["python", "app.py"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "nothing is profiled: `python app.py` failed (signal: 9 (SIGKILL))"
    );
}

#[test]
fn a_program_that_is_not_there_is_told_by_name() {
    let scene = scene(&[("app.py", "")]);
    let error = scene.scan(&["no-such-program-here", "x"]).unwrap_err();
    assert!(error.to_string().contains("no-such-program-here"));
    let error = scene.scan(&["app.py"]).unwrap_err();
    assert_eq!(
        error.hint().unwrap(),
        "write it as you would type it: python app.py"
    );
}

#[test]
fn an_interpreter_that_ignores_the_environment_is_noticed() {
    let scene = scene(&[("app.py", "pass")]);
    let error = scene.scan(&["python", "-I", "app.py"]).unwrap_err();
    assert!(matches!(error, ScanError::NoProfile { .. }), "{error}");
    assert!(error.hint().unwrap().contains("-I"));
}
