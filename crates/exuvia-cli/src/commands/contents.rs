//! `exuvia pack --inspect`, `--extract` and `--verify`: from a packed file to what is in it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use exuvia_pack::{Contents, InspectError, Libpython, extract, inspect, verify};

use crate::failure::{Failure, Outcome};
use crate::table::{Align, Table, count};
use crate::terminal::{DIM, GOOD, print_failure, print_json, print_text};

/// How many files are shown to a person.
const SHOWN: usize = 20;

pub(super) fn run_inspect(path: &Path, json: bool) -> Result<Outcome, Failure> {
    answer(inspect(path), |contents| {
        if json {
            print_json(&contents)
        } else {
            print_text(&words(&contents))
        }
    })
}

pub(super) fn run_verify(path: &Path) -> Result<Outcome, Failure> {
    answer(verify(path), |verified| {
        print_text(&format!(
            "{GOOD}whole{GOOD:#}   {}: {}, {} modules, {} files\n        SHA-256 {}\n",
            path.display(),
            megabytes(verified.size),
            count(verified.modules.into()),
            count(verified.files.into()),
            verified.sha256
        ))
    })
}

pub(super) fn run_extract(path: &Path, folder: Option<PathBuf>) -> Result<Outcome, Failure> {
    let folder = match folder {
        Some(folder) => folder,
        None => {
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push(".contents");
            PathBuf::from(name)
        }
    };
    answer(extract(path, &folder), |extracted| {
        print_text(&format!(
            "{GOOD}wrote{GOOD:#}   {} files, {}, to {}\n",
            count(extracted.files.into()),
            megabytes(extracted.size),
            extracted.folder.display()
        ))
    })
}

/// Tells an answer, or why there is none: a damaged file is what one asks about, all else is wrong use.
fn answer<T>(
    result: Result<T, InspectError>,
    tell: impl FnOnce(T) -> Result<(), Failure>,
) -> Result<Outcome, Failure> {
    match result {
        Ok(answer) => tell(answer).map(|()| Outcome::Done),
        Err(error) => {
            let failure = Failure::new(&error).hint(error.hint());
            if error.is_damage() {
                print_failure(&failure);
                Ok(Outcome::Different)
            } else {
                Err(failure)
            }
        }
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn words(contents: &Contents) -> String {
    let mut text = String::new();
    let how = match contents.libpython {
        Libpython::Shared => "carried",
        Libpython::Static | Libpython::Auto => "linked in",
    };
    // Writing to a string cannot fail, here and below.
    _ = writeln!(
        text,
        "{}: {}, {} of it the program at its front, format version {}",
        contents.path.display(),
        megabytes(contents.size),
        megabytes(contents.program),
        contents.format
    );
    let distributions = contents.distributions.iter();
    let distributions: Vec<_> = distributions
        .map(|each| format!("{} {}", each.name, each.version))
        .collect();
    for (what, value) in [
        ("starts", contents.application.clone()),
        (
            "on",
            format!(
                "CPython {}, {how}, for {}",
                contents.python, contents.machine
            ),
        ),
        ("with", distributions.join(", ")),
        ("SHA-256", contents.sha256.clone()),
    ] {
        if !value.is_empty() {
            _ = writeln!(text, "{what:7}  {value}");
        }
    }
    let mut table = Table::new(&[
        ("takes", Align::Right),
        ("size", Align::Right),
        ("bytecode", Align::Right),
        ("file", Align::Left),
    ]);
    for file in contents.files.iter().take(SHOWN) {
        table.row([
            count(file.stored + file.bytecode),
            count(file.size),
            count(file.bytecode),
            file.path.clone(),
        ]);
    }
    _ = write!(text, "\n{}", table.render());
    let (modules, files) = (contents.modules.len(), contents.files.len());
    _ = writeln!(
        text,
        "{DIM}{} of {} files, {} modules; --json lists all{DIM:#}",
        files.min(SHOWN),
        count(files as u64),
        count(modules as u64)
    );
    text
}
