//! `exuvia port`.

use std::fmt::Write;

use exuvia_port::FunctionName;
use exuvia_port::port::{Action, PortOptions, PortReport, RemoveReport, accept, port, remove};
use exuvia_port::record::{RecordOptions, RecordedFunction};

use crate::args::{Global, PortArgs};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::table::count;
use crate::terminal::{GOOD, WARN, print_text};

pub(super) fn run(global: &Global, args: PortArgs) -> Result<Outcome, Failure> {
    let mut session = Session::open(global)?;
    let text = if args.remove {
        removed(&remove(&session.project, &args.functions, args.force)?)
    } else if args.accept {
        accepted(&accept(&session.project, &args.functions)?)
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
        _ = writeln!(text, "          {}", kept(recorded));
        if entry.action == Action::KeptForChangedPython {
            _ = writeln!(
                text,
                "          the Python changed since the Rust was written: compare the two, then\n          \
                 exuvia port --accept {}",
                recorded.name
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
    text.push_str(&next(report));
    text
}

/// What of the calls was kept, and why not all.
fn kept(recorded: &RecordedFunction) -> String {
    let RecordedFunction {
        calls,
        recorded: kept,
        repeated,
        unpicklable,
        ..
    } = *recorded;
    if kept == calls {
        let calls_word = if calls == 1 { "call" } else { "calls" };
        return format!("{} {calls_word} recorded", count(calls));
    }
    let mut reasons = Vec::new();
    if repeated > 0 {
        let verb = if repeated == 1 { "repeats" } else { "repeat" };
        reasons.push(format!("{} {verb} one of them", count(repeated)));
    }
    if unpicklable > 0 {
        reasons.push(format!(
            "{WARN}{} cannot be pickled{WARN:#}",
            count(unpicklable)
        ));
    }
    if let left_out @ 1.. = calls.saturating_sub(kept + repeated + unpicklable) {
        reasons.push(format!("{} left out for room", count(left_out)));
    }
    let reasons = reasons.join(", ");
    format!("{} kept of {} calls ({reasons})", count(kept), count(calls))
}

/// The commands that come next.
fn next(report: &PortReport) -> String {
    let is = |action| report.functions.iter().any(|entry| entry.action == action);
    let drafts = report
        .functions
        .iter()
        .filter(|entry| matches!(entry.action, Action::Drafted | Action::Redrafted))
        .map(|entry| entry.rust_file.display().to_string());
    let mut files: Vec<_> = drafts.collect();
    files.dedup();
    let then = "exuvia develop, exuvia check, exuvia bench";
    if !files.is_empty() {
        format!(
            "Next: write the Rust where the draft says so in {}, then {then}\n",
            files.join(", ")
        )
    } else if is(Action::KeptForChangedPython) {
        format!("Next: compare the Rust with the Python that changed, then {then}\n")
    } else {
        format!("Next: {then}\n")
    }
}

fn accepted(names: &[FunctionName]) -> String {
    if names.is_empty() {
        return "No function has drifted.\n".to_owned();
    }
    names
        .iter()
        .map(|name| format!("{GOOD}accepted{GOOD:#}  {name}\n"))
        .collect()
}

fn removed(report: &RemoveReport) -> String {
    if report.removed.is_empty() && report.kept.is_empty() {
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
    for name in report
        .kept
        .iter()
        .filter(|name| !report.removed.contains(name))
    {
        _ = writeln!(
            text,
            "{WARN}kept{WARN:#}      {name}: taken out before, its Rust is kept in rust/; --force deletes it"
        );
    }
    if !report.crate_deleted && report.kept.is_empty() && !report.others_left {
        text.push_str(
            "rust/ is kept: it holds what `exuvia port` did not write; --force deletes it\n",
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(calls: u64, kept: u64, repeated: u64, unpicklable: u64) -> RecordedFunction {
        serde_json::from_value(serde_json::json!({
            "name": "app:f", "calls": calls, "recorded": kept, "repeated": repeated, "unpicklable": unpicklable,
            "parameters": {}, "results": [],
        }))
        .unwrap()
    }

    #[test]
    fn what_was_not_kept_is_told_with_the_reason() {
        let said = |calls, most, repeated, unpicklable| {
            let words = kept(&recorded(calls, most, repeated, unpicklable));
            anstream::adapter::strip_str(&words).to_string()
        };
        assert_eq!(said(12, 12, 0, 0), "12 calls recorded");
        assert_eq!(
            said(900, 777, 123, 0),
            "777 kept of 900 calls (123 repeat one of them)"
        );
        assert_eq!(
            said(5000, 1000, 1, 9),
            "1 000 kept of 5 000 calls (1 repeats one of them, 9 cannot be pickled, 3 990 left out for room)"
        );
    }

    #[test]
    fn what_comes_next_depends_on_what_was_done() {
        let entry = |action| exuvia_port::port::PortedEntry {
            action,
            rust_file: "rust/src/app.rs".into(),
            recorded: recorded(1, 1, 0, 0),
        };
        let after = |action| {
            next(&PortReport {
                functions: vec![entry(action)],
                written: Vec::new(),
            })
        };
        assert!(
            after(Action::Drafted)
                .starts_with("Next: write the Rust where the draft says so in rust/src/app.rs")
        );
        assert!(after(Action::Kept).starts_with("Next: exuvia develop"));
        assert!(after(Action::KeptForChangedPython).contains("the Python that changed"));
    }
}
