//! The error of a cast to a Python type that the object does not have.

use std::fmt;

use crate::PyTypeInfo;
use crate::err::{PyErr, PyErrArguments};
use crate::exceptions::PyTypeError;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::types::PyAny;
use crate::types::any::PyAnyMethods;
use crate::types::string::PyStringMethods;
use crate::types::tuple::PyTupleMethods;
use crate::types::typeobject::PyTypeMethods;
use crate::types::{PyNone, PyTuple, PyType};

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
    if from.is_none() {
        f.write_str("'None' is not an instance of '")?;
    } else {
        write!(
            f,
            "'{}' object is not an instance of '",
            name(&from.get_type())
        )?;
    }
    show_classinfo(classinfo, f)?;
    f.write_str("'")
}

fn name(ty: &Bound<'_, PyType>) -> String {
    ty.qualname().map_or_else(
        |_| "<unnamed type>".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

/// A type by its name; a tuple, which may hold others, as its members with bars in between.
fn show_classinfo(classinfo: &Bound<'_, PyAny>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Ok(ty) = classinfo.cast::<PyType>() {
        if ty.is(PyNone::type_object(ty.py())) {
            return f.write_str("None");
        }
        f.write_str(&name(ty))
    } else if let Ok(types) = classinfo.cast::<PyTuple>() {
        for (index, ty) in types.iter().enumerate() {
            if index > 0 {
                f.write_str(" | ")?;
            }
            show_classinfo(&ty, f)?;
        }
        Ok(())
    } else {
        write!(f, "{classinfo}")
    }
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

/// A cast that fails is often one of several that are tried: the message is made when somebody asks for it.
struct Arguments {
    from: Py<PyAny>,
    classinfo: Py<PyAny>,
}

impl PyErrArguments for Arguments {
    fn arguments(self, py: Python<'_>) -> Py<PyAny> {
        let error = CastIntoError {
            from: self.from.into_bound(py),
            classinfo: self.classinfo.into_bound(py),
        };
        error.to_string().arguments(py)
    }
}

impl From<CastError<'_, '_>> for PyErr {
    #[cold]
    fn from(error: CastError<'_, '_>) -> PyErr {
        PyTypeError::new_err(Arguments {
            from: error.from.to_owned().unbind(),
            classinfo: error.classinfo.unbind(),
        })
    }
}

impl From<CastIntoError<'_>> for PyErr {
    #[cold]
    fn from(error: CastIntoError<'_>) -> PyErr {
        PyTypeError::new_err(Arguments {
            from: error.from.unbind(),
            classinfo: error.classinfo.unbind(),
        })
    }
}
