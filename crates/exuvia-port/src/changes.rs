//! Several files written as one change: all of them, or none.
//!
//! Every new content is written to a temporary file in its target's folder first, so that a full disk or a read-only folder
//! shows before anything is touched. Only then are the targets replaced, each by one rename. If one of those fails, the ones
//! before it are put back.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::Advice;

/// What is to become of some files; nothing happens before [`apply`](Self::apply).
#[derive(Debug, Default)]
pub(crate) struct Changes {
    files: BTreeMap<PathBuf, Option<Vec<u8>>>,
}

/// A change that was not made; what had been changed is as it was before.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {source}; nothing was changed", path.display())]
pub struct ChangeError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl Advice for ChangeError {
    fn hint(&self) -> Option<String> {
        match self.source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Some("make the project's folder writable and run it again".to_owned())
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Some("make room on the disk and run it again".to_owned())
            }
            _ => None,
        }
    }
}

/// A file that is ready to take its place.
enum Prepared {
    Write(NamedTempFile),
    Delete,
}

impl Changes {
    /// `path` is to hold `content`.
    pub(crate) fn write(&mut self, path: &Path, content: impl Into<Vec<u8>>) {
        self.files.insert(path.to_owned(), Some(content.into()));
    }

    /// `path` is to be gone.
    pub(crate) fn delete(&mut self, path: &Path) {
        self.files.insert(path.to_owned(), None);
    }

    /// Makes the changes. Returns the files that were written or deleted; those whose content is what it was are left alone.
    pub(crate) fn apply(self) -> Result<Vec<PathBuf>, ChangeError> {
        let mut made = Vec::new();
        let result = self.prepare_and_commit(&mut made);
        if result.is_err() {
            // Folders made on the way are empty again by now; one that is not is someone else's.
            for folder in made.iter().rev() {
                _ = fs::remove_dir(folder);
            }
        }
        result
    }

    fn prepare_and_commit(self, made: &mut Vec<PathBuf>) -> Result<Vec<PathBuf>, ChangeError> {
        let mut prepared = Vec::new();
        for (path, content) in self.files {
            let before = match fs::read(&path) {
                Ok(before) => Some(before),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(source) => return Err(ChangeError { path, source }),
            };
            if before == content {
                continue;
            }
            let ready = match &content {
                Some(content) => stage(&path, content, made).map(Prepared::Write),
                None => Ok(Prepared::Delete),
            };
            let ready = ready.map_err(|source| ChangeError {
                path: path.clone(),
                source,
            })?;
            prepared.push((path, before, ready));
        }
        let mut done: Vec<(PathBuf, Option<Vec<u8>>)> = Vec::new();
        for (path, before, ready) in prepared {
            let result = match ready {
                Prepared::Write(file) => file.persist(&path).map(drop).map_err(|error| error.error),
                Prepared::Delete => fs::remove_file(&path),
            };
            if let Err(source) = result {
                put_back(done);
                return Err(ChangeError { path, source });
            }
            done.push((path, before));
        }
        Ok(done.into_iter().map(|(path, _)| path).collect())
    }
}

/// Writes `content` beside `path`, ready to be renamed, with the permissions that `path` has or a new file would get.
fn stage(path: &Path, content: &[u8], made: &mut Vec<PathBuf>) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folders(folder, made)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".exuvia-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Passed to open(2), which takes the umask off; an existing file's own mode is set below.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(content)?;
    if let Ok(existing) = fs::metadata(path) {
        if existing.permissions().readonly() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        file.as_file().set_permissions(existing.permissions())?;
    }
    file.as_file().sync_all()?;
    Ok(file)
}

fn make_folders(folder: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        make_folders(parent, made)?;
    }
    fs::create_dir(folder)?;
    made.push(folder.to_owned());
    Ok(())
}

/// Puts files back as they were. What cannot be put back is left; the error that led here is the one to tell.
fn put_back(done: Vec<(PathBuf, Option<Vec<u8>>)>) {
    for (path, before) in done.into_iter().rev() {
        _ = match before {
            Some(content) => stage(&path, &content, &mut Vec::new())
                .and_then(|file| Ok(file.persist(&path)?))
                .map(drop),
            None => fs::remove_file(&path),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn all_files_change_or_none() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "old").unwrap();
        // A folder in the place of the last file cannot be replaced by a rename.
        fs::create_dir_all(folder.path().join("z/full")).unwrap();
        let mut changes = Changes::default();
        changes.write(&folder.path().join("a"), "new");
        changes.write(&folder.path().join("new/deep/b"), "new");
        changes.write(&folder.path().join("z"), "new");
        let error = changes.apply().unwrap_err();
        assert!(error.path.ends_with("z"));
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "old");
        assert_eq!(names(folder.path()), ["a", "z"]);
    }

    #[test]
    fn a_commit_that_fails_halfway_is_undone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "old").unwrap();
        fs::write(folder.path().join("b"), "old").unwrap();
        let mut made = Vec::new();
        let first = stage(&folder.path().join("a"), b"new", &mut made).unwrap();
        first.persist(folder.path().join("a")).unwrap();
        put_back(vec![
            (folder.path().join("a"), Some(b"old".to_vec())),
            (folder.path().join("gone"), None),
        ]);
        assert_eq!(fs::read_to_string(folder.path().join("a")).unwrap(), "old");
        assert_eq!(names(folder.path()), ["a", "b"]);
    }

    #[test]
    fn what_does_not_change_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "same").unwrap();
        let mut changes = Changes::default();
        changes.write(&folder.path().join("a"), "same");
        changes.write(&folder.path().join("b"), "new");
        assert_eq!(changes.apply().unwrap(), [folder.path().join("b")]);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_keeps_its_mode() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("script");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        let mut changes = Changes::default();
        changes.write(&path, "new");
        changes.apply().unwrap();
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o755
        );
    }
}
