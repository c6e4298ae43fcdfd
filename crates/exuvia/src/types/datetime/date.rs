//! `datetime.date`.

use std::ffi::c_int;

use super::PyDateAccess;
use crate::err::PyResult;
use crate::instance::Bound;
use crate::marker::Python;
use crate::types::PyTuple;

datetime_type! {
    /// Python's `datetime.date`. A `datetime` is one too.
    PyDate = "date", DateType
}

impl PyDate {
    /// Python's `date(year, month, day)`.
    ///
    /// # Errors
    /// A `ValueError` when there is no such day.
    pub fn new(py: Python<'_>, year: i32, month: u8, day: u8) -> PyResult<Bound<'_, PyDate>> {
        let api = super::api(py)?;
        // SAFETY: the function and the type are those of the table; the result is a new reference to a date, or NULL.
        unsafe {
            let date =
                (api.Date_FromDate)(year, c_int::from(month), c_int::from(day), api.DateType);
            super::made(py, date)
        }
    }

    /// Python's `date.fromtimestamp(timestamp)`: the local day of a time in seconds since 1970.
    ///
    /// # Errors
    /// A `ValueError`, `OverflowError` or `OSError` when the time is beyond what Python or the platform can tell.
    pub fn from_timestamp(py: Python<'_>, timestamp: f64) -> PyResult<Bound<'_, PyDate>> {
        let api = super::api(py)?;
        let arguments = PyTuple::new(py, [timestamp])?;
        // SAFETY: the function and the type are those of the table, the arguments a tuple; the result is a new reference to
        // a date, or NULL.
        unsafe {
            let date = (api.Date_FromTimestamp)(api.DateType, arguments.as_ptr());
            super::made(py, date)
        }
    }
}

impl PyDateAccess for Bound<'_, PyDate> {
    fn get_year(&self) -> i32 {
        // SAFETY: the object is a date.
        unsafe { super::table::year(self.as_ptr()) }
    }

    fn get_month(&self) -> u8 {
        // SAFETY: the object is a date.
        unsafe { super::table::month(self.as_ptr()) as u8 }
    }

    fn get_day(&self) -> u8 {
        // SAFETY: the object is a date.
        unsafe { super::table::day(self.as_ptr()) as u8 }
    }
}
