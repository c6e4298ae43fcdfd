/*!
The constructors of classes that take scalars, by the classes' type objects.

`tp_new` of these classes is one function for all, which has to find the constructor. A build for one version of Python finds it in
front of the type's table of methods (`builder`), where the limited API gives no way to look.
*/

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use crate::access;
use crate::call::scalars::ScalarConstructor;
use crate::ffi;

static CONSTRUCTORS: RwLock<BTreeMap<usize, ScalarConstructor>> = RwLock::new(BTreeMap::new());

/// Notes the constructor of a class.
pub(crate) fn note(ty: *mut ffi::PyTypeObject, constructor: ScalarConstructor) {
    CONSTRUCTORS
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(ty.addr(), constructor);
}

/// Takes a class off the list whose type object dies: another one may get its address.
pub(crate) fn forget(ty: *mut ffi::PyTypeObject) {
    CONSTRUCTORS
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&ty.addr());
}

/// The constructor of the class that `ty` is or inherits from.
///
/// # Safety
/// It is a live type, and a class made by this library whose constructor takes scalars is among its bases or the type itself.
pub(crate) unsafe fn constructor_of_scalars(mut ty: *mut ffi::PyTypeObject) -> ScalarConstructor {
    let constructors = CONSTRUCTORS.read().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(constructor) = constructors.get(&ty.addr()) {
            return *constructor;
        }
        // SAFETY: the caller's promise: there is such a class before the bases end.
        ty = unsafe { access::base(ty) };
    }
}
