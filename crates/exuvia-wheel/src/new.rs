//! Starting a project.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use exuvia_port::Advice;

use crate::{Kind, ProjectName};

/// Why no project was started; nothing was left behind.
#[derive(Debug, thiserror::Error)]
pub enum NewError {
    /// Something of that name is there.
    #[error(
        "cannot start the project `{name}`: {} is {}",
        folder.display(),
        if folder.is_dir() { "there and not empty" } else { "there and no folder" }
    )]
    Exists {
        /// The project.
        name: ProjectName,
        /// What is there.
        folder: PathBuf,
    },
    /// A file could not be written.
    #[error("cannot start the project `{name}`: cannot write {}: {source}", path.display())]
    Write {
        /// The project.
        name: ProjectName,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Advice for NewError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Exists { .. } => {
                "take another name, or run it where nothing is called so".to_owned()
            }
            Self::Write { source, .. } => match source.kind() {
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "run it in a folder that you may write to".to_owned()
                }
                _ => return None,
            },
        })
    }
}

/// Writes a project to a folder of its name in `parent`, and returns that folder. The folder is there whole, or not at all.
///
/// # Errors
///
/// The folder is there and not empty, or cannot be written.
pub fn new(parent: &Path, name: &ProjectName, kind: Kind) -> Result<PathBuf, NewError> {
    let folder = parent.join(name.as_str());
    // An empty folder is replaced by the rename, whatever else is there is not.
    let is_free = match fs::read_dir(&folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if !is_free {
        return Err(NewError::Exists {
            name: name.clone(),
            folder,
        });
    }
    let failed = |path: &Path, source| NewError::Write {
        name: name.clone(),
        path: path.to_owned(),
        source,
    };
    let beside = tempfile::Builder::new()
        .prefix(".exuvia-")
        .tempdir_in(parent)
        .map_err(|source| failed(&folder, source))?;
    let whole = beside.path().join(name.as_str());
    for (path, text) in kind.files(name) {
        let target = whole.join(&path);
        let written = target
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::write(&target, text));
        written.map_err(|source| failed(&folder.join(&path), source))?;
    }
    fs::rename(&whole, &folder).map_err(|source| failed(&folder, source))?;
    Ok(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> ProjectName {
        "my-demo".parse().unwrap()
    }

    /// Every file below `folder`, relative to it.
    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut open = vec![folder.to_owned()];
        let mut files = Vec::new();
        while let Some(next) = open.pop() {
            for entry in fs::read_dir(next).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    files.push(path);
                }
            }
        }
        files
    }

    #[test]
    fn every_file_of_a_project_is_filled_in() {
        for (kind, count) in [(Kind::Cffi, 13), (Kind::Extension, 10)] {
            let parent = tempfile::tempdir().unwrap();
            let folder = new(parent.path(), &name(), kind).unwrap();
            assert_eq!(folder, parent.path().join("my-demo"));
            assert_eq!(files(parent.path()).len(), count);
            for file in files(&folder) {
                let text = fs::read_to_string(&file).unwrap();
                for placeholder in ["@NAME@", "@MODULE@", "@UPPER@", "@DEPENDENCY@"] {
                    assert!(!text.contains(placeholder), "{}", file.display());
                }
            }
            let init = fs::read_to_string(folder.join("python/my_demo/__init__.py")).unwrap();
            assert!(init.contains("from ._native import"));
        }
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        fs::create_dir(parent.path().join("my-demo")).unwrap();
        new(parent.path(), &name(), Kind::Cffi).unwrap();
        let before = files(parent.path());
        let error = new(parent.path(), &name(), Kind::Extension).unwrap_err();
        assert!(matches!(error, NewError::Exists { .. }));
        assert_eq!(files(parent.path()), before);
    }

    #[test]
    fn a_file_in_the_place_of_the_folder_is_left_alone() {
        let parent = tempfile::tempdir().unwrap();
        fs::write(parent.path().join("my-demo"), "mine").unwrap();
        let error = new(parent.path(), &name(), Kind::Cffi).unwrap_err();
        assert!(
            error.to_string().ends_with("is there and no folder"),
            "{error}"
        );
        assert_eq!(
            fs::read_to_string(parent.path().join("my-demo")).unwrap(),
            "mine"
        );
    }
}
