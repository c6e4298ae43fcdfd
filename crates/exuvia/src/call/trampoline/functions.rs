//! Functions and methods with arguments.

use std::ptr::null_mut;

use super::{Object, guarded};
use crate::access::TupleItems;
use crate::call::arguments::{self, Arguments};
use crate::call::refusals::refuse_any;
#[cfg(not(for_speed))]
use crate::call::scalars::{self, ScalarImplementation};
#[cfg(not(for_speed))]
use crate::call::spec::Kinds;
use crate::call::spec::{FunctionSpec, Implementation};

/// A function whose parameters are all positional and required (`METH_FASTCALL | METH_KEYWORDS`): arguments are read where
/// they lie.
///
/// # Safety
/// As for [`unary`](super::unary).
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
/// As for [`unary`](super::unary).
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
/// As for [`unary`](super::unary).
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
/// As for [`unary`](super::unary).
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
    unsafe { refuse_any(receiver, given, keywords, name) }
}

/// `tp_new` and `tp_call`: arguments in a tuple and a dict.
///
/// # Safety
/// As for [`unary`](super::unary).
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

/// A function of scalars.
///
/// # Safety
/// As for [`unary`](super::unary).
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
/// As for [`unary`](super::unary).
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
