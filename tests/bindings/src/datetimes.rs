//! `datetime`'s own types, and `std::time`.

use exuvia::prelude::*;

#[pymodule]
pub mod datetimes {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use exuvia::PyTypeInfo;
    use exuvia::prelude::*;
    use exuvia::types::{
        PyDate, PyDateAccess, PyDateTime, PyDelta, PyDeltaAccess, PyTime, PyTimeAccess, PyTzInfo,
        PyTzInfoAccess,
    };

    type Both<'py> = PyResult<[Bound<'py, PyAny>; 2]>;

    #[pyfunction]
    fn date(py: Python<'_>, year: i32, month: u8, day: u8) -> PyResult<Bound<'_, PyDate>> {
        PyDate::new(py, year, month, day)
    }

    #[pyfunction]
    fn date_from_timestamp(py: Python<'_>, timestamp: f64) -> PyResult<Bound<'_, PyDate>> {
        PyDate::from_timestamp(py, timestamp)
    }

    #[pyfunction]
    fn date_parts(date: &Bound<'_, PyDate>) -> (i32, u8, u8) {
        (date.get_year(), date.get_month(), date.get_day())
    }

    #[pyfunction]
    #[pyo3(signature = (year, month, day, hour, minute, second, microsecond, tzinfo=None))]
    #[allow(clippy::too_many_arguments)]
    fn datetime<'py>(
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
        PyDateTime::new(
            py,
            year,
            month,
            day,
            hour,
            minute,
            second,
            microsecond,
            tzinfo,
        )
    }

    #[pyfunction]
    #[allow(clippy::too_many_arguments)]
    fn datetime_with_fold<'py>(
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
        PyDateTime::new_with_fold(
            py,
            year,
            month,
            day,
            hour,
            minute,
            second,
            microsecond,
            tzinfo,
            fold,
        )
    }

    #[pyfunction]
    #[pyo3(signature = (timestamp, tzinfo=None))]
    fn datetime_from_timestamp<'py>(
        py: Python<'py>,
        timestamp: f64,
        tzinfo: Option<&Bound<'py, PyTzInfo>>,
    ) -> PyResult<Bound<'py, PyDateTime>> {
        PyDateTime::from_timestamp(py, timestamp, tzinfo)
    }

    #[pyfunction]
    #[allow(clippy::type_complexity)]
    fn datetime_parts<'py>(
        datetime: &Bound<'py, PyDateTime>,
    ) -> (
        (i32, u8, u8),
        (u8, u8, u8, u32),
        bool,
        Option<Bound<'py, PyTzInfo>>,
    ) {
        (
            (
                datetime.get_year(),
                datetime.get_month(),
                datetime.get_day(),
            ),
            (
                datetime.get_hour(),
                datetime.get_minute(),
                datetime.get_second(),
                datetime.get_microsecond(),
            ),
            datetime.get_fold(),
            datetime.get_tzinfo(),
        )
    }

    #[pyfunction]
    fn time<'py>(
        py: Python<'py>,
        hour: u8,
        minute: u8,
        second: u8,
        microsecond: u32,
        tzinfo: Option<&Bound<'py, PyTzInfo>>,
    ) -> PyResult<Bound<'py, PyTime>> {
        PyTime::new(py, hour, minute, second, microsecond, tzinfo)
    }

    #[pyfunction]
    fn time_with_fold<'py>(
        py: Python<'py>,
        hour: u8,
        minute: u8,
        second: u8,
        microsecond: u32,
        tzinfo: Option<&Bound<'py, PyTzInfo>>,
        fold: bool,
    ) -> PyResult<Bound<'py, PyTime>> {
        PyTime::new_with_fold(py, hour, minute, second, microsecond, tzinfo, fold)
    }

    #[pyfunction]
    #[allow(clippy::type_complexity)]
    fn time_parts<'py>(
        time: &Bound<'py, PyTime>,
    ) -> ((u8, u8, u8, u32), bool, Option<Bound<'py, PyTzInfo>>) {
        (
            (
                time.get_hour(),
                time.get_minute(),
                time.get_second(),
                time.get_microsecond(),
            ),
            time.get_fold(),
            time.get_tzinfo(),
        )
    }

    #[pyfunction]
    #[pyo3(signature = (days, seconds, microseconds, normalize=true))]
    fn delta(
        py: Python<'_>,
        days: i32,
        seconds: i32,
        microseconds: i32,
        normalize: bool,
    ) -> PyResult<Bound<'_, PyDelta>> {
        PyDelta::new(py, days, seconds, microseconds, normalize)
    }

    #[pyfunction]
    fn delta_parts(delta: &Bound<'_, PyDelta>) -> (i32, i32, i32) {
        (
            delta.get_days(),
            delta.get_seconds(),
            delta.get_microseconds(),
        )
    }

    #[pyfunction]
    fn utc(py: Python<'_>) -> PyResult<Bound<'_, PyTzInfo>> {
        PyTzInfo::utc(py).map(|utc| utc.to_owned())
    }

    #[pyfunction]
    fn fixed_offset<'py>(offset: &Bound<'py, PyDelta>) -> PyResult<Bound<'py, PyTzInfo>> {
        PyTzInfo::fixed_offset(offset.py(), offset)
    }

    /// From a Rust value that becomes a `timedelta` on the way.
    #[pyfunction]
    fn fixed_offset_of_seconds(py: Python<'_>, seconds: u64) -> PyResult<Bound<'_, PyTzInfo>> {
        PyTzInfo::fixed_offset(py, Duration::from_secs(seconds))
    }

    #[pyfunction]
    fn timezone<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyTzInfo>> {
        PyTzInfo::timezone(py, name)
    }

    /// Which of `date`, `datetime`, `time`, `timedelta` and `tzinfo` an object is.
    #[pyfunction]
    fn kinds(object: &Bound<'_, PyAny>) -> [bool; 5] {
        [
            object.is_instance_of::<PyDate>(),
            object.is_instance_of::<PyDateTime>(),
            object.is_instance_of::<PyTime>(),
            object.is_instance_of::<PyDelta>(),
            object.is_instance_of::<PyTzInfo>(),
        ]
    }

    /// The same, without subclasses.
    #[pyfunction]
    fn exact_kinds(object: &Bound<'_, PyAny>) -> [bool; 5] {
        [
            object.is_exact_instance_of::<PyDate>(),
            object.is_exact_instance_of::<PyDateTime>(),
            object.is_exact_instance_of::<PyTime>(),
            object.is_exact_instance_of::<PyDelta>(),
            object.is_exact_instance_of::<PyTzInfo>(),
        ]
    }

    #[pyfunction]
    fn types(py: Python<'_>) -> Vec<Bound<'_, PyAny>> {
        vec![
            PyDate::type_object(py).into_any(),
            PyDateTime::type_object(py).into_any(),
            PyTime::type_object(py).into_any(),
            PyDelta::type_object(py).into_any(),
            PyTzInfo::type_object(py).into_any(),
        ]
    }

    #[pyfunction]
    fn duration(py: Python<'_>, value: Duration) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn duration_of(py: Python<'_>, seconds: u64, nanoseconds: u32) -> Both<'_> {
        both!(py, Duration::new(seconds, nanoseconds))
    }

    /// A length of time in seconds and nanoseconds.
    #[pyfunction]
    fn seconds_of(value: Duration) -> (u64, u32) {
        (value.as_secs(), value.subsec_nanos())
    }

    #[pyfunction]
    fn system_time(py: Python<'_>, value: SystemTime) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn system_time_after_1970(py: Python<'_>, seconds: u64, nanoseconds: u32) -> Both<'_> {
        both!(py, UNIX_EPOCH + Duration::new(seconds, nanoseconds))
    }

    #[pyfunction]
    fn system_time_before_1970(py: Python<'_>, seconds: u64, nanoseconds: u32) -> Both<'_> {
        both!(py, UNIX_EPOCH - Duration::new(seconds, nanoseconds))
    }
}
