//! Roman numerals: one set of functions, which C and Python reach by either door.

use std::fmt;

use exuvia_c::export;
#[cfg(feature = "extension")]
use exuvia::prelude::*;

exuvia_c::library!();

/// Signs of numbers, from the largest.
const SIGNS: [(u32, &str); 13] = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
];

/// The largest number that can be written: MMMCMXCIX.
const LARGEST: u32 = 3999;

/// Why something is no Roman numeral.
#[derive(Debug, PartialEq, Eq, exuvia_c::Error)]
pub enum NumeralError {
    /// The Romans had no sign for the number.
    Range(u32),
    /// A text is not what the number would be written as.
    Spelling(String),
}

impl fmt::Display for NumeralError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range(number) => write!(formatter, "{number} is not from 1 to {LARGEST}"),
            Self::Spelling(text) => write!(formatter, "{text:?} is no Roman numeral"),
        }
    }
}

/// Writes a number from 1 to 3999 in Roman numerals.
#[export]
#[cfg_attr(feature = "extension", pyfunction)]
pub fn write(number: u32) -> Result<String, NumeralError> {
    if !(1..=LARGEST).contains(&number) {
        return Err(NumeralError::Range(number));
    }
    let mut text = String::new();
    let mut rest = number;
    for (value, sign) in SIGNS {
        while rest >= value {
            text.push_str(sign);
            rest -= value;
        }
    }
    Ok(text)
}

/// Reads a Roman numeral, in capitals and as it is written today.
#[export]
#[cfg_attr(feature = "extension", pyfunction)]
pub fn read(text: &str) -> Result<u32, NumeralError> {
    let wrong = || NumeralError::Spelling(text.to_owned());
    let mut number = 0_u32;
    let mut rest = text;
    for (value, sign) in SIGNS {
        while let Some(shorter) = rest.strip_prefix(sign) {
            rest = shorter;
            number = number.checked_add(value).ok_or_else(wrong)?;
        }
    }
    // Signs in another order, or more of them than there should be, are written otherwise.
    let is_proper = rest.is_empty() && write(number).is_ok_and(|written| written == text);
    if is_proper { Ok(number) } else { Err(wrong()) }
}

/// Whether a text is a Roman numeral.
#[export]
#[cfg_attr(feature = "extension", pyfunction)]
pub fn is_numeral(text: &str) -> bool {
    read(text).is_ok()
}

/// How many signs a number is written with; 0 where it cannot be written.
#[export(direct)]
#[cfg_attr(feature = "extension", pyfunction)]
pub fn length(number: u32) -> u32 {
    write(number).map_or(0, |text| text.len() as u32)
}

/// The door that Python has without C.
#[cfg(feature = "extension")]
mod extension {
    use exuvia::exceptions::PyException;
    use exuvia::prelude::*;

    use crate::NumeralError;

    exuvia::create_exception!(roman_native, PyNumeralError, PyException, "Why something is no Roman numeral.");

    impl From<NumeralError> for PyErr {
        fn from(error: NumeralError) -> Self {
            PyNumeralError::new_err(error.to_string())
        }
    }

    #[pymodule]
    mod roman_native {
        #[pymodule_export]
        use crate::{is_numeral, length, read, write};

        use super::*;

        #[pymodule_init]
        fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
            module.add("NumeralError", module.py().get_type::<PyNumeralError>())
        }
    }
}
