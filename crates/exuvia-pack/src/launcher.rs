//! The program at the front: linked with a static `libpython`, or the front for a shared one that is carried.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use exuvia_archive::LIBRARIES;
use sha2::{Digest, Sha256};

use crate::collect::{CollectedFile, Collection, Contents, Origin};
use crate::halves::{Half, half};
use crate::interpreter::Interpreter;
use crate::{Error, Libpython, elf, libraries};

/// The program, and what it expects of the archive behind it.
#[derive(Debug)]
pub(crate) struct Launcher {
    pub(crate) program: Vec<u8>,
    pub(crate) libpython: Libpython,
    /// Path in the archive of a carried `libpython`; empty for a linked one.
    pub(crate) carried: String,
    /// Path in the archive of the half that faces it; empty for a linked one.
    pub(crate) half: String,
    pub(crate) notes: Vec<String>,
}

/// Makes the launcher, and adds what it needs, and what the extension modules need, to the collection.
pub(crate) fn make(
    choice: Libpython,
    interpreter: &Interpreter,
    collection: &mut Collection,
) -> Result<Launcher, Error> {
    let found = libraries::add_libraries(collection);
    let missing = found.missing.iter().map(|(library, object)| {
        format!("{library}, which {} needs, is not on this machine; the module works only where it is installed", object.display())
    });
    let mut notes: Vec<String> = missing.collect();
    let wants_shared = found
        .on_libpython
        .first()
        .map(|object| format!("{} is linked with a shared libpython", object.display()));

    let why_not_static = match choice {
        Libpython::Shared => None,
        Libpython::Static => return linked(interpreter, notes),
        Libpython::Auto => match wants_shared.map_or_else(
            || linked(interpreter, notes.clone()).map_err(|error| error.to_string()),
            Err,
        ) {
            Ok(launcher) => return Ok(launcher),
            Err(reason) => Some(reason),
        },
    };
    match (carried(interpreter, collection), why_not_static) {
        (Ok(mut launcher), reason) => {
            notes.extend(reason.map(|reason| {
                format!(
                    "libpython is carried as a shared library: {}",
                    reason.lines().next().unwrap_or_default()
                )
            }));
            launcher.notes = notes;
            Ok(launcher)
        }
        (Err(Error::NoLibpython { python, reason }), Some(other)) => Err(Error::NoLibpython {
            python,
            reason: format!("{other}; {reason}"),
        }),
        (Err(error), _) => Err(error),
    }
}

/// A launcher with `libpython` carried along.
fn carried(interpreter: &Interpreter, collection: &mut Collection) -> Result<Launcher, Error> {
    let name = &interpreter.shared_library;
    let no_library = |reason: String| Error::NoLibpython {
        python: interpreter.version_text(),
        reason,
    };
    // A Python that is not built with a shared library may have one beside it, by the name that all of them have.
    let name = if name.contains(".so") {
        name.clone()
    } else {
        format!("libpython{}.so.1.0", interpreter.minor_version())
    };
    let directories = [
        interpreter.library_directory.clone(),
        interpreter.base_prefix.join("lib"),
    ];
    let place = directories
        .iter()
        .map(|directory| directory.join(&name))
        .find(|path| path.is_file());
    let place = place.ok_or_else(|| {
        no_library(format!(
            "there is no {name} in {}",
            interpreter.library_directory.display()
        ))
    })?;
    let version = interpreter.minor_version();
    let program = half(Half::Front)?;
    let facing = half(Half::Shared(&version))?;

    let mut needs = Vec::new();
    for (path, place) in libraries::libraries_of(&place) {
        collection
            .files
            .entry(path.clone())
            .or_insert(CollectedFile {
                contents: Contents::OnDisk(place),
                origin: Origin::System,
                needs: Vec::new(),
            });
        needs.push(path);
    }
    let library = CollectedFile {
        contents: Contents::OnDisk(place),
        origin: Origin::System,
        needs,
    };
    let facing = CollectedFile {
        contents: Contents::Bytes(facing),
        origin: Origin::System,
        needs: Vec::new(),
    };
    let paths = (
        format!("{LIBRARIES}/{name}"),
        format!("{LIBRARIES}/libexuvia_launcher.so"),
    );
    collection.files.insert(paths.0.clone(), library);
    collection.files.insert(paths.1.clone(), facing);
    Ok(Launcher {
        program,
        libpython: Libpython::Shared,
        carried: paths.0,
        half: paths.1,
        notes: Vec::new(),
    })
}

/// A launcher with `libpython` linked into it, from the cache where it was linked before.
fn linked(interpreter: &Interpreter, notes: Vec<String>) -> Result<Launcher, Error> {
    let library = &interpreter.static_library;
    let failed = |reason: String| Error::Link {
        library: library.clone(),
        reason,
    };
    let found = std::fs::metadata(library).map_err(|error| failed(error.to_string()))?;
    let version = interpreter.minor_version();
    let facing = half(Half::Static(&version))?;
    let compiler = std::env::var_os("CC")
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| OsString::from("cc"));

    let mut key = Sha256::new();
    key.update(&facing);
    key.update(format!(
        "{}\n{}\n{:?}\n{}\n{compiler:?}\n{EXPORTED}\n{DEFINED}",
        library.display(),
        found.len(),
        found.modified().ok(),
        interpreter.link_flags
    ));
    let key: String = key
        .finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let cached = cache_folder().map(|folder| {
        folder
            .join("exuvia/launchers")
            .join(format!("{version}-{key}"))
    });
    let program = match cached
        .as_ref()
        .and_then(|path| std::fs::read(path).ok())
        .filter(|program| elf::dynamic(program).is_some())
    {
        Some(program) => program,
        None => {
            let program = link(&compiler, library, &interpreter.link_flags, &facing)?;
            // A launcher that cannot be kept is linked again next time.
            if let Some(path) = cached {
                let _ = keep(&path, &program);
            }
            program
        }
    };
    Ok(Launcher {
        program,
        libpython: Libpython::Static,
        carried: String::new(),
        half: String::new(),
        notes,
    })
}

/// What extension modules look up in the program. All else that was linked in, an OpenSSL or zlib of the Python's own among it, stays
/// out of their sight, so that they find the libraries that they were built with.
const EXPORTED: &str = "Py*; _Py*;";

/// The functions of the C library that the launcher defines, a name a line: they go before the C library's for everyone who finds them.
const DEFINED: &str = include_str!("../../exuvia-launcher/exported");

fn link(compiler: &OsString, library: &Path, flags: &str, facing: &[u8]) -> Result<Vec<u8>, Error> {
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
        // Where the Python was linked from is of no use to a program that runs elsewhere.
        command.args(flags.split_whitespace().filter(|flag| {
            flag.starts_with("-l") || flag.starts_with("-L") || flag.ends_with(".a")
        }));
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

fn keep(path: &Path, program: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, program)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// The user's cache folder (XDG Base Directory Specification).
fn cache_folder() -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))
}
