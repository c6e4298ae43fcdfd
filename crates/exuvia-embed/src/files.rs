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
//! A real file is needed in four cases, and put there then: its path is given to another program, or made the target of a link; its
//! mode is changed; the system has no files in memory, or refuses to run code from them; it is a library that needs one that needs it. A directory that is entered is made on disk without
//! what is in it: paths that start from there are answered as those from the root folder are.
//!
//! What bypasses the C library is not answered: system calls that a program makes by itself, and those that the C library makes inside of other functions
//! (`glob`, `scandir`, `ftw`, `fts_open`, `mkstemp`, `bindtextdomain`). They see what is on disk.
//!
//! Functions that are called with paths outside of the root take no lock and allocate nothing: they run between `fork` and `exec`, too.

mod calls;
mod contents;
mod library;
mod listing;
mod place;
mod real;
mod status;

use std::ffi::{CString, OsString, c_int};
use std::io;
use std::os::fd::{FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::sync::OnceLock;

use exuvia_archive::Archive;

use self::place::Entry;
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
    library::prepare_for_forks();
    let files = FILES.get_or_init(|| Files {
        root: Root::for_digest(packed.archive.digest()),
        packed: packed.clone(),
    });
    place::note_working_directory(files);
}

impl Files {
    fn archive(&self) -> &Archive<'static> {
        &self.packed.archive
    }

    /// Puts an entry on disk, with all that is below it, for those who look there themselves.
    fn put_on_disk(&self, entry: &Entry) -> io::Result<PathBuf> {
        self.root.materialize_entry(self.archive(), entry.path())
    }

    /// Makes a packed directory on disk, and none of what is in it: this process finds that without.
    fn put_directory_on_disk(&self, path: &str) -> io::Result<String> {
        self.root.materialize_directory(path)?;
        Ok(self.root.join(path))
    }

    /// Puts an entry on disk and opens it there, with these flags besides `O_RDONLY`.
    fn open_on_disk(&self, entry: &Entry, flags: c_int) -> io::Result<OwnedFd> {
        match entry {
            Entry::File(file) => open(self.root.materialize(file)?, flags),
            Entry::Directory(path) => open(self.put_directory_on_disk(path)?, flags),
        }
    }
}

/// Opens what is on disk, whatever is shown at its path.
fn open(path: impl Into<OsString>, flags: c_int) -> io::Result<OwnedFd> {
    let path = CString::new(path.into().into_vec())?;
    // SAFETY: the path ends with NUL.
    let descriptor =
        unsafe { disk::openat(libc::AT_FDCWD, path.as_ptr(), libc::O_RDONLY | flags, 0) };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor was just made and belongs to nobody else.
    Ok(unsafe { OwnedFd::from_raw_fd(descriptor) })
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
