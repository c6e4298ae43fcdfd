//! The packed files as every part of the process sees them, without a file on disk.
//!
//! A program's own definitions of C functions go before those of the C library, for itself and for every shared object that it
//! loads: the rule that `LD_PRELOAD` rests on, too (System V ABI, "Shared Object Dependencies"). The launcher therefore defines the
//! functions that take a path (`calls`): `open`, `stat`, `opendir`, `dlopen` and their like. A path below the virtual root is answered
//! from the archive; every other path goes to the C library as it came. The interpreter, OpenSSL that reads
//! its certificates, SQLite that opens a database, extension modules in any language: all find what is packed, at its path.
//!
//! What is opened is a copy in memory (`contents`), what is listed a list (`listing`), what is asked about has the modification
//! time and the owner of the packed file itself (`status`). Nothing below the root can be written to.
//!
//! A real file is needed in four cases, and put there then: a directory is opened as such, or entered; the path is
//! given to another program; the system has no files in memory, or refuses to run code from them.
//!
//! Functions that are called with paths outside of the root take no lock and allocate nothing: they run between `fork` and `exec`, too.

mod calls;
mod contents;
mod library;
mod listing;
mod real;
mod status;

use std::ffi::{CStr, CString, c_char, c_int};
use std::io;
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::sync::OnceLock;

use exuvia_archive::{Archive, File};

use crate::root::Root;
use crate::{PackedFile, disk};

/// The packed files of this process.
#[derive(Debug)]
struct Files {
    packed: PackedFile,
    root: Root,
}

static FILES: OnceLock<Files> = OnceLock::new();

/// Shows the files of a packed file to the whole process, from here on; the first one stays.
pub fn show(packed: &PackedFile) {
    real::find_all();
    FILES.get_or_init(|| Files {
        root: Root::for_digest(packed.archive.digest()),
        packed: packed.clone(),
    });
}

/// What lies at a path below the root.
#[derive(Debug, Clone)]
enum Entry {
    File(File<'static>),
    /// The path in the archive, without a slash at its end.
    Directory(String),
}

/// What a path stands for.
enum Place {
    /// Not below the root: the C library's.
    Elsewhere,
    /// Below the root, where there is nothing.
    Nothing,
    /// Below the root.
    Packed(&'static Files, Entry),
}

/// Where a path of C leads; a null pointer leads elsewhere.
///
/// # Safety
///
/// The path is null or ends with NUL.
unsafe fn place(path: *const c_char) -> Place {
    let Some(files) = FILES.get().filter(|_| !path.is_null()) else {
        return Place::Elsewhere;
    };
    // SAFETY: it ends with NUL (the caller's promise).
    let path = unsafe { CStr::from_ptr(path) };
    match path.to_str().ok().and_then(|path| files.root.strip(path)) {
        Some(path) => files
            .entry(&path)
            .map_or(Place::Nothing, |entry| Place::Packed(files, entry)),
        None => Place::Elsewhere,
    }
}

/// The status of a directory that the root lies in, if the path is one.
///
/// # Safety
///
/// The path is null or ends with NUL.
unsafe fn above_the_root(path: *const c_char) -> Option<libc::stat> {
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
    fn archive(&self) -> &Archive<'static> {
        &self.packed.archive
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

    /// Puts an entry on disk, with all that is below it, and opens it there.
    fn open_on_disk(&self, entry: &Entry) -> io::Result<OwnedFd> {
        let path = self.root.materialize_entry(self.archive(), entry.path())?;
        let path = CString::new(path.into_os_string().into_vec())?;
        // SAFETY: the path ends with NUL.
        let descriptor = unsafe {
            disk::openat(
                libc::AT_FDCWD,
                path.as_ptr(),
                libc::O_RDONLY | libc::O_CLOEXEC,
                0,
            )
        };
        if descriptor < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the descriptor was just made and belongs to nobody else.
        Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
    }
}

impl Entry {
    /// The path in the archive.
    fn path(&self) -> &str {
        match self {
            Self::File(file) => file.path().unwrap_or_default(),
            Self::Directory(path) => path,
        }
    }
}

/// Sets `errno`.
fn set_errno(number: c_int) {
    // SAFETY: the address of this thread's own number.
    unsafe { *libc::__errno_location() = number };
}

/// What a C function returns that failed, with the reason in `errno`.
fn failed(number: c_int) -> c_int {
    set_errno(number);
    -1
}

/// The number of an error of the system; `EIO` for a damaged archive.
fn number_of(error: &io::Error) -> c_int {
    error.raw_os_error().unwrap_or(libc::EIO)
}
