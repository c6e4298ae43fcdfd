/*!
Getters of fields (`#[pyo3(get)]`).

A field is converted through a reference where its type allows it, and through a clone otherwise. Rust tries the methods
that need fewer references first, which makes `ByReference` win where both apply.
*/

use std::marker::PhantomData;

use crate::convert::IntoPyObject;
use crate::err::PyResult;
use crate::ffi;
use crate::marker::Python;
use crate::types::PyTuple;

/// A field of type `T`, to call `get` on.
pub struct Field<T>(PhantomData<T>);

impl<T> Field<T> {
    /// Of whatever type `_value` has.
    #[inline(always)]
    pub fn of(_value: &T) -> Self {
        Field(PhantomData)
    }
}

impl Field<()> {
    /// An empty tuple, which as the result of a function is `None`.
    ///
    /// # Errors
    /// None.
    pub fn get(&self, _value: &(), py: Python<'_>) -> PyResult<*mut ffi::PyObject> {
        Ok(PyTuple::empty(py).into_ptr())
    }
}

/// Converts `&T`.
pub trait ByReference<'a, 'py, T: 'a> {
    /// A new reference to the field's value.
    ///
    /// # Errors
    /// Those of the conversion.
    fn get(&self, value: &'a T, py: Python<'py>) -> PyResult<*mut ffi::PyObject>;
}

impl<'a, 'py, T: 'a> ByReference<'a, 'py, T> for Field<T>
where
    &'a T: IntoPyObject<'py>,
{
    #[inline(always)]
    fn get(&self, value: &'a T, py: Python<'py>) -> PyResult<*mut ffi::PyObject> {
        value.into_result(py)
    }
}

/// Converts a clone of `T`.
pub trait ByClone<'py, T> {
    /// A new reference to the field's value.
    ///
    /// # Errors
    /// Those of the conversion.
    fn get(&self, value: &T, py: Python<'py>) -> PyResult<*mut ffi::PyObject>;
}

impl<'py, T: Clone + IntoPyObject<'py>> ByClone<'py, T> for &Field<T> {
    #[inline(always)]
    fn get(&self, value: &T, py: Python<'py>) -> PyResult<*mut ffi::PyObject> {
        value.clone().into_result(py)
    }
}
