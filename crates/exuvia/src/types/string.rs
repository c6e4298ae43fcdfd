//! `str`.

use std::borrow::Cow;
use std::ffi::{CStr, c_char};
use std::{fmt, str};

use crate::err::{PyErr, PyResult};
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::types::bytes::PyBytesMethods;
use crate::types::sequence::count_or_error;
use crate::types::{PyAny, PyBytes, ssize};

native_type! {
    /// Python's `str`.
    ///
    /// Unlike Rust's `str` it may hold lone surrogates, which no UTF-8 text can; reading such a string as `&str` is a
    /// `UnicodeEncodeError`.
    PyString = "str", &raw mut ffi::PyUnicode_Type, is ffi::PyUnicode_Check, exactly ffi::PyUnicode_CheckExact
}

impl PyString {
    /// The Python string of the same text.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn new<'py>(py: Python<'py>, s: &str) -> Bound<'py, PyString> {
        // SAFETY: the text is readable for its length; the result is a new reference to a string, or NULL.
        unsafe {
            Bound::from_owned_ptr(
                py,
                ffi::PyUnicode_FromStringAndSize(s.as_ptr().cast(), ssize(s.len())),
            )
            .cast_into_unchecked()
        }
    }

    /// From UTF-8.
    ///
    /// # Errors
    /// A `UnicodeDecodeError` when it is not.
    pub fn from_bytes<'py>(py: Python<'py>, s: &[u8]) -> PyResult<Bound<'py, PyString>> {
        // SAFETY: the text is readable for its length; the result is a new reference to a string, or NULL with an
        // exception set.
        unsafe {
            let text = ffi::PyUnicode_FromStringAndSize(s.as_ptr().cast(), ssize(s.len()));
            Bound::from_owned_ptr_or_err(py, text).map(|text| text.cast_into_unchecked())
        }
    }

    /// The one string of this text that Python uses for names, which makes comparisons and look-ups of names faster.
    /// It is kept for ever on some versions, so it is not for text that comes from outside.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn intern<'py>(py: Python<'py>, s: &str) -> Bound<'py, PyString> {
        let mut text = PyString::new(py, s).into_ptr();
        // SAFETY: the pointer is an owned reference to a string; the call may replace it with another one.
        unsafe {
            ffi::PyUnicode_InternInPlace(&raw mut text);
            Bound::from_owned_ptr(py, text).cast_into_unchecked()
        }
    }

    /// Python's `str(src, encoding, errors)`; the defaults are UTF-8 and `strict`.
    ///
    /// # Errors
    /// A `TypeError` when `src` holds no bytes; a `UnicodeDecodeError` when they are not in the encoding.
    pub fn from_encoded_object<'py>(
        src: &Bound<'py, PyAny>,
        encoding: Option<&CStr>,
        errors: Option<&CStr>,
    ) -> PyResult<Bound<'py, PyString>> {
        let pointer = |text: Option<&CStr>| text.map_or(std::ptr::null::<c_char>(), CStr::as_ptr);
        // SAFETY: the object is alive; NULL is allowed for both names; the result is a new reference to a string, or
        // NULL with an exception set.
        unsafe {
            let text =
                ffi::PyUnicode_FromEncodedObject(src.as_ptr(), pointer(encoding), pointer(errors));
            Bound::from_owned_ptr_or_err(src.py(), text).map(|text| text.cast_into_unchecked())
        }
    }

    /// From the result of `format_args!`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn from_fmt<'py>(
        py: Python<'py>,
        args: fmt::Arguments<'_>,
    ) -> PyResult<Bound<'py, PyString>> {
        let text = args
            .as_str()
            .map_or_else(|| Cow::Owned(args.to_string()), Cow::Borrowed);
        Self::from_bytes(py, text.as_bytes())
    }
}

/// What can be done with a Python `str`.
pub trait PyStringMethods<'py>: super::sealed::Sealed {
    /// The number of code points; a subclass's `__len__` is not asked.
    ///
    /// # Errors
    /// None that CPython has today.
    fn code_point_len(&self) -> PyResult<usize>;

    /// The text, as Rust reads it. CPython keeps the UTF-8 form inside the object.
    ///
    /// # Errors
    /// A `UnicodeEncodeError` when there are lone surrogates.
    fn to_str(&self) -> PyResult<&str>;

    /// The same as [`to_str`](Self::to_str) with the CPython versions that are supported.
    ///
    /// # Errors
    /// As there.
    fn to_cow(&self) -> PyResult<Cow<'_, str>>;

    /// The text, with replacement characters in the place of lone surrogates.
    fn to_string_lossy(&self) -> Cow<'_, str>;

    /// Python's `self.encode()`.
    ///
    /// # Errors
    /// A `UnicodeEncodeError` when there are lone surrogates.
    fn encode_utf8(&self) -> PyResult<Bound<'py, PyBytes>>;

    /// The code points as CPython stores them.
    ///
    /// # Safety
    /// The layout is CPython's own affair: pyo3-ffi reads it through bit fields whose place depends on the C compiler.
    ///
    /// # Errors
    /// `MemoryError`.
    #[cfg(not(Py_LIMITED_API))]
    unsafe fn data(&self) -> PyResult<PyStringData<'_>>;
}

impl<'py> PyStringMethods<'py> for Bound<'py, PyString> {
    #[inline]
    fn code_point_len(&self) -> PyResult<usize> {
        // SAFETY: the object is a string.
        count_or_error(self.py(), unsafe {
            ffi::PyUnicode_GetLength(self.as_ptr())
        })
    }

    #[inline]
    fn to_str(&self) -> PyResult<&str> {
        self.as_borrowed().to_str()
    }

    fn to_cow(&self) -> PyResult<Cow<'_, str>> {
        self.as_borrowed().to_str().map(Cow::Borrowed)
    }

    fn to_string_lossy(&self) -> Cow<'_, str> {
        self.as_borrowed().to_string_lossy()
    }

    fn encode_utf8(&self) -> PyResult<Bound<'py, PyBytes>> {
        // SAFETY: the object is a string; the result is a new reference to `bytes`, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(self.py(), ffi::PyUnicode_AsUTF8String(self.as_ptr()))
                .map(|bytes| bytes.cast_into_unchecked())
        }
    }

    #[cfg(not(Py_LIMITED_API))]
    unsafe fn data(&self) -> PyResult<PyStringData<'_>> {
        let object = self.as_ptr();
        // SAFETY: the object is a string; after `PyUnicode_READY` (which does nothing from 3.12 on) its code points lie
        // in one array of the kind it says.
        unsafe {
            #[cfg(not(Py_3_12))]
            {
                #[allow(
                    deprecated,
                    reason = "strings of the older kind exist up to Python 3.11"
                )]
                crate::err::error_on_minus_one(self.py(), ffi::PyUnicode_READY(object))?;
            }
            let len = self.code_point_len()?;
            let start = ffi::PyUnicode_DATA(object);
            Ok(match ffi::PyUnicode_KIND(object) {
                ffi::PyUnicode_1BYTE_KIND => {
                    PyStringData::Ucs1(std::slice::from_raw_parts(start.cast(), len))
                }
                ffi::PyUnicode_2BYTE_KIND => {
                    PyStringData::Ucs2(std::slice::from_raw_parts(start.cast(), len))
                }
                _ => PyStringData::Ucs4(std::slice::from_raw_parts(start.cast(), len)),
            })
        }
    }
}

impl<'a> Borrowed<'a, '_, PyString> {
    #[inline]
    pub(crate) fn to_str(self) -> PyResult<&'a str> {
        let mut size = 0;
        // SAFETY: the object is a string, alive for `'a`. The result points to valid UTF-8 of `size` bytes that lives
        // inside it, or is NULL with an exception set.
        unsafe {
            let start = ffi::PyUnicode_AsUTF8AndSize(self.as_ptr(), &raw mut size);
            if start.is_null() {
                return Err(PyErr::fetch(self.py()));
            }
            Ok(str::from_utf8_unchecked(std::slice::from_raw_parts(
                start.cast(),
                size as usize,
            )))
        }
    }

    pub(crate) fn to_string_lossy(self) -> Cow<'a, str> {
        if let Ok(text) = self.to_str() {
            return Cow::Borrowed(text);
        }
        // SAFETY: the object is a string, the names are C strings; the result is a new reference to `bytes`, or NULL.
        let bytes: Bound<'_, PyBytes> = unsafe {
            let bytes = ffi::PyUnicode_AsEncodedString(
                self.as_ptr(),
                c"utf-8".as_ptr(),
                c"surrogatepass".as_ptr(),
            );
            Bound::from_owned_ptr(self.py(), bytes).cast_into_unchecked()
        };
        Cow::Owned(String::from_utf8_lossy(PyBytesMethods::as_bytes(&bytes)).into_owned())
    }
}

impl Py<PyString> {
    /// The text, as Rust reads it.
    ///
    /// # Errors
    /// A `UnicodeEncodeError` when there are lone surrogates.
    pub fn to_str<'a>(&'a self, py: Python<'_>) -> PyResult<&'a str> {
        self.bind_borrowed(py).to_str()
    }

    /// The same as [`to_str`](Self::to_str) with the CPython versions that are supported.
    ///
    /// # Errors
    /// As there.
    pub fn to_cow<'a>(&'a self, py: Python<'_>) -> PyResult<Cow<'a, str>> {
        self.to_str(py).map(Cow::Borrowed)
    }

    /// The text, with replacement characters in the place of lone surrogates.
    pub fn to_string_lossy<'a>(&'a self, py: Python<'_>) -> Cow<'a, str> {
        self.bind_borrowed(py).to_string_lossy()
    }
}

compare_with_unsized!(PyString, str, |text, value| text
    .to_str()
    .is_ok_and(|text| text == value));

/// The code points of a string, in the smallest integer that holds the greatest of them (PEP 393).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PyStringData<'a> {
    /// Latin-1.
    Ucs1(&'a [u8]),
    /// The first plane; lone surrogates may be among them.
    Ucs2(&'a [u16]),
    /// All planes; lone surrogates may be among them.
    Ucs4(&'a [u32]),
}

impl<'a> PyStringData<'a> {
    /// The memory of the code points.
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: integers have no padding, and every byte is a valid `u8`.
        unsafe {
            match self {
                Self::Ucs1(units) => units,
                Self::Ucs2(units) => {
                    std::slice::from_raw_parts(units.as_ptr().cast(), size_of_val(*units))
                }
                Self::Ucs4(units) => {
                    std::slice::from_raw_parts(units.as_ptr().cast(), size_of_val(*units))
                }
            }
        }
    }

    /// The size of one code point in bytes.
    pub fn value_width_bytes(&self) -> usize {
        match self {
            Self::Ucs1(_) => 1,
            Self::Ucs2(_) => 2,
            Self::Ucs4(_) => 4,
        }
    }

    fn code_points(self) -> impl Iterator<Item = u32> + 'a {
        let (one, two, four): (&[u8], &[u16], &[u32]) = match self {
            Self::Ucs1(units) => (units, &[], &[]),
            Self::Ucs2(units) => (&[], units, &[]),
            Self::Ucs4(units) => (&[], &[], units),
        };
        one.iter()
            .map(|&unit| unit.into())
            .chain(two.iter().map(|&unit| unit.into()))
            .chain(four.iter().copied())
    }

    /// The text.
    ///
    /// # Errors
    /// A `UnicodeDecodeError` when there is a code point that Rust's text cannot hold.
    pub fn to_string(self, _py: Python<'_>) -> PyResult<Cow<'a, str>> {
        if let Self::Ucs1(units) = self
            && units.is_ascii()
            && let Ok(text) = str::from_utf8(units)
        {
            return Ok(Cow::Borrowed(text));
        }
        let text: Option<String> = self.code_points().map(char::from_u32).collect();
        text.map(Cow::Owned).ok_or_else(|| {
            let codec = if matches!(self, Self::Ucs4(_)) {
                "utf-32"
            } else {
                "utf-16"
            };
            let (end, bytes) = (self.as_bytes().len(), self.as_bytes().to_vec());
            crate::exceptions::PyUnicodeDecodeError::new_err((
                codec,
                Bytes(bytes),
                0_usize,
                end,
                "invalid code point",
            ))
        })
    }

    /// The text, with replacement characters in the place of code points that Rust's text cannot hold.
    pub fn to_string_lossy(self) -> Cow<'a, str> {
        if let Self::Ucs1(units) = self
            && units.is_ascii()
            && let Ok(text) = str::from_utf8(units)
        {
            return Cow::Borrowed(text);
        }
        Cow::Owned(
            self.code_points()
                .map(|point| char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect(),
        )
    }
}

/// Bytes that become a Python `bytes` when the exception is made.
struct Bytes(Vec<u8>);

impl<'py> crate::IntoPyObject<'py> for Bytes {
    type Target = PyBytes;
    type Output = Bound<'py, PyBytes>;
    type Error = std::convert::Infallible;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PyBytes::new(py, &self.0))
    }
}
