//! `exuvia build`.

use std::fmt::Write;

use exuvia_wheel::WheelProject;
use exuvia_wheel::build::{BuildOptions, build};

use crate::args::{BuildArgs, Global};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::terminal::{GOOD, print_text};

pub(super) fn run(global: &Global, args: BuildArgs) -> Result<Outcome, Failure> {
    let mut session = Session::open(global)?;
    let project = WheelProject::of(&session.project)?;
    let options = BuildOptions {
        debug: args.debug,
        out: args.out,
    };
    let wheels = build(
        &project,
        &session.interpreter,
        &options,
        &mut session.progress,
    )?;
    let mut text = String::new();
    for wheel in wheels {
        _ = writeln!(text, "{GOOD}built{GOOD:#}     {}", wheel.display());
    }
    print_text(&text)?;
    Ok(Outcome::Done)
}
