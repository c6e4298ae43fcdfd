//! Files in memory (`memfd_create(2)`), filled from the archive.

use std::ffi::{CString, c_uint};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, FromRawFd};

use crate::PackedFile;

/// From this length on, what is stored as it is gets copied by the kernel, and not through this process's view of the packed file, whose
/// pages would then count as its memory.
const COPIED_BY_THE_KERNEL: u64 = 16 << 10;

/// A file in memory, of the last part of a path as its name, with the flags of `memfd_create(2)`.
///
/// # Errors
///
/// What the system said.
pub(crate) fn create(path: &str, flags: c_uint) -> io::Result<File> {
    let name = CString::new(path.rsplit('/').next().unwrap_or_default())?;
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
    if file.length() >= COPIED_BY_THE_KERNEL
        && let Some(offset) = file.stored_at()
        && copy_by_the_kernel(to, packed.offset + offset, file.length()).is_ok()
    {
        return Ok(());
    }
    let contents = file
        .contents()
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
    to.write_all(&contents)
}

/// Copies a part of the running program's file; nothing is left of it where that fails.
fn copy_by_the_kernel(to: &mut File, offset: u64, length: u64) -> io::Result<()> {
    // Opened each time: a descriptor that is kept may be closed by whoever closes all, and mean another file then.
    let program = File::open("/proc/self/exe")?;
    let mut at = offset as libc::off_t;
    let mut left = length as usize;
    while left > 0 {
        // SAFETY: two descriptors of our own, and a number.
        let copied = unsafe { libc::sendfile(to.as_raw_fd(), program.as_raw_fd(), &mut at, left) };
        match usize::try_from(copied) {
            Ok(0) | Err(_) => {
                let error = io::Error::last_os_error();
                to.set_len(0)?;
                // SAFETY: a descriptor of our own.
                unsafe { libc::lseek(to.as_raw_fd(), 0, libc::SEEK_SET) };
                return Err(error);
            }
            Ok(copied) => left -= copied,
        }
    }
    Ok(())
}
