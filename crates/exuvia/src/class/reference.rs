//! Borrows of the Rust value in an object that keep the object alive: `PyRef` and `PyRefMut`.

use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};

use crate::PyClass;
use crate::class::boolean_struct::False;
use crate::class::cell::{
    ExclusiveGuard, PyBorrowError, PyBorrowMutError, SharedGuard, contents, release, unshare,
};
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;

/// A shared borrow of the Rust value in an object, which it keeps alive.
#[repr(transparent)]
pub struct PyRef<'py, T: PyClass>(Bound<'py, T>);

impl<'py, T: PyClass> PyRef<'py, T> {
    #[inline]
    pub(crate) fn try_borrow(object: &Bound<'py, T>) -> Result<Self, PyBorrowError> {
        // The borrow goes on in the `PyRef`, which gives it back.
        std::mem::forget(SharedGuard::borrow(object.as_borrowed())?);
        Ok(PyRef(object.clone()))
    }

    pub(crate) fn as_bound(&self) -> &Bound<'py, T> {
        &self.0
    }

    /// The token.
    pub fn py(&self) -> Python<'py> {
        self.0.py()
    }

    /// The object; borrowed.
    pub fn as_ptr(&self) -> *mut ffi::PyObject {
        self.0.as_ptr()
    }

    /// The object with a reference of its own; ends the borrow.
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        self.0.clone().into_ptr()
    }
}

impl<'py, T: PyClass<BaseType: PyClass>> PyRef<'py, T> {
    /// The same object as an instance of its base class.
    pub fn as_super(&self) -> &PyRef<'py, T::BaseType> {
        // SAFETY: an instance of a class is one of its base; a reference is one pointer in either case. The borrow of this one, which
        // lasts longer, is one of the base too: a hierarchy has one flag.
        unsafe { &*std::ptr::from_ref(self).cast() }
    }

    /// The same borrow, of the object as an instance of its base class.
    ///
    /// # Panics
    /// When the object is of an unsendable class and belongs to another thread.
    pub fn into_super(self) -> PyRef<'py, T::BaseType> {
        // A frozen base has no flag, or that of a class above it: which borrow is given back at the end, the base decides.
        // SAFETY: an instance of a class is one of its base.
        let base = unsafe { self.0.cast_unchecked::<T::BaseType>() };
        match PyRef::try_borrow(base) {
            Ok(base) => base,
            Err(error) => unreachable!("a shared borrow beside a shared one: {error}"),
        }
    }
}

impl<T, U> AsRef<U> for PyRef<'_, T>
where
    T: PyClass<BaseType = U>,
    U: PyClass,
{
    fn as_ref(&self) -> &U {
        self.as_super()
    }
}

impl<'py, T: PyClass> TryFrom<&Bound<'py, T>> for PyRef<'py, T> {
    type Error = PyBorrowError;
    fn try_from(object: &Bound<'py, T>) -> Result<Self, Self::Error> {
        PyRef::try_borrow(object)
    }
}

impl<T: PyClass> Deref for PyRef<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the flag keeps exclusive borrows away while this exists.
        unsafe { &*contents::<T>(self.0.as_ptr()) }
    }
}

impl<T: PyClass> Drop for PyRef<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the object is alive; the borrow was taken when this was made.
        unsafe { unshare::<T>(self.0.as_ptr()) }
    }
}

/// An exclusive borrow of the Rust value in an object, which it keeps alive.
#[repr(transparent)]
pub struct PyRefMut<'py, T: PyClass<Frozen = False>>(Bound<'py, T>);

impl<'py, T: PyClass<Frozen = False>> PyRefMut<'py, T> {
    #[inline]
    pub(crate) fn try_borrow(object: &Bound<'py, T>) -> Result<Self, PyBorrowMutError> {
        std::mem::forget(ExclusiveGuard::borrow(object.as_borrowed())?);
        Ok(PyRefMut(object.clone()))
    }

    pub(crate) fn as_bound(&self) -> &Bound<'py, T> {
        &self.0
    }

    /// The token.
    pub fn py(&self) -> Python<'py> {
        self.0.py()
    }

    /// The object; borrowed.
    pub fn as_ptr(&self) -> *mut ffi::PyObject {
        self.0.as_ptr()
    }

    /// The object with a reference of its own; ends the borrow.
    pub fn into_ptr(self) -> *mut ffi::PyObject {
        self.0.clone().into_ptr()
    }
}

impl<'py, T: PyClass<Frozen = False, BaseType: PyClass<Frozen = False>>> PyRefMut<'py, T> {
    /// The same object as an instance of its base class.
    pub fn as_super(&mut self) -> PyRefMutSuper<'_, 'py, T::BaseType> {
        // SAFETY: an instance of a class is one of its base; a reference is one pointer in either case. Neither class is frozen: the
        // borrow, which lasts longer, is that of the flag they share.
        PyRefMutSuper(unsafe { &mut *std::ptr::from_mut(self).cast() })
    }

    /// The same borrow, of the object as an instance of its base class.
    pub fn into_super(self) -> PyRefMut<'py, T::BaseType> {
        let this = ManuallyDrop::new(self);
        // SAFETY: as in `as_super`; the reference and the borrow move over.
        unsafe {
            std::ptr::from_ref(&this.0)
                .cast::<PyRefMut<'py, T::BaseType>>()
                .read()
        }
    }
}

impl<T, U> AsRef<U> for PyRefMut<'_, T>
where
    T: PyClass<Frozen = False, BaseType = U>,
    U: PyClass<Frozen = False>,
{
    fn as_ref(&self) -> &U {
        // SAFETY: an instance of a class is one of its base, and borrowed exclusively as both.
        unsafe { &*contents::<U>(self.0.as_ptr()) }
    }
}

impl<T, U> AsMut<U> for PyRefMut<'_, T>
where
    T: PyClass<Frozen = False, BaseType = U>,
    U: PyClass<Frozen = False>,
{
    fn as_mut(&mut self) -> &mut U {
        // SAFETY: as in `as_ref`.
        unsafe { &mut *contents::<U>(self.0.as_ptr()) }
    }
}

/// An exclusive borrow of an object as an instance of its base class.
///
/// It leads to the value and not to a [`PyRefMut`]: one behind a `&mut` could be swapped for that of an object of another class.
pub struct PyRefMutSuper<'a, 'py, T: PyClass<Frozen = False>>(&'a mut PyRefMut<'py, T>);

impl<'py, T: PyClass<Frozen = False, BaseType: PyClass<Frozen = False>>> PyRefMutSuper<'_, 'py, T> {
    /// The same object as an instance of the base class of that.
    pub fn as_super(&mut self) -> PyRefMutSuper<'_, 'py, T::BaseType> {
        self.0.as_super()
    }
}

impl<T, U> AsRef<U> for PyRefMutSuper<'_, '_, T>
where
    T: PyClass<Frozen = False, BaseType = U>,
    U: PyClass<Frozen = False>,
{
    fn as_ref(&self) -> &U {
        (*self.0).as_ref()
    }
}

impl<T, U> AsMut<U> for PyRefMutSuper<'_, '_, T>
where
    T: PyClass<Frozen = False, BaseType = U>,
    U: PyClass<Frozen = False>,
{
    fn as_mut(&mut self) -> &mut U {
        (*self.0).as_mut()
    }
}

impl<T: PyClass<Frozen = False>> Deref for PyRefMutSuper<'_, '_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        self.0
    }
}

impl<T: PyClass<Frozen = False>> DerefMut for PyRefMutSuper<'_, '_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.0
    }
}

impl<'py, T: PyClass<Frozen = False>> TryFrom<&Bound<'py, T>> for PyRefMut<'py, T> {
    type Error = PyBorrowMutError;
    fn try_from(object: &Bound<'py, T>) -> Result<Self, Self::Error> {
        PyRefMut::try_borrow(object)
    }
}

impl<T: PyClass<Frozen = False>> Deref for PyRefMut<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the flag keeps all other borrows away while this exists.
        unsafe { &*contents::<T>(self.0.as_ptr()) }
    }
}

impl<T: PyClass<Frozen = False>> DerefMut for PyRefMut<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the flag keeps all other borrows away while this exists.
        unsafe { &mut *contents::<T>(self.0.as_ptr()) }
    }
}

impl<T: PyClass<Frozen = False>> Drop for PyRefMut<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the object is alive; the borrow was taken when this was made.
        unsafe { release::<T>(self.0.as_ptr()) }
    }
}

impl<T: PyClass + fmt::Debug> fmt::Debug for PyRef<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}

impl<T: PyClass<Frozen = False> + fmt::Debug> fmt::Debug for PyRefMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        T::fmt(self, f)
    }
}
