//! A packed file in memory, and what is wrong with one that does not open.

use std::fs;
use std::io;
use std::path::Path;

use exuvia_archive::{ARCHIVE_ALIGNMENT, Archive, Error as Damage, FOOTER_LEN, Footer};

use super::InspectError;

/// A packed file in memory.
pub(super) struct Opened<'a> {
    pub(super) footer: Footer,
    pub(super) archive: Archive<'a>,
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, InspectError> {
    let contents = fs::metadata(path).and_then(|found| {
        // Devices and pipes may have no end.
        if found.is_file() || found.is_dir() {
            fs::read(path)
        } else {
            Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "it is no regular file",
            ))
        }
    });
    contents.map_err(|source| InspectError::Read {
        path: path.to_owned(),
        source,
    })
}

pub(super) fn open<'a>(path: &Path, bytes: &'a [u8]) -> Result<Opened<'a>, InspectError> {
    let footer = match bytes.last_chunk::<FOOTER_LEN>() {
        Some(footer) => Footer::read(footer, bytes.len() as u64),
        None => Err(Damage::NotPacked),
    };
    let footer = footer.map_err(|error| without_footer(path, bytes, error))?;
    let place = footer.archive.start as usize..footer.archive.end as usize;
    let archive = bytes.get(place).ok_or(Damage::Footer);
    let archive = archive
        .and_then(Archive::open)
        .map_err(|error| damaged(path, error))?;
    Ok(Opened { footer, archive })
}

/// What a file is that does not end as a packed one does: one whose beginning is there, or none.
fn without_footer(path: &Path, bytes: &[u8], error: Damage) -> InspectError {
    for at in (0..bytes.len()).step_by(ARCHIVE_ALIGNMENT as usize) {
        let length = match Archive::open(&bytes[at..]) {
            Ok(archive) => archive.length(),
            Err(Damage::Truncated { expected, .. }) => expected,
            Err(_) => continue,
        };
        let found = bytes.len() as u64;
        let expected = length
            .saturating_add(at as u64)
            .saturating_add(FOOTER_LEN as u64);
        if expected > found {
            return InspectError::CutShort {
                path: path.to_owned(),
                expected,
                found,
            };
        }
        return InspectError::Damaged {
            path: path.to_owned(),
            what: "its end is not what was packed".to_owned(),
        };
    }
    match error {
        Damage::Footer => InspectError::Damaged {
            path: path.to_owned(),
            what: "its end is not what was packed".to_owned(),
        },
        Damage::Version { found } => InspectError::Version {
            path: path.to_owned(),
            found,
        },
        _ => InspectError::NotPacked {
            path: path.to_owned(),
        },
    }
}

pub(super) fn damaged(path: &Path, error: Damage) -> InspectError {
    let path = path.to_owned();
    match error {
        Damage::Version { found } => InspectError::Version { path, found },
        error => InspectError::Damaged {
            path,
            what: part(error),
        },
    }
}

/// What of an archive is damaged, in a few words.
pub(super) fn part(error: Damage) -> String {
    match error {
        Damage::Bytecode { module } => {
            format!("the bytecode of the module {module} is not what was packed")
        }
        Damage::Contents { path } => format!("the contents of {path} are not what was packed"),
        Damage::Compression { path } => format!("the contents of {path} do not decompress"),
        Damage::Entry { what, position } => {
            format!("{what} of entry {position} lies out of bounds or is malformed")
        }
        Damage::NotAnArchive => "there is no archive where its end says".to_owned(),
        Damage::Truncated { .. } => "its archive is longer than its end says".to_owned(),
        Damage::Header => "the header of its archive is not what was packed".to_owned(),
        _ => "the index of its archive is not what was packed".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn what_has_no_end_is_not_read() {
        let error = super::read(Path::new("/dev/zero")).unwrap_err();
        assert!(error.to_string().contains("no regular file"), "{error}");
    }
}
