/*!
The types of `datetime` and what they make, by their names: the limited API knows no table of them.

The functions have the names and the arguments of those in the table.
*/

#![allow(non_snake_case, reason = "the names are CPython's")]

use std::ffi::c_int;

use super::PyTzInfo;
use crate::convert::IntoPyObject;
use crate::err::{PyResult, panic_with};
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::dict::PyDictMethods;
use crate::types::{PyAny, PyDict, PyTuple, PyType};

type Object = *mut ffi::PyObject;
type Type = *mut ffi::PyTypeObject;

/// The types of the module, alive for ever.
pub(crate) struct Api {
    pub(crate) DateType: Type,
    pub(crate) DateTimeType: Type,
    pub(crate) TimeType: Type,
    pub(crate) DeltaType: Type,
    pub(crate) TZInfoType: Type,
    pub(crate) TimeZone_UTC: Object,
    pub(crate) Date_FromDate: unsafe fn(c_int, c_int, c_int, Type) -> Object,
    pub(crate) Date_FromTimestamp: unsafe fn(Type, Object) -> Object,
    #[expect(clippy::type_complexity, reason = "as many arguments as Python's own")]
    pub(crate) DateTime_FromDateAndTimeAndFold:
        unsafe fn(c_int, c_int, c_int, c_int, c_int, c_int, c_int, Object, c_int, Type) -> Object,
    pub(crate) DateTime_FromTimestamp: unsafe fn(Type, Object, Object) -> Object,
    pub(crate) Time_FromTimeAndFold:
        unsafe fn(c_int, c_int, c_int, c_int, Object, c_int, Type) -> Object,
    pub(crate) Delta_FromDelta: unsafe fn(c_int, c_int, c_int, c_int, Type) -> Object,
    pub(crate) TimeZone_FromTimeZone: unsafe fn(Object, Object) -> Object,
}

// SAFETY: the pointers are to objects that only attached threads follow, and that live for ever.
unsafe impl Send for Api {}
// SAFETY: as above.
unsafe impl Sync for Api {}

/// The module's types, imported the first time.
///
/// # Errors
/// What importing `datetime` raises.
pub(crate) fn api(py: Python<'_>) -> PyResult<&'static Api> {
    static API: PyOnceLock<Api> = PyOnceLock::new();
    API.get_or_try_init(py, || import(py))
}

#[cold]
fn import(py: Python<'_>) -> PyResult<Api> {
    let module = py.import("datetime")?.into_any();
    // What is taken from the module is never given back.
    let class = |name: &str| -> PyResult<Type> {
        let class = module.getattr(name)?.cast_into::<PyType>()?;
        Ok(class.into_ptr().cast())
    };
    let utc = module.getattr("timezone")?.getattr("utc")?;
    Ok(Api {
        DateType: class("date")?,
        DateTimeType: class("datetime")?,
        TimeType: class("time")?,
        DeltaType: class("timedelta")?,
        TZInfoType: class("tzinfo")?,
        TimeZone_UTC: utc.into_ptr(),
        Date_FromDate,
        Date_FromTimestamp,
        DateTime_FromDateAndTimeAndFold,
        DateTime_FromTimestamp,
        Time_FromTimeAndFold,
        Delta_FromDelta,
        TimeZone_FromTimeZone,
    })
}

/// What calling gives; a new reference, or NULL with an exception set.
fn made<'py>(
    class: &Bound<'py, PyAny>,
    arguments: impl IntoPyObject<
        'py,
        Target = PyTuple,
        Output = Bound<'py, PyTuple>,
        Error = crate::PyErr,
    >,
    fold: c_int,
) -> Object {
    let py = class.py();
    let call = || -> PyResult<Object> {
        let keywords = PyDict::new(py);
        if fold != 0 {
            keywords.set_item("fold", fold)?;
        }
        let arguments = arguments.into_pyobject(py)?;
        Ok(class.call(arguments, Some(&keywords))?.into_ptr())
    };
    crate::call::output::raised(py, call())
}

/// # Safety
/// For all functions here: called by an attached thread, with live objects.
unsafe fn object<'py>(object: Object) -> Bound<'py, PyAny> {
    // SAFETY: the caller's promise.
    unsafe { Borrowed::from_ptr(Python::assume_attached(), object) }.to_owned()
}

unsafe fn Date_FromDate(year: c_int, month: c_int, day: c_int, class: Type) -> Object {
    // SAFETY: the caller's promise.
    made(&unsafe { object(class.cast()) }, (year, month, day), 0)
}

unsafe fn from_timestamp(class: Type, arguments: Object) -> Object {
    // SAFETY: the caller's promise; the arguments are a tuple.
    let (class, arguments) = unsafe { (object(class.cast()), object(arguments)) };
    let call = || -> PyResult<Object> {
        let arguments = arguments.cast_into::<PyTuple>()?;
        Ok(class.call_method1("fromtimestamp", arguments)?.into_ptr())
    };
    crate::call::output::raised(class.py(), call())
}

unsafe fn Date_FromTimestamp(class: Type, arguments: Object) -> Object {
    // SAFETY: the caller's promise.
    unsafe { from_timestamp(class, arguments) }
}

unsafe fn DateTime_FromTimestamp(class: Type, arguments: Object, _keywords: Object) -> Object {
    // SAFETY: the caller's promise.
    unsafe { from_timestamp(class, arguments) }
}

#[expect(clippy::too_many_arguments, reason = "as many as Python's own")]
unsafe fn DateTime_FromDateAndTimeAndFold(
    year: c_int,
    month: c_int,
    day: c_int,
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    tzinfo: Object,
    fold: c_int,
    class: Type,
) -> Object {
    // SAFETY: the caller's promise.
    let (class, tzinfo) = unsafe { (object(class.cast()), object(tzinfo)) };
    let arguments = (year, month, day, hour, minute, second, microsecond, tzinfo);
    made(&class, arguments, fold)
}

unsafe fn Time_FromTimeAndFold(
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    tzinfo: Object,
    fold: c_int,
    class: Type,
) -> Object {
    // SAFETY: the caller's promise.
    let (class, tzinfo) = unsafe { (object(class.cast()), object(tzinfo)) };
    made(&class, (hour, minute, second, microsecond, tzinfo), fold)
}

unsafe fn Delta_FromDelta(
    days: c_int,
    seconds: c_int,
    microseconds: c_int,
    _normalize: c_int,
    class: Type,
) -> Object {
    // SAFETY: the caller's promise.
    let class = unsafe { object(class.cast()) };
    made(&class, (days, seconds, microseconds), 0)
}

unsafe fn TimeZone_FromTimeZone(offset: Object, _name: Object) -> Object {
    // SAFETY: the caller's promise.
    let offset = unsafe { object(offset) };
    let timezone = offset
        .py()
        .import("datetime")
        .and_then(|module| module.as_any().getattr("timezone"));
    match timezone {
        Ok(timezone) => made(&timezone, (offset,), 0),
        Err(error) => crate::call::output::raised(offset.py(), Err(error)),
    }
}

/// What the type's own attribute says of an object, whatever a subclass has in its place.
///
/// # Panics
/// When that fails, as in a module that somebody has changed, or without memory.
fn part<'py>(object: &Bound<'py, PyAny>, class: Type, name: &str) -> Bound<'py, PyAny> {
    // SAFETY: one of the types, which live for ever.
    unsafe { Borrowed::from_ptr(object.py(), class.cast()) }
        .getattr(name)
        .and_then(|descriptor| descriptor.call_method1("__get__", (object,)))
        .unwrap_or_else(|error| panic_with(object.py(), name, error))
}

fn types(py: Python<'_>) -> &'static Api {
    api(py).unwrap_or_else(|error| panic_with(py, "failed to import `datetime`", error))
}

macro_rules! parts {
    ($($name:ident = $class:ident $attribute:literal;)*) => {$(
        /// # Safety
        /// The object is a live one of the type that has this part.
        pub(super) unsafe fn $name(of: Object) -> c_int {
            // SAFETY: the caller's promise.
            let of = unsafe { object(of) };
            part(&of, types(of.py()).$class, $attribute)
                .extract()
                .unwrap_or_else(|error| panic_with(of.py(), $attribute, error))
        }
    )*};
}

parts! {
    year = DateType "year";
    month = DateType "month";
    day = DateType "day";
    datetime_hour = DateTimeType "hour";
    datetime_minute = DateTimeType "minute";
    datetime_second = DateTimeType "second";
    datetime_microsecond = DateTimeType "microsecond";
    datetime_fold = DateTimeType "fold";
    time_hour = TimeType "hour";
    time_minute = TimeType "minute";
    time_second = TimeType "second";
    time_microsecond = TimeType "microsecond";
    time_fold = TimeType "fold";
    delta_days = DeltaType "days";
    delta_seconds = DeltaType "seconds";
    delta_microseconds = DeltaType "microseconds";
}

fn tzinfo<'py>(of: &Bound<'py, PyAny>, class: Type) -> Option<Bound<'py, PyTzInfo>> {
    let tzinfo = part(of, class, "tzinfo");
    (!tzinfo.is_none()).then(|| tzinfo.cast_into().expect("a time zone is a `tzinfo`"))
}

/// # Safety
/// The object is a live `datetime`.
pub(super) unsafe fn datetime_tzinfo(py: Python<'_>, of: Object) -> Option<Bound<'_, PyTzInfo>> {
    // SAFETY: the caller's promise.
    tzinfo(&unsafe { object(of) }, types(py).DateTimeType)
}

/// # Safety
/// The object is a live `time`.
pub(super) unsafe fn time_tzinfo(py: Python<'_>, of: Object) -> Option<Bound<'_, PyTzInfo>> {
    // SAFETY: the caller's promise.
    tzinfo(&unsafe { object(of) }, types(py).TimeType)
}
