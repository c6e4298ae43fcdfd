//! Slots whose C functions are like no others: assignment, initialisation, attributes, descriptors, buffers.

use std::ffi::c_int;
use std::ptr::null_mut;

#[cfg(any(not(Py_LIMITED_API), Py_3_11))]
use super::dealloc::Pending;
use super::functions::tuple_call;
use super::{Object, guarded};
use crate::call::spec::{FunctionSpec, Implementation, IntImplementation};
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;

/// Item or attribute assignment (`value` given) and deletion (`value` NULL) share a slot.
///
/// # Safety
/// As for [`unary`](super::unary).
#[inline(never)]
pub unsafe extern "C" fn assign(
    receiver: Object,
    key: Object,
    value: Object,
    set: Option<IntImplementation>,
    delete: Option<IntImplementation>,
    refusal: unsafe fn(Python<'_>, Object, bool) -> crate::PyErr,
) -> isize {
    guarded(-1, |py| {
        let deleting = value.is_null();
        let args = [key, value];
        match if deleting { delete } else { set } {
            // SAFETY: the caller's promise.
            Some(implementation) => unsafe { implementation(py, receiver, args.as_ptr()) },
            None => {
                // SAFETY: the receiver is a live object.
                unsafe { refusal(py, receiver, deleting) }.restore(py);
                -1
            }
        }
    })
}

/// `tp_init`: arguments in a tuple and a dict; the implementation answers `None`.
///
/// # Safety
/// As for [`unary`](super::unary).
pub unsafe extern "C" fn init(
    receiver: Object,
    args: Object,
    keywords: Object,
    spec: &'static FunctionSpec,
    implementation: Implementation,
) -> c_int {
    // SAFETY: the caller's promise; an answer is an owned reference.
    unsafe {
        let answer = tuple_call(receiver, args, keywords, spec, implementation);
        if answer.is_null() {
            return -1;
        }
        ffi::Py_DECREF(answer);
        0
    }
}

/// `sq_repeat`: a number that is no object.
///
/// # Safety
/// As for [`unary`](super::unary).
#[inline(never)]
pub unsafe extern "C" fn repeat(
    receiver: Object,
    count: isize,
    implementation: Implementation,
) -> Object {
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        let count = ffi::PyLong_FromSsize_t(count);
        let Some(count) = Bound::from_owned_ptr_or_opt(py, count) else {
            return null_mut();
        };
        let count = count.as_ptr();
        implementation(py, receiver, &raw const count)
    })
}

/// `tp_descr_get`: what is not there is `None`.
///
/// # Safety
/// As for [`unary`](super::unary).
#[inline(never)]
pub unsafe extern "C" fn descriptor_get(
    receiver: Object,
    object: Object,
    class: Object,
    implementation: Implementation,
) -> Object {
    // SAFETY: the caller's promise; `None` outlives the call.
    guarded(null_mut(), |py| unsafe {
        let args = [object, class].map(|argument| {
            if argument.is_null() {
                ffi::Py_None()
            } else {
                argument
            }
        });
        implementation(py, receiver, args.as_ptr())
    })
}

/// `tp_getattro` of a class with `__getattr__`, which is asked where there is no such attribute.
///
/// # Safety
/// As for [`unary`](super::unary).
#[inline(never)]
pub unsafe extern "C" fn get_attribute(
    receiver: Object,
    name: Object,
    usual: Option<Implementation>,
    fallback: Implementation,
) -> Object {
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        let found = match usual {
            Some(usual) => usual(py, receiver, &raw const name),
            None => ffi::PyObject_GenericGetAttr(receiver, name),
        };
        if !found.is_null() || ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) == 0 {
            return found;
        }
        ffi::PyErr_Clear();
        fallback(py, receiver, &raw const name)
    })
}

/// `bf_getbuffer`: the flags travel as the second argument's address.
///
/// # Safety
/// As for [`unary`](super::unary).
#[cfg(any(not(Py_LIMITED_API), Py_3_11))]
#[inline(never)]
pub unsafe extern "C" fn buffer_get(
    receiver: Object,
    view: *mut ffi::Py_buffer,
    flags: c_int,
    implementation: IntImplementation,
) -> c_int {
    let args = [
        view.cast(),
        std::ptr::without_provenance_mut(flags as u32 as usize),
    ];
    // SAFETY: the caller's promise.
    let answer = guarded(-1, |py| unsafe {
        implementation(py, receiver, args.as_ptr())
    });
    if answer == -1 && !view.is_null() {
        // A view that was refused has no object (C API, `bf_getbuffer`).
        // SAFETY: the view is the caller's to fill.
        unsafe { (*view).obj = null_mut() };
    }
    answer as c_int
}

/// `bf_releasebuffer`, which cannot raise.
///
/// # Safety
/// As for [`unary`](super::unary).
#[cfg(any(not(Py_LIMITED_API), Py_3_11))]
#[inline(never)]
pub unsafe extern "C" fn buffer_release(
    receiver: Object,
    view: *mut ffi::Py_buffer,
    implementation: IntImplementation,
) {
    // SAFETY: CPython calls on an attached thread.
    let py = unsafe { Python::assume_attached() };
    let pending = Pending::save(py);
    let args = [view.cast(), null_mut()];
    // SAFETY: the caller's promise.
    let answer = guarded(-1, |py| unsafe {
        implementation(py, receiver, args.as_ptr())
    });
    if answer == -1 {
        // SAFETY: the receiver is alive.
        let receiver = unsafe { crate::Borrowed::from_ptr(py, receiver) };
        crate::PyErr::fetch_any(py).write_unraisable(py, Some(&receiver));
    }
    pending.restore();
}
