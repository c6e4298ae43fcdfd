/*!
An instance of a class, and the borrows of the Rust value in it.

The flag counts shared borrows and knows the exclusive one. On builds with a GIL it is a plain number: it is only touched
by the attached thread. Without a GIL it is atomic. A frozen class has none. Of a class and the classes that it extends, the first
that is not frozen has the flag, which is that of all below.
*/

use std::cell::UnsafeCell;
use std::fmt;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, offset_of};
use std::ops::{Deref, DerefMut};

use crate::PyClass;
#[cfg(not(for_speed))]
use crate::call::spec::{Borrow, Kinds};
#[cfg(not(for_speed))]
use crate::class::base::NativeBase;
use crate::class::base::{Borrows, Flagged, PyClassBaseType};
use crate::class::boolean_struct::{False, True};
use crate::class::extras::{Extras, check_thread};
use crate::err::PyErr;
use crate::exceptions::PyRuntimeError;
use crate::ffi;
use crate::instance::Borrowed;

/// The flag that a class adds to those of its base.
type OwnFlag<T> = <<T as PyClass>::Frozen as Frozen>::Flag<
    <<T as PyClass>::BaseType as PyClassBaseType>::Borrows,
>;

/// The memory of an instance.
#[repr(C)]
pub struct ClassObject<T: PyClass> {
    base: <T::BaseType as PyClassBaseType>::LayoutAsBase,
    flag: OwnFlag<T>,
    extras: T::Extras,
    contents: UnsafeCell<ManuallyDrop<T>>,
}

/// The memory of an instance as the code of scalars reads it, which knows that it may: a `ClassObject` without what says
/// that the contents change behind shared references.
#[cfg(not(for_speed))]
#[repr(C)]
#[allow(missing_docs)]
pub struct Instance<T: PyClass> {
    base: <T::BaseType as PyClassBaseType>::LayoutAsBase,
    flag: OwnFlag<T>,
    extras: T::Extras,
    pub contents: T,
}

/// The same, of a class whose contents may be borrowed exclusively: naming the type of any other does not compile.
#[cfg(not(for_speed))]
#[repr(C)]
#[allow(missing_docs)]
pub struct ExclusiveInstance<T: PyClass<Frozen = False>> {
    base: <T::BaseType as PyClassBaseType>::LayoutAsBase,
    flag: OwnFlag<T>,
    extras: T::Extras,
    pub contents: T,
}

/// The same, of a class whose instances are whole once the contents are there: naming the type of one that extends another class
/// does not compile.
#[cfg(not(for_speed))]
#[repr(C)]
#[allow(missing_docs)]
pub struct NewInstance<T: PyClass<BaseType: NativeBase>> {
    base: <T::BaseType as PyClassBaseType>::LayoutAsBase,
    flag: OwnFlag<T>,
    extras: T::Extras,
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
        // Larger than an instance of the base, whatever the value's size: CPython takes types of equal size for interchangeable,
        // and would let `class Both(Empty, Other)` construct an `Empty` by the constructor of `Other`. A pointer of the extras at the
        // very end does not count for it.
        let base = <T::BaseType as PyClassBaseType>::SIZE;
        let extras = if size_of::<T>() == 0 {
            size_of::<T::Extras>()
        } else {
            0
        };
        if size_of::<Self>() - extras > base {
            size_of::<Self>()
        } else {
            base + extras + ALIGNMENT
        }
    };

    /// Where the extras lie.
    pub(crate) const EXTRAS: usize = offset_of!(Self, extras);

    /// Where the flag lies that borrows of an instance take, or zero.
    pub(crate) const FLAG: usize = {
        let base = <T::BaseType as PyClassBaseType>::FLAG;
        if <T::Frozen as Frozen>::YES || <<T::BaseType as PyClassBaseType>::Borrows as Borrows>::YES
        {
            base
        } else {
            offset_of!(Self, flag)
        }
    };

    /// Where the mark of the thread that an instance belongs to lies, or zero. All levels of an instance are made by one thread.
    pub(crate) const THREAD: usize = match <T::Extras as Extras<T>>::THREAD {
        Some(offset) => Self::EXTRAS + offset,
        None => <T::BaseType as PyClassBaseType>::THREAD,
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
                .cast::<OwnFlag<T>>()
                .write(OwnFlag::<T>::FREE);
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

/// Whether a class is frozen.
pub trait Frozen {
    /// The flag that such a class adds to what its base has.
    #[doc(hidden)]
    type Flag<Base: Borrows>: Flag;
    /// Whether its instances have a flag.
    #[doc(hidden)]
    type Borrows<Base: Borrows>: Borrows;
    #[doc(hidden)]
    const YES: bool;
}

impl Frozen for True {
    type Flag<Base: Borrows> = NoFlag;
    type Borrows<Base: Borrows> = Base;
    const YES: bool = true;
}

impl Frozen for False {
    type Flag<Base: Borrows> = Base::FlagBelow;
    type Borrows<Base: Borrows> = Flagged;
    const YES: bool = false;
}

/// The flag that a level of an instance adds, if it does.
#[doc(hidden)]
pub trait Flag {
    /// Of an instance that nobody has borrowed.
    const FREE: Self;
}

/// None: the class is frozen, or its base has one.
#[doc(hidden)]
pub struct NoFlag;

impl Flag for NoFlag {
    const FREE: Self = NoFlag;
}

/// The number of shared borrows, or [`EXCLUSIVE`].
#[doc(hidden)]
pub struct BorrowFlag(
    #[cfg(not(Py_GIL_DISABLED))] std::cell::Cell<isize>,
    #[cfg(Py_GIL_DISABLED)] std::sync::atomic::AtomicIsize,
);

const EXCLUSIVE: isize = -1;

#[cfg(not(Py_GIL_DISABLED))]
impl Flag for BorrowFlag {
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "every instance has a flag of its own"
    )]
    const FREE: Self = BorrowFlag(std::cell::Cell::new(0));
}

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
    pub(crate) fn release(&self) {
        self.0.set(0);
    }
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
    pub(crate) fn unshare(&self) {
        self.0.set(self.0.get() - 1);
    }
}

#[cfg(Py_GIL_DISABLED)]
impl Flag for BorrowFlag {
    #[allow(
        clippy::declare_interior_mutable_const,
        reason = "every instance has a flag of its own"
    )]
    const FREE: Self = BorrowFlag(std::sync::atomic::AtomicIsize::new(0));
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
    pub(crate) fn release(&self) {
        self.0.store(0, std::sync::atomic::Ordering::Release);
    }
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
    pub(crate) fn unshare(&self) {
        self.0.fetch_sub(1, std::sync::atomic::Ordering::Release);
    }
}

/// The flag of an instance, where its class has one.
///
/// # Safety
/// `object` is an instance of `T` and lives for `'a`.
#[inline(always)]
pub(crate) unsafe fn flag<'a, T: PyClass>(object: *mut ffi::PyObject) -> Option<&'a BorrowFlag> {
    if T::FLAG == 0 {
        return None;
    }
    // SAFETY: the caller's promise; the flag is there, and is changed through shared references only.
    Some(unsafe { &*object.byte_add(T::FLAG).cast::<BorrowFlag>() })
}

/// Takes a shared borrow.
///
/// # Panics
/// When the instance belongs to another thread.
///
/// # Safety
/// `object` is a live instance of `T`.
#[inline(always)]
unsafe fn share<T: PyClass>(object: *mut ffi::PyObject) -> Result<(), PyBorrowError> {
    // SAFETY: the caller's promise.
    unsafe {
        if T::THREAD != 0 {
            check_thread(object, T::THREAD);
        }
        match flag::<T>(object) {
            Some(flag) if !flag.share() => Err(PyBorrowError(())),
            _ => Ok(()),
        }
    }
}

/// Gives a shared borrow back.
///
/// # Safety
/// As for [`share`], which has been called.
#[inline(always)]
pub(crate) unsafe fn unshare<T: PyClass>(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    if let Some(flag) = unsafe { flag::<T>(object) } {
        flag.unshare();
    }
}

/// Takes an exclusive borrow.
///
/// # Panics
/// When the instance belongs to another thread.
///
/// # Safety
/// `object` is a live instance of `T`.
#[inline(always)]
unsafe fn take_exclusively<T: PyClass<Frozen = False>>(
    object: *mut ffi::PyObject,
) -> Result<(), PyBorrowMutError> {
    // SAFETY: the caller's promise.
    unsafe {
        if T::THREAD != 0 {
            check_thread(object, T::THREAD);
        }
        match flag::<T>(object) {
            Some(flag) if flag.take_exclusively() => Ok(()),
            _ => Err(PyBorrowMutError(())),
        }
    }
}

/// Gives an exclusive borrow back.
///
/// # Safety
/// As for [`take_exclusively`], which has been called.
#[inline(always)]
pub(crate) unsafe fn release<T: PyClass<Frozen = False>>(object: *mut ffi::PyObject) {
    // SAFETY: the caller's promise.
    if let Some(flag) = unsafe { flag::<T>(object) } {
        flag.release();
    }
}

/// A shared borrow of an instance that somebody else keeps alive for `'a`.
pub struct SharedGuard<'a, T: PyClass>(*mut ffi::PyObject, PhantomData<&'a T>);

impl<'a, T: PyClass> SharedGuard<'a, T> {
    #[inline(always)]
    pub(crate) fn borrow(object: Borrowed<'a, '_, T>) -> Result<Self, PyBorrowError> {
        // SAFETY: the object is an instance of `T` and alive for `'a`.
        unsafe { share::<T>(object.as_ptr()) }?;
        Ok(SharedGuard(object.as_ptr(), PhantomData))
    }
}

/// A shared borrow for the time that the garbage collector looks at an instance, if there may be one.
///
/// # Safety
/// `object` is a live instance of `T` that this thread may touch, and lives for `'a`.
pub(crate) unsafe fn share_for_collector<'a, T: PyClass>(
    object: *mut ffi::PyObject,
) -> Option<SharedGuard<'a, T>> {
    // SAFETY: the caller's promise.
    match unsafe { flag::<T>(object) } {
        Some(flag) if !flag.share() => None,
        _ => Some(SharedGuard(object, PhantomData)),
    }
}

impl<T: PyClass> Deref for SharedGuard<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the flag keeps exclusive borrows away.
        unsafe { &*contents::<T>(self.0) }
    }
}

impl<T: PyClass> Drop for SharedGuard<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the object is alive; the borrow was taken when this was made.
        unsafe { unshare::<T>(self.0) }
    }
}

/// An exclusive borrow of an instance that somebody else keeps alive for `'a`.
pub struct ExclusiveGuard<'a, T: PyClass<Frozen = False>>(
    *mut ffi::PyObject,
    PhantomData<&'a mut T>,
);

impl<'a, T: PyClass<Frozen = False>> ExclusiveGuard<'a, T> {
    #[inline(always)]
    pub(crate) fn borrow(object: Borrowed<'a, '_, T>) -> Result<Self, PyBorrowMutError> {
        // SAFETY: as in `SharedGuard::borrow`.
        unsafe { take_exclusively::<T>(object.as_ptr()) }?;
        Ok(ExclusiveGuard(object.as_ptr(), PhantomData))
    }
}

impl<T: PyClass<Frozen = False>> Deref for ExclusiveGuard<'_, T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the flag keeps all other borrows away.
        unsafe { &*contents::<T>(self.0) }
    }
}

impl<T: PyClass<Frozen = False>> DerefMut for ExclusiveGuard<'_, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the flag keeps all other borrows away.
        unsafe { &mut *contents::<T>(self.0) }
    }
}

impl<T: PyClass<Frozen = False>> Drop for ExclusiveGuard<'_, T> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the object is alive; the borrow was taken when this was made.
        unsafe { release::<T>(self.0) }
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
    /// # Panics
    /// When the instance belongs to another thread.
    ///
    /// # Safety
    /// Where there is something to borrow, `object` is an instance of the class that the kinds are for, and lives for `'a`.
    pub(crate) unsafe fn take(object: *mut ffi::PyObject, kinds: Kinds) -> Result<Self, PyErr> {
        let borrow = kinds.borrow();
        let exclusively = borrow == Borrow::Exclusive;
        if kinds.thread_offset() != 0 {
            // SAFETY: the caller's promise.
            unsafe { check_thread(object, kinds.thread_offset()) };
        }
        if borrow == Borrow::No {
            return Ok(Held {
                flag: None,
                exclusively,
            });
        }
        // SAFETY: the caller's promise; where there is something to borrow there is a flag.
        let flag = unsafe { &*object.byte_add(kinds.flag_offset()).cast::<BorrowFlag>() };
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
