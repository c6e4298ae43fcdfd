//! Runs the project's own tests with the twins and with the ports.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::{env, fs};

use super::{CheckError, SuiteReport, SuiteRun};
use crate::python_side::PythonSide;
use crate::user_command::{self, Show};
use crate::{Interpreter, Progress, Project};

/// How every test ended, by its name; empty where the runner is not pytest.
type Outcomes = BTreeMap<String, String>;

/// Runs `command` once with `EXUVIA_PURE=1` and once without, and compares the two.
pub(super) fn run(
    project: &Project,
    interpreter: &Interpreter,
    side: &PythonSide,
    command: &[OsString],
    progress: &mut dyn Progress,
) -> Result<SuiteReport, CheckError> {
    let typed = user_command::typed(command);
    let once = |pure: bool, progress: &mut dyn Progress| {
        let with = if pure { "Python" } else { "Rust" };
        progress.start(&format!("{typed} with {with}"), None);
        let run = run_once(project, interpreter, side, command, pure);
        progress.finish();
        run
    };
    let (twin, twin_outcomes) = once(true, progress)?;
    let (port, port_outcomes) = once(false, progress)?;
    let differences = compare(&twin_outcomes, &port_outcomes);
    let same = differences.is_empty() && twin.status == port.status && twin.tests == port.tests;
    Ok(SuiteReport {
        command: user_command::words(command),
        twin,
        port,
        same,
        differences,
    })
}

fn run_once(
    project: &Project,
    interpreter: &Interpreter,
    side: &PythonSide,
    command: &[OsString],
    pure: bool,
) -> Result<(SuiteRun, Outcomes), CheckError> {
    let folder = tempfile::Builder::new()
        .prefix("exuvia-suite-")
        .tempdir()
        .map_err(CheckError::Folder)?;
    let options = env::var("PYTEST_ADDOPTS").unwrap_or_default();
    let options = format!("{options} -p exuvia.outcomes");
    let variables = [
        ("EXUVIA_PURE", pure.then_some(OsStr::new("1"))),
        ("EXUVIA_OUTCOMES", Some(folder.path().as_os_str())),
        ("PYTEST_ADDOPTS", Some(OsStr::new(options.trim()))),
    ];
    let finished = user_command::run(
        project,
        interpreter,
        command,
        &variables,
        side.folder(),
        Show::No,
    )
    .map_err(CheckError::Suite)?;
    let outcomes = load(folder.path());
    let last = |text: &str| {
        text.lines()
            .rfind(|line| !line.trim().is_empty())
            .map(|line| line.trim().to_owned())
    };
    let (summary, tests) = if outcomes.is_empty() {
        let said = last(&finished.output).or_else(|| last(&finished.errors));
        (said.unwrap_or_else(|| finished.status.to_string()), None)
    } else {
        (summary(&outcomes), Some(outcomes.len() as u64))
    };
    let status = finished.code();
    Ok((
        SuiteRun {
            status,
            summary,
            tests,
        },
        outcomes,
    ))
}

fn load(folder: &Path) -> Outcomes {
    let mut all = Outcomes::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let text = fs::read(entry.path()).unwrap_or_default();
            all.extend(serde_json::from_slice::<Outcomes>(&text).unwrap_or_default());
        }
    }
    all
}

/// `12 failed, 128 passed, 3 skipped`, what needs looking at first.
fn summary(outcomes: &Outcomes) -> String {
    let counted = ["error", "failed", "passed", "skipped", "xfailed", "xpassed"].map(|outcome| {
        let count = outcomes.values().filter(|value| *value == outcome).count();
        (count > 0).then(|| format!("{count} {outcome}"))
    });
    counted.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn compare(twin: &Outcomes, port: &Outcomes) -> Vec<[String; 3]> {
    let names: BTreeSet<_> = twin.keys().chain(port.keys()).collect();
    let of = |outcomes: &Outcomes, name: &String| {
        outcomes
            .get(name)
            .map_or_else(|| "not run".to_owned(), Clone::clone)
    };
    names
        .into_iter()
        .map(|name| [name.clone(), of(twin, name), of(port, name)])
        .filter(|[_, with_twin, with_port]| with_twin != with_port)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_that_end_differently_or_run_once_only_are_differences() {
        let outcomes = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(name, outcome)| ((*name).to_owned(), (*outcome).to_owned()))
                .collect::<Outcomes>()
        };
        let twin = outcomes(&[("a", "passed"), ("b", "passed"), ("c", "skipped")]);
        let port = outcomes(&[("a", "passed"), ("b", "failed")]);
        let found = compare(&twin, &port);
        assert_eq!(
            found,
            [["b", "passed", "failed"], ["c", "skipped", "not run"]]
                .map(|row| row.map(str::to_owned))
        );
        assert_eq!(summary(&port), "1 failed, 1 passed");
    }
}
