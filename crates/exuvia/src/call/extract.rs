/*!
From an argument to the value of a parameter.

Parameters taken by reference need something to live in while the function runs, a *holder*: the borrow of a class
instance, or nothing much for references to Python objects and text. Errors are told which argument they are about.
*/

#[cfg(any(Py_3_11, Py_LIMITED_API))]
use crate::access;
use crate::class::boolean_struct::False;
use crate::class::cell::{ExclusiveGuard, SharedGuard};
use crate::convert::FromPyObject;
use crate::err::{CastError, PyErr, PyResult};
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::PyAny;
#[cfg(any(Py_3_11, Py_LIMITED_API))]
use crate::types::any::PyAnyMethods;
#[cfg(any(Py_3_11, Py_LIMITED_API))]
use crate::types::{PyList, PyString};
use crate::{PyClass, PyTypeCheck};

/// The time of a call, as a lifetime: arguments are borrowed from it, so that nothing taken from them can outlive the
/// call, whatever lifetime a parameter's type asks for.
pub struct Frame(());

impl Frame {
    /// For one call.
    #[allow(clippy::new_without_default)]
    #[inline(always)]
    pub fn new() -> Self {
        Frame(())
    }
}

/// An argument that is there.
///
/// # Safety
/// `slot` holds an object that lives as long as the frame.
#[inline(always)]
pub unsafe fn argument<'a, 'py>(
    py: Python<'py>,
    _frame: &'a Frame,
    slot: *const *mut ffi::PyObject,
) -> Borrowed<'a, 'py, PyAny> {
    // SAFETY: the caller's promise; a live object is not NULL.
    unsafe { argument_of(py, *slot) }
}

/// An argument that may be missing.
///
/// # Safety
/// `slot` holds an object that lives as long as the frame, or NULL.
#[inline(always)]
pub unsafe fn optional_argument<'a, 'py>(
    py: Python<'py>,
    _frame: &'a Frame,
    slot: *const *mut ffi::PyObject,
) -> Option<Borrowed<'a, 'py, PyAny>> {
    // SAFETY: the caller's promise.
    unsafe { Borrowed::from_ptr_or_opt(py, *slot) }
}

/// A parameter taken by value.
///
/// # Errors
/// Those of the conversion.
#[inline(always)]
pub fn value<'a, 'py, T: FromPyObject<'a, 'py>>(argument: Borrowed<'a, 'py, PyAny>) -> PyResult<T> {
    T::extract(argument).map_err(Into::into)
}

/// A parameter taken by shared reference.
pub trait ReferenceParameter {
    /// What keeps the reference valid.
    type Holder<'a, 'py>
    where
        Self: 'a;

    /// Converts, leaving in `holder` what the reference needs.
    ///
    /// # Errors
    /// When the argument is of another type or borrowed mutably.
    fn extract<'h, 'a: 'h, 'py: 'h>(
        argument: Borrowed<'a, 'py, PyAny>,
        holder: &'h mut Option<Self::Holder<'a, 'py>>,
    ) -> PyResult<&'h Self>;
}

/// The argument as an instance of a class. The error is made elsewhere, to keep what happens every time small.
#[inline(always)]
fn instance<'a, 'py, T: PyClass>(
    argument: Borrowed<'a, 'py, PyAny>,
) -> PyResult<Borrowed<'a, 'py, T>> {
    #[cold]
    #[inline(never)]
    fn no_instance<T: PyClass>(argument: Borrowed<'_, '_, PyAny>) -> PyErr {
        let class = T::type_object(argument.py()).into_any();
        CastError::new(argument, class).into()
    }
    if !T::is_type_of(&argument) {
        return Err(no_instance::<T>(argument));
    }
    // SAFETY: just checked.
    Ok(unsafe { argument.cast_unchecked() })
}

impl<T: PyClass> ReferenceParameter for T {
    type Holder<'a, 'py> = SharedGuard<'a, T>;
    #[inline(always)]
    fn extract<'h, 'a: 'h, 'py: 'h>(
        argument: Borrowed<'a, 'py, PyAny>,
        holder: &'h mut Option<Self::Holder<'a, 'py>>,
    ) -> PyResult<&'h Self> {
        let object = instance::<T>(argument)?;
        Ok(holder.insert(SharedGuard::borrow(object)?))
    }
}

impl ReferenceParameter for str {
    type Holder<'a, 'py> = &'a str;
    #[inline]
    fn extract<'h, 'a: 'h, 'py: 'h>(
        argument: Borrowed<'a, 'py, PyAny>,
        holder: &'h mut Option<Self::Holder<'a, 'py>>,
    ) -> PyResult<&'h Self> {
        Ok(holder.insert(value(argument)?))
    }
}

impl ReferenceParameter for [u8] {
    type Holder<'a, 'py> = &'a [u8];
    #[inline]
    fn extract<'h, 'a: 'h, 'py: 'h>(
        argument: Borrowed<'a, 'py, PyAny>,
        holder: &'h mut Option<Self::Holder<'a, 'py>>,
    ) -> PyResult<&'h Self> {
        Ok(holder.insert(value(argument)?))
    }
}

/// `&Bound<'py, T>`, whose lifetime is that of the call. A trait of its own, because the type depends on `'py`.
///
/// # Errors
/// When the argument is of another type.
#[inline(always)]
pub fn bound<'h, 'a: 'h, 'py: 'h, T: PyTypeCheck + 'h>(
    argument: Borrowed<'a, 'py, PyAny>,
    holder: &'h mut Option<Borrowed<'a, 'py, T>>,
) -> PyResult<&'h Bound<'py, T>> {
    Ok(holder.insert(argument.cast::<T>()?))
}

/// A parameter taken by shared reference, of any type but `Bound`.
///
/// # Errors
/// When the argument is of another type or borrowed mutably.
#[inline(always)]
pub fn reference<'h, 'a: 'h, 'py: 'h, T: ReferenceParameter + ?Sized>(
    argument: Borrowed<'a, 'py, PyAny>,
    holder: &'h mut Option<T::Holder<'a, 'py>>,
) -> PyResult<&'h T> {
    T::extract(argument, holder)
}

/// A parameter taken by exclusive reference.
///
/// # Errors
/// When the argument is of another type or borrowed already.
#[inline(always)]
pub fn exclusive<'h, 'a: 'h, 'py: 'h, T: PyClass<Frozen = False>>(
    argument: Borrowed<'a, 'py, PyAny>,
    holder: &'h mut Option<ExclusiveGuard<'a, T>>,
) -> PyResult<&'h mut T> {
    let object = instance::<T>(argument)?;
    Ok(holder.insert(ExclusiveGuard::borrow(object)?))
}

/// # Safety
/// `object` is live for `'a`.
#[inline(always)]
unsafe fn argument_of<'a, 'py>(
    py: Python<'py>,
    object: *mut ffi::PyObject,
) -> Borrowed<'a, 'py, PyAny> {
    // SAFETY: the caller's promise; a live object is not NULL.
    unsafe { Borrowed::from_non_null(py, std::ptr::NonNull::new_unchecked(object)) }
}

/// The receiver of a `&self` method: CPython has checked its type.
///
/// # Errors
/// When it is borrowed mutably.
///
/// # Safety
/// `receiver` is a live instance of `T` for `'a`.
#[inline(always)]
pub unsafe fn receiver<'a, T: PyClass>(
    py: Python<'_>,
    receiver: *mut ffi::PyObject,
) -> PyResult<SharedGuard<'a, T>> {
    // SAFETY: the caller's promise.
    Ok(SharedGuard::borrow(unsafe {
        argument_of(py, receiver).cast_unchecked()
    })?)
}

/// The receiver of a `&mut self` method.
///
/// # Errors
/// When it is borrowed already.
///
/// # Safety
/// `receiver` is a live instance of `T` for `'a`.
#[inline(always)]
pub unsafe fn receiver_mut<'a, T: PyClass<Frozen = False>>(
    py: Python<'_>,
    receiver: *mut ffi::PyObject,
) -> PyResult<ExclusiveGuard<'a, T>> {
    // SAFETY: the caller's promise.
    Ok(ExclusiveGuard::borrow(unsafe {
        argument_of(py, receiver).cast_unchecked()
    })?)
}

/// Raises the error of converting the argument called `name`, which is told in a note (PEP 678) where Python has notes.
#[cold]
#[inline(never)]
pub fn fail(py: Python<'_>, name: &str, error: PyErr) {
    // Python 3.10 has no notes; the exception is then raised without. A module for many versions finds out by trying.
    #[cfg(any(Py_3_11, Py_LIMITED_API))]
    let error = annotated(py, name, error);
    #[cfg(not(any(Py_3_11, Py_LIMITED_API)))]
    let _ = name;
    error.restore(py);
}

#[cfg(any(Py_3_11, Py_LIMITED_API))]
fn annotated(py: Python<'_>, name: &str, error: PyErr) -> PyErr {
    let note = PyString::new(py, &format!("while processing '{name}'"));
    let exception = error.into_value(py).into_bound(py);
    // A built-in exception without attributes of its own has no notes yet: `add_note`, which is a method, need not be
    // looked up and called for the first one.
    // SAFETY: the object is a live exception.
    let is_bare = unsafe { access::is_bare_exception(exception.as_ptr()) };
    // That an exception cannot be annotated is no reason to hide it.
    let _ = if is_bare {
        PyList::new(py, [note])
            .and_then(|notes| exception.setattr(crate::intern!(py, "__notes__"), notes))
    } else {
        exception.call_method1("add_note", (note,)).map(drop)
    };
    PyErr::from_value(exception.into_any())
}
