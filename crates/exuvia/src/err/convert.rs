//! Rust's own errors as Python exceptions.

use std::convert::Infallible;
use std::ffi::CStr;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::str::Utf8Error;

use crate::err::{PyErr, PyErrArguments, PyResult};
use crate::exceptions;
use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::types::PyAny;
use crate::types::any::PyAnyMethods;
use crate::{IntoPyObjectExt, PyTypeInfo};

impl From<Infallible> for PyErr {
    #[inline]
    fn from(never: Infallible) -> PyErr {
        match never {}
    }
}

/// The text of an error, as the exception's only argument.
fn text(error: &dyn std::fmt::Display, py: Python<'_>) -> Py<PyAny> {
    error.to_string().arguments(py)
}

impl PyErrArguments for io::Error {
    fn arguments(self, py: Python<'_>) -> Py<PyAny> {
        text(&self, py)
    }
}

impl<W: Send + Sync> PyErrArguments for io::IntoInnerError<W> {
    fn arguments(self, py: Python<'_>) -> Py<PyAny> {
        self.into_error().arguments(py)
    }
}

impl<W> From<io::IntoInnerError<W>> for PyErr {
    fn from(error: io::IntoInnerError<W>) -> PyErr {
        error.into_error().into()
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
        match kind {
            ErrorKind::BrokenPipe => exceptions::PyBrokenPipeError::new_err(error),
            ErrorKind::ConnectionRefused => exceptions::PyConnectionRefusedError::new_err(error),
            ErrorKind::ConnectionAborted => exceptions::PyConnectionAbortedError::new_err(error),
            ErrorKind::ConnectionReset => exceptions::PyConnectionResetError::new_err(error),
            ErrorKind::Interrupted => exceptions::PyInterruptedError::new_err(error),
            ErrorKind::NotFound => exceptions::PyFileNotFoundError::new_err(error),
            ErrorKind::PermissionDenied => exceptions::PyPermissionError::new_err(error),
            ErrorKind::AlreadyExists => exceptions::PyFileExistsError::new_err(error),
            ErrorKind::WouldBlock => exceptions::PyBlockingIOError::new_err(error),
            ErrorKind::TimedOut => exceptions::PyTimeoutError::new_err(error),
            ErrorKind::OutOfMemory => exceptions::PyMemoryError::new_err(error),
            ErrorKind::IsADirectory => exceptions::PyIsADirectoryError::new_err(error),
            ErrorKind::NotADirectory => exceptions::PyNotADirectoryError::new_err(error),
            _ => exceptions::PyOSError::new_err(error),
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

macro_rules! value_errors {
    ($($error:ty)*) => {$(
        impl PyErrArguments for $error {
            fn arguments(self, py: Python<'_>) -> Py<PyAny> {
                text(&self, py)
            }
        }

        impl From<$error> for PyErr {
            #[cold]
            fn from(error: $error) -> PyErr {
                exceptions::PyValueError::new_err(error)
            }
        }
    )*};
}

value_errors! {
    std::array::TryFromSliceError
    std::char::CharTryFromError
    std::char::ParseCharError
    std::env::JoinPathsError
    std::ffi::NulError
    std::net::AddrParseError
    std::num::ParseFloatError
    std::num::ParseIntError
    std::num::TryFromIntError
    std::path::StripPrefixError
    std::str::ParseBoolError
    std::time::SystemTimeError
    std::time::TryFromFloatSecsError
}

/// Bytes that are not UTF-8, with where they stop being so.
struct InvalidUtf8 {
    bytes: Vec<u8>,
    error: Utf8Error,
}

impl PyErrArguments for InvalidUtf8 {
    // `UnicodeDecodeError` takes five arguments (codec, bytes, start, end, reason), or CPython refuses to make it.
    fn arguments(self, py: Python<'_>) -> Py<PyAny> {
        let bad = invalid_range(&self.bytes, self.error);
        let bytes = crate::types::PyBytes::new(py, &self.bytes);
        ("utf-8", bytes, bad.start, bad.end, "invalid utf-8")
            .into_py_any(py)
            .unwrap_or_else(|error| error.into_value(py).into_any())
    }
}

/// The bytes that are not UTF-8: up to the end when it is missing.
fn invalid_range(bytes: &[u8], error: Utf8Error) -> Range<usize> {
    let start = error.valid_up_to();
    start..error.error_len().map_or(bytes.len(), |len| start + len)
}

macro_rules! decode_errors {
    ($($error:ty, |$value:ident| $bytes:expr;)*) => {$(
        impl PyErrArguments for $error {
            fn arguments(self, py: Python<'_>) -> Py<PyAny> {
                let $value = self;
                let error = $value.utf8_error();
                InvalidUtf8 { bytes: $bytes, error }.arguments(py)
            }
        }

        impl From<$error> for PyErr {
            #[cold]
            fn from(error: $error) -> PyErr {
                exceptions::PyUnicodeDecodeError::new_err(error)
            }
        }
    )*};
}

decode_errors! {
    std::string::FromUtf8Error, |error| error.into_bytes();
    std::ffi::IntoStringError, |error| error.into_cstring().into_bytes();
}

/// A decoding error of `bytes`, with the position in it.
#[cold]
pub(crate) fn invalid_utf8(bytes: &[u8], error: Utf8Error) -> PyErr {
    exceptions::PyUnicodeDecodeError::new_err(InvalidUtf8 {
        bytes: bytes.to_vec(),
        error,
    })
}

impl exceptions::PyUnicodeDecodeError {
    /// The exception for `range` of `input`, which `encoding` cannot decode for a `reason`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new<'py>(
        py: Python<'py>,
        encoding: &CStr,
        input: &[u8],
        range: Range<usize>,
        reason: &CStr,
    ) -> PyResult<Bound<'py, Self>> {
        let bytes = crate::types::PyBytes::new(py, input);
        let arguments = (encoding, bytes, range.start, range.end, reason);
        Ok(Self::type_object(py).call1(arguments)?.cast_into()?)
    }

    /// The exception for text that should have been UTF-8.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_utf8<'py>(
        py: Python<'py>,
        input: &[u8],
        err: Utf8Error,
    ) -> PyResult<Bound<'py, Self>> {
        let range = invalid_range(input, err);
        Self::new(py, c"utf-8", input, range, c"invalid utf-8")
    }

    /// The error for bytes that should have been UTF-8.
    pub fn new_err_from_utf8(_py: Python<'_>, bytes: &[u8], err: Utf8Error) -> PyErr {
        invalid_utf8(bytes, err)
    }
}
