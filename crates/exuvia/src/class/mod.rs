/*!
Rust types as Python classes.

`cell` is an instance: the object header, the borrow flag, the Rust value. `spec` is what the macros say about a class,
`builder` makes the type object from it at first use, `slots` holds the tables of special methods, `initializer` makes
instances.
*/

pub(crate) mod builder;
pub(crate) mod cell;
mod compare;
pub(crate) mod field;
pub(crate) mod initializer;
pub(crate) mod spec;

pub use self::compare::CompareOp;

use crate::instance::Bound;
use crate::marker::Python;
use crate::types::PyType;
use crate::{PyResult, PyTypeInfo};

/// `true` and `false` as types, for [`PyClass::Frozen`].
pub mod boolean_struct {
    /// Yes.
    pub struct True;
    /// No.
    pub struct False;
}

/// A Rust type that is a Python class; implemented by `#[pyclass]`.
///
/// Instances are reached from any thread that is attached, one after another with a GIL and at once without: the Rust
/// type must be `Send` and `Sync`.
pub trait PyClass: PyTypeInfo + Send + Sync + Sized + 'static {
    /// [`True`](boolean_struct::True) for `#[pyclass(frozen)]`: the value is never borrowed mutably.
    type Frozen: cell::Frozen;

    /// The class's type object and the tables it is made from.
    #[doc(hidden)]
    fn class() -> &'static builder::Class;
}

/// The type object of a class, where failing to make it must be an exception rather than a panic.
///
/// # Errors
/// What making the type or computing one of its class attributes raises.
pub(crate) fn try_type_object<T: PyClass>(py: Python<'_>) -> PyResult<Bound<'_, PyType>> {
    T::class().type_object(py)
}
