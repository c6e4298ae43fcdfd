//! What `py_run!` and `py_format!` expand to.

use std::borrow::Cow;
use std::ffi::CString;
use std::fmt;

use crate::err::PyResult;
use crate::instance::{Bound, Py};
use crate::marker::Python;
use crate::sync::PyOnceLock;
use crate::types::dict::PyDictMethods;
use crate::types::{PyAny, PyDict, PyString};

/// Runs statements with the given local variables.
///
/// # Panics
/// When they raise, after the exception is printed.
#[track_caller]
pub fn run_with<const N: usize>(py: Python<'_>, names: [(&str, Bound<'_, PyAny>); N], code: &str) {
    let locals = PyDict::new(py);
    for (name, value) in names {
        locals
            .set_item(name, value)
            .expect("memory for a dictionary of variables");
    }
    run(py, &locals, code);
}

/// Runs statements with a dictionary of local variables.
///
/// # Panics
/// When they raise, after the exception is printed.
#[track_caller]
pub fn run<'py>(py: Python<'py>, locals: &Bound<'py, PyDict>, code: &str) {
    let code = unindented(code);
    let text = CString::new(&*code).expect("Python code without NUL characters");
    if let Err(error) = py.run(&text, None, Some(locals)) {
        error.print(py);
        // A panic may end the process, and with it what is still in the buffer.
        py.run(c"import sys; sys.stderr.flush()", None, None)
            .expect("a `sys.stderr` that can be flushed");
        panic!("{code}");
    }
}

/// The code without an empty first line, and without the indentation that all others share.
fn unindented(code: &str) -> Cow<'_, str> {
    let indentation = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_blank = |line: &str| {
        line.trim_end_matches(['\r', '\n'])
            .trim_start_matches(' ')
            .is_empty()
    };
    let (first, others) = match code.split_inclusive('\n').next() {
        Some(first) => code.split_at(first.len()),
        None => return Cow::Borrowed(code),
    };
    let lines = || others.split_inclusive('\n');
    let Some(margin) = lines()
        .filter(|line| !is_blank(line))
        .map(indentation)
        .min()
    else {
        return Cow::Borrowed(code);
    };
    let mut result = String::with_capacity(code.len());
    if !first.trim_end_matches(['\r', '\n']).is_empty() {
        result.push_str(first);
    }
    for line in lines() {
        result.push_str(&line[margin.min(indentation(line))..]);
    }
    Cow::Owned(result)
}

/// A text without arguments as a string made once; any other formatted.
///
/// # Errors
/// `MemoryError`, and what formatting an argument raises.
pub fn format<'py>(
    py: Python<'py>,
    made: &PyOnceLock<Py<PyString>>,
    text: fmt::Arguments<'_>,
) -> PyResult<Bound<'py, PyString>> {
    match text.as_str() {
        Some(text) => Ok(made
            .get_or_init(py, || PyString::intern(py, text).unbind())
            .bind(py)
            .clone()),
        None => PyString::from_fmt(py, text),
    }
}

#[cfg(test)]
mod tests {
    use super::unindented;

    #[test]
    fn what_all_lines_share_is_taken_away() {
        assert_eq!(unindented("\n    if a:\n        b\n"), "if a:\n    b\n");
        assert_eq!(unindented("a\n  b\n   c"), "a\nb\n c");
    }

    #[test]
    fn empty_lines_say_nothing_about_indentation() {
        assert_eq!(unindented("\n  a\n\n      \n  b\n "), "a\n\n    \nb\n");
        assert_eq!(unindented("\n\n   \n"), "\n\n   \n");
        assert_eq!(unindented(""), "");
        assert_eq!(unindented("  a"), "  a");
    }

    #[test]
    fn windows_line_ends_count_as_line_ends() {
        assert_eq!(unindented("\r\n  a\r\n\r\n  b\r\n"), "a\r\n\r\nb\r\n");
    }
}
