//! `exuvia develop`.

use std::fmt::Write;

use exuvia_port::develop::{DevelopOptions, develop};
use exuvia_wheel::WheelProject;

use crate::args::{DevelopArgs, Global};
use crate::failure::{Failure, Outcome};
use crate::session::Session;
use crate::terminal::{GOOD, WARN, print_text};

pub(super) fn run(global: &Global, args: &DevelopArgs) -> Result<Outcome, Failure> {
    let mut session = Session::open(global)?;
    if let Ok(project) = WheelProject::of(&session.project) {
        return install(&mut session, &project, args.debug);
    }
    let options = DevelopOptions { debug: args.debug };
    let report = develop(
        &session.project,
        &session.interpreter,
        &options,
        &mut session.progress,
    )?;
    let mut text = String::new();
    for file in &report.files {
        _ = writeln!(
            text,
            "{GOOD}built{GOOD:#}     {}: {}",
            report.module,
            file.display()
        );
    }
    if let Some(copy) = &report.outdated_copy {
        _ = writeln!(
            text,
            "{WARN}outdated{WARN:#}  {} was installed before the functions were ported and does not use them\n          \
             install the project again: {} -m pip install .",
            copy.display(),
            session.interpreter.executable().display()
        );
    }
    print_text(&text)?;
    Ok(Outcome::Done)
}

/// Installs a project that maturin builds itself.
fn install(session: &mut Session, project: &WheelProject, debug: bool) -> Result<Outcome, Failure> {
    let (interpreter, progress) = (&session.interpreter, &mut session.progress);
    exuvia_wheel::develop::develop(project, interpreter, debug, progress)?;
    print_text(&format!(
        "{GOOD}installed{GOOD:#} {} in {}\n",
        session.project.name().unwrap_or("the project"),
        session.interpreter.prefix().display()
    ))?;
    Ok(Outcome::Done)
}
