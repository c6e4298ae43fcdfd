//! The virtual root: the directory below which every packed file has its path, and where one is put that is needed as a real file.
//!
//! It is named after the archive's SHA-256 and lies in the user's cache folder, or in a private folder under `/tmp` where the user has no
//! home that can be written to. Nothing is created before it is needed. Files appear whole, by renaming, so that any number
//! of processes may do this at once.

#[cfg(feature = "interpreter")]
use std::borrow::Cow;
use std::ffi::CString;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::fd::FromRawFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use exuvia_archive::{Archive, File};

use crate::disk;

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
    ///
    /// A folder in which somebody else may put files is none to trust files from: the user's own, or a private one.
    pub(crate) fn for_digest(digest: &[u8]) -> Self {
        let name: String = digest
            .iter()
            .take(12)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let temporary = std::env::var_os("TMPDIR")
            .map(PathBuf::from)
            .filter(|path| path.is_absolute() && is_writable(path))
            .unwrap_or_else(|| PathBuf::from("/tmp"));
        // The folder itself is never followed: where anyone may write, it may be a link that somebody else has made.
        let private = |folder: PathBuf| real_path(folder).join(format!("exuvia-{}", user()));
        let base = cache_folder().map_or_else(
            || private(temporary),
            |folder| real_path(folder).join("exuvia"),
        );
        // A path that is no UTF-8 cannot be part of `__file__` without surrogates.
        let base = if base.to_str().is_some() {
            base
        } else {
            private(PathBuf::from("/tmp"))
        };
        let path = base.join(name).to_string_lossy().into_owned();
        Self { base, path }
    }

    /// The last part of its path, which tells its archive from all others.
    pub(crate) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
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

    /// What follows the root in a path that is the root or below it, from wherever it starts: nothing, or something that begins with `/`.
    ///
    /// A process that was started by another with this archive in it may have got paths from that one, whose cache folder was
    /// another: below a root of the same archive, wherever it lies, is below this one.
    pub(crate) fn below<'p>(&self, path: &'p str) -> Option<&'p str> {
        let rest = match path.strip_prefix(&self.path) {
            Some(rest) => rest,
            None => {
                let at = path.find(self.name())?;
                path[..at]
                    .ends_with('/')
                    .then(|| &path[at + self.name().len()..])?
            }
        };
        (rest.is_empty() || rest.starts_with('/')).then_some(rest)
    }

    /// The path in the archive of an absolute path, if it lies below the root: without `.`, `..` and empty parts.
    #[cfg(feature = "interpreter")]
    pub(crate) fn strip<'p>(&self, path: &'p str) -> Option<Cow<'p, str>> {
        let rest = self.below(path)?;
        if rest.is_empty() {
            return Some(Cow::Borrowed(rest));
        }
        let rest = &rest[1..];
        if rest.split('/').all(|part| !matches!(part, "" | "." | "..")) {
            return Some(Cow::Borrowed(rest));
        }
        let mut parts = Vec::new();
        for part in rest.split('/') {
            match part {
                "" | "." => {}
                // Above the root is not below it.
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        Some(Cow::Owned(parts.join("/")))
    }

    /// Puts a file, or all files below a directory, at their paths on disk, and gives the path.
    ///
    /// # Errors
    ///
    /// As for [`materialize`](Self::materialize).
    pub(crate) fn materialize_entry(
        &self,
        archive: &Archive<'static>,
        path: &str,
    ) -> io::Result<PathBuf> {
        if let Some(file) = archive.file(path) {
            return self.materialize(&file);
        }
        for file in archive.files_under(path) {
            self.materialize(&file)?;
        }
        Ok(PathBuf::from(self.join(path)))
    }

    /// Makes a directory on disk, unless it is there.
    ///
    /// # Errors
    ///
    /// What the system said.
    #[cfg(feature = "files")]
    pub(crate) fn materialize_directory(&self, path: &str) -> io::Result<()> {
        self.secure_base()?;
        create_directories(Path::new(&self.join(path)))
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
        // Before what is there is taken for what was put there.
        self.secure_base()?;
        if is_there(&path, file) {
            return Ok(path);
        }
        create_directories(path.parent().unwrap_or(Path::new("/")))?;

        // Beside the root and not in it: others may be listing its directories.
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let temporary = self.base.join(format!(".{}.{count}", std::process::id()));
        let written = write_file(
            &temporary,
            &file.contents().map_err(damaged)?,
            file.is_executable(),
        )
        .and_then(|()| rename(&temporary, &path));
        if written.is_err() {
            // The half-written file is of no use to anyone; that it could not be written is what is reported.
            let _ = fs::remove_file(&temporary);
        }
        written.map(|()| path)
    }

    /// Creates the shared base directory; refuses one that somebody else could have filled.
    fn secure_base(&self) -> io::Result<()> {
        let found = match status(&self.base) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                create_directories(&self.base)?;
                status(&self.base)?
            }
            found => found?,
        };
        let is_directory = found.st_mode & libc::S_IFMT == libc::S_IFDIR;
        if is_directory && found.st_uid == user() && found.st_mode & 0o022 == 0 {
            return Ok(());
        }
        let reason = format!(
            "{} belongs to, or can be written by, another user; set XDG_CACHE_HOME to a folder of your own",
            self.base.display()
        );
        Err(io::Error::new(io::ErrorKind::PermissionDenied, reason))
    }
}

/// The user that this process acts for.
fn user() -> libc::uid_t {
    // SAFETY: `geteuid` reads a number of this process.
    unsafe { libc::geteuid() }
}

/// What is on disk at a path, whatever the functions of the C library say; of a link, the link.
fn status(path: &Path) -> io::Result<libc::stat> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    // SAFETY: a structure of numbers, for which zeroes are values.
    let mut status: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: the path ends with NUL, the status can be written to.
    let result = unsafe {
        disk::fstatat(
            libc::AT_FDCWD,
            path.as_ptr(),
            &mut status,
            libc::AT_SYMLINK_NOFOLLOW,
        )
    };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(status)
}

/// Whether a file is on disk as it was packed. One that was changed since, or that a failure of the machine has left half-written, is not.
fn is_there(path: &Path, file: &File) -> bool {
    let is_candidate = status(path).is_ok_and(|status| {
        status.st_mode & libc::S_IFMT == libc::S_IFREG
            && u64::try_from(status.st_size) == Ok(file.length())
            && status.st_uid == user()
    });
    is_candidate && is_sound(path, file).unwrap_or(false)
}

/// Whether the contents of a file on disk have the checksum of the packed ones.
fn is_sound(path: &Path, file: &File) -> io::Result<bool> {
    /// How much is read at a time.
    const PIECE: usize = 128 << 10;
    let path = CString::new(path.as_os_str().as_bytes())?;
    let flags = libc::O_RDONLY | libc::O_CLOEXEC | libc::O_NOFOLLOW;
    // SAFETY: the path ends with NUL.
    let opened = unsafe { disk::openat(libc::AT_FDCWD, path.as_ptr(), flags, 0) };
    if opened < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor was just made and belongs to nobody else.
    let mut opened = unsafe { fs::File::from_raw_fd(opened) };
    let mut check = file.check();
    let mut piece = vec![0; PIECE];
    loop {
        match opened.read(&mut piece)? {
            0 => return Ok(check.finish().is_ok()),
            length => check.update(&piece[..length]),
        }
    }
}

/// `rename(2)` on disk.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let [from, to] = [from, to].map(|path| CString::new(path.as_os_str().as_bytes()));
    let (from, to) = (from?, to?);
    // SAFETY: both paths end with NUL.
    let result = unsafe {
        disk::renameat(
            libc::AT_FDCWD,
            from.as_ptr(),
            libc::AT_FDCWD,
            to.as_ptr(),
            0,
        )
    };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// Creates a directory and those on the way to it, for this user alone.
fn create_directories(path: &Path) -> io::Result<()> {
    let text = CString::new(path.as_os_str().as_bytes())?;
    for is_second in [false, true] {
        // SAFETY: the path ends with NUL.
        if unsafe { disk::mkdirat(libc::AT_FDCWD, text.as_ptr(), 0o700) } == 0 {
            return Ok(());
        }
        let error = io::Error::last_os_error();
        match (error.kind(), path.parent()) {
            (io::ErrorKind::AlreadyExists, _) => return Ok(()),
            (io::ErrorKind::NotFound, Some(parent)) if !is_second => create_directories(parent)?,
            _ => return Err(error),
        }
    }
    Ok(())
}

fn write_file(path: &Path, contents: &[u8], is_executable: bool) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(contents)?;
    file.set_permissions(Permissions::from_mode(if is_executable {
        0o500
    } else {
        0o400
    }))
}

/// The user's cache folder, as the XDG Base Directory Specification has it, if that is the user's own and can be written to. With
/// `sudo`, it may be that of somebody else.
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
        .find(|path| is_writable(path) && is_own(path))
}

/// The path without links, as far as it exists: `os.path.realpath(__file__)` has to be below the root, too.
fn real_path(path: PathBuf) -> PathBuf {
    let mut above = path.as_path();
    while let Some(parent) = above.parent() {
        if let Ok(real) = above.canonicalize() {
            return real.join(path.strip_prefix(above).unwrap_or(Path::new("")));
        }
        above = parent;
    }
    path
}

/// Whether a directory, or the one above it, is this user's own: what is made there stays in the same hands.
fn is_own(path: &Path) -> bool {
    let existing = if path.exists() {
        Some(path)
    } else {
        path.parent()
    };
    existing
        .and_then(|path| fs::metadata(path).ok())
        .is_some_and(|found| found.uid() == user())
}

/// Whether a directory, or the one above it where it does not exist, can be written to.
fn is_writable(path: &Path) -> bool {
    let allowed = |path: &Path| {
        let Ok(path) = CString::new(path.as_os_str().as_bytes()) else {
            return false;
        };
        // SAFETY: the path ends with NUL.
        unsafe { libc::access(path.as_ptr(), libc::W_OK) == 0 }
    };
    // One level up at most: a home that does not exist is not to be created.
    allowed(path) || (!path.exists() && path.parent().is_some_and(allowed))
}
