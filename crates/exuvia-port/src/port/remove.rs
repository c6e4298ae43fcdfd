//! Takes ports out again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Serialize;

use super::PortError;
use crate::changes::{ChangeError, Changes};
use crate::draft::krate::Krate;
use crate::locate::extension_dir;
use crate::wire::{Wiring, wired, wired_functions};
use crate::{FunctionName, Project};

/// What was taken out.
#[derive(Debug, Clone, Serialize)]
pub struct RemoveReport {
    /// The functions that are Python's alone again, and those whose unused Rust was deleted.
    pub removed: Vec<FunctionName>,
    /// The functions whose Rust was edited and is kept in `rust/`, out of use; they are not among the removed where an
    /// earlier removal had taken them out already.
    pub kept: Vec<FunctionName>,
    /// Whether `rust/` as a whole is gone.
    pub crate_deleted: bool,
    /// Whether other ports are left in it.
    pub others_left: bool,
}

/// Takes `functions` out, or all ports where it is empty: the Python files get back the bytes they had, and Rust that nobody
/// edited is deleted. With `force`, Rust that people wrote is deleted too. Where no port is left in use, the compiled module
/// and `.exuvia/` go as well, and so does `rust/`, unless something in there is kept.
///
/// # Errors
///
/// A function is not ported, or a file cannot be read or written. Nothing is changed then.
pub fn remove(
    project: &Project,
    functions: &[FunctionName],
    force: bool,
) -> Result<RemoveReport, PortError> {
    let Some(mut krate) = Krate::open(project)? else {
        return match functions.first() {
            Some(name) => Err(not_ported(name)),
            None => Ok(RemoveReport {
                removed: Vec::new(),
                kept: Vec::new(),
                crate_deleted: false,
                others_left: false,
            }),
        };
    };
    let headers: BTreeMap<FunctionName, PathBuf> = krate
        .groups
        .values()
        .flat_map(|file| &file.items)
        .map(|item| {
            (
                item.header.name.clone(),
                project.root().join(&item.header.file),
            )
        })
        .collect();
    if let Some(name) = functions.iter().find(|name| !headers.contains_key(name)) {
        return Err(not_ported(name));
    }
    let is_chosen = |name: &FunctionName| functions.is_empty() || functions.contains(name);
    let in_use = in_use(&headers)?;
    let chosen: Vec<_> = headers
        .keys()
        .filter(|name| is_chosen(name))
        .cloned()
        .collect();

    let mut changes = Changes::default();
    unwire(&krate, &headers, &chosen, &mut changes)?;
    let untouched = krate.is_untouched();
    let libraries = libraries(&krate, &headers);
    let mut kept = Vec::new();
    for file in krate.groups.values_mut() {
        file.items.retain(|item| {
            let stays = !is_chosen(&item.header.name) || (item.is_edited() && !force);
            if stays && is_chosen(&item.header.name) {
                kept.push(item.header.name.clone());
            }
            stays
        });
    }
    let preamble_edited = |krate: &Krate| {
        krate.groups.values().any(|file| {
            let module = headers
                .keys()
                .map(FunctionName::module)
                .find(|module| file.preamble.contains(*module));
            file.items.is_empty() && module.is_none_or(|module| file.is_preamble_edited(module))
        })
    };
    let is_empty = krate.groups.values().all(|file| file.items.is_empty());
    let crate_deleted = is_empty && (force || (untouched && !preamble_edited(&krate)));
    if !crate_deleted {
        let gone: Vec<_> = krate
            .groups
            .iter()
            .filter(|(_, file)| file.items.is_empty())
            .map(|(name, _)| name.clone())
            .collect();
        for group in gone {
            changes.delete(&krate.file_of(&group));
            krate.groups.remove(&group);
        }
        krate.plan(&mut changes)?;
    }
    changes.apply()?;
    if in_use.iter().all(is_chosen) {
        // Nothing is left to use them; the Python files no longer refer to any of it.
        for library in libraries {
            delete(&library, |path| fs::remove_file(path))?;
        }
        delete(&project.data_dir(), |path| fs::remove_dir_all(path))?;
    }
    if crate_deleted {
        delete(&project.rust_dir(), |path| fs::remove_dir_all(path))?;
    }
    kept.sort();
    let mut removed = chosen;
    removed.retain(|name| in_use.contains(name) || !kept.contains(name));
    Ok(RemoveReport {
        removed,
        others_left: headers.keys().any(|name| !is_chosen(name)),
        kept,
        crate_deleted,
    })
}

fn not_ported(name: &FunctionName) -> PortError {
    PortError::NotPorted {
        name: name.clone(),
        task: "remove",
    }
}

/// The functions whose Python module has a block that names them.
fn in_use(headers: &BTreeMap<FunctionName, PathBuf>) -> Result<Vec<FunctionName>, PortError> {
    let mut found = Vec::new();
    for (name, file) in headers {
        let Some(text) = read(file)? else { continue };
        if wired_functions(&text)
            .iter()
            .any(|wired| wired == name.qualname())
        {
            found.push(name.clone());
        }
    }
    Ok(found)
}

/// A Python file's text; nothing where it is gone.
fn read(file: &Path) -> Result<Option<String>, PortError> {
    match fs::read_to_string(file) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(PortError::Read {
            file: file.to_owned(),
            source,
        }),
    }
}

/// Plans the Python files without the removed functions.
fn unwire(
    krate: &Krate,
    headers: &BTreeMap<FunctionName, PathBuf>,
    removed: &[FunctionName],
    changes: &mut Changes,
) -> Result<(), PortError> {
    let mut files: BTreeMap<&PathBuf, Vec<&FunctionName>> = BTreeMap::new();
    for name in removed {
        files.entry(&headers[name]).or_default().push(name);
    }
    for (file, names) in files {
        // A module that is gone took its block along.
        let Some(text) = read(file)? else { continue };
        let mut left = wired_functions(&text);
        left.retain(|function| names.iter().all(|name| name.qualname() != function));
        let group = krate.group_of(names[0].module());
        let wiring = Wiring {
            extension: &krate.extension,
            group: &group,
            functions: &left,
        };
        changes.write(file, wired(&text, wiring));
    }
    Ok(())
}

/// The compiled modules next to the package, for whatever interpreters they were built.
fn libraries(krate: &Krate, headers: &BTreeMap<FunctionName, PathBuf>) -> Vec<PathBuf> {
    let dir = headers
        .iter()
        .next()
        .and_then(|(name, file)| extension_dir(file, name.module(), krate.package()));
    let entries = dir
        .and_then(|dir| fs::read_dir(dir).ok())
        .into_iter()
        .flatten()
        .filter_map(Result::ok);
    let is_library = |path: &PathBuf| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        name.starts_with("_exuvia.") && (name.ends_with(".so") || name.ends_with(".pyd"))
    };
    entries
        .map(|entry| entry.path())
        .filter(is_library)
        .collect()
}

fn delete(path: &Path, with: impl FnOnce(&Path) -> io::Result<()>) -> Result<(), ChangeError> {
    match with(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => Err(ChangeError {
            path: path.to_owned(),
            source,
        }),
        _ => Ok(()),
    }
}
