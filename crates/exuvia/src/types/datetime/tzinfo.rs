//! `datetime.tzinfo`: time zones.

use super::PyDelta;
use crate::convert::IntoPyObject;
use crate::err::PyResult;
use crate::instance::{Borrowed, Bound, BoundObject, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::{PyString, PyType};

datetime_type! {
    /// Python's `datetime.tzinfo`, the base of all time zones.
    PyTzInfo = "tzinfo", TZInfoType
}

impl PyTzInfo {
    /// Python's `datetime.timezone.utc`.
    ///
    /// # Errors
    /// What importing `datetime` raises.
    pub fn utc(py: Python<'_>) -> PyResult<Borrowed<'static, '_, PyTzInfo>> {
        let api = super::api(py)?;
        // SAFETY: the object is a time zone, and lives as long as the table that holds it.
        Ok(unsafe { Borrowed::from_ptr(py, api.TimeZone_UTC).cast_unchecked() })
    }

    /// Python's `zoneinfo.ZoneInfo(iana_name)`: a time zone by its name, as "Europe/Oslo".
    ///
    /// # Errors
    /// A `ZoneInfoNotFoundError`, which is a `KeyError`, when Python knows none of this name; a `ValueError` when it is no name
    /// at all.
    pub fn timezone<'py, T>(py: Python<'py>, iana_name: T) -> PyResult<Bound<'py, PyTzInfo>>
    where
        T: IntoPyObject<'py, Target = PyString>,
    {
        static ZONE_INFO: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        super::api(py)?;
        Ok(ZONE_INFO
            .import_type(py, "zoneinfo", "ZoneInfo")?
            .call1((iana_name,))?
            .cast_into()?)
    }

    /// Python's `datetime.timezone(offset)`: always as far from UTC.
    ///
    /// # Errors
    /// A `ValueError` when `offset` is a day or more.
    pub fn fixed_offset<'py, T>(py: Python<'py>, offset: T) -> PyResult<Bound<'py, PyTzInfo>>
    where
        T: IntoPyObject<'py, Target = PyDelta>,
    {
        let api = super::api(py)?;
        let offset = offset.into_pyobject(py).map_err(Into::into)?;
        // SAFETY: the function is that of the table, the offset a timedelta, and NULL is no name; the result is a new
        // reference to a time zone, or NULL.
        unsafe {
            let timezone = (api.TimeZone_FromTimeZone)(offset.as_ptr(), std::ptr::null_mut());
            super::made(py, timezone)
        }
    }
}
