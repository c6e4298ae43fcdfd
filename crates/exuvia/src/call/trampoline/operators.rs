//! Operators and comparisons.

use std::ffi::c_int;
use std::ptr::null_mut;

use super::{Object, guarded};
use crate::call::spec::Implementation;
use crate::ffi;
use crate::marker::Python;

/// `tp_richcompare`: the operator travels as the second argument's address.
///
/// # Safety
/// As for [`unary`](super::unary).
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn compare(
    receiver: Object,
    operand: Object,
    operator: c_int,
    implementation: Implementation,
) -> Object {
    let args = [operand, std::ptr::without_provenance_mut(operator as usize)];
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        implementation(py, receiver, args.as_ptr())
    })
}

/// An operator whose class is on the left: CPython calls the slot of either operand's type, with the operands in the order
/// of the source.
///
/// # Safety
/// As for [`unary`](super::unary); `is_receiver` must tell whether an object is an instance of the class that the implementation is for.
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn operator_on_left(
    left: Object,
    right: Object,
    is_receiver: unsafe fn(Python<'_>, Object) -> bool,
    implementation: Implementation,
) -> Object {
    guarded(null_mut(), |py| {
        // SAFETY: operands are live objects.
        if unsafe { is_receiver(py, left) } {
            // SAFETY: the receiver has just been checked.
            unsafe { implementation(py, left, &raw const right) }
        } else {
            crate::emitted::not_implemented(py)
        }
    })
}

/// An operator whose class may be on either side.
///
/// # Safety
/// As for [`operator_on_left`].
#[inline(never)]
pub unsafe extern "C" fn operator(
    left: Object,
    right: Object,
    is_receiver: unsafe fn(Python<'_>, Object) -> bool,
    forward: Option<Implementation>,
    reflected: Option<Implementation>,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe { on_either_side(left, right, null_mut(), is_receiver, forward, reflected) }
}

/// `nb_power`: an operator with a modulus, which is `None` when it is not given.
///
/// # Safety
/// As for [`operator_on_left`].
#[inline(never)]
pub unsafe extern "C" fn power(
    left: Object,
    right: Object,
    modulus: Object,
    is_receiver: unsafe fn(Python<'_>, Object) -> bool,
    forward: Option<Implementation>,
    reflected: Option<Implementation>,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe { on_either_side(left, right, modulus, is_receiver, forward, reflected) }
}

/// Asks the class of the left operand, then that of the right one.
///
/// # Safety
/// As for [`operator_on_left`]; `modulus` is a live object where there is one.
#[inline]
unsafe fn on_either_side(
    left: Object,
    right: Object,
    modulus: Object,
    is_receiver: unsafe fn(Python<'_>, Object) -> bool,
    forward: Option<Implementation>,
    reflected: Option<Implementation>,
) -> Object {
    guarded(null_mut(), |py| {
        for (implementation, receiver, operand) in
            [(forward, left, right), (reflected, right, left)]
        {
            let Some(implementation) = implementation else {
                continue;
            };
            // SAFETY: operands are live objects.
            if unsafe { is_receiver(py, receiver) } {
                let args = [operand, modulus];
                // SAFETY: the receiver has just been checked.
                let result = unsafe { implementation(py, receiver, args.as_ptr()) };
                // SAFETY: `Py_NotImplemented` is immortal or outlives the interpreter's objects.
                if result != unsafe { ffi::Py_NotImplemented() } {
                    return result;
                }
                // SAFETY: the result is an owned reference.
                unsafe { ffi::Py_DECREF(result) };
            }
        }
        py.NotImplemented().into_ptr()
    })
}

/// An in-place operator: its result is the receiver.
///
/// # Safety
/// As for [`unary`](super::unary).
#[inline(never)]
pub unsafe extern "C" fn in_place(
    receiver: Object,
    operand: Object,
    modulus: Object,
    implementation: Implementation,
) -> Object {
    let args = [operand, modulus];
    // SAFETY: the caller's promise; the receiver is alive.
    guarded(null_mut(), |py| unsafe {
        let result = implementation(py, receiver, args.as_ptr());
        if result.is_null() || result == ffi::Py_NotImplemented() {
            return result;
        }
        ffi::Py_DECREF(result);
        ffi::Py_INCREF(receiver);
        receiver
    })
}
