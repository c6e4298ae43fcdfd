//! The compiled half of the Python package `@MODULE@`.

use exuvia::prelude::*;

/// Greatest common divisors and Roman numerals.
#[pymodule]
mod _native {
    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;

    /// The largest number that has a numeral.
    const MOST: u32 = 3999;

    /// Return the greatest number that divides both; of 0 and 0 it is 0.
    ///
    /// Raises OverflowError for what is not from 0 to 2**32 - 1.
    #[pyfunction]
    fn gcd(mut a: u32, mut b: u32) -> u32 {
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    }

    /// Return a number from 1 to 3999 as a Roman numeral.
    ///
    /// Raises ValueError for other numbers, and OverflowError for what is not from 0 to 2**32 - 1.
    #[pyfunction]
    fn roman(mut number: u32) -> PyResult<String> {
        const VALUES: [(u32, &str); 13] = [
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
        if !(1..=MOST).contains(&number) {
            return Err(PyValueError::new_err(format!(
                "there is no Roman numeral for {number}: it must be from 1 to {MOST}"
            )));
        }
        let mut numeral = String::new();
        for (value, letters) in VALUES {
            while number >= value {
                numeral.push_str(letters);
                number -= value;
            }
        }
        Ok(numeral)
    }
}
