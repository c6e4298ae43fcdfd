//! Opening files.

use std::ffi::{CStr, c_char, c_int};
use std::io::{self, Write};
use std::os::fd::IntoRawFd;

use libc::{AT_FDCWD, FILE, mode_t};

use crate::disk;
use crate::files::place::{Entry, Place, place, place_at};
use crate::files::{Files, failed, number_of, real};

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
            Entry::File(file) => descriptor(self.open(file, flags)),
            Entry::Directory(path) => descriptor(self.open_directory(path, flags)),
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
    match unsafe { place_at(directory, path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { disk::openat(directory, path, flags, mode) },
        Place::Nothing(absence) if flags & libc::O_CREAT != 0 => {
            failed(absence.number_for_creation())
        }
        Place::Nothing(absence) => failed(absence.number()),
        Place::Packed(files, entry) => files.open_entry(&entry, flags),
    }
}

also! {
    openat(directory: c_int, path: *const c_char, flags: c_int, mode: mode_t) -> c_int = openat64(directory, path, flags, mode);
    open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int = openat64(AT_FDCWD, path, flags, mode);
    open64(path: *const c_char, flags: c_int, mode: mode_t) -> c_int = openat64(AT_FDCWD, path, flags, mode);
    __open_2(path: *const c_char, flags: c_int) -> c_int = openat64(AT_FDCWD, path, flags, 0);
    __open64_2(path: *const c_char, flags: c_int) -> c_int = openat64(AT_FDCWD, path, flags, 0);
    __openat_2(directory: c_int, path: *const c_char, flags: c_int) -> c_int = openat64(directory, path, flags, 0);
    creat(path: *const c_char, mode: mode_t) -> c_int = openat64(AT_FDCWD, path, libc::O_CREAT | libc::O_WRONLY | libc::O_TRUNC, mode);
    creat64(path: *const c_char, mode: mode_t) -> c_int = openat64(AT_FDCWD, path, libc::O_CREAT | libc::O_WRONLY | libc::O_TRUNC, mode);
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
/// As for `freopen(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn freopen64(
    path: *const c_char,
    mode: *const c_char,
    stream: *mut FILE,
) -> *mut FILE {
    // SAFETY: the caller's promise, here and below.
    if let Place::Elsewhere = unsafe { place(path) } {
        // SAFETY: as above.
        return unsafe { real::freopen64(path, mode, stream) };
    }
    // SAFETY: as above.
    let opened = unsafe { fopen64(path, mode) };
    if opened.is_null() {
        // SAFETY: as above. The stream is closed where the file cannot be opened, too.
        unsafe { libc::fclose(stream) };
        return opened;
    }
    let mut copy = [0_u8; 32];
    // SAFETY: a stream of our own, which is closed here, behind its descriptor's other opening; a path that ends with NUL.
    unsafe {
        // Digits and the NUL that is left of the zeroes have room.
        let _ = write!(&mut copy[..], "/proc/self/fd/{}", libc::fileno(opened));
        let stream = real::freopen64(copy.as_ptr().cast(), mode, stream);
        libc::fclose(opened);
        stream
    }
}

also! {
    freopen(path: *const c_char, mode: *const c_char, stream: *mut FILE) -> *mut FILE = freopen64(path, mode, stream);
}
