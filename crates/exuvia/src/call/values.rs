/*!
All parameters of a function at once, where each is taken by value and must be given.

One call instead of one for each parameter is less for the compiler to read and to check. Where the build is for size there is
less code too: numbers and truth values, which most parameters are, are converted by one function for all signatures, from
a list of one byte for each parameter.
*/

use std::mem::MaybeUninit;

use crate::call::extract::{Frame, argument, fail};
use crate::convert::{FromPyObject, Scalar, ScalarOf};
use crate::err::PyErr;
use crate::ffi;
use crate::instance::Borrowed;
use crate::marker::Python;
use crate::types::PyAny;

/// A tuple of parameters.
pub trait Values<'a, 'py>: Sized {
    /// Converts the arguments; `None` with an exception set where one does not convert. `names` are those of the
    /// parameters, with commas in between.
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
    fail(py, names.split(',').nth(index).unwrap_or_default(), error);
}

/// Converts numbers and truth values, each into a word. `false` with an exception set where one does not convert; all words
/// have been written otherwise.
///
/// # Safety
/// `args` holds an object for each of `kinds`.
#[inline(never)]
unsafe fn scalars(
    py: Python<'_>,
    args: *const *mut ffi::PyObject,
    kinds: &[Scalar],
    words: &mut [MaybeUninit<u64>],
    names: &'static str,
) -> bool {
    let frame = Frame::new();
    for (index, (kind, word)) in kinds.iter().zip(words).enumerate() {
        // SAFETY: the caller's promise.
        let argument = unsafe { argument(py, &frame, args.add(index)) };
        match kind.extract(argument) {
            Ok(value) => {
                word.write(value);
            }
            Err(error) => {
                fail_at(py, names, index, error);
                return false;
            }
        }
    }
    true
}

/// The kind of a scalar. Of what is none it is asked too, in code that never runs.
const fn kind<T>(scalar: Option<&ScalarOf<T>>) -> Scalar {
    match scalar {
        Some(scalar) => scalar.kind(),
        None => Scalar::Bool,
    }
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
                if cfg!(not(for_speed))
                    && const { $($name::SCALAR.is_some())&&* }
                {
                    let mut words = [MaybeUninit::uninit(); $count];
                    let kinds = const { &[$(kind($name::SCALAR.as_ref())),*] };
                    // SAFETY: the caller's promise.
                    if !unsafe { scalars(py, args, kinds, &mut words, names) } {
                        return None;
                    }
                    // SAFETY: all words have been written.
                    return Some(unsafe {
                        ($($name::SCALAR?.value(words[$index].assume_init()),)*)
                    });
                }
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
