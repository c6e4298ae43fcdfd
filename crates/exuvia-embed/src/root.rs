//! The virtual root: the directory below which every packed file has its path, and where one is put that is needed as a real file.
//!
//! It is named after the archive's SHA-256 and lies in the user's cache folder, or in a private folder under `/tmp` where the user has no
//! home that can be written to. Nothing is created before it is needed. Files appear whole, by renaming, so that any number
//! of processes may do this at once.

use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use exuvia_archive::File;

/// A virtual root.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    /// The directory that all roots of this user share.
    base: PathBuf,
    /// The root itself, without a slash at its end.
    path: String,
}

impl Root {
    /// Chooses the root for an archive. Looks at the environment and at permissions, and writes nothing.
    pub(crate) fn for_digest(digest: &[u8]) -> Self {
        let name: String = digest
            .iter()
            .take(12)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let base = cache_folder().unwrap_or_else(|| {
            let temporary = std::env::var_os("TMPDIR")
                .map(PathBuf::from)
                .filter(|path| is_writable(path));
            // SAFETY: `geteuid` reads a number of this process.
            let user = unsafe { libc::geteuid() };
            temporary
                .unwrap_or_else(|| PathBuf::from("/tmp"))
                .join(format!("exuvia-{user}"))
        });
        // A path that is no UTF-8 cannot be part of `__file__` without surrogates.
        let base = if base.to_str().is_some() {
            base
        } else {
            PathBuf::from("/tmp/exuvia")
        };
        let path = base.join(name).to_string_lossy().into_owned();
        Self { base, path }
    }

    /// The root as text, without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        &self.path
    }

    /// The absolute path of a path in the archive.
    pub(crate) fn join(&self, path: &str) -> String {
        if path.is_empty() {
            self.path.clone()
        } else {
            format!("{}/{path}", self.path)
        }
    }

    /// The path in the archive of an absolute path, if it lies below the root.
    pub(crate) fn strip<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = path.strip_prefix(&self.path)?;
        if rest.is_empty() {
            Some(rest)
        } else {
            rest.strip_prefix('/')
                .map(|rest| rest.trim_end_matches('/'))
        }
    }

    /// Puts a file of the archive at its path on disk, unless it is there.
    ///
    /// # Errors
    ///
    /// What the system said, or [`io::ErrorKind::InvalidData`] where the archive is damaged.
    pub(crate) fn materialize(&self, file: &File) -> io::Result<PathBuf> {
        let damaged =
            |error: exuvia_archive::Error| io::Error::new(io::ErrorKind::InvalidData, error);
        let path = Path::new(&self.path).join(file.path().map_err(damaged)?);
        if fs::symlink_metadata(&path)
            .is_ok_and(|found| found.is_file() && found.len() == file.length())
        {
            return Ok(path);
        }
        self.secure_base()?;
        let directory = path.parent().unwrap_or(Path::new("/"));
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(directory)?;

        // Beside the root and not in it: others may be listing its directories.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let temporary = self.base.join(format!(".{}.{count}", std::process::id()));
        let written = write_file(
            &temporary,
            &file.contents().map_err(damaged)?,
            file.is_executable(),
        )
        .and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            // The half-written file is of no use to anyone; that it could not be written is what is reported.
            let _ = fs::remove_file(&temporary);
        }
        written.map(|()| path)
    }

    /// Creates the shared base directory; refuses one that somebody else could have filled.
    fn secure_base(&self) -> io::Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.base)?;
        let found = fs::symlink_metadata(&self.base)?;
        // SAFETY: `geteuid` reads a number of this process.
        let user = unsafe { libc::geteuid() };
        if found.is_dir() && found.uid() == user && found.mode() & 0o022 == 0 {
            return Ok(());
        }
        let reason = format!(
            "{} belongs to, or can be written by, another user; set XDG_CACHE_HOME to a folder of your own",
            self.base.display()
        );
        Err(io::Error::new(io::ErrorKind::PermissionDenied, reason))
    }
}

fn write_file(path: &Path, contents: &[u8], is_executable: bool) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(contents)?;
    file.set_permissions(Permissions::from_mode(if is_executable {
        0o700
    } else {
        0o600
    }))
}

/// `exuvia` in the user's cache folder, as the XDG Base Directory Specification has it, if it can be written to.
fn cache_folder() -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let candidates = [
        absolute("XDG_CACHE_HOME"),
        absolute("HOME").map(|home| home.join(".cache")),
    ];
    candidates
        .into_iter()
        .flatten()
        .find(|path| is_writable(path))
        .map(|path| path.join("exuvia"))
}

/// Whether a directory, or the first one above it that exists, can be written to.
fn is_writable(path: &Path) -> bool {
    let allowed = |path: &Path| {
        let Ok(path) = std::ffi::CString::new(path.as_os_str().as_bytes()) else {
            return false;
        };
        // SAFETY: the path ends with NUL.
        unsafe { libc::access(path.as_ptr(), libc::W_OK) == 0 }
    };
    // One level up at most: a home that does not exist is not to be created.
    allowed(path) || (!path.exists() && path.parent().is_some_and(allowed))
}
