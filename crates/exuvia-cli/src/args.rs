//! The command line as it is typed.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};
use exuvia_port::{Advice, FunctionName};
use exuvia_wheel::ProjectName;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

/// Move a Python application to Rust one function at a time, and ship it as one file.
#[derive(Debug, Parser)]
#[command(
    name = "exuvia",
    version,
    styles = STYLES,
    disable_help_subcommand = true,
    after_help = "\
The road:
  exuvia scan -- python app.py                  where does the time go?
  exuvia port app:slow -- python app.py         record real calls, draft the Rust, wire it in
  exuvia develop                                build it
  exuvia check                                  is it right?
  exuvia bench                                  is it fast?
  exuvia pack app.py                            ship it as one file

Rust from the start:
  exuvia new fast-text --kind cffi              a C library with its header, and a Python package over it
  exuvia build                                  its wheels

Run it in the root of a Python project, the folder with pyproject.toml.
Exit status: 0 done; 1 the check found a difference, or the packed file is damaged; 2 wrong use or environment."
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
pub(crate) struct Global {
    /// The Python interpreter [default: the active virtual environment's, else python3]
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) python: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    New(NewArgs),
    Scan(ScanArgs),
    Port(PortArgs),
    Develop(DevelopArgs),
    Build(BuildArgs),
    Check(CheckArgs),
    Bench(BenchArgs),
    Status(StatusArgs),
    Pack(Box<PackArgs>),
}

/// Start a project in Rust and Python
///
/// Writes a small whole project to the folder NAME: Rust, a typed Python package over it, tests, and what builds and installs
/// them. It is yours to change.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  exuvia new fast-text --kind cffi
  exuvia new fast-text --kind extension")]
pub(crate) struct NewArgs {
    /// What it is called: a distribution's name, and with _ for - the Python module's
    #[arg(value_name = "NAME", value_parser = project_name)]
    pub(crate) name: ProjectName,
    /// How Python comes to the Rust
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: KindChoice,
}

/// How Python comes to the Rust in a project that starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum KindChoice {
    /// A C library, held to its header, that Python loads through cffi: one wheel for all versions of Python
    Cffi,
    /// An extension module: faster to call, and a wheel for each version
    Extension,
}

/// Show where a command's time goes, and which of it can move to Rust
///
/// Runs COMMAND under a profiler and lists the functions by their own time: how often each was called, its share of the
/// run, what part of its time was spent inside C builtins (a port cannot save that), and whether `exuvia port` accepts it
/// or why not.
///
/// Of a program with many short calls only parts are watched, so that it takes at most twice as long: numbers of calls with
/// a ~ are estimates of the right order, those without are exact. Functions of the standard library are left out of the
/// table, not out of the JSON document. A command that fails is profiled too, and the status is 2.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  exuvia scan -- python app.py input.txt
  exuvia scan --top 5 -- pytest -q tests
  exuvia scan --json -- qr hello > profile.json")]
pub(crate) struct ScanArgs {
    /// How many functions to show [default: 20, with --json all]
    #[arg(long, value_name = "N")]
    pub(crate) top: Option<usize>,
    /// Print one JSON document on standard output and nothing else there
    #[arg(long)]
    pub(crate) json: bool,
    /// What to run, as you would type it
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub(crate) command: Vec<OsString>,
}

/// Record a function's calls, draft its Rust, and wire it in beside the Python
///
/// Runs COMMAND and keeps real calls of each function under .exuvia/. Writes rust/, a maturin crate with one Rust function
/// for each Python function, whose body hands the call to Python until you replace it. Adds a marked block at the end of
/// the Python module that uses the Rust where it is built; the Python stays, and EXUVIA_PURE=1 switches back to it.
/// Bodies that you wrote are never overwritten.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  exuvia port qrcode.util:_lost_point_level1 -- pytest -q
  exuvia port app:parse app:score -- python app.py input.txt
  exuvia port --remove app:parse                take one function out again
  exuvia port --remove                          take all of them out without a trace
  exuvia port --accept app:parse                its Python changed, and the Rust does what it does

What can move: a function defined by `def` at the top level of a module, without decorators, not async and not a
generator. `exuvia scan` says why another cannot.")]
pub(crate) struct PortArgs {
    /// The functions: module and name, as in qrcode.util:_lost_point_level1
    #[arg(value_name = "MODULE:FUNCTION", value_parser = function, required_unless_present_any = ["remove", "accept"])]
    pub(crate) functions: Vec<FunctionName>,
    /// Most calls to keep of each function
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1000,
        conflicts_with = "remove"
    )]
    pub(crate) calls: u64,
    /// Take the functions out again, all of them where none is named; Rust that you wrote is kept in rust/
    #[arg(long)]
    pub(crate) remove: bool,
    /// Let the Rust of functions that drifted, all of them where none is named, count as written from the Python of today
    #[arg(long, conflicts_with_all = ["remove", "calls"])]
    pub(crate) accept: bool,
    /// With --remove, delete the Rust that you wrote too
    #[arg(long, requires = "remove")]
    pub(crate) force: bool,
    /// What to run for real calls, as you would type it
    #[arg(
        last = true,
        value_name = "COMMAND",
        required_unless_present_any = ["remove", "accept"],
        conflicts_with_all = ["remove", "accept"]
    )]
    pub(crate) command: Vec<OsString>,
}

/// Build the Rust and put it where Python finds it
///
/// Drives maturin, which is taken from the environment or PATH, and builds with optimisation.
///
/// In a project with ports, builds rust/ and puts the compiled module next to the package. Where the package is installed by
/// copy in the environment, the compiled module is put beside that copy as well. A project that maturin builds itself, as
/// `exuvia new` writes them, is installed in the virtual environment, its Python files where they are.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  exuvia develop
  exuvia --python .venv/bin/python develop
  exuvia develop --debug")]
pub(crate) struct DevelopArgs {
    /// Build without optimisation, with assertions
    #[arg(long)]
    pub(crate) debug: bool,
}

/// Build the project's wheels
///
/// Drives maturin, which is taken from the environment or PATH, and builds with optimisation. For projects that maturin builds
/// itself, as `exuvia new` writes them; the ports of a project are not part of its wheels yet.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  exuvia build
  exuvia --python .venv/bin/python build --out wheels")]
pub(crate) struct BuildArgs {
    /// Build without optimisation, with assertions
    #[arg(long)]
    pub(crate) debug: bool,
    /// The folder for the wheels
    #[arg(long, value_name = "FOLDER", default_value = "dist")]
    pub(crate) out: PathBuf,
}

/// Compare every port with its Python twin
///
/// Replays the recorded calls and variations of them on both, each on arguments of its own, and compares result, exception
/// and the arguments afterwards. Calls that the Rust hands to Python are counted. With --suite, runs the project's own
/// tests on the twins and on the ports, and compares. Ends with status 1 where anything differs.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  exuvia check
  exuvia check qrcode.util:_lost_point_level1
  exuvia check --suite 'pytest -q'")]
pub(crate) struct CheckArgs {
    /// The functions to check [default: all that are ported]
    #[arg(value_name = "MODULE:FUNCTION", value_parser = function)]
    pub(crate) functions: Vec<FunctionName>,
    /// The project's test command, in one argument, to run with and without the ports
    #[arg(long, value_name = "COMMAND")]
    pub(crate) suite: Option<String>,
    /// How long the calls of one function may take, in seconds; the tests of --suite may take as long on the ports, and ten
    /// times what they take on the twins
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(crate) time_limit: u64,
    /// Print one JSON document on standard output and nothing else there
    #[arg(long)]
    pub(crate) json: bool,
}

/// Measure every port against its Python twin
///
/// Times twin and port in turns on the recorded calls. The ratio is the median over the rounds, with its quartiles.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  exuvia bench
  exuvia bench --json qrcode.util:_lost_point_level1")]
pub(crate) struct BenchArgs {
    /// The functions to measure [default: all that are ported]
    #[arg(value_name = "MODULE:FUNCTION", value_parser = function)]
    pub(crate) functions: Vec<FunctionName>,
    /// Print one JSON document on standard output and nothing else there
    #[arg(long)]
    pub(crate) json: bool,
}

/// Tell what is ported, and in what state
#[derive(Debug, clap::Args)]
#[command(after_help = "\
States; where several hold, the first is told:
  orphaned    the Python function is gone
  unwired     the Rust is kept in rust/, and the Python module does not use it
  drifted     the Python function's source changed since the Rust was drafted or accepted
  draft       the Rust hands every call to Python
  not-built   the Rust is written, and not compiled since: exuvia develop
  ported      the Rust is written, compiled and used")]
pub(crate) struct StatusArgs {
    /// Print one JSON document on standard output and nothing else there
    #[arg(long)]
    pub(crate) json: bool,
}

/// What says how to pack, and nothing of a packed file.
const OF_PACKING: [&str; 9] = [
    "include",
    "exclude",
    "all",
    "trial",
    "trial_time",
    "libpython",
    "explain",
    "licenses",
    "small",
];

/// Make one executable file that needs no Python
///
/// The file holds the interpreter, its standard library and those of the environment's packages that the application
/// refers to. It needs no Rust toolchain and no network to make, and no Python, no HOME and no writable folder to run.
///
/// Every option can be kept in [tool.exuvia.pack] of pyproject.toml under its own name; what is typed here goes before it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  exuvia pack app.py
  exuvia pack -m http.server -o server
  exuvia pack --entry qr -o dist/qr
  exuvia pack app.py --trial '--demo' --exclude matplotlib
  exuvia --python cpython-3.13.tar.zst#sha256=… pack app.py
  exuvia pack                                   as [tool.exuvia.pack] of pyproject.toml says
  exuvia pack --inspect dist/qr                 what is in it?
  exuvia pack --verify dist/qr                  is it whole? status 1 where it is damaged
  exuvia pack --extract dist/qr -o contents     its files, in a folder

--python names a program, a virtual environment's or an installation's folder, a version of pyenv, or an archive of
python-build-standalone, with #sha256= and its sum behind it where that is to be checked.")]
pub(crate) struct PackArgs {
    /// The script to run
    #[arg(value_name = "SCRIPT", group = "start")]
    pub(crate) script: Option<PathBuf>,
    /// The module to run, as in python -m MODULE
    #[arg(short, long, value_name = "MODULE", group = "start")]
    pub(crate) module: Option<String>,
    /// The console script to run, by the name it is installed under
    #[arg(long, value_name = "NAME", group = "start")]
    pub(crate) entry: Option<String>,
    /// The file to write [default: the script's, module's or entry's name in the current folder]
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Take this distribution or module along though nothing refers to it, or this file or folder beside the script; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) include: Vec<String>,
    /// Leave this distribution, module or package out; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) exclude: Vec<String>,
    /// Take every distribution of the environment along
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub(crate) all: Option<bool>,
    /// Run the application once with these arguments, and take along what it uses; may be repeated
    #[arg(long, value_name = "ARGUMENTS", allow_hyphen_values = true)]
    pub(crate) trial: Vec<String>,
    /// How long a trial may run [default: 60]
    #[arg(long, value_name = "SECONDS")]
    pub(crate) trial_time: Option<u64>,
    /// Make the file as small as it can be, which takes longer to make and to start
    #[arg(long, value_name = "YES", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub(crate) small: Option<bool>,
    /// How to take libpython along [default: auto]
    #[arg(long, value_enum, value_name = "HOW")]
    pub(crate) libpython: Option<LibpythonChoice>,
    /// Tell what was chosen and why: the interpreter, the glibc it needs, libraries, distributions, and the largest contents
    #[arg(long)]
    pub(crate) explain: bool,
    /// Write what is in the file, and under which terms, to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) licenses: Option<PathBuf>,
    /// Pack nothing, and list what is in a packed file
    #[arg(long, value_name = "FILE", group = "start", conflicts_with_all = OF_PACKING, conflicts_with = "output")]
    pub(crate) inspect: Option<PathBuf>,
    /// Pack nothing, and write the files of a packed file to the folder -o names [default: FILE.contents]
    #[arg(long, value_name = "FILE", group = "start", conflicts_with_all = OF_PACKING, conflicts_with = "json")]
    pub(crate) extract: Option<PathBuf>,
    /// Pack nothing, and compare every byte of a packed file with its checksums
    #[arg(long, value_name = "FILE", group = "start", conflicts_with_all = OF_PACKING, conflicts_with_all = ["output", "json"])]
    pub(crate) verify: Option<PathBuf>,
    /// Print one JSON document on standard output and nothing else there; it has all that --explain tells
    #[arg(long)]
    pub(crate) json: bool,
}

/// How `exuvia pack` takes libpython along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LibpythonChoice {
    /// Linked in where that can be done, else carried
    Auto,
    /// Linked in by the C compiler
    Static,
    /// Carried as a shared library
    Shared,
}

/// A function's name, with the library's advice where it is not one.
fn function(text: &str) -> Result<FunctionName, String> {
    FunctionName::from_str(text).map_err(advised)
}

/// A project's name, with the library's advice where it is not one.
fn project_name(text: &str) -> Result<ProjectName, String> {
    ProjectName::from_str(text).map_err(advised)
}

fn advised(error: impl Advice) -> String {
    let hint = error
        .hint()
        .map(|hint| format!("\nhint: {hint}"))
        .unwrap_or_default();
    format!("{error}{hint}")
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Args::command().debug_assert();
    }
}
