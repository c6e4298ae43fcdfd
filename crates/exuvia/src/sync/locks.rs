/*!
The standard library's locks and once cells, for threads that are attached.

A thread that waits for a lock while it is attached keeps the one that holds the lock from attaching: both wait for ever. The
methods here detach while they wait.
*/

use std::sync::{
    LockResult, Mutex, MutexGuard, Once, OnceLock, OnceState, RwLock, RwLockReadGuard,
    RwLockWriteGuard, TryLockError, TryLockResult,
};

use crate::marker::{Detached, Python};

mod sealed {
    pub trait Lock {}
}
pub(super) use sealed::Lock as Sealed;

/// [`Once`] for attached threads.
pub trait OnceExt: Sealed {
    /// What the closure of [`call_once_force_py_attached`](Self::call_once_force_py_attached) is told.
    type OnceState;

    /// `call_once`, detached while another thread is at it. The closure runs attached.
    fn call_once_py_attached(&self, py: Python<'_>, f: impl FnOnce());

    /// `call_once_force`, detached while another thread is at it. The closure runs attached.
    fn call_once_force_py_attached(&self, py: Python<'_>, f: impl FnOnce(&Self::OnceState));
}

/// [`OnceLock`] for attached threads.
pub trait OnceLockExt<T>: Sealed {
    /// `get_or_init`, detached while another thread is at it. The closure runs attached.
    fn get_or_init_py_attached<F>(&self, py: Python<'_>, f: F) -> &T
    where
        F: FnOnce() -> T;
}

/// [`Mutex`] for attached threads, and those of `lock_api` with the feature of that name.
pub trait MutexExt<T>: Sealed {
    /// What the lock's own `lock` gives.
    type LockResult<'a>
    where
        Self: 'a;

    /// `lock`, detached while another thread has the lock.
    fn lock_py_attached(&self, py: Python<'_>) -> Self::LockResult<'_>;
}

/// [`RwLock`] for attached threads, and those of `lock_api` with the feature of that name.
pub trait RwLockExt<T>: Sealed {
    /// What the lock's own `read` gives.
    type ReadLockResult<'a>
    where
        Self: 'a;
    /// What the lock's own `write` gives.
    type WriteLockResult<'a>
    where
        Self: 'a;

    /// `read`, detached while another thread writes.
    fn read_py_attached(&self, py: Python<'_>) -> Self::ReadLockResult<'_>;

    /// `write`, detached while another thread reads or writes.
    fn write_py_attached(&self, py: Python<'_>) -> Self::WriteLockResult<'_>;
}

/// Runs `wait`, detached.
pub(super) fn detached<R>(py: Python<'_>, wait: impl FnOnce() -> R) -> R {
    // SAFETY: callers only wait for a lock.
    let _detached = unsafe { Detached::new(py) };
    wait()
}

/// `try_lock` if that does, else `lock`, detached.
fn lock_detached<G>(
    py: Python<'_>,
    try_lock: impl FnOnce() -> TryLockResult<G>,
    lock: impl FnOnce() -> LockResult<G>,
) -> LockResult<G> {
    match try_lock() {
        Ok(guard) => Ok(guard),
        Err(TryLockError::Poisoned(poisoned)) => Err(poisoned),
        Err(TryLockError::WouldBlock) => detached(py, lock),
    }
}

impl Sealed for Once {}

impl OnceExt for Once {
    type OnceState = OnceState;

    fn call_once_py_attached(&self, py: Python<'_>, f: impl FnOnce()) {
        if self.is_completed() {
            return;
        }
        // SAFETY: the closure attaches before it runs `f`; where it is not called, the thread attaches when the closure is
        // dropped, at the end of the call.
        let detached = unsafe { Detached::new(py) };
        self.call_once(move || {
            drop(detached);
            f();
        });
    }

    fn call_once_force_py_attached(&self, py: Python<'_>, f: impl FnOnce(&OnceState)) {
        if self.is_completed() {
            return;
        }
        // SAFETY: as above.
        let detached = unsafe { Detached::new(py) };
        self.call_once_force(move |state| {
            drop(detached);
            f(state);
        });
    }
}

impl<T> Sealed for OnceLock<T> {}

impl<T> OnceLockExt<T> for OnceLock<T> {
    fn get_or_init_py_attached<F>(&self, py: Python<'_>, f: F) -> &T
    where
        F: FnOnce() -> T,
    {
        if let Some(value) = self.get() {
            return value;
        }
        // SAFETY: as for `Once`.
        let detached = unsafe { Detached::new(py) };
        self.get_or_init(move || {
            drop(detached);
            f()
        })
    }
}

impl<T> Sealed for Mutex<T> {}

impl<T> MutexExt<T> for Mutex<T> {
    type LockResult<'a>
        = LockResult<MutexGuard<'a, T>>
    where
        Self: 'a;

    fn lock_py_attached(&self, py: Python<'_>) -> LockResult<MutexGuard<'_, T>> {
        lock_detached(py, || self.try_lock(), || self.lock())
    }
}

impl<T> Sealed for RwLock<T> {}

impl<T> RwLockExt<T> for RwLock<T> {
    type ReadLockResult<'a>
        = LockResult<RwLockReadGuard<'a, T>>
    where
        Self: 'a;
    type WriteLockResult<'a>
        = LockResult<RwLockWriteGuard<'a, T>>
    where
        Self: 'a;

    fn read_py_attached(&self, py: Python<'_>) -> Self::ReadLockResult<'_> {
        lock_detached(py, || self.try_read(), || self.read())
    }

    fn write_py_attached(&self, py: Python<'_>) -> Self::WriteLockResult<'_> {
        lock_detached(py, || self.try_write(), || self.write())
    }
}
