//! `exuvia scan`.

use std::fmt::Write;

use exuvia_port::scan::{Origin, ScanReport, ScannedFunction, scan};

use crate::args::{Global, ScanArgs};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::table::{Align, Table, count, duration, rounded};
use crate::terminal::{print_json, print_text};

/// How many functions the table has where nobody says.
const ROWS: usize = 20;

pub(super) fn run(global: &Global, args: ScanArgs) -> Result<Outcome, Failure> {
    let mut session = Session::open(global)?;
    let mut report = scan(
        &session.project,
        &session.interpreter,
        &args.command,
        &mut session.progress,
    )?;
    let failure = report.failure.take();
    if args.json {
        report.functions.truncate(args.top.unwrap_or(usize::MAX));
        print_json(&report)?;
    } else {
        print_text(&words(&report, args.top.unwrap_or(ROWS)))?;
    }
    match failure {
        None => Ok(Outcome::Done),
        Some(failure) => Err(Failure::new(failure).hint(
            "the profile is that of the run as far as it went; make the command succeed by itself for one of the whole",
        )),
    }
}

fn words(report: &ScanReport, rows: usize) -> String {
    // The standard library is much the same for every program, and none of it can move: it would crowd out what matters.
    let (library, others): (Vec<_>, Vec<_>) = report.functions.iter().partition(|function| {
        matches!(function.origin, Origin::StandardLibrary | Origin::Generated)
    });
    let (shown, rest) = others.split_at(rows.min(others.len()));
    let mut text = String::new();
    if shown.is_empty() {
        text.push_str("No function of the project ran long enough to be seen.\n");
    } else {
        text.push_str(&table(shown));
    }
    text.push('\n');
    for (functions, which, what) in [
        (rest, "more ", " (--top N shows more)"),
        (&library, "", " of the standard library or made by it"),
    ] {
        if !functions.is_empty() {
            let noun = if functions.len() == 1 {
                "function"
            } else {
                "functions"
            };
            _ = writeln!(
                text,
                "Not shown: {} {which}{noun}{what}, {} of the time",
                count(functions.len() as u64),
                percent(share(functions)),
            );
        }
    }
    if shown.iter().any(|function| function.estimated) {
        text.push_str(
            "~ estimated from a part of the run: of the right order, no more. To count every call would slow the command too much\n",
        );
    }
    if shown
        .iter()
        .any(|function| function.builtin_seconds.is_none())
    {
        text.push_str("? unknown: seen running, but hardly while its calls were watched\n");
    }
    let portable: Vec<_> = others
        .into_iter()
        .filter(|function| function.portable)
        .collect();
    // What is called once is a main program more often than a kernel, and one call is little to check a port by.
    let next = portable
        .iter()
        .find(|function| function.calls > 1)
        .or(portable.first());
    if let Some(next) = next {
        let command =
            shlex::try_join(report.command.iter().map(String::as_str)).unwrap_or_default();
        _ = writeln!(
            text,
            "\nThose that can move take {} of the time. Next: exuvia port {} -- {command}",
            percent(share(&portable)),
            next.name
        );
    }
    text
}

fn table(functions: &[&ScannedFunction]) -> String {
    let mut table = Table::new(&[
        ("function", Align::Left),
        ("calls", Align::Right),
        ("own time", Align::Right),
        ("share", Align::Right),
        ("in builtins", Align::Right),
        ("can move", Align::Left),
    ]);
    for function in functions {
        let builtin = function.builtin_seconds.map(|builtin| {
            if function.own_seconds > 0.0 {
                builtin / function.own_seconds
            } else {
                0.0
            }
        });
        table.row([
            function.name.clone(),
            match function.estimated {
                true => format!("~{}", count(rounded(function.calls))),
                false => count(function.calls),
            },
            duration(function.own_seconds),
            percent(function.share),
            builtin.map_or_else(|| "?".to_owned(), percent),
            match &function.reason {
                None => "yes".to_owned(),
                Some(reason) => format!("no: {reason}"),
            },
        ]);
    }
    table.render()
}

fn share(functions: &[&ScannedFunction]) -> f64 {
    functions.iter().map(|function| function.share).sum()
}

fn percent(part: f64) -> String {
    format!("{:.1}%", part * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(name: &str, origin: Origin, calls: u64, share: f64) -> ScannedFunction {
        let portable = origin == Origin::Project;
        ScannedFunction {
            name: name.to_owned(),
            file: "app.py".to_owned(),
            line: 1,
            origin,
            calls,
            estimated: calls > 1000,
            own_seconds: share,
            builtin_seconds: (calls != 2).then_some(share / 4.0),
            share,
            portable,
            reason: (!portable).then(|| "not in this project".to_owned()),
        }
    }

    fn report(functions: Vec<ScannedFunction>) -> ScanReport {
        ScanReport {
            command: vec!["python".to_owned(), "a b.py".to_owned()],
            status: 0,
            failure: None,
            python: "3.11.7".to_owned(),
            seconds: 1.0,
            processes: 1,
            estimated: true,
            functions,
        }
    }

    fn plain(report: &ScanReport, rows: usize) -> String {
        anstream::adapter::strip_str(&words(report, rows)).to_string()
    }

    #[test]
    fn the_table_shows_the_projects_functions_and_marks_what_is_not_exact() {
        let report = report(vec![
            function("app:main", Origin::Project, 1, 0.4),
            function("importlib:load", Origin::StandardLibrary, 90, 0.2),
            function("app:leaf", Origin::Project, 12_849, 0.2),
            function("<string>:__init__", Origin::Generated, 7, 0.1),
            function("app:rare", Origin::Project, 2, 0.06),
            function("pkg:read", Origin::Package, 1000, 0.03),
            function("pkg:last", Origin::Package, 5, 0.01),
        ]);
        insta::assert_snapshot!(plain(&report, 4), @r#"
        function    calls  own time  share  in builtins  can move
        app:main        1    400 ms  40.0%        25.0%  yes
        app:leaf  ~13 000    200 ms  20.0%        25.0%  yes
        app:rare        2   60.0 ms   6.0%            ?  yes
        pkg:read    1 000   30.0 ms   3.0%        25.0%  no: not in this project

        Not shown: 1 more function (--top N shows more), 1.0% of the time
        Not shown: 2 functions of the standard library or made by it, 30.0% of the time
        ~ estimated from a part of the run: of the right order, no more. To count every call would slow the command too much
        ? unknown: seen running, but hardly while its calls were watched

        Those that can move take 66.0% of the time. Next: exuvia port app:leaf -- python 'a b.py'
        "#);
    }

    #[test]
    fn what_is_called_once_is_proposed_only_where_nothing_else_is() {
        let report = report(vec![
            function("importlib:load", Origin::StandardLibrary, 1, 0.9),
            function("app:main", Origin::Project, 1, 0.1),
        ]);
        insta::assert_snapshot!(plain(&report, 20), @r#"
        function  calls  own time  share  in builtins  can move
        app:main      1    100 ms  10.0%        25.0%  yes

        Not shown: 1 function of the standard library or made by it, 90.0% of the time

        Those that can move take 10.0% of the time. Next: exuvia port app:main -- python 'a b.py'
        "#);
    }

    #[test]
    fn a_program_without_functions_of_its_own_is_told_so() {
        let report = report(vec![function("site:main", Origin::StandardLibrary, 1, 1.0)]);
        insta::assert_snapshot!(plain(&report, 20), @r#"
        No function of the project ran long enough to be seen.

        Not shown: 1 function of the standard library or made by it, 100.0% of the time
        "#);
    }
}
