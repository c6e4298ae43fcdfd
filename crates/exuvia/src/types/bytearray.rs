//! `bytearray`.

use crate::err::{PyErr, PyResult, error_on_minus_one};
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::types::{PyAny, ssize};

native_type! {
    /// Python's `bytearray`.
    PyByteArray = "bytearray", &raw mut ffi::PyByteArray_Type,
    is ffi::PyByteArray_Check, exactly ffi::PyByteArray_CheckExact
}

impl PyByteArray {
    /// A copy of `src`.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn new<'py>(py: Python<'py>, src: &[u8]) -> Bound<'py, PyByteArray> {
        // SAFETY: the slice is readable for its length; the result is a new reference to a `bytearray`, or NULL.
        unsafe {
            let array = ffi::PyByteArray_FromStringAndSize(src.as_ptr().cast(), ssize(src.len()));
            Bound::from_owned_ptr(py, array).cast_into_unchecked()
        }
    }

    /// `len` bytes that `init` fills; they are zero before.
    ///
    /// # Errors
    /// Those of `init`; `MemoryError` when there is no memory.
    pub fn new_with<F>(py: Python<'_>, len: usize, init: F) -> PyResult<Bound<'_, PyByteArray>>
    where
        F: FnOnce(&mut [u8]) -> PyResult<()>,
    {
        // SAFETY: with NULL, CPython allocates and copies nothing; it refuses a size that is too large. The buffer has
        // `len` bytes, and nobody else has seen the object.
        unsafe {
            let array: Bound<'_, PyByteArray> = Bound::from_owned_ptr_or_err(
                py,
                ffi::PyByteArray_FromStringAndSize(std::ptr::null(), ssize(len)),
            )?
            .cast_into_unchecked();
            let start = array.data();
            start.write_bytes(0, len);
            init(std::slice::from_raw_parts_mut(start, len))?;
            Ok(array)
        }
    }

    /// A copy of an object that has the buffer protocol.
    ///
    /// # Errors
    /// A `TypeError` when it has not.
    pub fn from<'py>(src: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyByteArray>> {
        // SAFETY: the object is alive; the result is a new reference to a `bytearray`, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(src.py(), ffi::PyByteArray_FromObject(src.as_ptr()))
                .map(|array| array.cast_into_unchecked())
        }
    }
}

/// What can be done with a Python `bytearray`.
///
/// Its contents move and change whenever Python code runs, so references into it are in your care.
pub trait PyByteArrayMethods<'py>: super::sealed::Sealed {
    /// The number of bytes.
    fn len(&self) -> usize;

    /// Are there none?
    fn is_empty(&self) -> bool;

    /// The start of the contents; valid until the array is resized.
    fn data(&self) -> *mut u8;

    /// The contents.
    ///
    /// # Safety
    /// While the slice lives, no Python code may run that changes the array: do not call into Python, do not drop
    /// references, do not detach.
    unsafe fn as_bytes(&self) -> &[u8];

    /// The contents, to change.
    ///
    /// # Safety
    /// As for [`as_bytes`](Self::as_bytes), and no other slice of the same array may live.
    #[allow(clippy::mut_from_ref, reason = "the safety rule is the caller's")]
    unsafe fn as_bytes_mut(&self) -> &mut [u8];

    /// A copy of the contents.
    fn to_vec(&self) -> Vec<u8>;

    /// Makes it longer (with arbitrary bytes) or shorter.
    ///
    /// # Errors
    /// `MemoryError`; `BufferError` while a memoryview looks at it.
    fn resize(&self, len: usize) -> PyResult<()>;
}

impl<'py> PyByteArrayMethods<'py> for Bound<'py, PyByteArray> {
    #[inline]
    fn len(&self) -> usize {
        // SAFETY: the object is a `bytearray`.
        unsafe { ffi::PyByteArray_Size(self.as_ptr()) as usize }
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    fn data(&self) -> *mut u8 {
        // SAFETY: the object is a `bytearray`; the result is never NULL.
        unsafe { ffi::PyByteArray_AsString(self.as_ptr()).cast() }
    }

    unsafe fn as_bytes(&self) -> &[u8] {
        // SAFETY: the caller keeps the contents in place.
        unsafe { std::slice::from_raw_parts(self.data(), self.len()) }
    }

    unsafe fn as_bytes_mut(&self) -> &mut [u8] {
        // SAFETY: the caller keeps the contents in place and takes no other slice.
        unsafe { std::slice::from_raw_parts_mut(self.data(), self.len()) }
    }

    fn to_vec(&self) -> Vec<u8> {
        super::with_critical_section(self.as_any(), || {
            // SAFETY: no Python code runs while the contents are copied.
            unsafe { self.as_bytes() }.to_vec()
        })
    }

    fn resize(&self, len: usize) -> PyResult<()> {
        // SAFETY: the object is a `bytearray`.
        error_on_minus_one(self.py(), unsafe {
            ffi::PyByteArray_Resize(self.as_ptr(), ssize(len))
        })
    }
}

impl<'py> TryFrom<&Bound<'py, PyAny>> for Bound<'py, PyByteArray> {
    type Error = PyErr;
    fn try_from(value: &Bound<'py, PyAny>) -> Result<Self, Self::Error> {
        PyByteArray::from(value)
    }
}
