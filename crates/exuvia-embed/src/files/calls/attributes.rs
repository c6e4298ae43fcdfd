//! Extended attributes, of which what is packed has none.

use std::ffi::{c_char, c_int, c_long, c_void};

use libc::{AT_FDCWD, size_t, ssize_t};

use crate::disk;
use crate::files::failed;
use crate::files::place::{Place, place};

/// # Safety
///
/// As for `listxattr(2)`.
unsafe fn attributes(
    call: c_long,
    path: *const c_char,
    list: *mut c_char,
    length: size_t,
) -> ssize_t {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place(path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { disk::listxattr(call, path, list, length) },
        Place::Nothing(absence) => failed(absence.number()) as ssize_t,
        Place::Packed(..) => 0,
    }
}

/// # Safety
///
/// As for `getxattr(2)`.
unsafe fn attribute(
    call: c_long,
    path: *const c_char,
    name: *const c_char,
    value: *mut c_void,
    length: size_t,
) -> ssize_t {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place(path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { disk::getxattr(call, path, name, value, length) },
        Place::Nothing(absence) => failed(absence.number()) as ssize_t,
        Place::Packed(..) => failed(libc::ENODATA) as ssize_t,
    }
}

also! {
    listxattr(path: *const c_char, list: *mut c_char, length: size_t) -> ssize_t = attributes(libc::SYS_listxattr, path, list, length);
    llistxattr(path: *const c_char, list: *mut c_char, length: size_t) -> ssize_t = attributes(libc::SYS_llistxattr, path, list, length);
    getxattr(path: *const c_char, name: *const c_char, value: *mut c_void, length: size_t) -> ssize_t =
        attribute(libc::SYS_getxattr, path, name, value, length);
    lgetxattr(path: *const c_char, name: *const c_char, value: *mut c_void, length: size_t) -> ssize_t =
        attribute(libc::SYS_lgetxattr, path, name, value, length);
}

refused! {
    setxattr(path: *const c_char, name: *const c_char, value: *const c_void, length: size_t, flags: c_int) at AT_FDCWD, path: refusal;
    lsetxattr(path: *const c_char, name: *const c_char, value: *const c_void, length: size_t, flags: c_int) at AT_FDCWD, path: refusal;
    removexattr(path: *const c_char, name: *const c_char) at AT_FDCWD, path: refusal;
    lremovexattr(path: *const c_char, name: *const c_char) at AT_FDCWD, path: refusal;
}
