//! What is given to another program is put on disk first.
//!
//! Another program does not see what is packed. The interpreter announces to audit hooks (PEP 578) that it is about to start one, with all
//! that it is given; each path below the virtual root in there is put on disk, a directory with all that is in it.

use std::ffi::{CStr, c_char, c_int, c_void};

use exuvia::prelude::*;
use exuvia::types::{PyAnyMethods, PyBytes, PyDict, PyList, PyString, PyTuple};
use pyo3_ffi as ffi;

use crate::application::Application;

// Not among the declarations of `pyo3-ffi`; PEP 578.
unsafe extern "C" {
    fn PySys_AddAuditHook(
        hook: unsafe extern "C" fn(*const c_char, *mut ffi::PyObject, *mut c_void) -> c_int,
        data: *mut c_void,
    ) -> c_int;
}

/// The events that announce another program.
const STARTS: [&CStr; 6] = [
    c"subprocess.Popen",
    c"os.exec",
    c"os.posix_spawn",
    c"os.spawn",
    c"os.system",
    c"pty.spawn",
];

/// Watches for programs that are started, for as long as the interpreter runs.
///
/// # Safety
///
/// The calling thread is attached to the interpreter.
pub(crate) unsafe fn watch() -> c_int {
    // SAFETY: the hook is a function of the signature that is asked for, and needs no data.
    unsafe { PySys_AddAuditHook(hook, std::ptr::null_mut()) }
}

unsafe extern "C" fn hook(
    event: *const c_char,
    arguments: *mut ffi::PyObject,
    _: *mut c_void,
) -> c_int {
    // SAFETY: the interpreter gives the name of the event, which ends with NUL.
    let event = unsafe { CStr::from_ptr(event) };
    if !STARTS.contains(&event) {
        return 0;
    }
    let Some(application) = Application::current() else {
        return 0;
    };
    // SAFETY: events are raised by threads that are attached.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: the arguments of an event are a tuple that the caller keeps alive during the call.
    let arguments = unsafe { Bound::from_borrowed_ptr(py, arguments) };
    match put_on_disk(application, &arguments) {
        Ok(()) => 0,
        Err(error) => {
            error.restore(py);
            -1
        }
    }
}

/// Puts all that texts, lists, tuples and dictionaries name on disk.
fn put_on_disk(application: &Application, value: &Bound<'_, PyAny>) -> PyResult<()> {
    let text = if let Ok(text) = value.cast::<PyString>() {
        text.to_cow().ok()
    } else if let Ok(bytes) = value.cast::<PyBytes>() {
        std::str::from_utf8(bytes.as_bytes()).ok().map(Into::into)
    } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        for item in value.try_iter()? {
            put_on_disk(application, &item?)?;
        }
        None
    } else if let Ok(dictionary) = value.cast::<PyDict>() {
        for (_, value) in dictionary.iter() {
            put_on_disk(application, &value)?;
        }
        None
    } else if value.hasattr("__fspath__")? {
        return put_on_disk(application, &value.call_method0("__fspath__")?);
    } else {
        None
    };
    for path in text
        .iter()
        .flat_map(|text| std::iter::once(&**text).chain(mentions(text, application.root.as_str())))
    {
        let Some(inside) = application.root.strip(path).filter(|path| !path.is_empty()) else {
            continue;
        };
        let archive = application.archive();
        if archive.file(&inside).is_none() && !archive.is_directory(&inside) {
            continue;
        }
        application.root.materialize_entry(&archive, &inside).map_err(|error| {
            exuvia::exceptions::PyOSError::new_err(format!(
                "writing the packed file {path} to disk, because another program is given its path: {error}"
            ))
        })?;
    }
    Ok(())
}

/// Where a text names the root or something below it: up to a blank, a quote, or what separates paths in a list of them.
fn mentions<'t>(text: &'t str, root: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(root).map(move |(at, _)| {
        let rest = &text[at..];
        let end = rest.find(|each: char| each.is_whitespace() || "\"':;,&|<>()".contains(each));
        &rest[..end.unwrap_or(rest.len())]
    })
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn paths_are_found_in_what_a_program_is_given() {
        let found = |text| mentions(text, "/root/r").collect::<Vec<_>>();
        assert_eq!(found("/root/r/bin/tool"), ["/root/r/bin/tool"]);
        assert_eq!(
            found("cat '/root/r/a' --to=/root/r/b:/root/r/c"),
            ["/root/r/a", "/root/r/b", "/root/r/c"]
        );
        assert_eq!(found("nothing"), Vec::<&str>::new());
    }
}
