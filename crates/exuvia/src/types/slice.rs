//! `slice`.

use std::convert::Infallible;

use crate::convert::IntoPyObject;
use crate::err::{PyErr, PyResult, error_on_minus_one};
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::types::PyRange;
use crate::types::range::PyRangeMethods;

native_type! {
    /// Python's `slice`.
    PySlice = "slice", &raw mut ffi::PySlice_Type, is ffi::PySlice_Check, exactly ffi::PySlice_Check
}

/// A slice, applied to a sequence of known length.
#[derive(Debug, Eq, PartialEq)]
pub struct PySliceIndices {
    /// The first index.
    pub start: isize,
    /// The index to stop before; -1 where a backward slice takes the first item too.
    pub stop: isize,
    /// From one item to the next.
    pub step: isize,
    /// The number of items.
    pub slicelength: usize,
}

impl PySliceIndices {
    /// The indices as given, with a `slicelength` of 0.
    pub fn new(start: isize, stop: isize, step: isize) -> PySliceIndices {
        PySliceIndices {
            start,
            stop,
            step,
            slicelength: 0,
        }
    }
}

impl PySlice {
    /// Python's `slice(start, stop, step)`.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn new(py: Python<'_>, start: isize, stop: isize, step: isize) -> Bound<'_, PySlice> {
        use crate::convert::infallible;
        let [start, stop, step] =
            [start, stop, step].map(|index| infallible(index.into_pyobject(py)));
        // SAFETY: all are alive; the result is a new reference to a slice, or NULL.
        unsafe {
            Bound::from_owned_ptr(
                py,
                ffi::PySlice_New(start.as_ptr(), stop.as_ptr(), step.as_ptr()),
            )
            .cast_into_unchecked()
        }
    }

    /// Python's `slice(None, None, None)`: everything.
    ///
    /// # Panics
    /// When there is no memory for it.
    pub fn full(py: Python<'_>) -> Bound<'_, PySlice> {
        use std::ptr::null_mut;
        // SAFETY: NULL stands for `None`; the result is a new reference to a slice, or NULL.
        unsafe {
            Bound::from_owned_ptr(py, ffi::PySlice_New(null_mut(), null_mut(), null_mut()))
                .cast_into_unchecked()
        }
    }
}

/// What can be done with a Python `slice`.
pub trait PySliceMethods<'py>: super::sealed::Sealed {
    /// The slice of a sequence of `length` items.
    ///
    /// # Errors
    /// A `ValueError` for a step of 0; a `TypeError` when an index is no integer.
    fn indices(&self, length: isize) -> PyResult<PySliceIndices>;
}

impl<'py> PySliceMethods<'py> for Bound<'py, PySlice> {
    fn indices(&self, length: isize) -> PyResult<PySliceIndices> {
        let (mut start, mut stop, mut step) = (0, 0, 0);
        // SAFETY: the object is a slice; the pointers are to integers of the right size. Unpacking may run `__index__`;
        // adjusting is plain arithmetic.
        unsafe {
            let answer =
                ffi::PySlice_Unpack(self.as_ptr(), &raw mut start, &raw mut stop, &raw mut step);
            error_on_minus_one(self.py(), answer)?;
            let count = ffi::PySlice_AdjustIndices(length, &raw mut start, &raw mut stop, step);
            Ok(PySliceIndices {
                start,
                stop,
                step,
                slicelength: count as usize,
            })
        }
    }
}

impl<'py> IntoPyObject<'py> for PySliceIndices {
    type Target = PySlice;
    type Output = Bound<'py, Self::Target>;
    type Error = Infallible;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        (&self).into_pyobject(py)
    }
}

impl<'py> IntoPyObject<'py> for &PySliceIndices {
    type Target = PySlice;
    type Output = Bound<'py, Self::Target>;
    type Error = Infallible;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PySlice::new(py, self.start, self.stop, self.step))
    }
}

impl<'py> TryFrom<Bound<'py, PyRange>> for Bound<'py, PySlice> {
    type Error = PyErr;
    fn try_from(range: Bound<'py, PyRange>) -> Result<Self, Self::Error> {
        Ok(PySlice::new(
            range.py(),
            range.start()?,
            range.stop()?,
            range.step()?,
        ))
    }
}
