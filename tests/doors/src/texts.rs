//! Texts, and errors.

use std::ffi::CStr;
use std::fmt;

use exuvia_c::{Stopped, export};

/// How often `part` is in `text`.
#[export]
pub fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// The text in capitals.
#[export]
pub fn capitals(text: &str) -> String {
    text.to_uppercase()
}

/// The bytes of a text.
#[export]
pub fn encoded(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

/// How many bytes are in front of the NUL.
#[export]
pub fn c_length(text: &CStr) -> usize {
    text.to_bytes().len()
}

/// Why a text is no number.
#[derive(Debug, exuvia_c::Error)]
pub enum NumberError {
    /// Nothing is there.
    Empty,
    /// A letter is no digit.
    Digit(char),
}

impl fmt::Display for NumberError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("nothing is there"),
            Self::Digit(letter) => write!(formatter, "{letter:?} is no digit"),
        }
    }
}

/// Something is too large.
#[derive(Debug, exuvia_c::Error)]
#[c(code = 200)]
pub struct TooLarge;

impl fmt::Display for TooLarge {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("too large: \"ü\"")
    }
}

/// Reads a number.
#[export]
pub fn number(text: &str) -> Result<u64, NumberError> {
    if text.is_empty() {
        return Err(NumberError::Empty);
    }
    text.chars().try_fold(0_u64, |number, letter| {
        let digit = letter.to_digit(10).ok_or(NumberError::Digit(letter))?;
        Ok(number.wrapping_mul(10).wrapping_add(digit.into()))
    })
}

/// Always.
#[export]
pub fn too_large() -> Result<(), TooLarge> {
    Err(TooLarge)
}

/// Fails with these words.
#[export]
pub fn fail(words: &str) -> Result<(), String> {
    Err(words.to_owned())
}

/// Reads a file's text: the error of the system has no code of its own.
#[export]
pub fn contents(path: &str) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

/// A name that Python needs for itself, and parameters that do too.
#[export]
pub fn r#type(lambda: i32, len: i32, result: i32) -> i32 {
    lambda + len + result
}

/// Texts as they are after a callback, which may change what C gave.
#[export]
pub fn after(
    text: &str,
    name: &CStr,
    visit: &mut dyn FnMut(f64) -> Result<(), Stopped>,
) -> Result<String, Stopped> {
    visit(0.0)?;
    Ok(format!("{text} {}", name.to_string_lossy()))
}

/// What its callback answers to a number, whatever that is called.
#[export]
pub fn ask(answer: &mut dyn FnMut(f64) -> Result<f64, Stopped>) -> Result<f64, Stopped> {
    answer(2.0)
}

/// Names that C, C++ and their headers have already.
#[rustfmt::skip]
#[export(direct)]
pub fn names(unix: i32, linux: i32, restrict: i32, and: i32, xor: i32, class: i32, template: i32, int: i32, errno: i32, r#type: i32) -> i32 {
    unix + linux + restrict + and + xor + class + template + int + errno + r#type
}
