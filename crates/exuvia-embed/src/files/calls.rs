//! The functions of the C library that take a path, as this program defines them.
//!
//! Each answers for what is packed and hands everything else on. Names and signatures are those of the C library (POSIX.1-2017, and
//! glibc's for `__xstat` and its like, which programs built before glibc 2.33 call, and for the `_chk` and `_2` forms that
//! `_FORTIFY_SOURCE` brings). `open` and `openat` take the mode as an argument, which is where callers of the variadic forms have it, too.

/// Defines functions that are others under another name, or with some arguments given.
macro_rules! also {
    ($($name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)? = $function:ident($($value:expr),*);)*) => {
        $(
            /// # Safety
            ///
            /// As for the function of this name without suffix, or in a manual page.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $name($($argument: $type),*) $(-> $result)? {
                // SAFETY: the caller's promise.
                unsafe { $function($($value),*) }
            }
        )*
    };
}

/// Defines functions that change one path: the C library's elsewhere, below the root the error that a method of `Place` names.
macro_rules! refused {
    ($($name:ident($($argument:ident: $type:ty),*) at $directory:expr, $path:ident: $refusal:ident;)*) => {
        $(
            /// # Safety
            ///
            /// As for the function of this name in a manual page.
            #[unsafe(no_mangle)]
            unsafe extern "C" fn $name($($argument: $type),*) -> c_int {
                // SAFETY: the caller's promise, here and below.
                match unsafe { crate::files::place::place_at($directory, $path) } {
                    // SAFETY: as above.
                    crate::files::place::Place::Elsewhere => unsafe { crate::files::real::$name($($argument),*) },
                    place => crate::files::failed(place.$refusal()),
                }
            }
        )*
    };
}

mod attributes;
mod changes;
mod directories;
mod names;
mod open;
mod status;
mod volume;
