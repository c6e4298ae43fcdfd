/*!
Where calls from CPython arrive.

Each C function that the macros emit is a shim that adds one constant and jumps here. These functions hold the only
unwinding frames: a panic is caught, becomes a `PanicException`, and never reaches C.
*/

use std::ffi::{c_int, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

use crate::call::arguments::{self, Arguments};
use crate::call::spec::{FunctionSpec, Implementation, IntImplementation};
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::panic::PanicException;

type Object = *mut ffi::PyObject;

/// Runs `body`; a panic is raised as an exception, and the answer is `failed`.
#[inline(always)]
fn guarded<R>(failed: R, body: impl FnOnce(Python<'_>) -> R) -> R {
    // SAFETY: CPython calls on an attached thread.
    let py = unsafe { Python::assume_attached() };
    // A panic may leave the user's own data in a state it did not mean to, as in a thread that is joined; borrow flags
    // and reference counts are released while unwinding.
    match catch_unwind(AssertUnwindSafe(|| body(py))) {
        Ok(result) => result,
        Err(payload) => {
            raise_panic(py, payload);
            failed
        }
    }
}

#[cold]
#[inline(never)]
fn raise_panic(py: Python<'_>, payload: Box<dyn std::any::Any + Send>) {
    PanicException::from_panic_payload(payload).restore(py);
}

/// A function without parameters (`METH_NOARGS`), and slots with one operand.
///
/// # Safety
/// For all functions here: called by CPython in the role that the macros gave the shim, so that `receiver` and the
/// arguments are what the implementation expects.
#[inline(never)]
pub unsafe fn unary(receiver: Object, implementation: Implementation) -> Object {
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        implementation(py, receiver, std::ptr::null())
    })
}

/// Slots with two operands.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe fn binary(receiver: Object, operand: Object, implementation: Implementation) -> Object {
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        implementation(py, receiver, &raw const operand)
    })
}

/// Slots with three operands.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe fn ternary(
    receiver: Object,
    first: Object,
    second: Object,
    implementation: Implementation,
) -> Object {
    let args = [first, second];
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        implementation(py, receiver, args.as_ptr())
    })
}

/// `tp_richcompare`: the operator travels as the second argument's address.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe fn compare(
    receiver: Object,
    operand: Object,
    operator: c_int,
    implementation: Implementation,
) -> Object {
    let args = [operand, std::ptr::without_provenance_mut(operator as usize)];
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        implementation(py, receiver, args.as_ptr())
    })
}

/// An operator: CPython calls the slot of either operand's type, with the operands in the order of the source.
///
/// # Safety
/// As for [`unary`]; `is_receiver` must tell whether an object is an instance of the class that the implementations
/// are for.
#[inline(never)]
pub unsafe fn operator(
    left: Object,
    right: Object,
    is_receiver: unsafe fn(Python<'_>, Object) -> bool,
    forward: Option<Implementation>,
    reflected: Option<Implementation>,
) -> Object {
    guarded(null_mut(), |py| {
        for (implementation, receiver, operand) in
            [(forward, left, right), (reflected, right, left)]
        {
            let Some(implementation) = implementation else {
                continue;
            };
            // SAFETY: operands are live objects.
            if unsafe { is_receiver(py, receiver) } {
                // SAFETY: the receiver has just been checked.
                let result = unsafe { implementation(py, receiver, &raw const operand) };
                // SAFETY: `Py_NotImplemented` is immortal or outlives the interpreter's objects.
                if result != unsafe { ffi::Py_NotImplemented() } {
                    return result;
                }
                // SAFETY: the result is an owned reference.
                unsafe { ffi::Py_DECREF(result) };
            }
        }
        py.NotImplemented().into_ptr()
    })
}

/// `nb_power`: an operator with a modulus, which is `None` when it is not given.
///
/// # Safety
/// As for [`operator`].
#[inline(never)]
pub unsafe fn power(
    left: Object,
    right: Object,
    modulus: Object,
    is_receiver: unsafe fn(Python<'_>, Object) -> bool,
    forward: Option<Implementation>,
    reflected: Option<Implementation>,
) -> Object {
    guarded(null_mut(), |py| {
        for (implementation, receiver, operand) in
            [(forward, left, right), (reflected, right, left)]
        {
            let Some(implementation) = implementation else {
                continue;
            };
            // SAFETY: operands are live objects.
            if unsafe { is_receiver(py, receiver) } {
                let args = [operand, modulus];
                // SAFETY: the receiver has just been checked.
                let result = unsafe { implementation(py, receiver, args.as_ptr()) };
                // SAFETY: as in `operator`.
                if result != unsafe { ffi::Py_NotImplemented() } {
                    return result;
                }
                // SAFETY: the result is an owned reference.
                unsafe { ffi::Py_DECREF(result) };
            }
        }
        py.NotImplemented().into_ptr()
    })
}

/// An in-place operator: its result is the receiver.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe fn in_place(
    receiver: Object,
    operand: Object,
    modulus: Object,
    implementation: Implementation,
) -> Object {
    let args = [operand, modulus];
    // SAFETY: the caller's promise; the receiver is alive.
    guarded(null_mut(), |py| unsafe {
        let result = implementation(py, receiver, args.as_ptr());
        if result.is_null() || result == ffi::Py_NotImplemented() {
            return result;
        }
        ffi::Py_DECREF(result);
        ffi::Py_INCREF(receiver);
        receiver
    })
}

/// Slots with one operand that answer with a number.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe fn unary_int(receiver: Object, implementation: IntImplementation) -> isize {
    // SAFETY: the caller's promise.
    guarded(-1, |py| unsafe {
        implementation(py, receiver, std::ptr::null())
    })
}

/// Slots with two operands that answer with a number.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe fn binary_int(
    receiver: Object,
    operand: Object,
    implementation: IntImplementation,
) -> isize {
    // SAFETY: the caller's promise.
    guarded(-1, |py| unsafe {
        implementation(py, receiver, &raw const operand)
    })
}

/// Item or attribute assignment (`value` given) and deletion (`value` NULL) share a slot.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe fn assign(
    receiver: Object,
    key: Object,
    value: Object,
    set: Option<IntImplementation>,
    delete: Option<IntImplementation>,
    refusal: unsafe fn(Python<'_>, Object, bool) -> crate::PyErr,
) -> isize {
    guarded(-1, |py| {
        let deleting = value.is_null();
        let args = [key, value];
        match if deleting { delete } else { set } {
            // SAFETY: the caller's promise.
            Some(implementation) => unsafe { implementation(py, receiver, args.as_ptr()) },
            None => {
                // SAFETY: the receiver is a live object.
                unsafe { refusal(py, receiver, deleting) }.restore(py);
                -1
            }
        }
    })
}

/// A function with parameters (`METH_FASTCALL | METH_KEYWORDS`), and the vectorcall of a constructor.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe fn fastcall(
    receiver: Object,
    args: *const Object,
    given: usize,
    keywords: Object,
    spec: &'static FunctionSpec,
) -> Object {
    guarded(null_mut(), |py| {
        if keywords.is_null() && given == spec.signature.positional && spec.in_place {
            // SAFETY: every slot is a positional parameter, and all are given.
            return unsafe { (spec.implementation)(py, receiver, args) };
        }
        // SAFETY: the vectorcall protocol: `given` positional arguments, then one for each keyword.
        let arguments = unsafe { Arguments::from_vectorcall(args, given, keywords) };
        // SAFETY: the caller's promise.
        unsafe { arguments::bind_and_call(py, receiver, &arguments, spec) }
    })
}

/// The vectorcall of a class: straight to its constructor, unless Python code has given the class another `__new__` or an
/// `__init__` since.
///
/// # Safety
/// As for [`unary`]; `new` is the class's own `tp_new`.
#[inline(never)]
pub unsafe fn construct(
    class: Object,
    args: *const Object,
    given: usize,
    keywords: Object,
    spec: &'static FunctionSpec,
    new: ffi::newfunc,
) -> Object {
    // SAFETY: the caller's promise: the class is a live type; the vectorcall protocol gives the count with a flag.
    unsafe {
        let ty = class.cast::<ffi::PyTypeObject>();
        let object = &raw const ffi::PyBaseObject_Type;
        let is_own = (*ty)
            .tp_new
            .is_some_and(|current| std::ptr::fn_addr_eq(current, new))
            && (*ty).tp_init.map(|init| init as usize)
                == (*object).tp_init.map(|init| init as usize);
        let given = ffi::PyVectorcall_NARGS(given) as usize;
        if is_own {
            fastcall(class, args, given, keywords, spec)
        } else {
            guarded(null_mut(), |py| {
                arguments::call_type(py, class, args, given, keywords)
            })
        }
    }
}

/// `tp_new` and `tp_call`: arguments in a tuple and a dict.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe fn tuple_call(
    receiver: Object,
    args: Object,
    keywords: Object,
    spec: &'static FunctionSpec,
) -> Object {
    guarded(null_mut(), |py| {
        // SAFETY: CPython passes a tuple, and a dict or NULL.
        let arguments = unsafe { Arguments::from_tuple_and_dict(args, keywords) };
        // SAFETY: the caller's promise.
        unsafe { arguments::bind_and_call(py, receiver, &arguments, spec) }
    })
}

/// A property: what `closure` of its `PyGetSetDef` points to.
pub struct Property {
    /// The getter.
    pub get: Option<Implementation>,
    /// The setter; it is given the value.
    pub set: Option<IntImplementation>,
}

/// The `get` of every property.
pub(crate) unsafe extern "C" fn property_get(receiver: Object, closure: *mut c_void) -> Object {
    // SAFETY: the closure of a property is a `Property` in static memory, with a getter where this function is used.
    guarded(null_mut(), |py| unsafe {
        match (*closure.cast::<Property>()).get {
            Some(get) => get(py, receiver, std::ptr::null()),
            None => null_mut(),
        }
    })
}

/// The `set` of every property; deletion is refused, as PyO3 does.
pub(crate) unsafe extern "C" fn property_set(
    receiver: Object,
    value: Object,
    closure: *mut c_void,
) -> c_int {
    guarded(-1, |py| {
        if value.is_null() {
            crate::exceptions::PyAttributeError::new_err("can't delete attribute").restore(py);
            return -1;
        }
        // SAFETY: as in `property_get`.
        match unsafe { (*closure.cast::<Property>()).set } {
            // SAFETY: CPython has checked the receiver.
            Some(set) => unsafe { set(py, receiver, &raw const value) as c_int },
            None => -1,
        }
    })
}

/// The end of an object of a class: `drop_contents` drops the Rust value in it.
///
/// # Safety
/// Called by CPython as `tp_dealloc`.
#[inline(never)]
pub unsafe fn dealloc(object: Object, drop_contents: unsafe fn(Object)) {
    // SAFETY: CPython calls on an attached thread.
    let py = unsafe { Python::assume_attached() };
    // An exception may be on its way while an object dies; destructors must neither see nor lose it.
    let pending = Pending::save(py);
    // SAFETY: the object is dead, and its contents are dropped here only.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| unsafe { drop_contents(object) })) {
        PanicException::from_panic_payload(payload).write_unraisable(py, None);
    }
    pending.restore();
    // SAFETY: instances of a heap type hold a reference to it, which is given up after the memory (C API, `tp_dealloc`).
    unsafe {
        let ty = ffi::Py_TYPE(object);
        if let Some(free) = (*ty).tp_free {
            free(object.cast());
        }
        ffi::Py_DECREF(ty.cast());
    }
}

/// The exception that is set while a destructor runs.
struct Pending(Option<crate::PyErr>);

impl Pending {
    #[inline]
    fn save(py: Python<'_>) -> Self {
        Pending(if crate::PyErr::occurred(py) {
            Some(crate::PyErr::fetch_any(py))
        } else {
            None
        })
    }

    #[inline]
    fn restore(self) {
        if let Some(error) = self.0 {
            // SAFETY: called on the attached thread that saved it.
            error.restore(unsafe { Python::assume_attached() });
        }
    }
}

/// The body of a module: `fill` adds its contents.
///
/// # Safety
/// Called by CPython as the `Py_mod_exec` slot, with a module.
pub unsafe fn exec_module(
    module: Object,
    fill: for<'a, 'py> fn(&'a Bound<'py, crate::types::PyModule>) -> crate::PyResult<()>,
) -> c_int {
    guarded(-1, |py| {
        // SAFETY: CPython passes the module.
        let module = unsafe { crate::instance::Borrowed::from_ptr(py, module).cast_unchecked() };
        match crate::call::module::check_interpreter(py).and_then(|()| fill(&module)) {
            Ok(()) => 0,
            Err(error) => {
                error.restore(py);
                -1
            }
        }
    })
}
