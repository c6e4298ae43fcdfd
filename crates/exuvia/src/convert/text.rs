//! `str`, `String`, `char` and C strings.

use std::borrow::Cow;
use std::convert::Infallible;
use std::ffi::{CStr, CString};

use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::PyErr;
use crate::exceptions::PyValueError;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::{PyAny, PyString};

impl<'a> FromPyObject<'a, '_> for &'a str {
    type Error = PyErr;
    #[inline]
    fn extract(obj: Borrowed<'a, '_, PyAny>) -> Result<Self, Self::Error> {
        obj.cast::<PyString>()?.to_str()
    }
}

impl<'a> FromPyObject<'a, '_> for Cow<'a, str> {
    type Error = PyErr;
    fn extract(obj: Borrowed<'a, '_, PyAny>) -> Result<Self, Self::Error> {
        <&str>::extract(obj).map(Cow::Borrowed)
    }
}

impl FromPyObject<'_, '_> for String {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        <&str>::extract(obj).map(str::to_owned)
    }
}

impl FromPyObject<'_, '_> for char {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let mut chars = <&str>::extract(obj)?.chars();
        match (chars.next(), chars.next()) {
            (Some(char), None) => Ok(char),
            _ => Err(PyValueError::new_err("expected a string of length 1")),
        }
    }
}

impl<'a> FromPyObject<'a, '_> for &'a CStr {
    type Error = PyErr;
    fn extract(obj: Borrowed<'a, '_, PyAny>) -> Result<Self, Self::Error> {
        // SAFETY: CPython ends the UTF-8 form of a string with a NUL, which is one byte behind the text.
        let text = unsafe {
            let text = <&str>::extract(obj)?;
            std::slice::from_raw_parts(text.as_ptr(), text.len() + 1)
        };
        CStr::from_bytes_with_nul(text).map_err(|error| PyValueError::new_err(error.to_string()))
    }
}

impl<'a> FromPyObject<'a, '_> for Cow<'a, CStr> {
    type Error = PyErr;
    fn extract(obj: Borrowed<'a, '_, PyAny>) -> Result<Self, Self::Error> {
        <&CStr>::extract(obj).map(Cow::Borrowed)
    }
}

impl FromPyObject<'_, '_> for CString {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        <&CStr>::extract(obj).map(CStr::to_owned)
    }
}

macro_rules! into_text {
    ($($rust:ty, |$value:ident| $text:expr;)*) => {$(
        impl<'py> IntoPyObject<'py> for $rust {
            type Target = PyString;
            type Output = Bound<'py, PyString>;
            type Error = Infallible;
            #[inline]
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                let $value = self;
                Ok(PyString::new(py, $text))
            }
        }
    )*};
}

into_text! {
    &str, |text| text;
    String, |text| &text;
    &String, |text| text;
    Cow<'_, str>, |text| &text;
    &Cow<'_, str>, |text| text;
    char, |char| char.encode_utf8(&mut [0; 4]);
    &char, |char| char.encode_utf8(&mut [0; 4]);
}

macro_rules! into_c_text {
    ($($rust:ty)*) => {$(
        /// The text must be UTF-8.
        impl<'py> IntoPyObject<'py> for $rust {
            type Target = PyString;
            type Output = Bound<'py, PyString>;
            type Error = PyErr;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                let text: &CStr = self.as_ref();
                match text.to_str() {
                    Ok(text) => Ok(PyString::new(py, text)),
                    Err(error) => Err(crate::err::invalid_utf8(text.to_bytes(), error)),
                }
            }
        }
    )*};
}
into_c_text!(&CStr CString &CString Cow<'_, CStr> &Cow<'_, CStr>);
