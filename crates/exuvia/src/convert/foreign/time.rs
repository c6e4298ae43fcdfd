/*!
`time`: durations, dates, times and offsets from UTC.

Python tells time to the microsecond: what is below is left out. Its years are 1 to 9999; others are a `ValueError`.
*/

use time::{
    Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcDateTime, UtcOffset,
};

use super::{into_by_reference, utc_offset};
use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::datetime::{self, SECONDS_PER_DAY, seconds_and_microseconds};
use crate::types::{
    PyAny, PyDate, PyDateAccess, PyDateTime, PyDelta, PyTime, PyTimeAccess, PyTzInfo,
    PyTzInfoAccess,
};

impl FromPyObject<'_, '_> for Duration {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let (seconds, microseconds) = seconds_and_microseconds(&*datetime::cast::<PyDelta>(obj)?);
        Ok(Duration::new(seconds, microseconds as i32 * 1000))
    }
}

impl<'py> IntoPyObject<'py> for Duration {
    type Target = PyDelta;
    type Output = Bound<'py, PyDelta>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        let seconds = self.whole_seconds();
        let days = i32::try_from(seconds.div_euclid(SECONDS_PER_DAY))
            .map_err(|_| PyOverflowError::new_err("duration out of range for Python timedelta"))?;
        PyDelta::new(
            py,
            days,
            seconds.rem_euclid(SECONDS_PER_DAY) as i32,
            self.subsec_microseconds(),
            true,
        )
    }
}

fn date(date: &impl PyDateAccess) -> PyResult<Date> {
    let month = Month::try_from(date.get_month())
        .map_err(|_| PyValueError::new_err("invalid month value"))?;
    Date::from_calendar_date(date.get_year(), month, date.get_day())
        .map_err(|_| PyValueError::new_err("invalid or out-of-range date"))
}

fn time(time: &impl PyTimeAccess) -> PyResult<Time> {
    Time::from_hms_micro(
        time.get_hour(),
        time.get_minute(),
        time.get_second(),
        time.get_microsecond(),
    )
    .map_err(|_| PyValueError::new_err("invalid or out-of-range time"))
}

fn date_time(datetime: &Bound<'_, PyDateTime>) -> PyResult<PrimitiveDateTime> {
    Ok(PrimitiveDateTime::new(date(datetime)?, time(datetime)?))
}

fn to_python<'py>(
    py: Python<'py>,
    date: Date,
    time: Time,
    tzinfo: Option<&Bound<'py, PyTzInfo>>,
) -> PyResult<Bound<'py, PyDateTime>> {
    PyDateTime::new(
        py,
        date.year(),
        date.month().into(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second(),
        time.microsecond(),
        tzinfo,
    )
}

/// From a `date`, or the date of a `datetime`.
impl FromPyObject<'_, '_> for Date {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        date(&*datetime::cast::<PyDate>(obj)?)
    }
}

impl<'py> IntoPyObject<'py> for Date {
    type Target = PyDate;
    type Output = Bound<'py, PyDate>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        PyDate::new(py, self.year(), self.month().into(), self.day())
    }
}

/// A time zone is left out.
impl FromPyObject<'_, '_> for Time {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        time(&*datetime::cast::<PyTime>(obj)?)
    }
}

impl<'py> IntoPyObject<'py> for Time {
    type Target = PyTime;
    type Output = Bound<'py, PyTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        PyTime::new(
            py,
            self.hour(),
            self.minute(),
            self.second(),
            self.microsecond(),
            None,
        )
    }
}

impl FromPyObject<'_, '_> for PrimitiveDateTime {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let datetime = datetime::cast::<PyDateTime>(obj)?;
        if datetime.get_tzinfo().is_some() {
            return Err(PyTypeError::new_err("expected a datetime without tzinfo"));
        }
        date_time(&datetime)
    }
}

impl<'py> IntoPyObject<'py> for PrimitiveDateTime {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        to_python(py, self.date(), self.time(), None)
    }
}

/// From a time zone that is always as far from UTC.
impl FromPyObject<'_, '_> for UtcOffset {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        UtcOffset::from_whole_seconds(utc_offset::from_python(obj)?)
            .map_err(|_| PyValueError::new_err("UTC offset out of bounds"))
    }
}

impl<'py> IntoPyObject<'py> for UtcOffset {
    type Target = PyTzInfo;
    type Output = Bound<'py, PyTzInfo>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        utc_offset::into_python(py, self.whole_seconds())
    }
}

fn aware_tzinfo<'py>(datetime: &Bound<'py, PyDateTime>) -> PyResult<Bound<'py, PyTzInfo>> {
    datetime
        .get_tzinfo()
        .ok_or_else(|| PyTypeError::new_err("expected a datetime with non-None tzinfo"))
}

/// From an aware `datetime` whose time zone is always as far from UTC.
impl FromPyObject<'_, '_> for OffsetDateTime {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let datetime = datetime::cast::<PyDateTime>(obj)?;
        let offset = aware_tzinfo(&datetime)?.extract()?;
        Ok(date_time(&datetime)?.assume_offset(offset))
    }
}

impl<'py> IntoPyObject<'py> for OffsetDateTime {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        let tzinfo = self.offset().into_pyobject(py)?;
        to_python(py, self.date(), self.time(), Some(&tzinfo))
    }
}

/// From an aware `datetime` in `datetime.timezone.utc`.
impl FromPyObject<'_, '_> for UtcDateTime {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let datetime = datetime::cast::<PyDateTime>(obj)?;
        if !aware_tzinfo(&datetime)?.eq(PyTzInfo::utc(obj.py())?)? {
            return Err(PyValueError::new_err(
                "expected a datetime with UTC timezone",
            ));
        }
        Ok(date_time(&datetime)?.as_utc())
    }
}

impl<'py> IntoPyObject<'py> for UtcDateTime {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        to_python(py, self.date(), self.time(), Some(&*PyTzInfo::utc(py)?))
    }
}

into_by_reference! {
    Duration => PyDelta,
    Date => PyDate,
    Time => PyTime,
    PrimitiveDateTime => PyDateTime,
    UtcOffset => PyTzInfo,
    OffsetDateTime => PyDateTime,
    UtcDateTime => PyDateTime,
}
