//! Numbers and truth values that fit a word: the conversions that builds for size share.

use std::marker::PhantomData;

use crate::convert::FromPyObject;
use crate::err::PyResult;
use crate::instance::Borrowed;
use crate::types::PyAny;

/// Which scalar an argument becomes.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(crate) enum Scalar {
    /// `bool`
    Bool,
    /// `i8`
    I8,
    /// `u8`
    U8,
    /// `i16`
    I16,
    /// `u16`
    U16,
    /// `i32`
    I32,
    /// `u32`
    U32,
    /// `i64`
    I64,
    /// `u64`
    U64,
    /// `isize`
    Isize,
    /// `usize`
    Usize,
    /// `f32`
    F32,
    /// `f64`
    F64,
}

/// That `T` is a scalar. Only this crate can say so of a type: what a word means is taken on trust.
pub struct ScalarOf<T> {
    kind: Scalar,
    value: fn(u64) -> T,
    of: PhantomData<T>,
}

impl<T> ScalarOf<T> {
    pub(crate) const fn new(kind: Scalar, value: fn(u64) -> T) -> Self {
        ScalarOf {
            kind,
            value,
            of: PhantomData,
        }
    }

    pub(crate) const fn kind(&self) -> Scalar {
        self.kind
    }

    /// What the word means that [`Scalar::extract`] gave.
    #[inline(always)]
    pub(crate) fn value(&self, word: u64) -> T {
        (self.value)(word)
    }
}

impl Scalar {
    /// The argument's value as a word.
    pub(crate) fn extract(self, argument: Borrowed<'_, '_, PyAny>) -> PyResult<u64> {
        fn signed<'a, 'py, T>(argument: Borrowed<'a, 'py, PyAny>) -> PyResult<u64>
        where
            T: FromPyObject<'a, 'py> + Into<i64>,
        {
            let value = T::extract(argument).map_err(Into::into)?;
            Ok(value.into().cast_unsigned())
        }
        fn unsigned<'a, 'py, T>(argument: Borrowed<'a, 'py, PyAny>) -> PyResult<u64>
        where
            T: FromPyObject<'a, 'py> + Into<u64>,
        {
            Ok(T::extract(argument).map_err(Into::into)?.into())
        }
        match self {
            Scalar::Bool => unsigned::<bool>(argument),
            Scalar::I8 => signed::<i8>(argument),
            Scalar::U8 => unsigned::<u8>(argument),
            Scalar::I16 => signed::<i16>(argument),
            Scalar::U16 => unsigned::<u16>(argument),
            Scalar::I32 => signed::<i32>(argument),
            Scalar::U32 => unsigned::<u32>(argument),
            Scalar::I64 => signed::<i64>(argument),
            Scalar::U64 => unsigned::<u64>(argument),
            Scalar::Isize => Ok((isize::extract(argument)? as i64).cast_unsigned()),
            Scalar::Usize => Ok(usize::extract(argument)? as u64),
            Scalar::F32 => Ok(f32::extract(argument)?.to_bits().into()),
            Scalar::F64 => Ok(f64::extract(argument)?.to_bits()),
        }
    }
}
