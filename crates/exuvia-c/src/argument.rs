//! What comes in through pointers: checked, and then borrowed for the call.

use std::ffi::{CStr, CString, c_char};

use crate::status::{Failure, Status};

/// A number, as C and Rust both have it.
pub trait Number: Copy + Send + Sync + 'static {}

macro_rules! numbers {
    ($($number:ty)*) => { $(impl Number for $number {})* };
}

numbers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64);

/// How long what C gave is there: as long as this, which stands in the function that C called. So no function can ask for it longer,
/// as one that takes a `&'static str` would.
#[derive(Debug, Default)]
pub struct Call(());

/// Memory that a call was given, to be compared with the rest of it.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    begin: usize,
    end: usize,
    name: &'static str,
}

/// The numbers that a pointer and a length name.
///
/// # Errors
///
/// The pointer is NULL where the length is not 0, or not aligned; or nothing is so long.
///
/// # Safety
///
/// Where none of that is so, that many numbers are there, and nobody changes them during `'a`.
pub unsafe fn slice<'a, T: Number>(
    _call: &'a Call,
    data: *const T,
    length: usize,
    name: &'static str,
) -> Result<&'a [T], Failure> {
    check(data, length, name)?;
    if length == 0 {
        return Ok(&[]);
    }
    // SAFETY: the caller's word, and the checks above.
    Ok(unsafe { std::slice::from_raw_parts(data, length) })
}

/// The numbers that a pointer and a length name, to be changed.
///
/// # Errors
///
/// As of [`slice`].
///
/// # Safety
///
/// As of [`slice`], and nobody else looks at them during `'a`.
#[expect(
    clippy::mut_from_ref,
    reason = "what is borrowed is C's, and for as long as the call"
)]
pub unsafe fn slice_mut<'a, T: Number>(
    _call: &'a Call,
    data: *mut T,
    length: usize,
    name: &'static str,
) -> Result<&'a mut [T], Failure> {
    check(data, length, name)?;
    if length == 0 {
        return Ok(&mut []);
    }
    // SAFETY: the caller's word, and the checks above.
    Ok(unsafe { std::slice::from_raw_parts_mut(data, length) })
}

/// The text that a pointer and a length in bytes name.
///
/// # Errors
///
/// As of [`slice`]; or the bytes are not UTF-8.
///
/// # Safety
///
/// As of [`slice`].
pub unsafe fn text<'a>(
    call: &'a Call,
    data: *const c_char,
    length: usize,
    name: &'static str,
) -> Result<&'a str, Failure> {
    // SAFETY: the caller's word.
    let bytes = unsafe { slice::<u8>(call, data.cast(), length, name)? };
    std::str::from_utf8(bytes).map_err(|error| not_utf8(name, &error))
}

/// The text that ends at the first NUL.
///
/// # Errors
///
/// The pointer is NULL.
///
/// # Safety
///
/// Where it is not, a NUL comes, and nobody changes what is before it during `'a`.
pub unsafe fn c_text<'a>(
    _call: &'a Call,
    data: *const c_char,
    name: &'static str,
) -> Result<&'a CStr, Failure> {
    if data.is_null() {
        return Err(is_null(name));
    }
    // SAFETY: the caller's word.
    Ok(unsafe { CStr::from_ptr(data) })
}

/// A copy of numbers, which a callback cannot change.
///
/// # Errors
///
/// There is no memory for it.
pub fn copied<T: Copy>(data: &[T], name: &'static str) -> Result<Vec<T>, Failure> {
    copied_and(data, 0, name)
}

/// A copy of a text, as of [`copied`].
///
/// # Errors
///
/// As there.
pub fn copied_text(text: &str, name: &'static str) -> Result<String, Failure> {
    let bytes = copied_and(text.as_bytes(), 0, name)?;
    String::from_utf8(bytes).map_err(|error| not_utf8(name, &error.utf8_error()))
}

/// A copy of a text that ends in a NUL, as of [`copied`].
///
/// # Errors
///
/// As there.
pub fn copied_c_text(text: &CStr, name: &'static str) -> Result<CString, Failure> {
    // The NUL has its room already, so that nothing is allocated once more.
    let bytes = copied_and(text.to_bytes(), 1, name)?;
    // No NUL is before the NUL, unless somebody writes it there between the two looks.
    CString::new(bytes).map_err(|_| {
        let message = format!("{name} was changed while it was read");
        Failure::new(Status::Failed, message)
    })
}

/// A copy with room for some more.
fn copied_and<T: Copy>(data: &[T], more: usize, name: &str) -> Result<Vec<T>, Failure> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(data.len() + more).map_err(|_| {
        let size = size_of_val(data);
        let message = format!("there is no memory for a copy of {name}, of {size} bytes");
        Failure::new(Status::Failed, message)
    })?;
    copy.extend_from_slice(data);
    Ok(copy)
}

/// Where a result goes.
///
/// # Errors
///
/// The pointer is NULL, or not aligned.
pub fn result<T>(place: *mut T) -> Result<*mut T, Failure> {
    check(place, 1, "result")?;
    Ok(place)
}

/// The memory of a slice, for [`check_places`].
pub fn place<T>(data: *const T, length: usize, name: &'static str) -> Place {
    let begin = data.addr();
    Place {
        begin,
        end: begin.saturating_add(length.saturating_mul(size_of::<T>())),
        name,
    }
}

/// The memory of a text that ends in a NUL, for [`check_places`].
///
/// # Safety
///
/// As of [`c_text`].
pub unsafe fn c_place(data: *const c_char, name: &'static str) -> Place {
    // SAFETY: the caller's word.
    let length = (!data.is_null()).then(|| unsafe { CStr::from_ptr(data) }.count_bytes() + 1);
    place(data, length.unwrap_or_default(), name)
}

/// Sees that what is changed is apart from all else.
///
/// # Errors
///
/// One of the `changed` shares memory with another, or with one of the `read`.
pub fn check_places(changed: &[Place], read: &[Place]) -> Result<(), Failure> {
    for (position, one) in changed.iter().enumerate() {
        for other in changed[position + 1..].iter().chain(read) {
            let is_empty = one.begin == one.end || other.begin == other.end;
            if !is_empty && one.begin < other.end && other.begin < one.end {
                let message = format!("{} and {} overlap", one.name, other.name);
                return Err(Failure::new(Status::Overlap, message));
            }
        }
    }
    Ok(())
}

fn check<T>(data: *const T, length: usize, name: &str) -> Result<(), Failure> {
    if length == 0 {
        return Ok(());
    }
    if data.is_null() {
        return Err(is_null(name));
    }
    // The longest that an object can be in Rust, and in C on all systems that there are (`PTRDIFF_MAX`).
    if length > isize::MAX as usize / size_of::<T>() {
        let message = format!("{name} is told to be of length {length}, and nothing is so long");
        return Err(Failure::new(Status::Length, message));
    }
    if !data.is_aligned() {
        let message = format!(
            "{name} is not at a multiple of {}, as its numbers must be",
            align_of::<T>()
        );
        return Err(Failure::new(Status::Misaligned, message));
    }
    Ok(())
}

pub(crate) fn is_null(name: &str) -> Failure {
    Failure::new(Status::Null, format!("{name} is NULL"))
}

fn not_utf8(name: &str, error: &std::str::Utf8Error) -> Failure {
    let message = format!("{name} is not UTF-8: {error}");
    Failure::new(Status::Utf8, message)
}

#[cfg(test)]
mod tests {
    use std::ffi::c_char;
    use std::ptr;

    use super::{
        Call, c_place, c_text, check_places, copied, copied_c_text, copied_text, place, result,
        slice, slice_mut, text,
    };
    use crate::status::{Failure, Status};

    fn code<T>(result: Result<T, Failure>) -> i32 {
        result.err().map_or(0, |failure| failure.code)
    }

    #[test]
    fn what_is_there_is_borrowed() {
        let (call, mut numbers) = (&Call::default(), [1.0, 2.0, 4.0]);
        // SAFETY: the numbers are there, and this test's own.
        unsafe {
            assert_eq!(
                slice(call, numbers.as_ptr(), 2, "values").unwrap(),
                [1.0, 2.0]
            );
            slice_mut(call, numbers.as_mut_ptr(), 3, "values").unwrap()[1] = 3.0;
            assert_eq!(slice::<f64>(call, ptr::null(), 0, "values").unwrap(), []);
            let words = "häuser\0";
            assert_eq!(
                text(call, words.as_ptr().cast(), 7, "word").unwrap(),
                "häuser"
            );
            assert_eq!(
                c_text(call, words.as_ptr().cast(), "word")
                    .unwrap()
                    .to_bytes()
                    .len(),
                7
            );
        }
        assert_eq!(numbers, [1.0, 3.0, 4.0]);
    }

    #[test]
    fn what_is_not_there_is_refused_unseen() {
        let (call, bytes) = (&Call::default(), [0xff_u8, 0]);
        // SAFETY: what is looked at is there.
        unsafe {
            assert_eq!(
                code(slice::<f64>(call, ptr::null(), 1, "values")),
                Status::Null as i32
            );
            assert_eq!(code(c_text(call, ptr::null(), "word")), Status::Null as i32);
            let somewhere = ptr::without_provenance::<f64>(8);
            let too_long = isize::MAX as usize / 8 + 1;
            assert_eq!(
                code(slice(call, somewhere, too_long, "values")),
                Status::Length as i32
            );
            assert_eq!(
                code(slice(call, somewhere, usize::MAX, "values")),
                Status::Length as i32
            );
            let crooked = ptr::without_provenance_mut::<f64>(12);
            assert_eq!(
                code(slice_mut(call, crooked, 1, "values")),
                Status::Misaligned as i32
            );
            assert_eq!(code(result(crooked)), Status::Misaligned as i32);
            assert_eq!(code(result::<u8>(ptr::null_mut())), Status::Null as i32);
            let words: *const c_char = bytes.as_ptr().cast();
            assert_eq!(code(text(call, words, 1, "word")), Status::Utf8 as i32);
        }
    }

    #[test]
    fn copies_are_the_same_or_refused() {
        assert_eq!(copied(&[1, 2, 3], "values").unwrap(), [1, 2, 3]);
        assert_eq!(copied_text("häuser", "word").unwrap(), "häuser");
        assert_eq!(copied_c_text(c"word", "word").unwrap(), *c"word");
        // SAFETY: nobody looks at what is there.
        let huge =
            unsafe { std::slice::from_raw_parts(ptr::dangling::<u8>(), isize::MAX as usize - 100) };
        assert_eq!(code(copied(huge, "values")), Status::Failed as i32);
    }

    #[test]
    fn what_is_changed_is_apart() {
        let numbers = [0_u16; 10];
        let part = |from: usize, length| place(&raw const numbers[from], length, "part");
        let apart = check_places(&[part(0, 2), part(2, 2)], &[part(4, 3), part(5, 5)]);
        assert_eq!(code(apart), 0, "what is read may be the same");
        assert_eq!(
            code(check_places(&[part(0, 3), part(2, 1)], &[])),
            Status::Overlap as i32
        );
        assert_eq!(
            code(check_places(&[part(4, 1)], &[part(0, 9)])),
            Status::Overlap as i32
        );
        // SAFETY: it ends in a NUL.
        let word = unsafe { c_place(c"word".as_ptr(), "word") };
        assert_eq!(code(check_places(&[word], &[word])), Status::Overlap as i32);
        assert_eq!(
            code(check_places(&[part(5, 0)], &[part(4, 5)])),
            0,
            "nothing is in it"
        );
    }
}
