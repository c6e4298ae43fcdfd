//! Extension modules, from memory or from disk.

use std::collections::{HashMap, HashSet};
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

use exuvia::exceptions::PyImportError;
use exuvia::prelude::*;
use exuvia_archive::File;

use crate::application::Application;
use crate::shared_object::{self, InMemory};

/// What has been loaded, by position in the archive.
#[derive(Debug, Default)]
struct Loaded {
    libraries: HashSet<u32>,
    /// The path by which the loader knows a module: asking by it again gives the module that is there.
    modules: HashMap<u32, CString>,
}

static LOADED: Mutex<Option<Loaded>> = Mutex::new(None);

fn with_loaded<T>(action: impl FnOnce(&mut Loaded) -> T) -> T {
    action(
        LOADED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_default(),
    )
}

/// Loads an extension module: its libraries first, so that the loader finds them by their names, then itself, through
/// the interpreter's own `_imp.create_dynamic`.
pub(crate) fn create<'py>(
    py: Python<'py>,
    application: &Application,
    file: &File,
    spec: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let failed = |what: &str, reason: &str| {
        PyImportError::new_err(format!(
            "loading the extension module {what} from {}: {reason}",
            application.packed.path.display()
        ))
    };
    let path = file
        .path()
        .map_err(|error| failed("", &error.to_string()))?;
    load_libraries(application, file).map_err(|reason| failed(path, &reason))?;

    if let Some(known) = with_loaded(|loaded| loaded.modules.get(&file.position()).cloned()) {
        return create_from(py, spec, &known.to_string_lossy());
    }
    let contents = file
        .contents()
        .map_err(|error| failed(path, &error.to_string()))?;
    if let Ok(object) = InMemory::new(path, &contents) {
        let module = create_from(py, spec, &object.path().to_string_lossy());
        // An error of the module's own is the same from disk; one of the loader's need not be.
        if module
            .as_ref()
            .err()
            .is_none_or(|error| !error.is_instance_of::<PyImportError>(py))
        {
            with_loaded(|loaded| {
                loaded
                    .modules
                    .insert(file.position(), object.path().to_owned())
            });
            return module;
        }
    }
    let on_disk = application
        .root
        .materialize(file)
        .map_err(|error| failed(path, &error.to_string()))?;
    create_from(py, spec, &on_disk.to_string_lossy())
}

fn load_libraries(application: &Application, file: &File) -> Result<(), String> {
    for library in file.needs().map_err(|error| error.to_string())? {
        if with_loaded(|loaded| loaded.libraries.contains(&library.position())) {
            continue;
        }
        let name = library.path().map_err(|error| error.to_string())?;
        let contents = library.contents().map_err(|error| error.to_string())?;
        let on_disk = || application.root.materialize(&library);
        shared_object::load(name, &contents, libc::RTLD_NOW | libc::RTLD_LOCAL, on_disk)?;
        with_loaded(|loaded| loaded.libraries.insert(library.position()));
    }
    Ok(())
}

/// `_imp.create_dynamic`, which reads a name and a path from the spec that it is given.
fn create_from<'py>(
    py: Python<'py>,
    spec: &Bound<'py, PyAny>,
    path: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let name = spec.getattr("name")?;
    let loaded_from = spec.get_type().call1((&name, py.None()))?;
    loaded_from.setattr("origin", path)?;
    let module = py
        .import("_imp")?
        .call_method1("create_dynamic", (loaded_from,))?;
    // Modules of single-phase initialisation are given the path that they were loaded from.
    module.setattr("__file__", spec.getattr("origin")?)?;
    Ok(module)
}
