//! Types of `time`: each function returns its argument, as a value and by reference.

use exuvia::prelude::*;

#[pymodule]
pub mod time_dates {
    use exuvia::prelude::*;
    use time::{
        Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime, UtcOffset,
    };

    type Both<'py> = PyResult<[Bound<'py, PyAny>; 2]>;

    #[pyfunction]
    fn duration(py: Python<'_>, value: Duration) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn duration_of(py: Python<'_>, seconds: i64, nanoseconds: i64) -> Both<'_> {
        both!(
            py,
            Duration::seconds(seconds) + Duration::nanoseconds(nanoseconds),
        )
    }

    #[pyfunction]
    fn nanoseconds_of(value: Duration) -> i128 {
        value.whole_nanoseconds()
    }

    #[pyfunction]
    fn date(py: Python<'_>, value: Date) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn date_of(py: Python<'_>, year: i32, month: u8, day: u8) -> Both<'_> {
        let month = Month::try_from(month).unwrap();
        both!(py, Date::from_calendar_date(year, month, day).unwrap())
    }

    #[pyfunction]
    #[pyo3(name = "time")]
    fn time_of_day(py: Python<'_>, value: Time) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn time_of(py: Python<'_>, hour: u8, minute: u8, second: u8, nanosecond: u32) -> Both<'_> {
        both!(
            py,
            Time::from_hms_nano(hour, minute, second, nanosecond).unwrap(),
        )
    }

    #[pyfunction]
    fn datetime(py: Python<'_>, value: PrimitiveDateTime) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn offset(py: Python<'_>, value: UtcOffset) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn seconds_of_offset(value: UtcOffset) -> i32 {
        value.whole_seconds()
    }

    #[pyfunction]
    fn aware(py: Python<'_>, value: OffsetDateTime) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn aware_utc(py: Python<'_>, value: UtcDateTime) -> Both<'_> {
        both!(py, value)
    }
}
