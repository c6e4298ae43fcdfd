//! The inside of objects as one version of Python lays it out.

use std::borrow::Cow;
use std::ffi::{CStr, c_ulong};

use crate::call::held;
use crate::err::PyResult;
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::{PyAny, PyTuple, PyType};

type Object = *mut ffi::PyObject;
type Type = *mut ffi::PyTypeObject;

/// # Safety
/// `tuple` is a live tuple.
#[inline(always)]
pub(crate) unsafe fn tuple_size(tuple: Object) -> ffi::Py_ssize_t {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyTuple_GET_SIZE(tuple) }
}

/// The item, counted by the tuple.
///
/// # Safety
/// `tuple` is a live tuple that has such an item.
#[inline(always)]
pub(crate) unsafe fn tuple_item(tuple: Object, index: ffi::Py_ssize_t) -> Object {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyTuple_GET_ITEM(tuple, index) }
}

/// Fills an empty place, which takes over the reference.
///
/// # Safety
/// `tuple` is a new tuple with such a place, and nobody else has it.
#[inline(always)]
pub(crate) unsafe fn fill_tuple(tuple: Object, index: ffi::Py_ssize_t, item: Object) {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyTuple_SET_ITEM(tuple, index, item) }
}

/// The items of a tuple, one after the other.
pub(crate) struct TupleItems {
    first: *const Object,
    count: usize,
}

impl TupleItems {
    /// # Safety
    /// `tuple` is a tuple, and lives as long as this is used.
    #[inline(always)]
    pub(crate) unsafe fn of(tuple: Object) -> Self {
        // SAFETY: the items of a tuple lie behind one another in `ob_item`.
        unsafe {
            TupleItems {
                first: (&raw const (*tuple.cast::<ffi::PyTupleObject>()).ob_item).cast(),
                count: ffi::PyTuple_GET_SIZE(tuple) as usize,
            }
        }
    }

    #[inline(always)]
    pub(crate) fn as_slice(&self) -> &[Object] {
        // SAFETY: the tuple is alive, and does not change as long as anybody has a reference to it.
        unsafe { std::slice::from_raw_parts(self.first, self.count) }
    }
}

/// # Safety
/// `list` is a live list.
#[inline(always)]
pub(crate) unsafe fn list_size(list: Object) -> ffi::Py_ssize_t {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyList_GET_SIZE(list) }
}

/// The item, counted by the list.
///
/// # Safety
/// `list` is a live list that has such an item.
#[inline(always)]
pub(crate) unsafe fn list_item(list: Object, index: ffi::Py_ssize_t) -> Object {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyList_GET_ITEM(list, index) }
}

/// The first byte.
///
/// # Safety
/// `bytes` is a live `bytes`.
#[inline(always)]
pub(crate) unsafe fn bytes_start(bytes: Object) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyBytes_AS_STRING(bytes).cast::<u8>().cast_mut() }
}

/// # Safety
/// `float` is a live `float`.
#[inline(always)]
pub(crate) unsafe fn float_value(float: Object) -> f64 {
    // SAFETY: the caller's promise; subclasses have the same field.
    unsafe { ffi::PyFloat_AS_DOUBLE(float) }
}

/// How many code points a string has.
///
/// # Safety
/// `string` is a live string.
#[inline(always)]
pub(crate) unsafe fn string_length(string: Object) -> ffi::Py_ssize_t {
    // SAFETY: the caller's promise; every string begins with this structure.
    unsafe { (*string.cast::<ffi::PyASCIIObject>()).length }
}

macro_rules! functions_of_types {
    ($($(#[$attribute:meta])* $name:ident: $ty:ty;)*) => {$(
        $(#[$attribute])*
        ///
        /// # Safety
        /// `ty` is a live type.
        #[inline(always)]
        pub(crate) unsafe fn $name(ty: Type) -> Option<$ty> {
            // SAFETY: the caller's promise.
            unsafe { (*ty).$name }
        }
    )*};
}

functions_of_types! {
    /// What makes an instance from arguments.
    tp_new: ffi::newfunc;
    /// What makes the memory of an instance.
    tp_alloc: ffi::allocfunc;
    /// What frees the memory of an instance.
    tp_free: ffi::freefunc;
    /// What ends an instance.
    tp_dealloc: ffi::destructor;
    /// What shows the collector the references of an instance.
    tp_traverse: ffi::traverseproc;
    /// What gives up the references of an instance.
    tp_clear: ffi::inquiry;
    /// What initializes an instance.
    tp_init: ffi::initproc;
    /// What calls an instance.
    tp_call: ffi::ternaryfunc;
}

/// What makes a `bool` of an instance.
///
/// # Safety
/// `ty` is a live type.
pub(crate) unsafe fn nb_bool(ty: Type) -> Option<ffi::inquiry> {
    // SAFETY: the caller's promise.
    unsafe { (*ty).tp_as_number.as_ref() }.and_then(|number| number.nb_bool)
}

/// The type that a type extends.
///
/// # Safety
/// `ty` is a live type.
#[inline(always)]
pub(crate) unsafe fn base(ty: Type) -> Type {
    // SAFETY: the caller's promise.
    unsafe { (*ty).tp_base }
}

/// # Safety
/// `ty` is a live type.
#[inline(always)]
pub(crate) unsafe fn flags(ty: Type) -> c_ulong {
    // SAFETY: the caller's promise.
    unsafe { (*ty).tp_flags }
}

/// Can there be weak references to instances of `ty`? `declared` says what the class that is dealt with declares itself.
///
/// # Safety
/// `ty` is a live type.
#[inline(always)]
pub(crate) unsafe fn has_weak_references(ty: Type, declared: bool) -> bool {
    let _ = declared;
    // SAFETY: the caller's promise.
    unsafe { (*ty).tp_weaklistoffset > 0 }
}

/// Are instances of fixed size, and no larger than that?
///
/// # Safety
/// `ty` is a live type.
pub(crate) unsafe fn is_at_most(_: Python<'_>, ty: Type, size: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        usize::try_from((*ty).tp_basicsize).is_ok_and(|basic| basic <= size)
            && (*ty).tp_itemsize == 0
    }
}

/// The name of a type, with that of its module if the type was made in C or Rust.
///
/// # Safety
/// `ty` is a live type.
pub(crate) unsafe fn type_name<'a>(_: Python<'_>, ty: Type) -> Cow<'a, str> {
    // SAFETY: the caller's promise; the name is a C string that lives as long as the type.
    unsafe { CStr::from_ptr((*ty).tp_name).to_string_lossy() }
}

/// The flags that a class is made with so that nobody can change it: none, for [`make_immutable`] sets them.
pub(crate) const IMMUTABLE: c_ulong = 0;

/// Sets a class attribute, also of a class that nobody can change.
///
/// # Safety
/// The class was made here, and no other thread changes its flags.
pub(crate) unsafe fn set_class_attribute(
    class: Borrowed<'_, '_, PyAny>,
    name: &CStr,
    value: Py<PyAny>,
) -> PyResult<()> {
    let ty = class.as_ptr().cast::<ffi::PyTypeObject>();
    // SAFETY: the caller's promise. Setting an attribute of a class runs no Python code that could change the class meanwhile.
    unsafe {
        let immutable = (*ty).tp_flags & ffi::Py_TPFLAGS_IMMUTABLETYPE;
        (*ty).tp_flags &= !immutable;
        let set = class.setattr(name, value);
        (*ty).tp_flags |= immutable;
        set
    }
}

/// Forbids to change the attributes of a class.
///
/// # Safety
/// `ty` is a live type that was made here, and no other thread changes its flags.
pub(crate) unsafe fn make_immutable(ty: Type) {
    // SAFETY: the caller's promise.
    unsafe { (*ty).tp_flags |= ffi::Py_TPFLAGS_IMMUTABLETYPE };
}

/// Sets what calls a type in place of its `tp_new`. Types that extend it do not inherit that.
///
/// # Safety
/// The type is new and in nobody's hands, and the function one for it.
pub(crate) unsafe fn set_vectorcall(ty: Type, vectorcall: ffi::vectorcallfunc) {
    // SAFETY: the caller's promise.
    unsafe { (*ty).tp_vectorcall = Some(vectorcall) };
}

pub(crate) fn mro<'py>(ty: &Bound<'py, PyType>) -> Bound<'py, PyTuple> {
    // SAFETY: the object is a type; the field of one that is ready is a tuple.
    unsafe {
        let ty = (ty.py(), ty.as_ptr().cast::<ffi::PyTypeObject>());
        Bound::from_borrowed_ptr(ty.0, (*ty.1).tp_mro).cast_into_unchecked()
    }
}

pub(crate) fn bases<'py>(ty: &Bound<'py, PyType>) -> Bound<'py, PyTuple> {
    // SAFETY: the object is a type; the field of one that is ready is a tuple.
    unsafe {
        let ty = (ty.py(), ty.as_ptr().cast::<ffi::PyTypeObject>());
        Bound::from_borrowed_ptr(ty.0, (*ty.1).tp_bases).cast_into_unchecked()
    }
}

/// How many positional arguments a vectorcall has, of the number that carries a flag.
#[inline(always)]
pub(crate) fn vectorcall_count(given: usize) -> usize {
    // SAFETY: mere arithmetic.
    unsafe { ffi::PyVectorcall_NARGS(given) as usize }
}

/// Calls `function` with `args[1..]`, side by side, and a dictionary of keywords or NULL. `args[0]` is free for CPython's use.
///
/// # Safety
/// All are live objects, on an attached thread.
#[inline(always)]
pub(crate) unsafe fn vectorcall(function: Object, args: &mut [Object], kwargs: Object) -> Object {
    let flags = (args.len() - 1) | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
    let first = args[1..].as_ptr();
    // SAFETY: the caller's promise; the slot before the first argument is ours to lend.
    unsafe {
        if kwargs.is_null() {
            held::vectorcall(function, first, flags, kwargs)
        } else {
            held::vectorcall_dict(function, first, flags, kwargs)
        }
    }
}

/// Calls the method of that name of `args[1]` with `args[2..]`. `args[0]` is free for CPython's use.
///
/// # Safety
/// As for [`vectorcall`].
#[inline(always)]
pub(crate) unsafe fn vectorcall_method(name: Object, args: &mut [Object]) -> Object {
    let flags = (args.len() - 1) | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
    // SAFETY: as in `vectorcall`.
    unsafe { held::vectorcall_method(name, args[1..].as_ptr(), flags, std::ptr::null_mut()) }
}

/// The items of a tuple, borrowed from it.
pub(crate) struct Items<'a, 'py>(std::slice::Iter<'a, Bound<'py, PyAny>>);

impl<'a, 'py> Items<'a, 'py> {
    #[inline(always)]
    pub(crate) fn of(tuple: Borrowed<'a, 'py, PyTuple>) -> Self {
        Items(slice_of_tuple(tuple).iter())
    }

    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    pub(crate) fn next(&mut self) -> Option<Borrowed<'a, 'py, PyAny>> {
        self.0.next().map(Bound::as_borrowed)
    }

    #[inline(always)]
    pub(crate) fn next_back(&mut self) -> Option<Borrowed<'a, 'py, PyAny>> {
        self.0.next_back().map(Bound::as_borrowed)
    }
}

/// The items of a tuple where they lie.
#[inline(always)]
pub(crate) fn slice_of_tuple<'a, 'py>(
    tuple: Borrowed<'a, 'py, PyTuple>,
) -> &'a [Bound<'py, PyAny>] {
    // SAFETY: the items lie one after the other, none is NULL, and a `Bound` is one pointer. A tuple that anybody has a
    // reference to does not change.
    unsafe {
        let first = &raw const (*tuple.as_ptr().cast::<ffi::PyTupleObject>()).ob_item;
        std::slice::from_raw_parts(first.cast(), tuple_size(tuple.as_ptr()) as usize)
    }
}

/// A new list without items, with room for so many, or NULL with an exception set.
///
/// # Safety
/// On an attached thread.
#[inline]
pub(crate) unsafe fn new_list(capacity: ffi::Py_ssize_t) -> Object {
    // SAFETY: the caller's promise. The new list's items are NULL, so the size is set to what is there; `allocated` keeps the
    // capacity.
    unsafe {
        let list = ffi::PyList_New(capacity);
        if !list.is_null() {
            (*list.cast::<ffi::PyListObject>()).ob_base.ob_size = 0;
        }
        list
    }
}

/// Puts an item behind the last one, if there is room; otherwise gives it back.
///
/// # Safety
/// `list` is one of [`new_list`].
#[inline(always)]
pub(crate) unsafe fn push_within_capacity<'py>(
    list: Object,
    item: Bound<'py, PyAny>,
) -> Option<Bound<'py, PyAny>> {
    // SAFETY: the object is a list. The slot is within what is allocated and beyond what is in use; it takes over the
    // reference. No Python code runs in between.
    unsafe {
        let list = list.cast::<ffi::PyListObject>();
        let len = (*list).ob_base.ob_size;
        if len < (*list).allocated {
            (*list).ob_item.offset(len).write(item.into_ptr());
            (*list).ob_base.ob_size = len + 1;
            return None;
        }
    }
    Some(item)
}

/// What `operator.length_hint` says of an object, or -1 with an exception set.
///
/// # Safety
/// `object` is alive.
#[inline]
pub(crate) unsafe fn length_hint(object: Object) -> ffi::Py_ssize_t {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyObject_LengthHint(object, 0) }
}

/// Is it a built-in exception that nobody has given an attribute?
///
/// # Safety
/// `exception` is a live exception.
#[cfg(Py_3_11)]
pub(crate) unsafe fn is_bare_exception(exception: Object) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        flags(ffi::Py_TYPE(exception)) & ffi::Py_TPFLAGS_HEAPTYPE == 0
            && (*exception.cast::<ffi::PyBaseExceptionObject>())
                .dict
                .is_null()
    }
}
