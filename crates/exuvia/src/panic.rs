//! A Rust panic, as Python sees it.

use std::any::Any;

use crate::err::PyErr;

crate::create_exception!(
    pyo3_runtime,
    PanicException,
    crate::exceptions::PyBaseException,
    "The exception raised when Rust code called from Python panics.\n\nLike SystemExit, it is derived from BaseException, \
     so that `except Exception` does not stop it: a panic is a bug."
);

impl PanicException {
    /// From what `catch_unwind` caught.
    #[cold]
    pub(crate) fn from_panic_payload(payload: Box<dyn Any + Send + 'static>) -> PyErr {
        if let Some(text) = payload.downcast_ref::<String>() {
            Self::new_err((text.clone(),))
        } else if let Some(text) = payload.downcast_ref::<&'static str>() {
            Self::new_err((*text,))
        } else {
            Self::new_err(("panic from Rust code",))
        }
    }
}
