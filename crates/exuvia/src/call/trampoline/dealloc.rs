//! The end of instances.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Object;
use crate::PyClass;
use crate::access;
use crate::attachment;
use crate::class::cell::drop_contents;
use crate::ffi;
use crate::marker::Python;
use crate::panic::PanicException;

/// `tp_dealloc` of a class.
pub(crate) const fn dealloc_of<T: PyClass>() -> unsafe extern "C" fn(*mut ffi::PyObject) {
    if T::LAYOUT.is_some() {
        return crate::class::dealloc::dealloc::<T>;
    }
    #[cfg(all(for_speed, not(Py_GIL_DISABLED)))]
    {
        dealloc_for_speed::<T>
    }
    #[cfg(not(all(for_speed, not(Py_GIL_DISABLED))))]
    {
        if std::mem::needs_drop::<T>() {
            dealloc_dropping::<T>
        } else {
            free
        }
    }
}

#[cfg(all(for_speed, not(Py_GIL_DISABLED)))]
unsafe extern "C" fn dealloc_for_speed<T: PyClass>(object: Object) {
    // SAFETY: CPython calls with an instance of the class, or of a subclass, that is dead; the memory of one of the class itself is
    // a `ClassObject`, and the reference that it holds to its type is given up.
    unsafe {
        if std::mem::needs_drop::<T>() {
            drop_dead(object, drop_contents::<T>);
        }
        let ty = ffi::Py_TYPE(object);
        if T::CLASS.is(ty)
            && T::CLASS
                .free
                .put(Python::assume_attached(), object, T::SIZE)
        {
            ffi::Py_DECREF(ty.cast());
        } else {
            free(object);
        }
    }
}

#[cfg(not(all(for_speed, not(Py_GIL_DISABLED))))]
unsafe extern "C" fn dealloc_dropping<T: PyClass>(object: Object) {
    // SAFETY: as in `free`.
    unsafe {
        drop_dead(object, drop_contents::<T>);
        free(object);
    }
}

/// The end of an object of a class whose Rust value needs no dropping, or is dropped already.
///
/// # Safety
/// Called by CPython as `tp_dealloc`.
unsafe extern "C" fn free(object: Object) {
    // SAFETY: instances of a heap type hold a reference to it, which is given up after the memory (C API, `tp_dealloc`).
    unsafe {
        let ty = ffi::Py_TYPE(object);
        if let Some(free) = access::tp_free(ty) {
            free(object.cast());
        }
        ffi::Py_DECREF(ty.cast());
    }
}

/// Drops the Rust value of an object that dies.
///
/// # Safety
/// On an attached thread; the object is dead, and `drop_contents` drops its contents.
#[inline(never)]
pub(crate) unsafe fn drop_dead(object: Object, drop_contents: unsafe fn(Object)) {
    // SAFETY: CPython calls on an attached thread.
    let py = unsafe { Python::assume_attached() };
    let _inside = attachment::inside();
    // An exception may be on its way while an object dies; destructors must neither see nor lose it.
    let pending = Pending::save(py);
    // SAFETY: the object is dead, and its contents are dropped here only.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| unsafe { drop_contents(object) })) {
        PanicException::from_panic_payload(payload).write_unraisable(py, None);
    }
    pending.restore();
}

/// The exception that is set while a destructor runs.
pub(super) struct Pending(Option<crate::PyErr>);

impl Pending {
    #[inline]
    pub(super) fn save(py: Python<'_>) -> Self {
        Pending(if crate::PyErr::occurred(py) {
            Some(crate::PyErr::fetch_any(py))
        } else {
            None
        })
    }

    #[inline]
    pub(super) fn restore(self) {
        if let Some(error) = self.0 {
            // SAFETY: called on the attached thread that saved it.
            error.restore(unsafe { Python::assume_attached() });
        }
    }
}
