//! `exuvia status`.

use std::fmt::Write;

use exuvia_port::status::{State, StatusReport, status};

use crate::args::{Global, StatusArgs};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::terminal::{DIM, GOOD, WARN, print_json, print_text};

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
    let mut text = String::new();
    for function in &report.functions {
        let name = &function.name;
        let (style, state) = match function.state {
            State::Ported => (GOOD, "ported"),
            State::Draft => (WARN, "draft"),
            State::NotBuilt => (WARN, "not-built"),
            State::Drifted => (WARN, "drifted"),
            State::Unwired => (WARN, "unwired"),
            State::Orphaned => (WARN, "orphaned"),
        };
        _ = writeln!(text, "{style}{state:<10}{style:#} {name}");
        let next = match function.state {
            State::Ported => continue,
            State::Draft => format!(
                "write its Rust in {}, then exuvia develop",
                function.rust_file.display()
            ),
            State::NotBuilt => "exuvia develop".to_owned(),
            State::Drifted if function.edited => format!(
                "its Python changed: compare it with the Rust in {}, then exuvia port --accept {name}",
                function.rust_file.display()
            ),
            State::Drifted => {
                format!("its Python changed: draft it again by exuvia port {name} -- COMMAND")
            }
            State::Unwired => format!(
                "use it again by exuvia port {name} -- COMMAND, or delete it by exuvia port --remove --force {name}"
            ),
            State::Orphaned => format!(
                "its Python is gone: put it back, or delete the Rust by exuvia port --remove --force {name}"
            ),
        };
        _ = writeln!(text, "           {DIM}{next}{DIM:#}");
    }
    text
}
