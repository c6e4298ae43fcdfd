//! Text and bytes of Python objects that Rust can keep and share without copying them.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::convert::Infallible;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::PyTypeInfo;
use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{CastError, PyErr, panic_with};
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::types::bytearray::PyByteArrayMethods;
use crate::types::bytes::PyBytesMethods;
use crate::types::{PyAny, PyByteArray, PyBytes, PyString, PyTuple};

/// The text of a Python `str`, which it keeps alive: a `&str` without a lifetime.
#[cfg_attr(feature = "py-clone", derive(Clone))]
pub struct PyBackedStr {
    storage: Py<PyString>,
    data: NonNull<str>,
}

/// The bytes of a Python `bytes`, which it keeps alive, or a copy of those of a `bytearray`, which could change.
#[cfg_attr(feature = "py-clone", derive(Clone))]
pub struct PyBackedBytes {
    storage: Storage,
    data: NonNull<[u8]>,
}

#[cfg_attr(feature = "py-clone", derive(Clone))]
enum Storage {
    Python(Py<PyBytes>),
    Rust(Arc<[u8]>),
}

// SAFETY: the data never changes and is read without a token; `Py` and `Arc` may be sent and shared.
unsafe impl Send for PyBackedStr {}
// SAFETY: as above.
unsafe impl Sync for PyBackedStr {}
// SAFETY: as above.
unsafe impl Send for PyBackedBytes {}
// SAFETY: as above.
unsafe impl Sync for PyBackedBytes {}

impl PyBackedStr {
    /// Another owner of the same text.
    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        PyBackedStr {
            storage: self.storage.clone_ref(py),
            data: self.data,
        }
    }

    /// The text.
    #[inline]
    pub fn as_str(&self) -> &str {
        self
    }

    /// The Python string.
    #[inline]
    pub fn as_py_str(&self) -> &Py<PyString> {
        &self.storage
    }
}

impl PyBackedBytes {
    /// Another owner of the same bytes.
    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        let storage = match &self.storage {
            Storage::Python(bytes) => Storage::Python(bytes.clone_ref(py)),
            Storage::Rust(bytes) => Storage::Rust(Arc::clone(bytes)),
        };
        PyBackedBytes {
            storage,
            data: self.data,
        }
    }
}

impl Deref for PyBackedStr {
    type Target = str;
    #[inline]
    fn deref(&self) -> &str {
        // SAFETY: the UTF-8 form of a string lives as long as the string, which is kept.
        unsafe { self.data.as_ref() }
    }
}

impl Deref for PyBackedBytes {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        // SAFETY: the bytes live as long as their storage, and never change.
        unsafe { self.data.as_ref() }
    }
}

/// The error is a `UnicodeEncodeError`, for a string with lone surrogates.
impl TryFrom<Bound<'_, PyString>> for PyBackedStr {
    type Error = PyErr;
    fn try_from(string: Bound<'_, PyString>) -> Result<Self, Self::Error> {
        let data = NonNull::from(string.as_borrowed().to_str()?);
        Ok(PyBackedStr {
            storage: string.unbind(),
            data,
        })
    }
}

impl From<Bound<'_, PyBytes>> for PyBackedBytes {
    fn from(bytes: Bound<'_, PyBytes>) -> Self {
        let data = NonNull::from(bytes.as_bytes());
        PyBackedBytes {
            storage: Storage::Python(bytes.unbind()),
            data,
        }
    }
}

impl From<Bound<'_, PyByteArray>> for PyBackedBytes {
    fn from(bytes: Bound<'_, PyByteArray>) -> Self {
        let bytes: Arc<[u8]> = bytes.to_vec().into();
        PyBackedBytes {
            data: NonNull::from(&*bytes),
            storage: Storage::Rust(bytes),
        }
    }
}

impl FromPyObject<'_, '_> for PyBackedStr {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        obj.cast::<PyString>()?.to_owned().try_into()
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for PyBackedBytes {
    type Error = CastError<'a, 'py>;
    fn extract(obj: Borrowed<'a, 'py, PyAny>) -> Result<Self, Self::Error> {
        if let Ok(bytes) = obj.cast::<PyBytes>() {
            return Ok(bytes.to_owned().into());
        }
        if let Ok(bytes) = obj.cast::<PyByteArray>() {
            return Ok(bytes.to_owned().into());
        }
        let py = obj.py();
        let expected = [PyBytes::type_object(py), PyByteArray::type_object(py)];
        let expected = PyTuple::new(py, expected)
            .unwrap_or_else(|error| panic_with(py, "a tuple of two types", error));
        Err(CastError::new(obj, expected.into_any()))
    }
}

impl<'py> IntoPyObject<'py> for PyBackedStr {
    type Target = PyString;
    type Output = Bound<'py, PyString>;
    type Error = Infallible;
    #[inline]
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(self.storage.into_bound(py))
    }
}

impl<'py> IntoPyObject<'py> for &PyBackedStr {
    type Target = PyString;
    type Output = Bound<'py, PyString>;
    type Error = Infallible;
    #[inline]
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(self.storage.bind(py).clone())
    }
}

impl<'py> IntoPyObject<'py> for PyBackedBytes {
    type Target = PyBytes;
    type Output = Bound<'py, PyBytes>;
    type Error = Infallible;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        match self.storage {
            Storage::Python(bytes) => Ok(bytes.into_bound(py)),
            Storage::Rust(bytes) => Ok(PyBytes::new(py, &bytes)),
        }
    }
}

impl<'py> IntoPyObject<'py> for &PyBackedBytes {
    type Target = PyBytes;
    type Output = Bound<'py, PyBytes>;
    type Error = Infallible;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.clone_ref(py).into_pyobject(py)
    }
}

impl fmt::Display for PyBackedStr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl AsRef<str> for PyBackedStr {
    #[inline]
    fn as_ref(&self) -> &str {
        self
    }
}

impl AsRef<[u8]> for PyBackedStr {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl AsRef<[u8]> for PyBackedBytes {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// What looks up a `PyBackedStr` among the keys of a map by a `&str`: both compare and hash alike.
impl Borrow<str> for PyBackedStr {
    #[inline]
    fn borrow(&self) -> &str {
        self
    }
}

/// Compares, orders, hashes and shows as the data does.
macro_rules! like_its_data {
    ($($backed:ident $data:ty;)*) => {$(
        impl fmt::Debug for $backed {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&**self, f)
            }
        }

        impl PartialEq for $backed {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                **self == **other
            }
        }

        impl PartialEq<$data> for $backed {
            #[inline]
            fn eq(&self, other: &$data) -> bool {
                **self == *other
            }
        }

        impl PartialEq<&$data> for $backed {
            #[inline]
            fn eq(&self, other: &&$data) -> bool {
                **self == **other
            }
        }

        impl PartialEq<$backed> for $data {
            #[inline]
            fn eq(&self, other: &$backed) -> bool {
                *self == **other
            }
        }

        impl PartialEq<$backed> for &$data {
            #[inline]
            fn eq(&self, other: &$backed) -> bool {
                **self == **other
            }
        }

        impl Eq for $backed {}

        impl PartialOrd for $backed {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        impl PartialOrd<$data> for $backed {
            #[inline]
            fn partial_cmp(&self, other: &$data) -> Option<Ordering> {
                (**self).partial_cmp(other)
            }
        }

        impl PartialOrd<$backed> for $data {
            #[inline]
            fn partial_cmp(&self, other: &$backed) -> Option<Ordering> {
                self.partial_cmp(&**other)
            }
        }

        impl Ord for $backed {
            #[inline]
            fn cmp(&self, other: &Self) -> Ordering {
                (**self).cmp(&**other)
            }
        }

        impl Hash for $backed {
            #[inline]
            fn hash<H: Hasher>(&self, state: &mut H) {
                (**self).hash(state)
            }
        }
    )*};
}
like_its_data! {
    PyBackedStr str;
    PyBackedBytes [u8];
}

macro_rules! compare_arrays {
    ($([$($reference:tt)?])*) => {$(
        impl<const N: usize> PartialEq<$($reference)? [u8; N]> for PyBackedBytes {
            #[inline]
            fn eq(&self, other: &$($reference)? [u8; N]) -> bool {
                **self == other[..]
            }
        }

        impl<const N: usize> PartialEq<PyBackedBytes> for $($reference)? [u8; N] {
            #[inline]
            fn eq(&self, other: &PyBackedBytes) -> bool {
                self[..] == **other
            }
        }
    )*};
}
compare_arrays!([] [&]);
