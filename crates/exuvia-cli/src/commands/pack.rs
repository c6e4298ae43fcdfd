//! `exuvia pack`.

mod explain;
mod licenses;
mod request;
mod words;

use std::path::Path;

use exuvia_pack::{Error, Settings, SettingsError, Stage, pack};
use exuvia_port::Progress;

use super::contents;
use crate::args::{Global, PackArgs};
use crate::failure::{Failure, Outcome};
use crate::terminal::{Bar, print_json, print_note, print_text};

pub(super) fn run(global: &Global, args: PackArgs) -> Result<Outcome, Failure> {
    match (&args.inspect, &args.verify, &args.extract) {
        (Some(file), _, _) => return contents::run_inspect(file, args.json),
        (_, Some(file), _) => return contents::run_verify(file),
        (_, _, Some(file)) => return contents::run_extract(file, args.output),
        (None, None, None) => {}
    }
    let settings = Settings::read(Path::new("")).map_err(wrong_settings)?;
    let (as_json, is_explained) = (args.json, args.explain);
    let (request, licenses) = request::request(global, args, settings.unwrap_or_default())?;
    if let Some(path) = &licenses {
        licenses::check(path, &request.path())?;
    }
    let mut progress = Bar::default();
    let mut is_told = false;
    let packed = pack(&request, &mut |stage| {
        // Who reads a log would take so long a silence for a fault.
        if stage == Stage::Building && !std::mem::replace(&mut is_told, true) {
            progress.finish();
            print_note(
                "building the launcher with cargo, once for each version of Python: this takes a minute or more",
            );
        }
        progress.start(step(stage), None);
    });
    progress.finish();
    let packed = packed.map_err(failure)?;
    if let Some(path) = &licenses {
        licenses::write(&packed, path)?;
    }
    if as_json {
        print_json(&words::document(&packed))?;
    } else {
        let mut text = words::text(&packed);
        if is_explained {
            text.push_str(&explain::words(&packed.explanation));
        }
        print_text(&text)?;
    }
    Ok(Outcome::Done)
}

fn step(stage: Stage) -> &'static str {
    match stage {
        Stage::Trying => "running the application once",
        Stage::Inspecting => "reading what the application needs",
        Stage::Linking => "making the launcher",
        Stage::Building => "building the launcher",
        Stage::Compiling => "compiling modules",
        Stage::Writing => "writing the file",
    }
}

fn wrong_settings(error: SettingsError) -> Failure {
    Failure::new(&error).hint(error.hint())
}

fn failure(error: Error) -> Failure {
    let failure = Failure::new(format_args!("cannot pack the application: {error}"));
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}
