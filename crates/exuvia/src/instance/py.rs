//! An owned reference without a token.

use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

use crate::call::PyCallArgs;
use crate::class::boolean_struct::{False, True};
use crate::err::{CastError, PyResult};
use crate::ffi;
use crate::instance::{Borrowed, Bound, pending};
use crate::marker::{Python, is_attached};
use crate::types::any::PyAnyMethods;
use crate::types::{PyAny, PyDict, PyString};
use crate::{
    FromPyObject, IntoPyObject, PyBorrowError, PyBorrowMutError, PyClass, PyClassInitializer,
    PyRef, PyRefMut, PyTypeCheck,
};

/// An owned reference to a Python object of type `T` that can be stored and sent between threads.
///
/// To use the object, [`bind`](Py::bind) it to a token. Dropping it needs no token: a thread that is attached gives the
/// reference up at once, any other leaves it to the next one that is.
#[repr(transparent)]
pub struct Py<T>(NonNull<ffi::PyObject>, PhantomData<T>);

// SAFETY: the object is only reached with a token, that is, by attached threads; what a class may share between
// threads is decided by the bounds on `PyClass`.
unsafe impl<T> Send for Py<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Py<T> {}

impl<T: PyClass> Py<T> {
    /// Makes a Python object that holds `value`.
    ///
    /// # Errors
    /// `MemoryError` when there is no room for it.
    #[inline]
    pub fn new(py: Python<'_>, value: impl Into<PyClassInitializer<T>>) -> PyResult<Py<T>> {
        Bound::new(py, value).map(Bound::unbind)
    }

    /// Borrows the Rust value inside.
    ///
    /// # Panics
    /// When it is borrowed mutably.
    #[track_caller]
    pub fn borrow<'py>(&'py self, py: Python<'py>) -> PyRef<'py, T> {
        self.bind(py).borrow()
    }

    /// Borrows the Rust value inside mutably.
    ///
    /// # Panics
    /// When it is borrowed already.
    #[track_caller]
    pub fn borrow_mut<'py>(&'py self, py: Python<'py>) -> PyRefMut<'py, T>
    where
        T: PyClass<Frozen = False>,
    {
        self.bind(py).borrow_mut()
    }

    /// Borrows the Rust value inside.
    ///
    /// # Errors
    /// When it is borrowed mutably.
    pub fn try_borrow<'py>(&'py self, py: Python<'py>) -> Result<PyRef<'py, T>, PyBorrowError> {
        self.bind(py).try_borrow()
    }

    /// Borrows the Rust value inside mutably.
    ///
    /// # Errors
    /// When it is borrowed already.
    pub fn try_borrow_mut<'py>(
        &'py self,
        py: Python<'py>,
    ) -> Result<PyRefMut<'py, T>, PyBorrowMutError>
    where
        T: PyClass<Frozen = False>,
    {
        self.bind(py).try_borrow_mut()
    }

    /// The Rust value inside an object of a frozen class; needs no token.
    #[inline]
    pub fn get(&self) -> &T
    where
        T: PyClass<Frozen = True> + Sync,
    {
        // SAFETY: a frozen value is never borrowed mutably, is `Sync`, and lives as long as this reference.
        unsafe { &*crate::class::cell::contents::<T>(self.0.as_ptr()) }
    }
}

impl<T> Py<T> {
    /// # Safety
    /// `ptr` is an owned reference to a `T`.
    #[inline(always)]
    pub(crate) unsafe fn from_non_null(ptr: NonNull<ffi::PyObject>) -> Self {
        Py(ptr, PhantomData)
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
    #[inline]
    pub fn as_any(&self) -> &Py<PyAny> {
        // SAFETY: the layout does not depend on the type parameter.
        unsafe { &*std::ptr::from_ref(self).cast() }
    }

    /// Forgets the type.
    #[inline]
    pub fn into_any(self) -> Py<PyAny> {
        Py(ManuallyDrop::new(self).0, PhantomData)
    }

    /// Adds a token: the way to use the object.
    #[inline(always)]
    pub fn bind<'py>(&self, _py: Python<'py>) -> &Bound<'py, T> {
        // SAFETY: both are one pointer; the token, which the caller has, has no size.
        unsafe { &*std::ptr::from_ref(self).cast() }
    }

    /// Adds a token for good.
    #[inline]
    pub fn into_bound(self, py: Python<'_>) -> Bound<'_, T> {
        // SAFETY: the reference moves over.
        unsafe { Bound::from_non_null(py, ManuallyDrop::new(self).0) }
    }

    /// A borrowed reference with a token.
    #[inline]
    pub fn bind_borrowed<'a, 'py>(&'a self, py: Python<'py>) -> Borrowed<'a, 'py, T> {
        // SAFETY: `self` keeps the object alive for `'a`.
        unsafe { Borrowed::from_non_null(py, self.0) }
    }

    /// Is it the same object?
    #[inline]
    pub fn is<U: AsRef<Py<PyAny>>>(&self, other: U) -> bool {
        self.as_ptr() == other.as_ref().as_ptr()
    }

    /// The reference count.
    pub fn get_refcnt(&self, _py: Python<'_>) -> isize {
        // SAFETY: the object is alive and the thread attached.
        unsafe { ffi::Py_REFCNT(self.0.as_ptr()) as isize }
    }

    /// Another reference to the same object.
    #[inline]
    pub fn clone_ref(&self, py: Python<'_>) -> Py<T> {
        self.bind(py).clone().unbind()
    }

    /// Gives the reference up, with a token at hand: cheaper than a plain drop.
    #[inline]
    pub fn drop_ref(self, py: Python<'_>) {
        drop(self.into_bound(py));
    }

    /// Is it `None`?
    pub fn is_none(&self, py: Python<'_>) -> bool {
        self.bind(py).as_any().is_none()
    }

    /// Python's `bool(self)`.
    ///
    /// # Errors
    /// What `__bool__` or `__len__` raises.
    pub fn is_truthy(&self, py: Python<'_>) -> PyResult<bool> {
        self.bind(py).as_any().is_truthy()
    }

    /// Converts to a Rust value.
    ///
    /// # Errors
    /// Those of the conversion.
    pub fn extract<'a, 'py, D>(&'a self, py: Python<'py>) -> Result<D, D::Error>
    where
        D: FromPyObject<'a, 'py>,
    {
        self.bind_borrowed(py).extract()
    }

    /// Checks that the object is an instance of `U`.
    ///
    /// # Errors
    /// [`CastError`] when it is not.
    pub fn cast_bound<'py, U: PyTypeCheck>(
        &self,
        py: Python<'py>,
    ) -> Result<&Bound<'py, U>, CastError<'_, 'py>> {
        self.bind(py).cast()
    }

    /// Takes the object for a `U` without looking.
    ///
    /// # Safety
    /// It must be an instance of `U`.
    pub unsafe fn cast_bound_unchecked<'py, U>(&self, py: Python<'py>) -> &Bound<'py, U> {
        // SAFETY: the caller's promise.
        unsafe { self.bind(py).cast_unchecked() }
    }

    /// Python's `self.attr_name`.
    ///
    /// # Errors
    /// What the attribute access raises.
    pub fn getattr<'py, N>(&self, py: Python<'py>, attr_name: N) -> PyResult<Py<PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>,
    {
        self.bind(py).as_any().getattr(attr_name).map(Bound::unbind)
    }

    /// Python's `self.attr_name = value`.
    ///
    /// # Errors
    /// What the assignment raises.
    pub fn setattr<'py, N, V>(&self, py: Python<'py>, attr_name: N, value: V) -> PyResult<()>
    where
        N: IntoPyObject<'py, Target = PyString>,
        V: IntoPyObject<'py>,
    {
        self.bind(py).as_any().setattr(attr_name, value)
    }

    /// Python's `self(*args, **kwargs)`.
    ///
    /// # Errors
    /// What the call raises.
    pub fn call<'py, A>(
        &self,
        py: Python<'py>,
        args: A,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Py<PyAny>>
    where
        A: PyCallArgs<'py>,
    {
        self.bind(py).as_any().call(args, kwargs).map(Bound::unbind)
    }

    /// Python's `self(*args)`.
    ///
    /// # Errors
    /// What the call raises.
    pub fn call1<'py, A>(&self, py: Python<'py>, args: A) -> PyResult<Py<PyAny>>
    where
        A: PyCallArgs<'py>,
    {
        self.bind(py).as_any().call1(args).map(Bound::unbind)
    }

    /// Python's `self()`.
    ///
    /// # Errors
    /// What the call raises.
    pub fn call0(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.bind(py).as_any().call0().map(Bound::unbind)
    }

    /// Python's `self.name(*args, **kwargs)`.
    ///
    /// # Errors
    /// What the call raises.
    pub fn call_method<'py, N, A>(
        &self,
        py: Python<'py>,
        name: N,
        args: A,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Py<PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>,
        A: PyCallArgs<'py>,
    {
        self.bind(py)
            .as_any()
            .call_method(name, args, kwargs)
            .map(Bound::unbind)
    }

    /// Python's `self.name(*args)`.
    ///
    /// # Errors
    /// What the call raises.
    pub fn call_method1<'py, N, A>(&self, py: Python<'py>, name: N, args: A) -> PyResult<Py<PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>,
        A: PyCallArgs<'py>,
    {
        self.bind(py)
            .as_any()
            .call_method1(name, args)
            .map(Bound::unbind)
    }

    /// Python's `self.name()`.
    ///
    /// # Errors
    /// What the call raises.
    pub fn call_method0<'py, N>(&self, py: Python<'py>, name: N) -> PyResult<Py<PyAny>>
    where
        N: IntoPyObject<'py, Target = PyString>,
    {
        self.bind(py).as_any().call_method0(name).map(Bound::unbind)
    }
}

impl Py<PyAny> {
    /// Takes over an owned pointer.
    ///
    /// # Safety
    /// `ptr` must be an owned reference.
    ///
    /// # Panics
    /// When `ptr` is NULL.
    #[track_caller]
    pub unsafe fn from_owned_ptr(py: Python<'_>, ptr: *mut ffi::PyObject) -> Py<PyAny> {
        // SAFETY: the caller's promise.
        unsafe { Bound::from_owned_ptr(py, ptr) }.unbind()
    }

    /// Takes over an owned pointer; NULL means that an exception is set.
    ///
    /// # Errors
    /// The exception that is set.
    ///
    /// # Safety
    /// `ptr` must be NULL or an owned reference.
    pub unsafe fn from_owned_ptr_or_err(
        py: Python<'_>,
        ptr: *mut ffi::PyObject,
    ) -> PyResult<Py<PyAny>> {
        // SAFETY: the caller's promise.
        unsafe { Bound::from_owned_ptr_or_err(py, ptr) }.map(Bound::unbind)
    }

    /// Counts one more reference to a borrowed pointer.
    ///
    /// # Safety
    /// `ptr` must be a live object.
    ///
    /// # Panics
    /// When `ptr` is NULL.
    #[track_caller]
    pub unsafe fn from_borrowed_ptr(py: Python<'_>, ptr: *mut ffi::PyObject) -> Py<PyAny> {
        // SAFETY: the caller's promise.
        unsafe { Bound::from_borrowed_ptr(py, ptr) }.unbind()
    }
}

/// Counts one more reference, without a token.
///
/// # Panics
/// When the thread is not attached: another may be changing the count.
#[cfg(feature = "py-clone")]
impl<T> Clone for Py<T> {
    #[track_caller]
    fn clone(&self) -> Self {
        assert!(
            is_attached(),
            "Cannot clone pointer into Python heap without the thread being attached."
        );
        // SAFETY: the thread is attached and the object alive.
        unsafe { ffi::Py_INCREF(self.0.as_ptr()) };
        Py(self.0, PhantomData)
    }
}

impl<T> Drop for Py<T> {
    #[inline]
    fn drop(&mut self) {
        if is_attached() {
            // SAFETY: the thread is attached, and this reference is owned.
            unsafe { ffi::Py_DECREF(self.0.as_ptr()) }
        } else {
            pending::give_up(self.0);
        }
    }
}

impl<T> AsRef<Py<PyAny>> for Py<T> {
    #[inline]
    fn as_ref(&self) -> &Py<PyAny> {
        self.as_any()
    }
}

macro_rules! into_py {
    ($([$($generics:tt)*] $from:ty),* $(,)?) => {$(
        impl<$($generics)*> From<$from> for Py<T> {
            #[inline]
            fn from(reference: $from) -> Py<T> {
                Bound::clone(&reference).unbind()
            }
        }
    )*};
}
into_py!(['py, T] &Bound<'py, T>, ['a, 'py, T] Borrowed<'a, 'py, T>);

impl<T> From<Bound<'_, T>> for Py<T> {
    #[inline]
    fn from(bound: Bound<'_, T>) -> Py<T> {
        bound.unbind()
    }
}

impl<T: crate::type_object::DerefToPyAny> From<Bound<'_, T>> for Py<PyAny> {
    #[inline]
    fn from(bound: Bound<'_, T>) -> Py<PyAny> {
        bound.into_any().unbind()
    }
}

impl<T: crate::type_object::DerefToPyAny> From<Py<T>> for Py<PyAny> {
    #[inline]
    fn from(reference: Py<T>) -> Py<PyAny> {
        reference.into_any()
    }
}

impl<'py, T: PyClass> From<PyRef<'py, T>> for Py<T> {
    fn from(guard: PyRef<'py, T>) -> Py<T> {
        guard.as_bound().clone().unbind()
    }
}

impl<'py, T: PyClass<Frozen = False>> From<PyRefMut<'py, T>> for Py<T> {
    fn from(guard: PyRefMut<'py, T>) -> Py<T> {
        guard.as_bound().clone().unbind()
    }
}

impl<T> fmt::Debug for Py<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Py").field(&self.as_ptr()).finish()
    }
}

impl<T> fmt::Display for Py<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Python::try_attach(|py| Bound::<PyAny>::fmt_display(self.bind(py).as_any(), f)) {
            Some(result) => result,
            None => f.write_str("<object of an interpreter that is not running>"),
        }
    }
}
