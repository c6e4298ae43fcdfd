//! The functions of the C library that take a path, as this program defines them.
//!
//! Each answers for what is packed and hands everything else on. Names and signatures are those of the C library (POSIX.1-2017, and
//! glibc's for `__xstat` and its like, which programs built before glibc 2.33 call, and for the `_chk` and `_2` forms that
//! `_FORTIFY_SOURCE` brings). `open` and `openat` take the mode as an argument, which is where callers of the variadic forms have it, too.

use std::ffi::{CStr, c_char, c_int, c_long, c_uint, c_void};
use std::io;
use std::os::fd::{AsRawFd, IntoRawFd};

use libc::{AT_FDCWD, AT_SYMLINK_NOFOLLOW, DIR, FILE, dirent64, mode_t, size_t, ssize_t};

use super::listing::Listing;
use super::place::{Entry, Place, above_the_root, place};
use super::status::extended;
use super::{Files, failed, number_of, real, set_errno};
use crate::disk;

/// A descriptor, or the reason in `errno`.
fn descriptor(opened: io::Result<impl IntoRawFd>) -> c_int {
    match opened {
        Ok(opened) => opened.into_raw_fd(),
        Err(error) => failed(number_of(&error)),
    }
}

/// The number of the error for an attempt to write or create below the root.
fn refusal(flags: c_int) -> Option<c_int> {
    let writes = flags & libc::O_ACCMODE != libc::O_RDONLY || flags & libc::O_TRUNC != 0;
    let is_new = flags & libc::O_CREAT != 0 && flags & libc::O_EXCL != 0;
    let is_unnamed = flags & libc::O_TMPFILE == libc::O_TMPFILE;
    if is_unnamed {
        Some(libc::EROFS)
    } else if is_new {
        Some(libc::EEXIST)
    } else {
        writes.then_some(libc::EROFS)
    }
}

impl Files {
    fn open_entry(&self, entry: &Entry, flags: c_int) -> c_int {
        if let Some(number) = refusal(flags) {
            return failed(number);
        }
        match entry {
            Entry::File(_) if flags & libc::O_DIRECTORY != 0 => failed(libc::ENOTDIR),
            Entry::File(file) if flags & libc::O_PATH == 0 => descriptor(self.open(file, flags)),
            _ => descriptor(self.open_on_disk(entry, flags)),
        }
    }
}

/// # Safety
///
/// As for `openat(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn openat64(
    directory: c_int,
    path: *const c_char,
    flags: c_int,
    mode: mode_t,
) -> c_int {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place(path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { disk::openat(directory, path, flags, mode) },
        Place::Nothing(absence) if flags & libc::O_CREAT != 0 => {
            failed(absence.number_for_creation())
        }
        Place::Nothing(absence) => failed(absence.number()),
        Place::Packed(files, entry) => files.open_entry(&entry, flags),
    }
}

/// Defines functions that are others under another name, or with some arguments given.
macro_rules! also {
    ($($name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? = $function:ident($($value:expr),*);)*) => {
        $(
            /// # Safety
            ///
            /// As for the function of this name without suffix, or in a manual page.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $name($($argument: $type),*) $(-> $result)? {
                // SAFETY: the caller's promise.
                unsafe { $function($($value),*) }
            }
        )*
    };
}

also! {
    openat(directory: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int = openat64(directory, path, flags, mode);
    open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int = openat64(AT_FDCWD, path, flags, mode);
    open64(path: *const c_char, flags: c_int, mode: mode_t) -> c_int = openat64(AT_FDCWD, path, flags, mode);
    __open_2(path: *const c_char, flags: c_int) -> c_int = openat64(AT_FDCWD, path, flags, 0);
    __open64_2(path: *const c_char, flags: c_int) -> c_int = openat64(AT_FDCWD, path, flags, 0);
    __openat_2(directory: c_int, path: *const c_char, flags: c_int) -> c_int = openat64(directory, path, flags, 0);
    __openat64_2(directory: c_int, path: *const c_char, flags: c_int) -> c_int = openat64(directory, path, flags, 0);
}

/// The flags of `open` for a mode of `fopen`.
fn open_flags(mode: &[u8]) -> c_int {
    let access = if mode.contains(&b'+') {
        libc::O_RDWR
    } else if mode.first() == Some(&b'r') {
        libc::O_RDONLY
    } else {
        libc::O_WRONLY
    };
    let creation = match mode.first() {
        Some(b'w') => libc::O_CREAT | libc::O_TRUNC,
        Some(b'a') => libc::O_CREAT | libc::O_APPEND,
        _ => 0,
    };
    let flag = |letter, flag| {
        if mode.contains(&letter) { flag } else { 0 }
    };
    access | creation | flag(b'x', libc::O_EXCL) | flag(b'e', libc::O_CLOEXEC)
}

/// # Safety
///
/// As for `fopen(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn fopen64(path: *const c_char, mode: *const c_char) -> *mut FILE {
    // SAFETY: the caller's promise.
    let place = match unsafe { place(path) } {
        // SAFETY: the caller's promise.
        Place::Elsewhere => return unsafe { real::fopen64(path, mode) },
        place => place,
    };
    // SAFETY: the mode ends with NUL (the caller's promise).
    let words = unsafe { CStr::from_ptr(mode) }.to_bytes();
    let flags = open_flags(words);
    let opened = match place {
        Place::Nothing(absence) if flags & libc::O_CREAT != 0 => {
            failed(absence.number_for_creation())
        }
        Place::Nothing(absence) => failed(absence.number()),
        Place::Packed(files, entry) => files.open_entry(&entry, flags),
        Place::Elsewhere => failed(libc::ENOENT),
    };
    if opened < 0 {
        return std::ptr::null_mut();
    }
    // SAFETY: a descriptor of our own, and the caller's mode.
    unsafe { libc::fdopen(opened, mode) }
}

also! {
    fopen(path: *const c_char, mode: *const c_char) -> *mut FILE = fopen64(path, mode);
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
    let found = match unsafe { place(path) } {
        Place::Elsewhere => {
            // SAFETY: as above.
            let result = unsafe { disk::fstatat(directory, path, status, flags) };
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
    let found = match unsafe { place(path) } {
        Place::Elsewhere => {
            // SAFETY: as above.
            let result = unsafe { disk::statx(directory, path, flags, mask, status) };
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
    unsafe { status.write(extended(&found)) };
    0
}

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
    match unsafe { place(path) } {
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
    match unsafe { place(path) } {
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

/// # Safety
///
/// As for `opendir(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn opendir(path: *const c_char) -> *mut DIR {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place(path) } {
        // SAFETY: as above.
        Place::Elsewhere => return unsafe { real::opendir(path) },
        Place::Packed(files, Entry::Directory(directory)) => {
            return Listing::open(files, directory);
        }
        Place::Packed(_, Entry::File(_)) => set_errno(libc::ENOTDIR),
        Place::Nothing(absence) => set_errno(absence.number()),
    }
    std::ptr::null_mut()
}

/// # Safety
///
/// As for `readdir(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn readdir64(directory: *mut DIR) -> *mut dirent64 {
    // SAFETY: the caller's promise, here and below.
    match unsafe { Listing::of(directory) } {
        Some(listing) => listing.read(),
        // SAFETY: as above.
        None => unsafe { real::readdir64(directory) },
    }
}

/// # Safety
///
/// As for `readdir_r(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn readdir64_r(
    directory: *mut DIR,
    entry: *mut dirent64,
    result: *mut *mut dirent64,
) -> c_int {
    // SAFETY: the caller's promise, here and below.
    let Some(listing) = (unsafe { Listing::of(directory) }) else {
        // SAFETY: as above.
        return unsafe { real::readdir64_r(directory, entry, result) };
    };
    let found = listing.read();
    // SAFETY: both can be written to (the caller's promise); what was found can be read.
    unsafe {
        if found.is_null() {
            result.write(found);
        } else {
            entry.write(found.read());
            result.write(entry);
        }
    }
    0
}

/// # Safety
///
/// As for `closedir(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn closedir(directory: *mut DIR) -> c_int {
    // SAFETY: the caller's promise, here and below.
    if unsafe { Listing::close(directory) } {
        0
    } else {
        // SAFETY: as above.
        unsafe { real::closedir(directory) }
    }
}

/// # Safety
///
/// As for `rewinddir(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn rewinddir(directory: *mut DIR) {
    // SAFETY: the caller's promise, here and below.
    match unsafe { Listing::of(directory) } {
        Some(listing) => listing.seek(0),
        // SAFETY: as above.
        None => unsafe { real::rewinddir(directory) },
    }
}

/// # Safety
///
/// As for `telldir(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn telldir(directory: *mut DIR) -> c_long {
    // SAFETY: the caller's promise, here and below.
    match unsafe { Listing::of(directory) } {
        Some(listing) => listing.position(),
        // SAFETY: as above.
        None => unsafe { real::telldir(directory) },
    }
}

/// # Safety
///
/// As for `seekdir(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn seekdir(directory: *mut DIR, position: c_long) {
    // SAFETY: the caller's promise, here and below.
    match unsafe { Listing::of(directory) } {
        Some(listing) => listing.seek(position),
        // SAFETY: as above.
        None => unsafe { real::seekdir(directory, position) },
    }
}

/// # Safety
///
/// As for `dirfd(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn dirfd(directory: *mut DIR) -> c_int {
    // SAFETY: the caller's promise, here and below.
    match unsafe { Listing::of(directory) } {
        Some(listing) => listing
            .descriptor()
            .unwrap_or_else(|error| failed(number_of(&error))),
        // SAFETY: as above.
        None => unsafe { real::dirfd(directory) },
    }
}

also! {
    readdir(directory: *mut DIR) -> *mut dirent64 = readdir64(directory);
    readdir_r(directory: *mut DIR, entry: *mut dirent64, result: *mut *mut dirent64) -> c_int = readdir64_r(directory, entry, result);
}

/// # Safety
///
/// As for `chdir(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn chdir(path: *const c_char) -> c_int {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place(path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { disk::chdir(path) },
        Place::Nothing(absence) => failed(absence.number()),
        Place::Packed(_, Entry::File(_)) => failed(libc::ENOTDIR),
        Place::Packed(files, entry) => match files.open_on_disk(&entry, libc::O_CLOEXEC) {
            // SAFETY: a descriptor of our own.
            Ok(directory) => unsafe { libc::fchdir(directory.as_raw_fd()) },
            Err(error) => failed(number_of(&error)),
        },
    }
}

/// # Safety
///
/// As for `mkdirat(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn mkdirat(directory: c_int, path: *const c_char, mode: mode_t) -> c_int {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place(path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { disk::mkdirat(directory, path, mode) },
        Place::Nothing(absence) => failed(absence.number_for_creation()),
        Place::Packed(..) => failed(libc::EEXIST),
    }
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
    match unsafe { place(path) } {
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
}

/// Extended attributes of what is packed: there are none.
///
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
