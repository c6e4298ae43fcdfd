//! A reference whose count is kept by somebody else.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::class::boolean_struct::True;
use crate::err::{CastError, PyErr, PyResult};
use crate::ffi;
use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::types::PyAny;
use crate::{FromPyObject, PyClass, PyTypeCheck, PyTypeInfo};

/// A Python object that something else keeps alive for `'a`: as cheap as a pointer, and it can be copied.
///
/// It dereferences to [`Bound`], so everything that works on a `&Bound` works on it.
#[repr(transparent)]
pub struct Borrowed<'a, 'py, T>(NonNull<ffi::PyObject>, PhantomData<&'a Py<T>>, Python<'py>);

impl<'a, 'py, T> Borrowed<'a, 'py, T> {
    /// # Safety
    /// `ptr` is a live object of type `T` for `'a`.
    #[inline(always)]
    pub(crate) unsafe fn from_non_null(py: Python<'py>, ptr: NonNull<ffi::PyObject>) -> Self {
        Borrowed(ptr, PhantomData, py)
    }

    /// An owned reference to the same object.
    #[inline]
    pub fn to_owned(self) -> Bound<'py, T> {
        (*self).clone()
    }

    /// The raw pointer; borrowed.
    #[inline(always)]
    pub fn as_ptr(self) -> *mut ffi::PyObject {
        self.0.as_ptr()
    }

    /// Forgets the type.
    #[inline(always)]
    pub fn to_any(self) -> Borrowed<'a, 'py, PyAny> {
        Borrowed(self.0, PhantomData, self.2)
    }

    /// The token.
    #[inline(always)]
    pub fn py(self) -> Python<'py> {
        self.2
    }

    /// Converts to a Rust value that may borrow from the object for `'a`.
    ///
    /// # Errors
    /// Those of the conversion.
    #[inline]
    pub fn extract<O>(self) -> Result<O, O::Error>
    where
        O: FromPyObject<'a, 'py>,
    {
        O::extract(self.to_any())
    }

    /// Checks that the object is an instance of `U`, subclasses included.
    ///
    /// # Errors
    /// [`CastError`] (a `TypeError` for Python) when it is not.
    #[inline]
    pub fn cast<U: PyTypeCheck>(self) -> Result<Borrowed<'a, 'py, U>, CastError<'a, 'py>> {
        if U::type_check(&self.to_any()) {
            // SAFETY: the type has just been checked.
            Ok(unsafe { self.cast_unchecked() })
        } else {
            Err(CastError::new(self.to_any(), U::classinfo_object(self.2)))
        }
    }

    /// Checks that the object is an instance of `U` itself, not of a subclass.
    ///
    /// # Errors
    /// [`CastError`] when it is not.
    #[inline]
    pub fn cast_exact<U: PyTypeInfo>(self) -> Result<Borrowed<'a, 'py, U>, CastError<'a, 'py>> {
        if U::is_exact_type_of(&self.to_any()) {
            // SAFETY: the type has just been checked.
            Ok(unsafe { self.cast_unchecked() })
        } else {
            Err(CastError::new(
                self.to_any(),
                U::type_object(self.2).into_any(),
            ))
        }
    }

    /// Takes the object for a `U` without looking.
    ///
    /// # Safety
    /// It must be an instance of `U`.
    #[inline(always)]
    pub unsafe fn cast_unchecked<U>(self) -> Borrowed<'a, 'py, U> {
        Borrowed(self.0, PhantomData, self.2)
    }

    /// The Rust value inside an object of a frozen class.
    #[inline]
    pub fn get(self) -> &'a T
    where
        T: PyClass<Frozen = True> + Sync,
    {
        // SAFETY: a frozen value is never borrowed mutably, and the object lives for `'a`.
        unsafe { &*crate::class::cell::contents::<T>(self.0.as_ptr()) }
    }
}

impl<'py> Borrowed<'_, 'py, PyAny> {
    /// Wraps a borrowed pointer.
    ///
    /// # Safety
    /// `ptr` must be a live object for the lifetime of the result.
    ///
    /// # Panics
    /// When `ptr` is NULL.
    #[inline]
    #[track_caller]
    pub unsafe fn from_ptr(py: Python<'py>, ptr: *mut ffi::PyObject) -> Self {
        match NonNull::new(ptr) {
            Some(ptr) => Borrowed(ptr, PhantomData, py),
            None => crate::err::panic_after_error(py),
        }
    }

    /// Wraps a borrowed pointer; NULL is `None`.
    ///
    /// # Safety
    /// `ptr` must be NULL or a live object for the lifetime of the result.
    #[inline]
    pub unsafe fn from_ptr_or_opt(py: Python<'py>, ptr: *mut ffi::PyObject) -> Option<Self> {
        NonNull::new(ptr).map(|ptr| Borrowed(ptr, PhantomData, py))
    }

    /// Wraps a borrowed pointer; NULL means that an exception is set.
    ///
    /// # Errors
    /// The exception that is set.
    ///
    /// # Safety
    /// `ptr` must be NULL or a live object for the lifetime of the result.
    #[inline]
    pub unsafe fn from_ptr_or_err(py: Python<'py>, ptr: *mut ffi::PyObject) -> PyResult<Self> {
        NonNull::new(ptr).map_or_else(
            || Err(PyErr::fetch(py)),
            |ptr| Ok(Borrowed(ptr, PhantomData, py)),
        )
    }
}

impl<'a, 'py, T> From<&'a Bound<'py, T>> for Borrowed<'a, 'py, T> {
    #[inline]
    fn from(bound: &'a Bound<'py, T>) -> Self {
        bound.as_borrowed()
    }
}

impl<T> AsRef<Py<PyAny>> for Borrowed<'_, '_, T> {
    #[inline]
    fn as_ref(&self) -> &Py<PyAny> {
        self.as_any().as_unbound()
    }
}

impl<'py, T> Deref for Borrowed<'_, 'py, T> {
    type Target = Bound<'py, T>;
    #[inline(always)]
    fn deref(&self) -> &Bound<'py, T> {
        // SAFETY: both are one pointer to an object that is alive; a shared `Bound` never changes the count.
        unsafe { &*(&raw const self.0).cast::<Bound<'py, T>>() }
    }
}

impl<T> Clone for Borrowed<'_, '_, T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Borrowed<'_, '_, T> {}

impl<T> fmt::Debug for Borrowed<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Bound::<PyAny>::fmt_debug(self.as_any(), f)
    }
}

impl<T> fmt::Display for Borrowed<'_, '_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Bound::<PyAny>::fmt_display(self.as_any(), f)
    }
}
