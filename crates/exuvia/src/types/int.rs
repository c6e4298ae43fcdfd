//! `int`.

use std::convert::Infallible;

use crate::convert::{IntoPyObject, infallible};
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::types::any::PyAnyMethods;

native_type! {
    /// Python's `int`, of any size. To and from Rust's integers by `into_pyobject` and `extract`.
    PyInt = "int", &raw mut ffi::PyLong_Type, is ffi::PyLong_Check, exactly ffi::PyLong_CheckExact
}

impl PyInt {
    /// The Python integer of the same value.
    pub fn new<'a, T>(py: Python<'a>, i: T) -> Bound<'a, PyInt>
    where
        T: IntoPyObject<'a, Target = PyInt, Output = Bound<'a, PyInt>, Error = Infallible>,
    {
        infallible(i.into_pyobject(py))
    }
}

macro_rules! compare_int {
    ($($rust:ty)*) => {$(
        compare_with!(PyInt, $rust, |int, value| int.extract::<$rust>().is_ok_and(|int| int == value));
    )*};
}
compare_int!(i8 u8 i16 u16 i32 u32 i64 u64 i128 u128 isize usize);
