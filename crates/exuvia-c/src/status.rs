//! How a call went: the code that it returns, and the words that this thread finds afterwards.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How a call went, as C sees it. Codes of a library's own errors begin at [`FIRST_OF_LIBRARY`].
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// All is well.
    Ok = 0,
    /// The function failed, with an error that has no code of its own.
    Failed = 1,
    /// The function has a mistake in it: it panicked.
    Panicked = 2,
    /// A pointer that must lead somewhere is NULL.
    Null = 3,
    /// A length is larger than anything in memory.
    Length = 4,
    /// A pointer to numbers is not aligned as they are.
    Misaligned = 5,
    /// Memory that the function writes to is given to it twice.
    Overlap = 6,
    /// A text is not UTF-8.
    Utf8 = 7,
    /// A handle was freed, or never was one.
    Freed = 8,
    /// A handle is in use: by another thread, or by the call that this one comes from.
    Busy = 9,
    /// A handle belongs to another thread.
    Thread = 10,
    /// A callback wanted the function to stop.
    Stopped = 11,
}

/// The first code of a library's own errors.
pub const FIRST_OF_LIBRARY: i32 = 100;

/// An error of the library's own, with the code that C and Python tell it by.
///
/// Implemented by `#[derive(exuvia_c::Error)]`, and for the errors of the standard library, whose code is [`Status::Failed`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot leave an exported function as an error",
    label = "the function fails with this",
    note = "derive `exuvia_c::Error` for it, and give it a `Display`"
)]
pub trait Error: std::fmt::Display {
    /// The code.
    fn code(&self) -> i32 {
        Status::Failed as i32
    }
}

macro_rules! errors {
    ($($error:ty),* $(,)?) => { $(impl Error for $error {})* };
}

errors!(
    String,
    &str,
    std::io::Error,
    std::fmt::Error,
    std::num::ParseIntError,
    std::num::ParseFloatError,
    std::num::TryFromIntError,
    std::str::Utf8Error,
    std::string::FromUtf8Error,
    std::time::SystemTimeError,
    Box<dyn std::error::Error>,
    Box<dyn std::error::Error + Send + Sync>,
);

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub(crate) code: i32,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(status: Status, message: impl Into<String>) -> Self {
        Self {
            code: status as i32,
            message: message.into(),
        }
    }

    /// The failure of a function that returned an error.
    pub fn of(error: &impl Error) -> Self {
        Self {
            code: error.code(),
            message: error.to_string(),
        }
    }
}

thread_local! {
    /// The last message of each code, the last of all at the end. As many as there are codes at most.
    static MESSAGES: RefCell<Vec<(i32, CString)>> = const { RefCell::new(Vec::new()) };
}

/// Calls what an exported function does: its failure becomes a code and this thread's last message, and so does its panic.
pub fn run(call: impl FnOnce() -> Result<(), Failure>) -> i32 {
    // A panic leaves no more behind than a failure does: handles are given back by guards, and all else the author wrote for both.
    let failure = match catch_unwind(AssertUnwindSafe(call)) {
        Ok(Ok(())) => return Status::Ok as i32,
        Ok(Err(failure)) => failure,
        Err(panic) => Failure::new(Status::Panicked, panic_message(panic)),
    };
    let code = match failure.code {
        // An error that calls itself none, whose caller would look for a result.
        0 => Status::Failed as i32,
        code => code,
    };
    keep(code, failure.message);
    code
}

/// What a panic said. It is not dropped by whoever called, since dropping may panic again.
fn panic_message(panic: Box<dyn Any + Send>) -> String {
    let said = panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    match said {
        Some(words) => format!("panicked: {words}"),
        None => {
            std::mem::forget(panic);
            "panicked".to_owned()
        }
    }
}

fn keep(code: i32, message: String) {
    let mut bytes = message.into_bytes();
    // C sees the message as far as its first NUL.
    bytes.retain(|&byte| byte != 0);
    let message = CString::new(bytes).unwrap_or_default();
    // A thread that is ending has no message left to ask for.
    _ = MESSAGES.try_with(|messages| {
        if let Ok(mut messages) = messages.try_borrow_mut() {
            messages.retain(|(other, _)| *other != code);
            messages.push((code, message));
        }
    });
}

/// The message of this thread's last failure, which stays until its next one.
pub fn last_message() -> *const c_char {
    let last = MESSAGES.try_with(|messages| {
        let messages = messages.borrow();
        messages.last().map(|(_, message)| message.as_ptr())
    });
    last.ok().flatten().unwrap_or(c"".as_ptr())
}

/// Copies the message of this thread's last failure of a code, as much of it as there is room for, and a NUL; gives the length of the whole
/// in bytes, without the NUL. What fails meanwhile with another code, in a signal handler for instance, is no hindrance.
///
/// # Safety
///
/// There is room for `length` bytes at `buffer`, or it is NULL.
pub unsafe fn copy_message(code: i32, buffer: *mut c_char, length: usize) -> usize {
    let copied = MESSAGES.try_with(|messages| {
        let messages = messages.borrow();
        let found = messages.iter().find(|(of, _)| *of == code);
        let words = found.map_or(&b""[..], |(_, message)| message.to_bytes());
        if !buffer.is_null() && length > 0 {
            let count = words.len().min(length - 1);
            // SAFETY: the caller's word, and what is kept here is no one else's.
            unsafe {
                buffer.copy_from_nonoverlapping(words.as_ptr().cast(), count);
                buffer.add(count).write(0);
            }
        }
        words.len()
    });
    copied.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::{Error, Failure, Status, copy_message, last_message, run};

    fn last() -> String {
        // SAFETY: the message is one of this thread's, and no call fails while it is read.
        unsafe { CStr::from_ptr(last_message()) }
            .to_str()
            .unwrap()
            .to_owned()
    }

    #[test]
    fn a_failure_is_a_code_and_a_message_of_its_thread() {
        assert_eq!(run(|| Ok(())), 0);
        assert_eq!(last(), "");
        assert_eq!(run(|| Err(Failure::new(Status::Null, "no\0thing"))), 3);
        assert_eq!(last(), "nothing");
        std::thread::spawn(|| assert_eq!(last(), ""))
            .join()
            .unwrap();
        assert_eq!(run(|| Ok(())), 0);
        assert_eq!(last(), "nothing", "a call that is well leaves it");
    }

    #[test]
    fn a_message_is_copied_by_its_code_as_far_as_there_is_room() {
        let copied = |code: i32, room: usize| {
            let mut buffer = vec![b'?' as _; 20];
            // SAFETY: there is more room than that.
            let length = unsafe { copy_message(code, buffer.as_mut_ptr(), room) };
            let bytes: Vec<_> = buffer.iter().map(|&byte| byte as u8).collect();
            (
                length,
                String::from_utf8(bytes)
                    .unwrap()
                    .trim_end_matches('?')
                    .to_owned(),
            )
        };
        run(|| Err(Failure::new(Status::Null, "first")));
        run(|| Err(Failure::new(Status::Null, "nothing")));
        run(|| Err(Failure::new(Status::Busy, "in use")));
        assert_eq!(copied(3, 20), (7, "nothing\0".to_owned()));
        assert_eq!(copied(9, 7), (6, "in use\0".to_owned()));
        assert_eq!(copied(9, 3), (6, "in\0".to_owned()));
        assert_eq!(copied(9, 1), (6, "\0".to_owned()));
        assert_eq!(copied(9, 0), (6, String::new()));
        assert_eq!(copied(4, 20), (0, "\0".to_owned()));
        // SAFETY: NULL is none.
        assert_eq!(unsafe { copy_message(9, std::ptr::null_mut(), 5) }, 6);
        assert_eq!(last(), "in use");
    }

    #[test]
    fn a_panic_is_a_failure() {
        assert_eq!(run(|| panic!("at {}", 7)), Status::Panicked as i32);
        assert_eq!(last(), "panicked: at 7");
        assert_eq!(run(|| panic!("plain")), Status::Panicked as i32);
        assert_eq!(last(), "panicked: plain");
        struct Loud;
        impl Drop for Loud {
            fn drop(&mut self) {
                panic!("dropped");
            }
        }
        assert_eq!(run(|| std::panic::panic_any(Loud)), Status::Panicked as i32);
        assert_eq!(last(), "panicked");
    }

    #[test]
    fn an_error_has_the_code_that_it_gives_itself() {
        struct Own;
        impl std::fmt::Display for Own {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("own")
            }
        }
        impl Error for Own {
            fn code(&self) -> i32 {
                107
            }
        }
        assert_eq!(run(|| Err(Failure::of(&Own))), 107);
        assert_eq!(last(), "own");
        assert_eq!(run(|| Err(Failure::of(&"words"))), 1);
        struct None;
        impl std::fmt::Display for None {
            fn fmt(&self, _formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                Ok(())
            }
        }
        impl Error for None {
            fn code(&self) -> i32 {
                0
            }
        }
        assert_eq!(run(|| Err(Failure::of(&None))), 1, "a failure is one");
    }
}
