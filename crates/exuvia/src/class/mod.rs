/*!
Rust types as Python classes.

`cell` is an instance: the object header, the borrow flag, the Rust value; `reference` a borrow that keeps it alive, `guard` one
that does not. `base` is what a class can extend, `extras` what its options add to an instance, `natives` the memory of Python's own
types. `description` is what the macros say about a class, `blocks` finds what several `#[pymethods]` of one say, and `builder`
makes the type object from it at first use (`constructors` is what it has no room for in the limited API). `initializer` makes
instances, `freelist` keeps the memory of a few that have died, `dealloc` ends those that are not plain, `gc` shows them to the
garbage collector. `field` gets and sets the fields of structs, `attributes` sets those of classes that Python cannot change,
`compare` names the operators of comparisons.
*/

pub(crate) mod attributes;
pub(crate) mod base;
#[cfg(feature = "multiple-pymethods")]
pub(crate) mod blocks;
pub(crate) mod builder;
pub(crate) mod cell;
mod compare;
#[cfg(all(not(for_speed), Py_LIMITED_API))]
mod constructors;
pub(crate) mod dealloc;
pub(crate) mod description;
#[doc(hidden)]
pub mod extras;
pub(crate) mod field;
#[cfg(all(for_speed, not(Py_GIL_DISABLED)))]
pub(crate) mod freelist;
pub mod gc;
pub(crate) mod guard;
pub(crate) mod initializer;
mod natives;
pub(crate) mod reference;

pub use self::compare::CompareOp;
pub use self::gc::{PyTraverseError, PyVisit};

use crate::PyTypeInfo;
use crate::instance::Bound;
use crate::marker::Python;
use crate::type_object::DerefToPyAny;
use crate::types::PyAny;

/// The operator of a comparison, under the path PyO3 gives it.
pub mod basic {
    pub use super::CompareOp;
}

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
/// type must be `Send` and `Sync`, unless the class is `unsendable`.
///
/// # Safety
/// `CLASS` must be the class whose instances hold values of this type, and `LAYOUT` be there if `BaseType` or `Extras` are not the
/// plain ones.
pub unsafe trait PyClass: PyTypeInfo + Sized + 'static {
    /// [`True`](boolean_struct::True) for `#[pyclass(frozen)]`: the value is never borrowed mutably.
    type Frozen: cell::Frozen;

    /// What the class extends: [`PyAny`] if nothing else is said.
    type BaseType: base::PyClassBaseType;

    /// What an instance has besides its value.
    #[doc(hidden)]
    type Extras: extras::Extras<Self>;

    /// `NAME` and `MODULE` of [`PyTypeInfo`].
    #[doc(hidden)]
    const TYPE: (&'static str, Option<&'static str>);

    /// The class's type object and what it is made from.
    #[doc(hidden)]
    const CLASS: &'static builder::Class;

    /// For a class that extends another or has extras.
    #[doc(hidden)]
    const LAYOUT: Option<&'static base::Layout> = None;

    // These depend on the type only. They are constants of the trait because a constant of each class would be one more thing to
    // check each time.
    #[doc(hidden)]
    const SIZE: usize = cell::ClassObject::<Self>::SIZE;
    #[doc(hidden)]
    const DEALLOC: unsafe extern "C" fn(*mut crate::ffi::PyObject) =
        crate::call::trampoline::dealloc_of::<Self>();
    #[doc(hidden)]
    const FLAG: usize = cell::ClassObject::<Self>::FLAG;
    #[doc(hidden)]
    const THREAD: usize = cell::ClassObject::<Self>::THREAD;
    #[doc(hidden)]
    const KINDS: u64 = crate::call::spec::Kinds::mask::<Self>();
}

// SAFETY: instances of the class are made by this crate, with a value of the type in them.
unsafe impl<T: PyClass> PyTypeInfo for T {
    const NAME: &'static str = T::TYPE.0;
    const MODULE: Option<&'static str> = T::TYPE.1;

    #[inline]
    fn type_object_raw(py: Python<'_>) -> *mut crate::ffi::PyTypeObject {
        T::CLASS.type_object_or_panic(py)
    }
    #[inline]
    fn is_type_of(object: &Bound<'_, PyAny>) -> bool {
        T::CLASS.is_type_of(object)
    }
}

impl<T: PyClass> DerefToPyAny for T {}
