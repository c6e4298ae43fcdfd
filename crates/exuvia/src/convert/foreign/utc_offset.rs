//! Time zones that are always as far from UTC, in seconds: what the crates of time have in common with `datetime.timezone`.

use crate::err::PyResult;
use crate::exceptions::PyTypeError;
use crate::instance::{Borrowed, Bound};
use crate::intern;
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::datetime::{self, seconds_and_microseconds};
use crate::types::{PyAny, PyDelta, PyNone, PyTzInfo};

/// The seconds that a time zone is ahead of UTC, whatever the time; parts of a second are left out.
///
/// # Errors
/// A `TypeError` for another object, and for a time zone that does not answer without a time.
pub(super) fn from_python(obj: Borrowed<'_, '_, PyAny>) -> PyResult<i32> {
    let py = obj.py();
    let timezone = datetime::cast::<PyTzInfo>(obj)?;
    // `utcoffset` must be given a time, or `None`; only fixed offsets answer to that.
    let offset = timezone.call_method1(intern!(py, "utcoffset"), (PyNone::get(py),))?;
    if offset.is_none() {
        return Err(PyTypeError::new_err(format!(
            "{timezone:?} is not a fixed offset timezone"
        )));
    }
    let (below, microseconds) = seconds_and_microseconds(offset.cast::<PyDelta>()?);
    let seconds = if below < 0 && microseconds > 0 {
        below + 1
    } else {
        below
    };
    // A time zone of a user's own can say anything; what is too large stays too large.
    Ok(seconds.clamp(i32::MIN.into(), i32::MAX.into()) as i32)
}

/// Python's `timezone(timedelta(seconds=seconds))`.
///
/// # Errors
/// A `ValueError` when it is a day or more.
pub(super) fn into_python(py: Python<'_>, seconds: i32) -> PyResult<Bound<'_, PyTzInfo>> {
    PyTzInfo::fixed_offset(py, PyDelta::new(py, 0, seconds, 0, true)?)
}
