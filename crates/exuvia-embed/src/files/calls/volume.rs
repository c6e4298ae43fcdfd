//! What the file system is like: that of the packed file, mounted for reading.

use std::ffi::{c_char, c_int, c_long};

use crate::files::place::{Place, place};
use crate::files::{failed, real};

/// The packed file, for the C library.
const THIS: *const c_char = c"/proc/self/exe".as_ptr();

/// # Safety
///
/// As for `statvfs(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn statvfs64(path: *const c_char, status: *mut libc::statvfs64) -> c_int {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place(path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { real::statvfs64(path, status) },
        Place::Nothing(absence) => failed(absence.number()),
        Place::Packed(..) => {
            // SAFETY: as above; it was written where the result is zero.
            unsafe {
                let result = real::statvfs64(THIS, status);
                if result == 0 {
                    (*status).f_flag |= libc::ST_RDONLY;
                }
                result
            }
        }
    }
}

/// # Safety
///
/// As for `statfs(2)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn statfs64(path: *const c_char, status: *mut libc::statfs64) -> c_int {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place(path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { real::statfs64(path, status) },
        Place::Nothing(absence) => failed(absence.number()),
        // SAFETY: as above.
        Place::Packed(..) => unsafe { real::statfs64(THIS, status) },
    }
}

/// # Safety
///
/// As for `pathconf(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn pathconf(path: *const c_char, name: c_int) -> c_long {
    // SAFETY: the caller's promise, here and below.
    match unsafe { place(path) } {
        // SAFETY: as above.
        Place::Elsewhere => unsafe { real::pathconf(path, name) },
        Place::Nothing(absence) => c_long::from(failed(absence.number())),
        // SAFETY: as above.
        Place::Packed(..) => unsafe { real::pathconf(THIS, name) },
    }
}

// The structures are the same on 64-bit Linux.
also! {
    statvfs(path: *const c_char, status: *mut libc::statvfs64) -> c_int = statvfs64(path, status);
    statfs(path: *const c_char, status: *mut libc::statfs64) -> c_int = statfs64(path, status);
}
