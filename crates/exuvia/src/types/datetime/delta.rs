//! `datetime.timedelta`.

use std::ffi::c_int;

use super::PyDeltaAccess;
use crate::err::PyResult;
use crate::exceptions::PyOverflowError;
use crate::instance::Bound;
use crate::marker::Python;

pub(crate) const SECONDS_PER_DAY: i64 = 24 * 60 * 60;
const MICROSECONDS_PER_SECOND: i64 = 1_000_000;

datetime_type! {
    /// Python's `datetime.timedelta`.
    PyDelta = "timedelta", DeltaType
}

impl PyDelta {
    /// Python's `timedelta(days, seconds, microseconds)`.
    ///
    /// `normalize` brings the parts into the ranges that [`PyDeltaAccess`] tells, carrying over from one to the next. Without it
    /// they should be in these ranges; they are normalized nevertheless where they are not, for Python counts on it.
    ///
    /// # Errors
    /// An `OverflowError` when it is longer than 999999999 days.
    pub fn new(
        py: Python<'_>,
        days: i32,
        seconds: i32,
        microseconds: i32,
        normalize: bool,
    ) -> PyResult<Bound<'_, PyDelta>> {
        let api = super::api(py)?;
        // CPython carries over in C's `int`, which may overflow on the way: here it is done in any case, and there is nothing left
        // for `normalize` to say.
        let _ = normalize;
        let microseconds = i64::from(microseconds);
        let seconds = i64::from(seconds) + microseconds.div_euclid(MICROSECONDS_PER_SECOND);
        let microseconds = microseconds.rem_euclid(MICROSECONDS_PER_SECOND) as c_int;
        let days = i64::from(days) + seconds.div_euclid(SECONDS_PER_DAY);
        let seconds = seconds.rem_euclid(SECONDS_PER_DAY) as c_int;
        let days = c_int::try_from(days).map_err(|_| {
            PyOverflowError::new_err(format!("days={days}; must have magnitude <= 999999999"))
        })?;
        // SAFETY: the function and the type are those of the table; the result is a new reference to a timedelta, or NULL.
        unsafe {
            let delta = (api.Delta_FromDelta)(days, seconds, microseconds, 0, api.DeltaType);
            super::made(py, delta)
        }
    }
}

impl PyDeltaAccess for Bound<'_, PyDelta> {
    fn get_days(&self) -> i32 {
        // SAFETY: the object is a timedelta.
        unsafe { super::table::delta_days(self.as_ptr()) }
    }

    fn get_seconds(&self) -> i32 {
        // SAFETY: the object is a timedelta.
        unsafe { super::table::delta_seconds(self.as_ptr()) }
    }

    fn get_microseconds(&self) -> i32 {
        // SAFETY: the object is a timedelta.
        unsafe { super::table::delta_microseconds(self.as_ptr()) }
    }
}

/// A length of time in whole seconds, rounded down, and the microseconds above them: less than a million.
pub(crate) fn seconds_and_microseconds(delta: &Bound<'_, PyDelta>) -> (i64, u32) {
    let microseconds = i64::from(delta.get_microseconds());
    let seconds = i64::from(delta.get_days()) * SECONDS_PER_DAY
        + i64::from(delta.get_seconds())
        + microseconds.div_euclid(MICROSECONDS_PER_SECOND);
    (
        seconds,
        microseconds.rem_euclid(MICROSECONDS_PER_SECOND) as u32,
    )
}
