//! What the elements of a buffer are: format strings of the `struct` module, and the Rust types that match them.

use std::cell::UnsafeCell;
use std::ffi::{
    CStr, c_char, c_int, c_long, c_longlong, c_short, c_uchar, c_uint, c_ulong, c_ulonglong,
    c_ushort,
};

/// The type of an element, as far as a format string tells.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum ElementType {
    /// A signed integer.
    SignedInteger {
        /// Its size in bytes.
        bytes: usize,
    },
    /// An unsigned integer.
    UnsignedInteger {
        /// Its size in bytes.
        bytes: usize,
    },
    /// A `bool`.
    Bool,
    /// A floating-point number.
    Float {
        /// Its size in bytes.
        bytes: usize,
    },
    /// Something else: several fields, a foreign byte order, an unknown letter.
    Unknown,
}

impl ElementType {
    /// Reads a format string of one element, as the `struct` module defines them
    /// (<https://docs.python.org/3/library/struct.html#format-strings>).
    pub fn from_format(format: &CStr) -> ElementType {
        match *format.to_bytes() {
            [letter] | [b'@', letter] => native(letter),
            [order, letter] if is_native_order(order) => standard(letter),
            _ => ElementType::Unknown,
        }
    }
}

/// Is it the mark of this machine's byte order, with the standard sizes?
fn is_native_order(mark: u8) -> bool {
    match mark {
        b'=' => true,
        b'<' => cfg!(target_endian = "little"),
        b'>' | b'!' => cfg!(target_endian = "big"),
        _ => false,
    }
}

/// With the sizes of this machine's C types.
fn native(letter: u8) -> ElementType {
    use ElementType::{Bool, Float, SignedInteger, UnsignedInteger};
    match letter {
        b'b' => SignedInteger { bytes: 1 },
        b'h' => SignedInteger {
            bytes: size_of::<c_short>(),
        },
        b'i' => SignedInteger {
            bytes: size_of::<c_int>(),
        },
        b'l' => SignedInteger {
            bytes: size_of::<c_long>(),
        },
        b'q' => SignedInteger {
            bytes: size_of::<c_longlong>(),
        },
        b'n' => SignedInteger {
            bytes: size_of::<isize>(),
        },
        b'c' => UnsignedInteger {
            bytes: size_of::<c_char>(),
        },
        b'B' => UnsignedInteger {
            bytes: size_of::<c_uchar>(),
        },
        b'H' => UnsignedInteger {
            bytes: size_of::<c_ushort>(),
        },
        b'I' => UnsignedInteger {
            bytes: size_of::<c_uint>(),
        },
        b'L' => UnsignedInteger {
            bytes: size_of::<c_ulong>(),
        },
        b'Q' => UnsignedInteger {
            bytes: size_of::<c_ulonglong>(),
        },
        b'N' => UnsignedInteger {
            bytes: size_of::<usize>(),
        },
        b'?' => Bool,
        b'e' => Float { bytes: 2 },
        b'f' => Float { bytes: 4 },
        b'd' => Float { bytes: 8 },
        _ => ElementType::Unknown,
    }
}

/// With the sizes that the `struct` module fixes for every machine.
fn standard(letter: u8) -> ElementType {
    use ElementType::{Bool, Float, SignedInteger, UnsignedInteger};
    match letter {
        b'b' => SignedInteger { bytes: 1 },
        b'h' => SignedInteger { bytes: 2 },
        b'i' | b'l' => SignedInteger { bytes: 4 },
        b'q' => SignedInteger { bytes: 8 },
        b'c' | b'B' => UnsignedInteger { bytes: 1 },
        b'H' => UnsignedInteger { bytes: 2 },
        b'I' | b'L' => UnsignedInteger { bytes: 4 },
        b'Q' => UnsignedInteger { bytes: 8 },
        b'?' => Bool,
        b'e' => Float { bytes: 2 },
        b'f' => Float { bytes: 4 },
        b'd' => Float { bytes: 8 },
        _ => ElementType::Unknown,
    }
}

/// A Rust type that the elements of a buffer can have.
///
/// # Safety
/// Every bit pattern of the type's size must be a value of the type: what a buffer holds is whatever anybody wrote to it.
pub unsafe trait Element: Copy {
    /// Can elements of this format be of this type? Their size and alignment are checked beside it.
    fn is_compatible_format(format: &CStr) -> bool;
}

macro_rules! elements {
    ($($kind:ident: $($ty:ty)*;)*) => {$($(
        // SAFETY: every bit pattern is a number.
        unsafe impl Element for $ty {
            fn is_compatible_format(format: &CStr) -> bool {
                ElementType::from_format(format) == ElementType::$kind { bytes: size_of::<$ty>() }
            }
        }
    )*)*};
}
elements! {
    UnsignedInteger: u8 u16 u32 u64 usize;
    SignedInteger: i8 i16 i32 i64 isize;
    Float: f32 f64;
}

/// An element that can be read through this reference, while others may write it: `Cell` without `set`.
#[repr(transparent)]
pub struct ReadOnlyCell<T: Element>(UnsafeCell<T>);

impl<T: Element> ReadOnlyCell<T> {
    /// A copy of the value.
    #[inline]
    pub fn get(&self) -> T {
        // SAFETY: the cell is in a buffer that is held; the value is copied, so that no reference to it is left.
        unsafe { *self.0.get() }
    }

    /// Where the value is.
    #[inline]
    pub fn as_ptr(&self) -> *const T {
        self.0.get()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read_with_native_and_standard_sizes() {
        use ElementType::{Bool, Float, SignedInteger, Unknown};
        for (format, expected) in [
            (c"d", Float { bytes: 8 }),
            (c"@f", Float { bytes: 4 }),
            (c"=e", Float { bytes: 2 }),
            (
                c"l",
                SignedInteger {
                    bytes: size_of::<c_long>(),
                },
            ),
            (c"=l", SignedInteger { bytes: 4 }),
            (c"?", Bool),
            (c"=n", Unknown),
            (c"2d", Unknown),
            (c"dd", Unknown),
            (c"", Unknown),
        ] {
            assert_eq!(ElementType::from_format(format), expected, "{format:?}");
        }
    }

    #[test]
    fn numbers_in_a_foreign_byte_order_are_not_taken_for_native_ones() {
        let (native, foreign) = if cfg!(target_endian = "little") {
            (c"<d", c">d")
        } else {
            (c">d", c"<d")
        };
        assert!(f64::is_compatible_format(native));
        assert!(!f64::is_compatible_format(foreign));
    }
}
