//! `contextvars.Context`.

use crate::ffi;

native_type! {
    /// Python's `contextvars.Context`: the values that context variables have in one task.
    PyContext = "Context" in "contextvars", &raw mut ffi::PyContext_Type,
    is ffi::PyContext_CheckExact, exactly ffi::PyContext_CheckExact
}
