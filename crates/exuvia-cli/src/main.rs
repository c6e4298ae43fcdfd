/*! The `exuvia` command: arguments in, a library call, words out.

`args` holds what is typed, `usage` what to say where that is wrong, `session` what is meant (the project, the interpreter, the ways to speak), `commands` one file
for each subcommand. Nothing in here knows how a stage works; that is in `exuvia-port` and `exuvia-pack`.
*/

mod args;
mod commands;
mod failure;
mod session;
mod table;
mod terminal;
mod usage;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<_> = std::env::args_os().collect();
    match usage::read(&words).and_then(commands::run) {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            terminal::print_failure(&failure);
            ExitCode::from(2)
        }
    }
}
