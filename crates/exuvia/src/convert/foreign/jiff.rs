/*!
`jiff` 0.2: durations, dates, times and time zones.

Python tells time to the microsecond: what is below is left out. Its years are 1 to 9999; others are a `ValueError`.
*/

use std::borrow::Cow;

use jiff_02::civil::{Date, DateTime, ISOWeekDate, Time};
use jiff_02::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff_02::{SignedDuration, Span, Timestamp, Zoned};

use super::{into_by_reference, utc_offset};
use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyTypeError, PyValueError};
use crate::instance::{Borrowed, Bound};
use crate::intern;
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::datetime::{self, SECONDS_PER_DAY, seconds_and_microseconds};
use crate::types::{
    PyAny, PyDate, PyDateAccess, PyDateTime, PyDelta, PyTime, PyTimeAccess, PyTzInfo,
    PyTzInfoAccess,
};

impl From<jiff_02::Error> for PyErr {
    #[cold]
    fn from(error: jiff_02::Error) -> PyErr {
        PyValueError::new_err(error.to_string())
    }
}

impl FromPyObject<'_, '_> for SignedDuration {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let (seconds, microseconds) = seconds_and_microseconds(&*datetime::cast::<PyDelta>(obj)?);
        Ok(SignedDuration::new(seconds, microseconds as i32 * 1000))
    }
}

impl<'py> IntoPyObject<'py> for SignedDuration {
    type Target = PyDelta;
    type Output = Bound<'py, PyDelta>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        let days = i32::try_from(self.as_secs() / SECONDS_PER_DAY)?;
        let seconds = (self.as_secs() % SECONDS_PER_DAY) as i32;
        PyDelta::new(py, days, seconds, self.subsec_micros(), true)
    }
}

impl FromPyObject<'_, '_> for Span {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        Ok(SignedDuration::extract(obj)?.try_into()?)
    }
}

// The parts of a Python date or time are in the ranges of jiff's, whose types are smaller.
fn date(date: &impl PyDateAccess) -> PyResult<Date> {
    let (month, day) = (date.get_month() as i8, date.get_day() as i8);
    Ok(Date::new(date.get_year().try_into()?, month, day)?)
}

fn time(time: &impl PyTimeAccess) -> PyResult<Time> {
    Ok(Time::new(
        time.get_hour() as i8,
        time.get_minute() as i8,
        time.get_second() as i8,
        time.get_microsecond() as i32 * 1000,
    )?)
}

fn date_time(datetime: &Bound<'_, PyDateTime>) -> PyResult<DateTime> {
    Ok(DateTime::from_parts(date(datetime)?, time(datetime)?))
}

fn to_python<'py>(
    py: Python<'py>,
    datetime: DateTime,
    tzinfo: Option<&Bound<'py, PyTzInfo>>,
    fold: bool,
) -> PyResult<Bound<'py, PyDateTime>> {
    PyDateTime::new_with_fold(
        py,
        datetime.year().into(),
        datetime.month() as u8,
        datetime.day() as u8,
        datetime.hour() as u8,
        datetime.minute() as u8,
        datetime.second() as u8,
        datetime.subsec_nanosecond() as u32 / 1000,
        tzinfo,
        fold,
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
        PyDate::new(py, self.year().into(), self.month() as u8, self.day() as u8)
    }
}

impl FromPyObject<'_, '_> for ISOWeekDate {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        Date::extract(obj).map(Date::iso_week_date)
    }
}

impl<'py> IntoPyObject<'py> for ISOWeekDate {
    type Target = PyDate;
    type Output = Bound<'py, PyDate>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.date().into_pyobject(py)
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
            self.hour() as u8,
            self.minute() as u8,
            self.second() as u8,
            self.subsec_nanosecond() as u32 / 1000,
            None,
        )
    }
}

impl FromPyObject<'_, '_> for DateTime {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let datetime = datetime::cast::<PyDateTime>(obj)?;
        if datetime.get_tzinfo().is_some() {
            return Err(PyTypeError::new_err("expected a datetime without tzinfo"));
        }
        date_time(&datetime)
    }
}

impl<'py> IntoPyObject<'py> for DateTime {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        to_python(py, self, None, false)
    }
}

/// From an aware `datetime`. As Python does (PEP 495), `fold` chooses the later one of two times that clocks show alike, and of a
/// time that clocks leave out what they would show had they been set before.
impl FromPyObject<'_, '_> for Zoned {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let datetime = datetime::cast::<PyDateTime>(obj)?;
        let timezone: TimeZone = datetime
            .get_tzinfo()
            .ok_or_else(|| PyTypeError::new_err("expected a datetime with non-None tzinfo"))?
            .extract()?;
        let told = timezone.into_ambiguous_zoned(date_time(&datetime)?);
        let later = match told.offset() {
            AmbiguousOffset::Gap { .. } => !datetime.get_fold(),
            _ => datetime.get_fold(),
        };
        Ok(if later {
            told.later()?
        } else {
            told.earlier()?
        })
    }
}

impl<'py> IntoPyObject<'py> for &Zoned {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        let told = self.time_zone().to_ambiguous_timestamp(self.datetime());
        let fold = match told.offset() {
            AmbiguousOffset::Fold { after, .. } => self.offset() == after,
            _ => false,
        };
        let tzinfo = self.time_zone().into_pyobject(py)?;
        to_python(py, self.datetime(), Some(&tzinfo), fold)
    }
}

impl<'py> IntoPyObject<'py> for Zoned {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        (&self).into_pyobject(py)
    }
}

/// From an aware `datetime`.
impl FromPyObject<'_, '_> for Timestamp {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        Zoned::extract(obj).map(|zoned| zoned.timestamp())
    }
}

/// In UTC.
impl<'py> IntoPyObject<'py> for Timestamp {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.to_zoned(TimeZone::UTC).into_pyobject(py)
    }
}

/// From a `ZoneInfo` by its name, or from a time zone that is always as far from UTC.
impl FromPyObject<'_, '_> for TimeZone {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let tzinfo = datetime::cast::<PyTzInfo>(obj)?;
        match tzinfo.getattr_opt(intern!(obj.py(), "key"))? {
            Some(key) => Ok(TimeZone::get(&key.extract::<Cow<'_, str>>()?)?),
            None => Offset::extract(obj).map(Offset::to_time_zone),
        }
    }
}

impl<'py> IntoPyObject<'py> for &TimeZone {
    type Target = PyTzInfo;
    type Output = Bound<'py, PyTzInfo>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        match self.iana_name() {
            _ if *self == TimeZone::UTC => PyTzInfo::utc(py).map(Borrowed::to_owned),
            Some(name) => PyTzInfo::timezone(py, name),
            None => self.to_fixed_offset()?.into_pyobject(py),
        }
    }
}

impl<'py> IntoPyObject<'py> for TimeZone {
    type Target = PyTzInfo;
    type Output = Bound<'py, PyTzInfo>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        (&self).into_pyobject(py)
    }
}

/// From a time zone that is always as far from UTC.
impl FromPyObject<'_, '_> for Offset {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        Ok(Offset::from_seconds(utc_offset::from_python(obj)?)?)
    }
}

impl<'py> IntoPyObject<'py> for Offset {
    type Target = PyTzInfo;
    type Output = Bound<'py, PyTzInfo>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        if self == Offset::UTC {
            return PyTzInfo::utc(py).map(Borrowed::to_owned);
        }
        utc_offset::into_python(py, self.seconds())
    }
}

into_by_reference! {
    SignedDuration => PyDelta,
    Date => PyDate,
    ISOWeekDate => PyDate,
    Time => PyTime,
    DateTime => PyDateTime,
    Timestamp => PyDateTime,
    Offset => PyTzInfo,
}
