//! Files in memory (`memfd_create(2)`), filled from the archive.

use std::ffi::{CString, c_uint};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::FromRawFd;

use crate::{PackedFile, disk};

/// How much is read at a time: what a processor's cache holds.
const PIECE: u64 = 128 << 10;

/// A file in memory of this name, with the flags of `memfd_create(2)`.
///
/// # Errors
///
/// What the system said.
pub(crate) fn create(name: &str, flags: c_uint) -> io::Result<File> {
    let name = CString::new(name)?;
    // SAFETY: `name` ends with NUL.
    let descriptor = unsafe { libc::memfd_create(name.as_ptr(), flags) };
    if descriptor < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the descriptor was just made and belongs to nobody else.
    Ok(unsafe { File::from_raw_fd(descriptor) })
}

/// Writes the contents of a packed file to one in memory.
///
/// # Errors
///
/// What the system said, or [`io::ErrorKind::InvalidData`] where the archive is damaged.
pub(crate) fn fill(
    to: &mut File,
    packed: &PackedFile,
    file: &exuvia_archive::File,
) -> io::Result<()> {
    // Without a copy of the whole in this process's memory.
    if let Some(offset) = file.stored_at()
        // Opened each time: a descriptor that is kept may be closed by whoever closes all, and mean another file then.
        && let Ok(program) = File::open("/proc/self/exe")
    {
        return copy(to, &program, packed.offset + offset, file);
    }
    let contents = file.contents().map_err(damaged)?;
    to.write_all(&contents)
}

fn damaged(error: exuvia_archive::Error) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

/// Copies the contents of a file that lie at this place of the program's file, piece by piece, and sums them up on the way.
fn copy(to: &mut File, program: &File, mut at: u64, file: &exuvia_archive::File) -> io::Result<()> {
    let mut check = file.check();
    let end = at + file.length();
    let mut piece = Vec::new();
    while at < end {
        let length = usize::try_from((end - at).min(PIECE)).unwrap_or(0);
        disk::read_at(program, at, length, &mut piece)?;
        check.update(&piece);
        to.write_all(&piece)?;
        at += length as u64;
    }
    check.finish().map_err(damaged)
}
