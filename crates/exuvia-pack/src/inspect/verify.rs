//! Whether a packed file is whole.

use std::path::Path;

use exuvia_archive::{Archive, Error as Damage, Footer};

use super::opened::{open, part, read};
use super::{InspectError, hexadecimal};

/// What [`verify`] went through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Length of the file in bytes.
    pub size: u64,
    /// The SHA-256 of all in front of its end, in hexadecimal.
    pub sha256: String,
    /// Number of modules.
    pub modules: u32,
    /// Number of files.
    pub files: u32,
}

/// Compares every byte of a packed file with the checksums in it.
///
/// # Errors
///
/// [`InspectError`], which names what is damaged.
pub fn verify(path: &Path) -> Result<Verified, InspectError> {
    let bytes = read(path)?;
    let opened = open(path, &bytes)?;
    let archive = &opened.archive;
    let entries = damaged_entries(archive);
    let sealed = Footer::verify(&bytes).map(drop);
    let what = match (sealed.and_then(|()| archive.verify()), &entries[..]) {
        (Ok(()), []) => {
            return Ok(Verified {
                size: bytes.len() as u64,
                sha256: hexadecimal(&opened.footer.digest),
                modules: archive.module_count(),
                files: archive.file_count(),
            });
        }
        (_, [one]) => one.clone(),
        (_, [first, more @ ..]) => format!("{first}, and {} more", more.len()),
        (Err(Damage::Seal), []) if archive.verify().is_ok() => {
            "the program at its front, or its end, is not what was packed".to_owned()
        }
        (Err(_), []) => "what lies between its contents is not what was packed".to_owned(),
    };
    Err(InspectError::Damaged {
        path: path.to_owned(),
        what,
    })
}

fn damaged_entries(archive: &Archive) -> Vec<String> {
    let modules = (0..archive.module_count()).filter_map(|at| archive.module_at(at));
    let files = (0..archive.file_count()).filter_map(|at| archive.file_at(at));
    modules
        .filter_map(|module| module.code().err())
        .chain(files.filter_map(|file| file.contents().err()))
        .map(part)
        .collect()
}
