//! Code, frames and tracebacks.

use exuvia::prelude::*;

#[pymodule]
pub mod code {
    use std::ffi::CString;

    #[cfg(not(feature = "limited"))]
    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;
    use exuvia::types::code::PyCodeInput;
    use exuvia::types::{PyCode, PyCodeMethods, PyDict};
    #[cfg(not(feature = "limited"))]
    use exuvia::types::{PyContext, PyFrame, PyFrameMethods, PyTraceback};

    #[pyfunction]
    fn compile<'py>(
        py: Python<'py>,
        text: &str,
        filename: &str,
        expression: bool,
    ) -> PyResult<Bound<'py, PyCode>> {
        let (text, filename) = (CString::new(text)?, CString::new(filename)?);
        let input = if expression {
            PyCodeInput::Eval
        } else {
            PyCodeInput::File
        };
        PyCode::compile(py, &text, &filename, input)
    }

    #[pyfunction]
    #[pyo3(signature = (code, globals = None, locals = None))]
    fn run<'py>(
        code: &Bound<'py, PyCode>,
        globals: Option<&Bound<'py, PyDict>>,
        locals: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        code.run(globals, locals)
    }

    #[cfg(not(feature = "limited"))]
    #[pyfunction]
    fn line_number(frame: &Bound<'_, PyFrame>) -> i32 {
        frame.line_number()
    }

    #[cfg(not(feature = "limited"))]
    #[pyfunction]
    fn outer<'py>(frame: &Bound<'py, PyFrame>) -> Option<Bound<'py, PyFrame>> {
        frame.outer()
    }

    #[cfg(not(feature = "limited"))]
    #[pyfunction]
    fn code_of<'py>(frame: &Bound<'py, PyFrame>) -> Bound<'py, PyCode> {
        frame.code()
    }

    #[cfg(not(feature = "limited"))]
    /// Raise a `ValueError` that seems to come from two places outside of Python.
    #[pyfunction]
    fn raise_elsewhere(py: Python<'_>) -> PyResult<()> {
        let inner = PyFrame::new(py, c"inner.file", c"inner", 20)?;
        let inner = PyTraceback::new(py, None, inner, 0, 20)?;
        let outer = PyFrame::new(py, c"outer.file", c"outer", 10)?;
        let outer = PyTraceback::new(py, Some(inner), outer, 0, 10)?;
        let error = PyValueError::new_err("far away");
        error.set_traceback(py, Some(outer));
        Err(error)
    }

    #[cfg(not(feature = "limited"))]
    #[pyfunction]
    fn is_context(object: &Bound<'_, PyAny>) -> bool {
        object.is_instance_of::<PyContext>()
    }
}
