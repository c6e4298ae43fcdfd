/*!
What derived conversions are made of.

A derived `FromPyObject` looks each field up, extracts it, and says which one it was if that fails. The error is put together late:
most attempts at an enum's variants fail, and nobody sees why as long as one succeeds.
*/

use std::fmt::Write;

use crate::convert::tuple::tuple_of_len;
use crate::convert::{FromPyObject, FromPyObjectOwned, IntoPyObject, IntoPyObjectExt};
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyKeyError, PyTypeError};
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::sync::Interned;
use crate::types::any::PyAnyMethods;
use crate::types::dict::PyDictMethods;
use crate::types::tuple::PyTupleMethods;
use crate::types::{PyAny, PyDict, PyTuple};

/// Why a conversion failed, and at which field.
pub struct Failure {
    error: PyErr,
    /// `Point.x`, where the field was there but did not convert.
    field: Option<&'static str>,
}

impl From<PyErr> for Failure {
    #[inline]
    fn from(error: PyErr) -> Self {
        Failure { error, field: None }
    }
}

impl From<Failure> for PyErr {
    #[cold]
    fn from(failure: Failure) -> PyErr {
        let Some(field) = failure.field else {
            return failure.error;
        };
        let error = PyTypeError::new_err(of_field(field));
        Python::attach(|py| error.set_cause(py, Some(failure.error)));
        error
    }
}

fn of_field(field: &str) -> String {
    format!("failed to extract field {field}")
}

/// The attribute of a field's name.
///
/// # Errors
/// What the access raises.
pub fn attribute<'py>(
    obj: Borrowed<'_, 'py, PyAny>,
    name: &'static Interned,
) -> Result<Bound<'py, PyAny>, Failure> {
    Ok(obj.getattr(name.get(obj.py()))?)
}

/// The item under a field's name.
///
/// # Errors
/// What the access raises.
pub fn item<'py>(
    obj: Borrowed<'_, 'py, PyAny>,
    name: &'static Interned,
) -> Result<Bound<'py, PyAny>, Failure> {
    let key = name.get(obj.py());
    // What a dict lacks is found out without an exception, which a default would discard.
    if let Ok(dict) = obj.cast_exact::<PyDict>() {
        let found = dict.get_item(key)?;
        return found.ok_or_else(|| PyKeyError::new_err(key.clone().unbind()).into());
    }
    Ok(obj.get_item(key)?)
}

/// The item under a key that is not text.
///
/// # Errors
/// What the access raises.
pub fn item_by<'py, K: IntoPyObject<'py>>(
    obj: Borrowed<'_, 'py, PyAny>,
    key: K,
) -> Result<Bound<'py, PyAny>, Failure> {
    Ok(obj.get_item(key)?)
}

/// The items of a tuple of exactly `len`.
///
/// # Errors
/// When the object is no tuple, or one of another length.
pub fn items<'a, 'py>(
    obj: Borrowed<'a, 'py, PyAny>,
    len: usize,
) -> Result<Borrowed<'a, 'py, PyTuple>, Failure> {
    Ok(tuple_of_len(obj, len)?)
}

/// An item of a tuple that [`items`] has looked at.
///
/// # Panics
/// When there is no such item.
pub fn item_of<'a, 'py>(
    items: Borrowed<'a, 'py, PyTuple>,
    index: usize,
) -> Borrowed<'a, 'py, PyAny> {
    assert!(
        index < PyTupleMethods::len(&*items),
        "a tuple's item that is not there"
    );
    // SAFETY: just checked.
    unsafe { items.item_unchecked(index) }
}

/// A field from the object that it is.
///
/// # Errors
/// Those of the conversion.
#[inline]
pub fn extracted<'a, 'py, T: FromPyObject<'a, 'py>>(
    obj: Borrowed<'a, 'py, PyAny>,
    field: &'static str,
) -> Result<T, Failure> {
    converted(T::extract(obj), field)
}

/// A field from an object that is dropped afterwards.
///
/// # Errors
/// Those of the conversion.
#[inline]
pub fn owned<'py, T: FromPyObjectOwned<'py>>(
    obj: &Bound<'py, PyAny>,
    field: &'static str,
) -> Result<T, Failure> {
    converted(T::extract(obj.as_borrowed()), field)
}

/// The result of a field's conversion, whose error is told the field.
///
/// # Errors
/// Those of the conversion.
#[inline]
pub fn converted<T, E: Into<PyErr>>(
    result: Result<T, E>,
    field: &'static str,
) -> Result<T, Failure> {
    result.map_err(|error| Failure {
        error: error.into(),
        field: Some(field),
    })
}

/// An attempt at a variant.
pub type Attempt<'a, 'py, T> = fn(Borrowed<'a, 'py, PyAny>) -> Result<T, Failure>;

/// The first variant that the object converts to. `names` are those of the enum, and of each variant and its annotation, with NUL
/// between them.
///
/// # Errors
/// When there is none: a `TypeError` that tells each variant's reason.
pub fn first_of<'a, 'py, T>(
    obj: Borrowed<'a, 'py, PyAny>,
    names: &'static str,
    variants: &[Attempt<'a, 'py, T>],
) -> PyResult<T> {
    let mut failures = Vec::new();
    for attempt in variants {
        match attempt(obj) {
            Ok(value) => return Ok(value),
            Err(failure) => failures.push(failure),
        }
    }
    Err(no_variant(obj.py(), names, failures))
}

#[cold]
fn no_variant(py: Python<'_>, names: &str, failures: Vec<Failure>) -> PyErr {
    let mut names = names.split('\0');
    let enumeration = names.next().unwrap_or_default();
    let names: Vec<&str> = names.collect();
    let annotations: Vec<&str> = names.iter().skip(1).step_by(2).copied().collect();
    let mut text = format!(
        "failed to extract enum {enumeration} ('{}')",
        annotations.join(" | ")
    );
    for (variant, failure) in names.chunks(2).zip(failures) {
        let [variant, annotation] = variant else {
            continue;
        };
        text.push_str("\n- variant ");
        text.push_str(variant);
        text.push_str(" (");
        text.push_str(annotation);
        text.push_str("): ");
        if let Some(field) = failure.field {
            text.push_str("TypeError: ");
            text.push_str(&of_field(field));
            text.push_str(", caused by ");
        }
        // Writing to a `String` does not fail.
        let _ = write!(text, "{}", failure.error);
        let mut cause = failure.error.cause(py);
        while let Some(error) = cause {
            let _ = write!(text, ", caused by {error}");
            cause = error.cause(py);
        }
    }
    PyTypeError::new_err(text)
}

/// A field as a Python object.
///
/// # Errors
/// Those of the conversion.
#[inline]
pub fn object<'py, T: IntoPyObject<'py>>(value: T, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
    value.into_bound_py_any(py)
}

/// Adds a field to a dict, under its name.
///
/// # Errors
/// Those of the conversion, and when there is no memory.
#[inline]
pub fn set<'py, T: IntoPyObject<'py>>(
    dict: &Bound<'py, PyDict>,
    name: &'static Interned,
    value: T,
) -> PyResult<()> {
    set_object(dict, name, &value.into_bound_py_any(dict.py())?)
}

fn set_object<'py>(
    dict: &Bound<'py, PyDict>,
    name: &'static Interned,
    value: &Bound<'py, PyAny>,
) -> PyResult<()> {
    dict.set_item(name.get(dict.py()), value)
}

/// Adds a field to a dict, under a key that is not text.
///
/// # Errors
/// Those of the conversions, and when there is no memory.
pub fn set_by<'py, K: IntoPyObject<'py>, T: IntoPyObject<'py>>(
    dict: &Bound<'py, PyDict>,
    key: K,
    value: T,
) -> PyResult<()> {
    dict.set_item(key, value)
}

/// A tuple of the fields.
///
/// # Errors
/// When there is no memory.
pub fn tuple<'py>(py: Python<'py>, items: &[Bound<'py, PyAny>]) -> PyResult<Bound<'py, PyTuple>> {
    PyTuple::new(py, items)
}
