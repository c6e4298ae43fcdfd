//! `chrono::Local`: the time zone of the machine, by its name.

use chrono::Local;

use super::into_by_reference;
use crate::convert::{AtRest, FromPyObject, IntoPyObject};
use crate::err::PyErr;
use crate::exceptions::{PyRuntimeError, PyValueError};
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::string::PyStringMethods;
use crate::types::{PyAny, PyString, PyTzInfo};

impl<'py> IntoPyObject<'py> for Local {
    type Target = PyTzInfo;
    type Output = Borrowed<'static, 'py, PyTzInfo>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        static ZONE: PyOnceLock<Py<PyTzInfo>> = PyOnceLock::new();
        let zone = ZONE.get_or_try_init(py, || {
            let name = iana_time_zone::get_timezone().map_err(|error| {
                PyRuntimeError::new_err(format!("Could not get local timezone: {error}"))
            })?;
            PyTzInfo::timezone(py, name).map(Bound::unbind)
        })?;
        Ok(zone.bind_borrowed(py))
    }
}

into_by_reference!(Local => PyTzInfo);

impl FromPyObject<'_, '_> for Local {
    type Error = PyErr;

    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        let local = Local.into_pyobject(obj.py())?;
        if obj.eq(local)? {
            return Ok(Local);
        }
        let name = local.getattr("key")?.cast_into::<PyString>()?;
        Err(PyValueError::new_err(format!(
            "expected local timezone {}",
            name.to_cow()?
        )))
    }

    fn local_time_zone(_: AtRest) -> Option<Self> {
        Some(Local)
    }
}
