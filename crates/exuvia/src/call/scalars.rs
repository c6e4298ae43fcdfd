/*!
Functions that take and return numbers and truth values, where the build is not for speed.

Their arguments are converted here, by a list of numbers for each function, into the [`Words`] that the function's
implementation reads, and its result is converted here too. What is left for the compiler in each function is to read the
words, to call the user's code and to write a word: no generic code, no error paths, no landing pads. Where the build is for
speed, the conversions are compiled into each function instead; `emitted::scalars!` writes either.
*/

use std::ptr::null_mut;

use crate::call::extract::{Frame, argument, fail};
use crate::call::spec::{FunctionSpec, Kinds};
use crate::class::base::Layout;
use crate::class::builder::Class;
use crate::class::cell::Held;
use crate::class::initializer::{allocate_of, allocate_whole};
pub use crate::convert::Word;
use crate::err::PyErr;
use crate::ffi;
use crate::marker::Python;

type Object = *mut ffi::PyObject;

/// What an implementation is given, and where it leaves its result.
#[repr(C)]
#[allow(missing_docs)]
pub struct Words {
    pub receiver: Object,
    pub result: Word,
    pub a0: Word,
    pub a1: Word,
    pub a2: Word,
    pub a3: Word,
    pub a4: Word,
    pub a5: Word,
    pub a6: Word,
    pub a7: Word,
}

/// How many arguments there is room for.
pub(crate) const MOST: usize = 8;

/// Reads the arguments, calls the user's code, writes the result. An error leaves no result.
pub type ScalarImplementation = unsafe fn(words: &mut Words) -> Option<PyErr>;

/// A constructor that takes scalars.
#[derive(Clone, Copy)]
pub struct ScalarConstructor {
    pub(crate) spec: &'static FunctionSpec,
    pub(crate) implementation: ScalarImplementation,
}

impl Words {
    fn new(receiver: Object) -> Self {
        let nothing = Word { whole: 0 };
        Words {
            receiver,
            result: nothing,
            a0: nothing,
            a1: nothing,
            a2: nothing,
            a3: nothing,
            a4: nothing,
            a5: nothing,
            a6: nothing,
            a7: nothing,
        }
    }

    fn arguments(&mut self) -> [&mut Word; MOST] {
        [
            &mut self.a0,
            &mut self.a1,
            &mut self.a2,
            &mut self.a3,
            &mut self.a4,
            &mut self.a5,
            &mut self.a6,
            &mut self.a7,
        ]
    }

    /// Leaves a new instance as the result, for a constructor: all of it but its contents. The error where there is none.
    ///
    /// # Safety
    /// The receiver is the type of `class` or a subclass of it, and the layout is that of the class.
    #[inline(never)]
    pub unsafe fn allocate(
        &mut self,
        class: &'static Class,
        layout: Option<&'static Layout>,
    ) -> Option<PyErr> {
        // SAFETY: the caller's promise. In a plain instance a flag, where the class has one, follows the header, and the flag of an
        // instance that nobody has borrowed is zero; where it has none, there is still room for one (`ClassObject::SIZE`).
        unsafe {
            let ty = self.receiver.cast();
            let object = match layout {
                None => allocate_of(self.py(), class, ty),
                Some(layout) => allocate_whole(self.py(), class, layout, ty),
            };
            if object.is_null() {
                return Some(PyErr::fetch(self.py()));
            }
            self.result.object = object;
            if layout.is_none() {
                object.add(1).cast::<usize>().write(0);
            }
            None
        }
    }

    /// The token.
    ///
    /// # Safety
    /// In an implementation, which runs attached.
    #[inline(always)]
    pub unsafe fn py(&self) -> Python<'_> {
        // SAFETY: the caller's promise.
        unsafe { Python::assume_attached() }
    }
}

/// Converts the arguments, calls, and converts the result.
///
/// # Safety
/// `args` holds an object for each argument in `kinds`; the rest is what the implementation expects.
#[inline(never)]
pub(crate) unsafe fn call(
    py: Python<'_>,
    receiver: Object,
    args: *const Object,
    names: Option<&'static FunctionSpec>,
    kinds: Kinds,
    implementation: ScalarImplementation,
) -> Object {
    let mut words = Words::new(receiver);
    // As with every other method, the receiver is borrowed before the arguments are converted.
    // SAFETY: the receiver of a method is an instance of its class, which lives as long as the call.
    let held = match unsafe { Held::take(receiver, kinds) } {
        Ok(held) => held,
        Err(error) => {
            error.restore(py);
            return null_mut();
        }
    };
    let frame = Frame::new();
    for (index, word) in words.arguments().into_iter().enumerate() {
        let Some(kind) = kinds.argument(index) else {
            break;
        };
        // SAFETY: the caller's promise.
        let argument = unsafe { argument(py, &frame, args.add(index)) };
        match kind.extract(argument) {
            Ok(value) => *word = value,
            Err(error) => {
                let name = names.map_or("", |spec| spec.signature.parameter_name(index));
                fail(py, name, error);
                return null_mut();
            }
        }
    }
    // SAFETY: the words are what the implementation expects.
    if let Some(error) = unsafe { implementation(&mut words) } {
        error.restore(py);
        return null_mut();
    }
    drop(held);
    match kinds.result() {
        // SAFETY: the implementation has written a scalar of this kind.
        Some(kind) => unsafe { kind.object(py, words.result) },
        None if kinds.returns_object() => {
            // SAFETY: the implementation has written an object, or NULL with an exception set.
            unsafe { words.result.object }
        }
        None => py.None().into_ptr(),
    }
}
