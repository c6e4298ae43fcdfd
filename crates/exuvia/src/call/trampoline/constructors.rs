//! Constructors of classes.

use std::ptr::null_mut;

use super::{Object, guarded};
use crate::access;
#[cfg(not(for_speed))]
use crate::access::TupleItems;
use crate::call::arguments::{self, Arguments};
#[cfg(not(for_speed))]
use crate::call::scalars::{self, ScalarConstructor};
use crate::call::spec::{FunctionSpec, Implementation};
#[cfg(not(for_speed))]
use crate::class::builder::constructor_of_scalars;
use crate::ffi;
use crate::marker::Python;

/// The vectorcall of a class: straight to its constructor, unless Python code has given the class another `__new__` or an
/// `__init__` since.
///
/// # Safety
/// As for [`unary`](super::unary); `new` is the class's own `tp_new`.
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
        let is_own = makes_its_instances(ty, new);
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

/// Are calls of the class those of its own `new`? It has been given no other one, and no `__init__` in the place of that of `object`.
///
/// # Safety
/// `ty` is a live type.
#[inline]
unsafe fn makes_its_instances(ty: *mut ffi::PyTypeObject, new: ffi::newfunc) -> bool {
    // SAFETY: the caller's promise; `object` is a static type.
    unsafe {
        let object = &raw mut ffi::PyBaseObject_Type;
        access::tp_new(ty).is_some_and(|current| std::ptr::fn_addr_eq(current, new))
            && access::tp_init(ty).map(|init| init as usize)
                == access::tp_init(object).map(|init| init as usize)
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
        let is_own = makes_its_instances(ty, new);
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
