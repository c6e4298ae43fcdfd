//! Where a path leads: elsewhere, to something packed, or to nothing below the root.
//!
//! The rules are the kernel's (path_resolution(7)): what stands before a `/` has to be a directory that is there, also before `..` and
//! at the end. There are no links in an archive. A path that is not absolute starts from the working directory or from an open one, which
//! may be packed, too: the working directory is an empty one on disk then, whose name tells which one is meant.

use std::borrow::Cow;
use std::ffi::{CStr, c_char, c_int};
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};

use exuvia_archive::File;

use super::{FILES, Files};
use crate::disk;

/// What lies at a path below the root.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    File(File<'static>),
    /// The path in the archive, without a slash at its end.
    Directory(String),
}

/// What a path stands for.
pub(super) enum Place {
    /// Not below the root: the C library's.
    Elsewhere,
    /// Below the root, where there is nothing.
    Nothing(Absence),
    /// Below the root.
    Packed(&'static Files, Entry),
}

/// Why there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absence {
    /// The directory is there and has no such name.
    Name,
    /// The directory is not there.
    Directory,
    /// What should be a directory is a file.
    NotADirectory,
}

impl Absence {
    /// The number of the error for those who want to use what is there.
    pub(super) fn number(self) -> c_int {
        match self {
            Self::Name | Self::Directory => libc::ENOENT,
            Self::NotADirectory => libc::ENOTDIR,
        }
    }

    /// The number of the error for those who want to make something there.
    pub(super) fn number_for_creation(self) -> c_int {
        match self {
            Self::Name => libc::EROFS,
            Self::Directory | Self::NotADirectory => self.number(),
        }
    }
}

impl Entry {
    /// The path in the archive.
    pub(super) fn path(&self) -> &str {
        match self {
            Self::File(file) => file.path().unwrap_or_default(),
            Self::Directory(path) => path,
        }
    }
}

/// Where a path of C leads; a null pointer leads elsewhere.
///
/// # Safety
///
/// The path is null or ends with NUL.
pub(super) unsafe fn place(path: *const c_char) -> Place {
    // SAFETY: the caller's promise.
    unsafe { place_at(libc::AT_FDCWD, path) }
}

/// Where a path of C leads that may start from an open directory; a null pointer leads elsewhere.
///
/// # Safety
///
/// The path is null or ends with NUL.
pub(super) unsafe fn place_at(directory: c_int, path: *const c_char) -> Place {
    let Some(files) = FILES.get().filter(|_| !path.is_null()) else {
        return Place::Elsewhere;
    };
    // SAFETY: it ends with NUL (the caller's promise).
    let Ok(path) = unsafe { CStr::from_ptr(path) }.to_str() else {
        return Place::Elsewhere;
    };
    if let Some(below) = files.root.below(path) {
        return files.resolve(below);
    }
    // An empty path is nobody's, or means the descriptor itself.
    if path.is_empty() || path.starts_with('/') {
        return Place::Elsewhere;
    }
    let mut target = Target::new();
    let from = if directory == libc::AT_FDCWD {
        ENTERED
            .load(Ordering::Relaxed)
            .then(|| target.of_working_directory())
            .flatten()
    } else {
        target.of_descriptor(directory)
    };
    let Some(from) = from else {
        return Place::Elsewhere;
    };
    if let Some(below) = files.root.below(from) {
        return files.resolve(&format!("{below}/{path}"));
    }
    match files.entry_of_copy(from) {
        Some(Entry::Directory(from)) => files.resolve(&format!("/{from}/{path}")),
        // A file is where no path starts from, as the kernel will say.
        _ => Place::Elsewhere,
    }
}

/// What an open descriptor stands for, if that is packed: a directory, or the copy of a file in memory.
pub(super) fn place_of_descriptor(descriptor: c_int) -> Option<(&'static Files, Entry)> {
    let files = FILES.get()?;
    let mut target = Target::new();
    let path = target.of_descriptor(descriptor)?;
    if let Some(entry) = files.entry_of_copy(path) {
        return Some((files, entry));
    }
    match files.resolve(files.root.below(path)?) {
        Place::Packed(files, entry) => Some((files, entry)),
        _ => None,
    }
}

/// Whether the working directory of this process may be a packed one: relative paths start from it then.
///
/// Nothing takes this back. A child that `vfork` made shares it, and leaves its own directory, not that of this process.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Looks where this process is.
pub(super) fn note_working_directory(files: &Files) {
    let mut target = Target::new();
    let is_packed = target
        .of_working_directory()
        .is_some_and(|path| files.root.below(path).is_some());
    if is_packed {
        ENTERED.store(true, Ordering::Relaxed);
    }
}

/// Where a link of `/proc` leads, without memory of its own: between `fork` and `exec`, too.
struct Target([u8; libc::PATH_MAX as usize]);

impl Target {
    fn new() -> Self {
        Self([0; libc::PATH_MAX as usize])
    }

    fn of_working_directory(&mut self) -> Option<&str> {
        self.of_link(c"/proc/self/cwd")
    }

    fn of_descriptor(&mut self, descriptor: c_int) -> Option<&str> {
        // `/proc/self/fd/`, ten digits and a sign, and the NUL that is left of the zeroes.
        let mut link = [0; 32];
        write!(&mut link[..], "/proc/self/fd/{descriptor}").ok()?;
        self.of_link(CStr::from_bytes_until_nul(&link).ok()?)
    }

    fn of_link(&mut self, link: &CStr) -> Option<&str> {
        // SAFETY: the path ends with NUL, and there is as much room as is said.
        let length = unsafe {
            disk::readlinkat(
                libc::AT_FDCWD,
                link.as_ptr(),
                self.0.as_mut_ptr().cast(),
                self.0.len(),
            )
        };
        let target = self.0.get(..usize::try_from(length).ok()?)?;
        std::str::from_utf8(target).ok()
    }
}

/// The status of a directory that the root lies in, if the path is one.
///
/// # Safety
///
/// The path is null or ends with NUL.
pub(super) unsafe fn above_the_root(path: *const c_char) -> Option<libc::stat> {
    let files = FILES.get().filter(|_| !path.is_null())?;
    // SAFETY: it ends with NUL (the caller's promise).
    let path = unsafe { CStr::from_ptr(path) }
        .to_str()
        .ok()?
        .trim_end_matches('/');
    let rest = files.root.as_str().strip_prefix(path)?;
    (!path.is_empty() && rest.starts_with('/')).then(|| files.status_of_directory(path))
}

impl Files {
    /// Where a path leads that begins at the root: empty, or with `/` before each of its parts.
    fn resolve(&'static self, below: &str) -> Place {
        let path = match self.walk(below) {
            Some(Ok(path)) => path,
            Some(Err(absence)) => return Place::Nothing(absence),
            None => return Place::Elsewhere,
        };
        match self.entry(&path) {
            Some(entry) => Place::Packed(self, entry),
            None => Place::Nothing(self.absence(&path)),
        }
    }

    /// The path without `.`, `..` and empty parts, each of which wants a directory before it; `None` where it leads out of the root.
    fn walk<'p>(&self, below: &'p str) -> Option<Result<Cow<'p, str>, Absence>> {
        let plain = below.strip_prefix('/').unwrap_or(below);
        if plain
            .split('/')
            .all(|part| !matches!(part, "" | "." | ".."))
        {
            return Some(Ok(Cow::Borrowed(plain)));
        }
        let mut path = String::new();
        for part in plain.split('/') {
            if !matches!(part, "" | "." | "..") {
                if !path.is_empty() {
                    path.push('/');
                }
                path.push_str(part);
                continue;
            }
            match self.entry(&path) {
                Some(Entry::Directory(_)) => {}
                Some(Entry::File(_)) => return Some(Err(Absence::NotADirectory)),
                None => {
                    let absence = match self.absence(&path) {
                        Absence::Name => Absence::Directory,
                        other => other,
                    };
                    return Some(Err(absence));
                }
            }
            if part == ".." {
                if path.is_empty() {
                    return None;
                }
                path.truncate(path.rfind('/').unwrap_or(0));
            }
        }
        Some(Ok(Cow::Owned(path)))
    }

    fn entry(&self, path: &str) -> Option<Entry> {
        match self.archive().file(path) {
            Some(file) => Some(Entry::File(file)),
            None => self
                .archive()
                .is_directory(path)
                .then(|| Entry::Directory(path.to_owned())),
        }
    }

    /// Why there is nothing at a path.
    fn absence(&self, path: &str) -> Absence {
        let mut above = path;
        let mut reason = Absence::Name;
        while let Some((parent, _)) = above.rsplit_once('/') {
            match self.entry(parent) {
                Some(Entry::Directory(_)) => return reason,
                Some(Entry::File(_)) => return Absence::NotADirectory,
                None => reason = Absence::Directory,
            }
            above = parent;
        }
        reason
    }
}
