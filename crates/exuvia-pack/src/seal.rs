//! Writing the one file.

use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use exuvia_archive::{ARCHIVE_ALIGNMENT, FOOTER_LEN, LOADER_LEN, Seal};

use crate::collect::{Collection, Contents};
use crate::interpreter::Interpreter;
use crate::python::{Found, Python};
use crate::{Error, Request, elf};

/// What to do where the file cannot go where it was to go.
const ELSEWHERE: &str = "choose another place with `-o FILE`";

/// Where the file goes, unless something else is there.
pub(crate) fn output_path(request: &Request) -> Result<PathBuf, Error> {
    let path = request.path();
    if path.is_dir() {
        return Err(Error::Refused {
            message: format!(
                "{} is a folder, and the packed file cannot be written over it",
                path.display()
            ),
            hint: ELSEWHERE.to_owned(),
        });
    }
    Ok(path)
}

/// Whether a file may be an earlier packed file, or another program: nothing, or something in ELF's format, is in it.
fn is_program(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(4).read_to_end(&mut start));
    read.is_ok() && (start.is_empty() || start == b"\x7fELF")
}

/// Refuses to write the file over one that it is made from, or over anything but a program.
pub(crate) fn check_output(
    path: &Path,
    python: &Python,
    interpreter: &Interpreter,
    collection: &Collection,
) -> Result<(), Error> {
    // Where there is nothing, nothing is written over.
    let Ok(output) = path.canonicalize() else {
        return Ok(());
    };
    let of_python = [
        &python.executable,
        &interpreter.executable,
        &interpreter.static_library,
    ];
    let archive = match &python.found {
        Found::Archive { path, .. } => Some(path),
        _ => None,
    };
    let collected = collection
        .files
        .values()
        .filter_map(|file| match &file.contents {
            Contents::OnDisk(place) => Some(place),
            Contents::Bytes(_) => None,
        });
    let mut read = of_python.into_iter().chain(archive).chain(collected);
    if read.any(|place| is_same_file(place, &output)) {
        return Err(Error::Refused {
            message: format!(
                "the packed file would be written over {}, which is read to make it",
                path.display()
            ),
            hint: ELSEWHERE.to_owned(),
        });
    }
    if path.is_file() && !is_program(path) {
        return Err(Error::Refused {
            message: format!(
                "{} is there and is no program: the packed file is not written over it",
                path.display()
            ),
            hint: format!("{ELSEWHERE}, or remove it"),
        });
    }
    Ok(())
}

/// Whether two paths lead to one file, by links of any kind.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let identity = |path: &Path| {
        let found = std::fs::metadata(path).ok()?;
        Some((found.dev(), found.ino()))
    };
    identity(one).is_some_and(|one| identity(other) == Some(one))
}

/// The time that `SOURCE_DATE_EPOCH` wants the file to have (the specification of reproducible-builds.org).
///
/// Nothing in the file tells a time; but packed files show their application the modification time of the file that they are in.
pub(crate) fn wanted_time() -> Result<Option<SystemTime>, Error> {
    let Some(value) = std::env::var_os("SOURCE_DATE_EPOCH").filter(|value| !value.is_empty())
    else {
        return Ok(None);
    };
    let seconds = value.to_str().and_then(|value| value.parse().ok());
    let time = seconds.and_then(|seconds| UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
    time.map(Some).ok_or_else(|| Error::Refused {
        message: format!("SOURCE_DATE_EPOCH is no number of seconds: {}", value.display()),
        hint: "set it to the seconds since 1970, as `git log -1 --format=%ct` prints them, or unset it"
            .to_owned(),
    })
}

/// Writes program, archive and footer, and gives the length. The file appears whole or not at all; its folder is made where there is none.
pub(crate) fn seal(
    path: &Path,
    program: &[u8],
    archive: &[u8],
    time: Option<SystemTime>,
) -> Result<u64, Error> {
    let failed = |source| Error::Write {
        path: path.to_owned(),
        source,
    };
    let offset = (program.len() as u64).next_multiple_of(ARCHIVE_ALIGNMENT);
    let mut front = program.to_vec();
    front.resize(offset as usize, 0);
    let loader_at = Seal::loader_at(offset + archive.len() as u64);
    let loader = elf::move_loader_path(&mut front, loader_at, LOADER_LEN).unwrap_or_default();
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).map_err(failed)?;
    // The mode is subject to the user's mask, as for any program that a linker writes.
    let executable = std::fs::Permissions::from_mode(0o777);
    let mut file = tempfile::Builder::new()
        .prefix(".exuvia-")
        .permissions(executable)
        .tempfile_in(folder)
        .map_err(failed)?;
    let mut seal = Seal::default();
    for part in [&front, archive] {
        seal.update(part);
        file.write_all(part).map_err(failed)?;
    }
    file.write_all(&seal.footer(offset, &loader))
        .map_err(failed)?;
    if let Some(time) = time {
        file.as_file().set_modified(time).map_err(failed)?;
    }
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(offset + archive.len() as u64 + FOOTER_LEN as u64)
}
