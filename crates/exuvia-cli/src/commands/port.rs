//! `exuvia port`.

use std::fmt::Write;

use exuvia_port::port::{Action, PortOptions, PortReport, RemoveReport, port, remove};
use exuvia_port::record::RecordOptions;

use crate::args::{Global, PortArgs};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::table::count;
use crate::terminal::{GOOD, WARN, print_text};

pub(super) fn run(global: &Global, args: PortArgs) -> Result<Outcome, Failure> {
    let mut session = Session::open(global)?;
    let text = if args.remove {
        removed(&remove(&session.project, &args.functions, args.force)?)
    } else {
        let record = RecordOptions { calls: args.calls };
        let options = PortOptions {
            functions: args.functions,
            command: args.command,
            record,
        };
        ported(&port(
            &session.project,
            &session.interpreter,
            &options,
            &mut session.progress,
        )?)
    };
    print_text(&text)?;
    Ok(Outcome::Done)
}

fn ported(report: &PortReport) -> String {
    let mut text = String::new();
    for entry in &report.functions {
        let recorded = &entry.recorded;
        let (style, word) = match entry.action {
            Action::Drafted => (GOOD, "drafted"),
            Action::Redrafted => (GOOD, "redrafted"),
            Action::Kept => (GOOD, "kept"),
            Action::KeptForChangedPython => (WARN, "kept"),
        };
        _ = writeln!(
            text,
            "{style}{word:<9}{style:#} {} in {}",
            recorded.name,
            entry.rust_file.display()
        );
        _ = write!(
            text,
            "          {} of {} calls recorded",
            count(recorded.recorded),
            count(recorded.calls)
        );
        _ = match recorded.unpicklable {
            0 => writeln!(text),
            unpicklable => writeln!(
                text,
                ", {WARN}{} cannot be pickled{WARN:#}",
                count(unpicklable)
            ),
        };
        if entry.action == Action::KeptForChangedPython {
            text.push_str(
                "          the Python changed since the Rust was written: compare the two\n",
            );
        }
    }
    if !report.written.is_empty() {
        let files: Vec<_> = report
            .written
            .iter()
            .map(|file| file.display().to_string())
            .collect();
        _ = writeln!(text, "wrote     {}", files.join(", "));
    }
    text.push_str("Next: write the Rust where the draft says so, then exuvia develop, exuvia check, exuvia bench\n");
    text
}

fn removed(report: &RemoveReport) -> String {
    if report.removed.is_empty() {
        return "No function is ported.\n".to_owned();
    }
    let mut text = String::new();
    for name in &report.removed {
        _ = writeln!(text, "{GOOD}removed{GOOD:#}   {name}");
        if report.kept.contains(name) {
            text.push_str(
                "          its Rust was edited and is kept in rust/; --force deletes it\n",
            );
        }
    }
    if !report.crate_deleted && report.kept.is_empty() {
        text.push_str("rust/ is kept: it holds other ports, or files that `exuvia port` did not write; --force deletes it\n");
    }
    text
}
