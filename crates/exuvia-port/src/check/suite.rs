//! Runs the project's own tests with the twins and with the ports.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use super::{CheckError, SuiteReport, SuiteRun};
use crate::python_side::PythonSide;
use crate::user_command::{self, Finished, Show};
use crate::{Interpreter, Progress, Project};

/// How every test ended, by its name.
type Outcomes = BTreeMap<String, String>;

/// How many times as long as with the twins the tests may take with the ports.
const SLOWER: u32 = 10;

/// The project's own tests.
pub(super) struct Suite<'a> {
    pub(super) project: &'a Project,
    pub(super) interpreter: &'a Interpreter,
    pub(super) side: &'a PythonSide,
    pub(super) command: &'a [OsString],
    /// How much longer the tests may take with the ports than [`SLOWER`] times as long as with the twins.
    pub(super) grace: Duration,
}

/// One run of them.
struct Ran {
    finished: Finished,
    /// How each test ended; nothing where the runner is not pytest.
    outcomes: Option<Outcomes>,
    took: Duration,
}

impl Suite<'_> {
    /// Runs the tests once with `EXUVIA_PURE=1` and once without, and compares the two.
    pub(super) fn run(&self, progress: &mut dyn Progress) -> Result<SuiteReport, CheckError> {
        let typed = user_command::typed(self.command);
        let mut once = |pure: bool, limit| {
            let with = if pure { "Python" } else { "Rust" };
            progress.start(&format!("{typed} with {with}"), None);
            let run = self.once(pure, limit);
            progress.finish();
            run
        };
        let twin = once(true, None)?;
        self.refuse_no_tests(&twin)?;
        let port = once(false, Some(twin.took * SLOWER + self.grace))?;
        let none = Outcomes::new();
        let of = |run: &Ran| run.outcomes.clone().unwrap_or_else(|| none.clone());
        let differences = compare(&of(&twin), &of(&port));
        let (twin, port) = (twin.report(), port.report());
        let same = differences.is_empty() && twin.status == port.status && twin.tests == port.tests;
        Ok(SuiteReport {
            command: user_command::words(self.command),
            twin,
            port,
            same,
            differences,
        })
    }

    fn once(&self, pure: bool, limit: Option<Duration>) -> Result<Ran, CheckError> {
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
        let began = Instant::now();
        let finished = user_command::run_within(
            self.project,
            self.interpreter,
            self.command,
            &variables,
            self.side.folder(),
            Show::No,
            limit,
        )
        .map_err(CheckError::Suite)?;
        Ok(Ran {
            finished,
            outcomes: load(folder.path()),
            took: began.elapsed(),
        })
    }

    /// Tests that were not run, or of which pytest says by its status that not all were, prove nothing.
    fn refuse_no_tests(&self, twin: &Ran) -> Result<(), CheckError> {
        let Some(outcomes) = &twin.outcomes else {
            return Ok(());
        };
        let status = twin.finished.code();
        // "Exit codes", pytest's reference: 0 passed, 1 some failed, and these.
        let what = match status {
            2 => "its tests cannot be collected, or it was interrupted",
            3 => "pytest itself fails",
            4 => "pytest does not understand the command",
            5 => "it runs no test",
            0 | 1 if outcomes.is_empty() => "it runs no test",
            0 | 1 => return Ok(()),
            _ => "pytest does not get to its end",
        };
        Err(CheckError::NoTests {
            command: user_command::typed(self.command),
            what,
            status,
            said: twin
                .error()
                .or_else(|| twin.last_line())
                .unwrap_or_default(),
        })
    }
}

impl Ran {
    fn last_line(&self) -> Option<String> {
        let last = |text: &str| {
            text.lines()
                .rfind(|line| !line.trim().is_empty())
                .map(|line| line.trim().to_owned())
        };
        last(&self.finished.output).or_else(|| last(&self.finished.errors))
    }

    /// What pytest says keeps it from running tests: which file or option, and the exception behind it.
    fn error(&self) -> Option<String> {
        let lines = || {
            let Finished { errors, output, .. } = &self.finished;
            errors.lines().chain(output.lines())
        };
        let error = lines().find(|line| line.starts_with("ERROR"))?.trim();
        let exception = lines().find_map(|line| line.strip_prefix("E  "));
        Some(match exception {
            Some(exception) if !error.contains(exception.trim()) => {
                format!("{error}: {}", exception.trim())
            }
            _ => error.to_owned(),
        })
    }

    fn report(&self) -> SuiteRun {
        let outcomes = self
            .outcomes
            .as_ref()
            .filter(|outcomes| !outcomes.is_empty());
        let summary = match outcomes {
            _ if self.finished.timed_out => {
                format!("not at its end after {} seconds", self.took.as_secs())
            }
            Some(outcomes) => summary(outcomes),
            None => self
                .last_line()
                .unwrap_or_else(|| self.finished.status.to_string()),
        };
        SuiteRun {
            status: self.finished.code(),
            summary,
            tests: outcomes.map(|outcomes| outcomes.len() as u64),
        }
    }
}

/// What the plugin `exuvia.outcomes` wrote; nothing where no pytest loaded it.
fn load(folder: &Path) -> Option<Outcomes> {
    let mut all = None;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let outcomes: &mut Outcomes = all.get_or_insert_default();
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        // The last line of a process that was killed may be cut short.
        outcomes.extend(
            text.lines()
                .filter_map(|line| serde_json::from_str::<(String, String)>(line).ok()),
        );
    }
    all
}

/// `12 failed, 128 passed, 3 skipped`, what needs looking at first.
fn summary(outcomes: &Outcomes) -> String {
    let counted = [
        "unfinished",
        "error",
        "failed",
        "passed",
        "skipped",
        "xfailed",
        "xpassed",
    ]
    .map(|outcome| {
        let count = outcomes.values().filter(|value| *value == outcome).count();
        (count > 0).then(|| format!("{count} {outcome}"))
    });
    counted.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The tests that ended differently, those that were not run at the end: one that never ends keeps the others from running.
fn compare(twin: &Outcomes, port: &Outcomes) -> Vec<[String; 3]> {
    let names: BTreeSet<_> = twin.keys().chain(port.keys()).collect();
    let of = |outcomes: &Outcomes, name: &String| {
        outcomes
            .get(name)
            .map_or_else(|| "not run".to_owned(), Clone::clone)
    };
    let mut differences: Vec<_> = names
        .into_iter()
        .map(|name| [name.clone(), of(twin, name), of(port, name)])
        .filter(|[_, with_twin, with_port]| with_twin != with_port)
        .collect();
    differences.sort_by_key(|[_, _, with_port]| with_port == "not run");
    differences
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
