//! `Duration` and `SystemTime`: `timedelta`, and `datetime` in UTC.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyOverflowError, PyValueError};
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::datetime::{self, SECONDS_PER_DAY, seconds_and_microseconds};
use crate::types::{PyAny, PyDateTime, PyDelta, PyTzInfo};

impl FromPyObject<'_, '_> for Duration {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let (seconds, microseconds) = seconds_and_microseconds(&*datetime::cast::<PyDelta>(obj)?);
        let seconds = u64::try_from(seconds).map_err(|_| {
            PyValueError::new_err(
                "It is not possible to convert a negative timedelta to a Rust Duration",
            )
        })?;
        Ok(Duration::new(seconds, microseconds * 1000))
    }
}

/// What is below a microsecond is left out.
impl<'py> IntoPyObject<'py> for Duration {
    type Target = PyDelta;
    type Output = Bound<'py, PyDelta>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        const DAY: u64 = SECONDS_PER_DAY as u64;
        let days = i32::try_from(self.as_secs() / DAY)?;
        let seconds = (self.as_secs() % DAY) as i32;
        PyDelta::new(py, days, seconds, self.subsec_micros() as i32, false)
    }
}

impl<'py> IntoPyObject<'py> for &Duration {
    type Target = PyDelta;
    type Output = Bound<'py, PyDelta>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        (*self).into_pyobject(py)
    }
}

/// The start of 1970 in UTC, from which both languages count.
fn epoch(py: Python<'_>) -> PyResult<&Bound<'_, PyDateTime>> {
    static EPOCH: PyOnceLock<Py<PyDateTime>> = PyOnceLock::new();
    let epoch = EPOCH.get_or_try_init(py, || {
        let utc = PyTzInfo::utc(py)?;
        PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, Some(&utc)).map(Bound::unbind)
    })?;
    Ok(epoch.bind(py))
}

/// From an aware `datetime` of 1970 or later.
impl FromPyObject<'_, '_> for SystemTime {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let since = obj.sub(epoch(obj.py())?)?.extract()?;
        UNIX_EPOCH.checked_add(since).ok_or_else(|| {
            PyOverflowError::new_err("Overflow error when converting the time to Rust")
        })
    }
}

/// Rounded down to a microsecond.
impl<'py> IntoPyObject<'py> for SystemTime {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        let epoch = epoch(py)?.as_any();
        let datetime = match self.duration_since(UNIX_EPOCH) {
            Ok(after) => epoch.add(after)?,
            // A conversion leaves out what is below a microsecond, which would be up here.
            Err(error) => epoch.sub(error.duration() + Duration::from_nanos(999))?,
        };
        Ok(datetime.cast_into()?)
    }
}

impl<'py> IntoPyObject<'py> for &SystemTime {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        (*self).into_pyobject(py)
    }
}
