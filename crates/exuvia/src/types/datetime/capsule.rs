//! The table of functions that `datetime` keeps for C programs, and the parts of its objects where they lie.

use std::ffi::c_int;

use super::PyTzInfo;
use crate::err::{PyErr, PyResult};
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::PyAny;
use crate::types::any::PyAnyMethods;

/// The module's table, with what keeps it in memory.
struct Api {
    table: &'static ffi::PyDateTime_CAPI,
    /// Since Python 3.13 the table goes with its capsule.
    _capsule: Py<PyAny>,
}

/// The module's table of types and functions, imported the first time.
///
/// # Errors
/// What importing `datetime` raises, or the lack of a table in it.
#[inline]
pub(crate) fn api(py: Python<'_>) -> PyResult<&'static ffi::PyDateTime_CAPI> {
    static API: PyOnceLock<Api> = PyOnceLock::new();
    API.get_or_try_init(py, || import(py)).map(|api| api.table)
}

#[cold]
fn import(py: Python<'_>) -> PyResult<Api> {
    let capsule = py.import("datetime")?.as_any().getattr("datetime_CAPI")?;
    // SAFETY: the object is alive and the name ends with a NUL. A capsule of this name holds the table, which lives as long
    // as the capsule, and so as the static that holds both.
    let table = unsafe {
        ffi::PyCapsule_GetPointer(capsule.as_ptr(), ffi::PyDateTime_CAPSULE_NAME.as_ptr())
            .cast::<ffi::PyDateTime_CAPI>()
            .as_ref()
    };
    Ok(Api {
        table: table.ok_or_else(|| PyErr::fetch(py))?,
        _capsule: capsule.unbind(),
    })
}

macro_rules! parts {
    ($($name:ident = $read:ident;)*) => {$(
        /// # Safety
        /// The object is a live one of the type that has this part.
        #[inline(always)]
        pub(super) unsafe fn $name(object: *mut ffi::PyObject) -> c_int {
            // SAFETY: the caller's promise.
            unsafe { ffi::$read(object) as c_int }
        }
    )*};
}

parts! {
    year = PyDateTime_GET_YEAR;
    month = PyDateTime_GET_MONTH;
    day = PyDateTime_GET_DAY;
    datetime_hour = PyDateTime_DATE_GET_HOUR;
    datetime_minute = PyDateTime_DATE_GET_MINUTE;
    datetime_second = PyDateTime_DATE_GET_SECOND;
    datetime_microsecond = PyDateTime_DATE_GET_MICROSECOND;
    datetime_fold = PyDateTime_DATE_GET_FOLD;
    time_hour = PyDateTime_TIME_GET_HOUR;
    time_minute = PyDateTime_TIME_GET_MINUTE;
    time_second = PyDateTime_TIME_GET_SECOND;
    time_microsecond = PyDateTime_TIME_GET_MICROSECOND;
    time_fold = PyDateTime_TIME_GET_FOLD;
    delta_days = PyDateTime_DELTA_GET_DAYS;
    delta_seconds = PyDateTime_DELTA_GET_SECONDS;
    delta_microseconds = PyDateTime_DELTA_GET_MICROSECONDS;
}

/// # Safety
/// The object is a live `datetime`.
pub(super) unsafe fn datetime_tzinfo(
    py: Python<'_>,
    object: *mut ffi::PyObject,
) -> Option<Bound<'_, PyTzInfo>> {
    // SAFETY: the caller's promise: its time zone is one or `None`, and never changes.
    unsafe { some_tzinfo(py, ffi::PyDateTime_DATE_GET_TZINFO(object)) }
}

/// # Safety
/// The object is a live `time`.
pub(super) unsafe fn time_tzinfo(
    py: Python<'_>,
    object: *mut ffi::PyObject,
) -> Option<Bound<'_, PyTzInfo>> {
    // SAFETY: the caller's promise: its time zone is one or `None`, and never changes.
    unsafe { some_tzinfo(py, ffi::PyDateTime_TIME_GET_TZINFO(object)) }
}

/// The time zone of an object that keeps it where it was read from; borrowed, or `None`.
///
/// # Safety
/// `tzinfo` is a live time zone, or `None`.
unsafe fn some_tzinfo(py: Python<'_>, tzinfo: *mut ffi::PyObject) -> Option<Bound<'_, PyTzInfo>> {
    // SAFETY: the caller's promise.
    unsafe {
        let tzinfo = Borrowed::from_ptr(py, tzinfo);
        (!tzinfo.is_none()).then(|| tzinfo.cast_unchecked().to_owned())
    }
}
