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

mod attributes;
mod changes;
mod directories;
mod names;
mod open;
mod status;
mod volume;
