//! What is ported, and in what state.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;

use crate::develop::BuildRecord;
use crate::draft::digest;
use crate::draft::krate::Krate;
use crate::draft::source::Item;
use crate::locate::extension_dir;
use crate::ported::{PortedError, python_digest};
use crate::wire::wired_functions;
use crate::{FunctionName, Interpreter, Project};

/// Every port of a project.
#[derive(Debug, Clone, Serialize)]
pub struct StatusReport {
    /// In the order of their names.
    pub functions: Vec<FunctionStatus>,
}

/// One port.
#[derive(Debug, Clone, Serialize)]
pub struct FunctionStatus {
    /// `module:qualname`.
    pub name: FunctionName,
    /// What holds for it.
    pub state: State,
    /// The Rust file that holds it, relative to the project's root.
    pub rust_file: PathBuf,
    /// Whether people put Rust in the place of the draft.
    pub edited: bool,
}

/// What holds for a port. Where several hold, the first in this order is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Its Python twin is gone.
    Orphaned,
    /// The Rust is kept in `rust/`, and the Python module does not use it.
    Unwired,
    /// Its Python twin's source changed since it was drafted or last accepted.
    Drifted,
    /// Its body hands every call to the twin.
    Draft,
    /// It has a body, and no compiled module that is as new as the source.
    NotBuilt,
    /// It has a body, is compiled and in use.
    Ported,
}

/// Tells the state of every port.
///
/// # Errors
///
/// A file cannot be read.
pub fn status(project: &Project, interpreter: &Interpreter) -> Result<StatusReport, PortedError> {
    let mut functions = Vec::new();
    if let Some(krate) = Krate::open(project)? {
        for (group, file) in &krate.groups {
            for item in &file.items {
                let name = item.header.name.clone();
                let state = state(project, interpreter, &krate, group, item)?;
                functions.push(FunctionStatus {
                    name,
                    state,
                    rust_file: project.relative(&krate.file_of(group)).to_owned(),
                    edited: item.is_edited(),
                });
            }
        }
    }
    functions.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(StatusReport { functions })
}

fn state(
    project: &Project,
    interpreter: &Interpreter,
    krate: &Krate,
    group: &str,
    item: &Item,
) -> Result<State, PortedError> {
    let name = &item.header.name;
    let file = project.root().join(&item.header.file);
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(State::Orphaned),
        Err(source) => return Err(PortedError::Read { file, source }),
    };
    let Some(python) = python_digest(&text, item) else {
        return Ok(State::Orphaned);
    };
    if !wired_functions(&text)
        .iter()
        .any(|wired| wired == name.qualname())
    {
        return Ok(State::Unwired);
    }
    if python != item.header.python {
        return Ok(State::Drifted);
    }
    if !item.is_edited() {
        return Ok(State::Draft);
    }
    let build = Build::of(project, interpreter, krate, group, item);
    Ok(if build == Build::Current {
        State::Ported
    } else {
        State::NotBuilt
    })
}

/// The ports among `functions` (all, where none are named) whose compiled module is older than their Rust.
///
/// # Errors
///
/// A file cannot be read.
pub fn stale(
    project: &Project,
    interpreter: &Interpreter,
    functions: &[FunctionName],
) -> Result<Vec<FunctionName>, PortedError> {
    let Some(krate) = Krate::open(project)? else {
        return Ok(Vec::new());
    };
    let mut stale = Vec::new();
    for (group, file) in &krate.groups {
        for item in &file.items {
            let name = &item.header.name;
            let is_asked = functions.is_empty() || functions.contains(name);
            if is_asked && Build::of(project, interpreter, &krate, group, item) == Build::Stale {
                stale.push(name.clone());
            }
        }
    }
    Ok(stale)
}

/// The compiled module beside a port's source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Build {
    Missing,
    Stale,
    Current,
}

impl Build {
    fn of(
        project: &Project,
        interpreter: &Interpreter,
        krate: &Krate,
        group: &str,
        item: &Item,
    ) -> Self {
        let file = project.root().join(&item.header.file);
        let file_name = format!("_exuvia{}", interpreter.extension_suffix());
        let library = extension_dir(&file, item.header.name.module(), krate.package())
            .map(|dir| dir.join(&file_name));
        let Some((library, bytes)) = library.and_then(|file| {
            let bytes = fs::read(&file).ok()?;
            Some((file, bytes))
        }) else {
            return Self::Missing;
        };
        let is_current = match BuildRecord::read(project, &file_name) {
            Some(record) if record.library == digest(&bytes) => {
                record.sources == krate.sources_digest()
            }
            // It was built by other means: by the clock then.
            _ => modified(&library) >= modified(&krate.file_of(group)),
        };
        if is_current {
            Self::Current
        } else {
            Self::Stale
        }
    }
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}
