//! Rust's own errors as Python exceptions.

use std::convert::Infallible;
use std::ffi::NulError;
use std::io::{self, ErrorKind};

use crate::err::{PyErr, PyErrArguments};
use crate::exceptions;
use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::types::PyAny;

impl From<Infallible> for PyErr {
    #[inline]
    fn from(never: Infallible) -> PyErr {
        match never {}
    }
}

/// An error that becomes the exception's only argument by its `Display` text.
struct Text<E>(E);

impl<E: std::fmt::Display + Send + Sync> PyErrArguments for Text<E> {
    fn arguments(self, py: Python<'_>) -> Py<PyAny> {
        self.0.to_string().arguments(py)
    }
}

/// The `OSError` subclass that Python raises for the same kind of failure (PEP 3151).
impl From<io::Error> for PyErr {
    fn from(error: io::Error) -> PyErr {
        // An exception that travelled through an `io::Error` comes out as it was.
        if error.get_ref().is_some_and(|inner| inner.is::<PyErr>()) {
            return *error
                .into_inner()
                .and_then(|inner| inner.downcast().ok())
                .expect("checked above");
        }
        let kind = error.kind();
        let text = Text(error);
        match kind {
            ErrorKind::BrokenPipe => exceptions::PyBrokenPipeError::new_err(text),
            ErrorKind::ConnectionRefused => exceptions::PyConnectionRefusedError::new_err(text),
            ErrorKind::ConnectionAborted => exceptions::PyConnectionAbortedError::new_err(text),
            ErrorKind::ConnectionReset => exceptions::PyConnectionResetError::new_err(text),
            ErrorKind::Interrupted => exceptions::PyInterruptedError::new_err(text),
            ErrorKind::NotFound => exceptions::PyFileNotFoundError::new_err(text),
            ErrorKind::PermissionDenied => exceptions::PyPermissionError::new_err(text),
            ErrorKind::AlreadyExists => exceptions::PyFileExistsError::new_err(text),
            ErrorKind::WouldBlock => exceptions::PyBlockingIOError::new_err(text),
            ErrorKind::TimedOut => exceptions::PyTimeoutError::new_err(text),
            ErrorKind::OutOfMemory => exceptions::PyMemoryError::new_err(text),
            ErrorKind::IsADirectory => exceptions::PyIsADirectoryError::new_err(text),
            ErrorKind::NotADirectory => exceptions::PyNotADirectoryError::new_err(text),
            _ => exceptions::PyOSError::new_err(text),
        }
    }
}

/// The kind of `io::Error` that stands for the same failure; the exception stays inside.
impl From<PyErr> for io::Error {
    fn from(error: PyErr) -> io::Error {
        let kind = Python::attach(|py| {
            let is = |ty: fn(Python<'_>) -> Bound<'_, crate::types::PyType>| {
                error.is_instance(py, ty(py).as_any())
            };
            use crate::PyTypeInfo;
            if is(exceptions::PyBrokenPipeError::type_object) {
                ErrorKind::BrokenPipe
            } else if is(exceptions::PyConnectionRefusedError::type_object) {
                ErrorKind::ConnectionRefused
            } else if is(exceptions::PyConnectionAbortedError::type_object) {
                ErrorKind::ConnectionAborted
            } else if is(exceptions::PyConnectionResetError::type_object) {
                ErrorKind::ConnectionReset
            } else if is(exceptions::PyInterruptedError::type_object) {
                ErrorKind::Interrupted
            } else if is(exceptions::PyFileNotFoundError::type_object) {
                ErrorKind::NotFound
            } else if is(exceptions::PyPermissionError::type_object) {
                ErrorKind::PermissionDenied
            } else if is(exceptions::PyFileExistsError::type_object) {
                ErrorKind::AlreadyExists
            } else if is(exceptions::PyBlockingIOError::type_object) {
                ErrorKind::WouldBlock
            } else if is(exceptions::PyTimeoutError::type_object) {
                ErrorKind::TimedOut
            } else if is(exceptions::PyMemoryError::type_object) {
                ErrorKind::OutOfMemory
            } else if is(exceptions::PyIsADirectoryError::type_object) {
                ErrorKind::IsADirectory
            } else if is(exceptions::PyNotADirectoryError::type_object) {
                ErrorKind::NotADirectory
            } else {
                ErrorKind::Other
            }
        });
        io::Error::new(kind, error)
    }
}

macro_rules! as_exception {
    ($($error:ty => $exception:ident),* $(,)?) => {$(
        impl From<$error> for PyErr {
            #[cold]
            fn from(error: $error) -> PyErr {
                exceptions::$exception::new_err(Text(error))
            }
        }
    )*};
}

as_exception! {
    std::num::ParseIntError => PyValueError,
    std::num::ParseFloatError => PyValueError,
    std::num::TryFromIntError => PyValueError,
    std::str::ParseBoolError => PyValueError,
    std::char::ParseCharError => PyValueError,
    std::char::DecodeUtf16Error => PyUnicodeDecodeError,
    std::string::FromUtf16Error => PyUnicodeDecodeError,
    std::net::AddrParseError => PyValueError,
    std::array::TryFromSliceError => PyValueError,
    std::ffi::IntoStringError => PyUnicodeDecodeError,
    NulError => PyValueError,
}

// `UnicodeDecodeError` takes five arguments (codec, bytes, start, end, reason), or CPython refuses to make it.
struct InvalidUtf8 {
    bytes: Vec<u8>,
    error: std::str::Utf8Error,
}

impl PyErrArguments for InvalidUtf8 {
    fn arguments(self, py: Python<'_>) -> Py<PyAny> {
        let start = self.error.valid_up_to();
        let end = (start + self.error.error_len().unwrap_or(1)).min(self.bytes.len());
        let bytes = crate::types::PyBytes::new(py, &self.bytes);
        crate::IntoPyObjectExt::into_py_any(("utf-8", bytes, start, end, "invalid utf-8"), py)
            .unwrap_or_else(|error| error.into_value(py).into_any())
    }
}

impl From<std::string::FromUtf8Error> for PyErr {
    #[cold]
    fn from(error: std::string::FromUtf8Error) -> PyErr {
        let utf8 = error.utf8_error();
        exceptions::PyUnicodeDecodeError::new_err(InvalidUtf8 {
            bytes: error.into_bytes(),
            error: utf8,
        })
    }
}

impl From<std::str::Utf8Error> for PyErr {
    #[cold]
    fn from(error: std::str::Utf8Error) -> PyErr {
        // The bytes are not in the error; a `ValueError`, which `UnicodeDecodeError` is too, can be made without.
        exceptions::PyValueError::new_err(Text(error))
    }
}

/// A decoding error of `bytes`, with the position in it.
#[cold]
pub(crate) fn invalid_utf8(bytes: &[u8], error: std::str::Utf8Error) -> PyErr {
    exceptions::PyUnicodeDecodeError::new_err(InvalidUtf8 {
        bytes: bytes.to_vec(),
        error,
    })
}
