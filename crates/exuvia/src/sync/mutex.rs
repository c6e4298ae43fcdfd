//! CPython's own mutex, poisoned by a thread that panics with it.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{LockResult, PoisonError};
use std::thread::panicking;

use crate::sync::nonpoison;

/// A mutex whose waiting threads detach by themselves (Python 3.13 and later).
///
/// When a thread panics while it has the lock, the data may be in a state that nobody meant: from then on
/// [`lock`](Self::lock) gives an error with the guard inside. [`nonpoison::PyMutex`] does without.
pub struct PyMutex<T> {
    poisoned: AtomicBool,
    mutex: nonpoison::PyMutex<T>,
}

/// Unlocks the mutex when it is dropped.
#[must_use = "the mutex is unlocked when the guard is dropped"]
pub struct PyMutexGuard<'a, T> {
    poisoned: &'a AtomicBool,
    /// A panic that was there before the lock is none of its business.
    panicking: bool,
    // Dropped last: the flag is set while the mutex is locked.
    guard: nonpoison::PyMutexGuard<'a, T>,
}

impl<T> PyMutex<T> {
    /// An unlocked mutex.
    pub const fn new(value: T) -> Self {
        PyMutex {
            poisoned: AtomicBool::new(false),
            mutex: nonpoison::PyMutex::new(value),
        }
    }

    /// Waits until no other thread has the lock, detached if the thread is attached, and takes it.
    ///
    /// # Errors
    /// When a thread has panicked while it had the lock.
    pub fn lock(&self) -> LockResult<PyMutexGuard<'_, T>> {
        let guard = PyMutexGuard {
            guard: self.mutex.lock(),
            poisoned: &self.poisoned,
            panicking: panicking(),
        };
        if self.poisoned.load(Ordering::Relaxed) {
            Err(PoisonError::new(guard))
        } else {
            Ok(guard)
        }
    }

    /// Is it locked at this moment (Python 3.14 and later)?
    #[cfg(Py_3_14)]
    pub fn is_locked(&self) -> bool {
        self.mutex.is_locked()
    }

    /// The value of a mutex that is no longer needed.
    ///
    /// # Errors
    /// As for [`lock`](Self::lock).
    pub fn into_inner(self) -> LockResult<T> {
        let poisoned = self.poisoned.into_inner();
        let value = self.mutex.into_inner();
        if poisoned {
            Err(PoisonError::new(value))
        } else {
            Ok(value)
        }
    }

    /// Says that the data is as it should be again.
    pub fn clear_poison(&self) {
        self.poisoned.store(false, Ordering::Relaxed);
    }
}

impl<T> Drop for PyMutexGuard<'_, T> {
    fn drop(&mut self) {
        if !self.panicking && panicking() {
            self.poisoned.store(true, Ordering::Relaxed);
        }
    }
}

impl<T> Deref for PyMutexGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for PyMutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Python;
    use std::sync::Barrier;
    use std::time::Duration;

    #[test]
    fn a_thread_that_waits_lets_others_attach() {
        Python::initialize();
        static MUTEX: PyMutex<i64> = PyMutex::new(0);
        let locked = Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut guard = MUTEX.lock().unwrap();
                locked.wait();
                std::thread::sleep(Duration::from_millis(50));
                // The other thread waits for the lock, attached when it began to.
                Python::attach(|_| *guard += 1);
            });
            scope.spawn(|| {
                Python::attach(|_| {
                    locked.wait();
                    *MUTEX.lock().unwrap() += 10;
                })
            });
        });
        assert_eq!(*MUTEX.lock().unwrap(), 11);
    }

    #[test]
    fn a_panic_poisons_until_somebody_says_otherwise() {
        let mutex = PyMutex::new(5);
        let panicked = std::thread::scope(|scope| {
            let panics = scope.spawn(|| {
                let mut guard = mutex.lock().unwrap();
                *guard = 6;
                panic!("with the lock");
            });
            panics.join().is_err()
        });
        assert!(panicked);
        let poisoned = mutex.lock().err().expect("poison");
        assert_eq!(*poisoned.into_inner(), 6);
        mutex.clear_poison();
        assert_eq!(*mutex.lock().unwrap(), 6);
        assert_eq!(mutex.into_inner().unwrap(), 6);
    }

    #[test]
    fn the_mutex_that_knows_no_poison() {
        let mutex = nonpoison::PyMutex::new(String::new());
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1000).for_each(|_| mutex.lock().push('x')));
            }
        });
        assert_eq!(mutex.into_inner().len(), 4000);
    }
}
