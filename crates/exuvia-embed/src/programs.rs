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
    let archive = application.archive();
    let packed = |path: &str| {
        let inside = application.root.strip(path)?;
        let is_packed = !inside.is_empty()
            && (archive.file(&inside).is_some() || archive.is_directory(&inside));
        is_packed.then(|| inside.into_owned())
    };
    for (at, _) in text.match_indices(application.root.as_str()) {
        let Some(inside) = longest(&text[at..], packed) else {
            continue;
        };
        application.root.materialize_entry(&archive, &inside).map_err(|error| {
            exuvia::exceptions::PyOSError::new_err(format!(
                "writing the packed file {} to disk, because another program is given its path: {error}",
                application.root.join(&inside)
            ))
        })?;
    }
    Ok(())
}

/// What a text begins with, up to its end or to something that may stand behind a path: the longest for which there is something. Names may hold all
/// that stands between them.
fn longest<'t, T>(text: &'t str, find: impl Fn(&'t str) -> Option<T>) -> Option<T> {
    let ends = text
        .char_indices()
        .filter(|(_, each)| !each.is_alphanumeric() && !"/_".contains(*each))
        .map(|(at, _)| at)
        .chain([text.len()])
        .take_while(|&end| end <= libc::PATH_MAX as usize);
    let ends: Vec<_> = ends.collect();
    ends.into_iter().rev().find_map(|end| find(&text[..end]))
}

#[cfg(test)]
mod tests {
    use super::longest;

    #[test]
    fn paths_are_found_in_what_a_program_is_given() {
        let known = ["/r/a", "/r/a b.txt", "/r/dir", "/r/x-1.0"];
        let found = |text| longest(text, |path| known.contains(&path).then_some(path));
        for (text, path) in [
            ("/r/a", Some("/r/a")),
            ("/r/a b.txt", Some("/r/a b.txt")),
            ("/r/a b.txt' --to=x", Some("/r/a b.txt")),
            ("/r/a:/r/dir", Some("/r/a")),
            ("/r/a && rm", Some("/r/a")),
            ("/r/x-1.0;", Some("/r/x-1.0")),
            ("/r/x-1.1", None),
            ("/r/ab", None),
        ] {
            assert_eq!(found(text), path, "{text}");
        }
    }
}
