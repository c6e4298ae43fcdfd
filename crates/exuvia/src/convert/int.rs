//! The integers, and `bool`.

use std::convert::Infallible;
use std::ffi::{c_long, c_longlong};
use std::num::NonZero;

use crate::PyResult;
use crate::access;
use crate::convert::{AtRest, FromPyObject, IntoPyObject};
use crate::err::PyErr;
use crate::exceptions::{PyImportError, PyOverflowError, PyTypeError, PyValueError};
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::boolobject::PyBoolMethods;
use crate::types::bytearray::PyByteArrayMethods;
#[cfg(Py_LIMITED_API)]
use crate::types::bytes::PyBytesMethods;
use crate::types::typeobject::PyTypeMethods;
use crate::types::{PyAny, PyBool, PyByteArray, PyBytes, PyInt};

/// C answered -1: a value like any other, or an exception.
#[cold]
fn value_or_error<T>(py: Python<'_>, value: T) -> PyResult<T> {
    match PyErr::take(py) {
        Some(error) => Err(error),
        None => Ok(value),
    }
}

/// The text of `TryFromIntError`.
#[cold]
fn out_of_range() -> PyErr {
    PyOverflowError::new_err("out of range integral type conversion attempted")
}

/// # Safety
/// `int` is a new reference to an integer, or NULL with an exception set.
#[inline]
unsafe fn new_int(py: Python<'_>, int: *mut ffi::PyObject) -> Bound<'_, PyInt> {
    // SAFETY: the caller's promise.
    unsafe { Bound::from_owned_ptr(py, int).cast_into_unchecked() }
}

/// The integer that an object is, or that its `__index__` gives.
pub(super) fn index<'py>(obj: Borrowed<'_, 'py, PyAny>) -> PyResult<Bound<'py, PyInt>> {
    // SAFETY: the object is alive; the result is a new reference to an integer, or NULL with an exception set.
    unsafe {
        Bound::from_owned_ptr_or_err(obj.py(), ffi::PyNumber_Index(obj.as_ptr()))
            .map(|int| int.cast_into_unchecked())
    }
}

/// The value of an exact `int` of one digit, read where it lies.
///
/// The layout is that of `longintrepr.h`: up to 3.11 the number of digits with the number's sign, then the digits; from
/// 3.12 a word with the sign in its two lowest bits (0 positive, 1 zero, 2 negative) and the number of digits above the
/// third one, then the digits. A digit holds 30 bits in 32 on every 64-bit build that is not asked for another size;
/// [`check_digits`] refuses those.
#[inline(always)]
pub(crate) fn one_digit(obj: Borrowed<'_, '_, PyAny>) -> Option<i64> {
    #[cfg(all(
        target_pointer_width = "64",
        not(Py_LIMITED_API),
        not(PyPy),
        not(GraalPy)
    ))]
    {
        #[repr(C)]
        struct Int {
            header: ffi::PyObject,
            tag: isize,
            digit: u32,
        }
        if obj.is_exact_instance_of::<PyInt>() {
            // SAFETY: the object is an integer, which has a tag; a number of one digit has a digit.
            unsafe {
                let int = obj.as_ptr().cast::<Int>();
                let tag = (*int).tag;
                #[cfg(Py_3_12)]
                if tag < (2 << 3) {
                    return Some((1 - (tag & 3) as i64) * i64::from((*int).digit));
                }
                #[cfg(not(Py_3_12))]
                match tag {
                    0 => return Some(0),
                    1 | -1 => return Some(tag as i64 * i64::from((*int).digit)),
                    _ => {}
                }
            }
        }
    }
    let _ = obj;
    None
}

/// Refuses an interpreter whose integers [`one_digit`] cannot read. Asked before any code of a module runs, and when Rust
/// starts the interpreter.
///
/// # Errors
/// `ImportError` where a digit has not 30 bits (`sys.int_info.bits_per_digit`).
pub(crate) fn check_digits(py: Python<'_>) -> PyResult<()> {
    if cfg!(Py_LIMITED_API) {
        return Ok(());
    }
    // SAFETY: the result is a new reference to a tuple whose first item is a number, or NULL with an exception set.
    let bits: usize = unsafe { Bound::from_owned_ptr_or_err(py, ffi::PyLong_GetInfo())? }
        .getattr("bits_per_digit")?
        .extract()?;
    if cfg!(target_pointer_width = "64") && bits != 30 {
        return Err(PyImportError::new_err(format!(
            "this module was made with exuvia, which does not support a Python built with integers of {bits} bits a digit"
        )));
    }
    Ok(())
}

fn signed_long(obj: Borrowed<'_, '_, PyAny>) -> PyResult<c_long> {
    // SAFETY: the object is alive; since Python 3.10 the call asks `__index__` itself.
    match unsafe { ffi::PyLong_AsLong(obj.as_ptr()) } {
        -1 => value_or_error(obj.py(), -1),
        value => Ok(value),
    }
}

fn signed_64(obj: Borrowed<'_, '_, PyAny>) -> PyResult<i64> {
    if size_of::<c_long>() == 8 {
        #[allow(
            clippy::useless_conversion,
            reason = "the size of a C long differs between platforms"
        )]
        return signed_long(obj).map(i64::from);
    }
    // SAFETY: the object is alive; since Python 3.10 the call asks `__index__` itself.
    match unsafe { ffi::PyLong_AsLongLong(obj.as_ptr()) } {
        -1 => value_or_error(obj.py(), -1),
        value => Ok(value),
    }
}

fn unsigned_64(obj: Borrowed<'_, '_, PyAny>) -> PyResult<u64> {
    if !obj.is_instance_of::<PyInt>() {
        return unsigned_64_of_index(obj);
    }
    // SAFETY: the object is an integer.
    match unsafe { ffi::PyLong_AsUnsignedLongLong(obj.as_ptr()) } {
        u64::MAX => value_or_error(obj.py(), u64::MAX),
        value => Ok(value),
    }
}

#[cold]
fn unsigned_64_of_index(obj: Borrowed<'_, '_, PyAny>) -> PyResult<u64> {
    unsigned_64(index(obj)?.as_any().as_borrowed())
}

/// The value of an exact `int` that fits 64 bits with a sign; runs no Python code and sets no exception.
#[inline]
pub(super) fn small(obj: Borrowed<'_, '_, PyAny>) -> Option<i64> {
    if let Some(value) = one_digit(obj) {
        return Some(value);
    }
    if !obj.is_exact_instance_of::<PyInt>() {
        return None;
    }
    let mut overflow = 0;
    // SAFETY: the object is an integer.
    let value: c_longlong =
        unsafe { ffi::PyLong_AsLongLongAndOverflow(obj.as_ptr(), &raw mut overflow) };
    (overflow == 0).then_some(value)
}

macro_rules! integer {
    ($rust:ty, from $read:ident, to $make:ident as $wide:ty $(, { $($extract:tt)* })? $(, into { $($into:tt)* })? $(, into_ref { $($into_ref:tt)* })?) => {
        impl<'py> FromPyObject<'_, 'py> for $rust {
            type Error = PyErr;
            #[cfg_attr(for_speed, inline)]
            #[cfg_attr(not(for_speed), inline(never))]
            fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
                if let Some(value) = one_digit(obj)
                    && let Ok(value) = value.try_into()
                {
                    return Ok(value);
                }
                <$rust>::try_from($read(obj)?).map_err(|_| out_of_range())
            }
            #[inline]
            fn extract_at_rest(obj: Borrowed<'_, 'py, PyAny>, _: AtRest) -> Option<Self> {
                small(obj).and_then(|value| value.try_into().ok())
            }
            $($($extract)*)?
        }

        impl<'py> IntoPyObject<'py> for $rust {
            type Target = PyInt;
            type Output = Bound<'py, PyInt>;
            type Error = Infallible;
            #[inline]
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                // SAFETY: the result is a new reference to an integer, or NULL.
                Ok(unsafe { new_int(py, ffi::$make(self as $wide)) })
            }
            #[cfg_attr(for_speed, inline)]
            #[cfg_attr(not(for_speed), inline(never))]
            fn into_result(self, _: Python<'py>) -> PyResult<*mut ffi::PyObject> {
                // SAFETY: the thread is attached.
                Ok(unsafe { ffi::$make(self as $wide) })
            }
            $($($into)*)?
        }

        impl<'py> IntoPyObject<'py> for &$rust {
            type Target = PyInt;
            type Output = Bound<'py, PyInt>;
            type Error = Infallible;
            #[inline]
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                (*self).into_pyobject(py)
            }
            #[inline]
            fn into_result(self, py: Python<'py>) -> PyResult<*mut ffi::PyObject> {
                (*self).into_result(py)
            }
            $($($into_ref)*)?
        }
    };
}

integer!(i8, from signed_long, to PyLong_FromLong as c_long);
integer!(i16, from signed_long, to PyLong_FromLong as c_long);
integer!(u16, from signed_long, to PyLong_FromLong as c_long);
integer!(i32, from signed_long, to PyLong_FromLong as c_long);
integer!(u32, from signed_64, to PyLong_FromLongLong as c_longlong);
integer!(i64, from signed_64, to PyLong_FromLongLong as c_longlong);
integer!(u64, from unsigned_64, to PyLong_FromUnsignedLongLong as u64);
integer!(isize, from signed_64, to PyLong_FromSsize_t as ffi::Py_ssize_t);
integer!(usize, from unsigned_64, to PyLong_FromSize_t as usize);

// Many of them are `bytes`.
integer!(u8, from signed_long, to PyLong_FromLong as c_long, {
    fn vec_from_bytes(obj: Borrowed<'_, 'py, PyAny>) -> Option<PyResult<Vec<u8>>> {
        if let Ok(bytes) = obj.cast::<PyBytes>() {
            Some(Ok(bytes.as_bytes().to_vec()))
        } else if let Ok(array) = obj.cast::<PyByteArray>() {
            Some(Ok(array.to_vec()))
        } else {
            None
        }
    }
}, into {
    #[inline]
    fn sequence_into_pyobject<I>(items: I, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>
    where
        I: ExactSizeIterator<Item = u8>,
    {
        PyBytes::from_exact_iter(py, items).map(Bound::into_any)
    }

    #[inline]
    fn bytes_into_pyobject(items: &[u8], py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        Some(PyBytes::new(py, items).into_any())
    }
}, into_ref {
    #[inline]
    fn sequence_into_pyobject<I>(items: I, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>
    where
        I: ExactSizeIterator<Item = Self>,
    {
        PyBytes::from_exact_iter(py, items.copied()).map(Bound::into_any)
    }
});

/// The 16 bytes of an integer in the machine's order, of an object that is one or has `__index__`.
fn wide_bytes(obj: Borrowed<'_, '_, PyAny>, signed: bool) -> PyResult<[u8; 16]> {
    let int = index(obj)?;
    #[cfg(Py_LIMITED_API)]
    {
        let bytes = access::int_to_bytes(&int, 16, signed)?;
        let bytes: [u8; 16] = bytes
            .as_bytes()
            .try_into()
            .expect("`int.to_bytes` gives as many bytes as it is asked for");
        Ok(little_endian(bytes))
    }
    #[cfg(not(Py_LIMITED_API))]
    let mut bytes = [0_u8; 16];
    #[cfg(all(Py_3_13, not(Py_LIMITED_API)))]
    {
        let flags = if signed {
            ffi::Py_ASNATIVEBYTES_NATIVE_ENDIAN
        } else {
            ffi::Py_ASNATIVEBYTES_NATIVE_ENDIAN
                | ffi::Py_ASNATIVEBYTES_UNSIGNED_BUFFER
                | ffi::Py_ASNATIVEBYTES_REJECT_NEGATIVE
        };
        // SAFETY: the object is an integer, the buffer as large as is said.
        let needed = unsafe {
            ffi::PyLong_AsNativeBytes(
                int.as_ptr(),
                bytes.as_mut_ptr().cast(),
                bytes.len() as ffi::Py_ssize_t,
                flags,
            )
        };
        match usize::try_from(needed) {
            Err(_) => Err(PyErr::fetch(obj.py())),
            Ok(needed) if needed > bytes.len() => {
                Err(PyOverflowError::new_err("Python int larger than 128 bits"))
            }
            Ok(_) => Ok(bytes),
        }
    }
    #[cfg(all(not(Py_3_13), not(Py_LIMITED_API)))]
    {
        // SAFETY: the object is an integer, the buffer as large as is said.
        let answer = unsafe {
            ffi::_PyLong_AsByteArray(
                int.as_ptr().cast(),
                bytes.as_mut_ptr(),
                bytes.len(),
                cfg!(target_endian = "little").into(),
                signed.into(),
            )
        };
        crate::err::error_on_minus_one(obj.py(), answer)?;
        Ok(bytes)
    }
}

/// The bytes of the machine's order from the lowest on, or the other way round.
#[cfg(Py_LIMITED_API)]
fn little_endian(mut bytes: [u8; 16]) -> [u8; 16] {
    if cfg!(target_endian = "big") {
        bytes.reverse();
    }
    bytes
}

/// The integer of 16 bytes in the machine's order.
fn from_wide_bytes(py: Python<'_>, bytes: [u8; 16], signed: bool) -> Bound<'_, PyInt> {
    #[cfg(Py_LIMITED_API)]
    return access::int_from_bytes(py, &little_endian(bytes), signed)
        .unwrap_or_else(|error| crate::err::panic_with(py, "16 bytes are an integer", error));
    #[cfg(not(Py_LIMITED_API))]
    // SAFETY: the buffer is as large as is said; the result is a new reference to an integer, or NULL.
    unsafe {
        #[cfg(all(Py_3_13, not(Py_LIMITED_API)))]
        let int = {
            let unsigned = if signed {
                0
            } else {
                ffi::Py_ASNATIVEBYTES_UNSIGNED_BUFFER
            };
            let flags = ffi::Py_ASNATIVEBYTES_NATIVE_ENDIAN | unsigned;
            ffi::PyLong_FromNativeBytes(bytes.as_ptr().cast(), bytes.len(), flags)
        };
        #[cfg(all(not(Py_3_13), not(Py_LIMITED_API)))]
        let int = {
            let little = cfg!(target_endian = "little").into();
            ffi::_PyLong_FromByteArray(bytes.as_ptr(), bytes.len(), little, signed.into())
        };
        new_int(py, int)
    }
}

macro_rules! wide_integer {
    ($rust:ty, signed $signed:literal) => {
        impl<'py> FromPyObject<'_, 'py> for $rust {
            type Error = PyErr;
            fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
                match Self::extract_at_rest(obj, AtRest) {
                    Some(value) => Ok(value),
                    None => wide_bytes(obj, $signed).map(<$rust>::from_ne_bytes),
                }
            }
            #[inline]
            fn extract_at_rest(obj: Borrowed<'_, 'py, PyAny>, _: AtRest) -> Option<Self> {
                small(obj).and_then(|value| value.try_into().ok())
            }
        }

        impl<'py> IntoPyObject<'py> for $rust {
            type Target = PyInt;
            type Output = Bound<'py, PyInt>;
            type Error = Infallible;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                match i64::try_from(self) {
                    Ok(value) => value.into_pyobject(py),
                    Err(_) => Ok(from_wide_bytes(py, self.to_ne_bytes(), $signed)),
                }
            }
        }

        impl<'py> IntoPyObject<'py> for &$rust {
            type Target = PyInt;
            type Output = Bound<'py, PyInt>;
            type Error = Infallible;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                (*self).into_pyobject(py)
            }
        }
    };
}
wide_integer!(i128, signed true);
wide_integer!(u128, signed false);

macro_rules! non_zero {
    ($($rust:ty)*) => {$(
        impl<'py> FromPyObject<'_, 'py> for NonZero<$rust> {
            type Error = PyErr;
            fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
                NonZero::new(<$rust>::extract(obj)?).ok_or_else(|| PyValueError::new_err("invalid zero value"))
            }
        }

        impl<'py> IntoPyObject<'py> for NonZero<$rust> {
            type Target = PyInt;
            type Output = Bound<'py, PyInt>;
            type Error = Infallible;
            #[inline]
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                self.get().into_pyobject(py)
            }
        }

        impl<'py> IntoPyObject<'py> for &NonZero<$rust> {
            type Target = PyInt;
            type Output = Bound<'py, PyInt>;
            type Error = Infallible;
            #[inline]
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                self.get().into_pyobject(py)
            }
        }
    )*};
}
non_zero!(i8 u8 i16 u16 i32 u32 i64 u64 i128 u128 isize usize);

/// `True`, `False` and NumPy's booleans; nothing else, however true.
impl<'py> FromPyObject<'_, 'py> for bool {
    type Error = PyErr;

    #[inline]
    fn extract(obj: Borrowed<'_, 'py, PyAny>) -> Result<Self, Self::Error> {
        Self::extract_at_rest(obj, AtRest).map_or_else(|| numpy_bool(obj), Ok)
    }

    #[inline]
    fn extract_at_rest(obj: Borrowed<'_, 'py, PyAny>, _: AtRest) -> Option<Self> {
        // SAFETY: cast only after the check.
        obj.is_instance_of::<PyBool>()
            .then(|| unsafe { obj.cast_unchecked::<PyBool>() }.is_true())
    }
}

#[cold]
fn numpy_bool(obj: Borrowed<'_, '_, PyAny>) -> PyResult<bool> {
    let ty = obj.get_type();
    let is_numpy_bool = ty.module().is_ok_and(|module| module == "numpy")
        && ty
            .name()
            .is_ok_and(|name| name == "bool_" || name == "bool");
    if !is_numpy_bool {
        return obj
            .cast::<PyBool>()
            .map(|object| object.is_true())
            .map_err(PyErr::from);
    }
    // SAFETY: the type object is alive; the slot is called with an instance of the type.
    unsafe {
        let as_bool = access::nb_bool(ty.as_type_ptr());
        match as_bool.map(|as_bool| as_bool(obj.as_ptr())) {
            Some(answer) => crate::types::any::truth(obj.py(), answer),
            None => Err(PyTypeError::new_err(format!(
                "object of type '{ty}' does not define a '__bool__' conversion"
            ))),
        }
    }
}

impl<'py> IntoPyObject<'py> for bool {
    type Target = PyBool;
    type Output = Borrowed<'py, 'py, PyBool>;
    type Error = Infallible;
    #[inline]
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PyBool::new(py, self))
    }
}

impl<'py> IntoPyObject<'py> for &bool {
    type Target = PyBool;
    type Output = Borrowed<'py, 'py, PyBool>;
    type Error = Infallible;
    #[inline]
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        (*self).into_pyobject(py)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IntoPyObjectExt;
    use std::ffi::CString;
    use std::fmt::{Debug, Display};

    fn error<T>(code: &str) -> String
    where
        T: for<'a, 'py> FromPyObject<'a, 'py, Error = PyErr> + Debug,
    {
        Python::initialize();
        Python::attach(|py| {
            let value = py.eval(&CString::new(code).unwrap(), None, None).unwrap();
            value
                .extract::<T>()
                .expect_err("the conversion fails")
                .to_string()
        })
    }

    fn round_trip<T>(values: impl IntoIterator<Item = T>)
    where
        T: Display + Debug + Copy + PartialEq + for<'a, 'py> FromPyObject<'a, 'py, Error = PyErr>,
        T: for<'py> IntoPyObject<'py>,
    {
        Python::initialize();
        Python::attach(|py| {
            for value in values {
                let object = value.into_bound_py_any(py).unwrap();
                assert_eq!(object.to_string(), value.to_string());
                assert_eq!(object.extract::<T>().unwrap(), value);
            }
        });
    }

    #[test]
    fn extreme_values_go_both_ways() {
        round_trip([i8::MIN, -1, 0, i8::MAX]);
        round_trip([0, u8::MAX]);
        round_trip([i16::MIN, -1, i16::MAX]);
        round_trip([0, u16::MAX]);
        round_trip([i32::MIN, -1, i32::MAX]);
        round_trip([0, u32::MAX]);
        round_trip([i64::MIN, -1, 0, i64::MAX]);
        round_trip([0, i64::MAX as u64 + 1, u64::MAX]);
        round_trip([isize::MIN, -1, isize::MAX]);
        round_trip([0, usize::MAX]);
        round_trip([
            i128::MIN,
            i64::MIN as i128 - 1,
            -1,
            0,
            i64::MAX as i128 + 1,
            i128::MAX,
        ]);
        round_trip([0, u64::MAX as u128, u64::MAX as u128 + 1, u128::MAX]);
    }

    #[test]
    fn values_that_do_not_fit_are_overflow_errors() {
        let out_of_range = "OverflowError: out of range integral type conversion attempted";
        assert_eq!(error::<u8>("256"), out_of_range);
        assert_eq!(error::<u8>("-1"), out_of_range);
        assert_eq!(error::<i32>("2 ** 31"), out_of_range);
        assert_eq!(error::<u32>("-1"), out_of_range);
        assert_eq!(
            error::<u64>("-1"),
            "OverflowError: can't convert negative int to unsigned"
        );
        for text in [
            error::<i64>("2 ** 63"),
            error::<u64>("2 ** 64"),
            error::<i128>("2 ** 127"),
            error::<u128>("2 ** 128"),
        ] {
            assert!(text.starts_with("OverflowError: "), "{text}");
        }
        assert_eq!(error::<NonZero<u8>>("0"), "ValueError: invalid zero value");
    }

    #[test]
    fn only_integers_and_what_has_an_index_are_integers() {
        for text in [
            error::<i64>("1.0"),
            error::<u64>("1.0"),
            error::<i8>("1.0"),
            error::<u128>("1.0"),
        ] {
            assert_eq!(
                text,
                "TypeError: 'float' object cannot be interpreted as an integer"
            );
        }
        Python::attach(|py| {
            let seven = py
                .eval(
                    c"type('Seven', (), {'__index__': lambda self: 7})()",
                    None,
                    None,
                )
                .unwrap();
            assert_eq!(seven.extract::<i8>().unwrap(), 7);
            assert_eq!(seven.extract::<u64>().unwrap(), 7);
            assert_eq!(seven.extract::<i128>().unwrap(), 7);
            assert_eq!(
                py.eval(c"True", None, None)
                    .unwrap()
                    .extract::<u64>()
                    .unwrap(),
                1
            );
        });
    }

    #[test]
    fn only_booleans_are_booleans() {
        assert_eq!(
            error::<bool>("1"),
            "TypeError: 'int' object is not an instance of 'bool'"
        );
        Python::attach(|py| {
            assert!(
                py.eval(c"1 == 1", None, None)
                    .unwrap()
                    .extract::<bool>()
                    .unwrap()
            )
        });
    }
}
