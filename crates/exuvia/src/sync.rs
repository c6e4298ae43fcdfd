//! Values made once, under the rules of threads that attach and detach.

use std::sync::OnceLock;

use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::{PyString, PyType};
use crate::{PyResult, PyTypeCheck};

/// A cell that is filled once, by an attached thread.
///
/// Unlike [`std::sync::OnceLock`], no thread waits in it while it holds the interpreter: the function that makes the
/// value may run Python code, which may let other threads run, which may come here. Two threads may then both make a
/// value; the first one stored wins, and the other is dropped.
pub struct PyOnceLock<T>(OnceLock<T>);

/// The older name of [`PyOnceLock`].
pub type GILOnceCell<T> = PyOnceLock<T>;

impl<T> PyOnceLock<T> {
    /// An empty cell.
    pub const fn new() -> Self {
        PyOnceLock(OnceLock::new())
    }

    /// The value, if there is one.
    #[inline]
    pub fn get(&self, _py: Python<'_>) -> Option<&T> {
        self.0.get()
    }

    /// The value, made by `f` if there is none yet.
    #[inline]
    pub fn get_or_init<F>(&self, _py: Python<'_>, f: F) -> &T
    where
        F: FnOnce() -> T,
    {
        match self.0.get() {
            Some(value) => value,
            None => self.store(f()),
        }
    }

    /// The value, made by `f` if there is none yet.
    ///
    /// # Errors
    /// Those of `f`; the cell stays empty.
    #[inline]
    pub fn get_or_try_init<F, E>(&self, _py: Python<'_>, f: F) -> Result<&T, E>
    where
        F: FnOnce() -> Result<T, E>,
    {
        match self.0.get() {
            Some(value) => Ok(value),
            None => Ok(self.store(f()?)),
        }
    }

    #[cold]
    fn store(&self, value: T) -> &T {
        // Storing runs no foreign code, so a thread that waits for another here waits for an instant. The loser's
        // value is dropped outside.
        let mut value = Some(value);
        let stored = self.0.get_or_init(|| value.take().expect("called once"));
        drop(value);
        stored
    }

    /// Fills the cell.
    ///
    /// # Errors
    /// Gives the value back when the cell is filled already.
    pub fn set(&self, _py: Python<'_>, value: T) -> Result<(), T> {
        self.0.set(value)
    }

    /// The value, mutably.
    pub fn get_mut(&mut self) -> Option<&mut T> {
        self.0.get_mut()
    }

    /// Takes the value out.
    pub fn take(&mut self) -> Option<T> {
        self.0.take()
    }

    /// The value of a cell that is no longer needed.
    pub fn into_inner(self) -> Option<T> {
        self.0.into_inner()
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
pub struct Interned(&'static str, PyOnceLock<Py<PyString>>);

impl Interned {
    /// For a literal.
    pub const fn new(text: &'static str) -> Self {
        Interned(text, PyOnceLock::new())
    }

    /// The Python string.
    #[inline]
    pub fn get<'py>(&self, py: Python<'py>) -> &Bound<'py, PyString> {
        self.1
            .get_or_init(py, || PyString::intern(py, self.0).unbind())
            .bind(py)
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
