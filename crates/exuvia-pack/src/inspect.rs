//! What is in a packed file, whether it is whole, and its files on disk again.
//!
//! Works on files for any machine: nothing of them is run.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use exuvia_archive::{
    ARCHIVE_ALIGNMENT, Archive, Error as Damage, FOOTER_LEN, FORMAT_VERSION, Footer, LAUNCH_PATH,
    Launch, ModuleKind,
};
use serde::Serialize;

use crate::{Libpython, elf};

/// A packed file, taken apart.
#[derive(Debug, Clone, Serialize)]
pub struct Contents {
    /// The file.
    pub path: PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// The SHA-256 recorded at its end, of all in front of it, in hexadecimal. [`verify`] compares.
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

/// Why a file was not inspected, extracted or verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InspectError {
    /// It could not be read.
    #[error("reading {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is something else.
    #[error("{path} is no packed application")]
    NotPacked {
        /// The file.
        path: PathBuf,
    },
    /// It has another version of the format.
    #[error("{path} has format version {found}, and this program reads version {FORMAT_VERSION}")]
    Version {
        /// The file.
        path: PathBuf,
        /// The version found.
        found: u32,
    },
    /// Its end is missing.
    #[error("{path} is cut short: {found} bytes of {expected} are there")]
    CutShort {
        /// The file.
        path: PathBuf,
        /// The length that it should have.
        expected: u64,
        /// The length that it has.
        found: u64,
    },
    /// It is not what was written.
    #[error("{path} is damaged: {what}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What of it.
        what: String,
    },
    /// Something is where the files should go.
    #[error("{folder} is there already, and not an empty folder")]
    Occupied {
        /// Where.
        folder: PathBuf,
    },
    /// The files could not be written.
    #[error("writing {path}: {source}")]
    Write {
        /// What.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl InspectError {
    /// Whether the file is at fault, and not how it was asked about.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::CutShort { .. } | Self::Damaged { .. })
    }

    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Read { .. } => "check that the file exists and can be read",
            Self::NotPacked { .. } => {
                "name a file that `exuvia pack` made; one that was cut short within its program looks like this, too"
            }
            Self::Version { .. } => {
                "use the `exuvia` that packed it, or pack the application again"
            }
            Self::CutShort { .. } | Self::Damaged { .. } => "copy the file again, or pack it again",
            Self::Occupied { .. } => "name another folder with `-o FOLDER`",
            Self::Write { .. } => {
                "choose another place with `-o FOLDER`, or make room there; nothing was left behind"
            }
        }
    }
}

/// A packed file in memory.
struct Opened<'a> {
    footer: Footer,
    archive: Archive<'a>,
}

/// Says what is in a packed file. Reads its index and what is asked for; [`verify`] reads all.
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
    use std::os::unix::fs::OpenOptionsExt;
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

fn read(path: &Path) -> Result<Vec<u8>, InspectError> {
    fs::read(path).map_err(|source| InspectError::Read {
        path: path.to_owned(),
        source,
    })
}

fn open<'a>(path: &Path, bytes: &'a [u8]) -> Result<Opened<'a>, InspectError> {
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

fn damaged(path: &Path, error: Damage) -> InspectError {
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
fn part(error: Damage) -> String {
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

fn damaged_entries(archive: &Archive) -> Vec<String> {
    let modules = (0..archive.module_count()).filter_map(|at| archive.module_at(at));
    let files = (0..archive.file_count()).filter_map(|at| archive.file_at(at));
    modules
        .filter_map(|module| module.code().err())
        .chain(files.filter_map(|file| file.contents().err()))
        .map(part)
        .collect()
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
    use super::{distribution, stays_inside};

    #[test]
    fn paths_do_not_climb_out() {
        for path in ["a", "a/b.c", "..a/b", "a/.b"] {
            assert!(stays_inside(path), "{path}");
        }
        for path in ["", "/a", "a/../b", "..", "a//b", "a/", "./a", "a\0b"] {
            assert!(!stays_inside(path), "{path}");
        }
    }

    #[test]
    fn a_distribution_is_read_off_its_headers() {
        let found =
            distribution(b"Metadata-Version: 2.1\nname: Spam\nVersion:  1.0\n\nVersion: 2\n");
        let found = found.unwrap();
        assert_eq!((&*found.name, &*found.version), ("Spam", "1.0"));
        assert_eq!(distribution(b"Name: Spam\n"), None);
    }
}
