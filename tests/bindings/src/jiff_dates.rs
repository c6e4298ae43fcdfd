//! Types of `jiff`: each function returns its argument, as a value and by reference.

use exuvia::prelude::*;

#[pymodule]
pub mod jiff_dates {
    use exuvia::prelude::*;
    use jiff::civil::{Date, DateTime, ISOWeekDate, Time};
    use jiff::tz::{Offset, TimeZone};
    use jiff::{SignedDuration, Span, Timestamp, Zoned};

    type Both<'py> = PyResult<[Bound<'py, PyAny>; 2]>;

    #[pyfunction]
    fn duration(py: Python<'_>, value: SignedDuration) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn duration_of(py: Python<'_>, seconds: i64, nanoseconds: i64) -> Both<'_> {
        both!(
            py,
            SignedDuration::from_secs(seconds) + SignedDuration::from_nanos(nanoseconds),
        )
    }

    #[pyfunction]
    fn nanoseconds_of(value: SignedDuration) -> i128 {
        value.as_nanos()
    }

    #[pyfunction]
    fn span(value: Span) -> String {
        value.to_string()
    }

    #[pyfunction]
    fn date(py: Python<'_>, value: Date) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn date_of(py: Python<'_>, year: i16, month: i8, day: i8) -> Both<'_> {
        both!(py, Date::new(year, month, day)?)
    }

    #[pyfunction]
    fn week_date(py: Python<'_>, value: ISOWeekDate) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn time(py: Python<'_>, value: Time) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn time_of(py: Python<'_>, hour: i8, minute: i8, second: i8, nanosecond: i32) -> Both<'_> {
        both!(py, Time::new(hour, minute, second, nanosecond)?)
    }

    #[pyfunction]
    fn datetime(py: Python<'_>, value: DateTime) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn offset(py: Python<'_>, value: Offset) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn seconds_of_offset(value: Offset) -> i32 {
        value.seconds()
    }

    #[pyfunction]
    fn aware(py: Python<'_>, value: Zoned) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn zone(py: Python<'_>, value: TimeZone) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn zoned(py: Python<'_>, value: Zoned) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn timestamp_of_zoned(value: Zoned) -> i64 {
        value.timestamp().as_second()
    }

    #[pyfunction]
    fn aware_utc(py: Python<'_>, value: Timestamp) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn fail() -> PyResult<()> {
        Ok(Date::new(2024, 2, 30).map(drop)?)
    }
}
