//! `chrono_tz::Tz`: `zoneinfo.ZoneInfo`, by its name.

use std::borrow::Cow;

use chrono_tz::{ParseError, Tz};

use super::into_by_reference;
use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::PyErr;
use crate::exceptions::PyValueError;
use crate::instance::{Borrowed, Bound};
use crate::intern;
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::{PyAny, PyTzInfo};

/// From the `key` of a time zone.
impl FromPyObject<'_, '_> for Tz {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let key = obj.getattr(intern!(obj.py(), "key"))?;
        key.extract::<Cow<'_, str>>()?
            .parse()
            .map_err(|error: ParseError| PyValueError::new_err(error.to_string()))
    }
}

impl<'py> IntoPyObject<'py> for Tz {
    type Target = PyTzInfo;
    type Output = Bound<'py, PyTzInfo>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        PyTzInfo::timezone(py, self.name())
    }
}

into_by_reference!(Tz => PyTzInfo);
