//! Arguments read as the exact Python type and nothing near it: `True` is no `int`, a subclass of `list` is no `list`.
//! Each function answers `None` for anything else, and the port then hands the call to Python. Written by `exuvia port`.

// Which of these are needed depends on what the ported functions take.
#![allow(dead_code)]

use exuvia::prelude::*;
use exuvia::types::{
    PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PySet, PyString,
    PyTuple,
};

type Object<'py> = Bound<'py, PyAny>;

/// An `int` from -2⁶³ to 2⁶³ - 1.
pub(crate) fn int(object: &Object<'_>) -> Option<i64> {
    object.cast_exact::<PyInt>().ok()?.extract().ok()
}

/// `True` or `False`.
pub(crate) fn boolean(object: &Object<'_>) -> Option<bool> {
    object.cast_exact::<PyBool>().ok()?.extract().ok()
}

/// A `float`.
pub(crate) fn float(object: &Object<'_>) -> Option<f64> {
    object.cast_exact::<PyFloat>().ok()?.extract().ok()
}

/// A `str`.
pub(crate) fn string<'a, 'py>(object: &'a Object<'py>) -> Option<&'a Bound<'py, PyString>> {
    object.cast_exact().ok()
}

/// A `bytes`.
pub(crate) fn bytes<'a, 'py>(object: &'a Object<'py>) -> Option<&'a Bound<'py, PyBytes>> {
    object.cast_exact().ok()
}

/// A `bytearray`.
pub(crate) fn bytearray<'a, 'py>(object: &'a Object<'py>) -> Option<&'a Bound<'py, PyByteArray>> {
    object.cast_exact().ok()
}

/// A `list`.
pub(crate) fn list<'a, 'py>(object: &'a Object<'py>) -> Option<&'a Bound<'py, PyList>> {
    object.cast_exact().ok()
}

/// A `tuple`.
pub(crate) fn tuple<'a, 'py>(object: &'a Object<'py>) -> Option<&'a Bound<'py, PyTuple>> {
    object.cast_exact().ok()
}

/// A `dict`.
pub(crate) fn dict<'a, 'py>(object: &'a Object<'py>) -> Option<&'a Bound<'py, PyDict>> {
    object.cast_exact().ok()
}

/// A `set`.
pub(crate) fn set<'a, 'py>(object: &'a Object<'py>) -> Option<&'a Bound<'py, PySet>> {
    object.cast_exact().ok()
}

/// A `frozenset`.
pub(crate) fn frozenset<'a, 'py>(object: &'a Object<'py>) -> Option<&'a Bound<'py, PyFrozenSet>> {
    object.cast_exact().ok()
}

/// Any object.
pub(crate) fn any<'a, 'py>(object: &'a Object<'py>) -> Option<&'a Object<'py>> {
    Some(object)
}

/// Python's `None`, or what `read` makes of anything else.
pub(crate) fn optional<'a, 'py, T>(
    read: impl FnOnce(&'a Object<'py>) -> Option<T>,
) -> impl FnOnce(&'a Object<'py>) -> Option<Option<T>>
where
    'py: 'a,
    T: 'a,
{
    move |object| {
        if object.is_none() {
            Some(None)
        } else {
            read(object).map(Some)
        }
    }
}
