//! The files of a packed file, on disk.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::InspectError;
use super::opened::{damaged, open, read};

/// What [`extract`] wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extracted {
    /// The folder.
    pub folder: PathBuf,
    /// Number of files.
    pub files: u32,
    /// Their length in bytes, all together.
    pub size: u64,
}

/// Writes the files of a packed file to a folder, which appears whole or not at all.
///
/// # Errors
///
/// [`InspectError`]; nothing is left behind then.
pub fn extract(path: &Path, folder: &Path) -> Result<Extracted, InspectError> {
    let is_empty = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    };
    if !is_empty {
        return Err(InspectError::Occupied {
            folder: folder.to_owned(),
        });
    }
    let bytes = read(path)?;
    let archive = open(path, &bytes)?.archive;
    let failed = |at: &Path| {
        let path = at.to_owned();
        move |source| InspectError::Write { path, source }
    };
    let beside = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let scratch = tempfile::Builder::new()
        .prefix(".exuvia-")
        .permissions(fs::Permissions::from_mode(0o777))
        .tempdir_in(beside.unwrap_or(Path::new(".")))
        .map_err(failed(folder))?;
    let mut extracted = Extracted {
        folder: folder.to_owned(),
        files: 0,
        size: 0,
    };
    for file in (0..archive.file_count()).filter_map(|at| archive.file_at(at)) {
        let name = file.path().map_err(|error| damaged(path, error))?;
        if !stays_inside(name) {
            return Err(InspectError::Damaged {
                path: path.to_owned(),
                what: format!("the path {name:?} leads out of it"),
            });
        }
        let contents = file.contents().map_err(|error| damaged(path, error))?;
        let place = scratch.path().join(name);
        let shown = folder.join(name);
        let mode = if file.is_executable() { 0o777 } else { 0o666 };
        write_new(&place, &contents, mode).map_err(failed(&shown))?;
        extracted.files += 1;
        extracted.size += file.length();
    }
    // A folder that is there is empty, and is replaced.
    fs::rename(scratch.path(), folder).map_err(failed(folder))?;
    let _ = scratch.keep();
    Ok(extracted)
}

fn write_new(place: &Path, contents: &[u8], mode: u32) -> std::io::Result<()> {
    if let Some(parent) = place.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true).mode(mode);
    options.open(place)?.write_all(contents)
}

/// Whether a path is what the format has: relative, and nothing in it that leads elsewhere.
fn stays_inside(path: &str) -> bool {
    let parts = path.split('/');
    !path.contains('\0')
        && !parts
            .into_iter()
            .any(|part| matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::stays_inside;

    #[test]
    fn paths_do_not_climb_out() {
        for path in ["a", "a/b.c", "..a/b", "a/.b"] {
            assert!(stays_inside(path), "{path}");
        }
        for path in ["", "/a", "a/../b", "..", "a//b", "a/", "./a", "a\0b"] {
            assert!(!stays_inside(path), "{path}");
        }
    }
}
