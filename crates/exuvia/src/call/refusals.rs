//! The errors of calls whose arguments do not fit. Their texts are PyO3's, which are nearly CPython's.

use std::ptr::null_mut;

use crate::access;
use crate::call::spec::Signature;
use crate::call::trampoline::guarded;
use crate::err::PyErr;
use crate::exceptions::PyTypeError;
use crate::ffi;
use crate::instance::Borrowed;
use crate::types::PyString;
use crate::types::any::PyAnyMethods;
use crate::types::string::PyStringMethods;

type Object = *mut ffi::PyObject;

/// The function as errors name it: `name()`, `Class.name()`.
pub(super) fn full_name(signature: &Signature) -> String {
    let name = signature.name();
    match signature.class() {
        "" => format!("{name}()"),
        class => format!("{class}.{name}()"),
    }
}

/// There are more positional arguments than parameters for them.
#[cold]
pub(super) fn too_many(signature: &Signature, given: usize) -> PyErr {
    let verb = if given == 1 { "was" } else { "were" };
    let (least, most) = (signature.required(), signature.positional());
    let name = full_name(signature);
    PyTypeError::new_err(if least == most {
        format!("{name} takes {most} positional arguments but {given} {verb} given")
    } else {
        format!("{name} takes from {least} to {most} positional arguments but {given} {verb} given")
    })
}

/// The names of the parameters whose slots, the first of which is that of parameter `first`, are empty but must not be.
pub(super) fn names_of_empty(
    signature: &Signature,
    first: usize,
    slots: &[Object],
    required: impl Fn(usize) -> bool,
) -> Vec<&'static str> {
    let empty = slots
        .iter()
        .enumerate()
        .filter(|(index, slot)| slot.is_null() && required(*index));
    empty
        .map(|(index, _)| signature.parameter_name(first + index))
        .collect()
}

/// There are none for these parameters, which are `positional` or `keyword-only`.
#[cold]
pub(super) fn missing(signature: &Signature, kind: &str, names: &[&str]) -> PyErr {
    let noun = if names.len() == 1 {
        "argument"
    } else {
        "arguments"
    };
    PyTypeError::new_err(format!(
        "{} missing {} required {kind} {noun}: {}",
        full_name(signature),
        names.len(),
        listed(names)
    ))
}

/// `'a'`, `'a' and 'b'`, `'a', 'b', and 'c'`.
pub(super) fn listed(names: &[&str]) -> String {
    let mut text = String::new();
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            if names.len() > 2 {
                text.push(',');
            }
            text.push_str(if index == names.len() - 1 {
                " and "
            } else {
                " "
            });
        }
        text.push('\'');
        text.push_str(name);
        text.push('\'');
    }
    text
}

/// Raises the error of a call with arguments of a function without parameters, in CPython's words.
///
/// # Safety
/// `receiver` is the function's module, or NULL; `names` a tuple, or NULL.
#[cold]
#[allow(
    improper_ctypes_definitions,
    reason = "Rust calls it; `extern \"C\"` says that nothing unwinds out of it"
)]
#[inline(never)]
pub(crate) unsafe extern "C" fn refuse_any(
    receiver: Object,
    given: usize,
    names: Object,
    name: &'static str,
) -> Object {
    guarded(null_mut(), |py| {
        // SAFETY: the receiver is a live object or NULL; `names` is a tuple.
        let (module, has_keywords) = unsafe {
            let module = Borrowed::from_ptr_or_opt(py, receiver).and_then(|module| {
                let name = module.getattr("__name__").ok()?;
                Some(name.cast::<PyString>().ok()?.to_string_lossy().into_owned())
            });
            let has_keywords = !names.is_null() && access::tuple_size(names) > 0;
            (module, has_keywords)
        };
        let name = match module {
            Some(module) => format!("{module}.{name}()"),
            None => format!("{name}()"),
        };
        PyTypeError::new_err(if has_keywords {
            format!("{name} takes no keyword arguments")
        } else {
            format!("{name} takes no arguments ({given} given)")
        })
        .restore(py);
        null_mut()
    })
}
