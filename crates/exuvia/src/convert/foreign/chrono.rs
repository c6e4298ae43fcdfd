/*!
`chrono`: durations, dates, times and time zones.

Python tells time to the microsecond: what is below is left out. Its years are 1 to 9999; others are a `ValueError`. It has no
leap seconds: they are told as the second before, with a warning.
*/

use chrono::offset::{FixedOffset, LocalResult, Utc};
use chrono::{
    DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone, Timelike,
};

use super::{into_by_reference, utc_offset};
#[cfg(feature = "chrono-local")]
use crate::convert::AtRest;
use crate::convert::{FromPyObject, FromPyObjectOwned, IntoPyObject, IntoPyObjectExt};
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyTypeError, PyUserWarning, PyValueError};
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::type_object::PyTypeInfo;
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
        // A `timedelta` is shorter by far than what would panic here.
        Ok(Duration::seconds(seconds) + Duration::microseconds(microseconds.into()))
    }
}

impl<'py> IntoPyObject<'py> for Duration {
    type Target = PyDelta;
    type Output = Bound<'py, PyDelta>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        let seconds = self.num_seconds();
        // Less than a second, which fits.
        let microseconds = (self - Duration::seconds(seconds))
            .num_microseconds()
            .map_or(0, |microseconds| microseconds as i32);
        // More days than a `timedelta` has are too many in any number: Python raises the error.
        let days = (seconds / SECONDS_PER_DAY).clamp(i32::MIN.into(), i32::MAX.into());
        let seconds = seconds % SECONDS_PER_DAY;
        PyDelta::new(py, days as i32, seconds as i32, microseconds, true)
    }
}

fn naive_date(date: &impl PyDateAccess) -> PyResult<NaiveDate> {
    NaiveDate::from_ymd_opt(
        date.get_year(),
        date.get_month().into(),
        date.get_day().into(),
    )
    .ok_or_else(|| PyValueError::new_err("invalid or out-of-range date"))
}

fn naive_time(time: &impl PyTimeAccess) -> PyResult<NaiveTime> {
    NaiveTime::from_hms_micro_opt(
        time.get_hour().into(),
        time.get_minute().into(),
        time.get_second().into(),
        time.get_microsecond(),
    )
    .ok_or_else(|| PyValueError::new_err("invalid or out-of-range time"))
}

fn naive_date_time(datetime: &Bound<'_, PyDateTime>) -> PyResult<NaiveDateTime> {
    Ok(NaiveDateTime::new(
        naive_date(datetime)?,
        naive_time(datetime)?,
    ))
}

/// Microseconds, and whether they are in a leap second, which `chrono` tells by more than a second of nanoseconds.
fn microsecond(time: &impl Timelike) -> (u32, bool) {
    const SECOND: u32 = 1_000_000_000;
    let nanosecond = time.nanosecond();
    (nanosecond % SECOND / 1000, nanosecond >= SECOND)
}

#[cold]
fn warn_of_leap_second(told: &Bound<'_, PyAny>) {
    let py = told.py();
    let warned = PyErr::warn(
        py,
        PyUserWarning::type_object(py).as_any(),
        c"ignored leap-second, `datetime` does not support leap-seconds",
        0,
    );
    // The conversion is whole nevertheless.
    if let Err(error) = warned {
        error.write_unraisable(py, Some(told));
    }
}

fn to_python<'py>(
    py: Python<'py>,
    naive: &NaiveDateTime,
    tzinfo: Option<&Bound<'py, PyTzInfo>>,
    fold: bool,
) -> PyResult<Bound<'py, PyDateTime>> {
    let (microsecond, leap) = microsecond(naive);
    let datetime = PyDateTime::new_with_fold(
        py,
        naive.year(),
        naive.month() as u8,
        naive.day() as u8,
        naive.hour() as u8,
        naive.minute() as u8,
        naive.second() as u8,
        microsecond,
        tzinfo,
        fold,
    )?;
    if leap {
        warn_of_leap_second(datetime.as_any());
    }
    Ok(datetime)
}

/// From a `date`, or the date of a `datetime`.
impl FromPyObject<'_, '_> for NaiveDate {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        naive_date(&*datetime::cast::<PyDate>(obj)?)
    }
}

impl<'py> IntoPyObject<'py> for NaiveDate {
    type Target = PyDate;
    type Output = Bound<'py, PyDate>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        PyDate::new(py, self.year(), self.month() as u8, self.day() as u8)
    }
}

/// A time zone is left out.
impl FromPyObject<'_, '_> for NaiveTime {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        naive_time(&*datetime::cast::<PyTime>(obj)?)
    }
}

impl<'py> IntoPyObject<'py> for NaiveTime {
    type Target = PyTime;
    type Output = Bound<'py, PyTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        let (microsecond, leap) = microsecond(&self);
        let time = PyTime::new(
            py,
            self.hour() as u8,
            self.minute() as u8,
            self.second() as u8,
            microsecond,
            None,
        )?;
        if leap {
            warn_of_leap_second(time.as_any());
        }
        Ok(time)
    }
}

impl FromPyObject<'_, '_> for NaiveDateTime {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let datetime = datetime::cast::<PyDateTime>(obj)?;
        // Which of the ways to drop a time zone is right, the caller knows.
        if datetime.get_tzinfo().is_some() {
            return Err(PyTypeError::new_err("expected a datetime without tzinfo"));
        }
        naive_date_time(&datetime)
    }
}

impl<'py> IntoPyObject<'py> for NaiveDateTime {
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        to_python(py, &self, None, false)
    }
}

/// `fold` tells two times apart that clocks show alike. A naive `datetime` is an error, but for `chrono::Local`.
impl<'py, Tz> FromPyObject<'_, 'py> for DateTime<Tz>
where
    Tz: TimeZone + FromPyObjectOwned<'py>,
{
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        let datetime = datetime::cast::<PyDateTime>(obj)?;
        let timezone = match datetime.get_tzinfo() {
            Some(tzinfo) => tzinfo.extract().map_err(Into::into)?,
            None => time_zone_of_naive()
                .ok_or_else(|| PyTypeError::new_err("expected a datetime with non-None tzinfo"))?,
        };
        let told = naive_date_time(&datetime)?.and_local_timezone(timezone);
        match (told, datetime.get_fold()) {
            (LocalResult::Single(one), _) => Ok(one),
            (LocalResult::Ambiguous(earlier, _), false) => Ok(earlier),
            (LocalResult::Ambiguous(_, later), true) => Ok(later),
            (LocalResult::None, _) => Err(PyValueError::new_err(format!(
                "The datetime {datetime:?} contains an incompatible timezone"
            ))),
        }
    }
}

/// What a naive `datetime` is taken for: local time, if that is what is wanted.
fn time_zone_of_naive<'py, Tz: FromPyObjectOwned<'py>>() -> Option<Tz> {
    #[cfg(feature = "chrono-local")]
    return Tz::local_time_zone(AtRest);
    #[cfg(not(feature = "chrono-local"))]
    None
}

impl<'py, Tz> IntoPyObject<'py> for DateTime<Tz>
where
    Tz: TimeZone + IntoPyObject<'py>,
{
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        (&self).into_pyobject(py)
    }
}

impl<'py, Tz> IntoPyObject<'py> for &DateTime<Tz>
where
    Tz: TimeZone + IntoPyObject<'py>,
{
    type Target = PyDateTime;
    type Output = Bound<'py, PyDateTime>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        let tzinfo = self.timezone().into_bound_py_any(py)?.cast_into()?;
        let naive = self.naive_local();
        let fold = match self.timezone().offset_from_local_datetime(&naive) {
            LocalResult::Ambiguous(_, later) => later.fix() == self.offset().fix(),
            _ => false,
        };
        to_python(py, &naive, Some(&tzinfo), fold)
    }
}

/// From a time zone that is always as far from UTC.
impl FromPyObject<'_, '_> for FixedOffset {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        FixedOffset::east_opt(utc_offset::from_python(obj)?)
            .ok_or_else(|| PyValueError::new_err("fixed offset out of bounds"))
    }
}

impl<'py> IntoPyObject<'py> for FixedOffset {
    type Target = PyTzInfo;
    type Output = Bound<'py, PyTzInfo>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        utc_offset::into_python(py, self.local_minus_utc())
    }
}

/// From `datetime.timezone.utc`, and what is equal to it.
impl FromPyObject<'_, '_> for Utc {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        if obj.eq(PyTzInfo::utc(obj.py())?)? {
            Ok(Utc)
        } else {
            Err(PyValueError::new_err("expected datetime.timezone.utc"))
        }
    }
}

impl<'py> IntoPyObject<'py> for Utc {
    type Target = PyTzInfo;
    type Output = Borrowed<'static, 'py, PyTzInfo>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        PyTzInfo::utc(py)
    }
}

into_by_reference! {
    Duration => PyDelta,
    NaiveDate => PyDate,
    NaiveTime => PyTime,
    NaiveDateTime => PyDateTime,
    FixedOffset => PyTzInfo,
    Utc => PyTzInfo,
}
