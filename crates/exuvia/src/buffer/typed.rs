//! A view whose elements have a Rust type.

use std::cell::Cell;
use std::ffi::c_char;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::PyResult;
use crate::buffer::{Element, PyUntypedBuffer, ReadOnlyCell};
use crate::convert::FromPyObject;
use crate::err::PyErr;
use crate::exceptions::PyBufferError;
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::PyAny;

/// A view of an object's memory whose elements are `T`.
///
/// As a parameter's type it takes every object with the buffer protocol whose elements match.
#[repr(transparent)]
pub struct PyBuffer<T>(PyUntypedBuffer, PhantomData<[T]>);

/// The order in which the elements of several dimensions are copied.
#[derive(Clone, Copy)]
enum Order {
    C = b'C' as isize,
    Fortran = b'F' as isize,
}

impl<T> PyBuffer<T> {
    /// The elements of the view have been found to be `T`.
    pub(super) fn from_checked(view: PyUntypedBuffer) -> Self {
        PyBuffer(view, PhantomData)
    }

    /// As [`from_checked`](Self::from_checked).
    pub(super) fn from_checked_ref(view: &PyUntypedBuffer) -> &Self {
        // SAFETY: both are the same pointer (`repr(transparent)`).
        unsafe { &*std::ptr::from_ref(view).cast() }
    }
}

impl<T: Element> PyBuffer<T> {
    /// Asks an object for its memory.
    ///
    /// # Errors
    /// `TypeError` when the object has no buffer protocol; `BufferError` when its elements are not `T`.
    pub fn get(obj: &Bound<'_, PyAny>) -> PyResult<Self> {
        PyUntypedBuffer::get(obj)?.into_typed()
    }

    /// The elements, where they are contiguous in the order of C.
    ///
    /// Reading them is sound while nobody else writes: as long as this thread stays attached and runs no Python code, only
    /// code that writes without being attached could.
    pub fn as_slice_ptr(&self) -> Option<NonNull<[T]>> {
        self.slice_if(self.is_c_contiguous())
    }

    /// The elements, where they are contiguous in the order of Fortran; see [`as_slice_ptr`](Self::as_slice_ptr).
    pub fn as_fortran_slice_ptr(&self) -> Option<NonNull<[T]>> {
        self.slice_if(self.is_fortran_contiguous())
    }

    fn slice_if(&self, contiguous: bool) -> Option<NonNull<[T]>> {
        if !contiguous {
            return None;
        }
        let first = match self.item_count() {
            // An empty buffer may be anywhere, and nowhere.
            0 => NonNull::dangling(),
            _ => NonNull::new(self.buf_ptr().cast::<T>())?,
        };
        Some(NonNull::slice_from_raw_parts(first, self.item_count()))
    }

    /// The elements, where they are contiguous in the order of C.
    #[deprecated(
        since = "0.1.0",
        note = "unsound when others write while they are detached, as PyO3 0.30 says of its own; use `as_slice_ptr` or `to_vec`"
    )]
    pub fn as_slice<'a>(&'a self, _py: Python<'a>) -> Option<&'a [ReadOnlyCell<T>]> {
        // SAFETY: a cell has the layout of its element; the view keeps the memory, and the token keeps attached threads away.
        self.as_slice_ptr()
            .map(|elements| unsafe { &*(elements.as_ptr() as *const [ReadOnlyCell<T>]) })
    }

    /// The elements, where they are contiguous in the order of C and may be written.
    #[deprecated(
        since = "0.1.0",
        note = "unsound when others read or write while they are detached, as PyO3 0.30 says of its own; use `as_slice_ptr` or `copy_from_slice`"
    )]
    pub fn as_mut_slice<'a>(&'a self, _py: Python<'a>) -> Option<&'a [Cell<T>]> {
        if self.readonly() {
            return None;
        }
        // SAFETY: as in `as_slice`.
        self.as_slice_ptr()
            .map(|elements| unsafe { &*(elements.as_ptr() as *const [Cell<T>]) })
    }

    /// The elements, where they are contiguous in the order of Fortran.
    #[deprecated(
        since = "0.1.0",
        note = "unsound when others write while they are detached, as PyO3 0.30 says of its own; use `as_fortran_slice_ptr` or `to_fortran_vec`"
    )]
    pub fn as_fortran_slice<'a>(&'a self, _py: Python<'a>) -> Option<&'a [ReadOnlyCell<T>]> {
        // SAFETY: as in `as_slice`.
        self.as_fortran_slice_ptr()
            .map(|elements| unsafe { &*(elements.as_ptr() as *const [ReadOnlyCell<T>]) })
    }

    /// The elements, where they are contiguous in the order of Fortran and may be written.
    #[deprecated(
        since = "0.1.0",
        note = "unsound when others read or write while they are detached, as PyO3 0.30 says of its own; use `as_fortran_slice_ptr` or `copy_from_fortran_slice`"
    )]
    pub fn as_fortran_mut_slice<'a>(&'a self, _py: Python<'a>) -> Option<&'a [Cell<T>]> {
        if self.readonly() {
            return None;
        }
        // SAFETY: as in `as_slice`.
        self.as_fortran_slice_ptr()
            .map(|elements| unsafe { &*(elements.as_ptr() as *const [Cell<T>]) })
    }

    /// Copies the elements to a slice of the same length, in the order of C.
    ///
    /// # Errors
    /// `BufferError` when the slice is of another length.
    pub fn copy_to_slice(&self, py: Python<'_>, target: &mut [T]) -> PyResult<()> {
        self.copy_out(py, target, Order::C)
    }

    /// Copies the elements to a slice of the same length, in the order of Fortran.
    ///
    /// # Errors
    /// `BufferError` when the slice is of another length.
    pub fn copy_to_fortran_slice(&self, py: Python<'_>, target: &mut [T]) -> PyResult<()> {
        self.copy_out(py, target, Order::Fortran)
    }

    fn copy_out(&self, py: Python<'_>, target: &mut [T], order: Order) -> PyResult<()> {
        self.expect_length(target.len(), "to")?;
        // SAFETY: there is room for all elements.
        unsafe { self.copy_to(py, target.as_mut_ptr(), order) }
    }

    /// The elements in a vector, in the order of C.
    ///
    /// # Errors
    /// What CPython's copying raises, `MemoryError` for one.
    pub fn to_vec(&self, py: Python<'_>) -> PyResult<Vec<T>> {
        self.copied(py, Order::C)
    }

    /// The elements in a vector, in the order of Fortran.
    ///
    /// # Errors
    /// As for [`to_vec`](Self::to_vec).
    pub fn to_fortran_vec(&self, py: Python<'_>) -> PyResult<Vec<T>> {
        self.copied(py, Order::Fortran)
    }

    fn copied(&self, py: Python<'_>, order: Order) -> PyResult<Vec<T>> {
        let count = self.item_count();
        let mut elements = Vec::with_capacity(count);
        // SAFETY: there is room for all elements, which the call has filled when it succeeds.
        unsafe {
            self.copy_to(py, elements.as_mut_ptr(), order)?;
            elements.set_len(count);
        }
        Ok(elements)
    }

    /// # Safety
    /// `target` has room for all elements.
    unsafe fn copy_to(&self, py: Python<'_>, target: *mut T, order: Order) -> PyResult<()> {
        // SAFETY: the caller's promise; the view is filled, and the thread attached.
        let status = unsafe {
            ffi::PyBuffer_ToContiguous(
                target.cast(),
                self.raw_ptr(),
                self.len_bytes() as isize,
                order as u8 as c_char,
            )
        };
        finished(py, status)
    }

    /// Copies a slice of the same length, in the order of C, to the memory.
    ///
    /// # Errors
    /// `BufferError` when the slice is of another length, or the memory must not be written to.
    pub fn copy_from_slice(&self, py: Python<'_>, source: &[T]) -> PyResult<()> {
        self.copy_in(py, source, Order::C)
    }

    /// Copies a slice of the same length, in the order of Fortran, to the memory.
    ///
    /// # Errors
    /// As for [`copy_from_slice`](Self::copy_from_slice).
    pub fn copy_from_fortran_slice(&self, py: Python<'_>, source: &[T]) -> PyResult<()> {
        self.copy_in(py, source, Order::Fortran)
    }

    fn copy_in(&self, py: Python<'_>, source: &[T], order: Order) -> PyResult<()> {
        if self.readonly() {
            return Err(PyBufferError::new_err("cannot write to read-only buffer"));
        }
        self.expect_length(source.len(), "from")?;
        // SAFETY: the view is filled and may be written to, and the slice is as long as is said. The source is only read,
        // whatever the declaration of older versions says.
        let status = unsafe {
            ffi::PyBuffer_FromContiguous(
                self.raw_ptr(),
                source.as_ptr().cast_mut().cast(),
                self.len_bytes() as isize,
                order as u8 as c_char,
            )
        };
        finished(py, status)
    }

    fn expect_length(&self, len: usize, direction: &str) -> PyResult<()> {
        if len == self.item_count() {
            return Ok(());
        }
        Err(PyBufferError::new_err(format!(
            "slice to copy {direction} (of length {len}) does not match buffer length of {}",
            self.item_count()
        )))
    }
}

/// The exception that a failed call has set.
fn finished(py: Python<'_>, status: i32) -> PyResult<()> {
    match status {
        0 => Ok(()),
        _ => Err(PyErr::fetch(py)),
    }
}

impl<T: Element> FromPyObject<'_, '_> for PyBuffer<T> {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        PyBuffer::get(&obj)
    }
}

impl<T> Deref for PyBuffer<T> {
    type Target = PyUntypedBuffer;
    fn deref(&self) -> &PyUntypedBuffer {
        &self.0
    }
}

impl<T> fmt::Debug for PyBuffer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.describe("PyBuffer", f)
    }
}
