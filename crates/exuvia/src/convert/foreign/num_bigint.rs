//! `BigInt` and `BigUint`: `int`, of any size.

use num_bigint::{BigInt, BigUint};

#[cfg(Py_LIMITED_API)]
use crate::access;
use crate::convert::int::{index, small};
use crate::convert::{FromPyObject, IntoPyObject};
use crate::err::{PyErr, PyResult};
#[cfg(not(Py_LIMITED_API))]
use crate::ffi;
use crate::instance::{Borrowed, Bound};
use crate::marker::Python;
#[cfg(Py_LIMITED_API)]
use crate::types::bytes::PyBytesMethods;
use crate::types::{PyAny, PyInt};

/// An integer as bytes, the lowest first: two's complement if `signed`, else its value, which is not negative.
#[cfg(all(Py_3_13, not(Py_LIMITED_API)))]
fn to_bytes(int: &Bound<'_, PyInt>, signed: bool) -> PyResult<Vec<u8>> {
    let flags = if signed {
        ffi::Py_ASNATIVEBYTES_LITTLE_ENDIAN
    } else {
        ffi::Py_ASNATIVEBYTES_LITTLE_ENDIAN
            | ffi::Py_ASNATIVEBYTES_UNSIGNED_BUFFER
            | ffi::Py_ASNATIVEBYTES_REJECT_NEGATIVE
    };
    let mut bytes: Vec<u8> = Vec::new();
    loop {
        // SAFETY: the object is an integer, the buffer as large as is said. Where there is none, the call says how large it
        // should be.
        let needed = unsafe {
            ffi::PyLong_AsNativeBytes(
                int.as_ptr(),
                bytes.as_mut_ptr().cast(),
                bytes.len() as ffi::Py_ssize_t,
                flags,
            )
        };
        match usize::try_from(needed) {
            Err(_) => return Err(PyErr::fetch(int.py())),
            Ok(needed) if needed > bytes.len() => bytes.resize(needed, 0),
            Ok(_) => return Ok(bytes),
        }
    }
}

/// An integer as bytes, the lowest first: two's complement if `signed`, else its value, which is not negative.
#[cfg(all(not(Py_3_13), not(Py_LIMITED_API)))]
fn to_bytes(int: &Bound<'_, PyInt>, signed: bool) -> PyResult<Vec<u8>> {
    // SAFETY: an integer begins as `longintrepr.h` tells: up to 3.11 with the number of its digits and its own sign, in 3.12 with
    // the number of digits above three other bits.
    let size = unsafe { (*int.as_ptr().cast::<ffi::PyVarObject>()).ob_size };
    let digits = if cfg!(Py_3_12) {
        size as usize >> 3
    } else {
        size.unsigned_abs()
    };
    // A digit holds 30 bits at most; one more is for the sign.
    let mut bytes = vec![0_u8; digits * 30 / 8 + 1];
    // SAFETY: the object is an integer, the buffer as large as is said.
    let answer = unsafe {
        ffi::_PyLong_AsByteArray(
            int.as_ptr().cast(),
            bytes.as_mut_ptr(),
            bytes.len(),
            1,
            signed.into(),
        )
    };
    crate::err::error_on_minus_one(int.py(), answer)?;
    Ok(bytes)
}

/// An integer as bytes, the lowest first: two's complement if `signed`, else its value, which is not negative.
#[cfg(Py_LIMITED_API)]
fn to_bytes(int: &Bound<'_, PyInt>, signed: bool) -> PyResult<Vec<u8>> {
    // One bit more is for the sign.
    let len = access::int_bits(int)? / 8 + 1;
    Ok(access::int_to_bytes(int, len, signed)?.as_bytes().to_vec())
}

/// The integer of bytes that [`to_bytes`] could have made.
fn from_bytes<'py>(py: Python<'py>, bytes: &[u8], signed: bool) -> PyResult<Bound<'py, PyInt>> {
    #[cfg(Py_LIMITED_API)]
    return access::int_from_bytes(py, bytes, signed);
    // SAFETY: the buffer is as large as is said; the result is a new reference to an integer, or NULL with an exception set.
    #[cfg(not(Py_LIMITED_API))]
    unsafe {
        #[cfg(Py_3_13)]
        let int = {
            let unsigned = if signed {
                0
            } else {
                ffi::Py_ASNATIVEBYTES_UNSIGNED_BUFFER
            };
            let flags = ffi::Py_ASNATIVEBYTES_LITTLE_ENDIAN | unsigned;
            ffi::PyLong_FromNativeBytes(bytes.as_ptr().cast(), bytes.len(), flags)
        };
        #[cfg(not(Py_3_13))]
        let int = ffi::_PyLong_FromByteArray(bytes.as_ptr(), bytes.len(), 1, signed.into());
        Bound::from_owned_ptr_or_err(py, int).map(|int| int.cast_into_unchecked())
    }
}

impl FromPyObject<'_, '_> for BigInt {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        match small(obj) {
            Some(value) => Ok(value.into()),
            None => Ok(BigInt::from_signed_bytes_le(&to_bytes(&index(obj)?, true)?)),
        }
    }
}

impl FromPyObject<'_, '_> for BigUint {
    type Error = PyErr;
    fn extract(obj: Borrowed<'_, '_, PyAny>) -> Result<Self, Self::Error> {
        match small(obj).map(u64::try_from) {
            Some(Ok(value)) => Ok(value.into()),
            _ => Ok(BigUint::from_bytes_le(&to_bytes(&index(obj)?, false)?)),
        }
    }
}

macro_rules! into_int {
    ($($rust:ty: $small:ty, $bytes:ident, signed $signed:literal;)*) => {$(
        impl<'py> IntoPyObject<'py> for $rust {
            type Target = PyInt;
            type Output = Bound<'py, PyInt>;
            type Error = PyErr;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                (&self).into_pyobject(py)
            }
        }

        impl<'py> IntoPyObject<'py> for &$rust {
            type Target = PyInt;
            type Output = Bound<'py, PyInt>;
            type Error = PyErr;
            fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
                match <$small>::try_from(self) {
                    Ok(value) => Ok(value.into_pyobject(py)?),
                    Err(_) => from_bytes(py, &self.$bytes(), $signed),
                }
            }
        }
    )*};
}

into_int! {
    BigInt: i64, to_signed_bytes_le, signed true;
    BigUint: u64, to_bytes_le, signed false;
}
