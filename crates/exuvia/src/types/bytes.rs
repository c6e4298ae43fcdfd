//! `bytes`.

use std::ffi::c_char;
use std::io;
use std::ops::Index;
use std::slice::SliceIndex;

use crate::access;
use crate::convert::IntoPyObject;
use crate::err::{PyErr, PyResult};
use crate::exceptions::PyMemoryError;
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::types::ssize;

native_type! {
    /// Python's `bytes`: immutable, so that Rust can borrow what is inside.
    PyBytes = "bytes", &raw mut ffi::PyBytes_Type, is ffi::PyBytes_Check, exactly ffi::PyBytes_CheckExact
}

impl PyBytes {
    /// A copy of `s`.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn new<'p>(py: Python<'p>, s: &[u8]) -> Bound<'p, PyBytes> {
        // SAFETY: the slice is readable for its length, which is never more than `isize::MAX`.
        unsafe { Self::from_ptr(py, s.as_ptr(), s.len()) }
    }

    /// `len` bytes that `init` fills; they are zero before.
    ///
    /// # Errors
    /// Those of `init`; `MemoryError` when there is no memory.
    pub fn new_with<F>(py: Python<'_>, len: usize, init: F) -> PyResult<Bound<'_, PyBytes>>
    where
        F: FnOnce(&mut [u8]) -> PyResult<()>,
    {
        let bytes = Self::uninitialized(py, len)?;
        // SAFETY: the buffer has `len` bytes, and nobody else has seen the object.
        let buffer = unsafe {
            let start = access::bytes_start(bytes.as_ptr());
            start.write_bytes(0, len);
            std::slice::from_raw_parts_mut(start, len)
        };
        init(buffer)?;
        Ok(bytes)
    }

    /// A `bytes` whose contents are not set.
    fn uninitialized(py: Python<'_>, len: usize) -> PyResult<Bound<'_, PyBytes>> {
        // SAFETY: with NULL, CPython allocates and copies nothing. A size that is too large is refused with an
        // exception.
        unsafe {
            let bytes = ffi::PyBytes_FromStringAndSize(std::ptr::null(), ssize(len));
            Bound::from_owned_ptr_or_err(py, bytes).map(|bytes| bytes.cast_into_unchecked())
        }
    }

    /// The bytes that an iterator gives.
    ///
    /// # Panics
    /// When it gives fewer than its `len` says.
    pub(crate) fn from_exact_iter<I>(py: Python<'_>, items: I) -> PyResult<Bound<'_, PyBytes>>
    where
        I: ExactSizeIterator<Item = u8>,
    {
        let len = items.len();
        let bytes = Self::uninitialized(py, len)?;
        // SAFETY: the buffer has `len` bytes, and nobody else has seen the object.
        let start = unsafe { access::bytes_start(bytes.as_ptr()) };
        let mut filled = 0;
        for (index, item) in (0..len).zip(items) {
            // SAFETY: within the buffer.
            unsafe { start.add(index).write(item) };
            filled += 1;
        }
        assert_eq!(filled, len, "the iterator gave fewer bytes than its length");
        Ok(bytes)
    }

    /// The bytes that `write` writes, with room for `reserved_capacity` of them from the start.
    ///
    /// # Errors
    /// Those of `write`; `MemoryError` when there is no memory.
    pub fn new_with_writer<'py, F>(
        py: Python<'py>,
        reserved_capacity: usize,
        write: F,
    ) -> PyResult<Bound<'py, PyBytes>>
    where
        F: FnOnce(&mut PyBytesWriter<'py>) -> PyResult<()>,
    {
        let mut writer = PyBytesWriter {
            buffer: Vec::new(),
            py,
        };
        writer.reserve(reserved_capacity)?;
        write(&mut writer)?;
        writer.try_into()
    }

    /// A copy of `len` bytes at `ptr`.
    ///
    /// # Safety
    /// They must be readable.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub unsafe fn from_ptr(py: Python<'_>, ptr: *const u8, len: usize) -> Bound<'_, PyBytes> {
        // SAFETY: the caller's promise; the result is a new reference to a `bytes`, or NULL.
        unsafe {
            let bytes = ffi::PyBytes_FromStringAndSize(ptr.cast::<c_char>(), ssize(len));
            Bound::from_owned_ptr(py, bytes).cast_into_unchecked()
        }
    }
}

/// What can be done with a Python `bytes`.
pub trait PyBytesMethods<'py>: super::sealed::Sealed {
    /// The contents.
    fn as_bytes(&self) -> &[u8];
}

impl<'py> PyBytesMethods<'py> for Bound<'py, PyBytes> {
    #[inline]
    fn as_bytes(&self) -> &[u8] {
        self.as_borrowed().as_bytes()
    }
}

impl<'a> Borrowed<'a, '_, PyBytes> {
    #[inline]
    pub(crate) fn as_bytes(self) -> &'a [u8] {
        // SAFETY: the object is a `bytes`, alive for `'a` and never changed; the buffer is never NULL.
        unsafe {
            let start = access::bytes_start(self.as_ptr());
            std::slice::from_raw_parts(start, ffi::Py_SIZE(self.as_ptr()) as usize)
        }
    }
}

impl Py<PyBytes> {
    /// The contents.
    #[inline]
    pub fn as_bytes<'a>(&'a self, py: Python<'_>) -> &'a [u8] {
        self.bind_borrowed(py).as_bytes()
    }
}

/// A byte or a slice of them; panics outside of the contents.
impl<I: SliceIndex<[u8]>> Index<I> for Bound<'_, PyBytes> {
    type Output = I::Output;
    fn index(&self, index: I) -> &Self::Output {
        &self.as_bytes()[index]
    }
}

impl AsRef<[u8]> for Bound<'_, PyBytes> {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl<'a> AsRef<[u8]> for Borrowed<'a, '_, PyBytes> {
    fn as_ref(&self) -> &'a [u8] {
        Borrowed::as_bytes(*self)
    }
}

compare_with_unsized!(PyBytes, [u8], |bytes, value| bytes.as_bytes() == value);

/// Where the closure of [`PyBytes::new_with_writer`] writes to; also an [`io::Write`].
pub struct PyBytesWriter<'py> {
    buffer: Vec<u8>,
    py: Python<'py>,
}

impl PyBytesWriter<'_> {
    fn reserve(&mut self, additional: usize) -> PyResult<()> {
        self.buffer
            .try_reserve(additional)
            .map_err(|_| PyMemoryError::new_err(()))
    }

    /// Is there nothing written yet?
    pub fn is_empty(&self) -> bool {
        self.buffer.is_empty()
    }

    /// The number of bytes written.
    pub fn len(&self) -> usize {
        self.buffer.len()
    }

    /// Writes `bytes` behind what is there.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn write_bytes(&mut self, bytes: &[u8]) -> PyResult<()> {
        self.reserve(bytes.len())?;
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }
}

impl io::Write for PyBytesWriter<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.write_all(buf)?;
        Ok(buf.len())
    }

    fn write_all(&mut self, buf: &[u8]) -> io::Result<()> {
        Ok(self.write_bytes(buf)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'py> TryFrom<PyBytesWriter<'py>> for Bound<'py, PyBytes> {
    type Error = PyErr;
    fn try_from(writer: PyBytesWriter<'py>) -> Result<Self, Self::Error> {
        PyBytes::from_exact_iter(writer.py, writer.buffer.into_iter())
    }
}

impl<'py> IntoPyObject<'py> for PyBytesWriter<'py> {
    type Target = PyBytes;
    type Output = Bound<'py, PyBytes>;
    type Error = PyErr;
    fn into_pyobject(self, _py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.try_into()
    }
}
