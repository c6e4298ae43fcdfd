//! An owned reference that carries the proof that its thread is attached.

use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::class::boolean_struct::{False, True};
use crate::err::{CastError, CastIntoError, PyErr, PyResult};
use crate::ffi;
use crate::instance::{Borrowed, Py};
use crate::marker::Python;
use crate::type_object::DerefToPyAny;
use crate::types::PyAny;
use crate::types::any::PyAnyMethods;
use crate::types::string::PyStringMethods;
use crate::{
    PyBorrowError, PyBorrowMutError, PyClass, PyClassInitializer, PyRef, PyRefMut, PyTypeCheck,
    PyTypeInfo,
};

/// An owned reference to a Python object of type `T`, on a thread that is attached for `'py`.
///
/// Its methods come from the traits in [`types`](crate::types) (`PyAnyMethods`, `PyListMethods`, …), which the prelude
/// brings in. A `Bound` of a concrete type dereferences to `Bound<PyAny>`.
#[repr(transparent)]
pub struct Bound<'py, T>(NonNull<ffi::PyObject>, PhantomData<Py<T>>, Python<'py>);

impl<'py, T: PyClass> Bound<'py, T> {
    /// Makes a Python object that holds `value`.
    ///
    /// # Errors
    /// `MemoryError` when there is no room for it.
    #[inline]
    pub fn new(
        py: Python<'py>,
        value: impl Into<PyClassInitializer<T>>,
    ) -> PyResult<Bound<'py, T>> {
        value.into().create_object(py)
    }

    /// Borrows the Rust value inside.
    ///
    /// # Panics
    /// When it is borrowed mutably.
    #[inline]
    #[track_caller]
    pub fn borrow(&self) -> PyRef<'py, T> {
        self.try_borrow().expect("Already mutably borrowed")
    }

    /// Borrows the Rust value inside mutably.
    ///
    /// # Panics
    /// When it is borrowed already.
    #[inline]
    #[track_caller]
    pub fn borrow_mut(&self) -> PyRefMut<'py, T>
    where
        T: PyClass<Frozen = False>,
    {
        self.try_borrow_mut().expect("Already borrowed")
    }

    /// Borrows the Rust value inside.
    ///
    /// # Errors
    /// When it is borrowed mutably.
    #[inline]
    pub fn try_borrow(&self) -> Result<PyRef<'py, T>, PyBorrowError> {
        PyRef::try_borrow(self)
    }

    /// Borrows the Rust value inside mutably.
    ///
    /// # Errors
    /// When it is borrowed already.
    #[inline]
    pub fn try_borrow_mut(&self) -> Result<PyRefMut<'py, T>, PyBorrowMutError>
    where
        T: PyClass<Frozen = False>,
    {
        PyRefMut::try_borrow(self)
    }

    /// The Rust value inside an object of a frozen class.
    #[inline]
    pub fn get(&self) -> &T
    where
        T: PyClass<Frozen = True> + Sync,
    {
        self.as_borrowed().get()
    }
}

impl<'py, T: PyClass> Bound<'py, T> {
    /// The same object as an instance of the class that `T` extends.
    #[inline]
    pub fn as_super(&self) -> &Bound<'py, T::BaseType> {
        // SAFETY: an instance of a class is one of its base.
        unsafe { self.cast_unchecked() }
    }

    /// The same object as an instance of the class that `T` extends.
    #[inline]
    pub fn into_super(self) -> Bound<'py, T::BaseType> {
        // SAFETY: an instance of a class is one of its base.
        unsafe { self.cast_into_unchecked() }
    }
}

impl<'py, T> Bound<'py, T> {
    /// # Safety
    /// `ptr` is an owned reference to a `T`.
    #[inline(always)]
    pub(crate) unsafe fn from_non_null(py: Python<'py>, ptr: NonNull<ffi::PyObject>) -> Self {
        Bound(ptr, PhantomData, py)
    }

    /// The token.
    #[inline(always)]
    pub fn py(&self) -> Python<'py> {
        self.2
    }

    /// The raw pointer; borrowed.
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut ffi::PyObject {
        self.0.as_ptr()
    }

    /// The raw pointer with its reference.
    #[inline(always)]
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        ManuallyDrop::new(self).0.as_ptr()
    }

    /// The same reference to an object of unknown type.
    #[inline(always)]
    pub fn as_any(&self) -> &Bound<'py, PyAny> {
        // SAFETY: every object is an instance of `object`; the layout does not depend on `T`.
        unsafe { self.cast_unchecked() }
    }

    /// Forgets the type.
    #[inline(always)]
    pub fn into_any(self) -> Bound<'py, PyAny> {
        // SAFETY: as in `as_any`.
        unsafe { self.cast_into_unchecked() }
    }

    /// A reference that does not count.
    #[inline(always)]
    pub fn as_borrowed<'a>(&'a self) -> Borrowed<'a, 'py, T> {
        // SAFETY: `self` keeps the object alive for `'a`.
        unsafe { Borrowed::from_non_null(self.2, self.0) }
    }

    /// Gives up the token, to store the reference or to send it to another thread.
    #[inline(always)]
    pub fn unbind(self) -> Py<T> {
        // SAFETY: the reference moves over.
        unsafe { Py::from_non_null(ManuallyDrop::new(self).0) }
    }

    /// The same reference, seen without its token.
    #[inline(always)]
    pub fn as_unbound(&self) -> &Py<T> {
        // SAFETY: both are one pointer; the token has no size.
        unsafe { &*(&raw const self.0).cast::<Py<T>>() }
    }

    /// Checks that the object is an instance of `U`, subclasses included.
    ///
    /// # Errors
    /// [`CastError`] (a `TypeError` for Python) when it is not.
    #[inline]
    pub fn cast<U: PyTypeCheck>(&self) -> Result<&Bound<'py, U>, CastError<'_, 'py>> {
        if U::type_check(self.as_any()) {
            // SAFETY: the type has just been checked.
            Ok(unsafe { self.cast_unchecked() })
        } else {
            Err(CastError::new(
                self.as_borrowed().to_any(),
                U::classinfo_object(self.2),
            ))
        }
    }

    /// Like [`cast`](Self::cast), for the reference itself.
    ///
    /// # Errors
    /// [`CastIntoError`], which gives the object back, when it is not.
    #[inline]
    pub fn cast_into<U: PyTypeCheck>(self) -> Result<Bound<'py, U>, CastIntoError<'py>> {
        if U::type_check(self.as_any()) {
            // SAFETY: the type has just been checked.
            Ok(unsafe { self.cast_into_unchecked() })
        } else {
            let classinfo = U::classinfo_object(self.2);
            Err(CastIntoError::new(self.into_any(), classinfo))
        }
    }

    /// Checks that the object is an instance of `U` itself, not of a subclass.
    ///
    /// # Errors
    /// [`CastError`] when it is not.
    #[inline]
    pub fn cast_exact<U: PyTypeInfo>(&self) -> Result<&Bound<'py, U>, CastError<'_, 'py>> {
        if U::is_exact_type_of(self.as_any()) {
            // SAFETY: the type has just been checked.
            Ok(unsafe { self.cast_unchecked() })
        } else {
            Err(CastError::new(
                self.as_borrowed().to_any(),
                U::type_object(self.2).into_any(),
            ))
        }
    }

    /// Like [`cast_exact`](Self::cast_exact), for the reference itself.
    ///
    /// # Errors
    /// [`CastIntoError`], which gives the object back, when it is not.
    #[inline]
    pub fn cast_into_exact<U: PyTypeInfo>(self) -> Result<Bound<'py, U>, CastIntoError<'py>> {
        if U::is_exact_type_of(self.as_any()) {
            // SAFETY: the type has just been checked.
            Ok(unsafe { self.cast_into_unchecked() })
        } else {
            let classinfo = U::type_object(self.2).into_any();
            Err(CastIntoError::new(self.into_any(), classinfo))
        }
    }

    /// Takes the object for a `U` without looking.
    ///
    /// # Safety
    /// It must be an instance of `U`.
    #[inline(always)]
    pub unsafe fn cast_unchecked<U>(&self) -> &Bound<'py, U> {
        // SAFETY: the layout does not depend on the type parameter.
        unsafe { &*std::ptr::from_ref(self).cast() }
    }

    /// Takes the object for a `U` without looking.
    ///
    /// # Safety
    /// It must be an instance of `U`.
    #[inline(always)]
    pub unsafe fn cast_into_unchecked<U>(self) -> Bound<'py, U> {
        let this = ManuallyDrop::new(self);
        Bound(this.0, PhantomData, this.2)
    }

    pub(crate) fn fmt_debug(any: &Bound<'_, PyAny>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match any.repr() {
            Ok(text) => f.write_str(&text.to_string_lossy()),
            Err(error) => Self::fmt_failed(any, error, f),
        }
    }

    pub(crate) fn fmt_display(any: &Bound<'_, PyAny>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match any.str() {
            Ok(text) => f.write_str(&text.to_string_lossy()),
            Err(error) => Self::fmt_failed(any, error, f),
        }
    }

    #[cold]
    fn fmt_failed(any: &Bound<'_, PyAny>, error: PyErr, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::types::typeobject::PyTypeMethods;
        error.write_unraisable(any.py(), Some(any));
        match any.get_type().name() {
            Ok(name) => write!(f, "<unprintable {name} object>"),
            Err(_) => f.write_str("<unprintable object>"),
        }
    }
}

impl<'py> Bound<'py, PyAny> {
    /// Takes over an owned pointer.
    ///
    /// # Safety
    /// `ptr` must be an owned reference.
    ///
    /// # Panics
    /// When `ptr` is NULL.
    #[inline]
    #[track_caller]
    pub unsafe fn from_owned_ptr(py: Python<'py>, ptr: *mut ffi::PyObject) -> Self {
        match NonNull::new(ptr) {
            Some(ptr) => Bound(ptr, PhantomData, py),
            None => crate::err::panic_after_error(py),
        }
    }

    /// Takes over an owned pointer; NULL is `None`.
    ///
    /// # Safety
    /// `ptr` must be NULL or an owned reference.
    #[inline]
    pub unsafe fn from_owned_ptr_or_opt(py: Python<'py>, ptr: *mut ffi::PyObject) -> Option<Self> {
        NonNull::new(ptr).map(|ptr| Bound(ptr, PhantomData, py))
    }

    /// Takes over an owned pointer; NULL means that an exception is set.
    ///
    /// # Errors
    /// The exception that is set.
    ///
    /// # Safety
    /// `ptr` must be NULL or an owned reference.
    #[inline]
    pub unsafe fn from_owned_ptr_or_err(
        py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> PyResult<Self> {
        match NonNull::new(ptr) {
            Some(ptr) => Ok(Bound(ptr, PhantomData, py)),
            None => Err(PyErr::fetch(py)),
        }
    }

    /// Counts one more reference to a borrowed pointer.
    ///
    /// # Safety
    /// `ptr` must be a live object.
    ///
    /// # Panics
    /// When `ptr` is NULL.
    #[inline]
    #[track_caller]
    pub unsafe fn from_borrowed_ptr(py: Python<'py>, ptr: *mut ffi::PyObject) -> Self {
        // SAFETY: the caller's promise.
        unsafe { Borrowed::from_ptr(py, ptr) }.to_owned()
    }

    /// Counts one more reference to a borrowed pointer; NULL is `None`.
    ///
    /// # Safety
    /// `ptr` must be NULL or a live object.
    #[inline]
    pub unsafe fn from_borrowed_ptr_or_opt(
        py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> Option<Self> {
        // SAFETY: the caller's promise.
        unsafe { Borrowed::from_ptr_or_opt(py, ptr) }.map(Borrowed::to_owned)
    }

    /// Counts one more reference to a borrowed pointer; NULL means that an exception is set.
    ///
    /// # Errors
    /// The exception that is set.
    ///
    /// # Safety
    /// `ptr` must be NULL or a live object.
    #[inline]
    pub unsafe fn from_borrowed_ptr_or_err(
        py: Python<'py>,
        ptr: *mut ffi::PyObject,
    ) -> PyResult<Self> {
        // SAFETY: the caller's promise.
        unsafe { Borrowed::from_ptr_or_err(py, ptr) }.map(Borrowed::to_owned)
    }
}

impl<T> Clone for Bound<'_, T> {
    #[inline]
    fn clone(&self) -> Self {
        // SAFETY: the thread is attached and the object alive.
        unsafe { ffi::Py_INCREF(self.0.as_ptr()) };
        Bound(self.0, PhantomData, self.2)
    }
}

impl<T> Drop for Bound<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the thread is attached, and this reference is owned.
        unsafe { ffi::Py_DECREF(self.0.as_ptr()) }
    }
}

impl<'py, T: DerefToPyAny> Deref for Bound<'py, T> {
    type Target = Bound<'py, PyAny>;
    #[inline(always)]
    fn deref(&self) -> &Bound<'py, PyAny> {
        self.as_any()
    }
}

impl<'py, T> AsRef<Bound<'py, PyAny>> for Bound<'py, T> {
    #[inline]
    fn as_ref(&self) -> &Bound<'py, PyAny> {
        self.as_any()
    }
}

impl<T> AsRef<Py<PyAny>> for Bound<'_, T> {
    #[inline]
    fn as_ref(&self) -> &Py<PyAny> {
        self.as_any().as_unbound()
    }
}

impl<'py, T> From<&Bound<'py, T>> for Bound<'py, T> {
    #[inline]
    fn from(bound: &Bound<'py, T>) -> Self {
        bound.clone()
    }
}

impl<T> fmt::Debug for Bound<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Self::fmt_debug(self.as_any(), f)
    }
}

impl<T> fmt::Display for Bound<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Self::fmt_display(self.as_any(), f)
    }
}
