/*!
References and buffers given up by threads that were not attached.

A count can only be changed, and a buffer only given back, by an attached thread. What a detached one drops is queued here
and released by the next thread that attaches through this crate, or by the interpreter's main thread, which is asked to do so with
`Py_AddPendingCall`: a program that never attaches again does not keep garbage for ever.
*/

use std::ffi::{c_int, c_void};
use std::ptr::NonNull;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

#[cfg(any(not(Py_LIMITED_API), Py_3_11))]
use crate::buffer::View;
use crate::ffi;
use crate::marker::Python;

/// What the queue owns.
enum Owned {
    Reference(NonNull<ffi::PyObject>),
    #[cfg(any(not(Py_LIMITED_API), Py_3_11))]
    Buffer(NonNull<View>),
}
// SAFETY: the pointers are only followed by an attached thread.
unsafe impl Send for Owned {}

static QUEUE: Mutex<Vec<Owned>> = Mutex::new(Vec::new());
static FILLED: AtomicBool = AtomicBool::new(false);

/// Queues one owned reference. Leaks it when the interpreter is gone.
#[cold]
pub(super) fn give_up(object: NonNull<ffi::PyObject>) {
    enqueue(Owned::Reference(object));
}

/// Queues one buffer. Leaks it when the interpreter is gone.
#[cfg(any(not(Py_LIMITED_API), Py_3_11))]
#[cold]
pub(crate) fn give_up_buffer(view: NonNull<View>) {
    enqueue(Owned::Buffer(view));
}

fn enqueue(owned: Owned) {
    // SAFETY: may be called at any time.
    if unsafe { ffi::Py_IsInitialized() } == 0 {
        return;
    }
    QUEUE
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
        .push(owned);
    if !FILLED.swap(true, Ordering::AcqRel) {
        // SAFETY: the function may be called without being attached. When CPython's queue is full it answers -1 and
        // the next attach does the work.
        unsafe { ffi::Py_AddPendingCall(Some(release_on_main_thread), std::ptr::null_mut()) };
    }
}

extern "C" fn release_on_main_thread(_: *mut c_void) -> c_int {
    // SAFETY: CPython runs pending calls on an attached thread.
    release_all(unsafe { Python::assume_attached() });
    0
}

/// Releases everything in the queue.
#[inline]
pub(crate) fn release_all(py: Python<'_>) {
    if FILLED.load(Ordering::Relaxed) {
        release_filled(py);
    }
}

#[cold]
fn release_filled(_: Python<'_>) {
    FILLED.store(false, Ordering::Release);
    // The lock is let go before any destructor runs: destructors can fill the queue again.
    let queued = std::mem::take(
        &mut *QUEUE
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner()),
    );
    for owned in queued {
        // SAFETY: the queue owned it, and the thread is attached.
        unsafe {
            match owned {
                Owned::Reference(object) => ffi::Py_DECREF(object.as_ptr()),
                #[cfg(any(not(Py_LIMITED_API), Py_3_11))]
                Owned::Buffer(view) => crate::buffer::release(view),
            }
        }
    }
}
