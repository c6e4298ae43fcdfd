//! Functions of C that Rust calls: a pointer to a function, and what it gets as its first argument.

use std::cell::Cell;

use crate::argument;
use crate::status::{Error, Failure, Status};

/// What a callback answers where it wants the function that called it to stop.
///
/// The function passes it on with `?`. Whatever it makes of it, its caller learns that the callback wanted to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stopped;

impl std::fmt::Display for Stopped {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("stopped by the callback")
    }
}

impl std::error::Error for Stopped {}

impl Error for Stopped {
    fn code(&self) -> i32 {
        Status::Stopped as i32
    }
}

/// Whether a callback of the call wanted to stop. One for each call, since a callback may call again.
#[derive(Debug, Default)]
pub struct Stop(Cell<bool>);

impl Stop {
    /// Calls the callback, unless one wanted to stop: then it is not called again. It answers 0 to go on.
    ///
    /// # Errors
    ///
    /// One wanted to stop.
    pub fn call(&self, callback: impl FnOnce() -> i32) -> Result<(), Stopped> {
        if self.0.get() || callback() != 0 {
            self.0.set(true);
            return Err(Stopped);
        }
        Ok(())
    }

    /// Sees how it went when the function has returned.
    ///
    /// # Errors
    ///
    /// A callback wanted to stop.
    pub fn check(&self) -> Result<(), Failure> {
        if self.0.get() {
            return Err(Failure::of(&Stopped));
        }
        Ok(())
    }
}

/// A callback that is there.
///
/// # Errors
///
/// It is NULL.
pub fn given<F: Copy>(callback: Option<F>, name: &'static str) -> Result<F, Failure> {
    callback.ok_or_else(|| argument::is_null(name))
}

#[cfg(test)]
mod tests {
    use super::{Stop, Stopped};

    #[test]
    fn who_wanted_to_stop_is_not_called_again() {
        let stop = Stop::default();
        assert_eq!(stop.call(|| 0), Ok(()));
        assert!(stop.check().is_ok());
        assert_eq!(stop.call(|| 5), Err(Stopped));
        assert_eq!(stop.call(|| panic!("called again")), Err(Stopped));
        assert_eq!(stop.check().unwrap_err().code, 11);
    }
}
