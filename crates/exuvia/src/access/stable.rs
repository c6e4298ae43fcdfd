//! The inside of objects by functions that all versions of Python from the minimum on have.

use std::borrow::Cow;
use std::ffi::{CStr, c_ulong};
use std::mem::transmute;
use std::ptr::null_mut;

use crate::call::held;
use crate::class::attributes;
use crate::err::{PyResult, panic_with};
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::type_object::PyTypeInfo;
use crate::types::any::PyAnyMethods;
use crate::types::dict::PyDictMethods;
use crate::types::{PyAny, PyBytes, PyDict, PyInt, PyString, PyTuple, PyType};

type Object = *mut ffi::PyObject;
type Type = *mut ffi::PyTypeObject;

/// # Safety
/// `tuple` is a live tuple.
pub(crate) unsafe fn tuple_size(tuple: Object) -> ffi::Py_ssize_t {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyTuple_Size(tuple) }
}

/// The item, counted by the tuple.
///
/// # Safety
/// `tuple` is a live tuple that has such an item.
pub(crate) unsafe fn tuple_item(tuple: Object, index: ffi::Py_ssize_t) -> Object {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyTuple_GetItem(tuple, index) }
}

/// Fills an empty place, which takes over the reference.
///
/// # Safety
/// `tuple` is a new tuple with such a place, and nobody else has it.
pub(crate) unsafe fn fill_tuple(tuple: Object, index: ffi::Py_ssize_t, item: Object) {
    // SAFETY: the caller's promise; so the call cannot fail.
    unsafe { ffi::PyTuple_SetItem(tuple, index, item) };
}

/// The items of a tuple, one after the other.
pub(crate) struct TupleItems(Vec<Object>);

impl TupleItems {
    /// # Safety
    /// `tuple` is a tuple, and lives as long as this is used.
    pub(crate) unsafe fn of(tuple: Object) -> Self {
        // SAFETY: the caller's promise; the tuple has these items.
        unsafe {
            TupleItems(
                (0..tuple_size(tuple))
                    .map(|index| tuple_item(tuple, index))
                    .collect(),
            )
        }
    }

    pub(crate) fn as_slice(&self) -> &[Object] {
        &self.0
    }
}

/// # Safety
/// `list` is a live list.
pub(crate) unsafe fn list_size(list: Object) -> ffi::Py_ssize_t {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyList_Size(list) }
}

/// The item, counted by the list.
///
/// # Safety
/// `list` is a live list that has such an item.
pub(crate) unsafe fn list_item(list: Object, index: ffi::Py_ssize_t) -> Object {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyList_GetItem(list, index) }
}

/// The first byte.
///
/// # Safety
/// `bytes` is a live `bytes`.
pub(crate) unsafe fn bytes_start(bytes: Object) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyBytes_AsString(bytes).cast::<u8>() }
}

/// # Safety
/// `float` is a live `float`.
pub(crate) unsafe fn float_value(float: Object) -> f64 {
    // SAFETY: the caller's promise; of a float, also of a subclass, the call reads the value without asking its `__float__`.
    unsafe { ffi::PyFloat_AsDouble(float) }
}

/// How many code points a string has.
///
/// # Safety
/// `string` is a live string.
pub(crate) unsafe fn string_length(string: Object) -> ffi::Py_ssize_t {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyUnicode_GetLength(string) }
}

macro_rules! functions_of_types {
    ($($(#[$attribute:meta])* $name:ident by $slot:ident: $ty:ty;)*) => {$(
        $(#[$attribute])*
        ///
        /// # Safety
        /// `ty` is a live type.
        pub(crate) unsafe fn $name(ty: Type) -> Option<$ty> {
            // SAFETY: the caller's promise; the slot holds a function of this kind, or NULL. From Python 3.10 on the call
            // answers for all types.
            unsafe { transmute::<*mut std::ffi::c_void, Option<$ty>>(ffi::PyType_GetSlot(ty, ffi::$slot)) }
        }
    )*};
}

functions_of_types! {
    /// What makes an instance from arguments.
    tp_new by Py_tp_new: ffi::newfunc;
    /// What makes the memory of an instance.
    tp_alloc by Py_tp_alloc: ffi::allocfunc;
    /// What frees the memory of an instance.
    tp_free by Py_tp_free: ffi::freefunc;
    /// What ends an instance.
    tp_dealloc by Py_tp_dealloc: ffi::destructor;
    /// What shows the collector the references of an instance.
    tp_traverse by Py_tp_traverse: ffi::traverseproc;
    /// What gives up the references of an instance.
    tp_clear by Py_tp_clear: ffi::inquiry;
    /// What initializes an instance.
    tp_init by Py_tp_init: ffi::initproc;
    /// What calls an instance.
    tp_call by Py_tp_call: ffi::ternaryfunc;
    /// What makes a `bool` of an instance.
    nb_bool by Py_nb_bool: ffi::inquiry;
}

/// The type that a type extends.
///
/// # Safety
/// `ty` is a live type.
pub(crate) unsafe fn base(ty: Type) -> Type {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyType_GetSlot(ty, ffi::Py_tp_base).cast() }
}

/// # Safety
/// `ty` is a live type.
pub(crate) unsafe fn flags(ty: Type) -> c_ulong {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyType_GetFlags(ty) }
}

/// Can there be weak references to instances of `ty`? `declared` says what the class that is dealt with declares itself: what a
/// subclass adds, its own destructor has cleared.
///
/// # Safety
/// `ty` is a live type.
pub(crate) unsafe fn has_weak_references(ty: Type, declared: bool) -> bool {
    let _ = ty;
    declared
}

/// Are instances of fixed size, and no larger than that?
///
/// # Safety
/// `ty` is a live type.
pub(crate) unsafe fn is_at_most(py: Python<'_>, ty: Type, size: usize) -> bool {
    // SAFETY: the caller's promise.
    let ty = unsafe { Borrowed::from_ptr(py, ty.cast()) };
    let number = |name: &str| ty.getattr(name).and_then(|size| size.extract::<usize>());
    number("__basicsize__").is_ok_and(|basic| basic <= size)
        && number("__itemsize__").is_ok_and(|item| item == 0)
}

/// The name of a type, with that of its module unless it is one of Python's own.
///
/// # Safety
/// `ty` is a live type.
pub(crate) unsafe fn type_name<'a>(py: Python<'_>, ty: Type) -> Cow<'a, str> {
    // Not `getattr`, which would unwind for want of memory for the name: callers may be functions that CPython calls.
    let part = |name: &CStr| {
        // SAFETY: the caller's promise; the result is a new reference, or NULL with an exception set.
        unsafe {
            let part = ffi::PyObject_GetAttrString(ty.cast(), name.as_ptr());
            Bound::from_owned_ptr_or_err(py, part)
        }
        .and_then(|part| part.extract::<String>())
        .unwrap_or_else(|_| "?".to_owned())
    };
    let (module, name) = (part(c"__module__"), part(c"__qualname__"));
    // SAFETY: the caller's promise.
    let is_static = unsafe { flags(ty) } & ffi::Py_TPFLAGS_HEAPTYPE == 0;
    Cow::Owned(if is_static && module == "builtins" {
        name
    } else {
        format!("{module}.{name}")
    })
}

/// The flags that a class is made with so that nobody can change it.
pub(crate) const IMMUTABLE: c_ulong = ffi::Py_TPFLAGS_IMMUTABLETYPE;

/// Sets a class attribute, also of a class that nobody can change.
///
/// # Safety
/// The class was made here.
pub(crate) unsafe fn set_class_attribute(
    class: Borrowed<'_, '_, PyAny>,
    name: &CStr,
    value: Py<PyAny>,
) -> PyResult<()> {
    // SAFETY: the object is a live type.
    if unsafe { flags(class.as_ptr().cast()) } & IMMUTABLE == 0 {
        return class.setattr(name, value);
    }
    let py = class.py();
    let name = PyString::intern(py, &name.to_string_lossy());
    let value = value.into_bound(py);
    // SAFETY: the caller's promise. Slots take no notice, which an attribute `__hash__` of `None` would need.
    unsafe { attributes::write(class, name.as_any().as_borrowed(), value.as_borrowed()) }
}

/// Forbids to change the attributes of a class: it was made so.
///
/// # Safety
/// `ty` is a live type that was made here with [`IMMUTABLE`].
pub(crate) unsafe fn make_immutable(ty: Type) {
    let _ = ty;
}

/// Sets nothing: the limited API calls a type by its `tp_new`.
///
/// # Safety
/// None needed here.
pub(crate) unsafe fn set_vectorcall(_: Type, _: ffi::vectorcallfunc) {}

pub(crate) fn mro<'py>(ty: &Bound<'py, PyType>) -> Bound<'py, PyTuple> {
    ty.getattr(crate::intern!(ty.py(), "__mro__"))
        .and_then(|value| Ok(value.cast_into()?))
        .unwrap_or_else(|error| panic_with(ty.py(), "a type has a tuple of types", error))
}

pub(crate) fn bases<'py>(ty: &Bound<'py, PyType>) -> Bound<'py, PyTuple> {
    ty.getattr(crate::intern!(ty.py(), "__bases__"))
        .and_then(|value| Ok(value.cast_into()?))
        .unwrap_or_else(|error| panic_with(ty.py(), "a type has a tuple of types", error))
}

/// How many positional arguments a vectorcall has, of the number that carries a flag.
pub(crate) fn vectorcall_count(given: usize) -> usize {
    given & !(1 << (usize::BITS - 1))
}

/// Python's `int.to_bytes(int, len, "little", signed=signed)`, of the class `int` itself.
pub(crate) fn int_to_bytes<'py>(
    int: &Bound<'py, PyInt>,
    len: usize,
    signed: bool,
) -> PyResult<Bound<'py, PyBytes>> {
    let py = int.py();
    let keywords = PyDict::new(py);
    keywords.set_item("signed", signed)?;
    Ok(int_class(py)
        .getattr("to_bytes")?
        .call((int, len, "little"), Some(&keywords))?
        .cast_into()?)
}

/// Python's `int.from_bytes(bytes, "little", signed=signed)`.
pub(crate) fn int_from_bytes<'py>(
    py: Python<'py>,
    bytes: &[u8],
    signed: bool,
) -> PyResult<Bound<'py, PyInt>> {
    let keywords = PyDict::new(py);
    keywords.set_item("signed", signed)?;
    Ok(int_class(py)
        .getattr("from_bytes")?
        .call((PyBytes::new(py, bytes), "little"), Some(&keywords))?
        .cast_into()?)
}

/// Python's `int.bit_length(int)`, of the class `int` itself.
#[cfg(feature = "num-bigint")]
pub(crate) fn int_bits(int: &Bound<'_, PyInt>) -> PyResult<usize> {
    int_class(int.py())
        .call_method1("bit_length", (int,))?
        .extract()
}

fn int_class(py: Python<'_>) -> Bound<'_, PyType> {
    PyInt::type_object(py)
}

/// Calls `function` with `args[1..]`, and a dictionary of keywords or NULL.
///
/// # Safety
/// All are live objects, on an attached thread.
pub(crate) unsafe fn vectorcall(function: Object, args: &mut [Object], kwargs: Object) -> Object {
    // In the limited API of Python 3.12 and later.
    #[cfg(Py_3_12)]
    if kwargs.is_null() {
        let flags = (args.len() - 1) | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
        // SAFETY: the caller's promise; the slot before the first argument is ours to lend.
        return unsafe { held::vectorcall(function, args[1..].as_ptr(), flags, kwargs) };
    }
    let args = &args[1..];
    // SAFETY: the caller's promise; each item is counted once more by the tuple, which is full before it is used.
    unsafe {
        let tuple = ffi::PyTuple_New(args.len() as ffi::Py_ssize_t);
        if tuple.is_null() {
            return tuple;
        }
        for (index, item) in args.iter().enumerate() {
            ffi::Py_INCREF(*item);
            fill_tuple(tuple, index as ffi::Py_ssize_t, *item);
        }
        let result = held::call(function, tuple, kwargs);
        ffi::Py_DECREF(tuple);
        result
    }
}

/// Calls the method of that name of `args[1]` with `args[2..]`.
///
/// # Safety
/// As for [`vectorcall`].
pub(crate) unsafe fn vectorcall_method(name: Object, args: &mut [Object]) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        let method = ffi::PyObject_GetAttr(args[1], name);
        if method.is_null() {
            return method;
        }
        let result = vectorcall(method, &mut args[1..], null_mut());
        ffi::Py_DECREF(method);
        result
    }
}

/// The items of a tuple, borrowed from it.
pub(crate) struct Items<'a, 'py> {
    tuple: Borrowed<'a, 'py, PyTuple>,
    left: std::ops::Range<ffi::Py_ssize_t>,
}

impl<'a, 'py> Items<'a, 'py> {
    pub(crate) fn of(tuple: Borrowed<'a, 'py, PyTuple>) -> Self {
        // SAFETY: the object is a tuple.
        let left = 0..unsafe { tuple_size(tuple.as_ptr()) };
        Items { tuple, left }
    }

    pub(crate) fn len(&self) -> usize {
        (self.left.end - self.left.start) as usize
    }

    fn at(&self, index: ffi::Py_ssize_t) -> Borrowed<'a, 'py, PyAny> {
        // SAFETY: within the tuple, which keeps its items for `'a`.
        unsafe { Borrowed::from_ptr(self.tuple.py(), tuple_item(self.tuple.as_ptr(), index)) }
    }

    pub(crate) fn next(&mut self) -> Option<Borrowed<'a, 'py, PyAny>> {
        self.left.next().map(|index| self.at(index))
    }

    pub(crate) fn next_back(&mut self) -> Option<Borrowed<'a, 'py, PyAny>> {
        self.left.next_back().map(|index| self.at(index))
    }
}

/// A new list without items, or NULL with an exception set.
///
/// # Safety
/// On an attached thread.
pub(crate) unsafe fn new_list(_capacity: ffi::Py_ssize_t) -> Object {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyList_New(0) }
}

/// Gives the item back: where a list has room, the limited API does not tell.
///
/// # Safety
/// None needed here.
pub(crate) unsafe fn push_within_capacity<'py>(
    _: Object,
    item: Bound<'py, PyAny>,
) -> Option<Bound<'py, PyAny>> {
    Some(item)
}

/// Nothing is known of how many items an object gives.
///
/// # Safety
/// None needed here.
pub(crate) unsafe fn length_hint(_: Object) -> ffi::Py_ssize_t {
    0
}

/// Is it a built-in exception that nobody has given an attribute? The limited API does not tell.
///
/// # Safety
/// None needed here.
pub(crate) unsafe fn is_bare_exception(_: Object) -> bool {
    false
}
