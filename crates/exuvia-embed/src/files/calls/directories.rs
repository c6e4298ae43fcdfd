//! Reading directories, and working in them.

use std::ffi::{CString, c_char, c_int, c_long};
use std::os::fd::{FromRawFd, OwnedFd};

use libc::{DIR, dirent64};

use crate::disk;
use crate::files::listing::Listing;
use crate::files::place::{Entry, Place, note_working_directory, place, place_of_descriptor};
use crate::files::{Files, failed, number_of, real, set_errno};

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
            return Listing::open(files, directory, None);
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
    // SAFETY: both can be written to (the caller's promise), the entry as far as a name of its length needs; what was found can be read.
    unsafe {
        if found.is_null() {
            result.write(found);
        } else {
            // As many bytes as it has: those who know how long names are have no room for more.
            let length = usize::from((*found).d_reclen);
            std::ptr::copy_nonoverlapping(found.cast::<u8>(), entry.cast::<u8>(), length);
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
/// As for `fdopendir(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn fdopendir(descriptor: c_int) -> *mut DIR {
    match place_of_descriptor(descriptor) {
        Some((files, Entry::Directory(directory))) => {
            // SAFETY: the descriptor is given up to the listing, as it would be to the C library (the caller's promise).
            let on_disk = unsafe { OwnedFd::from_raw_fd(descriptor) };
            Listing::open(files, directory, Some(on_disk))
        }
        // SAFETY: the caller's promise.
        _ => unsafe { real::fdopendir(descriptor) },
    }
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
        Place::Packed(files, Entry::Directory(directory)) => enter(files, &directory),
    }
}

/// Enters a packed directory, which has to be one on disk for that: an empty one.
fn enter(files: &Files, directory: &str) -> c_int {
    let entered = files.put_directory_on_disk(directory).and_then(|path| {
        let path = CString::new(path)?;
        // SAFETY: the path ends with NUL.
        let result = unsafe { disk::chdir(path.as_ptr()) };
        note_working_directory(files);
        Ok(result)
    });
    entered.unwrap_or_else(|error| failed(number_of(&error)))
}

/// # Safety
///
/// As for `fchdir(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn fchdir(descriptor: c_int) -> c_int {
    match place_of_descriptor(descriptor) {
        Some((files, Entry::Directory(directory))) => enter(files, &directory),
        _ => disk::fchdir(descriptor),
    }
}
