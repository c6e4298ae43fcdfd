//! Linking the launcher with a static `libpython`, once for each Python.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
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
pub(crate) fn link(interpreter: &Interpreter, building: &mut dyn FnMut()) -> Result<Linked, Error> {
    let library = &interpreter.static_library;
    let failed = |reason: String| Error::Link {
        library: library.clone(),
        reason,
    };
    if let Some(reason) = &interpreter.why_not_static {
        return Err(failed(reason.clone()));
    }
    if !library.is_file() {
        return Err(failed("there is no such file".to_owned()));
    }
    let version = interpreter.minor_version();
    let facing = half(Half::Static(&version), building)?;
    let compiler = std::env::var_os("CC")
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| OsString::from("cc"));
    let arguments = static_where_possible(&compiler, &interpreter.link_arguments);

    let key = key(&facing, library, &arguments, &compiler);
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

/// What a linked launcher depends on, as a name for it: all that the linker is given, and who links. Files are told by their status, since
/// a static library may have a hundred megabytes.
fn key(facing: &[u8], library: &Path, arguments: &[OsString], compiler: &OsStr) -> String {
    let mut key = Sha256::new();
    key.update(facing);
    let program = program(compiler);
    let statics = arguments.iter().map(Path::new);
    let statics = statics.filter(|path| is_static_library(path));
    for path in [library, &program].into_iter().chain(statics) {
        let status = std::fs::metadata(path).ok().map(|found| {
            (
                (found.dev(), found.ino()),
                found.len(),
                (found.mtime(), found.mtime_nsec()),
                (found.ctime(), found.ctime_nsec()),
            )
        });
        key.update(format!("{path:?} {status:?}\n"));
    }
    key.update(format!(
        "{arguments:?}\n{BEFORE:?}\n{BEHIND:?}\n{LAST:?}\n{EXPORTED}\n{DEFINED}"
    ));
    let digest = key.finalize();
    let digits = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
    digits.collect()
}

/// Where the program of this name is that the system runs.
fn program(name: &OsStr) -> PathBuf {
    let path = Path::new(name);
    if name.as_bytes().contains(&b'/') {
        return path.to_owned();
    }
    let folders = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&folders)
        .map(|folder| folder.join(path))
        .find(|place| place.is_file())
        .unwrap_or_else(|| path.to_owned())
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

/// What the compiler is told before our half.
const BEFORE: &[&str] = &[
    "-static-libgcc",
    "-Wl,--undefined=exuvia_launcher_main",
    "-Wl,--defsym=main=exuvia_launcher_main",
];

/// What it is told behind `libpython`, all of which goes in.
const BEHIND: &[&str] = &[
    "-Wl,--no-whole-archive",
    "-Wl,--export-dynamic",
    "-Wl,--strip-all",
    "-Wl,--gc-sections",
    "-Wl,--as-needed",
];

/// The libraries of the system, which come last.
const LAST: &[&str] = &["-lpthread", "-ldl", "-lutil", "-lm"];

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
        command
            .arg(position)
            .arg("-o")
            .arg(&program)
            .args(BEFORE)
            .args(
                DEFINED
                    .lines()
                    .map(|name| format!("-Wl,--undefined={name}")),
            )
            .arg(&half)
            .arg("-Wl,--whole-archive")
            .arg(library)
            .args(BEHIND)
            .arg(&version_script)
            .args(arguments)
            .args(LAST);
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

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::Path;

    use super::{key, program};

    #[test]
    fn a_launcher_is_linked_again_where_anything_in_it_is_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let age = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(9);
        // All of the same length and age.
        let write = |name: &str| {
            std::fs::write(path("other"), name).unwrap();
            let file = std::fs::File::options().write(true).open(path("other"));
            file.unwrap().set_modified(age).unwrap();
            std::fs::rename(path("other"), path(name)).unwrap();
        };
        let names = ["libpy.a", "libz0.a", "libssl0.a", "cc"];
        names.iter().for_each(|name| write(name));
        let arguments = |names: &[&str]| -> Vec<OsString> {
            let paths = names.iter().map(|name| path(name).into_os_string());
            paths.chain(["-lm".into()]).collect()
        };
        let of = |facing: &[u8], libraries: &[&str]| {
            let compiler = path("cc");
            key(
                facing,
                &path("libpy.a"),
                &arguments(libraries),
                compiler.as_os_str(),
            )
        };
        let usual = || of(b"half", &["libz0.a", "libssl0.a"]);
        let mut known = vec![usual()];
        assert_eq!(usual(), known[0]);
        known.push(of(b"other half", &["libz0.a", "libssl0.a"]));
        known.push(of(b"half", &["libz0.a"]));
        for name in names {
            write(name);
            known.push(usual());
        }
        let distinct: std::collections::BTreeSet<_> = known.iter().collect();
        assert_eq!(distinct.len(), known.len(), "{known:?}");
    }

    #[test]
    fn a_compiler_is_found_as_the_system_finds_it() {
        assert_eq!(program("./cc".as_ref()), Path::new("./cc"));
        assert_eq!(
            program("no-such-compiler".as_ref()),
            Path::new("no-such-compiler")
        );
        assert!(program("sh".as_ref()).is_absolute());
    }
}
