//! What the engine relies on cannot be claimed by the way.

use exuvia::prelude::*;
use exuvia::{PyClass, PyTypeCheck, PyTypeInfo};

struct Mine;

impl PyTypeInfo for Mine {
    const NAME: &'static str = "Mine";
    const MODULE: Option<&'static str> = None;
    fn type_object_raw(_: Python<'_>) -> *mut exuvia::ffi::PyTypeObject {
        std::ptr::null_mut()
    }
}

struct Checked;

impl PyTypeCheck for Checked {
    fn type_check(_: &Bound<'_, PyAny>) -> bool {
        true
    }
    fn classinfo_object(py: Python<'_>) -> Bound<'_, PyAny> {
        py.None().into_bound(py)
    }
}

#[derive(Clone, Copy)]
struct Item;

impl exuvia::buffer::Element for Item {
    fn is_compatible_format(_: &std::ffi::CStr) -> bool {
        true
    }
}

struct Carried(Bound<'static, PyAny>);

impl exuvia::marker::Ungil for Carried {}

fn main() {}
