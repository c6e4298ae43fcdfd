//! The program at the front of a packed Python application.
//!
//! There are two ways to put it together, for a user who has no Rust:
//!
//! - **static**: this crate as a static library, which has a C `main`, is linked with `libpythonX.Y.a` by the C compiler when the application
//!   is packed. One program, no loading at run time.
//! - **shared**: the program `exuvia-front` (feature `front`, no Python in it) loads the carried `libpythonX.Y.so` from memory, then this
//!   crate as a shared library, and calls [`exuvia_launcher_main`].
//!
//! Either way what runs is `exuvia_embed::run` on the archive behind the program. This crate knows nothing of Python but that.

#[cfg(feature = "interpreter")]
mod half {
    use std::ffi::{CStr, OsString, c_char, c_int};
    use std::os::unix::ffi::OsStringExt;

    use exuvia_embed::PackedFile;

    /// Status of a packed application that could not be started.
    const CANNOT_START: c_int = 2;

    /// Runs the application packed behind this program and gives its exit status.
    ///
    /// # Safety
    ///
    /// The arguments are those of a C `main`, and this is the process's main thread.
    #[unsafe(no_mangle)]
    pub unsafe extern "C" fn exuvia_launcher_main(
        count: c_int,
        arguments: *const *const c_char,
    ) -> c_int {
        let argument = |at: usize| {
            // SAFETY: a C `main` has as many strings, each ending with NUL, as are announced (the
            // caller's promise).
            let argument = unsafe { CStr::from_ptr(*arguments.add(at)) };
            OsString::from_vec(argument.to_bytes().to_vec())
        };
        let arguments = (0..usize::try_from(count).unwrap_or(0))
            .map(argument)
            .collect();
        let packed = PackedFile::of_this_program();
        #[cfg(feature = "files")]
        let packed = packed.inspect(exuvia_embed::files::show);
        match packed.and_then(|packed| exuvia_embed::run(packed, arguments)) {
            Ok(status) => status,
            Err(error) => {
                eprintln!("error: {error}");
                CANNOT_START
            }
        }
    }
}

#[cfg(feature = "interpreter")]
pub use half::exuvia_launcher_main;
