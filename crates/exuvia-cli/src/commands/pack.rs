//! `exuvia pack`.

use std::fmt::Write;

use exuvia_pack::{Application, Error, Libpython, Packed, Request, Stage, pack};
use exuvia_port::{Interpreter, Progress};

use crate::args::{Global, LibpythonChoice, PackArgs};
use crate::failure::{Failure, Outcome};
use crate::table::duration;
use crate::terminal::{Bar, DIM, GOOD, WARN, print_text};

pub(super) fn run(global: &Global, args: PackArgs) -> Result<Outcome, Failure> {
    let application = match (args.script, args.module, args.entry) {
        (Some(script), _, _) => Application::Script(script),
        (_, Some(module), _) => Application::Module(module),
        (_, _, Some(entry)) => Application::Entry(entry),
        (None, None, None) => {
            return Err(Failure::new("nothing to pack was named")
                .hint("name a script, as in `exuvia pack app.py`, a module with `-m MODULE`, or an installed command with `--entry NAME`"));
        }
    };
    let request = Request {
        application,
        output: args.output,
        python: Interpreter::find(global.python.as_deref())?
            .executable()
            .to_owned(),
        libpython: match args.libpython {
            LibpythonChoice::Auto => Libpython::Auto,
            LibpythonChoice::Static => Libpython::Static,
            LibpythonChoice::Shared => Libpython::Shared,
        },
        include: args.include,
        all: args.all,
    };
    let mut progress = Bar::default();
    let packed = pack(&request, &mut |stage| progress.start(step(stage), None));
    progress.finish();
    print_text(&words(&packed.map_err(failure)?))?;
    Ok(Outcome::Done)
}

fn step(stage: Stage) -> &'static str {
    match stage {
        Stage::Inspecting => "reading what the application needs",
        Stage::Linking => "making the launcher",
        Stage::Compiling => "compiling modules",
        Stage::Writing => "writing the file",
    }
}

fn failure(error: Error) -> Failure {
    let failure = Failure::new(format_args!("cannot pack the application: {error}"));
    match error.hint() {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn words(packed: &Packed) -> String {
    let mut text = String::new();
    let size = packed.size as f64 / 1e6;
    let how = match packed.libpython {
        Libpython::Shared => "carried",
        Libpython::Static | Libpython::Auto => "linked in",
    };
    // Writing to a string cannot fail.
    _ = writeln!(
        text,
        "{GOOD}packed{GOOD:#}  {}: {size:.1} MB in {}",
        packed.path.display(),
        duration(packed.time.as_secs_f64())
    );
    _ = writeln!(
        text,
        "        CPython {} {how}, {} modules",
        packed.python, packed.modules
    );
    if !packed.distributions.is_empty() {
        let names: Vec<_> = packed
            .distributions
            .iter()
            .map(|(name, version)| format!("{name} {version}"))
            .collect();
        _ = writeln!(text, "        with {}", names.join(", "));
    }
    if !packed.left_out.is_empty() {
        let names = packed.left_out.join(", ");
        _ = writeln!(
            text,
            "{DIM}        without {names}, which nothing in it refers to (--include takes one along){DIM:#}"
        );
    }
    for note in &packed.notes {
        _ = writeln!(text, "{WARN}note{WARN:#}    {note}");
    }
    text
}
