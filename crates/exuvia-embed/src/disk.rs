//! The disk itself: system calls, below the functions of the C library that show packed files on it (`files`).
//!
//! Versions of the C library differ in which names they have for these, too.

use std::ffi::{c_char, c_int, c_long, c_uint, c_void};
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;

use libc::{mode_t, size_t, ssize_t};

/// `openat(2)`.
///
/// # Safety
///
/// The path ends with NUL; so below.
pub(crate) unsafe fn openat(
    directory: c_int,
    path: *const c_char,
    flags: c_int,
    mode: mode_t,
) -> c_int {
    // SAFETY: the system call's arguments, as the caller promises.
    unsafe { libc::syscall(libc::SYS_openat, directory, path, flags, mode) as c_int }
}

/// `newfstatat(2)`, whose structure is `struct stat` on 64-bit Linux.
///
/// # Safety
///
/// As above; `status` can be written to.
pub(crate) unsafe fn fstatat(
    directory: c_int,
    path: *const c_char,
    status: *mut libc::stat,
    flags: c_int,
) -> c_int {
    // SAFETY: as above.
    unsafe { libc::syscall(libc::SYS_newfstatat, directory, path, status, flags) as c_int }
}

/// `fstat(2)`.
///
/// # Errors
///
/// What the system said.
pub(crate) fn status(descriptor: c_int) -> io::Result<libc::stat> {
    // SAFETY: a structure of numbers, for which zeroes are values.
    let mut status: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: a path that ends with NUL; the status can be written to.
    let result = unsafe { fstatat(descriptor, c"".as_ptr(), &mut status, libc::AT_EMPTY_PATH) };
    if result < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(status)
}

/// Reads this many bytes of a file, from this offset on, in place of what `bytes` held: with one system call where one will do.
///
/// # Errors
///
/// What the system said, or [`io::ErrorKind::UnexpectedEof`].
pub(crate) fn read_at(
    file: &File,
    offset: u64,
    length: usize,
    bytes: &mut Vec<u8>,
) -> io::Result<()> {
    bytes.clear();
    bytes.reserve_exact(length);
    while bytes.len() < length {
        let at = offset + bytes.len() as u64;
        let left = length - bytes.len();
        let room = &mut bytes.spare_capacity_mut()[..left];
        // SAFETY: as much room as is said. It need not be zero before it is read into.
        let read = unsafe {
            libc::pread(
                file.as_raw_fd(),
                room.as_mut_ptr().cast(),
                room.len(),
                libc::off_t::try_from(at).map_err(io::Error::other)?,
            )
        };
        match usize::try_from(read) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            // SAFETY: the system wrote so many bytes there.
            Ok(read) => unsafe { bytes.set_len(bytes.len() + read) },
            Err(_) => {
                let error = io::Error::last_os_error();
                if error.kind() != io::ErrorKind::Interrupted {
                    return Err(error);
                }
            }
        }
    }
    Ok(())
}

/// `statx(2)`.
///
/// # Safety
///
/// As above; `status` can be written to.
pub(crate) unsafe fn statx(
    directory: c_int,
    path: *const c_char,
    flags: c_int,
    mask: c_uint,
    status: *mut libc::statx,
) -> c_int {
    // SAFETY: as above.
    unsafe { libc::syscall(libc::SYS_statx, directory, path, flags, mask, status) as c_int }
}

/// `readlinkat(2)`.
///
/// # Safety
///
/// As above; `target` can take `length` bytes.
pub(crate) unsafe fn readlinkat(
    directory: c_int,
    path: *const c_char,
    target: *mut c_char,
    length: size_t,
) -> ssize_t {
    // SAFETY: as above.
    unsafe { libc::syscall(libc::SYS_readlinkat, directory, path, target, length) as ssize_t }
}

/// `chdir(2)`.
///
/// # Safety
///
/// As above.
pub(crate) unsafe fn chdir(path: *const c_char) -> c_int {
    // SAFETY: as above.
    unsafe { libc::syscall(libc::SYS_chdir, path) as c_int }
}

/// `fchdir(2)`.
pub(crate) fn fchdir(descriptor: c_int) -> c_int {
    // SAFETY: a system call without a pointer.
    unsafe { libc::syscall(libc::SYS_fchdir, descriptor) as c_int }
}

/// `renameat2(2)`.
///
/// # Safety
///
/// As above.
pub(crate) unsafe fn renameat(
    from_directory: c_int,
    from: *const c_char,
    to_directory: c_int,
    to: *const c_char,
    flags: c_uint,
) -> c_int {
    let call = libc::SYS_renameat2;
    // SAFETY: as above.
    unsafe { libc::syscall(call, from_directory, from, to_directory, to, flags) as c_int }
}

/// `mkdirat(2)`.
///
/// # Safety
///
/// As above.
pub(crate) unsafe fn mkdirat(directory: c_int, path: *const c_char, mode: mode_t) -> c_int {
    // SAFETY: as above.
    unsafe { libc::syscall(libc::SYS_mkdirat, directory, path, mode) as c_int }
}

/// `listxattr(2)` or `llistxattr(2)`, by number.
///
/// # Safety
///
/// As above; `list` can take `length` bytes.
pub(crate) unsafe fn listxattr(
    call: c_long,
    path: *const c_char,
    list: *mut c_char,
    length: size_t,
) -> ssize_t {
    // SAFETY: as above.
    unsafe { libc::syscall(call, path, list, length) as ssize_t }
}

/// `getxattr(2)` or `lgetxattr(2)`, by number.
///
/// # Safety
///
/// As above; `name` ends with NUL, `value` can take `length` bytes.
pub(crate) unsafe fn getxattr(
    call: c_long,
    path: *const c_char,
    name: *const c_char,
    value: *mut c_void,
    length: size_t,
) -> ssize_t {
    // SAFETY: as above.
    unsafe { libc::syscall(call, path, name, value, length) as ssize_t }
}
