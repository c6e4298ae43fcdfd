//! Records real programs under the interpreter that `exuvia` itself would choose.

use super::*;
use crate::progress::Silent;

struct Scene {
    _folder: tempfile::TempDir,
    project: Project,
    interpreter: Interpreter,
}

const PACKAGE: &str = r"
def add(one, other=1):
    return one + other

def extend(items, more):
    items.extend(more)
    return items

def divide(one, other):
    return one // other

def numbers(count):
    yield from range(count)

def call(function):
    return function()
";

const APP: &str = r"
from pkg import add, extend, divide, numbers, call
for i in range(10):
    add(i)
add(2**70, other=3)
extend([1], (2, 3))
try:
    divide(1, 0)
except ZeroDivisionError:
    pass
list(numbers(3))
call(lambda: 1)
";

fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pyproject.toml"), "").unwrap();
    fs::write(folder.path().join("pkg.py"), PACKAGE).unwrap();
    fs::write(folder.path().join("app.py"), APP).unwrap();
    let project = Project::open(folder.path()).unwrap();
    let interpreter = Interpreter::find(None).unwrap();
    Scene {
        _folder: folder,
        project,
        interpreter,
    }
}

impl Scene {
    fn record(&self, functions: &[&str], command: &[&str]) -> Result<RecordReport, RecordError> {
        let functions: Vec<FunctionName> =
            functions.iter().map(|name| name.parse().unwrap()).collect();
        let command: Vec<_> = command.iter().map(OsString::from).collect();
        record(
            &self.project,
            &self.interpreter,
            &functions,
            &command,
            &RecordOptions::default(),
            &mut Silent,
        )
    }
}

#[test]
fn calls_are_kept_with_the_types_that_were_seen() {
    let scene = scene();
    let report = scene
        .record(
            &["pkg:add", "pkg:extend", "pkg:divide"],
            &["python", "app.py"],
        )
        .unwrap();
    let [add, extend, divide] = report.functions.as_slice() else {
        panic!("{report:?}")
    };
    assert_eq!((add.calls, add.recorded, add.unpicklable), (11, 11, 0));
    assert_eq!(add.parameters["one"][0].name, "int");
    assert!(!add.parameters["one"][0].fits_i64 && add.parameters["other"][0].fits_i64);
    assert_eq!(add.parameters["other"][0].count, 11, "a default counts");
    assert_eq!(add.defaults["other"], "1");
    assert_eq!(extend.parameters["more"][0].items[0].name, "int");
    assert_eq!(extend.results[0].name, "list");
    assert_eq!((divide.recorded, divide.results.len()), (1, 0));
    for name in ["pkg-add.calls", "pkg-extend.calls", "pkg-divide.calls"] {
        assert!(folder(&scene.project).join(name).is_file(), "{name}");
    }
    assert_eq!(
        fs::read_to_string(scene.project.data_dir().join(".gitignore")).unwrap(),
        "*\n"
    );
}

#[test]
fn what_cannot_be_recorded_is_said_with_the_reason() {
    let scene = scene();
    let error = |function: &str| {
        scene
            .record(&[function], &["python", "app.py"])
            .unwrap_err()
    };
    assert!(
        matches!(error("pkg:numbers"), RecordError::NotWatched { reason, .. } if reason.contains("generator"))
    );
    assert!(
        matches!(error("pkg:nothing"), RecordError::NotWatched { reason, .. } if reason.contains("there is no nothing"))
    );
    assert!(
        matches!(error("pkg:call"), RecordError::Unpicklable { reason, .. } if reason.contains("lambda"))
    );
    assert!(matches!(error("other:f"), RecordError::NotImported { .. }));
    let error = scene
        .record(
            &["json:loads"],
            &["python", "-c", "import json; json.loads('1')"],
        )
        .unwrap_err();
    assert!(matches!(error, RecordError::OtherFile { .. }), "{error}");
    let error = scene
        .record(&["pkg:add"], &["python", "-c", "import pkg"])
        .unwrap_err();
    assert!(matches!(error, RecordError::NotCalled { .. }), "{error}");
    assert!(!scene.project.data_dir().exists(), "nothing is left behind");
}

#[test]
fn a_failing_command_records_nothing() {
    let scene = scene();
    let error = scene
        .record(
            &["pkg:add"],
            &[
                "python",
                "-c",
                "import pkg; pkg.add(1); raise SystemExit(4)",
            ],
        )
        .unwrap_err();
    assert!(error.to_string().contains("exit status: 4"), "{error}");
    assert!(!scene.project.data_dir().exists());

    // What an earlier recording left stays.
    scene.record(&["pkg:add"], &["python", "app.py"]).unwrap();
    scene
        .record(&["pkg:add"], &["python", "-c", "raise SystemExit(4)"])
        .unwrap_err();
    assert!(folder(&scene.project).join("pkg-add.calls").is_file());
}

#[test]
fn functions_of_the_program_itself_are_recorded_under_its_module() {
    let scene = scene();
    let main = "def twice(x):\n    return x + x\ndef main():\n    return [twice(i) for i in range(5)]\nif __name__ == '__main__':\n    main()\n";
    fs::write(scene.project.root().join("main.py"), main).unwrap();
    let report = scene
        .record(&["main:twice"], &["python", "main.py"])
        .unwrap();
    assert_eq!(report.functions[0].recorded, 5);
    let report = scene
        .record(&["main:twice"], &["python", "-m", "main"])
        .unwrap();
    assert_eq!(report.functions[0].recorded, 5);
}
