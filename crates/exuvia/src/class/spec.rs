//! What the macros say about a class: static tables that the builder makes a type object from.

use std::ffi::{CStr, c_int, c_uint, c_void};

use crate::call::spec::FunctionDef;
use crate::err::PyResult;
use crate::ffi;
use crate::instance::Py;
use crate::marker::Python;
use crate::types::PyAny;

/// A class.
pub struct ClassSpec {
    /// The name with its module, as `tp_name` wants it.
    pub qualified_name: &'static CStr,
    /// The name in Python.
    pub name: &'static str,
    /// The docstring.
    pub doc: &'static str,
    /// The size of an instance in bytes.
    pub size: usize,
    /// Can Python classes inherit from it?
    pub subclassable: bool,
    /// `tp_dealloc`.
    pub dealloc: unsafe extern "C" fn(*mut ffi::PyObject),
    /// What `#[pyclass]` itself provides, then what `#[pymethods]` adds: the later wins.
    pub items: [&'static ClassItems; 2],
}

/// Methods, properties, special methods and class attributes.
pub struct ClassItems {
    /// Methods of all kinds.
    pub methods: &'static [FunctionDef],
    /// Getters and setters; those of one name are joined.
    pub properties: &'static [PropertyDef],
    /// Special methods.
    pub slots: &'static [Slot],
    /// Values computed when the class is made.
    pub attributes: &'static [ClassAttribute],
    /// `tp_vectorcall`, the fast way to the constructor.
    pub vectorcall: Option<ffi::vectorcallfunc>,
    /// The constructor's parameters as `inspect` reads them, in parentheses; empty if there is none.
    pub text_signature: &'static str,
}

impl ClassItems {
    /// Nothing.
    pub const EMPTY: ClassItems = ClassItems {
        methods: &[],
        properties: &[],
        slots: &[],
        attributes: &[],
        vectorcall: None,
        text_signature: "",
    };
}

/// A getter, a setter, or both.
pub struct PropertyDef {
    /// The attribute's name.
    pub name: &'static CStr,
    /// The docstring.
    pub doc: &'static CStr,
    /// The getter.
    pub get: Option<ffi::getter>,
    /// The setter.
    pub set: Option<ffi::setter>,
}

/// A special method: a number of CPython's (`Py_tp_repr`, …) and the function for it.
pub struct Slot {
    /// Which.
    pub id: c_int,
    /// The function, of the type that the slot asks for.
    pub function: SlotFunction,
}

/// A function pointer that has lost its type.
#[derive(Clone, Copy)]
pub struct SlotFunction(pub *const c_void);

// SAFETY: the address of a function.
unsafe impl Sync for SlotFunction {}
// SAFETY: as above.
unsafe impl Send for SlotFunction {}

/// A class attribute.
pub struct ClassAttribute {
    /// Its name.
    pub name: &'static CStr,
    /// Its value.
    pub value: fn(Python<'_>) -> PyResult<Py<PyAny>>,
}

impl ClassSpec {
    pub(crate) fn flags(&self) -> c_uint {
        let subclassable = if self.subclassable {
            ffi::Py_TPFLAGS_BASETYPE
        } else {
            0
        };
        (ffi::Py_TPFLAGS_DEFAULT | subclassable) as c_uint
    }
}

/// The items of a class without `#[pymethods]`: the macros name `Class::__EXUVIA_ITEMS`, and Rust prefers the inherent
/// constant that `#[pymethods]` makes to this one.
pub trait NoMethods {
    /// Nothing.
    #[allow(missing_docs, non_upper_case_globals)]
    const __EXUVIA_ITEMS: &'static ClassItems = &ClassItems::EMPTY;
}

impl<T> NoMethods for T {}
