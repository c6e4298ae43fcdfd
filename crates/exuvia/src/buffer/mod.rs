/*!
The buffer protocol: the memory of an object such as `bytes`, `bytearray`, `array.array`, a `memoryview` or a NumPy array,
read and written without conversion.

[`PyBuffer<T>`] is a view whose elements are known to be `T`: their format, size and alignment are checked once, when it is
made. [`PyUntypedBuffer`] is any view. The exporter keeps the memory in place as long as the view exists, and a view that
is dropped by a thread that is not attached is released by the next one that is.

The memory is shared: other views can write to it, from Python code, and from code that runs without being attached.
*/

mod element;
mod typed;

use std::ffi::{CStr, c_char, c_void};
use std::fmt;
use std::mem::ManuallyDrop;
use std::ptr::NonNull;

pub use self::element::{Element, ElementType, ReadOnlyCell};
pub use self::typed::PyBuffer;

use crate::PyResult;
use crate::err::PyErr;
use crate::exceptions::PyBufferError;
use crate::ffi;
use crate::instance::{Bound, pending};
use crate::marker::{Python, is_attached};
use crate::types::PyAny;

/// What a view consists of.
///
/// It stays where it was filled: exporters may keep pointers into `raw` (those of `bytes` do), and are given the same
/// address again when it is released.
pub(crate) struct View {
    raw: ffi::Py_buffer,
    /// The strides, of an exporter that gave none because its memory is contiguous (those of `ctypes` do not). `raw`
    /// points to them, until it is released.
    strides: Vec<isize>,
}

/// A view of an object's memory whose elements may be anything.
#[repr(transparent)]
pub struct PyUntypedBuffer(NonNull<View>);

// SAFETY: the structure does not change while the view exists; the memory it describes is only reached through raw
// pointers or with a token; releasing is left to an attached thread.
unsafe impl Send for PyUntypedBuffer {}
// SAFETY: as above.
unsafe impl Sync for PyUntypedBuffer {}

impl PyUntypedBuffer {
    /// Asks an object for its memory, with shape, strides and format.
    ///
    /// # Errors
    /// `TypeError` when the object has no buffer protocol; what its exporter raises, a `BufferError` as a rule.
    pub fn get(obj: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut view = Box::<View>::new_uninit();
        // SAFETY: the object is alive, and there is room for the structure, which the call fills when it answers 0.
        let mut view = unsafe {
            let place = view.as_mut_ptr();
            if ffi::PyObject_GetBuffer(obj.as_ptr(), &raw mut (*place).raw, ffi::PyBUF_FULL_RO) != 0
            {
                return Err(PyErr::fetch(obj.py()));
            }
            (&raw mut (*place).strides).write(Vec::new());
            PyUntypedBuffer(NonNull::from(Box::leak(view.assume_init())))
        };
        view.complete()?;
        Ok(view)
    }

    /// Sees to it that there are shape and strides, as the accessors expect.
    fn complete(&mut self) -> PyResult<()> {
        // SAFETY: nobody else has the view yet.
        let View { raw, strides } = unsafe { self.0.as_mut() };
        if raw.ndim > 0 && raw.shape.is_null() {
            return Err(PyBufferError::new_err("shape is null"));
        }
        if raw.ndim > 0 && raw.strides.is_null() {
            strides.resize(raw.ndim as usize, 0);
            let mut stride = raw.itemsize;
            for (dimension, place) in strides.iter_mut().enumerate().rev() {
                *place = stride;
                // SAFETY: the shape has a length for each dimension.
                stride *= unsafe { *raw.shape.add(dimension) };
            }
            raw.strides = strides.as_mut_ptr();
        }
        Ok(())
    }

    /// The same view, its elements known to be `T`.
    ///
    /// # Errors
    /// `BufferError` when their format, size or alignment is another.
    pub fn into_typed<T: Element>(self) -> PyResult<PyBuffer<T>> {
        self.expect_elements::<T>()?;
        Ok(PyBuffer::from_checked(self))
    }

    /// This view, its elements known to be `T`.
    ///
    /// # Errors
    /// As for [`into_typed`](Self::into_typed).
    pub fn as_typed<T: Element>(&self) -> PyResult<&PyBuffer<T>> {
        self.expect_elements::<T>()?;
        Ok(PyBuffer::from_checked_ref(self))
    }

    fn expect_elements<T: Element>(&self) -> PyResult<()> {
        let problem =
            if self.item_size() != size_of::<T>() || !T::is_compatible_format(self.format()) {
                "not compatible with"
            // An empty buffer may be anywhere.
            } else if self.len_bytes() != 0 && !self.buf_ptr().cast::<T>().is_aligned() {
                "insufficiently aligned for"
            } else {
                return Ok(());
            };
        Err(PyBufferError::new_err(format!(
            "buffer contents are {problem} {}",
            std::any::type_name::<T>()
        )))
    }

    #[inline(always)]
    fn raw(&self) -> &ffi::Py_buffer {
        // SAFETY: filled when this was made, and freed when it is dropped.
        unsafe { &self.0.as_ref().raw }
    }

    /// For functions that only read the structure, although some versions declare it mutable.
    #[inline(always)]
    fn raw_ptr(&self) -> *mut ffi::Py_buffer {
        // SAFETY: the view is alive; no reference is made.
        unsafe { &raw mut (*self.0.as_ptr()).raw }
    }

    /// Gives the memory back, with a token at hand; a plain drop does so too.
    pub fn release(self, _py: Python<'_>) {
        let view = ManuallyDrop::new(self);
        // SAFETY: the view is not used again, and the token shows that the thread is attached.
        unsafe { release(view.0) };
    }

    /// Where the memory begins.
    ///
    /// Others may write to it at any time when no thread is attached, or one that is not this: read it so that this is no
    /// data race.
    #[inline]
    pub fn buf_ptr(&self) -> *mut c_void {
        self.raw().buf
    }

    /// The object whose memory it is; `None` for an exporter that names none.
    #[inline]
    pub fn obj<'py>(&self, _py: Python<'py>) -> Option<&Bound<'py, PyAny>> {
        let owner = &raw const self.raw().obj;
        // SAFETY: the view holds a reference to the object, or NULL; a `Bound` is one pointer that is not NULL.
        unsafe {
            if (*owner).is_null() {
                None
            } else {
                Some(&*owner.cast::<Bound<'py, PyAny>>())
            }
        }
    }

    /// Where an item is; with fewer indices than dimensions, where the part begins that they select.
    ///
    /// # Panics
    /// When there are more indices than dimensions, or one is out of range.
    pub fn get_ptr(&self, indices: &[usize]) -> *mut c_void {
        let mut pointer = self.buf_ptr().cast::<u8>();
        for (dimension, (&index, &length)) in indices
            .iter()
            .zip(&self.shape()[..indices.len()])
            .enumerate()
        {
            assert!(
                index < length,
                "index {index} of dimension {dimension} is out of range: its length is {length}"
            );
            // SAFETY: the index is within the shape that the exporter has given, so that stride and suboffset lead to an
            // item (buffer protocol, "NumPy-style" and "PIL-style").
            unsafe {
                pointer = pointer.offset(index as isize * self.strides()[dimension]);
                if let Some(suboffsets) = self.suboffsets()
                    && suboffsets[dimension] >= 0
                {
                    pointer = pointer
                        .cast::<*mut u8>()
                        .read_unaligned()
                        .offset(suboffsets[dimension]);
                }
            }
        }
        pointer.cast()
    }

    /// Must the memory not be written to?
    #[inline]
    pub fn readonly(&self) -> bool {
        self.raw().readonly != 0
    }

    /// The size of an element in bytes.
    #[inline]
    pub fn item_size(&self) -> usize {
        self.raw().itemsize as usize
    }

    /// The number of elements.
    #[inline]
    pub fn item_count(&self) -> usize {
        // Formats of no size exist.
        self.len_bytes().checked_div(self.item_size()).unwrap_or(0)
    }

    /// The size of all elements together in bytes, which is that of the memory only where it is contiguous.
    #[inline]
    pub fn len_bytes(&self) -> usize {
        self.raw().len as usize
    }

    /// The number of dimensions; 0 for a single value.
    #[inline]
    pub fn dimensions(&self) -> usize {
        self.raw().ndim as usize
    }

    /// The length of each dimension.
    #[inline]
    pub fn shape(&self) -> &[usize] {
        // SAFETY: one for each dimension, none negative (buffer protocol); checked to be there in `get`.
        unsafe { self.per_dimension(self.raw().shape.cast::<usize>()) }
    }

    /// For each dimension, how many bytes lie between the beginnings of two elements; may be negative or zero.
    #[inline]
    pub fn strides(&self) -> &[isize] {
        // SAFETY: one for each dimension; checked to be there in `get`.
        unsafe { self.per_dimension(self.raw().strides) }
    }

    /// For each dimension, what is added after following the pointer that the memory holds there; negative where it holds
    /// none. `None` when it never does.
    #[inline]
    pub fn suboffsets(&self) -> Option<&[isize]> {
        let suboffsets = self.raw().suboffsets;
        // SAFETY: one for each dimension, where there are any (buffer protocol).
        (!suboffsets.is_null()).then(|| unsafe { self.per_dimension(suboffsets) })
    }

    /// # Safety
    /// `first` points to a number for each dimension, if there are dimensions.
    #[inline]
    unsafe fn per_dimension<T>(&self, first: *const T) -> &[T] {
        match self.dimensions() {
            0 => &[],
            // SAFETY: the caller's promise; the numbers live as long as the view.
            dimensions => unsafe { std::slice::from_raw_parts(first, dimensions) },
        }
    }

    /// What an element is, in the language of the `struct` module.
    #[inline]
    pub fn format(&self) -> &CStr {
        match self.raw().format.is_null() {
            // Buffer protocol: no format is that of unsigned bytes.
            true => c"B",
            // SAFETY: a C string that lives as long as the view.
            false => unsafe { CStr::from_ptr(self.raw().format) },
        }
    }

    /// Are the elements side by side, in the order of C (the last index varies fastest)?
    #[inline]
    pub fn is_c_contiguous(&self) -> bool {
        self.is_contiguous(b'C')
    }

    /// Are the elements side by side, in the order of Fortran (the first index varies fastest)?
    #[inline]
    pub fn is_fortran_contiguous(&self) -> bool {
        self.is_contiguous(b'F')
    }

    #[inline]
    fn is_contiguous(&self, order: u8) -> bool {
        // SAFETY: the structure is filled; the call only reads it.
        unsafe { ffi::PyBuffer_IsContiguous(self.raw_ptr(), order as c_char) != 0 }
    }
}

/// # Safety
/// The view is owned and not used again; the thread is attached.
pub(crate) unsafe fn release(view: NonNull<View>) {
    // SAFETY: the caller's promise; the view was made by `Box` and is freed once.
    unsafe {
        let mut view = Box::from_raw(view.as_ptr());
        if !view.strides.is_empty() {
            // As the exporter left it.
            view.raw.strides = std::ptr::null_mut();
        }
        ffi::PyBuffer_Release(&raw mut view.raw);
    }
}

impl Drop for PyUntypedBuffer {
    fn drop(&mut self) {
        if is_attached() {
            // SAFETY: attached, and the view ends here.
            unsafe { release(self.0) }
        } else {
            pending::give_up_buffer(self.0);
        }
    }
}

impl fmt::Debug for PyUntypedBuffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe("PyUntypedBuffer", f)
    }
}

impl PyUntypedBuffer {
    fn describe(&self, name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let raw = self.raw();
        f.debug_struct(name)
            .field("buf", &raw.buf)
            .field("obj", &raw.obj)
            .field("len", &raw.len)
            .field("itemsize", &raw.itemsize)
            .field("readonly", &raw.readonly)
            .field("ndim", &raw.ndim)
            .field("format", &self.format())
            .field("shape", &self.shape())
            .field("strides", &self.strides())
            .field("suboffsets", &self.suboffsets())
            .finish()
    }
}
