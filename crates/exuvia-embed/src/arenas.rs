//! Where the interpreter's small objects lie.
//!
//! The interpreter asks for memory in arenas of 1 MiB (from 3.10 on) and fills one after the other while modules load. From the third on
//! they lie in huge pages, where the system has them: one fault instead of 512, and fewer misses of the processor's tables.
//! A program that stays small has small pages alone.

use std::ffi::c_void;
use std::sync::{Mutex, PoisonError};

use pyo3_ffi as ffi;

/// Length of a huge page on x86-64.
const HUGE_PAGE: usize = 2 << 20;

/// How much a program has before it is taken for one that does not stay small.
const SMALL: usize = 2 << 20;

/// What has been given out, and what is left of the last huge page.
struct Supply {
    given: usize,
    /// Address of the rest.
    rest: usize,
    length: usize,
}

static SUPPLY: Mutex<Supply> = Mutex::new(Supply {
    given: 0,
    rest: 0,
    length: 0,
});

/// Has the interpreter take its arenas from here.
///
/// # Safety
///
/// The interpreter is not running, and has never run in this process.
pub(crate) unsafe fn install() {
    let mut allocator = ffi::PyObjectArenaAllocator {
        ctx: std::ptr::null_mut(),
        alloc: Some(allocate),
        free: Some(free),
    };
    // SAFETY: there is no arena yet (the caller's promise); both functions are of the signature that is asked for.
    unsafe { ffi::PyObject_SetArenaAllocator(&mut allocator) };
}

extern "C" fn allocate(_: *mut c_void, size: usize) -> *mut c_void {
    let mut supply = SUPPLY.lock().unwrap_or_else(PoisonError::into_inner);
    let stays_small = supply.given < SMALL;
    supply.given = supply.given.saturating_add(size);
    if stays_small || size > HUGE_PAGE {
        return map(size);
    }
    if supply.length < size {
        // What is left of a huge page is less than an arena: there is nothing left where arenas are of 1 MiB.
        let page = map_huge_page();
        if page.is_null() {
            return map(size);
        }
        supply.rest = page.expose_provenance();
        supply.length = HUGE_PAGE;
    }
    let arena = supply.rest;
    supply.rest += size;
    supply.length -= size;
    std::ptr::with_exposed_provenance_mut(arena)
}

extern "C" fn free(_: *mut c_void, memory: *mut c_void, size: usize) {
    // SAFETY: the interpreter gives back what `allocate` gave it, with its size, and an arena is made of whole pages.
    unsafe { libc::munmap(memory, size) };
}

/// Fresh memory; null where there is none.
fn map(size: usize) -> *mut c_void {
    // SAFETY: a new mapping at an address of the kernel's choice disturbs no other memory.
    let memory = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            size,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if memory == libc::MAP_FAILED {
        std::ptr::null_mut()
    } else {
        memory
    }
}

/// Memory that the system may make one huge page of; null where there is none.
fn map_huge_page() -> *mut c_void {
    let memory = map(2 * HUGE_PAGE);
    if memory.is_null() {
        return memory;
    }
    let before = memory.align_offset(HUGE_PAGE);
    let page = memory.wrapping_byte_add(before);
    // SAFETY: both lie within the mapping that was just made, in front of the page and behind it; the advice is about the page.
    unsafe {
        if before > 0 {
            libc::munmap(memory, before);
        }
        libc::munmap(page.byte_add(HUGE_PAGE), HUGE_PAGE - before);
        libc::madvise(page, HUGE_PAGE, libc::MADV_HUGEPAGE);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::{HUGE_PAGE, allocate, free, map_huge_page};

    #[test]
    fn arenas_are_apart_and_can_be_written_to() {
        const SIZE: usize = 1 << 20;
        let arenas: Vec<_> = (0..9)
            .map(|_| allocate(std::ptr::null_mut(), SIZE))
            .collect();
        for (at, arena) in arenas.iter().enumerate() {
            // SAFETY: an arena of this size, which is ours.
            unsafe { arena.cast::<u8>().write_bytes(at as u8 + 1, SIZE) };
        }
        for (at, arena) in arenas.iter().enumerate() {
            // SAFETY: as above.
            let bytes = unsafe { std::slice::from_raw_parts(arena.cast::<u8>(), SIZE) };
            assert!(bytes.iter().all(|&byte| byte == at as u8 + 1));
        }
        for arena in arenas {
            free(std::ptr::null_mut(), arena, SIZE);
        }
        assert_eq!(map_huge_page().align_offset(HUGE_PAGE), 0);
    }
}
