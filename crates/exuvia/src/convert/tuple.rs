//! Tuples, of up to twelve elements, and `()`.

use std::convert::Infallible;

use crate::PyResult;
use crate::convert::{FromPyObject, IntoPyObject, IntoPyObjectExt};
use crate::err::PyErr;
use crate::exceptions::PyValueError;
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::tuple::PyTupleMethods;
use crate::types::{PyAny, PyTuple};

/// The empty tuple; as the result of a function, `None`.
impl<'py> IntoPyObject<'py> for () {
    type Target = PyTuple;
    type Output = Bound<'py, PyTuple>;
    type Error = Infallible;

    #[inline]
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PyTuple::empty(py))
    }

    #[inline]
    fn into_result(self, py: Python<'py>) -> PyResult<*mut ffi::PyObject> {
        Ok(py.None().into_ptr())
    }
}

/// The items of a tuple of exactly `len`.
pub(crate) fn tuple_of_len<'a, 'py>(
    obj: Borrowed<'a, 'py, PyAny>,
    len: usize,
) -> PyResult<Borrowed<'a, 'py, PyTuple>> {
    let tuple = obj.cast::<PyTuple>()?;
    let actual = PyTupleMethods::len(&*tuple);
    if actual != len {
        return Err(PyValueError::new_err(format!(
            "expected tuple of length {len}, but got tuple of length {actual}"
        )));
    }
    Ok(tuple)
}

macro_rules! tuple {
    ($len:literal: $($element:ident $index:tt),+) => {
        impl<'py, $($element: IntoPyObject<'py>),+> IntoPyObject<'py> for ($($element,)+) {
            type Target = PyTuple;
            type Output = Bound<'py, PyTuple>;
            type Error = PyErr;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                PyTuple::from_array(py, [$(self.$index.into_bound_py_any(py)?),+])
            }
        }

        impl<'a, 'py, $($element),+> IntoPyObject<'py> for &'a ($($element,)+)
        where
            $(&'a $element: IntoPyObject<'py>,)+
        {
            type Target = PyTuple;
            type Output = Bound<'py, PyTuple>;
            type Error = PyErr;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                PyTuple::from_array(py, [$((&self.$index).into_bound_py_any(py)?),+])
            }
        }

        impl<'a, 'py, $($element: FromPyObject<'a, 'py>),+> FromPyObject<'a, 'py> for ($($element,)+) {
            type Error = PyErr;
            fn extract(obj: Borrowed<'a, 'py, PyAny>) -> Result<Self, Self::Error> {
                let tuple = tuple_of_len(obj, $len)?;
                // SAFETY: the tuple has this many items.
                Ok(($(unsafe { tuple.item_unchecked($index) }.extract().map_err(Into::into)?,)+))
            }
        }
    };
}

tuple!(1: A 0);
tuple!(2: A 0, B 1);
tuple!(3: A 0, B 1, C 2);
tuple!(4: A 0, B 1, C 2, D 3);
tuple!(5: A 0, B 1, C 2, D 3, E 4);
tuple!(6: A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(7: A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
tuple!(9: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8);
tuple!(10: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9);
tuple!(11: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10);
tuple!(12: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, L 11);
