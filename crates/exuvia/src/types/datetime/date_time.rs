//! `datetime.datetime`.

use std::ffi::c_int;

use super::{PyDateAccess, PyTimeAccess, PyTzInfo, PyTzInfoAccess};
use crate::convert::IntoPyObject;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::marker::Python;

datetime_type! {
    /// Python's `datetime.datetime`.
    PyDateTime = "datetime", DateTimeType
}

impl PyDateTime {
    /// Python's `datetime(year, month, day, hour, minute, second, microsecond, tzinfo)`.
    ///
    /// # Errors
    /// A `ValueError` when there is no such day or time.
    #[allow(clippy::too_many_arguments, reason = "as many as Python's own")]
    pub fn new<'py>(
        py: Python<'py>,
        year: i32,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
        microsecond: u32,
        tzinfo: Option<&Bound<'py, PyTzInfo>>,
    ) -> PyResult<Bound<'py, PyDateTime>> {
        Self::new_with_fold(
            py,
            year,
            month,
            day,
            hour,
            minute,
            second,
            microsecond,
            tzinfo,
            false,
        )
    }

    /// Like [`new`](Self::new); `fold` chooses the later one of two moments that clocks show alike (PEP 495).
    ///
    /// # Errors
    /// A `ValueError` when there is no such day or time.
    #[allow(clippy::too_many_arguments, reason = "as many as Python's own")]
    pub fn new_with_fold<'py>(
        py: Python<'py>,
        year: i32,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
        microsecond: u32,
        tzinfo: Option<&Bound<'py, PyTzInfo>>,
        fold: bool,
    ) -> PyResult<Bound<'py, PyDateTime>> {
        let api = super::api(py)?;
        // SAFETY: the function and the type are those of the table, the time zone is one or `None`; the result is a new
        // reference to a datetime, or NULL.
        unsafe {
            let datetime = (api.DateTime_FromDateAndTimeAndFold)(
                year,
                c_int::from(month),
                c_int::from(day),
                c_int::from(hour),
                c_int::from(minute),
                c_int::from(second),
                super::c_microsecond(microsecond),
                super::tzinfo_or_none(tzinfo),
                c_int::from(fold),
                api.DateTimeType,
            );
            super::made(py, datetime)
        }
    }

    /// Python's `datetime.fromtimestamp(timestamp, tzinfo)`: a time in seconds since 1970; local and naive without a time zone.
    ///
    /// # Errors
    /// A `ValueError`, `OverflowError` or `OSError` when the time is beyond what Python or the platform can tell.
    pub fn from_timestamp<'py>(
        py: Python<'py>,
        timestamp: f64,
        tzinfo: Option<&Bound<'py, PyTzInfo>>,
    ) -> PyResult<Bound<'py, PyDateTime>> {
        let api = super::api(py)?;
        let arguments = (timestamp, tzinfo).into_pyobject(py)?;
        // SAFETY: the function and the type are those of the table, the arguments a tuple, and NULL is no keywords; the
        // result is a new reference to a datetime, or NULL.
        unsafe {
            let datetime = (api.DateTime_FromTimestamp)(
                api.DateTimeType,
                arguments.as_ptr(),
                std::ptr::null_mut(),
            );
            super::made(py, datetime)
        }
    }
}

impl PyDateAccess for Bound<'_, PyDateTime> {
    fn get_year(&self) -> i32 {
        // SAFETY: the object is a datetime, which is a date.
        unsafe { super::table::year(self.as_ptr()) }
    }

    fn get_month(&self) -> u8 {
        // SAFETY: the object is a datetime, which is a date.
        unsafe { super::table::month(self.as_ptr()) as u8 }
    }

    fn get_day(&self) -> u8 {
        // SAFETY: the object is a datetime, which is a date.
        unsafe { super::table::day(self.as_ptr()) as u8 }
    }
}

impl PyTimeAccess for Bound<'_, PyDateTime> {
    fn get_hour(&self) -> u8 {
        // SAFETY: the object is a datetime.
        unsafe { super::table::datetime_hour(self.as_ptr()) as u8 }
    }

    fn get_minute(&self) -> u8 {
        // SAFETY: the object is a datetime.
        unsafe { super::table::datetime_minute(self.as_ptr()) as u8 }
    }

    fn get_second(&self) -> u8 {
        // SAFETY: the object is a datetime.
        unsafe { super::table::datetime_second(self.as_ptr()) as u8 }
    }

    fn get_microsecond(&self) -> u32 {
        // SAFETY: the object is a datetime.
        unsafe { super::table::datetime_microsecond(self.as_ptr()) as u32 }
    }

    fn get_fold(&self) -> bool {
        // SAFETY: the object is a datetime.
        unsafe { super::table::datetime_fold(self.as_ptr()) != 0 }
    }
}

impl<'py> PyTzInfoAccess<'py> for Bound<'py, PyDateTime> {
    fn get_tzinfo(&self) -> Option<Bound<'py, PyTzInfo>> {
        // SAFETY: the object is a datetime, whose time zone is one or `None`, and never changes.
        unsafe { super::table::datetime_tzinfo(self.py(), self.as_ptr()) }
    }
}
