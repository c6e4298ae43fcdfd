//! Numbers and truth values that fit a word, by number: what functions of scalars take and return where the build is not for
//! speed.

use crate::convert::FromPyObject;
use crate::err::PyResult;
use crate::ffi;
use crate::instance::Borrowed;
use crate::marker::Python;
use crate::types::PyAny;

macro_rules! scalars {
    ($($number:literal $kind:ident $rust:ident),*) => {
        /// A scalar's type.
        #[derive(Clone, Copy)]
        pub(crate) enum Scalar {
            $(
                #[doc = concat!("`", stringify!($rust), "`")]
                $kind,
            )*
        }

        /// A scalar, or an object.
        #[allow(missing_docs)]
        #[derive(Clone, Copy)]
        pub union Word {
            $(pub $rust: $rust,)*
            pub object: *mut ffi::PyObject,
            /// All of it, so that a union of any of these is initialized whole.
            pub(crate) whole: u64,
        }

        impl Scalar {
            /// By the number that the macros give it; `None` for every other number.
            #[inline]
            pub(crate) const fn numbered(number: u64) -> Option<Scalar> {
                match number {
                    $($number => Some(Scalar::$kind),)*
                    _ => None,
                }
            }

            /// The argument's value.
            pub(crate) fn extract(self, argument: Borrowed<'_, '_, PyAny>) -> PyResult<Word> {
                let mut word = Word { whole: 0 };
                match self {
                    $(Scalar::$kind => word.$rust = <$rust>::extract(argument)?,)*
                }
                Ok(word)
            }

            /// The object of a result, or NULL with an exception set.
            ///
            /// # Safety
            /// The word holds a scalar of this kind.
            pub(crate) unsafe fn object(self, py: Python<'_>, word: Word) -> *mut ffi::PyObject {
                match self {
                    // SAFETY: the caller's promise.
                    $(Scalar::$kind => crate::call::output::object(py, Ok(unsafe { word.$rust })),)*
                }
            }
        }
    };
}

scalars!(
    1 Bool bool, 2 I8 i8, 3 U8 u8, 4 I16 i16, 5 U16 u16, 6 I32 i32, 7 U32 u32, 8 I64 i64, 9 U64 u64, 10 Isize isize,
    11 Usize usize, 12 F32 f32, 13 F64 f64
);
