/*!
The types of Python's `datetime` module, through the table of functions that the module keeps for C programs (`capsule`), or by
their names where the limited API knows no table (`imported`).

They are imported the first time that they are needed. A constructor gives the exception of an import that fails; asking an
object for its type then answers no; and what needs the type object itself panics.
*/

use std::ffi::c_int;

use crate::err::PyResult;
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::type_object::PyTypeInfo;
use crate::types::PyAny;

/// Declares a type of the module by the field that it has in the table.
macro_rules! datetime_type {
    ($(#[$attribute:meta])* $name:ident = $python:literal, $field:ident) => {
        $(#[$attribute])*
        #[repr(transparent)]
        pub struct $name($crate::types::PyAny);

        // SAFETY: the module itself names the type object in its table, and its instances are recognized by it alone.
        unsafe impl $crate::PyTypeInfo for $name {
            const NAME: &'static str = $python;
            const MODULE: Option<&'static str> = Some("datetime");

            fn type_object_raw(py: $crate::Python<'_>) -> *mut $crate::ffi::PyTypeObject {
                super::api(py)
                    .unwrap_or_else(|error| {
                        $crate::err::panic_with(py, "failed to import `datetime` C API", error)
                    })
                    .$field
            }

            #[inline]
            fn is_type_of(object: &$crate::Bound<'_, $crate::types::PyAny>) -> bool {
                super::checked(object.py(), super::api).is_some_and(|api| {
                    // SAFETY: both are alive.
                    unsafe { $crate::ffi::PyObject_TypeCheck(object.as_ptr(), api.$field) != 0 }
                })
            }

            #[inline]
            fn is_exact_type_of(object: &$crate::Bound<'_, $crate::types::PyAny>) -> bool {
                super::checked(object.py(), super::api).is_some_and(|api| {
                    // SAFETY: the object is alive.
                    unsafe { std::ptr::eq($crate::ffi::Py_TYPE(object.as_ptr()), api.$field) }
                })
            }
        }
        impl $crate::type_object::DerefToPyAny for $name {}
    };
}

#[cfg(not(Py_LIMITED_API))]
mod capsule;
mod date;
mod date_time;
mod delta;
#[cfg(Py_LIMITED_API)]
mod imported;
mod time;
mod tzinfo;

#[cfg(not(Py_LIMITED_API))]
use self::capsule as table;
#[cfg(Py_LIMITED_API)]
use self::imported as table;
pub(crate) use self::table::api;

pub use self::date::PyDate;
pub use self::date_time::PyDateTime;
pub use self::delta::PyDelta;
pub(crate) use self::delta::{SECONDS_PER_DAY, seconds_and_microseconds};
pub use self::time::PyTime;
pub use self::tzinfo::PyTzInfo;

/// The date in a `date` or a `datetime`.
pub trait PyDateAccess {
    /// The year, from 1 to 9999.
    fn get_year(&self) -> i32;
    /// The month, from 1 to 12.
    fn get_month(&self) -> u8;
    /// The day of the month, from 1 to 31.
    fn get_day(&self) -> u8;
}

/// The parts that Python keeps of a `timedelta`. Only the days have a sign; the length is the sum of the three.
pub trait PyDeltaAccess {
    /// The days, from -999999999 to 999999999.
    fn get_days(&self) -> i32;
    /// The seconds beside the days, from 0 to 86399.
    fn get_seconds(&self) -> i32;
    /// The microseconds beside the seconds, from 0 to 999999.
    fn get_microseconds(&self) -> i32;
}

/// The time of day in a `time` or a `datetime`.
pub trait PyTimeAccess {
    /// The hour, from 0 to 23.
    fn get_hour(&self) -> u8;
    /// The minute, from 0 to 59.
    fn get_minute(&self) -> u8;
    /// The second, from 0 to 59.
    fn get_second(&self) -> u8;
    /// The microsecond, from 0 to 999999.
    fn get_microsecond(&self) -> u32;
    /// Is this the later one of two moments that clocks show alike, as when they are set back (PEP 495)?
    fn get_fold(&self) -> bool;
}

/// The time zone of a `time` or a `datetime`.
pub trait PyTzInfoAccess<'py> {
    /// The time zone; `None` where it is naive.
    fn get_tzinfo(&self) -> Option<Bound<'py, PyTzInfo>>;
}

/// What the module is asked through, for a type check: nothing passes it where the module cannot be imported. Without memory
/// that cannot be told, and the `MemoryError` unwinds.
#[inline]
pub(crate) fn checked<T>(py: Python<'_>, api: fn(Python<'_>) -> PyResult<T>) -> Option<T> {
    api(py)
        .map_err(|error| crate::err::unwind_without_memory(py, error))
        .ok()
}

/// Casts to a type of the module; where that cannot be imported, its exception is the error.
pub(crate) fn cast<'a, 'py, T: PyTypeInfo>(
    object: Borrowed<'a, 'py, PyAny>,
) -> PyResult<Borrowed<'a, 'py, T>> {
    api(object.py())?;
    Ok(object.cast::<T>()?)
}

/// # Safety
/// `object` is a new reference to a `T`, or NULL with an exception set.
unsafe fn made<T>(py: Python<'_>, object: *mut ffi::PyObject) -> PyResult<Bound<'_, T>> {
    // SAFETY: the caller's promise.
    unsafe { Bound::from_owned_ptr_or_err(py, object).map(|object| object.cast_into_unchecked()) }
}

/// What the module's functions take for a time zone; borrowed.
fn tzinfo_or_none(tzinfo: Option<&Bound<'_, PyTzInfo>>) -> *mut ffi::PyObject {
    // SAFETY: `None` is always there.
    tzinfo.map_or_else(|| unsafe { ffi::Py_None() }, Bound::as_ptr)
}

/// Microseconds as a C integer; too many become as many as there can be, which are too many as well.
fn c_microsecond(microsecond: u32) -> c_int {
    c_int::try_from(microsecond).unwrap_or(c_int::MAX)
}
