//! The error of a cast to a Python type that the object does not have.

use std::fmt;

use crate::err::PyErr;
use crate::exceptions::PyTypeError;
use crate::instance::{Borrowed, Bound};
use crate::types::PyAny;
use crate::types::any::PyAnyMethods;
use crate::types::string::PyStringMethods;
use crate::types::tuple::PyTupleMethods;
use crate::types::typeobject::PyTypeMethods;
use crate::types::{PyTuple, PyType};

/// [`Bound::cast`] failed: the object is no instance of the type.
#[derive(Debug)]
pub struct CastError<'a, 'py> {
    from: Borrowed<'a, 'py, PyAny>,
    classinfo: Bound<'py, PyAny>,
}

impl<'a, 'py> CastError<'a, 'py> {
    /// `classinfo` is what `isinstance` would be given: a type, or a tuple of types.
    pub fn new(from: Borrowed<'a, 'py, PyAny>, classinfo: Bound<'py, PyAny>) -> Self {
        CastError { from, classinfo }
    }
}

/// [`Bound::cast_into`] failed; holds the object.
#[derive(Debug)]
pub struct CastIntoError<'py> {
    from: Bound<'py, PyAny>,
    classinfo: Bound<'py, PyAny>,
}

impl<'py> CastIntoError<'py> {
    /// `classinfo` is what `isinstance` would be given: a type, or a tuple of types.
    pub fn new(from: Bound<'py, PyAny>, classinfo: Bound<'py, PyAny>) -> Self {
        CastIntoError { from, classinfo }
    }

    /// The object that was to be cast.
    pub fn into_inner(self) -> Bound<'py, PyAny> {
        self.from
    }
}

fn show(
    from: &Bound<'_, PyAny>,
    classinfo: &Bound<'_, PyAny>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let name = |ty: &Bound<'_, PyType>| {
        ty.qualname().map_or_else(
            |_| "<unnamed type>".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        )
    };
    if from.is_none() {
        f.write_str("'None' is not an instance of '")?;
    } else {
        write!(
            f,
            "'{}' object is not an instance of '",
            name(&from.get_type())
        )?;
    }
    if let Ok(ty) = classinfo.cast::<PyType>() {
        f.write_str(&name(ty))?;
    } else if let Ok(types) = classinfo.cast::<PyTuple>() {
        for (index, ty) in types.iter().enumerate() {
            let separator = if index == 0 { "" } else { " | " };
            match ty.cast::<PyType>() {
                Ok(ty) => write!(f, "{separator}{}", name(ty))?,
                Err(_) => write!(f, "{separator}{ty}")?,
            }
        }
    } else {
        write!(f, "{classinfo}")?;
    }
    f.write_str("'")
}

impl fmt::Display for CastError<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.from, &self.classinfo, f)
    }
}

impl fmt::Display for CastIntoError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.from, &self.classinfo, f)
    }
}

impl std::error::Error for CastError<'_, '_> {}
impl std::error::Error for CastIntoError<'_> {}

impl From<CastError<'_, '_>> for PyErr {
    #[cold]
    fn from(error: CastError<'_, '_>) -> PyErr {
        PyTypeError::new_err(error.to_string())
    }
}

impl From<CastIntoError<'_>> for PyErr {
    #[cold]
    fn from(error: CastIntoError<'_>) -> PyErr {
        PyTypeError::new_err(error.to_string())
    }
}
