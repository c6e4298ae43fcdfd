//! What is given to another program is put on disk first.
//!
//! Another program does not see what is packed. The interpreter announces to audit hooks (PEP 578) that it is about to start one, with all
//! that it is given; each path below the virtual root in there, in the environment and in the working directory that it inherits is put on disk, a
//! directory with all that is in it. A program that is this packed file again, as `sys.executable` is, sees what is packed by itself.

use std::borrow::Cow;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::Path;

use exuvia::prelude::*;
use exuvia::types::{PyAnyMethods, PyBytes, PyList, PyString, PyTuple};
use pyo3_ffi as ffi;

use crate::application::Application;

// Not among the declarations of `pyo3-ffi`; PEP 578.
unsafe extern "C" {
    fn PySys_AddAuditHook(
        hook: unsafe extern "C" fn(*const c_char, *mut ffi::PyObject, *mut c_void) -> c_int,
        data: *mut c_void,
    ) -> c_int;
}

/// An event that announces another program, and which of its arguments say what ("Audit events table" of Python's documentation).
struct Start {
    event: &'static CStr,
    /// The path of the program, where that is an argument by itself.
    program: Option<usize>,
    /// The working directory; without one, or where it is `None`, it is inherited.
    folder: Option<usize>,
    /// The environment, likewise.
    environment: Option<usize>,
}

impl Start {
    const fn new(event: &'static CStr) -> Self {
        Self {
            event,
            program: None,
            folder: None,
            environment: None,
        }
    }
}

const STARTS: &[Start] = &[
    Start {
        program: Some(0),
        folder: Some(2),
        environment: Some(3),
        ..Start::new(c"subprocess.Popen")
    },
    Start {
        program: Some(0),
        environment: Some(2),
        ..Start::new(c"os.exec")
    },
    Start {
        program: Some(0),
        environment: Some(2),
        ..Start::new(c"os.posix_spawn")
    },
    Start {
        program: Some(1),
        environment: Some(3),
        ..Start::new(c"os.spawn")
    },
    Start::new(c"os.system"),
    Start::new(c"pty.spawn"),
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
    let Some(start) = STARTS.iter().find(|start| start.event == event) else {
        return 0;
    };
    let Some(application) = Application::current() else {
        return 0;
    };
    // SAFETY: events are raised by threads that are attached.
    let py = unsafe { Python::assume_attached() };
    // SAFETY: the arguments of an event are a tuple that the caller keeps alive during the call.
    let arguments = unsafe { Bound::from_borrowed_ptr(py, arguments) };
    match start.put_on_disk(application, &arguments) {
        Ok(()) => 0,
        Err(error) => {
            error.restore(py);
            -1
        }
    }
}

impl Start {
    /// Puts what the program is given on disk.
    fn put_on_disk(&self, application: &Application, arguments: &Bound<'_, PyAny>) -> PyResult<()> {
        let argument = |at: Option<usize>| -> PyResult<Option<Bound<'_, PyAny>>> {
            let argument = at.map(|at| arguments.get_item(at)).transpose()?;
            Ok(argument.filter(|argument| !argument.is_none()))
        };
        if let Some(program) = argument(self.program)?
            && is_this(application, &program)?
        {
            return Ok(());
        }
        put_on_disk(application, arguments)?;
        if argument(self.environment)?.is_none() {
            for (_, value) in std::env::vars_os() {
                put_text_on_disk(application, &value.to_string_lossy())?;
            }
        }
        if argument(self.folder)?.is_none()
            && let Ok(folder) = std::env::current_dir()
        {
            put_text_on_disk(application, &folder.to_string_lossy())?;
        }
        Ok(())
    }
}

/// Whether a program is this packed file, as itself or as its Python.
fn is_this(application: &Application, program: &Bound<'_, PyAny>) -> PyResult<bool> {
    let program = if program.hasattr("__fspath__")? {
        program.call_method0("__fspath__")?
    } else {
        program.clone()
    };
    let Some(program) = text(&program) else {
        return Ok(false);
    };
    Ok(*program == application.executable() || Path::new(&*program) == application.packed.path)
}

/// The text that an object is, or the bytes of one.
fn text<'a>(value: &'a Bound<'_, PyAny>) -> Option<Cow<'a, str>> {
    if let Ok(text) = value.cast::<PyString>() {
        text.to_cow().ok()
    } else {
        let bytes = value.cast::<PyBytes>().ok()?;
        std::str::from_utf8(bytes.as_bytes()).ok().map(Into::into)
    }
}

/// Puts all that texts, lists, tuples and mappings name on disk.
fn put_on_disk(application: &Application, value: &Bound<'_, PyAny>) -> PyResult<()> {
    if let Some(text) = text(value) {
        return put_text_on_disk(application, &text);
    }
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        for item in value.try_iter()? {
            put_on_disk(application, &item?)?;
        }
    } else if value.hasattr("__fspath__")? {
        put_on_disk(application, &value.call_method0("__fspath__")?)?;
    } else if value.hasattr("keys")? && value.hasattr("values")? {
        // An environment: a dictionary, or what behaves as one.
        for item in value.call_method0("values")?.try_iter()? {
            put_on_disk(application, &item?)?;
        }
    }
    Ok(())
}

/// Puts what a text names on disk: itself, or in its words.
fn put_text_on_disk(application: &Application, text: &str) -> PyResult<()> {
    for path in std::iter::once(text).chain(mentions(text, application.root.as_str())) {
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
