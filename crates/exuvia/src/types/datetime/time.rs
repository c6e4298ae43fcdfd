//! `datetime.time`.

use std::ffi::c_int;

use super::{PyTimeAccess, PyTzInfo, PyTzInfoAccess};
use crate::err::PyResult;
use crate::instance::Bound;
use crate::marker::Python;

datetime_type! {
    /// Python's `datetime.time`.
    PyTime = "time", TimeType
}

impl PyTime {
    /// Python's `time(hour, minute, second, microsecond, tzinfo)`.
    ///
    /// # Errors
    /// A `ValueError` when there is no such time.
    pub fn new<'py>(
        py: Python<'py>,
        hour: u8,
        minute: u8,
        second: u8,
        microsecond: u32,
        tzinfo: Option<&Bound<'py, PyTzInfo>>,
    ) -> PyResult<Bound<'py, PyTime>> {
        Self::new_with_fold(py, hour, minute, second, microsecond, tzinfo, false)
    }

    /// Like [`new`](Self::new); `fold` chooses the later one of two moments that clocks show alike (PEP 495).
    ///
    /// # Errors
    /// A `ValueError` when there is no such time.
    pub fn new_with_fold<'py>(
        py: Python<'py>,
        hour: u8,
        minute: u8,
        second: u8,
        microsecond: u32,
        tzinfo: Option<&Bound<'py, PyTzInfo>>,
        fold: bool,
    ) -> PyResult<Bound<'py, PyTime>> {
        let api = super::api(py)?;
        // SAFETY: the function and the type are those of the table, the time zone is one or `None`; the result is a new
        // reference to a time, or NULL.
        unsafe {
            let time = (api.Time_FromTimeAndFold)(
                c_int::from(hour),
                c_int::from(minute),
                c_int::from(second),
                super::c_microsecond(microsecond),
                super::tzinfo_or_none(tzinfo),
                c_int::from(fold),
                api.TimeType,
            );
            super::made(py, time)
        }
    }
}

impl PyTimeAccess for Bound<'_, PyTime> {
    fn get_hour(&self) -> u8 {
        // SAFETY: the object is a time.
        unsafe { super::table::time_hour(self.as_ptr()) as u8 }
    }

    fn get_minute(&self) -> u8 {
        // SAFETY: the object is a time.
        unsafe { super::table::time_minute(self.as_ptr()) as u8 }
    }

    fn get_second(&self) -> u8 {
        // SAFETY: the object is a time.
        unsafe { super::table::time_second(self.as_ptr()) as u8 }
    }

    fn get_microsecond(&self) -> u32 {
        // SAFETY: the object is a time.
        unsafe { super::table::time_microsecond(self.as_ptr()) as u32 }
    }

    fn get_fold(&self) -> bool {
        // SAFETY: the object is a time.
        unsafe { super::table::time_fold(self.as_ptr()) != 0 }
    }
}

impl<'py> PyTzInfoAccess<'py> for Bound<'py, PyTime> {
    fn get_tzinfo(&self) -> Option<Bound<'py, PyTzInfo>> {
        // SAFETY: the object is a time, whose time zone is one or `None`, and never changes.
        unsafe { super::table::time_tzinfo(self.py(), self.as_ptr()) }
    }
}
