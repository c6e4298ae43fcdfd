/*!
References to Python objects: [`Bound`] (owned, with a token), [`Borrowed`] (counted by somebody else), [`Py`] (owned,
without a token, for storing and for other threads).
*/

mod borrowed;
mod bound;
mod py;

pub(crate) mod pending;

pub use self::borrowed::Borrowed;
pub use self::bound::Bound;
pub use self::py::Py;

use crate::ffi;
use crate::types::PyAny;

mod sealed {
    pub trait Sealed {}
    impl<T> Sealed for super::Bound<'_, T> {}
    impl<T> Sealed for super::Borrowed<'_, '_, T> {}
    impl<T> Sealed for &super::Bound<'_, T> {}
}

/// What [`Bound`] and [`Borrowed`] have in common, so that a conversion can return either.
pub trait BoundObject<'py, T>: sealed::Sealed + Sized {
    /// The same smart pointer to an object of unknown type.
    type Any: BoundObject<'py, PyAny>;
    /// A borrowed reference to the object.
    fn as_borrowed(&self) -> Borrowed<'_, 'py, T>;
    /// An owned reference; counts one more where this one was borrowed.
    fn into_bound(self) -> Bound<'py, T>;
    /// Forgets the type.
    fn into_any(self) -> Self::Any;
    /// An owned (strong) raw pointer.
    fn into_ptr(self) -> *mut ffi::PyObject;
    /// A borrowed raw pointer.
    fn as_ptr(&self) -> *mut ffi::PyObject;
    /// An owned reference without a token.
    fn unbind(self) -> Py<T>;
}

impl<'py, T> BoundObject<'py, T> for Bound<'py, T> {
    type Any = Bound<'py, PyAny>;
    #[inline]
    fn as_borrowed(&self) -> Borrowed<'_, 'py, T> {
        Bound::as_borrowed(self)
    }
    #[inline]
    fn into_bound(self) -> Bound<'py, T> {
        self
    }
    #[inline]
    fn into_any(self) -> Self::Any {
        Bound::into_any(self)
    }
    #[inline]
    fn into_ptr(self) -> *mut ffi::PyObject {
        Bound::into_ptr(self)
    }
    #[inline]
    fn as_ptr(&self) -> *mut ffi::PyObject {
        Bound::as_ptr(self)
    }
    #[inline]
    fn unbind(self) -> Py<T> {
        Bound::unbind(self)
    }
}

impl<'a, 'py, T> BoundObject<'py, T> for Borrowed<'a, 'py, T> {
    type Any = Borrowed<'a, 'py, PyAny>;
    #[inline]
    fn as_borrowed(&self) -> Borrowed<'_, 'py, T> {
        *self
    }
    #[inline]
    fn into_bound(self) -> Bound<'py, T> {
        self.to_owned()
    }
    #[inline]
    fn into_any(self) -> Self::Any {
        self.to_any()
    }
    #[inline]
    fn into_ptr(self) -> *mut ffi::PyObject {
        self.to_owned().into_ptr()
    }
    #[inline]
    fn as_ptr(&self) -> *mut ffi::PyObject {
        Borrowed::as_ptr(*self)
    }
    #[inline]
    fn unbind(self) -> Py<T> {
        self.to_owned().unbind()
    }
}
