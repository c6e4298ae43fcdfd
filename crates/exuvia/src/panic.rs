//! What unwinds through Rust, as Python sees it: panics, and the lack of memory.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::err::{PyErr, PyErrArguments};
use crate::exceptions::PyBaseException;
use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::PyType;
use crate::types::any::PyAnyMethods;

/// The exception raised when Rust code called from Python panics.
#[repr(transparent)]
pub struct PanicException(crate::PyAny);

static TYPE: PyOnceLock<Py<PyType>> = PyOnceLock::new();

// What `create_exception!` writes, with a type that can be asked whether there is one yet.
crate::emitted::exception_type!(PanicException, "pyo3_runtime", {
    |py: Python<'_>| {
        TYPE.get_or_init(py, || {
            crate::emitted::new_exception_type(
                py,
                c"pyo3_runtime.PanicException",
                Some(
                    c"The exception raised when Rust code called from Python panics.\n\nLike SystemExit, it is derived from \
                      BaseException, so that `except Exception` does not stop it: a panic is a bug.",
                ),
                &py.get_type::<PyBaseException>(),
            )
        })
        .as_ptr()
    }
});

impl PanicException {
    /// The exception with the given arguments, as an error.
    pub fn new_err<A>(args: A) -> PyErr
    where
        A: PyErrArguments + Send + Sync + 'static,
    {
        PyErr::new::<Self, A>(args)
    }

    /// Is it one? Makes no type to find out: without a type there is no exception of it, and an error that is asked may be that of
    /// making the type.
    pub(crate) fn is_exactly(exception: &Bound<'_, PyBaseException>) -> bool {
        let ty = TYPE.get(exception.py());
        ty.is_some_and(|ty| std::ptr::eq(exception.get_type_ptr().cast(), ty.as_ptr()))
    }

    /// From what `catch_unwind` caught; the error itself where it was an error that unwound.
    #[cold]
    pub(crate) fn from_panic_payload(payload: Box<dyn Any + Send + 'static>) -> PyErr {
        let payload = match payload.downcast::<Unwinding>() {
            Ok(mut unwinding) => {
                return unwinding
                    .0
                    .take()
                    .unwrap_or_else(|| Self::new_err(("panic from Rust code",)));
            }
            Err(payload) => payload,
        };
        let error = if let Some(text) = payload.downcast_ref::<String>() {
            Self::new_err((text.clone(),))
        } else if let Some(text) = payload.downcast_ref::<&'static str>() {
            Self::new_err((*text,))
        } else {
            Self::new_err(("panic from Rust code",))
        };
        discard(payload);
        error
    }
}

/// Drops what `catch_unwind` caught. It may be anything, and panic in its turn.
#[cold]
pub(crate) fn discard(payload: Box<dyn Any + Send>) {
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(payload))) {
        std::mem::forget(another);
    }
}

/// An error that unwinds out of a function that cannot return it.
struct Unwinding(Option<PyErr>);

impl Drop for Unwinding {
    /// Where it ends a thread of Rust's, nobody else says so: the panic hook has not been called.
    fn drop(&mut self) {
        if let Some(error) = self.0.take() {
            eprintln!("unwinding has ended with a Python exception: {error}");
        }
    }
}

/// Unwinds to the nearest call from Python, where the error is raised as it is.
#[cold]
#[track_caller]
pub(crate) fn unwind_with(error: PyErr) -> ! {
    if cfg!(panic = "abort") {
        panic!("{error}");
    }
    resume_unwind(Box::new(Unwinding(Some(error))))
}
