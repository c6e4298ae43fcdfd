//! Checks ports that are written in Python: what a port does is seen from outside, whatever it is written in.

use std::fs;

use super::*;
use crate::progress::Silent;
use crate::record::{RecordOptions, record};

struct Scene {
    _folder: tempfile::TempDir,
    project: Project,
    interpreter: Interpreter,
}

/// A project whose `pkg:f` was recorded as `twin` and is ported as `port`, both the source of a function `f`.
fn scene(twin: &str, port: &str, calls: &str) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("pyproject.toml", "");
    write("pkg.py", twin);
    write("app.py", &format!("from pkg import f\n{calls}\n"));
    let project = Project::open(folder.path()).unwrap();
    let interpreter = Interpreter::find(None).unwrap();
    let command = ["python", "app.py"].map(OsString::from);
    let name = [NAME.parse().unwrap()];
    record(
        &project,
        &interpreter,
        &name,
        &command,
        &RecordOptions::default(),
        &mut Silent,
    )
    .unwrap();
    let wiring = format!(
        "{twin}\nimport os\nif not os.environ.get('EXUVIA_PURE'):\n    _exuvia_twins = {{'f': f}}\n"
    );
    let indented: String = port.lines().map(|line| format!("    {line}\n")).collect();
    write("pkg.py", &(wiring + &indented));
    Scene {
        _folder: folder,
        project,
        interpreter,
    }
}

const NAME: &str = "pkg:f";

impl Scene {
    fn replay(&self) -> Result<CheckedFunction, CheckError> {
        let side = PythonSide::lay_out().unwrap();
        let name = NAME.parse().unwrap();
        let (project, interpreter) = (&self.project, &self.interpreter);
        replay::Replay {
            project,
            interpreter,
            side: &side,
            name: &name,
            limit: Duration::from_secs(5),
        }
        .run(&mut Silent)
    }

    fn suite(&self, command: &[&str], grace: u64) -> Result<SuiteReport, CheckError> {
        let command: Vec<_> = command.iter().map(OsString::from).collect();
        suite::Suite {
            project: &self.project,
            interpreter: &self.interpreter,
            side: &PythonSide::lay_out().unwrap(),
            command: &command,
            grace: Duration::from_secs(grace),
        }
        .run(&mut Silent)
    }
}

const DIVIDE: &str = "def f(one, other):\n    return one // other\n";
const CALLS: &str = "for i in range(20):\n    f(i, 3)\n";

#[test]
fn a_port_that_does_the_same_is_equal_in_every_call() {
    let result = scene(DIVIDE, DIVIDE, CALLS).replay().unwrap();
    assert_eq!(
        (result.recorded, result.equal, result.different),
        (20, 20, 0)
    );
    assert!(
        result.generated > 100 && result.generated_equal == result.generated,
        "{result:?}"
    );
    assert!(result.deterministic && result.unlike_recording == 0);
}

#[test]
fn a_wrong_result_is_shown_with_its_call() {
    let port = "def f(one, other):\n    return one // other if one != 7 else 99\n";
    let result = scene(DIVIDE, port, CALLS).replay().unwrap();
    assert_eq!((result.recorded, result.equal), (20, 19));
    let first = &result.differences[0];
    assert_eq!(
        (first.call.as_str(), first.what.as_str()),
        ("f(7, 3)", "result")
    );
    assert!(
        first.python == "2" && first.rust.starts_with("99") && !first.generated,
        "{first:?}"
    );
}

#[test]
fn rounding_that_only_shows_on_negative_numbers_is_found_by_variations() {
    let port = "def f(one, other):\n    q = abs(one) // abs(other)\n    return q if (one < 0) == (other < 0) else -q\n";
    let result = scene(DIVIDE, port, CALLS).replay().unwrap();
    assert_eq!(result.equal, result.recorded);
    assert!(
        result.generated_equal < result.generated && result.differences[0].generated,
        "{result:?}"
    );
}

#[test]
fn changed_arguments_and_another_exception_are_differences() {
    let twin = "def f(items):\n    items.append(1)\n    if len(items) > 2:\n        raise ValueError('too long')\n    return items\n";
    let calls = "f([])\ntry: f([1, 2])\nexcept ValueError: pass\n";
    let port = "def f(items):\n    if len(items) > 1:\n        items.append(1)\n        raise ValueError('too  long')\n    return items + [1]\n";
    let result = scene(twin, port, calls).replay().unwrap();
    let what: Vec<_> = result
        .differences
        .iter()
        .filter(|one| !one.generated)
        .map(|one| one.what.as_str())
        .collect();
    assert_eq!(
        (result.equal, what),
        (0, vec!["arguments", "exception"]),
        "{result:?}"
    );
}

#[test]
fn a_copy_in_the_place_of_the_argument_itself_is_a_difference() {
    let twin = "def f(items):\n    return items\n";
    let result = scene(twin, "def f(items):\n    return list(items)\n", "f([1])\n")
        .replay()
        .unwrap();
    assert!(
        result.equal == 0 && result.differences[0].rust.contains("which object it is"),
        "{result:?}"
    );
}

#[test]
fn a_port_that_ends_the_process_is_a_difference_and_the_rest_is_still_checked() {
    let port = "def f(one, other):\n    if one in (4, 9): os.abort()\n    return one // other\n";
    let result = scene(DIVIDE, port, CALLS).replay().unwrap();
    assert_eq!((result.recorded, result.equal), (20, 18));
    let crash = &result.differences[0];
    assert_eq!(
        (crash.what.as_str(), crash.call.as_str()),
        ("crash", "f(4, 3)")
    );
    assert!(crash.rust.contains("signal"), "{crash:?}");
}

#[test]
fn a_port_that_never_returns_is_a_difference() {
    let port =
        "def f(one, other):\n    while one == 5 and other == 3: pass\n    return one // other\n";
    let result = scene(DIVIDE, port, CALLS).replay().unwrap();
    // The limit for the whole is the limit for the call in this test: what is left after the hang is not replayed, and
    // not equal.
    assert_eq!((result.recorded, result.equal), (20, 5));
    let hang = &result.differences[0];
    assert_eq!(
        (hang.what.as_str(), hang.call.as_str()),
        ("time", "f(5, 3)")
    );
}

#[test]
fn a_twin_that_does_not_do_the_same_twice_is_said_to() {
    let twin = "import random\ndef f(one):\n    return random.random()\n";
    let result = scene(twin, "def f(one):\n    return 0.5\n", "f(1)\n")
        .replay()
        .unwrap();
    assert!(
        !result.deterministic
            && result.equal == 0
            && result.unstable.unwrap().starts_with("f(1): result")
    );
}

#[test]
fn what_keeps_a_function_from_being_checked_is_said_with_what_to_do() {
    let scene = scene(DIVIDE, DIVIDE, CALLS);
    let file = crate::record::file(&scene.project, &NAME.parse().unwrap());
    fs::write(scene.project.root().join("pkg.py"), DIVIDE).unwrap();
    let error = scene.replay().unwrap_err();
    assert!(
        matches!(error, CheckError::Inactive { .. })
            && error.hint().unwrap().contains("exuvia develop")
    );

    fs::write(
        scene.project.root().join("pkg.py"),
        "import nothing_of_that_name\n",
    )
    .unwrap();
    let error = scene.replay().unwrap_err();
    assert!(
        error.to_string().contains("nothing_of_that_name"),
        "{error}"
    );

    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() - 5]).unwrap();
    let error = scene.replay().unwrap_err();
    assert!(
        matches!(&error, CheckError::Damaged { reason, .. } if reason.contains("ends in the middle of call 20")),
        "{error}"
    );

    fs::remove_file(&file).unwrap();
    let error = scene.replay().unwrap_err();
    assert!(
        matches!(error, CheckError::NotRecorded { .. })
            && error.hint().unwrap().contains("exuvia port pkg:f")
    );
}

#[test]
fn the_projects_own_tests_are_compared_by_their_status_where_the_runner_is_unknown() {
    let port = "def f(one, other):\n    return 1\n";
    let scene = scene(DIVIDE, port, CALLS);
    let suite = |text: &str| scene.suite(&["python", "-c", text], 60).unwrap();
    let report = suite("from pkg import f; assert f(9, 3) == 3; print('fine')");
    assert_eq!(
        (report.twin.status, report.port.status, report.same),
        (0, 1, false)
    );
    assert_eq!(
        (report.twin.summary.as_str(), report.port.summary.as_str()),
        ("fine", "AssertionError")
    );
    assert!(suite("from pkg import f; f(3, 3)").same);
}

#[test]
fn tests_that_never_end_with_the_port_are_a_difference() {
    let port = "def f(one, other):\n    while True: pass\n";
    let scene = scene(DIVIDE, port, CALLS);
    let report = scene.suite(&["python", "app.py"], 1).unwrap();
    assert!(!report.same && report.twin.status == 0, "{report:?}");
    assert!(
        report.port.summary.starts_with("not at its end after "),
        "{report:?}"
    );
}

/// A stand-in for pytest, which this machine's interpreter need not have: it loads the plugin and calls its hooks as pytest
/// does, so that what `suite` makes of them is seen.
fn pytest(hooks: &str, status: i32) -> String {
    format!(
        "import exuvia.outcomes as plugin\nplugin.pytest_addoption()\n{hooks}\nraise SystemExit({status})\n"
    )
}

#[test]
fn tests_that_do_not_run_with_the_twins_are_no_comparison() {
    let scene = scene(DIVIDE, DIVIDE, CALLS);
    for (status, what) in [
        (5, "it runs no test"),
        (4, "pytest does not understand the command"),
        (2, "its tests cannot be collected, or it was interrupted"),
        (0, "it runs no test"),
    ] {
        let error = scene
            .suite(
                &["python", "-c", &pytest("print('no tests ran')", status)],
                60,
            )
            .unwrap_err();
        let said = error.to_string();
        assert!(matches!(error, CheckError::NoTests { .. }), "{said}");
        let end = format!("with the Python twins {what} (status {status}): no tests ran");
        assert!(said.ends_with(&end), "{said}");
        assert!(error.hint().unwrap().contains("EXUVIA_PURE=1"));
    }
    let collected = "print(\"E   ModuleNotFoundError: No module named 'x'\\nERROR test_x.py\\n1 error in 0.1s\")";
    let error = scene
        .suite(&["python", "-c", &pytest(collected, 2)], 60)
        .unwrap_err();
    let said = error.to_string();
    assert!(
        said.ends_with("ERROR test_x.py: ModuleNotFoundError: No module named 'x'"),
        "{said}"
    );
}

#[test]
fn a_test_that_takes_the_process_down_is_named() {
    let port = "def f(one, other):\n    os._exit(3)\n";
    let scene = scene(DIVIDE, port, CALLS);
    let hooks = "\
from pkg import f
for name in 'one', 'two':
    plugin.pytest_runtest_logstart(name)
    if name == 'one': f(1, 2)
    plugin._outcomes[name] = 'passed'
    plugin.pytest_runtest_logfinish(name)
";
    let report = scene
        .suite(&["python", "-c", &pytest(hooks, 0)], 60)
        .unwrap();
    assert!(!report.same);
    assert_eq!(
        report.differences,
        [
            ["one", "passed", "unfinished"],
            ["two", "passed", "not run"]
        ]
        .map(|row| row.map(str::to_owned))
    );
}

#[test]
fn calls_that_the_port_hands_to_its_twin_are_counted() {
    let port = "def f(one, other):\n    return one // other if one < 5 and other == 3 else _exuvia_twins['f'](one, other)\n";
    let result = scene(DIVIDE, port, CALLS).replay().unwrap();
    assert_eq!(
        (result.recorded, result.equal, result.handed_over),
        (20, 20, 15)
    );
    assert!(
        result.generated_handed_over > 0 && result.generated_handed_over <= result.generated,
        "{result:?}"
    );
}

#[test]
fn differences_of_one_kind_are_told_once_by_the_shortest_recorded_call() {
    let port = "def f(one, other):\n    if one == 33: raise TypeError('three')\n    return 99\n";
    let calls = "for i in 1234567, 9, 123, 33:\n    f(i, 2)\n";
    let result = scene(DIVIDE, port, calls).replay().unwrap();
    let recorded: Vec<_> = result
        .differences
        .iter()
        .filter(|one| !one.generated)
        .map(|one| (one.call.as_str(), one.what.as_str()))
        .collect();
    assert_eq!(recorded, [("f(9, 2)", "result"), ("f(33, 2)", "exception")]);
    let result_kind = result.differences.iter().find(|one| one.call == "f(9, 2)");
    assert!(result_kind.unwrap().alike >= 2, "{result:?}");
    assert!(
        result
            .differences
            .iter()
            .map(|one| 1 + one.alike)
            .sum::<u64>()
            == result.different
    );
}
