/*!
Conversions between Rust values and Python objects: [`FromPyObject`] in, [`IntoPyObject`] out, one file for each family
of types.

Exact built-in types take a direct path (items of a list by index, floats by their field); everything else goes through
the protocol that Python itself would use, with the same errors.
*/

mod address;
mod cell;
mod collections;
#[doc(hidden)]
pub mod derived;
mod float;
mod foreign;
mod instance;
mod int;
mod option;
mod path;
#[cfg(not(for_speed))]
mod scalar;
mod sequence;
mod text;
mod time;
mod tuple;

use std::convert::Infallible;

use crate::PyResult;
use crate::err::PyErr;
use crate::ffi;
use crate::instance::{Borrowed, Bound, BoundObject, Py};
use crate::marker::Python;
use crate::types::PyAny;

pub(crate) use self::int::check_digits;
#[cfg(not(for_speed))]
pub(crate) use self::scalar::Scalar;
#[cfg(not(for_speed))]
pub use self::scalar::Word;
pub(crate) use self::seal::AtRest;

mod seal {
    /// Marks a method that is this crate's own business.
    #[derive(Clone, Copy)]
    pub struct AtRest;
}

/// From a Python object to a Rust value, which may borrow from the object for `'a`.
pub trait FromPyObject<'a, 'py>: Sized {
    /// What a failed conversion gives.
    type Error: Into<PyErr>;

    /// Converts.
    ///
    /// # Errors
    /// When the object is not of a suitable type or its value does not fit.
    fn extract(obj: Borrowed<'a, 'py, PyAny>) -> Result<Self, Self::Error>;

    /// The value, if the object is of the exact built-in type and reading it runs no Python code and sets no exception.
    ///
    /// Items of a list are read in this way first, for it needs no counted reference: nothing can take the item away
    /// meanwhile. Since that rests on what this promises, only this crate can implement it: no other can name
    /// `AtRest`.
    #[doc(hidden)]
    #[inline]
    fn extract_at_rest(_obj: Borrowed<'_, 'py, PyAny>, _: AtRest) -> Option<Self> {
        None
    }

    /// The elements of a `bytes` or `bytearray`, for `Vec<u8>` and `[u8; N]`; `None` for every other element type.
    #[doc(hidden)]
    #[inline]
    fn vec_from_bytes(_obj: Borrowed<'_, 'py, PyAny>) -> Option<PyResult<Vec<Self>>> {
        None
    }

    /// The time zone in which a naive `datetime` is local time, for `chrono::Local`; `None` for every other type.
    #[doc(hidden)]
    #[cfg(feature = "chrono-local")]
    #[inline]
    fn local_time_zone(_: AtRest) -> Option<Self> {
        None
    }
}

/// Conversions that borrow nothing from the object.
pub trait FromPyObjectOwned<'py>: for<'a> FromPyObject<'a, 'py> {}
impl<'py, T> FromPyObjectOwned<'py> for T where T: for<'a> FromPyObject<'a, 'py> {}

/// From a Rust value to a Python object.
pub trait IntoPyObject<'py>: Sized {
    /// The Python type of the result.
    type Target;
    /// `Bound` for a new object, `Borrowed` where one exists already.
    type Output: BoundObject<'py, Self::Target>;
    /// What a failed conversion gives; [`Infallible`] where none can fail.
    type Error: Into<PyErr>;

    /// Converts.
    ///
    /// # Errors
    /// When there is no such Python object, or no memory for it.
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error>;

    /// The object that a function returning this value gives to Python, or NULL with an exception set. The same as
    /// `into_pyobject`, but for `()`, which is an empty tuple as a value and `None` as a result.
    #[doc(hidden)]
    #[inline]
    fn into_result(self, py: Python<'py>) -> PyResult<*mut ffi::PyObject> {
        match self.into_pyobject(py) {
            Ok(object) => Ok(object.into_ptr()),
            Err(error) => Err(error.into()),
        }
    }

    /// The answer of `__next__`: NULL without an exception set ends the iteration, which `Option::None` does.
    #[doc(hidden)]
    #[inline]
    fn into_next(self, py: Python<'py>) -> PyResult<*mut ffi::PyObject> {
        self.into_result(py)
    }

    /// A `Vec` of these as a Python object: a list, but `bytes` for `u8`.
    #[doc(hidden)]
    #[inline]
    fn sequence_into_pyobject<I>(items: I, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>
    where
        I: ExactSizeIterator<Item = Self>,
    {
        sequence::new_list(py, items)
    }

    /// A borrowed slice of these as a Python object, for element types that know better than item by item.
    #[doc(hidden)]
    #[inline]
    fn bytes_into_pyobject(_items: &[Self], _py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        None
    }
}

/// Shorthands on everything that converts.
pub trait IntoPyObjectExt<'py>: IntoPyObject<'py> {
    /// Converts, and forgets the type.
    ///
    /// # Errors
    /// Those of the conversion.
    #[inline]
    fn into_bound_py_any(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.into_pyobject(py) {
            Ok(object) => Ok(object.into_any().into_bound()),
            Err(error) => Err(error.into()),
        }
    }

    /// Converts, and forgets the type and the token.
    ///
    /// # Errors
    /// Those of the conversion.
    #[inline]
    fn into_py_any(self, py: Python<'py>) -> PyResult<Py<PyAny>> {
        self.into_bound_py_any(py).map(Bound::unbind)
    }

    /// Converts, with the error as a `PyErr`.
    ///
    /// # Errors
    /// Those of the conversion.
    #[inline]
    fn into_pyobject_or_pyerr(self, py: Python<'py>) -> PyResult<Self::Output> {
        self.into_pyobject(py).map_err(Into::into)
    }
}

impl<'py, T: IntoPyObject<'py>> IntoPyObjectExt<'py> for T {}

/// The value of a conversion that cannot fail.
#[inline(always)]
pub(crate) fn infallible<T>(result: Result<T, Infallible>) -> T {
    match result {
        Ok(value) => value,
        Err(never) => match never {},
    }
}
