//! Types of other crates, each behind the feature that PyO3 gives it: one file for each crate.

#[cfg(feature = "anyhow")]
mod anyhow;
#[cfg(feature = "bigdecimal")]
mod bigdecimal;
#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "chrono-local")]
mod chrono_local;
#[cfg(feature = "chrono-tz")]
mod chrono_tz;
#[cfg(feature = "either")]
mod either;
#[cfg(feature = "eyre")]
mod eyre;
#[cfg(feature = "hashbrown")]
mod hashbrown;
#[cfg(feature = "indexmap")]
mod indexmap;
#[cfg(feature = "jiff-02")]
mod jiff;
#[cfg(feature = "num-bigint")]
mod num_bigint;
#[cfg(feature = "num-complex")]
mod num_complex;
#[cfg(feature = "num-rational")]
mod num_rational;
#[cfg(feature = "ordered-float")]
mod ordered_float;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "smallvec")]
mod smallvec;
#[cfg(feature = "time")]
mod time;
#[cfg(feature = "uuid")]
mod uuid;

#[cfg(any(feature = "chrono", feature = "jiff-02", feature = "time"))]
mod utc_offset;

/// The conversion of a reference to a `Copy` type, where that of the type itself is written out.
#[allow(unused_macros, reason = "not every feature needs it")]
macro_rules! into_by_reference {
    ($($rust:ty => $target:ty),* $(,)?) => {$(
        impl<'py> $crate::IntoPyObject<'py> for &$rust {
            type Target = $target;
            type Output = <$rust as $crate::IntoPyObject<'py>>::Output;
            type Error = <$rust as $crate::IntoPyObject<'py>>::Error;
            #[inline]
            fn into_pyobject(
                self,
                py: $crate::Python<'py>,
            ) -> Result<Self::Output, Self::Error> {
                (*self).into_pyobject(py)
            }
        }
    )*};
}
#[allow(unused_imports, reason = "not every feature needs it")]
use into_by_reference;
