/*!
What an instance has besides its Rust value where the options of its class ask for it: the thread it belongs to
(`unsendable`), a dictionary (`dict`), a list of weak references (`weakref`).
*/

use std::any::type_name;
use std::mem::offset_of;
use std::thread::{self, ThreadId};

use crate::ffi;

/// The memory of the extras in an instance of the class of `T`.
///
/// # Safety
/// Memory of zeroes is valid but for what `prepare` writes, and the offsets are those of such fields.
#[diagnostic::on_unimplemented(
    message = "the class `{T}` is used by all threads, but not all of it may be",
    note = "a class must be `Send` and `Sync`; if it cannot be, `#[pyclass(unsendable)]` ties each instance to the thread that made it"
)]
pub unsafe trait Extras<T>: Sized {
    /// Where the thread's mark lies, from the beginning of this memory.
    const THREAD: Option<usize> = None;
    /// Where the dictionary's address lies.
    const DICT: Option<usize> = None;
    /// Where the address of the first weak reference lies.
    const WEAKLIST: Option<usize> = None;

    /// Writes what cannot be zeroes.
    ///
    /// # Safety
    /// `memory` is that of a new instance.
    unsafe fn prepare(memory: *mut Self) {
        let _ = memory;
    }
}

/// Nothing.
pub struct Plain;

// SAFETY: there is no memory.
unsafe impl<T: Send + Sync> Extras<T> for Plain {}

/// What the options ask for.
#[repr(C)]
pub struct Options<Thread, Dict, Weaklist> {
    thread: Thread,
    dict: Dict,
    weaklist: Weaklist,
}

// SAFETY: the parts are valid as they say themselves.
unsafe impl<T, Thread, Dict, Weaklist> Extras<T> for Options<Thread, Dict, Weaklist>
where
    Thread: Belonging<T>,
    Dict: Slot,
    Weaklist: Slot,
{
    const THREAD: Option<usize> = if Thread::IS_ONE {
        Some(offset_of!(Self, thread))
    } else {
        None
    };
    const DICT: Option<usize> = if Dict::IS_THERE {
        Some(offset_of!(Self, dict))
    } else {
        None
    };
    const WEAKLIST: Option<usize> = if Weaklist::IS_THERE {
        Some(offset_of!(Self, weaklist))
    } else {
        None
    };

    unsafe fn prepare(memory: *mut Self) {
        // SAFETY: the caller's promise.
        unsafe { Thread::prepare(&raw mut (*memory).thread) }
    }
}

/// Which threads an instance of the class of `T` belongs to.
///
/// # Safety
/// Where `IS_ONE`, the memory is a `Mark` that `prepare` writes.
#[diagnostic::on_unimplemented(
    message = "the class `{T}` is used by all threads, but not all of it may be",
    note = "a class must be `Send` and `Sync`; if it cannot be, `#[pyclass(unsendable)]` ties each instance to the thread that made it"
)]
pub unsafe trait Belonging<T> {
    #[doc(hidden)]
    const IS_ONE: bool;
    #[doc(hidden)]
    unsafe fn prepare(memory: *mut Self);
}

/// All of them.
pub struct AllThreads;

// SAFETY: there is no memory.
unsafe impl<T: Send + Sync> Belonging<T> for AllThreads {
    const IS_ONE: bool = false;
    unsafe fn prepare(_: *mut Self) {}
}

/// The one that made the instance.
#[repr(transparent)]
pub struct OneThread(Mark);

// SAFETY: it is a mark.
unsafe impl<T> Belonging<T> for OneThread {
    const IS_ONE: bool = true;
    unsafe fn prepare(memory: *mut Self) {
        // SAFETY: the memory is that of a new instance.
        unsafe {
            memory.write(OneThread(Mark {
                thread: thread::current().id(),
                class: type_name::<T>(),
            }));
        }
    }
}

/// The thread that made an instance, and the class that needs to know.
#[derive(Clone, Copy)]
pub(crate) struct Mark {
    thread: ThreadId,
    class: &'static str,
}

impl Mark {
    /// The mark of an instance.
    ///
    /// # Safety
    /// It is one of a class whose mark lies at the offset.
    #[inline]
    unsafe fn of(object: *mut ffi::PyObject, offset: usize) -> Mark {
        // SAFETY: the caller's promise.
        unsafe { object.byte_add(offset).cast::<Mark>().read() }
    }

    fn is_here(self) -> bool {
        thread::current().id() == self.thread
    }
}

/// May this thread touch the instance?
///
/// # Safety
/// It is one of a class whose mark lies at the offset.
pub(crate) unsafe fn belongs_here(object: *mut ffi::PyObject, offset: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe { Mark::of(object, offset) }.is_here()
}

/// Refuses to let another thread touch the instance.
///
/// # Panics
/// When this is another thread than the one that made it.
///
/// # Safety
/// As for [`belongs_here`].
pub(crate) unsafe fn check_thread(object: *mut ffi::PyObject, offset: usize) {
    // SAFETY: the caller's promise.
    let mark = unsafe { Mark::of(object, offset) };
    assert!(
        mark.is_here(),
        "{} is unsendable, but sent to another thread",
        mark.class
    );
}

/// The name of the class if this is another thread than the one that made the instance.
///
/// # Safety
/// As for [`belongs_here`].
pub(crate) unsafe fn class_of_another_thread(
    object: *mut ffi::PyObject,
    offset: usize,
) -> Option<&'static str> {
    // SAFETY: the caller's promise.
    let mark = unsafe { Mark::of(object, offset) };
    (!mark.is_here()).then_some(mark.class)
}

/// Room for a pointer, or none.
///
/// # Safety
/// Where `IS_THERE`, it is a pointer.
pub unsafe trait Slot {
    #[doc(hidden)]
    const IS_THERE: bool;
}

/// A pointer that CPython reads and writes.
#[repr(transparent)]
pub struct Pointer(#[allow(dead_code)] *mut ffi::PyObject);

// SAFETY: it is a pointer.
unsafe impl Slot for Pointer {
    const IS_THERE: bool = true;
}

/// None.
pub struct Absent;

// SAFETY: there is none.
unsafe impl Slot for Absent {
    const IS_THERE: bool = false;
}
