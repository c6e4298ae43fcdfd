//! What becomes of the errors of Rust's standard library, and what else can be done with exceptions.

use exuvia::prelude::*;

#[pymodule]
pub mod failures {
    use std::ffi::CString;
    use std::io::{self, BufWriter, Write};
    use std::net::IpAddr;
    use std::path::Path;
    use std::time::{Duration, SystemTime};

    use exuvia::exceptions::{
        PyException, PyKeyError, PyLookupError, PyRuntimeError, PyUnicodeDecodeError,
        PyUserWarning, PyValueError, asyncio, socket,
    };
    use exuvia::import_exception;
    use exuvia::prelude::*;

    import_exception!(json, JSONDecodeError);
    import_exception!(email.errors, HeaderParseError);

    /// Errors that `?` converts.
    #[pyfunction]
    fn standard(name: &str) -> PyResult<()> {
        match name {
            "TryFromSliceError" => {
                <[u8; 2]>::try_from(&[1u8][..])?;
            }
            "CharTryFromError" => {
                char::try_from(0xD800u32)?;
            }
            "ParseCharError" => {
                "ab".parse::<char>()?;
            }
            "JoinPathsError" => {
                std::env::join_paths(["a:b"])?;
            }
            "NulError" => {
                CString::new("a\0b")?;
            }
            "AddrParseError" => {
                "x".parse::<IpAddr>()?;
            }
            "ParseFloatError" => {
                "x".parse::<f64>()?;
            }
            "ParseIntError" => {
                "x".parse::<u8>()?;
            }
            "TryFromIntError" => {
                u8::try_from(-1)?;
            }
            "StripPrefixError" => {
                Path::new("a").strip_prefix("b")?;
            }
            "ParseBoolError" => {
                "x".parse::<bool>()?;
            }
            "SystemTimeError" => {
                let earlier = SystemTime::now();
                earlier.duration_since(earlier + Duration::from_secs(1))?;
            }
            "TryFromFloatSecsError" => {
                Duration::try_from_secs_f64(-1.0)?;
            }
            "IntoStringError" => {
                CString::new(b"a\xff".to_vec())?.into_string()?;
            }
            "FromUtf8Error" => {
                String::from_utf8(b"ab\xe4\xbd".to_vec())?;
            }
            "IntoInnerError" => {
                let mut full = BufWriter::new(Full);
                full.write_all(b"x")?;
                full.into_inner()?;
            }
            _ => return Err(PyLookupError::new_err(name.to_owned())),
        }
        Ok(())
    }

    /// A file without room.
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::new(io::ErrorKind::BrokenPipe, "no room"))
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Errors of Rust as the arguments of an exception of one's choice.
    #[pyfunction]
    fn standard_as_arguments(name: &str) -> PyErr {
        match name {
            "io" => PyRuntimeError::new_err(io::Error::other("the disk")),
            "int" => PyKeyError::new_err("x".parse::<u8>().unwrap_err()),
            "nul" => PyException::new_err(CString::new("\0").unwrap_err()),
            _ => PyLookupError::new_err(name.to_owned()),
        }
    }

    /// Through an `io::Error` and back.
    #[pyfunction]
    fn through_io(function: &Bound<'_, PyAny>) -> (String, String, PyErr) {
        let error: io::Error = function.call0().unwrap_err().into();
        (
            format!("{:?}", error.kind()),
            error.to_string(),
            error.into(),
        )
    }

    #[pyfunction]
    fn decode_error<'py>(
        py: Python<'py>,
        bytes: &[u8],
    ) -> PyResult<Option<Bound<'py, PyUnicodeDecodeError>>> {
        std::str::from_utf8(bytes)
            .err()
            .map(|error| PyUnicodeDecodeError::new_utf8(py, bytes, error))
            .transpose()
    }

    #[pyfunction]
    fn raise_decode_error(py: Python<'_>, bytes: &[u8]) -> PyResult<()> {
        match std::str::from_utf8(bytes) {
            Ok(_) => Ok(()),
            Err(error) => Err(PyUnicodeDecodeError::new_err_from_utf8(py, bytes, error)),
        }
    }

    #[pyfunction]
    fn decode_error_of<'py>(py: Python<'py>) -> PyResult<Bound<'py, PyUnicodeDecodeError>> {
        PyUnicodeDecodeError::new(py, c"utf-16", b"abc", 1..2, c"no reason")
    }

    #[pyfunction]
    fn raise_imported(name: &str) -> PyErr {
        match name {
            "JSONDecodeError" => JSONDecodeError::new_err(("bad", "doc", 1)),
            "HeaderParseError" => HeaderParseError::new_err("bad header"),
            "CancelledError" => asyncio::CancelledError::new_err("cancelled"),
            "QueueEmpty" => asyncio::QueueEmpty::new_err(()),
            "gaierror" => socket::gaierror::new_err((8, "no such host")),
            _ => PyLookupError::new_err(name.to_owned()),
        }
    }

    #[pyfunction]
    fn is_json_error(py: Python<'_>, exception: Bound<'_, PyAny>) -> bool {
        PyErr::from_value(exception).is_instance_of::<JSONDecodeError>(py)
    }

    #[pyfunction]
    fn text_and_debug(exception: Bound<'_, PyAny>) -> (String, String) {
        let error = PyErr::from_value(exception);
        (error.to_string(), format!("{error:?}"))
    }

    #[pyfunction]
    fn display(py: Python<'_>, exception: Bound<'_, PyAny>) {
        PyErr::from_value(exception).display(py);
    }

    #[pyfunction]
    fn print(py: Python<'_>, exception: Bound<'_, PyAny>) {
        PyErr::from_value(exception).print(py);
    }

    #[pyfunction]
    fn print_and_remember(py: Python<'_>, exception: Bound<'_, PyAny>) {
        PyErr::from_value(exception).print_and_set_sys_last_vars(py);
    }

    #[pyfunction]
    #[pyo3(signature = (module = None, registry = None))]
    fn warn_explicitly(
        py: Python<'_>,
        module: Option<&str>,
        registry: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        let module = module.map(CString::new).transpose()?;
        PyErr::warn_explicit(
            py,
            &py.get_type::<PyUserWarning>(),
            c"take care",
            c"file.py",
            12,
            module.as_deref(),
            registry,
        )
    }

    #[pyfunction]
    fn with_context(py: Python<'_>, context: Bound<'_, PyAny>) -> PyErr {
        let error = PyValueError::new_err("in it");
        error.set_context(py, Some(PyErr::from_value(context)));
        error
    }

    #[pyfunction]
    fn context_of(py: Python<'_>, exception: Bound<'_, PyAny>) -> Option<PyErr> {
        PyErr::from_value(exception).context(py)
    }

    #[pyfunction]
    fn without_cause(py: Python<'_>, exception: Bound<'_, PyAny>) {
        PyErr::from_value(exception).set_cause(py, None);
    }

    #[pyfunction]
    fn new_type(py: Python<'_>) -> PyResult<Py<exuvia::types::PyType>> {
        PyErr::new_type(
            py,
            c"package.module.Made",
            Some(c"Made at run time."),
            Some(&py.get_type::<PyLookupError>()),
            None,
        )
    }

    #[pyfunction]
    fn matches(py: Python<'_>, exception: Bound<'_, PyAny>, class: &Bound<'_, PyAny>) -> bool {
        PyErr::from_value(exception).matches(py, class).unwrap()
    }
}
