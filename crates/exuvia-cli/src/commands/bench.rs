//! `exuvia bench`.

use exuvia_port::bench::{BenchOptions, BenchReport, bench};

use crate::args::{BenchArgs, Global};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::table::{Align, Table, count, duration};
use crate::terminal::{print_json, print_text};

pub(super) fn run(global: &Global, args: BenchArgs) -> Result<Outcome, Failure> {
    let mut session = Session::open(global)?;
    session.refuse_stale(&args.functions)?;
    let options = BenchOptions {
        functions: args.functions,
    };
    let report = bench(
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
    Ok(Outcome::Done)
}

fn words(report: &BenchReport) -> String {
    let mut table = Table::new(&[
        ("function", Align::Left),
        ("calls", Align::Right),
        ("Python", Align::Right),
        ("Rust", Align::Right),
        ("faster", Align::Right),
        ("quartiles", Align::Left),
        ("by Python", Align::Left),
    ]);
    for function in &report.functions {
        let (calls, python) = (count(function.calls), duration(function.twin_seconds));
        // What a draft takes is Python's time and the way there: no figure of Rust.
        let rust = if function.draft {
            ["draft".to_owned(), "–".to_owned(), String::new()]
        } else {
            [
                duration(function.port_seconds),
                format!("{:.1}×", function.ratio),
                format!("{:.1}–{:.1}", function.ratio_low, function.ratio_high),
            ]
        };
        let by_python = match function.handed_over {
            0 => "none".to_owned(),
            all if all == function.calls => "all".to_owned(),
            some => format!("{} of {calls}", count(some)),
        };
        let [seconds, faster, quartiles] = rust;
        table.row([
            function.name.to_string(),
            calls,
            python,
            seconds,
            faster,
            quartiles,
            by_python,
        ]);
    }
    let mut text = table.render();
    text.push_str("Times are for one call, on average over these calls. By Python: calls that the Rust hands to its twin.\n");
    text
}
