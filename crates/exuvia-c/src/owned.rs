//! Texts and numbers that a function makes: C reads them where they lie, and gives them back.

use std::ffi::c_char;
use std::mem::ManuallyDrop;

use crate::argument::Number;
use crate::handle::{Opaque, Table};
use crate::status::Failure;

/// Who keeps the memory of an [`Array`] or a [`Text`] until it is given back.
pub struct Buffer {
    data: *mut u8,
    length: usize,
    capacity: usize,
    /// Makes the vector again that the three are of, and drops it.
    drop: unsafe fn(*mut u8, usize, usize),
}

// SAFETY: it owns plain numbers, and looks at none of them.
unsafe impl Send for Buffer {}
// SAFETY: as above.
unsafe impl Sync for Buffer {}

impl Buffer {
    fn of<T: Number>(numbers: Vec<T>) -> (*mut T, Self) {
        unsafe fn drop<T>(data: *mut u8, length: usize, capacity: usize) {
            // SAFETY: the three are of a vector of `T`, which nobody else drops.
            std::mem::drop(unsafe { Vec::from_raw_parts(data.cast::<T>(), length, capacity) });
        }
        let mut numbers = ManuallyDrop::new(numbers);
        let data = numbers.as_mut_ptr();
        let buffer = Self {
            data: data.cast(),
            length: numbers.len(),
            capacity: numbers.capacity(),
            drop: drop::<T>,
        };
        (data, buffer)
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: they are as `of` took them from the vector, and this is done once.
        unsafe { (self.drop)(self.data, self.length, self.capacity) };
    }
}

impl Opaque for Buffer {
    const NAME: &'static str = "buffer";

    fn table() -> &'static Table<Self> {
        // SAFETY: it is both.
        static TABLE: Table<Buffer> = unsafe { Table::new(true, true) };
        &TABLE
    }
}

/// Numbers that a function made, as C has them.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Array<T> {
    /// The first of them.
    pub data: *mut T,
    /// How many they are.
    pub length: usize,
    /// Who is given back.
    pub owner: *mut Buffer,
}

impl<T: Number> From<Vec<T>> for Array<T> {
    fn from(numbers: Vec<T>) -> Self {
        let length = numbers.len();
        let (data, buffer) = Buffer::of(numbers);
        let owner = Buffer::table().insert(buffer);
        Self {
            data,
            length,
            owner,
        }
    }
}

/// A text that a function made, as C has it.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// UTF-8, and a NUL behind it.
    pub data: *const c_char,
    /// Its bytes, without that NUL.
    pub length: usize,
    /// Who is given back.
    pub owner: *mut Buffer,
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        let mut bytes = text.into_bytes();
        let length = bytes.len();
        bytes.push(0);
        let array = Array::from(bytes);
        Self {
            data: array.data.cast_const().cast(),
            length,
            owner: array.owner,
        }
    }
}

/// Gives the memory of an [`Array`] or a [`Text`] back.
///
/// # Errors
///
/// It was given back before.
pub fn free(owner: *mut Buffer) -> Result<(), Failure> {
    Buffer::table().free(owner)
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::{Array, Text, free};
    use crate::status::Status;

    #[test]
    fn what_was_made_is_read_changed_and_given_back_once() {
        let array = Array::from(vec![1.5, 2.5]);
        // SAFETY: the numbers are there until they are given back.
        let numbers = unsafe { std::slice::from_raw_parts_mut(array.data, array.length) };
        numbers[0] = 3.5;
        assert_eq!(numbers, [3.5, 2.5]);
        free(array.owner).unwrap();
        assert_eq!(free(array.owner).unwrap_err().code, Status::Freed as i32);
        let nothing = Array::<u16>::from(Vec::new());
        assert_eq!(nothing.length, 0);
        free(nothing.owner).unwrap();
    }

    #[test]
    fn a_text_ends_in_a_nul() {
        let text = Text::from("a\0ü".to_owned());
        assert_eq!(text.length, 4);
        // SAFETY: as above.
        let bytes = unsafe { std::slice::from_raw_parts(text.data.cast::<u8>(), 5) };
        assert_eq!(bytes, "a\0ü\0".as_bytes());
        // SAFETY: as above.
        assert_eq!(unsafe { CStr::from_ptr(text.data) }, c"a");
        free(text.owner).unwrap();
    }
}
