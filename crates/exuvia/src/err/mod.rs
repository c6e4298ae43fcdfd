/*!
Errors: [`PyErr`], a Python exception on its way through Rust.

An error made in Rust stays *lazy* (a type and the arguments, still Rust values) until somebody looks at the exception
object; most are only raised, and CPython builds the object then.
*/

mod cast;
mod convert;
mod state;

pub use self::cast::{CastError, CastIntoError};
pub(crate) use self::convert::invalid_utf8;
pub(crate) use self::state::{ExceptionType, PyErrState};

use std::fmt;

use crate::exceptions::PyBaseException;
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::panic::{PanicException, unwind_with};
use crate::types::any::PyAnyMethods;
use crate::types::string::PyStringMethods;
use crate::types::traceback::PyTracebackMethods;
use crate::types::typeobject::PyTypeMethods;
use crate::types::{PyAny, PyString, PyTraceback, PyType};
use crate::{IntoPyObject, PyTypeInfo};

/// The result of everything that can raise.
pub type PyResult<T> = Result<T, PyErr>;

/// A Python exception.
///
/// Make one with the `new_err` of an exception type: `PyValueError::new_err("no such colour")`.
pub struct PyErr {
    state: PyErrState,
}

/// The arguments of an exception that is not made yet: anything that can become a Python object later.
///
/// A tuple becomes several arguments, `()` none, anything else the only one.
pub trait PyErrArguments: Send + Sync {
    /// The arguments as a Python object.
    fn arguments(self, py: Python<'_>) -> Py<PyAny>;
}

impl<T> PyErrArguments for T
where
    T: for<'py> IntoPyObject<'py> + Send + Sync,
{
    fn arguments(self, py: Python<'_>) -> Py<PyAny> {
        // A conversion that fails leaves its own exception as the argument, unless there is no memory for any.
        match crate::IntoPyObjectExt::into_py_any(self, py) {
            Ok(object) => object,
            Err(error) if error.is_instance_of::<crate::exceptions::PyMemoryError>(py) => {
                unwind_with(error)
            }
            Err(error) => error.into_value(py).into_any(),
        }
    }
}

impl PyErr {
    /// An exception of type `T`, made when it is needed.
    pub fn new<T, A>(args: A) -> PyErr
    where
        T: PyTypeInfo,
        A: PyErrArguments + Send + Sync + 'static,
    {
        PyErr {
            state: PyErrState::lazy(ExceptionType::Of(T::type_object_raw), args),
        }
    }

    /// An exception of a type known at run time; a `TypeError` when `ty` is not an exception type.
    pub fn from_type<A>(ty: Bound<'_, PyType>, args: A) -> PyErr
    where
        A: PyErrArguments + Send + Sync + 'static,
    {
        PyErr {
            state: PyErrState::lazy(ExceptionType::Known(ty.unbind()), args),
        }
    }

    /// From an exception instance or an exception type; a `TypeError` when it is neither.
    pub fn from_value(obj: Bound<'_, PyAny>) -> PyErr {
        match obj.cast_into::<PyBaseException>() {
            Ok(exception) => PyErr {
                state: PyErrState::normalized(exception.unbind()),
            },
            Err(error) => {
                let obj = error.into_inner();
                let py = obj.py();
                match obj.cast_into::<PyType>() {
                    Ok(ty) => Self::from_type(ty, ()),
                    Err(_) => {
                        let _ = py;
                        crate::exceptions::PyTypeError::new_err(
                            "exceptions must derive from BaseException",
                        )
                    }
                }
            }
        }
    }

    /// The type of the exception.
    pub fn get_type<'py>(&self, py: Python<'py>) -> Bound<'py, PyType> {
        self.value(py).get_type()
    }

    /// The exception object.
    pub fn value<'py>(&self, py: Python<'py>) -> &Bound<'py, PyBaseException> {
        self.state.value(py).bind(py)
    }

    /// The exception object, owned.
    pub fn into_value(self, py: Python<'_>) -> Py<PyBaseException> {
        self.state.into_value(py)
    }

    /// The traceback, if the exception has been raised.
    pub fn traceback<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyTraceback>> {
        // SAFETY: the exception is alive; the result is a new reference to a traceback or NULL.
        unsafe {
            Bound::from_owned_ptr_or_opt(py, ffi::PyException_GetTraceback(self.value(py).as_ptr()))
                .map(|traceback| traceback.cast_into_unchecked())
        }
    }

    /// Replaces the traceback.
    pub fn set_traceback(&self, py: Python<'_>, tb: Option<Bound<'_, PyTraceback>>) {
        let tb = tb.map_or_else(|| py.None(), |tb| tb.into_any().unbind());
        // SAFETY: both are alive, and a traceback or None is accepted.
        unsafe { ffi::PyException_SetTraceback(self.value(py).as_ptr(), tb.as_ptr()) };
    }

    /// Is an exception set in the interpreter?
    #[inline]
    pub fn occurred(_: Python<'_>) -> bool {
        // SAFETY: the thread is attached.
        unsafe { !ffi::PyErr_Occurred().is_null() }
    }

    /// Takes the exception that is set out of the interpreter.
    ///
    /// # Panics
    /// When it is a [`PanicException`]: a panic that went through Python goes on in Rust.
    pub fn take(py: Python<'_>) -> Option<PyErr> {
        let exception = state::take_raised(py)?;
        if PanicException::is_exactly(exception.bind(py)) {
            resume_panic(exception.into_bound(py));
        }
        Some(PyErr {
            state: PyErrState::normalized(exception),
        })
    }

    /// Takes the exception that is set, a panic included; one must be set.
    #[cold]
    pub(crate) fn fetch_any(py: Python<'_>) -> PyErr {
        match state::take_raised(py) {
            Some(exception) => PyErr {
                state: PyErrState::normalized(exception),
            },
            None => crate::exceptions::PySystemError::new_err(
                "attempted to fetch exception but none was set",
            ),
        }
    }

    /// Like [`take`](Self::take), where an exception must be set; a `SystemError` if none is.
    #[cold]
    pub fn fetch(py: Python<'_>) -> PyErr {
        PyErr::take(py).unwrap_or_else(|| {
            crate::exceptions::PySystemError::new_err(
                "attempted to fetch exception but none was set",
            )
        })
    }

    /// Makes an exception type, as `create_exception!` does.
    ///
    /// # Errors
    /// What making a class raises.
    pub fn new_type<'py>(
        py: Python<'py>,
        name: &std::ffi::CStr,
        doc: Option<&std::ffi::CStr>,
        base: Option<&Bound<'py, PyType>>,
        dict: Option<Py<PyAny>>,
    ) -> PyResult<Py<PyType>> {
        let pointer = |object: Option<*mut ffi::PyObject>| object.unwrap_or(std::ptr::null_mut());
        // SAFETY: all arguments are live or NULL where NULL is allowed; the result is a new reference to a type.
        unsafe {
            Bound::from_owned_ptr_or_err(
                py,
                ffi::PyErr_NewExceptionWithDoc(
                    name.as_ptr(),
                    doc.map_or(std::ptr::null(), std::ffi::CStr::as_ptr),
                    pointer(base.map(Bound::as_ptr)),
                    pointer(dict.as_ref().map(Py::as_ptr)),
                ),
            )
            .map(|ty| ty.cast_into_unchecked().unbind())
        }
    }

    /// Prints the exception with its traceback to `sys.stderr`.
    pub fn print(&self, py: Python<'_>) {
        self.clone_ref(py).restore(py);
        // SAFETY: an exception is set.
        unsafe { ffi::PyErr_PrintEx(0) }
    }

    /// Like [`print`](Self::print), and sets `sys.last_exc` and its relatives.
    pub fn print_and_set_sys_last_vars(&self, py: Python<'_>) {
        self.clone_ref(py).restore(py);
        // SAFETY: an exception is set.
        unsafe { ffi::PyErr_PrintEx(1) }
    }

    /// Prints the exception with its traceback to `sys.stderr`, without asking `sys.excepthook`.
    pub fn display(&self, py: Python<'_>) {
        // SAFETY: the exception is alive.
        #[cfg(Py_3_12)]
        unsafe {
            ffi::PyErr_DisplayException(self.value(py).as_ptr())
        }
        #[cfg(not(Py_3_12))]
        {
            let (value, traceback) = (self.value(py), self.traceback(py));
            // SAFETY: type and value are alive, the traceback too or NULL.
            unsafe {
                ffi::PyErr_Display(
                    ffi::Py_TYPE(value.as_ptr()).cast(),
                    value.as_ptr(),
                    traceback
                        .as_ref()
                        .map_or(std::ptr::null_mut(), Bound::as_ptr),
                );
            }
        }
    }

    /// Is the exception an instance of `exc`, a type or a tuple of types?
    ///
    /// # Errors
    /// When `exc` cannot be converted.
    pub fn matches<'py, T>(&self, py: Python<'py>, exc: T) -> Result<bool, T::Error>
    where
        T: IntoPyObject<'py>,
    {
        use crate::instance::BoundObject;
        let exc = exc.into_pyobject(py)?.into_any().into_bound();
        Ok(self.is_instance(py, &exc))
    }

    /// Is the exception an instance of `ty`?
    pub fn is_instance(&self, py: Python<'_>, ty: &Bound<'_, PyAny>) -> bool {
        // SAFETY: both are alive.
        unsafe { ffi::PyErr_GivenExceptionMatches(self.value(py).as_ptr(), ty.as_ptr()) != 0 }
    }

    /// Is the exception an instance of `T`?
    pub fn is_instance_of<T: PyTypeInfo>(&self, py: Python<'_>) -> bool {
        self.is_instance(py, T::type_object(py).as_any())
    }

    /// Raises the exception: sets it in the interpreter.
    #[cold]
    pub fn restore(self, py: Python<'_>) {
        self.state.restore(py);
    }

    /// Reports the exception as one that cannot be raised, through `sys.unraisablehook`.
    pub fn write_unraisable(self, py: Python<'_>, obj: Option<&Bound<'_, PyAny>>) {
        self.restore(py);
        // SAFETY: an exception is set; the object is alive or NULL.
        unsafe { ffi::PyErr_WriteUnraisable(obj.map_or(std::ptr::null_mut(), Bound::as_ptr)) }
    }

    /// Issues a warning of the given category; `stack_level` counts Python frames.
    ///
    /// # Errors
    /// The warning itself, where the filters make it an error.
    pub fn warn<'py>(
        py: Python<'py>,
        category: &Bound<'py, PyAny>,
        message: &std::ffi::CStr,
        stack_level: i32,
    ) -> PyResult<()> {
        // SAFETY: the category is alive, the message a C string.
        let result = unsafe {
            ffi::PyErr_WarnEx(
                category.as_ptr(),
                message.as_ptr(),
                stack_level as ffi::Py_ssize_t,
            )
        };
        if result == 0 {
            Ok(())
        } else {
            Err(PyErr::fetch(py))
        }
    }

    /// Issues a warning about a line of a file; `module` and `registry` are those of `warnings.warn_explicit`.
    ///
    /// # Errors
    /// The warning itself, where the filters make it an error.
    pub fn warn_explicit<'py>(
        py: Python<'py>,
        category: &Bound<'py, PyAny>,
        message: &std::ffi::CStr,
        filename: &std::ffi::CStr,
        lineno: i32,
        module: Option<&std::ffi::CStr>,
        registry: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        // SAFETY: the objects are alive or NULL where NULL is allowed, and the texts C strings.
        error_on_minus_one(py, unsafe {
            ffi::PyErr_WarnExplicit(
                category.as_ptr(),
                message.as_ptr(),
                filename.as_ptr(),
                lineno,
                module.map_or(std::ptr::null(), std::ffi::CStr::as_ptr),
                registry.map_or(std::ptr::null_mut(), Bound::as_ptr),
            )
        })
    }

    /// Another reference to the same exception.
    pub fn clone_ref(&self, py: Python<'_>) -> PyErr {
        PyErr {
            state: PyErrState::normalized(self.state.value(py).clone_ref(py)),
        }
    }

    /// The exception given by `raise … from cause`.
    pub fn cause(&self, py: Python<'_>) -> Option<PyErr> {
        // SAFETY: the exception is alive; the result is a new reference or NULL.
        unsafe {
            Bound::from_owned_ptr_or_opt(py, ffi::PyException_GetCause(self.value(py).as_ptr()))
        }
        .filter(|cause| !cause.is_none())
        .map(PyErr::from_value)
    }

    /// Sets the cause, or clears it.
    pub fn set_cause(&self, py: Python<'_>, cause: Option<PyErr>) {
        let cause = cause.map_or(std::ptr::null_mut(), |cause| {
            cause.into_value(py).into_ptr()
        });
        // SAFETY: the exception is alive; the call takes over the reference to the cause.
        unsafe { ffi::PyException_SetCause(self.value(py).as_ptr(), cause) }
    }

    /// The exception that was being handled when this one was raised.
    pub fn context(&self, py: Python<'_>) -> Option<PyErr> {
        // SAFETY: the exception is alive; the result is a new reference or NULL.
        unsafe {
            Bound::from_owned_ptr_or_opt(py, ffi::PyException_GetContext(self.value(py).as_ptr()))
        }
        .map(PyErr::from_value)
    }

    /// Sets the context, or clears it.
    pub fn set_context(&self, py: Python<'_>, context: Option<PyErr>) {
        let context = context.map_or(std::ptr::null_mut(), |context| {
            context.into_value(py).into_ptr()
        });
        // SAFETY: the exception is alive; the call takes over the reference to the context.
        unsafe { ffi::PyException_SetContext(self.value(py).as_ptr(), context) }
    }

    /// Adds a note (PEP 678; Python 3.11 and later).
    ///
    /// # Errors
    /// What `add_note` raises; an `AttributeError` on Python 3.10.
    pub fn add_note<N>(&self, py: Python<'_>, note: N) -> PyResult<()>
    where
        N: for<'py> IntoPyObject<'py, Target = PyString>,
    {
        self.value(py)
            .as_any()
            .call_method1("add_note", (note,))
            .map(drop)
    }
}

#[cold]
fn resume_panic(exception: Bound<'_, PyBaseException>) -> ! {
    let message = exception.as_any().str().map_or_else(
        |_| "panic from Rust code".to_owned(),
        |text| text.to_string_lossy().into_owned(),
    );
    eprintln!("--- a Rust panic that went through Python goes on in Rust ---");
    PyErr {
        state: PyErrState::normalized(exception.clone().unbind()),
    }
    .print(exception.py());
    std::panic::resume_unwind(Box::new(message))
}

/// What to do about a NULL from a function that must not fail.
#[cold]
#[track_caller]
pub(crate) fn panic_after_error(py: Python<'_>) -> ! {
    match PyErr::take(py) {
        Some(error) => panic_with(py, "a Python API call failed", error),
        None => panic!("a Python API call failed without an exception"),
    }
}

/// What to do about an error in a function that cannot return one: a panic in the words `what: error`.
///
/// That there is no memory is nobody's bug: the `MemoryError` unwinds, and is what Python code sees.
#[cold]
#[track_caller]
pub(crate) fn panic_with(py: Python<'_>, what: &str, error: PyErr) -> ! {
    let error = unwind_without_memory(py, error);
    panic!("{what}: {error}")
}

/// Unwinds with a `MemoryError`; gives any other exception back.
#[cold]
pub(crate) fn unwind_without_memory(py: Python<'_>, error: PyErr) -> PyErr {
    if error.is_instance_of::<crate::exceptions::PyMemoryError>(py) {
        unwind_with(error);
    }
    error
}

/// `Err` with the exception that is set, when a C function says -1.
#[inline]
pub(crate) fn error_on_minus_one(py: Python<'_>, result: std::ffi::c_int) -> PyResult<()> {
    if result == -1 {
        Err(PyErr::fetch(py))
    } else {
        Ok(())
    }
}

impl fmt::Debug for PyErr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = Python::try_attach(|py| {
            f.debug_struct("PyErr")
                .field("type", &self.get_type(py))
                .field("value", self.value(py))
                .field(
                    "traceback",
                    &self.traceback(py).map(|traceback| {
                        traceback.format().unwrap_or_else(|error| {
                            error.write_unraisable(py, Some(&traceback));
                            format!("<unformattable {traceback:?}>")
                        })
                    }),
                )
                .finish()
        });
        shown.unwrap_or_else(|| f.write_str("PyErr { interpreter not running }"))
    }
}

impl fmt::Display for PyErr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = Python::try_attach(|py| {
            let value = self.value(py);
            let ty = value.get_type();
            match ty.qualname() {
                Ok(name) => write!(f, "{}", name.to_string_lossy())?,
                Err(_) => f.write_str("<unnamed exception>")?,
            }
            match value.as_any().str() {
                Ok(text) => write!(f, ": {}", text.to_string_lossy()),
                Err(_) => f.write_str(": <exception str() failed>"),
            }
        });
        shown.unwrap_or_else(|| f.write_str("Python exception (interpreter not running)"))
    }
}

impl std::error::Error for PyErr {}

impl<'py, T> From<Bound<'py, T>> for PyErr
where
    T: ToPyErr,
{
    fn from(exception: Bound<'py, T>) -> PyErr {
        PyErr::from_value(exception.into_any())
    }
}

/// Exception types: a `Bound` of one becomes a [`PyErr`] by `into` or `?`.
pub trait ToPyErr {}

impl<'py> IntoPyObject<'py> for PyErr {
    type Target = PyBaseException;
    type Output = Bound<'py, PyBaseException>;
    type Error = std::convert::Infallible;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(self.into_value(py).into_bound(py))
    }
}

impl<'a, 'py> IntoPyObject<'py> for &'a PyErr {
    type Target = PyBaseException;
    type Output = Borrowed<'a, 'py, PyBaseException>;
    type Error = std::convert::Infallible;
    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(self.state.value(py).bind_borrowed(py))
    }
}
