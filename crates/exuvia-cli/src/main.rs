/*! The `exuvia` command: arguments in, a library call, words out.

`args` holds what is typed, `session` what is meant (the project, the interpreter, the ways to speak), `commands` one file
for each subcommand. Nothing in here knows how a stage works; that is in `exuvia-port` and `exuvia-pack`.
*/

mod args;
mod commands;
mod failure;
mod session;
mod table;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match commands::run(args) {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            terminal::print_failure(&failure);
            ExitCode::from(2)
        }
    }
}
