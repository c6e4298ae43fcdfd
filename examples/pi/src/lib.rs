//! What `include/pi.h` declares.

mod api {
    include!(concat!(env!("OUT_DIR"), "/api.rs"));
}
mod machin;

use std::ffi::c_char;

#[unsafe(no_mangle)]
pub extern "C" fn calc_pi(n: u8) -> f32 {
    if u32::from(n) > api::PI_FLOAT_PLACES {
        return f32::NAN;
    }
    let scale = 10_f64.powi(n.into());
    // A double holds nine places more than are asked for: rounding it twice is rounding it once.
    ((std::f64::consts::PI * scale).round() / scale) as f32
}

/// # Safety
///
/// `buffer` is NULL or has room for `length` characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pi_digits(
    places: u32,
    buffer: *mut c_char,
    length: usize,
) -> api::pi_status {
    if buffer.is_null() {
        return api::PI_NO_BUFFER;
    }
    if places > api::PI_PLACES {
        return api::PI_TOO_MANY_PLACES;
    }
    let places = places as usize;
    if length < length_of(places) {
        return api::PI_TOO_SHORT;
    }
    let text = machin::digits(places);
    // SAFETY: the text and its NUL are as long as `length_of` says, for which the caller has room.
    unsafe {
        buffer.copy_from_nonoverlapping(text.as_ptr().cast(), text.len());
        buffer.add(text.len()).write(0);
    }
    api::PI_GOOD
}

/// What the text takes, its NUL included.
fn length_of(places: usize) -> usize {
    if places == 0 { 2 } else { places + 3 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_as_long_as_the_header_says() {
        for places in 0..=api::PI_PLACES as usize {
            assert_eq!(machin::digits(places).len() + 1, length_of(places));
        }
    }
}
