//! Where the interpreter's small objects lie: arenas of memory, as the interpreter asks for them.
//!
//! An arena is filled from front to back while modules load. Asking the system for its pages at once costs less than a fault for each.

use std::ffi::c_void;

use pyo3_ffi as ffi;

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
    // SAFETY: a new mapping at an address of the kernel's choice disturbs no other memory.
    let memory = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            size,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_POPULATE,
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

extern "C" fn free(_: *mut c_void, memory: *mut c_void, size: usize) {
    // SAFETY: the interpreter gives back what `allocate` gave it, with its size.
    unsafe { libc::munmap(memory, size) };
}
