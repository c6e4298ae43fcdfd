//! The locks of `lock_api`, and so of `parking_lot`, for threads that are attached.

use lock_api::{
    GetThreadId, Mutex, MutexGuard, RawMutex, RawRwLock, ReentrantMutex, ReentrantMutexGuard,
    RwLock, RwLockReadGuard, RwLockWriteGuard,
};

use super::locks::{MutexExt, RwLockExt, Sealed, detached};
use crate::marker::Python;

impl<R, T> Sealed for Mutex<R, T> {}

impl<R: RawMutex, T> MutexExt<T> for Mutex<R, T> {
    type LockResult<'a>
        = MutexGuard<'a, R, T>
    where
        Self: 'a;

    fn lock_py_attached(&self, py: Python<'_>) -> Self::LockResult<'_> {
        self.try_lock()
            .unwrap_or_else(|| detached(py, || self.lock()))
    }
}

impl<R, G, T> Sealed for ReentrantMutex<R, G, T> {}

impl<R: RawMutex, G: GetThreadId, T> MutexExt<T> for ReentrantMutex<R, G, T> {
    type LockResult<'a>
        = ReentrantMutexGuard<'a, R, G, T>
    where
        Self: 'a;

    fn lock_py_attached(&self, py: Python<'_>) -> Self::LockResult<'_> {
        self.try_lock()
            .unwrap_or_else(|| detached(py, || self.lock()))
    }
}

impl<R, T> Sealed for RwLock<R, T> {}

impl<R: RawRwLock, T> RwLockExt<T> for RwLock<R, T> {
    type ReadLockResult<'a>
        = RwLockReadGuard<'a, R, T>
    where
        Self: 'a;
    type WriteLockResult<'a>
        = RwLockWriteGuard<'a, R, T>
    where
        Self: 'a;

    fn read_py_attached(&self, py: Python<'_>) -> Self::ReadLockResult<'_> {
        self.try_read()
            .unwrap_or_else(|| detached(py, || self.read()))
    }

    fn write_py_attached(&self, py: Python<'_>) -> Self::WriteLockResult<'_> {
        self.try_write()
            .unwrap_or_else(|| detached(py, || self.write()))
    }
}

/// Locks whose guards keep an `Arc` of them.
#[cfg(feature = "arc_lock")]
mod arc {
    use std::sync::Arc;

    use lock_api::{
        ArcMutexGuard, ArcReentrantMutexGuard, ArcRwLockReadGuard, ArcRwLockWriteGuard,
    };

    use super::*;

    impl<R, T> Sealed for Arc<Mutex<R, T>> {}

    impl<R: RawMutex, T> MutexExt<T> for Arc<Mutex<R, T>> {
        type LockResult<'a>
            = ArcMutexGuard<R, T>
        where
            Self: 'a;

        fn lock_py_attached(&self, py: Python<'_>) -> Self::LockResult<'_> {
            self.try_lock_arc()
                .unwrap_or_else(|| detached(py, || self.lock_arc()))
        }
    }

    impl<R, G, T> Sealed for Arc<ReentrantMutex<R, G, T>> {}

    impl<R: RawMutex, G: GetThreadId, T> MutexExt<T> for Arc<ReentrantMutex<R, G, T>> {
        type LockResult<'a>
            = ArcReentrantMutexGuard<R, G, T>
        where
            Self: 'a;

        fn lock_py_attached(&self, py: Python<'_>) -> Self::LockResult<'_> {
            self.try_lock_arc()
                .unwrap_or_else(|| detached(py, || self.lock_arc()))
        }
    }

    impl<R, T> Sealed for Arc<RwLock<R, T>> {}

    impl<R: RawRwLock, T> RwLockExt<T> for Arc<RwLock<R, T>> {
        type ReadLockResult<'a>
            = ArcRwLockReadGuard<R, T>
        where
            Self: 'a;
        type WriteLockResult<'a>
            = ArcRwLockWriteGuard<R, T>
        where
            Self: 'a;

        fn read_py_attached(&self, py: Python<'_>) -> Self::ReadLockResult<'_> {
            self.try_read_arc()
                .unwrap_or_else(|| detached(py, || self.read_arc()))
        }

        fn write_py_attached(&self, py: Python<'_>) -> Self::WriteLockResult<'_> {
            self.try_write_arc()
                .unwrap_or_else(|| detached(py, || self.write_arc()))
        }
    }
}
