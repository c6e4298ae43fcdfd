//! From a call of an `async fn` to its coroutine.

use std::future::Future;
use std::marker::PhantomData;

use crate::convert::IntoPyObject;
use crate::coroutine::Coroutine;
use crate::coroutine::cancel::ThrowCallback;
use crate::err::PyResult;
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::types::PyAny;

/// The receiver and the arguments of a call, kept for when its coroutine runs.
pub struct Arguments<const N: usize> {
    receiver: Option<Py<PyAny>>,
    slots: [Option<Py<PyAny>>; N],
}

// `slots` is read as an array of pointers.
const _: () = assert!(size_of::<Option<Py<PyAny>>>() == size_of::<*mut ffi::PyObject>());

impl<const N: usize> Arguments<N> {
    /// # Safety
    /// `receiver` and each of the `N` pointers behind `args` is a live object or NULL.
    pub unsafe fn keep(
        py: Python<'_>,
        receiver: *mut ffi::PyObject,
        args: *const *mut ffi::PyObject,
    ) -> Self {
        let kept = |object| {
            // SAFETY: the caller's promise.
            let object = unsafe { Borrowed::from_ptr_or_opt(py, object) };
            object.map(|object| object.to_owned().unbind())
        };
        Arguments {
            receiver: kept(receiver),
            // SAFETY: the caller's promise.
            slots: std::array::from_fn(|index| kept(unsafe { *args.add(index) })),
        }
    }

    /// The receiver, or NULL; lives as long as this does.
    pub fn receiver(&self) -> *mut ffi::PyObject {
        self.receiver
            .as_ref()
            .map_or(std::ptr::null_mut(), Py::as_ptr)
    }

    /// The arguments, NULL for those that were not given; they live as long as this does.
    pub fn slots(&self) -> *const *mut ffi::PyObject {
        self.slots.as_ptr().cast()
    }
}

/// Stands for the token within a coroutine's future, which runs attached but may not hold a token of its own.
pub struct Attached(PhantomData<*mut ()>);

impl Attached {
    /// # Safety
    /// It is used only while the thread is attached.
    pub unsafe fn new() -> Self {
        Attached(PhantomData)
    }

    /// The token.
    pub fn py(&self) -> Python<'_> {
        // SAFETY: the promise of `new`.
        unsafe { Python::assume_attached() }
    }
}

/// The user's future as it is. One thread may poll it first and another afterwards, so it has to be `Send`.
pub fn checked<F: Future + Send>(future: F) -> F {
    future
}

/// The result of a user's future as a Python object.
///
/// # Errors
/// The future's own, and those of the conversion.
pub fn finished<'py, T: IntoPyObject<'py>>(
    py: Python<'py>,
    result: PyResult<T>,
) -> PyResult<Py<PyAny>> {
    // SAFETY: `into_result` gives an owned reference, or NULL with an exception set.
    unsafe { Py::from_owned_ptr_or_err(py, result?.into_result(py)?) }
}

/// A new coroutine, or NULL with the exception set.
///
/// # Safety
/// The future may be polled by one attached thread and polled again or dropped by another. The borrows and references to Python objects
/// in it, which only an attached thread may touch, are therefore no hindrance; everything else in it must be `Send`.
pub unsafe fn start<F>(
    py: Python<'_>,
    name: &'static str,
    class: Option<&'static str>,
    cancel: Option<ThrowCallback>,
    future: F,
) -> *mut ffi::PyObject
where
    F: Future<Output = PyResult<Py<PyAny>>> + 'static,
{
    // SAFETY: the caller's promise.
    let coroutine = unsafe { Coroutine::new(name, class, cancel, Box::pin(future)) };
    let made = Bound::new(py, coroutine).map(Bound::into_ptr);
    crate::call::output::raised(py, made)
}
