/*!
Where calls from CPython arrive.

Each C function that the macros emit is a shim that adds constants and calls one of these functions. Here
panics are caught: a panic becomes a `PanicException`, and never reaches C.

The compiler decides what a shim becomes. Optimising for speed it takes these functions into the shim, the implementation
with them, and where nothing can panic the code that catches is gone: what is left is what one would write in C. Optimising
for size, and without optimising, the shim jumps to the one copy that all functions share. What is rare is `#[cold]` and
never taken in.

All are `extern "C"` though Rust calls them: so it is known that nothing unwinds out of them, and a shim needs no frame of its
own.
*/

#![allow(
    improper_ctypes_definitions,
    reason = "Rust calls these functions; `extern \"C\"` says that nothing unwinds out of them"
)]

mod constructors;
mod dealloc;
mod functions;
mod operators;
mod properties;
mod slots;

use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

pub use self::constructors::*;
pub(crate) use self::dealloc::{dealloc_of, drop_dead};
pub use self::functions::*;
pub use self::operators::*;
pub use self::properties::*;
pub use self::slots::*;
use crate::attachment;
use crate::call::spec::{Implementation, IntImplementation};
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::panic::PanicException;

type Object = *mut ffi::PyObject;

/// Runs `body`; a panic is raised as an exception, and the answer is `failed`.
#[inline(always)]
pub(crate) fn guarded<R>(failed: R, body: impl FnOnce(Python<'_>) -> R) -> R {
    // SAFETY: CPython calls on an attached thread.
    let py = unsafe { Python::assume_attached() };
    let _inside = attachment::inside();
    // A panic may leave the user's own data in a state it did not mean to, as in a thread that is joined; borrow flags
    // and reference counts are released while unwinding.
    match catch_unwind(AssertUnwindSafe(|| body(py))) {
        Ok(result) => result,
        Err(payload) => {
            raise_panic(py, payload);
            failed
        }
    }
}

/// Raises what was caught. Does not unwind: there is nobody left to catch that.
#[cold]
#[inline(never)]
fn raise_panic(py: Python<'_>, payload: Box<dyn std::any::Any + Send>) {
    PanicException::from_panic_payload(payload).restore(py);
}

/// A function without parameters (`METH_NOARGS`), and slots with one operand.
///
/// # Safety
/// For all functions here: called by CPython in the role that the macros gave the shim, so that `receiver` and the
/// arguments are what the implementation expects.
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn unary(receiver: Object, implementation: Implementation) -> Object {
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        implementation(py, receiver, std::ptr::null())
    })
}

/// Slots with two operands.
///
/// # Safety
/// As for [`unary`].
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn binary(
    receiver: Object,
    operand: Object,
    implementation: Implementation,
) -> Object {
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        implementation(py, receiver, &raw const operand)
    })
}

/// Slots with three operands.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe extern "C" fn ternary(
    receiver: Object,
    first: Object,
    second: Object,
    implementation: Implementation,
) -> Object {
    let args = [first, second];
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        implementation(py, receiver, args.as_ptr())
    })
}

/// Slots with one operand that answer with a number.
///
/// # Safety
/// As for [`unary`].
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn unary_int(receiver: Object, implementation: IntImplementation) -> isize {
    // SAFETY: the caller's promise.
    guarded(-1, |py| unsafe {
        implementation(py, receiver, std::ptr::null())
    })
}

/// Slots with two operands that answer with a number.
///
/// # Safety
/// As for [`unary`].
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn binary_int(
    receiver: Object,
    operand: Object,
    implementation: IntImplementation,
) -> isize {
    // SAFETY: the caller's promise.
    guarded(-1, |py| unsafe {
        implementation(py, receiver, &raw const operand)
    })
}

/// The body of a module: `fill` adds its contents.
///
/// # Safety
/// Called by CPython as the `Py_mod_exec` slot, with a module.
pub unsafe extern "C" fn exec_module(
    module: Object,
    fill: for<'a, 'py> fn(&'a Bound<'py, crate::types::PyModule>) -> crate::PyResult<()>,
) -> c_int {
    guarded(-1, |py| {
        // SAFETY: CPython passes the module.
        let module = unsafe { crate::instance::Borrowed::from_ptr(py, module).cast_unchecked() };
        match crate::call::module::check_interpreter(py).and_then(|()| fill(&module)) {
            Ok(()) => 0,
            Err(error) => {
                error.restore(py);
                -1
            }
        }
    })
}
