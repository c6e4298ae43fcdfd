//! `exuvia new`.

use std::path::Path;

use exuvia_wheel::Kind;
use exuvia_wheel::new::new;

use crate::args::{KindChoice, NewArgs};
use crate::failure::{Failure, Outcome};
use crate::terminal::{GOOD, print_text};

pub(super) fn run(args: &NewArgs) -> Result<Outcome, Failure> {
    let kind = match args.kind {
        KindChoice::Cffi => Kind::Cffi,
        KindChoice::Extension => Kind::Extension,
    };
    let folder = new(Path::new(""), &args.name, kind)?;
    let what = match kind {
        Kind::Cffi => "a C library whose contract is include/api.h, and a Python package over it",
        Kind::Extension => "a Python package with an extension module in Rust",
    };
    print_text(&format!(
        "{GOOD}started{GOOD:#}   {name}: {what}\n\
         next:     cd {folder}\n          \
         python3 -m venv .venv && . .venv/bin/activate && pip install {packages}\n          \
         pytest\n",
        name = args.name,
        folder = folder.display(),
        packages = kind.packages(),
    ))?;
    Ok(Outcome::Done)
}
