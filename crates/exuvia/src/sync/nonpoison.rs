//! CPython's own mutex, without poisoning.

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

use crate::ffi;

/// A mutex of one byte whose waiting threads detach by themselves (Python 3.13 and later).
///
/// It may be locked by threads that are attached and by threads that are not.
pub struct PyMutex<T: ?Sized> {
    mutex: UnsafeCell<ffi::PyMutex>,
    data: UnsafeCell<T>,
}

// SAFETY: the mutex hands the data to one thread at a time.
unsafe impl<T: ?Sized + Send> Send for PyMutex<T> {}
// SAFETY: as above.
unsafe impl<T: ?Sized + Send> Sync for PyMutex<T> {}

/// Unlocks the mutex when it is dropped.
///
/// It stays on the thread that locked.
#[must_use = "the mutex is unlocked when the guard is dropped"]
pub struct PyMutexGuard<'a, T: ?Sized> {
    inner: &'a PyMutex<T>,
    not_send: PhantomData<*const ()>,
}

// SAFETY: sharing the guard shares the data, and nothing else.
unsafe impl<T: ?Sized + Sync> Sync for PyMutexGuard<'_, T> {}

impl<T> PyMutex<T> {
    /// An unlocked mutex.
    pub const fn new(value: T) -> Self {
        PyMutex {
            mutex: UnsafeCell::new(ffi::PyMutex::new()),
            data: UnsafeCell::new(value),
        }
    }

    /// Waits until no other thread has the lock, detached if the thread is attached, and takes it.
    pub fn lock(&self) -> PyMutexGuard<'_, T> {
        // SAFETY: the mutex is initialized and does not move while it is borrowed.
        unsafe { ffi::PyMutex_Lock(self.mutex.get()) };
        PyMutexGuard {
            inner: self,
            not_send: PhantomData,
        }
    }

    /// Is it locked at this moment (Python 3.14 and later)?
    #[cfg(Py_3_14)]
    pub fn is_locked(&self) -> bool {
        // SAFETY: the mutex is initialized.
        unsafe { ffi::PyMutex_IsLocked(self.mutex.get()) != 0 }
    }

    /// The value of a mutex that is no longer needed.
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

impl<T: ?Sized> Drop for PyMutexGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: this thread locked the mutex.
        unsafe { ffi::PyMutex_Unlock(self.inner.mutex.get()) }
    }
}

impl<T: ?Sized> Deref for PyMutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: the mutex is locked, by this guard.
        unsafe { &*self.inner.data.get() }
    }
}

impl<T: ?Sized> DerefMut for PyMutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the mutex is locked, by this guard, which is borrowed mutably.
        unsafe { &mut *self.inner.data.get() }
    }
}
