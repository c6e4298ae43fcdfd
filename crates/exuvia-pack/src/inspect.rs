//! What is in a packed file, whether it is whole, and its files on disk again.
//!
//! Works on files for any machine: nothing of them is run.

mod error;
mod extract;
mod opened;
mod verify;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use exuvia_archive::{Archive, FORMAT_VERSION, LAUNCH_PATH, Launch, ModuleKind};
use serde::Serialize;

use crate::{Libpython, elf};
use opened::{damaged, open, read};

pub use error::InspectError;
pub use extract::{Extracted, extract};
pub use verify::{Verified, verify};

/// A packed file, taken apart.
#[derive(Debug, Clone, Serialize)]
pub struct Contents {
    /// The file.
    pub path: PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 recorded at its end, of all in front of it, in hexadecimal. [`verify()`] compares.
    pub sha256: String,
    /// The version of its format.
    pub format: u32,
    /// Length of the program at the front in bytes.
    pub program: u64,
    /// Length of the archive in bytes.
    pub archive: u64,
    /// The machine that the program runs on.
    pub machine: String,
    /// Version of the interpreter, as `3.11.7`.
    pub python: String,
    /// How the interpreter was taken along.
    pub libpython: Libpython,
    /// The module that is run, or else the file.
    pub application: String,
    /// The installed distributions in it, sorted by name.
    pub distributions: Vec<Distribution>,
    /// The modules, sorted by name.
    pub modules: Vec<PackedModule>,
    /// The files, those that take most room first.
    pub files: Vec<PackedFile>,
}

/// A distribution in a packed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Distribution {
    /// Its name, as it gives it.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A module in a packed file.
#[derive(Debug, Clone, Serialize)]
pub struct PackedModule {
    /// Full, dotted name.
    pub name: String,
    /// What sort of module it is: `module`, `package`, `namespace`, `extension` or `extension-package`.
    pub kind: &'static str,
    /// The file that it comes from.
    pub file: Option<String>,
    /// Length of its bytecode as it is stored, in bytes.
    pub bytecode: u64,
}

/// A file in a packed file.
#[derive(Debug, Clone, Serialize)]
pub struct PackedFile {
    /// Its path.
    pub path: String,
    /// Its length in bytes.
    pub size: u64,
    /// How many bytes of the packed file it takes.
    pub stored: u64,
    /// Length in bytes of the bytecode made from it, as it is stored.
    pub bytecode: u64,
}

/// Says what is in a packed file. Reads its index and what is asked for; [`verify()`] reads all.
///
/// # Errors
///
/// [`InspectError`].
pub fn inspect(path: &Path) -> Result<Contents, InspectError> {
    let bytes = read(path)?;
    let opened = open(path, &bytes)?;
    let archive = &opened.archive;
    let damaged = |error| damaged(path, error);
    let launch = launch(path, archive)?;

    let (mut modules, mut bytecode) = (Vec::new(), BTreeMap::new());
    for module in (0..archive.module_count()).filter_map(|at| archive.module_at(at)) {
        let file = match module.file().map_err(damaged)? {
            Some(file) => Some(file.path().map_err(damaged)?.to_owned()),
            None => None,
        };
        let (_, length) = module.code_lengths();
        if let Some(file) = &file {
            *bytecode.entry(file.clone()).or_default() += length;
        }
        modules.push(PackedModule {
            name: module.name().map_err(damaged)?.to_owned(),
            kind: kind_name(module.kind().map_err(damaged)?),
            file,
            bytecode: length,
        });
    }
    let (mut files, mut distributions) = (Vec::new(), Vec::new());
    for file in (0..archive.file_count()).filter_map(|at| archive.file_at(at)) {
        let path = file.path().map_err(damaged)?;
        if path.ends_with(".dist-info/METADATA") || path.ends_with(".egg-info/PKG-INFO") {
            distributions.extend(distribution(&file.contents().map_err(damaged)?));
        }
        files.push(PackedFile {
            path: path.to_owned(),
            size: file.length(),
            stored: file.stored_length(),
            bytecode: bytecode.remove(path).unwrap_or(0),
        });
    }
    files.sort_by_key(|file| std::cmp::Reverse(file.stored + file.bytecode));
    distributions.sort_by_cached_key(|each| each.name.to_lowercase());

    let main = archive.module("__main__").map(|main| main.file());
    let main = main.transpose().map_err(damaged)?.flatten();
    let script = main.map(|file| file.path()).transpose().map_err(damaged)?;
    Ok(Contents {
        path: path.to_owned(),
        size: bytes.len() as u64,
        sha256: hexadecimal(&opened.footer.digest),
        format: FORMAT_VERSION,
        program: opened.footer.archive.start,
        archive: archive.length(),
        machine: elf::machine(&bytes).map_or_else(|| "none".to_owned(), elf::machine_name),
        python: launch.version,
        libpython: if launch.libpython.is_empty() {
            Libpython::Static
        } else {
            Libpython::Shared
        },
        application: match (launch.module.as_str(), script) {
            ("", Some(script)) => script.to_owned(),
            (module, _) => module.to_owned(),
        },
        distributions,
        modules,
        files,
    })
}

fn launch(path: &Path, archive: &Archive) -> Result<Launch, InspectError> {
    let wrong = |what: String| InspectError::Damaged {
        path: path.to_owned(),
        what,
    };
    let text = archive
        .file(LAUNCH_PATH)
        .ok_or_else(|| wrong("it does not say how to start".to_owned()))?
        .contents()
        .map_err(|error| damaged(path, error))?;
    Launch::from_text(&String::from_utf8_lossy(&text)).map_err(|error| {
        wrong(format!(
            "its description of the application has {:?}",
            error.line
        ))
    })
}

/// Name and version from the metadata of a distribution, whose headers are those of a mail (core metadata specification).
fn distribution(metadata: &[u8]) -> Option<Distribution> {
    let text = String::from_utf8_lossy(metadata);
    let headers = text.lines().take_while(|line| !line.is_empty());
    let field = |name: &str| {
        let mut values = headers.clone().filter_map(|line| {
            let (found, value) = line.split_once(':')?;
            found
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        });
        values.next()
    };
    Some(Distribution {
        name: field("Name")?,
        version: field("Version")?,
    })
}

fn kind_name(kind: ModuleKind) -> &'static str {
    match kind {
        ModuleKind::Module => "module",
        ModuleKind::Package => "package",
        ModuleKind::Namespace => "namespace",
        ModuleKind::Extension => "extension",
        ModuleKind::ExtensionPackage => "extension-package",
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::distribution;

    #[test]
    fn a_distribution_is_read_off_its_headers() {
        let found =
            distribution(b"Metadata-Version: 2.1\nname: Spam\nVersion:  1.0\n\nVersion: 2\n");
        let found = found.unwrap();
        assert_eq!((&*found.name, &*found.version), ("Spam", "1.0"));
        assert_eq!(distribution(b"Name: Spam\n"), None);
    }
}
