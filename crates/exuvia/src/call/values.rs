/*!
All parameters of a function at once, where each is taken by value and must be given.

One call instead of one for each parameter is less for the compiler to read and to check.
*/

use crate::call::extract::{Frame, argument, fail};
use crate::convert::FromPyObject;
use crate::err::PyErr;
use crate::ffi;
use crate::instance::Borrowed;
use crate::marker::Python;
use crate::types::PyAny;

/// A tuple of parameters.
pub trait Values<'a, 'py>: Sized {
    /// Converts the arguments; `None` with an exception set where one does not convert. `names` are those of the parameters,
    /// with a NUL character in front of each.
    ///
    /// # Safety
    /// `args` holds an object for each parameter, and all live as long as the frame.
    unsafe fn extract(
        py: Python<'py>,
        frame: &'a Frame,
        args: *const *mut ffi::PyObject,
        names: &'static str,
    ) -> Option<Self>;
}

/// Converts all arguments of a function; see [`Values::extract`].
///
/// # Safety
/// As there.
#[inline(always)]
pub unsafe fn values<'a, 'py, V: Values<'a, 'py>>(
    py: Python<'py>,
    frame: &'a Frame,
    args: *const *mut ffi::PyObject,
    names: &'static str,
) -> Option<V> {
    // SAFETY: the caller's promise.
    unsafe { V::extract(py, frame, args, names) }
}

/// Raises the error of the argument at `index`.
#[cold]
#[inline(never)]
fn fail_at(py: Python<'_>, names: &'static str, index: usize, error: PyErr) {
    fail(
        py,
        names.split('\0').nth(index + 1).unwrap_or_default(),
        error,
    );
}

macro_rules! values {
    ($count:literal: $($name:ident $index:tt),*) => {
        impl<'a, 'py, $($name: FromPyObject<'a, 'py>),*> Values<'a, 'py> for ($($name,)*) {
            #[inline(always)]
            unsafe fn extract(
                py: Python<'py>,
                frame: &'a Frame,
                args: *const *mut ffi::PyObject,
                names: &'static str,
            ) -> Option<Self> {
                // SAFETY: the caller's promise.
                let argument = |index| unsafe { argument(py, frame, args.add(index)) };
                Some(($(extract_one::<$name>(argument($index), names, $index)?,)*))
            }
        }
    };
}

#[inline(always)]
fn extract_one<'a, 'py, T: FromPyObject<'a, 'py>>(
    argument: Borrowed<'a, 'py, PyAny>,
    names: &'static str,
    index: usize,
) -> Option<T> {
    match T::extract(argument) {
        Ok(value) => Some(value),
        Err(error) => {
            fail_at(argument.py(), names, index, error.into());
            None
        }
    }
}

values!(1: A 0);
values!(2: A 0, B 1);
values!(3: A 0, B 1, C 2);
values!(4: A 0, B 1, C 2, D 3);
values!(5: A 0, B 1, C 2, D 3, E 4);
values!(6: A 0, B 1, C 2, D 3, E 4, F 5);
values!(7: A 0, B 1, C 2, D 3, E 4, F 5, G 6);
values!(8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
