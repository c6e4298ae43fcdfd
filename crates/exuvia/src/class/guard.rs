/*!
Borrows of the Rust value in an object that somebody else keeps alive: `PyClassGuard` and `PyClassGuardMut`.

They hold no token, so that a detached thread can use the value. The flag of a borrow is touched by attached threads only: a guard
that a detached thread drops attaches it for that moment.
*/

use std::convert::Infallible;
use std::fmt;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use crate::PyClass;
use crate::class::boolean_struct::False;
use crate::class::cell::{
    BorrowFlag, ExclusiveGuard, PyBorrowError, PyBorrowMutError, SharedGuard, contents, flag,
};
use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{CastError, PyErr};
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::{Python, is_attached};
use crate::types::PyAny;

/// Gives a borrow back. Where the interpreter is gone or its garbage collector is at work, the borrow remains.
fn give_back(flag: Option<&BorrowFlag>, give: fn(&BorrowFlag)) {
    let Some(flag) = flag else { return };
    if cfg!(Py_GIL_DISABLED) || is_attached() {
        give(flag);
    } else {
        Python::try_attach(|_| give(flag));
    }
}

/// A shared borrow of the Rust value in an object that is alive for `'a`.
#[repr(transparent)]
pub struct PyClassGuard<'a, T: PyClass>(NonNull<ffi::PyObject>, PhantomData<&'a Py<T>>);

// SAFETY: it gives access to a `&T`, and touches the borrow flag only where that may be done.
unsafe impl<T: PyClass + Sync> Send for PyClassGuard<'_, T> {}
// SAFETY: as above.
unsafe impl<T: PyClass + Sync> Sync for PyClassGuard<'_, T> {}

impl<'a, T: PyClass> PyClassGuard<'a, T> {
    fn borrow(object: Borrowed<'a, '_, T>) -> Result<Self, PyBorrowError> {
        // The borrow goes on in the guard made here, which gives it back.
        std::mem::forget(SharedGuard::borrow(object)?);
        // SAFETY: an object is not NULL.
        let object = unsafe { NonNull::new_unchecked(object.as_ptr()) };
        Ok(PyClassGuard(object, PhantomData))
    }

    fn flag(&self) -> Option<&'a BorrowFlag> {
        // SAFETY: the object is an instance of `T`, alive for `'a`.
        unsafe { flag::<T>(self.0.as_ptr()) }
    }

    /// The borrow of a part of the value.
    pub fn map<F, U: ?Sized>(self, f: F) -> PyClassGuardMap<'a, U>
    where
        F: FnOnce(&T) -> &U,
    {
        // Should `f` panic, the borrow is given back by this guard.
        let part = NonNull::from(f(&self));
        let flag = ManuallyDrop::new(self).flag();
        PyClassGuardMap { part, flag }
    }
}

impl<'a, T: PyClass<BaseType: PyClass>> PyClassGuard<'a, T> {
    /// The same object as an instance of its base class.
    pub fn as_super(&self) -> &PyClassGuard<'a, T::BaseType> {
        // SAFETY: an instance of a class is one of its base; a guard is one pointer in either case. The borrow of this one, which
        // lasts longer, is one of the base too: a hierarchy has one flag.
        unsafe { &*std::ptr::from_ref(self).cast() }
    }

    /// The same borrow, of the object as an instance of its base class.
    pub fn into_super(self) -> PyClassGuard<'a, T::BaseType> {
        let object = self.0;
        if <T::BaseType as PyClass>::FLAG == T::FLAG {
            std::mem::forget(self);
        }
        // Otherwise the base has no flag, for it is frozen, and needs no borrow; that of `T` has been given back.
        PyClassGuard(object, PhantomData)
    }
}

impl<T: PyClass> Deref for PyClassGuard<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the flag keeps exclusive borrows away while this exists.
        unsafe { &*contents::<T>(self.0.as_ptr()) }
    }
}

impl<T: PyClass> Drop for PyClassGuard<'_, T> {
    fn drop(&mut self) {
        give_back(self.flag(), BorrowFlag::unshare);
    }
}

/// An exclusive borrow of the Rust value in an object that is alive for `'a`.
#[repr(transparent)]
pub struct PyClassGuardMut<'a, T: PyClass<Frozen = False>>(
    NonNull<ffi::PyObject>,
    PhantomData<&'a Py<T>>,
);

// SAFETY: it gives access to a `&mut T`, and touches the borrow flag only where that may be done.
unsafe impl<T: PyClass<Frozen = False> + Send + Sync> Send for PyClassGuardMut<'_, T> {}
// SAFETY: shared, it gives access to a `&T`.
unsafe impl<T: PyClass<Frozen = False> + Sync> Sync for PyClassGuardMut<'_, T> {}

impl<'a, T: PyClass<Frozen = False>> PyClassGuardMut<'a, T> {
    fn borrow(object: Borrowed<'a, '_, T>) -> Result<Self, PyBorrowMutError> {
        std::mem::forget(ExclusiveGuard::borrow(object)?);
        // SAFETY: an object is not NULL.
        let object = unsafe { NonNull::new_unchecked(object.as_ptr()) };
        Ok(PyClassGuardMut(object, PhantomData))
    }

    fn flag(&self) -> Option<&'a BorrowFlag> {
        // SAFETY: the object is an instance of `T`, alive for `'a`.
        unsafe { flag::<T>(self.0.as_ptr()) }
    }

    /// The borrow of a part of the value.
    pub fn map<F, U: ?Sized>(mut self, f: F) -> PyClassGuardMapMut<'a, U>
    where
        F: FnOnce(&mut T) -> &mut U,
    {
        let part = NonNull::from(f(&mut self));
        let flag = ManuallyDrop::new(self).flag();
        PyClassGuardMapMut {
            part,
            flag,
            borrow: PhantomData,
        }
    }
}

impl<'a, T: PyClass<Frozen = False, BaseType: PyClass<Frozen = False>>> PyClassGuardMut<'a, T> {
    /// The same object as an instance of its base class.
    pub fn as_super(&mut self) -> PyClassGuardMutSuper<'_, 'a, T::BaseType> {
        // SAFETY: an instance of a class is one of its base; a guard is one pointer in either case. Neither class is frozen: the
        // borrow, which lasts longer, is that of the flag they share.
        PyClassGuardMutSuper(unsafe { &mut *std::ptr::from_mut(self).cast() })
    }

    /// The same borrow, of the object as an instance of its base class.
    pub fn into_super(self) -> PyClassGuardMut<'a, T::BaseType> {
        PyClassGuardMut(ManuallyDrop::new(self).0, PhantomData)
    }
}

impl<T: PyClass<Frozen = False>> Deref for PyClassGuardMut<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the flag keeps all other borrows away while this exists.
        unsafe { &*contents::<T>(self.0.as_ptr()) }
    }
}

impl<T: PyClass<Frozen = False>> DerefMut for PyClassGuardMut<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the flag keeps all other borrows away while this exists.
        unsafe { &mut *contents::<T>(self.0.as_ptr()) }
    }
}

impl<T: PyClass<Frozen = False>> Drop for PyClassGuardMut<'_, T> {
    fn drop(&mut self) {
        give_back(self.flag(), BorrowFlag::release);
    }
}

/// An exclusive borrow of an object as an instance of its base class.
///
/// It leads to the value and not to a guard: a guard behind a `&mut` could be swapped for that of an object of another class.
pub struct PyClassGuardMutSuper<'a, 'g, T: PyClass<Frozen = False>>(&'a mut PyClassGuardMut<'g, T>);

impl<'g, T: PyClass<Frozen = False, BaseType: PyClass<Frozen = False>>>
    PyClassGuardMutSuper<'_, 'g, T>
{
    /// The same object as an instance of the base class of that.
    pub fn as_super(&mut self) -> PyClassGuardMutSuper<'_, 'g, T::BaseType> {
        self.0.as_super()
    }
}

impl<T: PyClass<Frozen = False>> Deref for PyClassGuardMutSuper<'_, '_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        self.0
    }
}

impl<T: PyClass<Frozen = False>> DerefMut for PyClassGuardMutSuper<'_, '_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        self.0
    }
}

/// A shared borrow of a part of the Rust value in an object.
pub struct PyClassGuardMap<'a, U: ?Sized> {
    part: NonNull<U>,
    flag: Option<&'a BorrowFlag>,
}

impl<U: ?Sized> Deref for PyClassGuardMap<'_, U> {
    type Target = U;
    fn deref(&self) -> &U {
        // SAFETY: the flag keeps exclusive borrows of the whole away while this exists.
        unsafe { self.part.as_ref() }
    }
}

impl<U: ?Sized> Drop for PyClassGuardMap<'_, U> {
    fn drop(&mut self) {
        give_back(self.flag, BorrowFlag::unshare);
    }
}

/// An exclusive borrow of a part of the Rust value in an object.
pub struct PyClassGuardMapMut<'a, U: ?Sized> {
    part: NonNull<U>,
    flag: Option<&'a BorrowFlag>,
    borrow: PhantomData<&'a mut U>,
}

impl<U: ?Sized> Deref for PyClassGuardMapMut<'_, U> {
    type Target = U;
    fn deref(&self) -> &U {
        // SAFETY: the flag keeps all other borrows of the whole away while this exists.
        unsafe { self.part.as_ref() }
    }
}

impl<U: ?Sized> DerefMut for PyClassGuardMapMut<'_, U> {
    fn deref_mut(&mut self) -> &mut U {
        // SAFETY: the flag keeps all other borrows of the whole away while this exists.
        unsafe { self.part.as_mut() }
    }
}

impl<U: ?Sized> Drop for PyClassGuardMapMut<'_, U> {
    fn drop(&mut self) {
        give_back(self.flag, BorrowFlag::release);
    }
}

macro_rules! guard {
    ($guard:ident of {$($bound:tt)*}, $error:ident, $borrow_error:ident) => {
        #[doc = concat!("A [`", stringify!($guard), "`] cannot be extracted: the object is of another class, or its borrows leave no room.")]
        pub struct $error<'a, 'py>(Problem<'a, 'py, $borrow_error>);

        impl fmt::Debug for $error<'_, '_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.0 {
                    Problem::Class(error) => error.fmt(f),
                    Problem::Borrow(error) => error.fmt(f),
                }
            }
        }

        impl fmt::Display for $error<'_, '_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match &self.0 {
                    Problem::Class(error) => error.fmt(f),
                    Problem::Borrow(error) => error.fmt(f),
                }
            }
        }

        impl From<$error<'_, '_>> for PyErr {
            #[cold]
            fn from(error: $error<'_, '_>) -> PyErr {
                match error.0 {
                    Problem::Class(error) => error.into(),
                    Problem::Borrow(error) => error.into(),
                }
            }
        }

        impl<'a, 'py, T: $($bound)*> FromPyObject<'a, 'py> for $guard<'a, T> {
            type Error = $error<'a, 'py>;
            fn extract(obj: Borrowed<'a, 'py, PyAny>) -> Result<Self, Self::Error> {
                let object = obj
                    .cast::<T>()
                    .map_err(|error| $error(Problem::Class(error)))?;
                $guard::borrow(object).map_err(|error| $error(Problem::Borrow(error)))
            }
        }

        impl<'a, 'py, T: $($bound)*> IntoPyObject<'py> for $guard<'a, T> {
            type Target = T;
            type Output = Borrowed<'a, 'py, T>;
            type Error = Infallible;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                (&self).into_pyobject(py)
            }
        }

        impl<'a, 'py, T: $($bound)*> IntoPyObject<'py> for &$guard<'a, T> {
            type Target = T;
            type Output = Borrowed<'a, 'py, T>;
            type Error = Infallible;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                // SAFETY: the object is an instance of the class, alive for `'a`.
                Ok(unsafe { Borrowed::from_non_null(py, self.0) })
            }
        }

        impl<'a, 'py, T: $($bound)*> TryFrom<&'a Bound<'py, T>> for $guard<'a, T> {
            type Error = $borrow_error;
            fn try_from(object: &'a Bound<'py, T>) -> Result<Self, Self::Error> {
                $guard::borrow(object.as_borrowed())
            }
        }

        impl<T: $($bound)* + fmt::Debug> fmt::Debug for $guard<'_, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                T::fmt(self, f)
            }
        }
    };
}

/// Why an object gives no guard.
enum Problem<'a, 'py, B> {
    Class(CastError<'a, 'py>),
    Borrow(B),
}

guard!(PyClassGuard of { PyClass }, PyClassGuardError, PyBorrowError);
guard!(PyClassGuardMut of { PyClass<Frozen = False> }, PyClassGuardMutError, PyBorrowMutError);
