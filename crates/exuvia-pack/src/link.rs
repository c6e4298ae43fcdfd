//! Linking the launcher with a static `libpython`, once for each Python.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::halves::{Half, half};
use crate::interpreter::Interpreter;
use crate::{Error, cache, elf, libraries};

/// A linked launcher.
pub(crate) struct Linked {
    pub(crate) program: Vec<u8>,
    /// Static libraries that went into it beside `libpython`.
    pub(crate) libraries: Vec<PathBuf>,
}

/// Links the launcher, or takes it from the cache where it was linked before.
pub(crate) fn link(interpreter: &Interpreter) -> Result<Linked, Error> {
    let library = &interpreter.static_library;
    let failed = |reason: String| Error::Link {
        library: library.clone(),
        reason,
    };
    if let Some(reason) = &interpreter.why_not_static {
        return Err(failed(reason.clone()));
    }
    let found = std::fs::metadata(library)
        .ok()
        .filter(std::fs::Metadata::is_file)
        .ok_or_else(|| failed("there is no such file".to_owned()))?;
    let version = interpreter.minor_version();
    let facing = half(Half::Static(&version))?;
    let compiler = std::env::var_os("CC")
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| OsString::from("cc"));
    let arguments = static_where_possible(&compiler, &interpreter.link_arguments);

    let mut key = Sha256::new();
    key.update(&facing);
    key.update(format!(
        "{}\n{}\n{:?}\n{arguments:?}\n{compiler:?}\n{EXPORTED}\n{DEFINED}",
        library.display(),
        found.len(),
        found.modified().ok(),
    ));
    let key: String = key
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let cached = cache::folder("launchers").map(|folder| folder.join(format!("{version}-{key}")));
    let program = match cached
        .as_ref()
        .and_then(|path| std::fs::read(path).ok())
        .filter(|program| elf::dynamic(program).is_some())
    {
        Some(program) => program,
        None => {
            let program = run_linker(&compiler, library, &arguments, &facing)?;
            // A launcher that cannot be kept is linked again next time.
            if let Some(path) = cached {
                let _ = cache::keep(&path, &program);
            }
            program
        }
    };
    let libraries = arguments.iter().map(PathBuf::from);
    Ok(Linked {
        program,
        libraries: libraries.filter(|path| is_static_library(path)).collect(),
    })
}

fn is_static_library(path: &Path) -> bool {
    path.extension() == Some(OsStr::new("a"))
}

/// The arguments that name libraries and where they lie, each library once, and in its static form where the compiler has that: a library that
/// the launcher needs at its start could not be carried along. Those of the system stay as they are.
fn static_where_possible(compiler: &OsStr, arguments: &[String]) -> Vec<OsString> {
    let folders: Vec<&String> = arguments
        .iter()
        .filter(|argument| argument.starts_with("-L"))
        .collect();
    let mut chosen: Vec<OsString> = Vec::new();
    for argument in arguments {
        let is_library = argument.starts_with("-l") || is_static_library(Path::new(argument));
        // Where the Python was linked from is of no use to a program that runs elsewhere.
        if !is_library && !argument.starts_with("-L") {
            continue;
        }
        let found = argument
            .strip_prefix("-l")
            .filter(|name| !libraries::is_of_the_system(&format!("lib{name}")))
            .and_then(|name| static_library(compiler, &folders, name));
        let argument = found.map_or_else(|| argument.into(), PathBuf::into_os_string);
        if !chosen.contains(&argument) {
            chosen.push(argument);
        }
    }
    chosen
}

/// Where the compiler finds the static form of a library; it answers with the bare name where it does not.
fn static_library(compiler: &OsStr, folders: &[&String], name: &str) -> Option<PathBuf> {
    let mut command = Command::new(compiler);
    command
        .args(folders)
        .arg(format!("-print-file-name=lib{name}.a"));
    let output = command.output().ok()?;
    let path = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim_end());
    path.is_absolute()
        .then_some(path)
        .filter(|path| path.is_file())
}

/// What extension modules look up in the program. All else that was linked in, an OpenSSL or zlib of the Python's own among it, stays
/// out of their sight, so that they find the libraries that they were built with.
const EXPORTED: &str = "Py*; _Py*;";

/// The functions of the C library that the launcher defines, a name a line: they go before the C library's for everyone who finds them.
const DEFINED: &str = include_str!("../../exuvia-launcher/exported");

fn run_linker(
    compiler: &OsStr,
    library: &Path,
    arguments: &[OsString],
    facing: &[u8],
) -> Result<Vec<u8>, Error> {
    let failed = |reason: String| Error::Link {
        library: library.to_owned(),
        reason,
    };
    let scratch = tempfile::tempdir().map_err(|error| failed(error.to_string()))?;
    let [half, script, program] =
        ["libexuvia_launcher.a", "exported", "launcher"].map(|name| scratch.path().join(name));
    let exported: String = DEFINED.lines().map(|name| format!(" {name};")).collect();
    let exported = format!("{{ global: {EXPORTED}{exported} local: *; }};\n");
    std::fs::write(&half, facing)
        .and_then(|()| std::fs::write(&script, exported))
        .map_err(|error| failed(error.to_string()))?;
    let mut version_script = OsString::from("-Wl,--version-script=");
    version_script.push(&script);

    let mut reason = String::new();
    // A static library that is not built to be moved about in memory makes a program that is not either.
    for position in ["-pie", "-no-pie"] {
        let mut command = Command::new(compiler);
        command.arg(position).arg("-o").arg(&program).args([
            "-static-libgcc",
            "-Wl,--undefined=exuvia_launcher_main",
            "-Wl,--defsym=main=exuvia_launcher_main",
        ]);
        command.args(
            DEFINED
                .lines()
                .map(|name| format!("-Wl,--undefined={name}")),
        );
        command
            .arg(&half)
            .arg("-Wl,--whole-archive")
            .arg(library)
            .args([
                "-Wl,--no-whole-archive",
                "-Wl,--export-dynamic",
                "-Wl,--strip-all",
                "-Wl,--gc-sections",
                "-Wl,--as-needed",
            ])
            .arg(&version_script);
        command.args(arguments);
        command.args(["-lpthread", "-ldl", "-lutil", "-lm"]);
        let output = command.output().map_err(|error| {
            failed(format!(
                "the C compiler {} cannot be run: {error}",
                compiler.to_string_lossy()
            ))
        })?;
        if output.status.success() {
            let program = std::fs::read(&program).map_err(|source| Error::Read {
                path: program.clone(),
                source,
            })?;
            // Nobody could load a library for the program before it starts.
            let needed = elf::dynamic(&program).unwrap_or_default().needed;
            return match needed
                .iter()
                .find(|name| !libraries::is_of_the_system(name))
            {
                None => Ok(program),
                Some(name) => Err(failed(format!(
                    "the launcher would need {name} on the machine that it runs on"
                ))),
            };
        }
        let words = String::from_utf8_lossy(&output.stderr);
        let first = words.lines().next();
        reason = first.unwrap_or("the C compiler gave no reason").to_owned();
    }
    Err(failed(reason))
}
