//! One file for each subcommand: asks the library, and puts its answer into words.

mod bench;
mod build;
mod check;
mod contents;
mod develop;
mod new;
mod pack;
mod port;
mod scan;
mod status;

use crate::args::{Args, Command};
use crate::failure::{Failure, Outcome};

/// Runs the subcommand that was asked for.
pub(crate) fn run(args: Args) -> Result<Outcome, Failure> {
    let global = args.global;
    match args.command {
        Command::New(args) => new::run(&args),
        Command::Scan(args) => scan::run(&global, args),
        Command::Port(args) => port::run(&global, args),
        Command::Develop(args) => develop::run(&global, &args),
        Command::Build(args) => build::run(&global, args),
        Command::Check(args) => check::run(&global, args),
        Command::Bench(args) => bench::run(&global, args),
        Command::Status(args) => status::run(&global, &args),
        Command::Pack(args) => pack::run(&global, *args),
    }
}
