//! Errors: raised, caught, converted, chained.

use exuvia::prelude::*;

#[pymodule]
pub mod errors {
    use std::fmt;

    use exuvia::create_exception;
    use exuvia::exceptions::*;
    use exuvia::prelude::*;

    create_exception!(exuvia_bindings_tests, OwnError, PyException);
    create_exception!(
        exuvia_bindings_tests,
        OwnValueError,
        PyValueError,
        "A value error of our own."
    );

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("OwnError", module.py().get_type::<OwnError>())?;
        module.add("OwnValueError", module.py().get_type::<OwnValueError>())
    }

    #[pyfunction]
    fn raise_own(text: String) -> PyResult<()> {
        Err(OwnError::new_err(text))
    }

    #[pyfunction]
    fn raise_own_value(code: i64, text: String) -> PyResult<()> {
        Err(OwnValueError::new_err((code, text)))
    }

    #[pyfunction]
    fn raise_builtin(name: &str) -> PyResult<()> {
        Err(match name {
            "ArithmeticError" => PyArithmeticError::new_err("message"),
            "AssertionError" => PyAssertionError::new_err("message"),
            "AttributeError" => PyAttributeError::new_err("message"),
            "BaseException" => PyBaseException::new_err("message"),
            "BlockingIOError" => PyBlockingIOError::new_err("message"),
            "BrokenPipeError" => PyBrokenPipeError::new_err("message"),
            "BufferError" => PyBufferError::new_err("message"),
            "ConnectionError" => PyConnectionError::new_err("message"),
            "EOFError" => PyEOFError::new_err("message"),
            "Exception" => PyException::new_err("message"),
            "FileExistsError" => PyFileExistsError::new_err("message"),
            "FileNotFoundError" => PyFileNotFoundError::new_err("message"),
            "FloatingPointError" => PyFloatingPointError::new_err("message"),
            "GeneratorExit" => PyGeneratorExit::new_err("message"),
            "ImportError" => PyImportError::new_err("message"),
            "IndexError" => PyIndexError::new_err("message"),
            "InterruptedError" => PyInterruptedError::new_err("message"),
            "IsADirectoryError" => PyIsADirectoryError::new_err("message"),
            "KeyError" => PyKeyError::new_err("message"),
            "KeyboardInterrupt" => PyKeyboardInterrupt::new_err("message"),
            "LookupError" => PyLookupError::new_err("message"),
            "MemoryError" => PyMemoryError::new_err("message"),
            "ModuleNotFoundError" => PyModuleNotFoundError::new_err("message"),
            "NameError" => PyNameError::new_err("message"),
            "NotADirectoryError" => PyNotADirectoryError::new_err("message"),
            "NotImplementedError" => PyNotImplementedError::new_err("message"),
            "OSError" => PyOSError::new_err("message"),
            "OverflowError" => PyOverflowError::new_err("message"),
            "PermissionError" => PyPermissionError::new_err("message"),
            "RecursionError" => PyRecursionError::new_err("message"),
            "ReferenceError" => PyReferenceError::new_err("message"),
            "RuntimeError" => PyRuntimeError::new_err("message"),
            "StopAsyncIteration" => PyStopAsyncIteration::new_err("message"),
            "StopIteration" => PyStopIteration::new_err("message"),
            "SyntaxError" => PySyntaxError::new_err("message"),
            "SystemError" => PySystemError::new_err("message"),
            "SystemExit" => PySystemExit::new_err("message"),
            "TimeoutError" => PyTimeoutError::new_err("message"),
            "TypeError" => PyTypeError::new_err("message"),
            "UnboundLocalError" => PyUnboundLocalError::new_err("message"),
            "ValueError" => PyValueError::new_err("message"),
            "ZeroDivisionError" => PyZeroDivisionError::new_err("message"),
            other => {
                return Err(PyLookupError::new_err(format!(
                    "no such exception: {other}"
                )));
            }
        })
    }

    #[pyfunction]
    fn raise_without_arguments() -> PyResult<()> {
        Err(PyValueError::new_err(()))
    }

    #[pyfunction]
    fn raise_with_three_arguments() -> PyResult<()> {
        Err(PyOSError::new_err((2, "no such thing", "/a/path")))
    }

    /// A Rust error that knows its Python exception.
    #[derive(Debug)]
    struct Mistake {
        code: i64,
    }

    impl fmt::Display for Mistake {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "mistake number {}", self.code)
        }
    }

    impl std::error::Error for Mistake {}

    impl From<Mistake> for PyErr {
        fn from(mistake: Mistake) -> PyErr {
            PyKeyError::new_err(mistake.to_string())
        }
    }

    #[pyfunction]
    fn raise_mistake(code: i64) -> Result<i64, Mistake> {
        if code == 0 {
            Ok(0)
        } else {
            Err(Mistake { code })
        }
    }

    #[pyfunction]
    fn raise_mistake_by_question_mark(code: i64) -> PyResult<i64> {
        Ok(raise_mistake(code)?)
    }

    #[pyfunction]
    fn open_file(path: std::path::PathBuf) -> std::io::Result<u64> {
        Ok(std::fs::metadata(path)?.len())
    }

    #[pyfunction]
    fn raise_io(kind: &str) -> std::io::Result<()> {
        use std::io::{Error, ErrorKind};
        let kind = match kind {
            "BrokenPipe" => ErrorKind::BrokenPipe,
            "ConnectionRefused" => ErrorKind::ConnectionRefused,
            "ConnectionAborted" => ErrorKind::ConnectionAborted,
            "ConnectionReset" => ErrorKind::ConnectionReset,
            "Interrupted" => ErrorKind::Interrupted,
            "NotFound" => ErrorKind::NotFound,
            "PermissionDenied" => ErrorKind::PermissionDenied,
            "AlreadyExists" => ErrorKind::AlreadyExists,
            "WouldBlock" => ErrorKind::WouldBlock,
            "TimedOut" => ErrorKind::TimedOut,
            "IsADirectory" => ErrorKind::IsADirectory,
            "NotADirectory" => ErrorKind::NotADirectory,
            _ => ErrorKind::Other,
        };
        Err(Error::new(kind, "the message"))
    }

    #[pyfunction]
    fn parse_int(text: &str) -> PyResult<i64> {
        Ok(text.parse()?)
    }

    #[pyfunction]
    fn parse_float(text: &str) -> PyResult<f64> {
        Ok(text.parse()?)
    }

    #[pyfunction]
    fn utf8(bytes: Vec<u8>) -> PyResult<String> {
        Ok(String::from_utf8(bytes)?)
    }

    #[pyfunction]
    fn narrow(value: i64) -> PyResult<u8> {
        Ok(u8::try_from(value)?)
    }

    /// Class, value, display, debug, and whether there is a traceback.
    type Caught = (Py<PyAny>, Py<PyAny>, String, String, bool);

    /// Call a function and say what it raised.
    #[pyfunction]
    fn catch<'py>(py: Python<'py>, function: &Bound<'py, PyAny>) -> PyResult<Option<Caught>> {
        match function.call0() {
            Ok(_) => Ok(None),
            Err(error) => Ok(Some((
                error.get_type(py).into_any().unbind(),
                error.value(py).clone().into_any().unbind(),
                error.to_string(),
                format!("{error:?}"),
                error.traceback(py).is_some(),
            ))),
        }
    }

    #[pyfunction]
    fn rethrow(function: &Bound<'_, PyAny>) -> PyResult<()> {
        function.call0().map(drop)
    }

    #[pyfunction]
    fn is_key_error(py: Python<'_>, function: &Bound<'_, PyAny>) -> Option<(bool, bool)> {
        let error = function.call0().err()?;
        Some((
            error.is_instance_of::<PyKeyError>(py),
            error.matches(py, py.get_type::<PyLookupError>()).unwrap(),
        ))
    }

    #[pyfunction]
    fn raise_from(py: Python<'_>, cause: Bound<'_, PyAny>) -> PyResult<()> {
        let error = PyRuntimeError::new_err("the effect");
        error.set_cause(py, Some(PyErr::from_value(cause)));
        Err(error)
    }

    #[pyfunction]
    fn cause_of(py: Python<'_>, exception: Bound<'_, PyAny>) -> Option<Py<PyAny>> {
        let cause = PyErr::from_value(exception).cause(py)?;
        Some(cause.into_value(py).into_any())
    }

    #[pyfunction]
    fn raise_value(value: Bound<'_, PyAny>) -> PyResult<()> {
        Err(PyErr::from_value(value))
    }

    #[pyfunction]
    fn raise_type(py: Python<'_>, class: Bound<'_, exuvia::types::PyType>) -> PyResult<()> {
        let _ = py;
        Err(PyErr::from_type(class, ("from a type",)))
    }

    #[pyfunction]
    fn exception_as_object(py: Python<'_>) -> Py<PyAny> {
        PyValueError::new_err("an object").into_value(py).into_any()
    }

    #[pyfunction]
    fn restore_and_fetch(py: Python<'_>) -> (bool, Option<String>, bool) {
        PyValueError::new_err("pending").restore(py);
        let occurred = PyErr::occurred(py);
        let taken = PyErr::take(py).map(|error| error.to_string());
        (occurred, taken, PyErr::occurred(py))
    }

    #[pyfunction]
    fn clone_error(py: Python<'_>) -> PyResult<()> {
        let error = PyValueError::new_err("cloned");
        let clone = error.clone_ref(py);
        assert!(clone.value(py).is(error.value(py)));
        Err(clone)
    }

    #[pyfunction]
    fn write_unraisable(py: Python<'_>, context: &Bound<'_, PyAny>) {
        PyValueError::new_err("nobody hears").write_unraisable(py, Some(context));
    }

    #[pyfunction]
    fn warn(py: Python<'_>) -> PyResult<()> {
        let category = py.get_type::<PyUserWarning>();
        PyErr::warn(py, &category, c"take care", 1)
    }

    #[pyfunction]
    fn print_traceback(py: Python<'_>, function: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
        let Err(error) = function.call0() else {
            return Ok(None);
        };
        let traceback = error.traceback(py).unwrap();
        Ok(Some(traceback.format()?))
    }

    #[pyfunction]
    fn argument_types(
        number: i64,
        text: &str,
        list: Vec<u8>,
        dict: std::collections::HashMap<String, i64>,
    ) -> usize {
        number as usize + text.len() + list.len() + dict.len()
    }
}
