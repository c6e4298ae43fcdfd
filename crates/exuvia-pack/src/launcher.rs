//! The program at the front: linked with a static `libpython`, or the front for a shared one that is carried.

use std::path::{Path, PathBuf};

use exuvia_archive::LIBRARIES;

use crate::collect::{CollectedFile, Collection, Contents, Origin};
use crate::halves::{Half, half};
use crate::interpreter::Interpreter;
use crate::{Error, Libpython, Request, libraries, link};

/// The program, and what it expects of the archive behind it.
#[derive(Debug)]
pub(crate) struct Launcher {
    pub(crate) program: Vec<u8>,
    pub(crate) libpython: Libpython,
    /// The library on disk, static or shared.
    pub(crate) library: PathBuf,
    /// Why the static library is not linked in, where that was tried or could have been.
    pub(crate) why_not_static: Option<String>,
    /// Static libraries that were linked in beside `libpython`.
    pub(crate) linked: Vec<PathBuf>,
    /// Path in the archive of a carried `libpython`; empty for a linked one.
    pub(crate) carried: String,
    /// Path in the archive of the half that faces it; empty for a linked one.
    pub(crate) half: String,
}

/// Makes the launcher, and adds what it needs to the collection. Before a half of it is built, `building` is called.
pub(crate) fn make(
    request: &Request,
    interpreter: &Interpreter,
    collection: &mut Collection,
    wants_shared: Option<&Path>,
    building: &mut dyn FnMut(),
) -> Result<Launcher, Error> {
    // The program at the front is not compressed, a library that is carried is.
    if request.libpython == Libpython::Auto
        && request.small
        && let Ok(launcher) = carried(interpreter, collection, building)
    {
        return Ok(launcher);
    }
    let why_not_static = match (request.libpython, wants_shared) {
        (Libpython::Shared, _) => None,
        (Libpython::Static, _) => return linked(interpreter, building),
        (Libpython::Auto, Some(object)) => Some(format!(
            "{} is linked with a shared libpython",
            object.display()
        )),
        (Libpython::Auto, None) => match linked(interpreter, building) {
            Ok(launcher) => return Ok(launcher),
            Err(error) => Some(first_line(&error.to_string())),
        },
    };
    match (carried(interpreter, collection, building), why_not_static) {
        (Ok(launcher), why_not_static) => Ok(Launcher {
            why_not_static,
            ..launcher
        }),
        (Err(Error::NoLibpython { python, reason }), Some(other)) => Err(Error::NoLibpython {
            python,
            reason: format!("{other}; {reason}"),
        }),
        (Err(error), _) => Err(error),
    }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

/// A launcher with `libpython` linked into it.
fn linked(interpreter: &Interpreter, building: &mut dyn FnMut()) -> Result<Launcher, Error> {
    let linked = link::link(interpreter, building)?;
    Ok(Launcher {
        program: linked.program,
        libpython: Libpython::Static,
        library: interpreter.static_library.clone(),
        why_not_static: None,
        linked: linked.libraries,
        carried: String::new(),
        half: String::new(),
    })
}

/// A launcher with `libpython` carried along.
fn carried(
    interpreter: &Interpreter,
    collection: &mut Collection,
    building: &mut dyn FnMut(),
) -> Result<Launcher, Error> {
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
        interpreter.base_prefix.join("lib"),
        interpreter.library_directory.clone(),
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
    let program = half(Half::Front, building)?;
    let facing = half(Half::Shared(&version), building)?;

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
        contents: Contents::OnDisk(place.clone()),
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
        library: place,
        why_not_static: None,
        linked: Vec::new(),
        carried: paths.0,
        half: paths.1,
    })
}
