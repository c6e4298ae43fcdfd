//! Paths, and the text of the operating system: `OsStr` is a `str`, `Path` a `pathlib.Path`.

use std::borrow::Cow;
use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{PyErr, PyResult};
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::{PyAny, PyString, PyType};

/// The Python string for text of the operating system, with what is no valid text as lone surrogates (PEP 383).
fn to_python<'py>(py: Python<'py>, text: &OsStr) -> Bound<'py, PyString> {
    match text.to_str() {
        Some(text) => PyString::new(py, text),
        None => undecodable_to_python(py, text),
    }
}

#[cfg(unix)]
fn undecodable_to_python<'py>(py: Python<'py>, text: &OsStr) -> Bound<'py, PyString> {
    use std::os::unix::ffi::OsStrExt;
    let bytes = text.as_bytes();
    // SAFETY: the bytes are readable for their length; the result is a new reference to a string, or NULL.
    unsafe {
        let text = ffi::PyUnicode_DecodeFSDefaultAndSize(
            bytes.as_ptr().cast(),
            crate::types::ssize(bytes.len()),
        );
        Bound::from_owned_ptr(py, text).cast_into_unchecked()
    }
}

#[cfg(windows)]
fn undecodable_to_python<'py>(py: Python<'py>, text: &OsStr) -> Bound<'py, PyString> {
    use std::os::windows::ffi::OsStrExt;
    let units: Vec<u16> = text.encode_wide().collect();
    // SAFETY: the units are readable for their length; the result is a new reference to a string, or NULL.
    unsafe {
        let text = ffi::PyUnicode_FromWideChar(units.as_ptr(), crate::types::ssize(units.len()));
        Bound::from_owned_ptr(py, text).cast_into_unchecked()
    }
}

#[cfg(unix)]
fn from_python(text: Borrowed<'_, '_, PyString>) -> PyResult<OsString> {
    use crate::types::PyBytes;
    use std::os::unix::ffi::OsStrExt;
    // SAFETY: the object is a string; the result is a new reference to `bytes`, or NULL with an exception set.
    let bytes: Bound<'_, PyBytes> = unsafe {
        Bound::from_owned_ptr_or_err(text.py(), ffi::PyUnicode_EncodeFSDefault(text.as_ptr()))?
            .cast_into_unchecked()
    };
    Ok(OsStr::from_bytes(bytes.as_borrowed().as_bytes()).to_owned())
}

#[cfg(windows)]
fn from_python(text: Borrowed<'_, '_, PyString>) -> PyResult<OsString> {
    use std::os::windows::ffi::OsStringExt;
    if let Ok(text) = text.to_str() {
        return Ok(text.into());
    }
    // SAFETY: the object is a string. With NULL, the call says how much room it needs, a final NUL included; the buffer
    // is that large.
    unsafe {
        let size = ffi::PyUnicode_AsWideChar(text.as_ptr(), std::ptr::null_mut(), 0);
        let size = usize::try_from(size).map_err(|_| PyErr::fetch(text.py()))?;
        let mut units = vec![0; size];
        let written =
            ffi::PyUnicode_AsWideChar(text.as_ptr(), units.as_mut_ptr(), size as ffi::Py_ssize_t);
        let written = usize::try_from(written).map_err(|_| PyErr::fetch(text.py()))?;
        Ok(OsString::from_wide(&units[..written]))
    }
}

impl FromPyObject<'_, '_> for OsString {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        from_python(obj.cast::<PyString>()?)
    }
}

/// From a `str`, or from an object with `__fspath__`.
impl FromPyObject<'_, '_> for PathBuf {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        // SAFETY: the object is alive; the result is a new reference, or NULL with an exception set.
        let text =
            unsafe { Bound::from_owned_ptr_or_err(obj.py(), ffi::PyOS_FSPath(obj.as_ptr()))? };
        Ok(text.extract::<OsString>()?.into())
    }
}

impl<'a> FromPyObject<'a, '_> for Cow<'a, OsStr> {
    type Error = PyErr;
    fn extract(obj: Borrowed<'a, '_, PyAny>) -> Result<Self, Self::Error> {
        match obj.extract::<&str>() {
            Ok(text) => Ok(Cow::Borrowed(text.as_ref())),
            Err(_) => OsString::extract(obj).map(Cow::Owned),
        }
    }
}

impl<'a> FromPyObject<'a, '_> for Cow<'a, Path> {
    type Error = PyErr;
    fn extract(obj: Borrowed<'a, '_, PyAny>) -> Result<Self, Self::Error> {
        match obj.extract::<&str>() {
            Ok(text) => Ok(Cow::Borrowed(text.as_ref())),
            Err(_) => PathBuf::extract(obj).map(Cow::Owned),
        }
    }
}

macro_rules! into_os_text {
    ($($rust:ty)*) => {$(
        impl<'py> IntoPyObject<'py> for $rust {
            type Target = PyString;
            type Output = Bound<'py, PyString>;
            type Error = Infallible;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                Ok(to_python(py, self.as_ref()))
            }
        }
    )*};
}
into_os_text!(&OsStr OsString &OsString Cow<'_, OsStr> &Cow<'_, OsStr>);

fn path_to_python<'py>(py: Python<'py>, path: &Path) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS
        .import_type(py, "pathlib", "Path")?
        .call1((path.as_os_str(),))
}

macro_rules! into_path {
    ($($rust:ty)*) => {$(
        impl<'py> IntoPyObject<'py> for $rust {
            type Target = PyAny;
            type Output = Bound<'py, PyAny>;
            type Error = PyErr;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                path_to_python(py, self.as_ref())
            }
        }
    )*};
}
into_path!(&Path PathBuf &PathBuf Cow<'_, Path> &Cow<'_, Path>);
