//! Frames: functions while they run.

use std::ffi::CStr;

use crate::err::PyResult;
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
#[cfg(Py_3_11)]
use crate::types::PyAny;
use crate::types::{PyCode, PyDict};

native_type! {
    /// Python's frame objects.
    PyFrame = "FrameType" in "types", &raw mut ffi::PyFrame_Type, is ffi::PyFrame_Check, exactly ffi::PyFrame_Check
}

impl PyFrame {
    /// A frame that was never run, for a traceback that tells of code outside of Python.
    ///
    /// # Errors
    /// `MemoryError`; `UnicodeDecodeError` when the function's name is not UTF-8.
    pub fn new<'py>(
        py: Python<'py>,
        file_name: &CStr,
        func_name: &CStr,
        line_number: i32,
    ) -> PyResult<Bound<'py, PyFrame>> {
        let code = PyCode::empty(py, file_name, func_name, line_number)?;
        let globals = PyDict::new(py);
        // SAFETY: the thread state is the attached thread's own, the rest are live objects of the right types; the result
        // is a new reference to a frame, or NULL with an exception set.
        unsafe {
            let frame = ffi::PyFrame_New(
                ffi::compat::PyThreadState_GetUnchecked(),
                code.as_ptr().cast(),
                globals.as_ptr(),
                PyDict::new(py).as_ptr(),
            );
            Bound::from_owned_ptr_or_err(py, frame.cast()).map(|frame| frame.cast_into_unchecked())
        }
    }
}

/// What can be done with a Python frame.
pub trait PyFrameMethods<'py>: super::sealed::Sealed {
    /// The line that is being run; Python's `self.f_lineno`.
    fn line_number(&self) -> i32;

    /// The frame of the caller; Python's `self.f_back`.
    fn outer(&self) -> Option<Bound<'py, PyFrame>>;

    /// The code that is being run; Python's `self.f_code`.
    fn code(&self) -> Bound<'py, PyCode>;

    /// The value of a variable (Python 3.12 and later).
    ///
    /// # Errors
    /// A `NameError` when there is no such variable.
    #[cfg(Py_3_12)]
    fn var(&self, name: &CStr) -> PyResult<Bound<'py, PyAny>>;

    /// Python's `self.f_builtins` (Python 3.11 and later).
    ///
    /// # Panics
    /// When somebody has set `__builtins__` to something that is no dictionary.
    #[cfg(Py_3_11)]
    fn builtins(&self) -> Bound<'py, PyDict>;

    /// Python's `self.f_globals` (Python 3.11 and later).
    #[cfg(Py_3_11)]
    fn globals(&self) -> Bound<'py, PyDict>;

    /// Python's `self.f_locals` (Python 3.11 and later): a dictionary, or from Python 3.13 on a view of the variables.
    #[cfg(Py_3_11)]
    fn locals(&self) -> Bound<'py, PyAny>;
}

impl<'py> PyFrameMethods<'py> for Bound<'py, PyFrame> {
    fn line_number(&self) -> i32 {
        // SAFETY: the object is a frame.
        unsafe { ffi::PyFrame_GetLineNumber(self.as_ptr().cast()) }
    }

    fn outer(&self) -> Option<Bound<'py, PyFrame>> {
        // SAFETY: the object is a frame; the result is a new reference to one, or NULL.
        unsafe {
            let outer = ffi::PyFrame_GetBack(self.as_ptr().cast());
            Bound::from_owned_ptr_or_opt(self.py(), outer.cast())
                .map(|frame| frame.cast_into_unchecked())
        }
    }

    fn code(&self) -> Bound<'py, PyCode> {
        // SAFETY: the object is a frame; the result is a new reference to a code object.
        unsafe {
            let code = ffi::PyFrame_GetCode(self.as_ptr().cast());
            Bound::from_owned_ptr(self.py(), code.cast()).cast_into_unchecked()
        }
    }

    #[cfg(Py_3_12)]
    fn var(&self, name: &CStr) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: the object is a frame and the name a C string, which is not written to; the result is a new reference,
        // or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(
                self.py(),
                ffi::PyFrame_GetVarString(self.as_ptr().cast(), name.as_ptr().cast_mut()),
            )
        }
    }

    #[cfg(Py_3_11)]
    fn builtins(&self) -> Bound<'py, PyDict> {
        // SAFETY: the object is a frame; the result is a new reference.
        unsafe { Bound::from_owned_ptr(self.py(), ffi::PyFrame_GetBuiltins(self.as_ptr().cast())) }
            .cast_into()
            .expect("`PyFrame_GetBuiltins` returns a `dict`")
    }

    #[cfg(Py_3_11)]
    fn globals(&self) -> Bound<'py, PyDict> {
        // SAFETY: the object is a frame; the result is a new reference to a dictionary: nothing else can be the globals of
        // a frame.
        unsafe {
            Bound::from_owned_ptr(self.py(), ffi::PyFrame_GetGlobals(self.as_ptr().cast()))
                .cast_into_unchecked()
        }
    }

    #[cfg(Py_3_11)]
    fn locals(&self) -> Bound<'py, PyAny> {
        // SAFETY: the object is a frame; the result is a new reference, or NULL.
        unsafe { Bound::from_owned_ptr(self.py(), ffi::PyFrame_GetLocals(self.as_ptr().cast())) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(Py_3_11)]
    use crate::types::any::PyAnyMethods;

    #[test]
    fn a_frame_that_never_ran_says_where_it_is() {
        Python::initialize();
        Python::attach(|py| {
            let frame = PyFrame::new(py, c"a.file", c"function", 42).unwrap();
            assert_eq!(frame.line_number(), 42);
            assert!(frame.outer().is_none());
            assert!(PyFrame::new(py, c"a.file", c"\xff", 42).is_err());
        });
    }

    #[cfg(Py_3_11)]
    fn frame(py: Python<'_>) -> Bound<'_, PyFrame> {
        let names = PyDict::new(py);
        py.run(
            c"import sys
def function(parameter):
    return sys._getframe()
frame = function(5)",
            Some(&names),
            None,
        )
        .unwrap();
        let frame = names.as_any().get_item("frame").unwrap();
        frame.cast_into().unwrap()
    }

    #[test]
    #[cfg(Py_3_11)]
    fn names_of_a_frame() {
        Python::initialize();
        Python::attach(|py| {
            let frame = frame(py);
            let parameter = frame.locals().get_item("parameter").unwrap();
            assert_eq!(parameter.extract::<i64>().unwrap(), 5);
            assert!(frame.globals().as_any().contains("function").unwrap());
            assert!(frame.builtins().as_any().contains("len").unwrap());
        });
    }

    #[test]
    #[cfg(Py_3_12)]
    fn a_variable_of_a_frame() {
        Python::initialize();
        Python::attach(|py| {
            let frame = frame(py);
            let parameter = frame.var(c"parameter").unwrap();
            assert_eq!(parameter.extract::<i64>().unwrap(), 5);
            let error = frame.var(c"absent").unwrap_err();
            assert!(error.is_instance_of::<crate::exceptions::PyNameError>(py));
        });
    }

    #[test]
    #[cfg(Py_3_11)]
    #[should_panic(expected = "`PyFrame_GetBuiltins` returns a `dict`")]
    fn builtins_that_are_no_dictionary_are_a_panic() {
        Python::initialize();
        Python::attach(|py| {
            let names = PyDict::new(py);
            let getframe = py.import("sys").unwrap().getattr("_getframe").unwrap();
            names.as_any().set_item("getframe", getframe).unwrap();
            names.as_any().set_item("__builtins__", 5).unwrap();
            py.run(c"frame = getframe()", Some(&names), None).unwrap();
            let frame = names.as_any().get_item("frame").unwrap();
            drop(frame.cast::<PyFrame>().unwrap().builtins());
        });
    }
}
