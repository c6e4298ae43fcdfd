//! How a [`PyErr`](super::PyErr) holds its exception: still to be made, or made.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, OnceLock};
use std::thread::ThreadId;

use crate::err::PyErrArguments;
use crate::exceptions::PyBaseException;
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::panic::{PanicException, discard};
use crate::types::{PyAny, PyType};

/// What an exception is made from, at the moment it is needed.
struct Make {
    ty: ExceptionType,
    args: Box<MakeArguments>,
}

/// The type of an exception.
pub(crate) enum ExceptionType {
    /// Still to be asked for; the answer is borrowed, and lives as long as the process.
    Of(for<'py> fn(Python<'py>) -> *mut ffi::PyTypeObject),
    Known(Py<PyType>),
}

type MakeArguments = dyn for<'py> FnOnce(Python<'py>) -> Py<PyAny> + Send + Sync;

/// One word, so that a `Result` with a small value stays in registers.
pub(crate) struct PyErrState(Box<Inner>);

struct Inner {
    /// An exception that was there from the beginning.
    given: Option<Py<PyBaseException>>,
    made: OnceLock<Py<PyBaseException>>,
    /// Taken by the thread that makes the exception, which leaves its name.
    make: Mutex<Recipe>,
}

enum Recipe {
    Untouched(Make),
    TakenBy(Option<ThreadId>),
}

impl PyErrState {
    /// To be made when it is needed. What depends on the arguments' type is compiled for each of them, and nothing for each type of
    /// exception.
    pub(crate) fn lazy<A: PyErrArguments + 'static>(ty: ExceptionType, args: A) -> Self {
        Self::untouched(ty, Box::new(move |py| args.arguments(py)))
    }

    #[inline(never)]
    fn untouched(ty: ExceptionType, args: Box<MakeArguments>) -> Self {
        PyErrState(Box::new(Inner {
            given: None,
            made: OnceLock::new(),
            make: Mutex::new(Recipe::Untouched(Make { ty, args })),
        }))
    }

    pub(crate) fn normalized(exception: Py<PyBaseException>) -> Self {
        PyErrState(Box::new(Inner {
            given: Some(exception),
            made: OnceLock::new(),
            make: Mutex::new(Recipe::TakenBy(None)),
        }))
    }

    /// The recipe for the one thread that makes the exception; the others are told which thread that is.
    fn take_make(&self) -> Result<Make, Option<ThreadId>> {
        let mut recipe = self
            .0
            .make
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let this = Recipe::TakenBy(Some(std::thread::current().id()));
        match std::mem::replace(&mut *recipe, this) {
            Recipe::Untouched(make) => Ok(make),
            Recipe::TakenBy(thread) => {
                *recipe = Recipe::TakenBy(thread);
                Err(thread)
            }
        }
    }

    /// # Panics
    /// When making the exception asks for the exception.
    pub(crate) fn value(&self, py: Python<'_>) -> &Py<PyBaseException> {
        if let Some(exception) = self.0.given.as_ref().or_else(|| self.0.made.get()) {
            return exception;
        }
        match self.take_make() {
            Ok(make) => {
                raise(py, make);
                let exception = take_raised(py).expect("an exception has just been raised");
                self.0.made.get_or_init(|| exception)
            }
            Err(thread) => {
                let made = &self.0.made;
                assert!(
                    made.get().is_some() || thread != Some(std::thread::current().id()),
                    "an exception was asked for while it was being made"
                );
                // Another thread is at it. It may need the interpreter, so this one must not hold it while waiting.
                py.detach(|| made.wait())
            }
        }
    }

    pub(crate) fn into_value(self, py: Python<'_>) -> Py<PyBaseException> {
        match self.into_recipe() {
            Ok(exception) => exception,
            Err(make) => {
                raise(py, make);
                take_raised(py).expect("an exception has just been raised")
            }
        }
    }

    pub(crate) fn restore(self, py: Python<'_>) {
        match self.into_recipe() {
            Ok(exception) => set_raised(exception),
            Err(make) => raise(py, make),
        }
    }

    /// The exception, or how to make it. Nobody else can be at it, or wait for it.
    fn into_recipe(self) -> Result<Py<PyBaseException>, Make> {
        let Inner { given, made, make } = *self.0;
        if let Some(exception) = given {
            return Ok(exception);
        }
        match make
            .into_inner()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
        {
            Recipe::Untouched(make) => Err(make),
            Recipe::TakenBy(_) => Ok(made
                .into_inner()
                .expect("the thread that takes the recipe makes the exception")),
        }
    }
}

/// Sets the exception, or the one that came of trying to make it. Does not unwind: callers are on their way back to C, or others
/// wait for the exception.
fn raise(py: Python<'_>, make: Make) {
    let Err(payload) = catch_unwind(AssertUnwindSafe(|| try_raise(py, make))) else {
        return;
    };
    match PanicException::from_panic_payload(payload)
        .state
        .into_recipe()
    {
        Ok(exception) => set_raised(exception),
        Err(make) => {
            if let Err(payload) = catch_unwind(AssertUnwindSafe(|| try_raise(py, make))) {
                discard(payload);
                // SAFETY: the thread is attached; this takes no memory.
                unsafe { ffi::PyErr_NoMemory() };
            }
        }
    }
}

/// Sets the exception; CPython makes the instance from type and arguments, with the rules of `raise`.
fn try_raise(py: Python<'_>, make: Make) {
    let ty = match make.ty {
        // SAFETY: the type is a live object.
        ExceptionType::Of(ty) => unsafe {
            Borrowed::from_ptr(py, ty(py).cast())
                .cast_unchecked::<PyType>()
                .to_owned()
                .unbind()
        },
        ExceptionType::Known(ty) => ty,
    };
    let args = (make.args)(py);
    // SAFETY: both are alive. `PyExceptionClass_Check` is two flag tests.
    unsafe {
        if ffi::PyExceptionClass_Check(ty.as_ptr()) == 0 {
            ffi::PyErr_SetString(
                ffi::PyExc_TypeError,
                c"exceptions must derive from BaseException".as_ptr(),
            );
        } else {
            ffi::PyErr_SetObject(ty.as_ptr(), args.as_ptr());
        }
    }
    // Without tokens, dropping asks whether the thread is attached.
    ty.drop_ref(py);
    args.drop_ref(py);
}

#[cfg(Py_3_12)]
fn set_raised(exception: Py<PyBaseException>) {
    // SAFETY: the call takes over the reference; callers are attached.
    unsafe { ffi::PyErr_SetRaisedException(exception.into_ptr()) }
}

#[cfg(not(Py_3_12))]
fn set_raised(exception: Py<PyBaseException>) {
    let value = exception.into_ptr();
    // SAFETY: the three references are owned (or NULL), which the call takes over; callers are attached.
    unsafe {
        let ty = ffi::Py_TYPE(value).cast::<ffi::PyObject>();
        ffi::Py_INCREF(ty);
        ffi::PyErr_Restore(ty, value, ffi::PyException_GetTraceback(value));
    }
}

/// Takes the exception that is set, as an instance with its traceback.
#[cfg(Py_3_12)]
pub(super) fn take_raised(py: Python<'_>) -> Option<Py<PyBaseException>> {
    // SAFETY: the result is a new reference to an exception, or NULL.
    unsafe {
        Bound::from_owned_ptr_or_opt(py, ffi::PyErr_GetRaisedException())
            .map(|exception| exception.cast_into_unchecked().unbind())
    }
}

#[cfg(not(Py_3_12))]
pub(super) fn take_raised(py: Python<'_>) -> Option<Py<PyBaseException>> {
    use std::ptr::null_mut;
    let (mut ty, mut value, mut traceback) = (null_mut(), null_mut(), null_mut());
    // SAFETY: the three out-pointers receive owned references or NULL; `PyErr_NormalizeException` replaces them in
    // kind and leaves an exception instance in `value` whenever `ty` was not NULL.
    unsafe {
        ffi::PyErr_Fetch(&raw mut ty, &raw mut value, &raw mut traceback);
        if ty.is_null() {
            return None;
        }
        ffi::PyErr_NormalizeException(&raw mut ty, &raw mut value, &raw mut traceback);
        if !traceback.is_null() {
            ffi::PyException_SetTraceback(value, traceback);
            ffi::Py_DECREF(traceback);
        }
        ffi::Py_XDECREF(ty);
        Bound::from_owned_ptr_or_opt(py, value)
            .map(|exception| exception.cast_into_unchecked().unbind())
    }
}

#[cfg(test)]
mod tests {
    use crate::exceptions::PyValueError;
    use crate::panic::PanicException;
    use crate::{Py, PyAny, PyErrArguments, Python};

    struct Panics;

    impl PyErrArguments for Panics {
        fn arguments(self, _: Python<'_>) -> Py<PyAny> {
            panic!("no arguments")
        }
    }

    #[test]
    fn an_exception_that_cannot_be_made_is_the_panic() {
        Python::initialize();
        Python::attach(|py| {
            let error = PyValueError::new_err(Panics);
            assert!(error.is_instance_of::<PanicException>(py));
            assert_eq!(error.to_string(), "PanicException: no arguments");
        });
    }
}
