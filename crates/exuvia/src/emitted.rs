/*!
What the macros emit code against. Not an API for people: names and signatures change with the macros.
*/

mod class;
mod run;
mod scalars;

use std::ffi::CStr;
use std::marker::PhantomData;
use std::sync::OnceLock;

use crate::err::panic_with;
use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::{PyAny, PyType};
use crate::{PyErr, exceptions};

pub use self::run::{format, run, run_with};
pub use crate::__class as class;
pub use crate::__scalars as scalars;
pub use crate::call::extract::{
    Frame, argument, bound, exclusive, fail, optional_argument, receiver, receiver_mut, reference,
    value,
};
pub use crate::call::function::WrapFunction;
pub use crate::call::module::{
    AddClass, AddToModule, AddType, InModule, Members, ModuleDef, ModuleHandle, append_to_inittab,
};
pub use crate::call::output::{self, Output, Plain};
#[cfg(not(for_speed))]
pub use crate::call::scalars::Words;
pub use crate::call::spec::{
    FunctionDef, FunctionSpec, Implementation, IntImplementation, Kinds, Signature,
};
pub use crate::call::trampoline;
pub use crate::call::values::values;
pub use crate::class::base::{Layout, Subclassable};
#[cfg(feature = "multiple-pymethods")]
pub use crate::class::blocks::Block;
pub use crate::class::builder::Class;
pub use crate::class::cell::Frozen;
#[cfg(not(for_speed))]
pub use crate::class::cell::{ExclusiveInstance, Instance, NewInstance};
pub use crate::class::description::{Container, Description, NoMethods};
pub use crate::class::extras;
pub use crate::class::field::{ByClone, ByReference, Field};
pub use crate::class::gc;
pub use crate::convert::derived;
#[cfg(feature = "experimental-async")]
pub use crate::coroutine::emitted as coroutine;
pub use crate::err::ToPyErr;
pub use crate::type_object::DerefToPyAny;
#[cfg(feature = "multiple-pymethods")]
pub use inventory;

/// The C string in a literal that ends in NUL; checked while compiling.
pub const fn c_str(text: &str) -> &CStr {
    match CStr::from_bytes_with_nul(text.as_bytes()) {
        Ok(text) => text,
        Err(_) => panic!("the text contains a NUL character"),
    }
}

/// A new reference to `NotImplemented`: the answer of an operator to an operand it does not know.
#[cold]
pub fn not_implemented(py: Python<'_>) -> *mut crate::ffi::PyObject {
    py.NotImplemented().into_ptr()
}

/// Raises the error of a function that takes its module and was wrapped without one.
#[cold]
pub fn no_module(py: Python<'_>) {
    exceptions::PyRuntimeError::new_err(
        "the function takes its module, but was wrapped without one: `wrap_pyfunction!(function, module)`",
    )
    .restore(py);
}

/// Warns, as a function with `warn(…)` does when it is called; `false` with the exception set if the warning is raised as one.
#[cold]
pub fn warn(py: Python<'_>, category: &Bound<'_, PyType>, message: &CStr) -> bool {
    match PyErr::warn(py, category.as_any(), message, 1) {
        Ok(()) => true,
        Err(error) => {
            error.restore(py);
            false
        }
    }
}

/// The answer of `!=` where only `==` is defined: the opposite of all that `==` does, the other operand's part in it included.
///
/// # Safety
/// `receiver` and what `args` points to are the operands.
#[inline(never)]
pub unsafe fn not_equal(
    py: Python<'_>,
    receiver: *mut crate::ffi::PyObject,
    args: *const *mut crate::ffi::PyObject,
) -> *mut crate::ffi::PyObject {
    // SAFETY: the operands are alive.
    let (left, right) = unsafe {
        (
            crate::Borrowed::<PyAny>::from_ptr(py, receiver),
            crate::Borrowed::<PyAny>::from_ptr(py, args.read()),
        )
    };
    output::object(py, left.eq(right).map(|equal| !equal))
}

/// Is the argument `None`?
#[inline(always)]
pub fn is_none(argument: crate::Borrowed<'_, '_, PyAny>) -> bool {
    argument.is_none()
}

/// CPython's number for the operator of a comparison, which travels as the second argument's address.
///
/// # Safety
/// `args` are those that `trampoline::compare` passes.
#[inline(always)]
pub unsafe fn comparison_number(args: *const *mut crate::ffi::PyObject) -> std::ffi::c_int {
    // SAFETY: the caller's promise.
    unsafe { (*args.add(1)).addr() as std::ffi::c_int }
}

/// The operator of a comparison.
///
/// # Safety
/// As for [`comparison_number`].
#[inline(always)]
pub unsafe fn comparison(args: *const *mut crate::ffi::PyObject) -> crate::CompareOp {
    // SAFETY: the caller's promise. CPython knows six operators.
    unsafe { crate::CompareOp::from_raw(comparison_number(args)) }
        .expect("CPython asks for one of its six comparisons")
}

/// The error where a class can set items but not delete them, or the other way round.
///
/// # Safety
/// `receiver` is a live object.
#[cold]
pub unsafe fn refuse_item(
    _: Python<'_>,
    _receiver: *mut crate::ffi::PyObject,
    deleting: bool,
) -> PyErr {
    exceptions::PyNotImplementedError::new_err(if deleting {
        "can't delete item"
    } else {
        "can't set item"
    })
}

/// The same for attributes.
///
/// # Safety
/// As for [`refuse_item`].
#[cold]
pub unsafe fn refuse_attribute(
    _: Python<'_>,
    _receiver: *mut crate::ffi::PyObject,
    deleting: bool,
) -> PyErr {
    exceptions::PyAttributeError::new_err(if deleting {
        "can't delete attribute"
    } else {
        "can't set attribute"
    })
}

/// The same for descriptors.
///
/// # Safety
/// As for [`refuse_item`].
#[cold]
pub unsafe fn refuse_descriptor(
    _: Python<'_>,
    _receiver: *mut crate::ffi::PyObject,
    deleting: bool,
) -> PyErr {
    exceptions::PyNotImplementedError::new_err(if deleting {
        "can't delete descriptor"
    } else {
        "can't set descriptor"
    })
}

/// The answer of a class with `__getattribute__` and without `__getattr__` where there is no such attribute: an error of that name,
/// whatever the method's own says.
///
/// # Safety
/// `args` begin with a live object.
#[cold]
pub unsafe fn no_attribute(
    py: Python<'_>,
    _receiver: *mut crate::ffi::PyObject,
    args: *const *mut crate::ffi::PyObject,
) -> *mut crate::ffi::PyObject {
    // SAFETY: the caller's promise.
    let name = unsafe { crate::Borrowed::<PyAny>::from_ptr(py, *args) };
    exceptions::PyAttributeError::new_err((name.to_owned().unbind(),)).restore(py);
    std::ptr::null_mut()
}

/// A default of an optional parameter, which may be given without its `Some`.
pub trait DefaultOf<T> {
    /// The default.
    fn optional(self) -> Option<T>;
}

impl<T> DefaultOf<T> for T {
    fn optional(self) -> Option<T> {
        Some(self)
    }
}

impl<T> DefaultOf<T> for Option<T> {
    fn optional(self) -> Option<T> {
        self
    }
}

/// The default of an optional parameter that is written as a path or a call.
pub fn optional<T>(default: impl DefaultOf<T>) -> Option<T> {
    default.optional()
}

/// A hash by Rust's own hasher, for `#[pyclass(hash)]`: equal values have equal hashes within one process.
pub fn hash_of<T: std::hash::Hash>(value: &T) -> u64 {
    use std::hash::Hasher;
    let mut hasher = std::hash::DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Is `object` an instance of `T`? For operators, whose receiver may be either operand.
///
/// # Safety
/// `object` is a live object.
#[inline]
pub unsafe fn is_instance<T: crate::PyTypeInfo>(
    py: Python<'_>,
    object: *mut crate::ffi::PyObject,
) -> bool {
    // SAFETY: operands are live objects, and those are not NULL.
    let object = unsafe {
        crate::instance::Borrowed::from_non_null(py, std::ptr::NonNull::new_unchecked(object))
    };
    T::is_type_of(&object)
}

/// Turns what `#[new]` returns into an instance of the class that was called.
///
/// # Safety
/// `subtype` is the class of `T` or a subclass of it.
#[inline(always)]
pub unsafe fn new_instance<T, U>(
    py: Python<'_>,
    subtype: *mut crate::ffi::PyObject,
    result: crate::PyResult<U>,
) -> *mut crate::ffi::PyObject
where
    T: crate::PyClass,
    U: Into<crate::PyClassInitializer<T>>,
{
    // SAFETY: the caller's promise.
    output::raised(
        py,
        result.and_then(|value| unsafe { value.into().create_of_subtype(py, subtype) }),
    )
}

/// What a constructor of the class of `T` returns. Rust prefers the inherent method, for what an instance is made from, to that of
/// [`AnyObject`].
pub struct Made<T, U>(crate::PyResult<U>, PhantomData<T>);

impl<T, U> Made<T, U> {
    /// From the constructor's result.
    #[inline(always)]
    pub fn by(result: crate::PyResult<U>) -> Self {
        Made(result, PhantomData)
    }
}

impl<T: crate::PyClass, U: Into<crate::PyClassInitializer<T>>> Made<T, U> {
    /// The instance, of the class that was called.
    ///
    /// # Safety
    /// `subtype` is the class of `T` or a subclass of it.
    #[inline(always)]
    pub unsafe fn object(
        self,
        py: Python<'_>,
        subtype: *mut crate::ffi::PyObject,
    ) -> *mut crate::ffi::PyObject {
        // SAFETY: the caller's promise.
        unsafe { new_instance::<T, U>(py, subtype, self.0) }
    }
}

/// A constructor may return any other object in place of an instance.
pub trait AnyObject<'py, U> {
    /// The object.
    ///
    /// # Safety
    /// None is needed.
    unsafe fn object(
        self,
        py: Python<'py>,
        subtype: *mut crate::ffi::PyObject,
    ) -> *mut crate::ffi::PyObject
    where
        U: crate::IntoPyObject<'py>;
}

impl<'py, T, U> AnyObject<'py, U> for Made<T, U> {
    unsafe fn object(
        self,
        py: Python<'py>,
        _: *mut crate::ffi::PyObject,
    ) -> *mut crate::ffi::PyObject
    where
        U: crate::IntoPyObject<'py>,
    {
        output::object(py, self.0)
    }
}

/// The class of an instance, which may get another while this one is in use.
///
/// # Safety
/// `object` is a live object.
pub unsafe fn class_of<'py>(
    py: Python<'py>,
    object: *mut crate::ffi::PyObject,
) -> Bound<'py, PyAny> {
    // SAFETY: the caller's promise; the type of a live object is alive.
    unsafe { crate::Borrowed::from_ptr(py, crate::ffi::Py_TYPE(object).cast()) }.to_owned()
}

/// A value as a class attribute.
///
/// # Errors
/// Those of the conversion.
pub fn class_attribute<'py, T: crate::IntoPyObject<'py>>(
    py: Python<'py>,
    result: crate::PyResult<T>,
) -> crate::PyResult<Py<PyAny>> {
    // SAFETY: `into_result` gives an owned reference, or NULL with an exception set.
    unsafe { Py::from_owned_ptr_or_err(py, result?.into_result(py)?) }
}

/// The object of an enum's variant, which is made once.
///
/// # Errors
/// `MemoryError`, and what making the class raises.
pub fn variant<'py, T: crate::PyClass<BaseType = PyAny>>(
    py: Python<'py>,
    made: &'static OnceLock<Py<T>>,
    value: T,
) -> crate::PyResult<Bound<'py, T>> {
    if let Some(object) = made.get() {
        return Ok(object.bind(py).clone());
    }
    // The first instance makes the class, whose attributes are the variants: this one may have been made when it is there. Nobody
    // waits for anybody, since that could be for each other.
    let _ = made.set(Py::new(py, value)?);
    let object = made.get().expect("one has been put there");
    Ok(object.bind(py).clone())
}

/// The value of a field of a variant.
///
/// # Errors
/// Those of the conversion.
pub fn field_value(
    py: Python<'_>,
    value: crate::PyResult<*mut crate::ffi::PyObject>,
) -> crate::PyResult<Py<PyAny>> {
    // SAFETY: a conversion gives an owned reference.
    unsafe { Py::from_owned_ptr_or_err(py, value?) }
}

/// Implements the traits of an exception type from an expression that gives its type object.
#[doc(hidden)]
#[macro_export]
macro_rules! __emit_exception_type {
    ($name:ident, $module:expr, $type_object:expr) => {
        // SAFETY: the pointer is a type object, an exception class, kept alive by a static.
        unsafe impl $crate::PyTypeInfo for $name {
            const NAME: &'static str = stringify!($name);
            const MODULE: ::std::option::Option<&'static str> =
                ::std::option::Option::Some($module);
            fn type_object_raw(py: $crate::Python<'_>) -> *mut $crate::ffi::PyTypeObject {
                let pointer: fn($crate::Python<'_>) -> *mut $crate::ffi::PyObject = $type_object;
                pointer(py).cast()
            }
        }
        impl $crate::emitted::DerefToPyAny for $name {}
        impl $crate::emitted::ToPyErr for $name {}
        impl $name {
            #[doc(hidden)]
            #[allow(dead_code)]
            pub const __EXUVIA: $crate::emitted::AddType<Self> = $crate::emitted::AddType::new();
        }
    };
}
pub use crate::__emit_exception_type as exception_type;

/// # Panics
/// When the type cannot be made.
pub fn new_exception_type(
    py: Python<'_>,
    name: &CStr,
    doc: Option<&CStr>,
    base: &Bound<'_, PyType>,
) -> Py<PyType> {
    PyErr::new_type(py, name, doc, Some(base), None).unwrap_or_else(|error| {
        let name = name.to_string_lossy();
        panic_with(py, &format!("cannot make the exception type {name}"), error)
    })
}

/// # Panics
/// When it is not there or is no exception type.
pub fn imported_exception_type(py: Python<'_>, module: &str, name: &str) -> Py<PyType> {
    let found = py
        .import(module)
        .and_then(|module| module.as_any().getattr(name))
        .and_then(|ty: Bound<'_, PyAny>| {
            let ty = ty.cast_into::<PyType>()?;
            // SAFETY: the object is alive.
            if unsafe { crate::ffi::PyExceptionClass_Check(ty.as_ptr()) } == 0 {
                return Err(exceptions::PyTypeError::new_err(
                    "it is not an exception type",
                ));
            }
            Ok(ty.unbind())
        });
    found.unwrap_or_else(|error| {
        panic_with(
            py,
            &format!("cannot import the exception {module}.{name}"),
            error,
        )
    })
}
