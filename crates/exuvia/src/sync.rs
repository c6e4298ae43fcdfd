//! Values made once, under the rules of threads that attach and detach.

use std::sync::{Condvar, Mutex, MutexGuard, OnceLock};
use std::thread::ThreadId;

use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::{PyString, PyType};
use crate::{PyResult, PyTypeCheck};

pub mod critical_section;
#[cfg(feature = "lock_api")]
mod lock_api;
mod locks;
#[cfg(all(Py_3_13, not(Py_LIMITED_API)))]
mod mutex;
#[cfg(all(Py_3_13, not(Py_LIMITED_API)))]
pub mod nonpoison;
#[cfg(feature = "parking_lot")]
mod parking_lot;

pub use self::locks::{MutexExt, OnceExt, OnceLockExt, RwLockExt};
#[cfg(all(Py_3_13, not(Py_LIMITED_API)))]
pub use self::mutex::{PyMutex, PyMutexGuard};

/// A cell that is filled once, by an attached thread.
///
/// Like [`std::sync::OnceLock`], it makes one value however many threads ask for it: the others wait. Unlike there they detach
/// while they wait, so that the thread at work can run Python code; and a thread that asks for the value while it is making
/// it (by way of Python code, say) does not wait for itself but makes another one, of which the first to be stored
/// is kept.
pub struct PyOnceLock<T> {
    value: OnceLock<T>,
    maker: Mutex<Option<ThreadId>>,
    /// Tells those who wait that there is no maker any more.
    done: Condvar,
}

/// The older name of [`PyOnceLock`].
pub type GILOnceCell<T> = PyOnceLock<T>;

/// The turn of a thread to make the value; others have theirs when it is dropped.
struct Turn<'a> {
    maker: &'a Mutex<Option<ThreadId>>,
    done: &'a Condvar,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *lock(self.maker) = None;
        self.done.notify_all();
    }
}

/// A mutex that holds no state a panic could spoil.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl<T> PyOnceLock<T> {
    /// An empty cell.
    pub const fn new() -> Self {
        PyOnceLock {
            value: OnceLock::new(),
            maker: Mutex::new(None),
            done: Condvar::new(),
        }
    }

    /// The value, if there is one.
    #[inline]
    pub fn get(&self, _py: Python<'_>) -> Option<&T> {
        self.value.get()
    }

    /// The value, made by `f` if there is none yet.
    #[inline]
    pub fn get_or_init<F>(&self, py: Python<'_>, f: F) -> &T
    where
        F: FnOnce() -> T,
    {
        match self.value.get() {
            Some(value) => value,
            None => self.make(py, f),
        }
    }

    /// The value, made by `f` if there is none yet.
    ///
    /// # Errors
    /// Those of `f`; the cell stays empty.
    #[inline]
    pub fn get_or_try_init<F, E>(&self, py: Python<'_>, f: F) -> Result<&T, E>
    where
        F: FnOnce() -> Result<T, E>,
    {
        match self.value.get() {
            Some(value) => Ok(value),
            None => self.try_make(py, f),
        }
    }

    #[cold]
    fn make(&self, py: Python<'_>, f: impl FnOnce() -> T) -> &T {
        match self.try_make(py, || Ok::<T, std::convert::Infallible>(f())) {
            Ok(value) => value,
            Err(never) => match never {},
        }
    }

    #[cold]
    fn try_make<E>(&self, py: Python<'_>, f: impl FnOnce() -> Result<T, E>) -> Result<&T, E> {
        let _turn = self.turn(py);
        match self.value.get() {
            Some(value) => Ok(value),
            None => f().map(|value| self.store(value)),
        }
    }

    /// Waits until no other thread makes the value. `None` for the thread that is making it.
    fn turn(&self, py: Python<'_>) -> Option<Turn<'_>> {
        let this = std::thread::current().id();
        let turn = |mut maker: MutexGuard<'_, Option<ThreadId>>| {
            // A turn that is dropped here would wait for the lock that is held.
            (maker.replace(this) != Some(this)).then(|| Turn {
                maker: &self.maker,
                done: &self.done,
            })
        };
        let maker = lock(&self.maker);
        if maker.is_none_or(|thread| thread == this) {
            return turn(maker);
        }
        drop(maker);
        locks::detached(py, || {
            let maker = self
                .done
                .wait_while(lock(&self.maker), |maker| maker.is_some());
            turn(maker.unwrap_or_else(|poisoned| poisoned.into_inner()))
        })
    }

    fn store(&self, value: T) -> &T {
        // Storing runs no foreign code, so a thread that waits for another here waits for an instant. The loser's
        // value is dropped outside.
        let mut value = Some(value);
        let stored = self
            .value
            .get_or_init(|| value.take().expect("called once"));
        drop(value);
        stored
    }

    /// Fills the cell.
    ///
    /// # Errors
    /// Gives the value back when the cell is filled already.
    pub fn set(&self, _py: Python<'_>, value: T) -> Result<(), T> {
        self.value.set(value)
    }

    /// The value, mutably.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.value.get_mut()
    }

    /// Takes the value out.
    pub fn take(&mut self) -> Option<T> {
        self.value.take()
    }

    /// The value of a cell that is no longer needed.
    pub fn into_inner(self) -> Option<T> {
        self.value.into_inner()
    }
}

impl<T> PyOnceLock<Py<T>> {
    /// A cell with another reference to the same object; an empty one if this is empty.
    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        let cell = PyOnceLock::new();
        if let Some(object) = self.get(py) {
            cell.store(object.clone_ref(py));
        }
        cell
    }
}

impl<T> Default for PyOnceLock<T> {
    fn default() -> Self {
        PyOnceLock::new()
    }
}

impl<T> PyOnceLock<Py<T>> {
    /// Imports `module`, takes `attr` from it and keeps that.
    ///
    /// # Errors
    /// What the import or the attribute access raises; a `TypeError` when the attribute is no `T`.
    pub fn import<'py>(&self, py: Python<'py>, module: &str, attr: &str) -> PyResult<&Bound<'py, T>>
    where
        T: PyTypeCheck,
    {
        self.get_or_try_init(py, || {
            Ok(py
                .import(module)?
                .as_any()
                .getattr(attr)?
                .cast_into::<T>()?
                .unbind())
        })
        .map(|object| object.bind(py))
    }
}

impl PyOnceLock<Py<PyType>> {
    /// Like [`import`](PyOnceLock::import), for a type.
    ///
    /// # Errors
    /// As there.
    pub fn import_type<'py>(
        &self,
        py: Python<'py>,
        module: &str,
        attr: &str,
    ) -> PyResult<&Bound<'py, PyType>> {
        self.import(py, module, attr)
    }
}

/// A string literal as a Python string that is made once; what `intern!` expands to.
#[doc(hidden)]
pub struct Interned(&'static str, OnceLock<Py<PyString>>);

impl Interned {
    /// For a literal.
    pub const fn new(text: &'static str) -> Self {
        Interned(text, OnceLock::new())
    }

    /// The Python string.
    #[inline]
    pub fn get<'py>(&self, py: Python<'py>) -> &Bound<'py, PyString> {
        match self.1.get() {
            Some(text) => text.bind(py),
            None => self.make(py),
        }
    }

    /// Two threads may both come here; CPython gives them one string.
    #[cold]
    fn make<'py>(&self, py: Python<'py>) -> &Bound<'py, PyString> {
        let text = PyString::intern(py, self.0).unbind();
        self.1.get_or_init(|| text).bind(py)
    }
}

/// A string literal as an interned Python string, made once: `object.getattr(intern!(py, "name"))`.
#[macro_export]
macro_rules! intern {
    ($py:expr, $text:expr) => {{
        static TEXT: $crate::sync::Interned = $crate::sync::Interned::new($text);
        TEXT.get($py)
    }};
}
