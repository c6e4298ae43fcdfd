//! What `include/api.h` declares.
//!
//! A function of it that is missing here, or takes or returns something else, does not compile. A panic does not leave a
//! function that is `extern "C"`: it ends the process, so what a caller can cause is answered with a status.

mod api {
    include!(concat!(env!("OUT_DIR"), "/api.rs"));
}

use std::ffi::c_char;

#[unsafe(no_mangle)]
pub extern "C" fn @MODULE@_gcd(a: u32, b: u32) -> u32 {
    gcd(a, b)
}

/// # Safety
///
/// `buffer` is NULL or has room for `length` characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn @MODULE@_roman(
    number: u32,
    buffer: *mut c_char,
    length: usize,
) -> api::@MODULE@_status {
    if buffer.is_null() {
        return api::@UPPER@_NO_BUFFER;
    }
    let Some(numeral) = roman(number) else {
        return api::@UPPER@_OUT_OF_RANGE;
    };
    if length <= numeral.len() {
        return api::@UPPER@_TOO_SHORT;
    }
    // SAFETY: the numeral and its NUL are no longer than `length`, for which the caller has room.
    unsafe {
        buffer.copy_from_nonoverlapping(numeral.as_ptr().cast(), numeral.len());
        buffer.add(numeral.len()).write(0);
    }
    api::@UPPER@_GOOD
}

/// Euclid's algorithm.
fn gcd(mut a: u32, mut b: u32) -> u32 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The numeral, where there is one.
fn roman(mut number: u32) -> Option<String> {
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
    if !(1..=api::@UPPER@_ROMAN_MOST).contains(&number) {
        return None;
    }
    let mut numeral = String::new();
    for (value, letters) in VALUES {
        while number >= value {
            numeral.push_str(letters);
            number -= value;
        }
    }
    Some(numeral)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_numeral_fits_in_the_length_of_the_header() {
        let longest = (1..=api::@UPPER@_ROMAN_MOST)
            .filter_map(roman)
            .map(|numeral| numeral.len())
            .max();
        assert_eq!(longest, Some(api::@UPPER@_ROMAN_LENGTH as usize - 1));
    }
}
