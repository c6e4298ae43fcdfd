//! `exuvia check`.

use std::ffi::OsString;
use std::fmt::{self, Write};
use std::time::Duration;

use exuvia_port::check::{CheckOptions, CheckReport, CheckedFunction, check};

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
        _ = function_words(&mut text, function);
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
        for [test, twin, port] in suite.differences.iter().take(MOST_TESTS) {
            _ = writeln!(text, "        {test}: {twin} with Python, {port} with Rust");
        }
        if let more @ 1.. = suite.differences.len().saturating_sub(MOST_TESTS) {
            _ = writeln!(text, "        … {more} more, see --json");
        }
        if suite.same && suite.twin.status != 0 {
            _ = writeln!(
                text,
                "        {WARN}the tests fail with Python too (status {}): what they do not reach is not compared{WARN:#}",
                suite.twin.status
            );
        }
    }
    text
}

/// How many tests that end differently are named.
const MOST_TESTS: usize = 10;

fn function_words(text: &mut String, function: &CheckedFunction) -> fmt::Result {
    let same = function.differences.is_empty() && function.equal == function.recorded;
    let (style, verdict) = match same {
        true if function.draft => (WARN, "draft"),
        true => (GOOD, "equal"),
        false if function.differences.is_empty() => (WARN, "unclear"),
        false => (ERROR, "differs"),
    };
    write!(text, "{style}{verdict:<7}{style:#} {}: ", function.name)?;
    write!(
        text,
        "{} of {} recorded calls{}{}",
        count(function.equal),
        count(function.recorded),
        if same { "" } else { " equal" },
        by_python(function.handed_over, function.recorded)
    )?;
    if function.generated > 0 {
        write!(
            text,
            "; {} of {} varied ones{}",
            count(function.generated_equal),
            count(function.generated),
            by_python(function.generated_handed_over, function.generated)
        )?;
    }
    text.push('\n');
    let mut remark = |remark: &str| writeln!(text, "        {WARN}{remark}{WARN:#}");
    if function.draft {
        remark("its Rust is still to be written: every call is handed to Python")?;
    } else if function.handed_over == function.recorded && function.recorded > 0 {
        remark("the Rust hands every recorded call to Python: nothing of it is used")?;
    }
    if function.drifted {
        remark("the Python changed since the Rust was written: compare the two")?;
    }
    if let Some(unstable) = &function.unstable {
        remark(&format!(
            "the Python twin does not do the same twice: {unstable}"
        ))?;
    }
    if function.unlike_recording > 0 {
        remark(&format!(
            "in {} of the recorded calls Python does not do what it did when they were recorded",
            count(function.unlike_recording)
        ))?;
    }
    for difference in &function.differences {
        let origin = if difference.generated {
            "varied"
        } else {
            "recorded"
        };
        writeln!(text, "        {origin:<8} {}", difference.call)?;
        writeln!(text, "          {DIM}{}{DIM:#}", difference.what)?;
        writeln!(text, "          Python  {}", difference.python)?;
        writeln!(text, "          Rust    {}", difference.rust)?;
        if difference.alike > 0 {
            writeln!(
                text,
                "          {DIM}… {} more like it{DIM:#}",
                count(difference.alike)
            )?;
        }
    }
    Ok(())
}

/// How many of the calls the port handed over, where it did.
fn by_python(handed_over: u64, calls: u64) -> String {
    match handed_over {
        0 => String::new(),
        _ if handed_over == calls => ", all of them by Python".to_owned(),
        _ => format!(", {} of them by Python", count(handed_over)),
    }
}

#[cfg(test)]
mod tests {
    use exuvia_port::check::Difference;

    use super::*;

    fn function() -> CheckedFunction {
        CheckedFunction {
            name: "app:f".parse().unwrap(),
            recorded: 939,
            equal: 939,
            handed_over: 0,
            generated: 200,
            generated_equal: 200,
            generated_handed_over: 31,
            draft: false,
            drifted: false,
            deterministic: true,
            unstable: None,
            unlike_recording: 0,
            different: 0,
            differences: Vec::new(),
        }
    }

    fn shown(function: CheckedFunction) -> String {
        let report = CheckReport {
            functions: vec![function],
            suite: None,
        };
        anstream::adapter::strip_str(&words(&report)).to_string()
    }

    #[test]
    fn calls_done_by_python_are_told() {
        insta::assert_snapshot!(shown(function()), @"equal   app:f: 939 of 939 recorded calls; 200 of 200 varied ones, 31 of them by Python");
        let some = CheckedFunction {
            handed_over: 470,
            ..function()
        };
        insta::assert_snapshot!(shown(some), @"equal   app:f: 939 of 939 recorded calls, 470 of them by Python; 200 of 200 varied ones, 31 of them by Python");
        let draft = CheckedFunction {
            handed_over: 939,
            generated: 0,
            draft: true,
            drifted: true,
            ..function()
        };
        insta::assert_snapshot!(shown(draft), @r"
        draft   app:f: 939 of 939 recorded calls, all of them by Python
                its Rust is still to be written: every call is handed to Python
                the Python changed since the Rust was written: compare the two
        ");
    }

    #[test]
    fn a_difference_says_where_its_call_comes_from() {
        let difference: Difference = serde_json::from_str(
            r#"{"call": "f(-1)", "what": "result", "python": "1", "rust": "2", "generated": true, "alike": 9}"#,
        )
        .unwrap();
        let differs = CheckedFunction {
            generated_equal: 190,
            generated_handed_over: 0,
            different: 10,
            differences: vec![difference],
            ..function()
        };
        insta::assert_snapshot!(shown(differs), @r"
        differs app:f: 939 of 939 recorded calls equal; 190 of 200 varied ones
                varied   f(-1)
                  result
                  Python  1
                  Rust    2
                  … 9 more like it
        ");
    }
}
