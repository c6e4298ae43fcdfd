/*!
Where calls from CPython arrive.

Each C function that the macros emit is a shim that adds constants and calls one of these functions. Here
panics are caught: a panic becomes a `PanicException`, and never reaches C.

The compiler decides what a shim becomes. Optimising for speed it takes these functions into the shim, the implementation
with them, and where nothing can panic the code that catches is gone: what is left is what one would write in C. Optimising
for size, and without optimising, the shim jumps to the one copy that all functions share. What is rare is `#[cold]` and
never taken in.

All are `extern "C"` though Rust calls them: so it is known that nothing unwinds out of them, and a shim needs no frame of its
own.
*/

#![allow(
    improper_ctypes_definitions,
    reason = "Rust calls these functions; `extern \"C\"` says that nothing unwinds out of them"
)]

use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

use crate::PyClass;
use crate::access::{self, TupleItems};
use crate::attachment;
use crate::call::arguments::{self, Arguments};
#[cfg(not(for_speed))]
use crate::call::scalars::{self, ScalarConstructor, ScalarImplementation};
#[cfg(not(for_speed))]
use crate::call::spec::Kinds;
use crate::call::spec::{FunctionSpec, Implementation, IntImplementation};
#[cfg(not(for_speed))]
use crate::class::builder::constructor_of_scalars;
use crate::class::cell::drop_contents;
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::panic::PanicException;

type Object = *mut ffi::PyObject;

/// Runs `body`; a panic is raised as an exception, and the answer is `failed`.
#[inline(always)]
pub(crate) fn guarded<R>(failed: R, body: impl FnOnce(Python<'_>) -> R) -> R {
    // SAFETY: CPython calls on an attached thread.
    let py = unsafe { Python::assume_attached() };
    let _inside = attachment::inside();
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

/// Raises what was caught. Does not unwind: there is nobody left to catch that.
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
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn unary(receiver: Object, implementation: Implementation) -> Object {
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        implementation(py, receiver, std::ptr::null())
    })
}

/// Slots with two operands.
///
/// # Safety
/// As for [`unary`].
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn binary(
    receiver: Object,
    operand: Object,
    implementation: Implementation,
) -> Object {
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
pub unsafe extern "C" fn ternary(
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
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn compare(
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

/// An operator whose class is on the left: CPython calls the slot of either operand's type, with the operands in the order
/// of the source.
///
/// # Safety
/// As for [`unary`]; `is_receiver` must tell whether an object is an instance of the class that the implementation is for.
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn operator_on_left(
    left: Object,
    right: Object,
    is_receiver: unsafe fn(Python<'_>, Object) -> bool,
    implementation: Implementation,
) -> Object {
    guarded(null_mut(), |py| {
        // SAFETY: operands are live objects.
        if unsafe { is_receiver(py, left) } {
            // SAFETY: the receiver has just been checked.
            unsafe { implementation(py, left, &raw const right) }
        } else {
            crate::emitted::not_implemented(py)
        }
    })
}

/// An operator whose class may be on either side.
///
/// # Safety
/// As for [`operator_on_left`].
#[inline(never)]
pub unsafe extern "C" fn operator(
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
/// As for [`operator_on_left`].
#[inline(never)]
pub unsafe extern "C" fn power(
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
pub unsafe extern "C" fn in_place(
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
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn unary_int(receiver: Object, implementation: IntImplementation) -> isize {
    // SAFETY: the caller's promise.
    guarded(-1, |py| unsafe {
        implementation(py, receiver, std::ptr::null())
    })
}

/// Slots with two operands that answer with a number.
///
/// # Safety
/// As for [`unary`].
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn binary_int(
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
pub unsafe extern "C" fn assign(
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

/// A function whose parameters are all positional and required (`METH_FASTCALL | METH_KEYWORDS`): arguments are read where
/// they lie.
///
/// # Safety
/// As for [`unary`].
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn fastcall(
    receiver: Object,
    args: *const Object,
    given: usize,
    keywords: Object,
    spec: &'static FunctionSpec,
    implementation: Implementation,
) -> Object {
    if keywords.is_null() && given == spec.signature.positional() {
        // SAFETY: every slot is a positional parameter, and all are given.
        return guarded(null_mut(), |py| unsafe {
            implementation(py, receiver, args)
        });
    }
    // SAFETY: the caller's promise.
    unsafe { bound_call(receiver, args, given, keywords, spec, implementation) }
}

/// A function with optional or keyword-only parameters, but neither `*args` nor `**kwargs`. `SLOTS` is how many parameters
/// it has.
///
/// # Safety
/// As for [`unary`].
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn fastcall_padded<const SLOTS: usize>(
    receiver: Object,
    args: *const Object,
    given: usize,
    keywords: Object,
    spec: &'static FunctionSpec,
    implementation: Implementation,
) -> Object {
    let mut slots = [null_mut(); SLOTS];
    // SAFETY: the vectorcall protocol: `given` positional arguments, then one for each keyword; there are `SLOTS` slots.
    if unsafe { arguments::bind_plainly(args, given, keywords, spec, &mut slots) } {
        // SAFETY: the slots are filled as the implementation expects.
        return guarded(null_mut(), |py| unsafe {
            implementation(py, receiver, slots.as_ptr())
        });
    }
    // SAFETY: the caller's promise.
    unsafe { bound_call(receiver, args, given, keywords, spec, implementation) }
}

/// A function whose arguments are collected or looked for by name.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe extern "C" fn bound_call(
    receiver: Object,
    args: *const Object,
    given: usize,
    keywords: Object,
    spec: &'static FunctionSpec,
    implementation: Implementation,
) -> Object {
    guarded(null_mut(), |py| {
        // SAFETY: the vectorcall protocol: `given` positional arguments, then one for each keyword.
        let arguments = unsafe { Arguments::from_vectorcall(args, given, keywords) };
        // SAFETY: the caller's promise.
        unsafe {
            arguments::bind_and_call(py, &arguments, spec, &mut |slots| {
                implementation(py, receiver, slots)
            })
        }
    })
}

/// A function without parameters under the convention of those with parameters, which CPython 3.11 and later call without
/// a detour (`CALL_BUILTIN_FAST_WITH_KEYWORDS`; there is no such instruction for `METH_NOARGS`).
///
/// # Safety
/// As for [`unary`].
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn fastcall_empty(
    receiver: Object,
    given: usize,
    keywords: Object,
    name: &'static str,
    implementation: Implementation,
) -> Object {
    if keywords.is_null() && given == 0 {
        // SAFETY: the caller's promise.
        return guarded(null_mut(), |py| unsafe {
            implementation(py, receiver, std::ptr::null())
        });
    }
    // SAFETY: the caller's promise.
    unsafe { arguments::refuse_any(receiver, given, keywords, name) }
}

/// The vectorcall of a class: straight to its constructor, unless Python code has given the class another `__new__` or an
/// `__init__` since.
///
/// # Safety
/// As for [`unary`]; `new` is the class's own `tp_new`.
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn construct(
    class: Object,
    args: *const Object,
    given: usize,
    keywords: Object,
    spec: &'static FunctionSpec,
    implementation: Implementation,
    new: ffi::newfunc,
) -> Object {
    // SAFETY: the caller's promise: the class is a live type; the vectorcall protocol gives the count with a flag.
    unsafe {
        let ty = class.cast::<ffi::PyTypeObject>();
        let is_own = access::tp_new(ty).is_some_and(|current| std::ptr::fn_addr_eq(current, new))
            && has_no_init(ty);
        let given = access::vectorcall_count(given);
        if is_own
            && keywords.is_null()
            && given == spec.signature.positional()
            && given == spec.signature.slots()
        {
            return guarded(null_mut(), |py| implementation(py, class, args));
        }
        construct_bound(
            class,
            args,
            given,
            keywords,
            spec,
            is_own,
            &mut |py, slots| implementation(py, class, slots),
        )
    }
}

/// The vectorcall of every class whose constructor takes scalars.
///
/// # Safety
/// Called by CPython as `tp_vectorcall`, which subclasses do not inherit.
#[cfg(not(for_speed))]
#[inline(never)]
pub unsafe extern "C" fn construct_scalars(
    class: Object,
    args: *const Object,
    given: usize,
    keywords: Object,
) -> Object {
    // SAFETY: as in `construct`; the class is one with such a constructor.
    unsafe {
        let ty = class.cast::<ffi::PyTypeObject>();
        let ScalarConstructor {
            spec,
            implementation,
        } = constructor_of_scalars(ty);
        let new: ffi::newfunc = new_scalars;
        let is_own = access::tp_new(ty).is_some_and(|current| std::ptr::fn_addr_eq(current, new))
            && has_no_init(ty);
        let given = access::vectorcall_count(given);
        construct_bound(
            class,
            args,
            given,
            keywords,
            spec,
            is_own,
            &mut |py, slots| {
                scalars::call(py, class, slots, Some(spec), spec.kinds, implementation)
            },
        )
    }
}

/// Has the class the `__init__` of `object`?
///
/// # Safety
/// `ty` is a live type.
#[inline]
unsafe fn has_no_init(ty: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: the caller's promise; `object` is a static type.
    unsafe {
        let object = &raw mut ffi::PyBaseObject_Type;
        access::tp_init(ty).map(|init| init as usize)
            == access::tp_init(object).map(|init| init as usize)
    }
}

/// # Safety
/// As for [`construct`]; `given` is the mere count.
#[inline(never)]
unsafe extern "C" fn construct_bound(
    class: Object,
    args: *const Object,
    given: usize,
    keywords: Object,
    spec: &'static FunctionSpec,
    is_own: bool,
    call: &mut dyn FnMut(Python<'_>, *const Object) -> Object,
) -> Object {
    guarded(null_mut(), |py| {
        // SAFETY: the caller's promise.
        unsafe {
            if is_own {
                let arguments = Arguments::from_vectorcall(args, given, keywords);
                arguments::bind_and_call(py, &arguments, spec, &mut |slots| call(py, slots))
            } else {
                arguments::call_type(py, class, args, given, keywords)
            }
        }
    })
}

/// `tp_new` and `tp_call`: arguments in a tuple and a dict.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe extern "C" fn tuple_call(
    receiver: Object,
    args: Object,
    keywords: Object,
    spec: &'static FunctionSpec,
    implementation: Implementation,
) -> Object {
    guarded(null_mut(), |py| {
        // SAFETY: CPython passes a tuple, and a dict or NULL.
        let args = unsafe { TupleItems::of(args) };
        // SAFETY: the tuple outlives the call.
        let arguments = unsafe { Arguments::from_tuple_and_dict(&args, keywords) };
        // SAFETY: the caller's promise.
        unsafe {
            arguments::bind_and_call(py, &arguments, spec, &mut |slots| {
                implementation(py, receiver, slots)
            })
        }
    })
}

/// `tp_new` of every class whose constructor takes scalars.
///
/// # Safety
/// Called by CPython as `tp_new` of such a class or of a subclass.
#[cfg(not(for_speed))]
pub unsafe extern "C" fn new_scalars(
    subtype: *mut ffi::PyTypeObject,
    args: Object,
    keywords: Object,
) -> Object {
    guarded(null_mut(), |py| {
        // SAFETY: the caller's promise; the rest as in `tuple_call`.
        unsafe {
            let ScalarConstructor {
                spec,
                implementation,
            } = constructor_of_scalars(subtype);
            let args = TupleItems::of(args);
            let arguments = Arguments::from_tuple_and_dict(&args, keywords);
            arguments::bind_and_call(py, &arguments, spec, &mut |slots| {
                let class = subtype.cast();
                scalars::call(py, class, slots, Some(spec), spec.kinds, implementation)
            })
        }
    })
}

/// A function of scalars.
///
/// # Safety
/// As for [`unary`].
#[cfg(not(for_speed))]
#[inline(never)]
pub unsafe extern "C" fn fastcall_scalars(
    receiver: Object,
    args: *const Object,
    given: usize,
    keywords: Object,
    spec: &'static FunctionSpec,
    implementation: ScalarImplementation,
) -> Object {
    guarded(null_mut(), |py| {
        let mut call = |slots| {
            // SAFETY: the caller's promise; there is an argument for each parameter.
            unsafe { scalars::call(py, receiver, slots, Some(spec), spec.kinds, implementation) }
        };
        if keywords.is_null() && given == spec.signature.positional() {
            return call(args);
        }
        // SAFETY: the vectorcall protocol: `given` positional arguments, then one for each keyword.
        unsafe {
            let arguments = Arguments::from_vectorcall(args, given, keywords);
            arguments::bind_and_call(py, &arguments, spec, &mut call)
        }
    })
}

/// A method without parameters that returns a scalar.
///
/// # Safety
/// As for [`unary`].
#[cfg(not(for_speed))]
#[inline(never)]
pub unsafe extern "C" fn unary_scalars(
    receiver: Object,
    kinds: u64,
    implementation: ScalarImplementation,
) -> Object {
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        scalars::call(
            py,
            receiver,
            std::ptr::null(),
            None,
            Kinds::new(kinds),
            implementation,
        )
    })
}

/// `tp_init`: arguments in a tuple and a dict; the implementation answers `None`.
///
/// # Safety
/// As for [`unary`].
pub unsafe extern "C" fn init(
    receiver: Object,
    args: Object,
    keywords: Object,
    spec: &'static FunctionSpec,
    implementation: Implementation,
) -> c_int {
    // SAFETY: the caller's promise; an answer is an owned reference.
    unsafe {
        let answer = tuple_call(receiver, args, keywords, spec, implementation);
        if answer.is_null() {
            return -1;
        }
        ffi::Py_DECREF(answer);
        0
    }
}

/// `sq_repeat`: a number that is no object.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe extern "C" fn repeat(
    receiver: Object,
    count: isize,
    implementation: Implementation,
) -> Object {
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        let count = ffi::PyLong_FromSsize_t(count);
        let Some(count) = Bound::from_owned_ptr_or_opt(py, count) else {
            return null_mut();
        };
        let count = count.as_ptr();
        implementation(py, receiver, &raw const count)
    })
}

/// `tp_descr_get`: what is not there is `None`.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe extern "C" fn descriptor_get(
    receiver: Object,
    object: Object,
    class: Object,
    implementation: Implementation,
) -> Object {
    // SAFETY: the caller's promise; `None` outlives the call.
    guarded(null_mut(), |py| unsafe {
        let args = [object, class].map(|argument| {
            if argument.is_null() {
                ffi::Py_None()
            } else {
                argument
            }
        });
        implementation(py, receiver, args.as_ptr())
    })
}

/// `tp_getattro` of a class with `__getattr__`, which is asked where there is no such attribute.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe extern "C" fn get_attribute(
    receiver: Object,
    name: Object,
    usual: Option<Implementation>,
    fallback: Implementation,
) -> Object {
    // SAFETY: the caller's promise.
    guarded(null_mut(), |py| unsafe {
        let found = match usual {
            Some(usual) => usual(py, receiver, &raw const name),
            None => ffi::PyObject_GenericGetAttr(receiver, name),
        };
        if !found.is_null() || ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) == 0 {
            return found;
        }
        ffi::PyErr_Clear();
        fallback(py, receiver, &raw const name)
    })
}

/// `bf_getbuffer`: the flags travel as the second argument's address.
///
/// # Safety
/// As for [`unary`].
#[cfg(any(not(Py_LIMITED_API), Py_3_11))]
#[inline(never)]
pub unsafe extern "C" fn buffer_get(
    receiver: Object,
    view: *mut ffi::Py_buffer,
    flags: c_int,
    implementation: IntImplementation,
) -> c_int {
    let args = [
        view.cast(),
        std::ptr::without_provenance_mut(flags as u32 as usize),
    ];
    // SAFETY: the caller's promise.
    let answer = guarded(-1, |py| unsafe {
        implementation(py, receiver, args.as_ptr())
    });
    if answer == -1 && !view.is_null() {
        // A view that was refused has no object (C API, `bf_getbuffer`).
        // SAFETY: the view is the caller's to fill.
        unsafe { (*view).obj = null_mut() };
    }
    answer as c_int
}

/// `bf_releasebuffer`, which cannot raise.
///
/// # Safety
/// As for [`unary`].
#[cfg(any(not(Py_LIMITED_API), Py_3_11))]
#[inline(never)]
pub unsafe extern "C" fn buffer_release(
    receiver: Object,
    view: *mut ffi::Py_buffer,
    implementation: IntImplementation,
) {
    // SAFETY: CPython calls on an attached thread.
    let py = unsafe { Python::assume_attached() };
    let pending = Pending::save(py);
    let args = [view.cast(), null_mut()];
    // SAFETY: the caller's promise.
    let answer = guarded(-1, |py| unsafe {
        implementation(py, receiver, args.as_ptr())
    });
    if answer == -1 {
        // SAFETY: the receiver is alive.
        let receiver = unsafe { crate::Borrowed::from_ptr(py, receiver) };
        crate::PyErr::fetch_any(py).write_unraisable(py, Some(&receiver));
    }
    pending.restore();
}

/// The getter of a property.
///
/// # Safety
/// As for [`unary`].
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn property_get(receiver: Object, implementation: Implementation) -> Object {
    // SAFETY: the caller's promise.
    unsafe { unary(receiver, implementation) }
}

/// The setter of a property; deletion is refused, as PyO3 does.
///
/// # Safety
/// As for [`unary`].
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub unsafe extern "C" fn property_set(
    receiver: Object,
    value: Object,
    implementation: IntImplementation,
) -> c_int {
    if value.is_null() {
        return refuse_deletion();
    }
    // SAFETY: the caller's promise.
    guarded(-1, |py| unsafe {
        implementation(py, receiver, &raw const value) as c_int
    })
}

#[cold]
#[inline(never)]
extern "C" fn refuse_deletion() -> c_int {
    guarded(-1, |py| {
        crate::exceptions::PyAttributeError::new_err("property has no deleter").restore(py);
        -1
    })
}

/// The setter and the deleter of a property.
///
/// # Safety
/// As for [`unary`].
#[inline(never)]
pub unsafe extern "C" fn property_assign(
    receiver: Object,
    value: Object,
    set: Option<IntImplementation>,
    delete: IntImplementation,
) -> c_int {
    guarded(-1, |py| {
        let implementation = if value.is_null() { Some(delete) } else { set };
        match implementation {
            // SAFETY: the caller's promise.
            Some(implementation) => unsafe {
                implementation(py, receiver, &raw const value) as c_int
            },
            None => {
                crate::exceptions::PyAttributeError::new_err("property has no setter").restore(py);
                -1
            }
        }
    })
}

/// `tp_dealloc` of a class.
pub(crate) const fn dealloc_of<T: PyClass>() -> unsafe extern "C" fn(*mut ffi::PyObject) {
    if T::LAYOUT.is_some() {
        return crate::class::dealloc::dealloc::<T>;
    }
    #[cfg(all(for_speed, not(Py_GIL_DISABLED)))]
    {
        dealloc_for_speed::<T>
    }
    #[cfg(not(all(for_speed, not(Py_GIL_DISABLED))))]
    {
        if std::mem::needs_drop::<T>() {
            dealloc_dropping::<T>
        } else {
            free
        }
    }
}

#[cfg(all(for_speed, not(Py_GIL_DISABLED)))]
unsafe extern "C" fn dealloc_for_speed<T: PyClass>(object: Object) {
    // SAFETY: CPython calls with an instance of the class, or of a subclass, that is dead; the memory of one of the class itself is
    // a `ClassObject`, and the reference that it holds to its type is given up.
    unsafe {
        if std::mem::needs_drop::<T>() {
            drop_dead(object, drop_contents::<T>);
        }
        let ty = ffi::Py_TYPE(object);
        if T::CLASS.is(ty)
            && T::CLASS
                .free
                .put(Python::assume_attached(), object, T::SIZE)
        {
            ffi::Py_DECREF(ty.cast());
        } else {
            free(object);
        }
    }
}

#[cfg(not(all(for_speed, not(Py_GIL_DISABLED))))]
unsafe extern "C" fn dealloc_dropping<T: PyClass>(object: Object) {
    // SAFETY: as in `free`.
    unsafe {
        drop_dead(object, drop_contents::<T>);
        free(object);
    }
}

/// The end of an object of a class whose Rust value needs no dropping, or is dropped already.
///
/// # Safety
/// Called by CPython as `tp_dealloc`.
unsafe extern "C" fn free(object: Object) {
    // SAFETY: instances of a heap type hold a reference to it, which is given up after the memory (C API, `tp_dealloc`).
    unsafe {
        let ty = ffi::Py_TYPE(object);
        if let Some(free) = access::tp_free(ty) {
            free(object.cast());
        }
        ffi::Py_DECREF(ty.cast());
    }
}

/// Drops the Rust value of an object that dies.
///
/// # Safety
/// On an attached thread; the object is dead, and `drop_contents` drops its contents.
#[inline(never)]
pub(crate) unsafe fn drop_dead(object: Object, drop_contents: unsafe fn(Object)) {
    // SAFETY: CPython calls on an attached thread.
    let py = unsafe { Python::assume_attached() };
    let _inside = attachment::inside();
    // An exception may be on its way while an object dies; destructors must neither see nor lose it.
    let pending = Pending::save(py);
    // SAFETY: the object is dead, and its contents are dropped here only.
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| unsafe { drop_contents(object) })) {
        PanicException::from_panic_payload(payload).write_unraisable(py, None);
    }
    pending.restore();
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
pub unsafe extern "C" fn exec_module(
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
