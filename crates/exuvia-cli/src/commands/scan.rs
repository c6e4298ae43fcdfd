//! `exuvia scan`.

use exuvia_port::scan::{ScanOptions, ScanReport, scan};

use crate::args::{Global, ScanArgs};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::table::{Align, Table, count, duration};
use crate::terminal::{print_json, print_text};

pub(super) fn run(global: &Global, args: ScanArgs) -> Result<Outcome, Failure> {
    let mut session = Session::open(global)?;
    let options = ScanOptions { top: args.top };
    let report = scan(
        &session.project,
        &session.interpreter,
        &args.command,
        &options,
        &mut session.progress,
    )?;
    if args.json {
        print_json(&report)?;
    } else {
        print_text(&words(&report))?;
    }
    Ok(Outcome::Done)
}

fn words(report: &ScanReport) -> String {
    if report.functions.is_empty() {
        return "The command ran no Python function long enough to measure.\n".to_owned();
    }
    let mut table = Table::new(&[
        ("function", Align::Left),
        ("calls", Align::Right),
        ("own time", Align::Right),
        ("share", Align::Right),
        ("in builtins", Align::Right),
        ("can move", Align::Left),
    ]);
    for function in &report.functions {
        let builtin = if function.own_seconds > 0.0 {
            function.builtin_seconds / function.own_seconds
        } else {
            0.0
        };
        table.row([
            function.name.clone(),
            match report.estimated {
                true => format!("~{}", count(function.calls)),
                false => count(function.calls),
            },
            duration(function.own_seconds),
            percent(function.share),
            percent(builtin),
            match &function.reason {
                None => "yes".to_owned(),
                Some(reason) => format!("no: {reason}"),
            },
        ]);
    }
    let mut text = table.render();
    if report.estimated {
        text.push_str(
            "\n~ estimated: counting every call would have slowed the command too much\n",
        );
    }
    let portable: Vec<_> = report
        .functions
        .iter()
        .filter(|function| function.portable)
        .collect();
    if let Some(first) = portable.first() {
        let share: f64 = portable.iter().map(|function| function.share).sum();
        let command =
            shlex::try_join(report.command.iter().map(String::as_str)).unwrap_or_default();
        text.push_str(&format!(
            "\nThose that can move take {} of the time. Next: exuvia port {} -- {command}\n",
            percent(share),
            first.name
        ));
    }
    text
}

fn percent(part: f64) -> String {
    format!("{:.1}%", part * 100.0)
}
