/*!
An instance of a class, and the borrows of the Rust value in it.

The flag counts shared borrows and knows the exclusive one. On builds with a GIL it is a plain number: it is only touched
by the attached thread. Without a GIL it is atomic. A frozen class has none.
*/

use std::cell::UnsafeCell;
use std::fmt;
use std::mem::{ManuallyDrop, offset_of};
use std::ops::{Deref, DerefMut};

use crate::PyClass;
#[cfg(not(for_speed))]
use crate::call::spec::Borrow;
use crate::class::boolean_struct::{False, True};
use crate::err::PyErr;
use crate::exceptions::PyRuntimeError;
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;

/// The memory of an instance.
#[repr(C)]
pub(crate) struct ClassObject<T: PyClass> {
    header: ffi::PyObject,
    flag: <T::Frozen as Frozen>::Flag,
    contents: UnsafeCell<ManuallyDrop<T>>,
}

/// The memory of an instance as the code of scalars reads it, which knows that it may: a [`ClassObject`] without what says
/// that the contents change behind shared references.
#[cfg(not(for_speed))]
#[repr(C)]
#[allow(missing_docs)]
pub struct Instance<T: PyClass> {
    header: ffi::PyObject,
    flag: <T::Frozen as Frozen>::Flag,
    pub contents: T,
}

/// The same, of a class whose contents may be borrowed exclusively: naming the type of any other does not compile.
#[cfg(not(for_speed))]
#[repr(C)]
#[allow(missing_docs)]
pub struct ExclusiveInstance<T: PyClass<Frozen = False>> {
    header: ffi::PyObject,
    flag: BorrowFlag,
    pub contents: T,
}

/// The largest alignment that CPython's allocator promises (`ALIGNMENT` in its `obmalloc`).
const ALIGNMENT: usize = if size_of::<usize>() > 4 { 16 } else { 8 };

impl<T: PyClass> ClassObject<T> {
    /// The size of an instance in bytes.
    pub(crate) const SIZE: usize = {
        assert!(
            align_of::<Self>() <= ALIGNMENT,
            "a class cannot be aligned more strictly than Python's allocator does"
        );
        // Larger than a bare object, whatever the value's size: CPython takes types of equal size for interchangeable,
        // and would let `class Both(Empty, Other)` construct an `Empty` by the constructor of `Other`.
        let bare = size_of::<ffi::PyObject>();
        if size_of::<Self>() > bare {
            size_of::<Self>()
        } else {
            bare + ALIGNMENT
        }
    };

    /// Fills fresh memory.
    ///
    /// # Safety
    /// `object` is a new instance of `T`'s class or of a subclass, whose contents are not there yet.
    #[inline]
    pub(crate) unsafe fn fill(object: *mut ffi::PyObject, value: T) {
        // SAFETY: the caller's promise; the memory is large enough, as `SIZE` is the type's basic size. `UnsafeCell` and
        // `ManuallyDrop` have the layout of what is in them.
        unsafe {
            object
                .byte_add(offset_of!(Self, flag))
                .cast::<<T::Frozen as Frozen>::Flag>()
                .write(<T::Frozen as Frozen>::Flag::FREE);
            contents::<T>(object).write(value);
        }
    }
}

/// The Rust value of an instance.
///
/// # Safety
/// `object` is an instance of `T`. What may be done with the pointer is the borrow flag's matter.
#[inline(always)]
pub(crate) unsafe fn contents<T: PyClass>(object: *mut ffi::PyObject) -> *mut T {
    // SAFETY: the caller's promise; `UnsafeCell` and `ManuallyDrop` have the layout of what is in them.
    unsafe { object.byte_add(offset_of!(ClassObject<T>, contents)).cast() }
}

/// Drops the Rust value of an instance that dies.
///
/// # Safety
/// `object` is an instance of `T` that nobody will use again.
pub(crate) unsafe fn drop_contents<T: PyClass>(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe { std::ptr::drop_in_place(contents::<T>(object)) }
}

/// Whether a class has a borrow flag.
pub trait Frozen {
    #[doc(hidden)]
    type Flag: Flag;
    #[doc(hidden)]
    const YES: bool;
}

impl Frozen for True {
    type Flag = NoFlag;
    const YES: bool = true;
}

impl Frozen for False {
    type Flag = BorrowFlag;
    const YES: bool = false;
}

/// What a borrow asks the flag.
#[doc(hidden)]
pub trait Flag {
    /// Of an instance that nobody has borrowed.
    const FREE: Self;
    /// Takes a shared borrow; `false` if it may not.
    fn share(&self) -> bool;
    /// Gives a shared borrow back.
    fn unshare(&self);
}

/// Frozen: nothing to count.
#[doc(hidden)]
pub struct NoFlag;

impl Flag for NoFlag {
    const FREE: Self = NoFlag;
    #[inline(always)]
    fn share(&self) -> bool {
        true
    }
    #[inline(always)]
    fn unshare(&self) {}
}

/// The number of shared borrows, or [`EXCLUSIVE`].
#[doc(hidden)]
pub struct BorrowFlag(
    #[cfg(not(Py_GIL_DISABLED))] std::cell::Cell<isize>,
    #[cfg(Py_GIL_DISABLED)] std::sync::atomic::AtomicIsize,
);

const EXCLUSIVE: isize = -1;

#[cfg(not(Py_GIL_DISABLED))]
impl BorrowFlag {
    #[inline(always)]
    fn take_exclusively(&self) -> bool {
        let free = self.0.get() == 0;
        if free {
            self.0.set(EXCLUSIVE);
        }
        free
    }
    #[inline(always)]
    fn release(&self) {
        self.0.set(0);
    }
}

#[cfg(not(Py_GIL_DISABLED))]
impl Flag for BorrowFlag {
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "every instance has a flag of its own"
    )]
    const FREE: Self = BorrowFlag(std::cell::Cell::new(0));
    #[inline(always)]
    fn share(&self) -> bool {
        let borrows = self.0.get();
        // Guards can be leaked (`mem::forget`): the count stops below overflow.
        let free = borrows != EXCLUSIVE && borrows != isize::MAX;
        if free {
            self.0.set(borrows + 1);
        }
        free
    }
    #[inline(always)]
    fn unshare(&self) {
        self.0.set(self.0.get() - 1);
    }
}

#[cfg(Py_GIL_DISABLED)]
impl BorrowFlag {
    #[inline]
    fn take_exclusively(&self) -> bool {
        use std::sync::atomic::Ordering;
        self.0
            .compare_exchange(0, EXCLUSIVE, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }
    #[inline]
    fn release(&self) {
        self.0.store(0, std::sync::atomic::Ordering::Release);
    }
}

#[cfg(Py_GIL_DISABLED)]
impl Flag for BorrowFlag {
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "every instance has a flag of its own"
    )]
    const FREE: Self = BorrowFlag(std::sync::atomic::AtomicIsize::new(0));
    #[inline]
    fn share(&self) -> bool {
        use std::sync::atomic::Ordering;
        let next =
            |borrows: isize| (borrows != EXCLUSIVE && borrows != isize::MAX).then(|| borrows + 1);
        self.0
            .fetch_update(Ordering::Acquire, Ordering::Relaxed, next)
            .is_ok()
    }
    #[inline]
    fn unshare(&self) {
        self.0.fetch_sub(1, std::sync::atomic::Ordering::Release);
    }
}

/// A shared borrow of an instance that somebody else keeps alive for `'a`.
pub struct SharedGuard<'a, T: PyClass>(&'a ClassObject<T>);

impl<'a, T: PyClass> SharedGuard<'a, T> {
    #[inline(always)]
    pub(crate) fn borrow(object: Borrowed<'a, '_, T>) -> Result<Self, PyBorrowError> {
        // SAFETY: the object is an instance of `T` and alive for `'a`; the value in it is behind an `UnsafeCell`.
        let object = unsafe { &*object.as_ptr().cast::<ClassObject<T>>() };
        if object.flag.share() {
            Ok(SharedGuard(object))
        } else {
            Err(PyBorrowError(()))
        }
    }
}

impl<T: PyClass> Deref for SharedGuard<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the flag keeps exclusive borrows away.
        unsafe { &*self.0.contents.get() }
    }
}

impl<T: PyClass> Drop for SharedGuard<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.flag.unshare();
    }
}

/// An exclusive borrow of an instance that somebody else keeps alive for `'a`.
pub struct ExclusiveGuard<'a, T: PyClass<Frozen = False>>(&'a ClassObject<T>);

impl<'a, T: PyClass<Frozen = False>> ExclusiveGuard<'a, T> {
    #[inline(always)]
    pub(crate) fn borrow(object: Borrowed<'a, '_, T>) -> Result<Self, PyBorrowMutError> {
        // SAFETY: as in `SharedGuard::borrow`.
        let object = unsafe { &*object.as_ptr().cast::<ClassObject<T>>() };
        if object.flag.take_exclusively() {
            Ok(ExclusiveGuard(object))
        } else {
            Err(PyBorrowMutError(()))
        }
    }
}

impl<T: PyClass<Frozen = False>> Deref for ExclusiveGuard<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the flag keeps all other borrows away.
        unsafe { &*self.0.contents.get() }
    }
}

impl<T: PyClass<Frozen = False>> DerefMut for ExclusiveGuard<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the flag keeps all other borrows away.
        unsafe { &mut *self.0.contents.get() }
    }
}

impl<T: PyClass<Frozen = False>> Drop for ExclusiveGuard<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        self.0.flag.release();
    }
}

/// A borrow of an instance of whatever class, for the time of a call.
#[cfg(not(for_speed))]
pub(crate) struct Held<'a> {
    flag: Option<&'a BorrowFlag>,
    exclusively: bool,
}

#[cfg(not(for_speed))]
impl<'a> Held<'a> {
    /// # Errors
    /// When it is borrowed in a way that leaves no room for this borrow.
    ///
    /// # Safety
    /// Where there is something to borrow, `object` is an instance of a class that is not frozen, and lives for `'a`.
    pub(crate) unsafe fn take(object: *mut ffi::PyObject, borrow: Borrow) -> Result<Self, PyErr> {
        let exclusively = borrow == Borrow::Exclusive;
        if borrow == Borrow::No {
            return Ok(Held {
                flag: None,
                exclusively,
            });
        }
        // SAFETY: in a `ClassObject` of a class that is not frozen the flag follows the header, whatever the contents are.
        let flag = unsafe { &*object.add(1).cast::<BorrowFlag>() };
        match borrow {
            Borrow::Shared if !flag.share() => Err(PyBorrowError(()).into()),
            Borrow::Exclusive if !flag.take_exclusively() => Err(PyBorrowMutError(()).into()),
            _ => Ok(Held {
                flag: Some(flag),
                exclusively,
            }),
        }
    }
}

#[cfg(not(for_speed))]
impl Drop for Held<'_> {
    fn drop(&mut self) {
        match self.flag {
            Some(flag) if self.exclusively => flag.release(),
            Some(flag) => flag.unshare(),
            None => {}
        }
    }
}

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
        // SAFETY: the object is alive; the flag was taken when this was made.
        unsafe { (*self.0.as_ptr().cast::<ClassObject<T>>()).flag.unshare() }
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
        // SAFETY: the object is alive; the flag was taken when this was made.
        unsafe { (*self.0.as_ptr().cast::<ClassObject<T>>()).flag.release() }
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

macro_rules! borrow_error {
    ($(#[$doc:meta])* $name:ident, $text:literal) => {
        $(#[$doc])*
        pub struct $name(());

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name)).finish()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($text)
            }
        }

        impl std::error::Error for $name {}

        impl From<$name> for PyErr {
            #[cold]
            fn from(error: $name) -> PyErr {
                PyRuntimeError::new_err(error.to_string())
            }
        }
    };
}

borrow_error! {
    /// A shared borrow failed: the value is borrowed mutably. A `RuntimeError` for Python.
    PyBorrowError, "Already mutably borrowed"
}
borrow_error! {
    /// An exclusive borrow failed: the value is borrowed. A `RuntimeError` for Python.
    PyBorrowMutError, "Already borrowed"
}
