/*!
The end of instances that are more than a header, a flag and a Rust value: those of classes that extend others, have extras, or
are known to the garbage collector.
*/

use crate::PyClass;
use crate::access;
use crate::call::trampoline::drop_dead;
use crate::class::base::{PyClassBaseType, dict_offset, is_weak};
use crate::class::cell::drop_contents;
use crate::class::extras::class_of_another_thread;
use crate::exceptions::PyRuntimeError;
use crate::ffi;
use crate::marker::Python;

type Object = *mut ffi::PyObject;

/// `tp_dealloc`.
pub(crate) unsafe extern "C" fn dealloc<T: PyClass>(object: Object) {
    // SAFETY: CPython calls with a dead instance of the class or of a subclass.
    unsafe {
        finish(
            object,
            release::<T>,
            <T::BaseType as PyClassBaseType>::native,
            is_weak::<T>(),
        )
    }
}

/// Gives up what Rust has in an instance of `T`, then in the same as an instance of its base.
///
/// # Safety
/// `object` is a dead instance of `T`.
pub(crate) unsafe fn release<T: PyClass>(py: Python<'_>, object: Object) {
    // SAFETY: the caller's promise.
    unsafe {
        release_level(
            py,
            object,
            T::THREAD,
            std::mem::needs_drop::<T>().then_some(drop_contents::<T> as unsafe fn(Object)),
            dict_offset::<T>(),
        );
        <T::BaseType as PyClassBaseType>::release(py, object);
    }
}

/// # Safety
/// `object` is dead; the rest is true of its class.
unsafe fn release_level(
    py: Python<'_>,
    object: Object,
    thread: usize,
    drop_contents: Option<unsafe fn(Object)>,
    dict: usize,
) {
    // SAFETY: the caller's promise.
    unsafe {
        if let Some(drop_contents) = drop_contents {
            match (thread != 0)
                .then(|| class_of_another_thread(object, thread))
                .flatten()
            {
                None => drop_dead(object, drop_contents),
                // It must not be touched here, not even by its destructor.
                Some(class) => PyRuntimeError::new_err(format!(
                    "{class} is unsendable, but is being dropped on another thread"
                ))
                .write_unraisable(py, None),
            }
        }
        if dict != 0 {
            let slot = object.byte_add(dict).cast::<Object>();
            let dict = slot.replace(std::ptr::null_mut());
            if !dict.is_null() {
                // The dictionary's contents may be objects that run code when they die.
                let mut owned = [dict];
                drop_dead(owned.as_mut_ptr().cast(), |owned| {
                    ffi::Py_DECREF(owned.cast::<Object>().read())
                });
            }
        }
    }
}

/// # Safety
/// As for [`dealloc`]; `release` gives up what Rust has in the instance, and `native` is the first of Python's types among the
/// bases of its class; `weak` says whether one of the classes has weak references.
unsafe fn finish(
    object: Object,
    release: unsafe fn(Python<'_>, Object),
    native: fn(Python<'_>) -> *mut ffi::PyTypeObject,
    weak: bool,
) {
    // SAFETY: CPython calls on an attached thread. What is done, and in which order, is what CPython's own `subtype_dealloc` does
    // for classes written in Python.
    unsafe {
        let py = Python::assume_attached();
        let ty = ffi::Py_TYPE(object);
        // The collector must not come across an object that is half gone.
        if ffi::PyType_IS_GC(ty) != 0 {
            ffi::PyObject_GC_UnTrack(object.cast());
        }
        if access::has_weak_references(ty, weak) {
            ffi::PyObject_ClearWeakRefs(object);
        }
        release(py, object);
        let native = native(py);
        match access::tp_dealloc(native) {
            Some(dealloc) if !std::ptr::eq(native, &raw const ffi::PyBaseObject_Type) => {
                // The destructors of types that the collector knows expect it to know the object.
                if ffi::PyType_IS_GC(native) != 0 {
                    ffi::PyObject_GC_Track(object.cast());
                }
                dealloc(object);
            }
            _ => {
                if let Some(free) = access::tp_free(ty) {
                    free(object.cast());
                }
            }
        }
        // Instances of a heap type hold a reference to it.
        ffi::Py_DECREF(ty.cast());
    }
}
