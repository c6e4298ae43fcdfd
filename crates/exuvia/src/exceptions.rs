/*!
Python's built-in exceptions, each as a type with `new_err`, and the macros that make and import others.
*/

use crate::err::{PyErr, PyErrArguments, ToPyErr};
use crate::ffi;
use crate::marker::Python;
use crate::type_object::{DerefToPyAny, PyTypeInfo};

macro_rules! built_in {
    ($($name:ident $pointer:ident $python:literal;)*) => {$(
        #[doc = concat!("Python's `", $python, "`.")]
        #[repr(transparent)]
        pub struct $name(crate::types::PyAny);

        impl $name {
            #[doc = concat!("A `", $python, "` with the given arguments, as an error.")]
            #[inline]
            pub fn new_err<A>(args: A) -> PyErr
            where
                A: PyErrArguments + Send + Sync + 'static,
            {
                PyErr::new::<Self, A>(args)
            }
        }

        // SAFETY: the pointer is that of the built-in type of this name.
        unsafe impl PyTypeInfo for $name {
            const NAME: &'static str = $python;
            const MODULE: Option<&'static str> = Some("builtins");
            #[inline]
            fn type_object_raw(_: Python<'_>) -> *mut ffi::PyTypeObject {
                // SAFETY: set before any thread can be attached, and never changed.
                unsafe { ffi::$pointer }.cast()
            }
        }
        impl DerefToPyAny for $name {}
        impl ToPyErr for $name {}
    )*};
}

built_in! {
    PyBaseException PyExc_BaseException "BaseException";
    PyException PyExc_Exception "Exception";
    PyArithmeticError PyExc_ArithmeticError "ArithmeticError";
    PyAssertionError PyExc_AssertionError "AssertionError";
    PyAttributeError PyExc_AttributeError "AttributeError";
    PyBlockingIOError PyExc_BlockingIOError "BlockingIOError";
    PyBrokenPipeError PyExc_BrokenPipeError "BrokenPipeError";
    PyBufferError PyExc_BufferError "BufferError";
    PyBytesWarning PyExc_BytesWarning "BytesWarning";
    PyChildProcessError PyExc_ChildProcessError "ChildProcessError";
    PyConnectionAbortedError PyExc_ConnectionAbortedError "ConnectionAbortedError";
    PyConnectionError PyExc_ConnectionError "ConnectionError";
    PyConnectionRefusedError PyExc_ConnectionRefusedError "ConnectionRefusedError";
    PyConnectionResetError PyExc_ConnectionResetError "ConnectionResetError";
    PyDeprecationWarning PyExc_DeprecationWarning "DeprecationWarning";
    PyEOFError PyExc_EOFError "EOFError";
    PyEncodingWarning PyExc_EncodingWarning "EncodingWarning";
    PyFileExistsError PyExc_FileExistsError "FileExistsError";
    PyFileNotFoundError PyExc_FileNotFoundError "FileNotFoundError";
    PyFloatingPointError PyExc_FloatingPointError "FloatingPointError";
    PyFutureWarning PyExc_FutureWarning "FutureWarning";
    PyGeneratorExit PyExc_GeneratorExit "GeneratorExit";
    PyImportError PyExc_ImportError "ImportError";
    PyImportWarning PyExc_ImportWarning "ImportWarning";
    PyIndexError PyExc_IndexError "IndexError";
    PyInterruptedError PyExc_InterruptedError "InterruptedError";
    PyIsADirectoryError PyExc_IsADirectoryError "IsADirectoryError";
    PyKeyError PyExc_KeyError "KeyError";
    PyKeyboardInterrupt PyExc_KeyboardInterrupt "KeyboardInterrupt";
    PyLookupError PyExc_LookupError "LookupError";
    PyMemoryError PyExc_MemoryError "MemoryError";
    PyModuleNotFoundError PyExc_ModuleNotFoundError "ModuleNotFoundError";
    PyNameError PyExc_NameError "NameError";
    PyNotADirectoryError PyExc_NotADirectoryError "NotADirectoryError";
    PyNotImplementedError PyExc_NotImplementedError "NotImplementedError";
    PyOSError PyExc_OSError "OSError";
    PyOverflowError PyExc_OverflowError "OverflowError";
    PyPendingDeprecationWarning PyExc_PendingDeprecationWarning "PendingDeprecationWarning";
    PyPermissionError PyExc_PermissionError "PermissionError";
    PyProcessLookupError PyExc_ProcessLookupError "ProcessLookupError";
    PyRecursionError PyExc_RecursionError "RecursionError";
    PyReferenceError PyExc_ReferenceError "ReferenceError";
    PyResourceWarning PyExc_ResourceWarning "ResourceWarning";
    PyRuntimeError PyExc_RuntimeError "RuntimeError";
    PyRuntimeWarning PyExc_RuntimeWarning "RuntimeWarning";
    PyStopAsyncIteration PyExc_StopAsyncIteration "StopAsyncIteration";
    PyStopIteration PyExc_StopIteration "StopIteration";
    PySyntaxError PyExc_SyntaxError "SyntaxError";
    PySyntaxWarning PyExc_SyntaxWarning "SyntaxWarning";
    PySystemError PyExc_SystemError "SystemError";
    PySystemExit PyExc_SystemExit "SystemExit";
    PyTabError PyExc_TabError "TabError";
    PyTimeoutError PyExc_TimeoutError "TimeoutError";
    PyTypeError PyExc_TypeError "TypeError";
    PyUnboundLocalError PyExc_UnboundLocalError "UnboundLocalError";
    PyUnicodeDecodeError PyExc_UnicodeDecodeError "UnicodeDecodeError";
    PyUnicodeEncodeError PyExc_UnicodeEncodeError "UnicodeEncodeError";
    PyUnicodeError PyExc_UnicodeError "UnicodeError";
    PyUnicodeTranslateError PyExc_UnicodeTranslateError "UnicodeTranslateError";
    PyUnicodeWarning PyExc_UnicodeWarning "UnicodeWarning";
    PyUserWarning PyExc_UserWarning "UserWarning";
    PyValueError PyExc_ValueError "ValueError";
    PyWarning PyExc_Warning "Warning";
    PyZeroDivisionError PyExc_ZeroDivisionError "ZeroDivisionError";
}

#[cfg(Py_3_11)]
built_in! {
    PyBaseExceptionGroup PyExc_BaseExceptionGroup "BaseExceptionGroup";
}

/// `EnvironmentError`, the older name of `OSError`.
pub type PyEnvironmentError = PyOSError;
/// `IOError`, the older name of `OSError`.
pub type PyIOError = PyOSError;
/// `WindowsError`, the older name of `OSError`.
#[cfg(windows)]
pub type PyWindowsError = PyOSError;

/// The exceptions of `asyncio`.
pub mod asyncio {
    crate::import_exception!(asyncio, CancelledError);
    crate::import_exception!(asyncio, IncompleteReadError);
    crate::import_exception!(asyncio, InvalidStateError);
    crate::import_exception!(asyncio, LimitOverrunError);
    crate::import_exception!(asyncio, QueueEmpty);
    crate::import_exception!(asyncio, QueueFull);
    crate::import_exception!(asyncio, TimeoutError);
}

/// The exceptions of `socket`.
pub mod socket {
    crate::import_exception!(socket, gaierror);
    crate::import_exception!(socket, herror);
    crate::import_exception!(socket, timeout);
}

/// Defines a new Python exception type: `create_exception!(module, Name)`, with a base (`PyException` if none is given)
/// and a docstring where wanted.
///
/// The type still has to be added to a module: `m.add("Name", py.get_type::<Name>())?`.
///
/// ```
/// use exuvia::prelude::*;
/// use exuvia::exceptions::PyValueError;
///
/// exuvia::create_exception!(colours, UnknownColour, PyValueError, "No such colour.");
///
/// fn parse(text: &str) -> PyResult<u8> {
///     match text {
///         "red" => Ok(0),
///         _ => Err(UnknownColour::new_err(format!("unknown colour: {text}"))),
///     }
/// }
/// ```
#[macro_export]
macro_rules! create_exception {
    ($module:expr, $name:ident) => {
        $crate::create_exception!($module, $name, $crate::exceptions::PyException);
    };
    ($module:expr, $name:ident, $base:ty) => {
        $crate::__exception_type!($module, $name, $base, None, "");
    };
    ($module:expr, $name:ident, $base:ty, $doc:expr) => {
        $crate::__exception_type!(
            $module,
            $name,
            $base,
            Some($crate::emitted::c_str(concat!($doc, "\0"))),
            $doc
        );
    };
}

/// What `create_exception!` expands to, for all its forms.
#[doc(hidden)]
#[macro_export]
macro_rules! __exception_type {
    ($module:expr, $name:ident, $base:ty, $doc:expr, $rustdoc:expr) => {
        #[doc = $rustdoc]
        #[repr(transparent)]
        #[allow(non_camel_case_types, reason = "the name is Python's")]
        pub struct $name($crate::PyAny);

        impl $name {
            /// The exception with the given arguments, as an error.
            pub fn new_err<A>(args: A) -> $crate::PyErr
            where
                A: $crate::PyErrArguments + ::std::marker::Send + ::std::marker::Sync + 'static,
            {
                $crate::PyErr::new::<Self, A>(args)
            }
        }

        $crate::emitted::exception_type!($name, stringify!($module), {
            static TYPE: $crate::sync::PyOnceLock<$crate::Py<$crate::types::PyType>> =
                $crate::sync::PyOnceLock::new();
            |py: $crate::Python<'_>| {
                TYPE.get_or_init(py, || {
                    $crate::emitted::new_exception_type(
                        py,
                        $crate::emitted::c_str(concat!(
                            stringify!($module),
                            ".",
                            stringify!($name),
                            "\0"
                        )),
                        $doc,
                        &py.get_type::<$base>(),
                    )
                })
                .as_ptr()
            }
        });
    };
}

/// Makes an exception type of a Python module usable from Rust: `import_exception!(decimal, InvalidOperation)`.
///
/// It is looked up the first time it is needed, which panics when it is not there.
#[macro_export]
macro_rules! import_exception {
    ($module:expr, $name:ident) => {
        #[doc = concat!("`", stringify!($module), ".", stringify!($name), "`.")]
        #[repr(transparent)]
        #[allow(non_camel_case_types, reason = "the name is Python's")]
        pub struct $name($crate::PyAny);

        impl $name {
            /// The exception with the given arguments, as an error.
            pub fn new_err<A>(args: A) -> $crate::PyErr
            where
                A: $crate::PyErrArguments + ::std::marker::Send + ::std::marker::Sync + 'static,
            {
                $crate::PyErr::new::<Self, A>(args)
            }
        }

        $crate::emitted::exception_type!($name, stringify!($module), {
            static TYPE: $crate::sync::PyOnceLock<$crate::Py<$crate::types::PyType>> =
                $crate::sync::PyOnceLock::new();
            |py: $crate::Python<'_>| {
                TYPE.get_or_init(py, || {
                    $crate::emitted::imported_exception_type(
                        py,
                        stringify!($module),
                        stringify!($name),
                    )
                })
                .as_ptr()
            }
        });
    };
}
