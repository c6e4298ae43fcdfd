/*!
Python's built-in types, one file for each: a marker type (`PyList`) to put into [`Bound`](crate::Bound) and
[`Py`](crate::Py), its constructors, and a trait with its methods (`PyListMethods`) implemented for `Bound<'py, PyList>`.

What all objects have in common is in [`PyAnyMethods`]; a `Bound` of a concrete type dereferences to `Bound<PyAny>`.
*/

/// Declares a marker type and says how to recognize its instances.
///
/// `is` and `exactly` name C checks that are cheaper than a comparison of type objects; a type without `is` cannot be
/// subclassed or has no such check.
macro_rules! native_type {
    (
        $(#[$attribute:meta])*
        $name:ident = $python:literal $(in $module:literal)?, $type_object:expr
        $(, is $check:path)? $(, exactly $exact:path)?
    ) => {
        $(#[$attribute])*
        #[repr(transparent)]
        pub struct $name($crate::types::PyAny);

        // SAFETY: the type object is the built-in one of this name, and the checks are CPython's own for it.
        unsafe impl $crate::PyTypeInfo for $name {
            const NAME: &'static str = $python;
            const MODULE: Option<&'static str> = native_type!(@module $($module)?);
            #[inline]
            fn type_object_raw(_: $crate::Python<'_>) -> *mut $crate::ffi::PyTypeObject {
                $type_object
            }
            $(
                #[inline]
                fn is_type_of(object: &$crate::Bound<'_, $crate::types::PyAny>) -> bool {
                    // SAFETY: the object is alive.
                    unsafe { $check(object.as_ptr()) != 0 }
                }
            )?
            $(
                #[inline]
                fn is_exact_type_of(object: &$crate::Bound<'_, $crate::types::PyAny>) -> bool {
                    // SAFETY: the object is alive.
                    unsafe { $exact(object.as_ptr()) != 0 }
                }
            )?
        }
        impl $crate::type_object::DerefToPyAny for $name {}
    };
    (@module) => { Some("builtins") };
    (@module $module:literal) => { Some($module) };
}

/// Declares a marker type whose type object the limited API does not know: it is imported the first time.
#[cfg(Py_LIMITED_API)]
macro_rules! imported_type {
    ($(#[$attribute:meta])* $name:ident = $python:literal in $module:literal) => {
        imported_type! {
            $(#[$attribute])*
            $name = $python in $module, found by
                |py| Ok(py.import($module)?.as_any().getattr($python)?.cast_into()?.unbind())
        }
    };
    ($(#[$attribute:meta])* $name:ident = $python:literal in $module:literal, found by $find:expr) => {
        $(#[$attribute])*
        #[repr(transparent)]
        pub struct $name($crate::types::PyAny);

        // SAFETY: the type object is the one of this name, and its instances are recognized by it alone.
        unsafe impl $crate::PyTypeInfo for $name {
            const NAME: &'static str = $python;
            const MODULE: Option<&'static str> = Some($module);
            fn type_object_raw(py: $crate::Python<'_>) -> *mut $crate::ffi::PyTypeObject {
                static TYPE: $crate::sync::PyOnceLock<$crate::Py<$crate::types::PyType>> =
                    $crate::sync::PyOnceLock::new();
                let find: fn($crate::Python<'_>) -> $crate::PyResult<$crate::Py<$crate::types::PyType>> = $find;
                TYPE.get_or_try_init(py, || find(py))
                    .unwrap_or_else(|error| {
                        $crate::err::panic_with(py, concat!("cannot find ", $module, ".", $python), error)
                    })
                    .as_ptr()
                    .cast()
            }
        }
        impl $crate::type_object::DerefToPyAny for $name {}
    };
}

/// `PartialEq` between a bound object and a Rust value in all the directions and degrees of reference that people
/// write, from one comparison of `&Bound` with a value.
macro_rules! compare_with {
    ($python:ty, $rust:ty, $equal:expr) => {
        const _: () = {
            use $crate::{Borrowed, Bound};
            #[inline]
            fn equal(object: &Bound<'_, $python>, value: $rust) -> bool {
                let equal: fn(&Bound<'_, $python>, $rust) -> bool = $equal;
                equal(object, value)
            }
            impl PartialEq<$rust> for Bound<'_, $python> {
                fn eq(&self, other: &$rust) -> bool {
                    equal(self, *other)
                }
            }
            impl PartialEq<$rust> for &Bound<'_, $python> {
                fn eq(&self, other: &$rust) -> bool {
                    equal(self, *other)
                }
            }
            impl PartialEq<&$rust> for Bound<'_, $python> {
                fn eq(&self, other: &&$rust) -> bool {
                    equal(self, **other)
                }
            }
            impl PartialEq<Bound<'_, $python>> for $rust {
                fn eq(&self, other: &Bound<'_, $python>) -> bool {
                    equal(other, *self)
                }
            }
            impl PartialEq<&Bound<'_, $python>> for $rust {
                fn eq(&self, other: &&Bound<'_, $python>) -> bool {
                    equal(other, *self)
                }
            }
            impl PartialEq<Bound<'_, $python>> for &$rust {
                fn eq(&self, other: &Bound<'_, $python>) -> bool {
                    equal(other, **self)
                }
            }
            impl PartialEq<$rust> for Borrowed<'_, '_, $python> {
                fn eq(&self, other: &$rust) -> bool {
                    equal(self, *other)
                }
            }
            impl PartialEq<&$rust> for Borrowed<'_, '_, $python> {
                fn eq(&self, other: &&$rust) -> bool {
                    equal(self, **other)
                }
            }
            impl PartialEq<Borrowed<'_, '_, $python>> for $rust {
                fn eq(&self, other: &Borrowed<'_, '_, $python>) -> bool {
                    equal(other, *self)
                }
            }
            impl PartialEq<Borrowed<'_, '_, $python>> for &$rust {
                fn eq(&self, other: &Borrowed<'_, '_, $python>) -> bool {
                    equal(other, **self)
                }
            }
        };
    };
}

/// The same for values without a size, `str` and `[u8]`.
macro_rules! compare_with_unsized {
    ($python:ty, $rust:ty, $equal:expr) => {
        const _: () = {
            use $crate::{Borrowed, Bound};
            #[inline]
            fn equal(object: &Bound<'_, $python>, value: &$rust) -> bool {
                let equal: fn(&Bound<'_, $python>, &$rust) -> bool = $equal;
                equal(object, value)
            }
            impl PartialEq<$rust> for Bound<'_, $python> {
                fn eq(&self, other: &$rust) -> bool {
                    equal(self, other)
                }
            }
            impl PartialEq<&$rust> for Bound<'_, $python> {
                fn eq(&self, other: &&$rust) -> bool {
                    equal(self, other)
                }
            }
            impl PartialEq<$rust> for &Bound<'_, $python> {
                fn eq(&self, other: &$rust) -> bool {
                    equal(self, other)
                }
            }
            impl PartialEq<Bound<'_, $python>> for $rust {
                fn eq(&self, other: &Bound<'_, $python>) -> bool {
                    equal(other, self)
                }
            }
            impl PartialEq<&Bound<'_, $python>> for $rust {
                fn eq(&self, other: &&Bound<'_, $python>) -> bool {
                    equal(other, self)
                }
            }
            impl PartialEq<Bound<'_, $python>> for &$rust {
                fn eq(&self, other: &Bound<'_, $python>) -> bool {
                    equal(other, self)
                }
            }
            impl PartialEq<$rust> for Borrowed<'_, '_, $python> {
                fn eq(&self, other: &$rust) -> bool {
                    equal(self, other)
                }
            }
            impl PartialEq<&$rust> for Borrowed<'_, '_, $python> {
                fn eq(&self, other: &&$rust) -> bool {
                    equal(self, other)
                }
            }
            impl PartialEq<Borrowed<'_, '_, $python>> for $rust {
                fn eq(&self, other: &Borrowed<'_, '_, $python>) -> bool {
                    equal(other, self)
                }
            }
            impl PartialEq<Borrowed<'_, '_, $python>> for &$rust {
                fn eq(&self, other: &Borrowed<'_, '_, $python>) -> bool {
                    equal(other, self)
                }
            }
        };
    };
}

pub(crate) mod any;
pub(crate) mod boolobject;
pub(crate) mod bytearray;
pub mod bytes;
pub mod capsule;
pub mod code;
pub(crate) mod complex;
#[cfg(not(Py_LIMITED_API))]
mod context;
pub mod datetime;
pub mod dict;
mod ellipsis;
pub(crate) mod float;
#[cfg(not(Py_LIMITED_API))]
mod frame;
pub mod frozenset;
mod function;
mod genericalias;
mod int;
pub mod iterator;
pub mod list;
pub(crate) mod mapping;
pub(crate) mod mappingproxy;
mod memoryview;
pub(crate) mod module;
mod none;
mod notimplemented;
mod pysuper;
pub(crate) mod range;
pub(crate) mod sequence;
pub mod set;
pub mod slice;
pub mod string;
pub(crate) mod traceback;
pub mod tuple;
pub(crate) mod typeobject;
pub mod weakref;

pub use self::any::{PyAny, PyAnyMethods};
pub use self::boolobject::{PyBool, PyBoolMethods};
pub use self::bytearray::{PyByteArray, PyByteArrayMethods};
pub use self::bytes::{PyBytes, PyBytesMethods};
pub use self::capsule::{PyCapsule, PyCapsuleMethods};
pub use self::code::{PyCode, PyCodeMethods};
pub use self::complex::{PyComplex, PyComplexMethods};
#[cfg(not(Py_LIMITED_API))]
pub use self::context::PyContext;
pub use self::datetime::{
    PyDate, PyDateAccess, PyDateTime, PyDelta, PyDeltaAccess, PyTime, PyTimeAccess, PyTzInfo,
    PyTzInfoAccess,
};
pub use self::dict::{IntoPyDict, PyDict, PyDictItems, PyDictKeys, PyDictMethods, PyDictValues};
pub use self::ellipsis::PyEllipsis;
pub use self::float::{PyFloat, PyFloatMethods};
#[cfg(not(Py_LIMITED_API))]
pub use self::frame::{PyFrame, PyFrameMethods};
pub use self::frozenset::{PyFrozenSet, PyFrozenSetMethods};
pub use self::function::{PyCFunction, PyFunction};
pub use self::genericalias::PyGenericAlias;
pub use self::int::PyInt;
pub use self::iterator::PyIterator;
pub use self::list::{PyList, PyListMethods};
pub use self::mapping::{PyMapping, PyMappingMethods};
pub use self::mappingproxy::{PyMappingProxy, PyMappingProxyMethods};
pub use self::memoryview::PyMemoryView;
pub use self::module::{PyModule, PyModuleMethods};
pub use self::none::PyNone;
pub use self::notimplemented::PyNotImplemented;
pub use self::pysuper::PySuper;
pub use self::range::{PyRange, PyRangeMethods};
pub use self::sequence::{PySequence, PySequenceMethods};
pub use self::set::{PySet, PySetMethods};
pub use self::slice::{PySlice, PySliceMethods};
pub use self::string::{PyString, PyStringMethods};
pub use self::traceback::{PyTraceback, PyTracebackMethods};
pub use self::tuple::{PyTuple, PyTupleMethods};
pub use self::typeobject::{PyType, PyTypeMethods};
pub use self::weakref::{PyWeakref, PyWeakrefMethods, PyWeakrefProxy, PyWeakrefReference};

pub use crate::type_object::DerefToPyAny;

// What PyO3 has moved into the modules of their types, under the older paths too.
pub use self::capsule::CapsuleName;
pub use self::code::PyCodeInput;
pub use self::frozenset::PyFrozenSetBuilder;
pub use self::iterator::PySendResult;
pub use self::slice::PySliceIndices;
#[cfg(not(Py_LIMITED_API))]
pub use self::string::PyStringData;

/// The iterators over Python's collections.
pub mod iter {
    pub use super::dict::BoundDictIterator;
    pub use super::frozenset::BoundFrozenSetIterator;
    pub use super::list::BoundListIterator;
    pub use super::mappingproxy::BoundMappingProxyIterator;
    pub use super::set::BoundSetIterator;
    pub use super::tuple::{BorrowedTupleIterator, BoundTupleIterator};
}

mod sealed {
    /// Keeps the method traits to this crate, so that methods can be added to them.
    pub trait Sealed {}
    impl<T> Sealed for crate::Bound<'_, T> {}
}

/// A Rust length or index as CPython's signed size.
///
/// What does not fit becomes the largest size, which no collection reaches: looking there finds nothing, and slices
/// end at the end.
#[inline]
pub(crate) fn ssize(index: usize) -> crate::ffi::Py_ssize_t {
    index.min(isize::MAX as usize) as crate::ffi::Py_ssize_t
}

/// The type object of a class in `collections.abc`, imported the first time.
///
/// # Panics
/// When the standard library is not there.
fn abstract_base_class(
    py: crate::Python<'_>,
    cell: &crate::sync::PyOnceLock<crate::Py<PyType>>,
    name: &str,
) -> *mut crate::ffi::PyTypeObject {
    cell.import(py, "collections.abc", name)
        .unwrap_or_else(|error| {
            crate::err::panic_with(py, &format!("cannot import collections.abc.{name}"), error)
        })
        .as_type_ptr()
}

/// Is `object` an instance of an abstract base class? An exception in the answer is reported and means no.
fn is_abstract_instance(
    object: &crate::Bound<'_, PyAny>,
    class: *mut crate::ffi::PyTypeObject,
) -> bool {
    // SAFETY: both are alive.
    let answer = unsafe { crate::ffi::PyObject_IsInstance(object.as_ptr(), class.cast()) };
    any::truth(object.py(), answer).unwrap_or_else(|error| {
        error.write_unraisable(object.py(), Some(object));
        false
    })
}

/// Registers `class` with an abstract base class, so that `isinstance` answers yes.
fn register(
    base: crate::Bound<'_, PyType>,
    class: crate::Bound<'_, PyType>,
) -> crate::PyResult<()> {
    base.call_method1(crate::intern!(base.py(), "register"), (class,))
        .map(drop)
}

pub(crate) use crate::sync::critical_section::with_critical_section;
