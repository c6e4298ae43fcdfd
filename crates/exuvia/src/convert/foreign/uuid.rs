//! `Uuid` and `NonNilUuid`: `uuid.UUID`.

use uuid::{NonNilUuid, Uuid};

use super::into_by_reference;
use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyTypeError, PyValueError};
use crate::instance::{Borrowed, Bound, Py};
use crate::intern;
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::any::PyAnyMethods;
use crate::types::{PyAny, PyType};

fn uuid_class(py: Python<'_>) -> PyResult<&Bound<'_, PyType>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import_type(py, "uuid", "UUID")
}

impl FromPyObject<'_, '_> for Uuid {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        if !obj.is_instance(uuid_class(obj.py())?)? {
            return Err(PyTypeError::new_err("Expected a `uuid.UUID` instance."));
        }
        let number = obj.getattr(intern!(obj.py(), "int"))?.extract()?;
        Ok(Uuid::from_u128(number))
    }
}

impl<'py> IntoPyObject<'py> for Uuid {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        // The fifth way that `UUID` takes its value is a number.
        let none = || py.None();
        uuid_class(py)?.call1((none(), none(), none(), none(), self.as_u128()))
    }
}

impl FromPyObject<'_, '_> for NonNilUuid {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        NonNilUuid::new(Uuid::extract(obj)?).ok_or_else(|| PyValueError::new_err("UUID is nil"))
    }
}

impl<'py> IntoPyObject<'py> for NonNilUuid {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        self.get().into_pyobject(py)
    }
}

into_by_reference!(Uuid => PyAny, NonNilUuid => PyAny);
