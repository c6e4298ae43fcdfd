//! The locks of `parking_lot` under threads that are attached: one that kept the interpreter while it waits would hang.

#![cfg(feature = "parking_lot")]

use std::thread::{scope, sleep};
use std::time::Duration;

use exuvia::prelude::*;
use exuvia::sync::{MutexExt, OnceExt, RwLockExt};

/// Runs `work` in eight threads at once, attached.
fn attached_at_once(work: impl Fn(Python<'_>) + Sync) {
    Python::initialize();
    scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| Python::attach(&work));
        }
    });
}

/// What a thread does with a lock: lets another run Python code.
fn linger(py: Python<'_>) {
    py.detach(|| sleep(Duration::from_millis(5)));
}

#[test]
fn a_mutex() {
    let count = parking_lot::Mutex::new(0);
    attached_at_once(|py| {
        let mut count = count.lock_py_attached(py);
        let before = *count;
        linger(py);
        *count = before + 1;
    });
    assert_eq!(count.into_inner(), 8);
}

#[test]
fn a_mutex_that_one_thread_locks_twice() {
    let count = parking_lot::ReentrantMutex::new(std::cell::Cell::new(0));
    attached_at_once(|py| {
        let outer = count.lock_py_attached(py);
        let before = outer.get();
        linger(py);
        count.lock_py_attached(py).set(before + 1);
    });
    assert_eq!(count.into_inner().get(), 8);
}

#[test]
fn a_lock_for_readers_and_writers() {
    let count = parking_lot::RwLock::new(0);
    attached_at_once(|py| {
        drop(count.read_py_attached(py));
        let mut count = count.write_py_attached(py);
        let before = *count;
        linger(py);
        *count = before + 1;
    });
    assert_eq!(count.into_inner(), 8);
}

#[test]
fn a_once() {
    let (once, forced) = (parking_lot::Once::new(), parking_lot::Once::new());
    let count = parking_lot::Mutex::new((0, 0));
    attached_at_once(|py| {
        once.call_once_py_attached(py, || {
            linger(py);
            count.lock().0 += 1;
        });
        forced.call_once_force_py_attached(py, |state| {
            assert!(!state.poisoned());
            linger(py);
            count.lock().1 += 1;
        });
        assert_eq!(*count.lock(), (1, 1));
    });
}

#[test]
#[cfg(feature = "arc_lock")]
fn locks_whose_guards_own_them() {
    use std::sync::Arc;
    let mutex = Arc::new(parking_lot::Mutex::new(0));
    let reentrant = Arc::new(parking_lot::ReentrantMutex::new(std::cell::Cell::new(0)));
    let lock = Arc::new(parking_lot::RwLock::new(0));
    attached_at_once(|py| {
        let mut one = mutex.lock_py_attached(py);
        let two = reentrant.lock_py_attached(py);
        drop(lock.read_py_attached(py));
        let mut three = lock.write_py_attached(py);
        linger(py);
        *one += 1;
        two.set(two.get() + 1);
        *three += 1;
    });
    assert_eq!(
        (*mutex.lock(), reentrant.lock().get(), *lock.read()),
        (8, 8, 8)
    );
}
