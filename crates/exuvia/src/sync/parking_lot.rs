//! `parking_lot::Once` for threads that are attached; its locks are those of `lock_api`.

use parking_lot::{Once, OnceState};

use super::locks::{OnceExt, Sealed};
use crate::marker::{Detached, Python};

impl Sealed for Once {}

impl OnceExt for Once {
    type OnceState = OnceState;

    fn call_once_py_attached(&self, py: Python<'_>, f: impl FnOnce()) {
        if self.state().done() {
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
        if self.state().done() {
            return;
        }
        // SAFETY: as above.
        let detached = unsafe { Detached::new(py) };
        self.call_once_force(move |state| {
            drop(detached);
            f(&state);
        });
    }
}
