//! What a path may be used for, and what it is in full.

use std::ffi::{CStr, c_char, c_int};

use libc::{AT_FDCWD, size_t, ssize_t};

use crate::files::place::{Entry, Place, place, place_at};
use crate::files::{FILES, Files, failed, real, set_errno};
use crate::{disk, role};

/// Whether an entry may be used as `mode` says (`access(2)`).
fn allowed(files: &Files, entry: &Entry, mode: c_int) -> c_int {
    let is_executable = files.status(entry).st_mode & 0o111 != 0;
    if mode & libc::W_OK != 0 {
        failed(libc::EROFS)
    } else if mode & libc::X_OK != 0 && !is_executable {
        failed(libc::EACCES)
    } else {
        0
    }
}

/// # Safety
///
/// As for `faccessat(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn faccessat(
    directory: c_int,
    path: *const c_char,
    mode: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place_at(directory, path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { real::faccessat(directory, path, mode, flags) },
        Place::Nothing(absence) => failed(absence.number()),
        Place::Packed(files, entry) => allowed(files, &entry, mode),
    }
}

/// # Safety
///
/// As for `eaccess(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn eaccess(path: *const c_char, mode: c_int) -> c_int {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place(path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { real::eaccess(path, mode) },
        Place::Nothing(absence) => failed(absence.number()),
        Place::Packed(files, entry) => allowed(files, &entry, mode),
    }
}

also! {
    access(path: *const c_char, mode: c_int) -> c_int = faccessat(AT_FDCWD, path, mode, 0);
    euidaccess(path: *const c_char, mode: c_int) -> c_int = eaccess(path, mode);
}

/// Whether a path is a link that nobody is to follow, so that `sys.executable` stays Python.
///
/// # Safety
///
/// The path is null or ends with NUL.
pub(super) unsafe fn is_no_link(path: *const c_char) -> bool {
    // SAFETY: the caller's promise.
    FILES.get().is_some()
        && !path.is_null()
        && role::is_no_link(unsafe { CStr::from_ptr(path) }.to_bytes())
}

/// # Safety
///
/// As for `readlinkat(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn readlinkat(
    directory: c_int,
    path: *const c_char,
    target: *mut c_char,
    length: size_t,
) -> ssize_t {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place_at(directory, path) } {
        // SAFETY: as above.
        Place::Elsewhere if unsafe { is_no_link(path) } => failed(libc::EINVAL) as ssize_t,
        // SAFETY: as above.
        Place::Elsewhere => unsafe { disk::readlinkat(directory, path, target, length) },
        Place::Nothing(absence) => failed(absence.number()) as ssize_t,
        // There are no links in an archive.
        Place::Packed(..) => failed(libc::EINVAL) as ssize_t,
    }
}

also! {
    readlink(path: *const c_char, target: *mut c_char, length: size_t) -> ssize_t = readlinkat(AT_FDCWD, path, target, length);
    __readlink_chk(path: *const c_char, target: *mut c_char, length: size_t, room: size_t) -> ssize_t =
        readlinkat(AT_FDCWD, path, target, length.min(room));
    __readlinkat_chk(directory: c_int, path: *const c_char, target: *mut c_char, length: size_t, room: size_t) -> ssize_t =
        readlinkat(directory, path, target, length.min(room));
}

/// # Safety
///
/// As for `realpath(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn realpath(path: *const c_char, resolved: *mut c_char) -> *mut c_char {
    // SAFETY: the caller's promise, here and below.
    let (files, entry) = match unsafe { place(path) } {
        // SAFETY: as above.
        Place::Elsewhere => return unsafe { real::realpath(path, resolved) },
        Place::Nothing(absence) => {
            set_errno(absence.number());
            return std::ptr::null_mut();
        }
        Place::Packed(files, entry) => (files, entry),
    };
    let mut text = files.root.join(entry.path()).into_bytes();
    text.push(0);
    if text.len() > libc::PATH_MAX as usize {
        set_errno(libc::ENAMETOOLONG);
        return std::ptr::null_mut();
    }
    let target = if resolved.is_null() {
        // SAFETY: a length that is not zero.
        unsafe { libc::malloc(text.len()).cast() }
    } else {
        resolved
    };
    if !target.is_null() {
        // SAFETY: as much room as was just asked for, or the `PATH_MAX` that the caller promises.
        unsafe { std::ptr::copy_nonoverlapping(text.as_ptr().cast(), target, text.len()) };
    }
    target
}

also! {
    canonicalize_file_name(path: *const c_char) -> *mut c_char = realpath(path, std::ptr::null_mut());
    __realpath_chk(path: *const c_char, resolved: *mut c_char, _room: size_t) -> *mut c_char = realpath(path, resolved);
}
