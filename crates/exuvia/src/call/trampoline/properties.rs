//! Properties.

use std::ffi::c_int;

use super::{Object, guarded, unary};
use crate::call::spec::{Implementation, IntImplementation};

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

#[cold]
#[inline(never)]
extern "C" fn refuse_deletion() -> c_int {
    guarded(-1, |py| {
        crate::exceptions::PyAttributeError::new_err("property has no deleter").restore(py);
        -1
    })
}
