//! Types of `chrono` and `chrono-tz`: each function returns its argument, as a value and by reference.

use exuvia::prelude::*;

#[pymodule]
pub mod chrono_dates {
    use chrono::offset::{FixedOffset, Utc};
    use chrono::{DateTime, Duration, Local, NaiveDate, NaiveDateTime, NaiveTime};
    use chrono_tz::Tz;
    use exuvia::prelude::*;

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
    fn nanoseconds_of(value: Duration) -> Option<i64> {
        value.num_nanoseconds()
    }

    #[pyfunction]
    fn date(py: Python<'_>, value: NaiveDate) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn date_of(py: Python<'_>, year: i32, month: u32, day: u32) -> Both<'_> {
        both!(py, NaiveDate::from_ymd_opt(year, month, day).unwrap())
    }

    #[pyfunction]
    fn time(py: Python<'_>, value: NaiveTime) -> Both<'_> {
        both!(py, value)
    }

    /// More nanoseconds than a second has are a leap second.
    #[pyfunction]
    fn time_of(py: Python<'_>, hour: u32, minute: u32, second: u32, nanosecond: u32) -> Both<'_> {
        both!(
            py,
            NaiveTime::from_hms_nano_opt(hour, minute, second, nanosecond).unwrap(),
        )
    }

    #[pyfunction]
    fn datetime(py: Python<'_>, value: NaiveDateTime) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn datetime_of_leap_second(py: Python<'_>) -> Both<'_> {
        let datetime = NaiveDate::from_ymd_opt(2016, 12, 31)
            .and_then(|date| date.and_hms_nano_opt(23, 59, 59, 1_999_999_999));
        both!(py, datetime.unwrap())
    }

    #[pyfunction]
    fn aware_of_leap_second(py: Python<'_>) -> Both<'_> {
        let datetime = NaiveDate::from_ymd_opt(2016, 12, 31)
            .and_then(|date| date.and_hms_nano_opt(23, 59, 59, 1_999_999_999));
        both!(py, datetime.unwrap().and_utc())
    }

    #[pyfunction]
    fn offset(py: Python<'_>, value: FixedOffset) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn seconds_of_offset(value: FixedOffset) -> i32 {
        value.local_minus_utc()
    }

    #[pyfunction]
    fn aware(py: Python<'_>, value: DateTime<FixedOffset>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn utc(py: Python<'_>, value: Utc) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn aware_utc(py: Python<'_>, value: DateTime<Utc>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn zone(py: Python<'_>, value: Tz) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn zoned(py: Python<'_>, value: DateTime<Tz>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn timestamp_of_zoned(value: DateTime<Tz>) -> i64 {
        value.timestamp()
    }

    #[pyfunction]
    fn this_zone(py: Python<'_>) -> Both<'_> {
        both!(py, Local)
    }

    #[pyfunction]
    fn local(py: Python<'_>, value: Local) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn aware_local(py: Python<'_>, value: DateTime<Local>) -> Both<'_> {
        both!(py, value)
    }

    #[pyfunction]
    fn timestamp_of_local(value: DateTime<Local>) -> i64 {
        value.timestamp()
    }
}
