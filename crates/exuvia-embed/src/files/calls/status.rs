//! Asking about files: `stat` and its like.

use std::ffi::{c_char, c_int, c_uint};
use std::io;

use libc::{AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW};

use super::names::is_no_link;
use crate::disk;
use crate::files::place::{Place, above_the_root, place_at, place_of_descriptor};
use crate::files::status::{extended, may_be_packed};
use crate::files::{failed, set_errno};

/// # Safety
///
/// As for `fstat(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn fstat64(descriptor: c_int, status: *mut libc::stat) -> c_int {
    // SAFETY: the caller's promise; no path is read with this flag.
    let result = unsafe { disk::fstatat(descriptor, c"".as_ptr(), status, AT_EMPTY_PATH) };
    if result == 0 {
        // SAFETY: it was just written.
        unsafe { correct(descriptor, status) };
    }
    result
}

/// Makes of what the kernel says of a descriptor what the path of the file says, if it is packed.
///
/// # Safety
///
/// The status is one of this descriptor.
unsafe fn correct(descriptor: c_int, status: *mut libc::stat) {
    // SAFETY: the caller's promise.
    if may_be_packed(unsafe { &*status })
        && let Some((files, entry)) = place_of_descriptor(descriptor)
    {
        // SAFETY: as above.
        unsafe { status.write(files.status(&entry)) };
    }
}

/// # Safety
///
/// As for `fstatat(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn fstatat64(
    directory: c_int,
    path: *const c_char,
    status: *mut libc::stat,
    flags: c_int,
) -> c_int {
    // SAFETY: the caller's promise, here and below.
    let found = match unsafe { place_at(directory, path) } {
        Place::Elsewhere => {
            // SAFETY: as above.
            let flags = unsafe { followed(path, flags) };
            // SAFETY: as above.
            let result = unsafe { disk::fstatat(directory, path, status, flags) };
            // SAFETY: as above.
            if result == 0 && unsafe { is_descriptor(path, flags) } {
                // SAFETY: it was just written.
                unsafe { correct(directory, status) };
            }
            // SAFETY: as above.
            match unsafe { on_the_way(path, result) } {
                Some(found) => found,
                None => return result,
            }
        }
        Place::Nothing(absence) => return failed(absence.number()),
        Place::Packed(files, entry) => files.status(&entry),
    };
    // SAFETY: the status can be written to (the caller's promise).
    unsafe { status.write(found) };
    0
}

/// The flags, without that for links where a link is to look like what it leads to.
///
/// # Safety
///
/// The path is null or ends with NUL.
unsafe fn followed(path: *const c_char, flags: c_int) -> c_int {
    // SAFETY: the caller's promise.
    if flags & AT_SYMLINK_NOFOLLOW != 0 && unsafe { is_no_link(path) } {
        flags & !AT_SYMLINK_NOFOLLOW
    } else {
        flags
    }
}

/// Whether it is the descriptor that is asked about: with this flag and an empty path, or none (Linux 6.11).
///
/// # Safety
///
/// The path is null or ends with NUL.
unsafe fn is_descriptor(path: *const c_char, flags: c_int) -> bool {
    // SAFETY: the caller's promise.
    flags & AT_EMPTY_PATH != 0 && (path.is_null() || unsafe { *path } == 0)
}

/// The status of a directory above the root that does not exist, as long as nothing is on disk.
///
/// # Safety
///
/// The path is null or ends with NUL.
unsafe fn on_the_way(path: *const c_char, result: c_int) -> Option<libc::stat> {
    if result == 0 || io::Error::last_os_error().raw_os_error() != Some(libc::ENOENT) {
        return None;
    }
    // SAFETY: the caller's promise.
    let found = unsafe { above_the_root(path) };
    if found.is_none() {
        set_errno(libc::ENOENT);
    }
    found
}

also! {
    fstat(descriptor: c_int, status: *mut libc::stat) -> c_int = fstat64(descriptor, status);
    __fxstat(_version: c_int, descriptor: c_int, status: *mut libc::stat) -> c_int = fstat64(descriptor, status);
    __fxstat64(_version: c_int, descriptor: c_int, status: *mut libc::stat) -> c_int = fstat64(descriptor, status);
    fstatat(directory: c_int, path: *const c_char, status: *mut libc::stat, flags: c_int) -> c_int = fstatat64(directory, path, status, flags);
    stat(path: *const c_char, status: *mut libc::stat) -> c_int = fstatat64(AT_FDCWD, path, status, 0);
    stat64(path: *const c_char, status: *mut libc::stat) -> c_int = fstatat64(AT_FDCWD, path, status, 0);
    lstat(path: *const c_char, status: *mut libc::stat) -> c_int = fstatat64(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
    lstat64(path: *const c_char, status: *mut libc::stat) -> c_int = fstatat64(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
    __xstat(_version: c_int, path: *const c_char, status: *mut libc::stat) -> c_int = fstatat64(AT_FDCWD, path, status, 0);
    __xstat64(_version: c_int, path: *const c_char, status: *mut libc::stat) -> c_int = fstatat64(AT_FDCWD, path, status, 0);
    __lxstat(_version: c_int, path: *const c_char, status: *mut libc::stat) -> c_int = fstatat64(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
    __lxstat64(_version: c_int, path: *const c_char, status: *mut libc::stat) -> c_int = fstatat64(AT_FDCWD, path, status, AT_SYMLINK_NOFOLLOW);
    __fxstatat(_version: c_int, directory: c_int, path: *const c_char, status: *mut libc::stat, flags: c_int) -> c_int = fstatat64(directory, path, status, flags);
    __fxstatat64(_version: c_int, directory: c_int, path: *const c_char, status: *mut libc::stat, flags: c_int) -> c_int = fstatat64(directory, path, status, flags);
}

/// # Safety
///
/// As for `statx(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn statx(
    directory: c_int,
    path: *const c_char,
    flags: c_int,
    mask: c_uint,
    status: *mut libc::statx,
) -> c_int {
    // SAFETY: the caller's promise, here and below.
    let found = match unsafe { place_at(directory, path) } {
        Place::Elsewhere => {
            // SAFETY: as above.
            let flags = unsafe { followed(path, flags) };
            // SAFETY: as above.
            let result = unsafe { disk::statx(directory, path, flags, mask, status) };
            // SAFETY: as above.
            let of_descriptor = result == 0 && unsafe { is_descriptor(path, flags) };
            let found = if of_descriptor {
                place_of_descriptor(directory).map(|(files, entry)| files.status(&entry))
            } else {
                // SAFETY: as above.
                unsafe { on_the_way(path, result) }
            };
            match found {
                Some(found) => found,
                None => return result,
            }
        }
        Place::Nothing(absence) => return failed(absence.number()),
        Place::Packed(files, entry) => files.status(&entry),
    };
    // SAFETY: the status can be written to (the caller's promise).
    unsafe { status.write(extended(&found)) };
    0
}
