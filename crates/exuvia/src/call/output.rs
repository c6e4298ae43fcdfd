/*!
What a function's result becomes.

The macros wrap the result in [`Output`] and call `__exuvia_convert`: for a `Result` that finds the method below it, for anything
else the one of [`Plain`]. Rust prefers the inherent method, which is what tells the two apart without the macro having
to understand the type.
*/

use crate::convert::{IntoPyObject, IntoPyObjectExt};
use crate::err::{PyErr, PyResult};
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;

/// The result of a user's function.
pub struct Output<T>(pub T);

impl<T, E: Into<PyErr>> Output<Result<T, E>> {
    /// The value, or the error as an exception.
    ///
    /// # Errors
    /// The function's own.
    #[inline(always)]
    pub fn __exuvia_convert(self) -> PyResult<T> {
        self.0.map_err(Into::into)
    }
}

/// The fallback for results that are no `Result`.
pub trait Plain {
    /// The value.
    type Value;
    /// The value as it is.
    ///
    /// # Errors
    /// None.
    fn __exuvia_convert(self) -> PyResult<Self::Value>;
}

impl<T> Plain for Output<T> {
    type Value = T;
    #[inline(always)]
    fn __exuvia_convert(self) -> PyResult<T> {
        Ok(self.0)
    }
}

/// What a closure that Python calls may return: all that converts to Python, and a `Result` of that. `()` is an empty tuple, as
/// in every conversion of a value.
pub trait CallbackOutput<'py> {
    /// A new reference.
    ///
    /// # Errors
    /// The closure's own, and those of the conversion.
    fn into_object(self, py: Python<'py>) -> PyResult<*mut ffi::PyObject>;
}

impl<'py, T: IntoPyObject<'py>> CallbackOutput<'py> for T {
    #[inline]
    fn into_object(self, py: Python<'py>) -> PyResult<*mut ffi::PyObject> {
        self.into_bound_py_any(py).map(Bound::into_ptr)
    }
}

impl<'py, T: IntoPyObject<'py>, E: Into<PyErr>> CallbackOutput<'py> for Result<T, E> {
    #[inline]
    fn into_object(self, py: Python<'py>) -> PyResult<*mut ffi::PyObject> {
        self.map_err(Into::into)?.into_object(py)
    }
}

/// The object of a result, or NULL with the exception set.
#[cfg_attr(for_speed, inline(always))]
#[cfg_attr(not(for_speed), inline(never))]
pub fn object<'py, T: IntoPyObject<'py>>(
    py: Python<'py>,
    result: PyResult<T>,
) -> *mut ffi::PyObject {
    raised(py, result.and_then(|value| value.into_result(py)))
}

/// The answer of `__next__`: NULL without an exception ends the iteration.
#[inline(always)]
pub fn next<'py, T: IntoPyObject<'py>>(py: Python<'py>, result: PyResult<T>) -> *mut ffi::PyObject {
    raised(py, result.and_then(|value| value.into_next(py)))
}

/// The answer of `__anext__`: `Option::None` ends the iteration, which only an exception tells.
#[inline(always)]
pub fn async_next<'py, T: IntoPyObject<'py>>(
    py: Python<'py>,
    result: PyResult<T>,
) -> *mut ffi::PyObject {
    match result.and_then(|value| value.into_next(py)) {
        Ok(pointer) if pointer.is_null() => raised(
            py,
            Err(crate::exceptions::PyStopAsyncIteration::new_err(())),
        ),
        answer => raised(py, answer),
    }
}

/// `None` for a method that must return nothing (`__init__`).
#[inline(always)]
pub fn nothing<T: IntoSlotInt<Done>>(py: Python<'_>, result: PyResult<T>) -> *mut ffi::PyObject {
    raised(
        py,
        result
            .and_then(T::into_slot_int)
            .map(|_| py.None().into_ptr()),
    )
}

/// A pointer, or NULL with the exception set.
#[inline(always)]
pub fn raised(py: Python<'_>, result: PyResult<*mut ffi::PyObject>) -> *mut ffi::PyObject {
    match result {
        Ok(pointer) => pointer,
        Err(error) => {
            error.restore(py);
            std::ptr::null_mut()
        }
    }
}

/// What a slot that answers with a number accepts: [`Length`], [`Truth`] or [`Done`]. A number that the slot does not
/// know would be an error without an exception to CPython.
pub trait IntoSlotInt<Slot> {
    /// The number; never -1, which means an error.
    ///
    /// # Errors
    /// When it does not fit.
    fn into_slot_int(self) -> PyResult<isize>;
}

/// `__len__`.
pub struct Length;
/// `__bool__` and `__contains__`.
pub struct Truth;
/// Assignments and deletions.
pub struct Done;

impl IntoSlotInt<Done> for () {
    #[inline]
    fn into_slot_int(self) -> PyResult<isize> {
        Ok(0)
    }
}

impl IntoSlotInt<Truth> for bool {
    #[inline]
    fn into_slot_int(self) -> PyResult<isize> {
        Ok(self.into())
    }
}

impl IntoSlotInt<Length> for usize {
    #[inline]
    fn into_slot_int(self) -> PyResult<isize> {
        self.try_into().map_err(|_| {
            crate::exceptions::PyOverflowError::new_err("the length does not fit in a C Py_ssize_t")
        })
    }
}

/// What `__hash__` may return: any integer, folded to the size of a hash.
pub trait IntoHash {
    /// The hash; -1 is an error to CPython, so it becomes -2, as `hash` itself does.
    fn into_hash(self) -> isize;
}

macro_rules! into_hash {
    ($($integer:ty),*) => {$(
        impl IntoHash for $integer {
            #[inline]
            fn into_hash(self) -> isize {
                match self as isize {
                    -1 => -2,
                    hash => hash,
                }
            }
        }
    )*};
}
into_hash!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

/// A length, or -1 with the exception set.
#[inline(always)]
pub fn length<T: IntoSlotInt<Length>>(py: Python<'_>, result: PyResult<T>) -> isize {
    int(py, result)
}

/// 1 or 0, or -1 with the exception set.
#[inline(always)]
pub fn truth<T: IntoSlotInt<Truth>>(py: Python<'_>, result: PyResult<T>) -> isize {
    int(py, result)
}

/// 0, or -1 with the exception set.
#[inline(always)]
pub fn done<T: IntoSlotInt<Done>>(py: Python<'_>, result: PyResult<T>) -> isize {
    int(py, result)
}

#[inline(always)]
fn int<Slot, T: IntoSlotInt<Slot>>(py: Python<'_>, result: PyResult<T>) -> isize {
    match result.and_then(T::into_slot_int) {
        Ok(number) => number,
        Err(error) => {
            error.restore(py);
            -1
        }
    }
}

/// A hash, or -1 with the exception set.
#[inline(always)]
pub fn hash<T: IntoHash>(py: Python<'_>, result: PyResult<T>) -> isize {
    match result {
        Ok(hash) => hash.into_hash(),
        Err(error) => {
            error.restore(py);
            -1
        }
    }
}
