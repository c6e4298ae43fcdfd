//! Changing what there is, which is refused below the root as on a file system that is mounted for reading.

use std::ffi::{c_char, c_int, c_long, c_uint};
use std::os::fd::AsRawFd;

use libc::{AT_FDCWD, dev_t, gid_t, mode_t, off_t, timespec, timeval, uid_t, utimbuf};

use crate::disk;
use crate::files::place::{Absence, Place, place, place_at};
use crate::files::{failed, number_of, real};

impl Place {
    /// The number of the error for those who want to change what is there; zero elsewhere.
    pub(super) fn refusal(&self) -> c_int {
        match self {
            Self::Elsewhere => 0,
            Self::Nothing(absence) => absence.number(),
            Self::Packed(..) => libc::EROFS,
        }
    }

    /// The number of the error for those who want to make something there; zero elsewhere.
    fn refusal_of_creation(&self) -> c_int {
        match self {
            Self::Elsewhere => 0,
            Self::Nothing(absence) => absence.number_for_creation(),
            Self::Packed(..) => libc::EEXIST,
        }
    }
}

refused! {
    unlink(path: *const c_char) at AT_FDCWD, path: refusal;
    unlinkat(directory: c_int, path: *const c_char, flags: c_int) at directory, path: refusal;
    rmdir(path: *const c_char) at AT_FDCWD, path: refusal;
    remove(path: *const c_char) at AT_FDCWD, path: refusal;
    truncate64(path: *const c_char, length: off_t) at AT_FDCWD, path: refusal;
    chown(path: *const c_char, owner: uid_t, group: gid_t) at AT_FDCWD, path: refusal;
    lchown(path: *const c_char, owner: uid_t, group: gid_t) at AT_FDCWD, path: refusal;
    fchownat(directory: c_int, path: *const c_char, owner: uid_t, group: gid_t, flags: c_int) at directory, path: refusal;
    utime(path: *const c_char, times: *const utimbuf) at AT_FDCWD, path: refusal;
    utimes(path: *const c_char, times: *const timeval) at AT_FDCWD, path: refusal;
    lutimes(path: *const c_char, times: *const timeval) at AT_FDCWD, path: refusal;
    futimesat(directory: c_int, path: *const c_char, times: *const timeval) at directory, path: refusal;
    utimensat(directory: c_int, path: *const c_char, times: *const timespec, flags: c_int) at directory, path: refusal;
    mkfifo(path: *const c_char, mode: mode_t) at AT_FDCWD, path: refusal_of_creation;
    mkfifoat(directory: c_int, path: *const c_char, mode: mode_t) at directory, path: refusal_of_creation;
    mknod(path: *const c_char, mode: mode_t, device: dev_t) at AT_FDCWD, path: refusal_of_creation;
    mknodat(directory: c_int, path: *const c_char, mode: mode_t, device: dev_t) at directory, path: refusal_of_creation;
    __xmknod(version: c_int, path: *const c_char, mode: mode_t, device: *mut dev_t) at AT_FDCWD, path: refusal_of_creation;
    __xmknodat(version: c_int, directory: c_int, path: *const c_char, mode: mode_t, device: *mut dev_t) at directory, path: refusal_of_creation;
}

/// # Safety
///
/// As for `mkdirat(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn mkdirat(directory: c_int, path: *const c_char, mode: mode_t) -> c_int {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place_at(directory, path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { disk::mkdirat(directory, path, mode) },
        place => failed(place.refusal_of_creation()),
    }
}

/// Why two paths cannot be made one of the other; nothing where both are elsewhere.
fn refusal_of_two(from: &Place, to: &Place) -> Option<c_int> {
    match (from, to) {
        (Place::Elsewhere, Place::Elsewhere) => None,
        (Place::Nothing(absence), _) => Some(absence.number()),
        (_, Place::Nothing(absence @ (Absence::Directory | Absence::NotADirectory))) => {
            Some(absence.number())
        }
        // Two file systems: who wants a file moved copies it then, and cannot take it away from here.
        (Place::Elsewhere, _) | (_, Place::Elsewhere) => Some(libc::EXDEV),
        _ => Some(libc::EROFS),
    }
}

/// # Safety
///
/// As for `renameat2(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn renameat2(
    from_directory: c_int,
    from: *const c_char,
    to_directory: c_int,
    to: *const c_char,
    flags: c_uint,
) -> c_int {
    // SAFETY: the caller's promise, here and below.
    let places = unsafe { (place_at(from_directory, from), place_at(to_directory, to)) };
    match refusal_of_two(&places.0, &places.1) {
        Some(number) => failed(number),
        // SAFETY: as above.
        None => unsafe { disk::renameat(from_directory, from, to_directory, to, flags) },
    }
}

/// # Safety
///
/// As for `linkat(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn linkat(
    from_directory: c_int,
    from: *const c_char,
    to_directory: c_int,
    to: *const c_char,
    flags: c_int,
) -> c_int {
    // SAFETY: the caller's promise, here and below.
    let places = unsafe { (place_at(from_directory, from), place_at(to_directory, to)) };
    match refusal_of_two(&places.0, &places.1) {
        Some(number) => failed(number),
        // SAFETY: as above.
        None => unsafe { real::linkat(from_directory, from, to_directory, to, flags) },
    }
}

/// A link to what is packed needs that on disk: it is the kernel that follows links.
///
/// # Safety
///
/// As for `symlinkat(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn symlinkat(
    target: *const c_char,
    directory: c_int,
    path: *const c_char,
) -> c_int {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place_at(directory, path) } {
        Place::Elsewhere => {}
        place => return failed(place.refusal_of_creation()),
    }
    // SAFETY: as above.
    if let Place::Packed(files, entry) = unsafe { place(target) }
        && let Err(error) = files.put_on_disk(&entry)
    {
        return failed(number_of(&error));
    }
    // SAFETY: as above.
    unsafe { real::symlinkat(target, directory, path) }
}

/// A program that comes in a wheel is often made executable before it is run.
///
/// # Safety
///
/// As for `fchmodat(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn fchmodat(
    directory: c_int,
    path: *const c_char,
    mode: mode_t,
    flags: c_int,
) -> c_int {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place_at(directory, path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { real::fchmodat(directory, path, mode, flags) },
        Place::Nothing(absence) => failed(absence.number()),
        Place::Packed(files, entry) => match files.open_on_disk(&entry, libc::O_CLOEXEC) {
            // SAFETY: a descriptor of our own.
            Ok(file) => unsafe { libc::fchmod(file.as_raw_fd(), mode) },
            Err(error) => failed(number_of(&error)),
        },
    }
}

also! {
    mkdir(path: *const c_char, mode: mode_t) -> c_int = mkdirat(AT_FDCWD, path, mode);
    chmod(path: *const c_char, mode: mode_t) -> c_int = fchmodat(AT_FDCWD, path, mode, 0);
    lchmod(path: *const c_char, mode: mode_t) -> c_int = fchmodat(AT_FDCWD, path, mode, libc::AT_SYMLINK_NOFOLLOW);
    rename(from: *const c_char, to: *const c_char) -> c_int = renameat2(AT_FDCWD, from, AT_FDCWD, to, 0);
    renameat(from_directory: c_int, from: *const c_char, to_directory: c_int, to: *const c_char) -> c_int =
        renameat2(from_directory, from, to_directory, to, 0);
    link(from: *const c_char, to: *const c_char) -> c_int = linkat(AT_FDCWD, from, AT_FDCWD, to, 0);
    symlink(target: *const c_char, path: *const c_char) -> c_int = symlinkat(target, AT_FDCWD, path);
    truncate(path: *const c_char, length: c_long) -> c_int = truncate64(path, length);
}
