//! `exuvia check`.

use std::ffi::OsString;
use std::fmt::Write;
use std::time::Duration;

use exuvia_port::check::{CheckOptions, CheckReport, check};

use crate::args::{CheckArgs, Global};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::table::count;
use crate::terminal::{DIM, ERROR, GOOD, WARN, print_json, print_text};

pub(super) fn run(global: &Global, args: CheckArgs) -> Result<Outcome, Failure> {
    let suite = args.suite.as_deref().map(words_of).transpose()?;
    let mut session = Session::open(global)?;
    session.refuse_stale(&args.functions)?;
    let options = CheckOptions {
        functions: args.functions,
        suite,
        time_limit: Duration::from_secs(args.time_limit),
    };
    let report = check(
        &session.project,
        &session.interpreter,
        &options,
        &mut session.progress,
    )?;
    if args.json {
        print_json(&report)?;
    } else {
        print_text(&words(&report))?;
    }
    Ok(if report.is_equal() {
        Outcome::Done
    } else {
        Outcome::Different
    })
}

/// The suite's command as a shell would split it.
fn words_of(suite: &str) -> Result<Vec<OsString>, Failure> {
    let words = shlex::split(suite).filter(|words| !words.is_empty());
    let words = words.ok_or_else(|| {
        Failure::new(format_args!("cannot read the test command: {suite:?}"))
            .hint("give it in one argument with its quotes closed: --suite 'pytest -q'")
    })?;
    Ok(words.into_iter().map(OsString::from).collect())
}

fn words(report: &CheckReport) -> String {
    let mut text = String::new();
    for function in &report.functions {
        let same = function.differences.is_empty() && function.equal == function.recorded;
        let (style, verdict) = if same {
            (GOOD, "equal  ")
        } else {
            (ERROR, "differs")
        };
        _ = write!(
            text,
            "{style}{verdict}{style:#} {}: {} of {} recorded calls",
            function.name,
            count(function.equal),
            count(function.recorded)
        );
        if function.generated > 0 {
            _ = write!(
                text,
                ", {} of {} variations of them",
                count(function.generated_equal),
                count(function.generated)
            );
        }
        text.push('\n');
        if !function.deterministic {
            _ = writeln!(
                text,
                "        {WARN}the Python twin does not do the same twice{WARN:#}"
            );
        }
        for difference in &function.differences {
            _ = writeln!(text, "        call    {}", difference.call);
            _ = writeln!(text, "        {DIM}{}{DIM:#}", difference.what);
            _ = writeln!(text, "        Python  {}", difference.python);
            _ = writeln!(text, "        Rust    {}", difference.rust);
        }
    }
    if let Some(suite) = &report.suite {
        let command = shlex::try_join(suite.command.iter().map(String::as_str)).unwrap_or_default();
        _ = if suite.same {
            writeln!(
                text,
                "{GOOD}same{GOOD:#}    {command}: {} with both",
                suite.port.summary
            )
        } else {
            writeln!(
                text,
                "{ERROR}differs{ERROR:#} {command}\n        Python  {} (status {})\n        Rust    {} (status {})",
                suite.twin.summary, suite.twin.status, suite.port.summary, suite.port.status
            )
        };
    }
    text
}
