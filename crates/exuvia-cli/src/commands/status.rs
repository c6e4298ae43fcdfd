//! `exuvia status`.

use exuvia_port::status::{State, StatusReport, status};

use crate::args::{Global, StatusArgs};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::terminal::{GOOD, WARN, print_json, print_text};

pub(super) fn run(global: &Global, args: &StatusArgs) -> Result<Outcome, Failure> {
    let session = Session::open(global)?;
    let report = status(&session.project, &session.interpreter)?;
    if args.json {
        print_json(&report)?;
    } else {
        print_text(&words(&report))?;
    }
    Ok(Outcome::Done)
}

fn words(report: &StatusReport) -> String {
    if report.functions.is_empty() {
        return "No function is ported. Port one: exuvia port MODULE:FUNCTION -- COMMAND\n"
            .to_owned();
    }
    let lines = report.functions.iter().map(|function| {
        let (style, state) = match function.state {
            State::Ported => (GOOD, "ported"),
            State::Draft => (WARN, "draft"),
            State::NotBuilt => (WARN, "not-built"),
            State::Drifted => (WARN, "drifted"),
            State::Unwired => (WARN, "unwired"),
            State::Orphaned => (WARN, "orphaned"),
        };
        format!("{style}{state:<10}{style:#} {}\n", function.name)
    });
    lines.collect()
}
