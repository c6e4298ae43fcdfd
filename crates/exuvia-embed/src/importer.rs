//! The importer over the archive: finder and loader of `sys.meta_path`, and hook of `sys.path_hooks`.
//!
//! `find_spec`, `get_code` and `exec_module` are what start-up pays for, and do nothing but look up, make a spec, and unmarshal where
//! the bytes lie. Where a module is that is packed, the order of `sys.path` and `__path__` decides nevertheless, as it does for files: folders that a program
//! puts in front are looked at first. What is rarely asked for is written in Python (`resources.py`) and compiled when it is first needed. Distributions are found by
//! Python's own finder, which lists the folders of `sys.path`.

use std::borrow::Cow;

use exuvia::exceptions::{PyImportError, PyOSError, PyRuntimeError};
use exuvia::prelude::*;
use exuvia::types::{PyBytes, PyDict, PyList, PyModule, PyString};
use exuvia_archive::{Module, ModuleKind};
use pyo3_ffi as ffi;

mod amendments;
mod search;

use self::amendments::amend;
pub(crate) use self::amendments::keep_from_children;
use self::search::Turn;
use crate::application::Application;
use crate::{collector, frozen, library_names};

/// Finds and loads the modules of the packed application.
#[pyclass(frozen, module = "exuvia", name = "Importer")]
pub(crate) struct Importer {
    application: &'static Application,
    spec_type: Py<PyAny>,
    fix_filename: Py<PyAny>,
    builtins: Py<PyAny>,
}

/// Finds modules for one directory of the packed application, as entries of `sys.path_importer_cache` do.
#[pyclass(frozen, module = "exuvia", name = "PathEntryFinder")]
pub(crate) struct PathEntryFinder {
    importer: Py<Importer>,
    /// The directory's path in the archive.
    directory: String,
}

/// No `ImportError`: whoever can do without a module would do without one that is damaged, and nobody would know.
fn damaged(error: exuvia_archive::Error) -> PyErr {
    PyRuntimeError::new_err(error.to_string())
}

/// Puts an importer over the application's archive in place, and gives it.
pub(crate) fn install<'py>(
    py: Python<'py>,
    application: &'static Application,
) -> PyResult<Bound<'py, Importer>> {
    let importer = Importer {
        application,
        spec_type: py
            .import("_frozen_importlib")?
            .getattr("ModuleSpec")?
            .unbind(),
        fix_filename: py.import("_imp")?.getattr("_fix_co_filename")?.unbind(),
        builtins: py.import("builtins")?.getattr("__dict__")?.unbind(),
    };
    let importer = Bound::new(py, importer)?;
    let sys = py.import("sys")?;
    let finders = sys.getattr("meta_path")?.cast_into::<PyList>()?;
    // Before the finder that looks at the disk, after those of what is built in.
    finders.insert(finders.len().saturating_sub(1), &importer)?;
    sys.getattr("path_hooks")?
        .cast_into::<PyList>()?
        .insert(0, importer.getattr("path_hook")?)?;
    sys.getattr("path_importer_cache")?.call_method0("clear")?;
    adopt_startup_modules(&importer)?;
    Ok(importer)
}

/// Gives the modules that start-up imported the attributes that the importer would have given them.
fn adopt_startup_modules(importer: &Bound<'_, Importer>) -> PyResult<()> {
    let py = importer.py();
    let modules = py
        .import("sys")?
        .getattr("modules")?
        .cast_into::<PyDict>()?;
    for (name, module) in modules.iter() {
        let name: String = name.extract()?;
        if !frozen::is_startup_module(&name) {
            continue;
        }
        let Some(found) = importer.get().application.archive().module(&name) else {
            continue;
        };
        let spec = make_spec(importer, &found)?;
        for (attribute, value) in [("__file__", "origin"), ("__cached__", "cached")] {
            module.setattr(attribute, spec.getattr(value)?)?;
        }
        if found.kind().map_err(damaged)?.is_package() {
            module.setattr("__path__", spec.getattr("submodule_search_locations")?)?;
        }
        module.setattr("__loader__", importer)?;
        module.setattr("__spec__", spec)?;
    }
    Ok(())
}

/// The spec of a module.
pub(crate) fn make_spec<'py>(
    importer: &Bound<'py, Importer>,
    module: &Module<'static>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = importer.py();
    let application = importer.get().application;
    let kind = module.kind().map_err(damaged)?;
    let name = module.name().map_err(damaged)?;
    let spec_type = importer.get().spec_type.bind(py);
    let spec = spec_type.call1((name, importer))?;
    if let Some(file) = module.file().map_err(damaged)? {
        let path = file.path().map_err(damaged)?;
        spec.setattr("origin", application.root.join(path))?;
        spec.setattr("has_location", true)?;
        let (directory, file_name) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(stem) = file_name.strip_suffix(".py") {
            let cached = format!(
                "{directory}/__pycache__/{stem}.{}.pyc",
                application.launch().cache_tag
            );
            spec.setattr(
                "cached",
                application.root.join(cached.trim_start_matches('/')),
            )?;
        }
        if kind.is_package() {
            spec.setattr(
                "submodule_search_locations",
                [application.root.join(directory)],
            )?;
        }
    }
    Ok(spec)
}

impl Importer {
    /// The packed module that a name means, for those who look for one to import.
    fn named<'n>(&self, name: &'n Bound<'_, PyString>) -> Option<(&'n str, Module<'static>)> {
        // Text that is no UTF-8 is no module's name.
        let name = name.to_str().ok()?;
        // The application is no module that a program finds: whoever looks for `__main__` looks into a folder of his own.
        let module = self.application.archive().module(name);
        module
            .filter(|_| name != "__main__")
            .map(|module| (name, module))
    }

    fn found(&self, name: &str) -> PyResult<Module<'static>> {
        let archive = self.application.archive();
        // Tracebacks and inspection ask for the source of the module that runs by the name that it runs under.
        let name = if name == "__main__" && archive.module(name).is_none() {
            self.application.launch().module.as_str()
        } else {
            name
        };
        archive.module(name).ok_or_else(|| {
            PyImportError::new_err(format!(
                "no module named {name:?} is packed in {}",
                self.application.packed.path.display()
            ))
        })
    }

    /// The code object of a module, with the path of its source in it; `None` where it has none.
    pub(crate) fn code<'py>(
        &self,
        py: Python<'py>,
        module: &Module<'static>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let code = module.code().map_err(damaged)?;
        if code.is_empty() {
            return Ok(None);
        }
        // SAFETY: attached; the bytes live until the end of this function. PyMarshal trusts them to be what the packer
        // wrote, and so does the interpreter the bytecode in them: `code` has compared them with their checksum. Whoever can
        // change both can change the machine code beside them, too.
        let object = unsafe {
            Bound::from_owned_ptr_or_err(
                py,
                ffi::PyMarshal_ReadObjectFromString(
                    code.as_ptr().cast(),
                    code.len() as ffi::Py_ssize_t,
                ),
            )?
        };
        if let Some(file) = module.file().map_err(damaged)? {
            let path = self.application.root.join(file.path().map_err(damaged)?);
            self.fix_filename.bind(py).call1((&object, path))?;
        }
        Ok(Some(object))
    }

    /// Runs a code object in a module's dictionary.
    pub(crate) fn execute<'py>(
        &self,
        code: &Bound<'py, PyAny>,
        globals: &Bound<'py, PyAny>,
    ) -> PyResult<()> {
        let py = code.py();
        // SAFETY: attached; a code object and a dictionary, alive during the call.
        unsafe {
            Bound::from_owned_ptr_or_err(
                py,
                ffi::PyEval_EvalCode(code.as_ptr(), globals.as_ptr(), globals.as_ptr()),
            )?
        };
        Ok(())
    }
}

#[pymethods]
impl Importer {
    /// The spec of a module of this name, or `None`.
    #[pyo3(signature = (fullname, path = None, target = None))]
    fn find_spec<'py>(
        slf: &Bound<'py, Self>,
        fullname: &Bound<'py, PyString>,
        path: Option<Bound<'py, PyAny>>,
        target: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _ = target;
        let Some((fullname, module)) = slf.get().named(fullname) else {
            return Ok(None);
        };
        if module.kind().map_err(damaged)? == ModuleKind::Namespace {
            // Python's own finder puts a namespace together from all folders of the path, packed or not, for as long as it is used.
            return Ok(None);
        }
        match search::turn(
            slf.get().application,
            fullname,
            &module,
            path.as_ref(),
            slf.py(),
        )? {
            Turn::Ours => make_spec(slf, &module).map(Some),
            Turn::After(folders) => {
                let spec = slf
                    .py()
                    .import("_frozen_importlib_external")?
                    .getattr("PathFinder")?
                    .call_method1("find_spec", (fullname, folders))?;
                // A folder without a loader is a part of a namespace, before which any package goes.
                if spec.is_none() || spec.getattr("loader")?.is_none() {
                    make_spec(slf, &module).map(Some)
                } else {
                    Ok(Some(spec))
                }
            }
            Turn::NotOurs => Ok(None),
        }
    }

    /// Loads an extension module; others are made by the import system.
    fn create_module<'py>(&self, spec: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = spec.py();
        let module = self.found(&spec.getattr("name")?.extract::<String>()?)?;
        match module.kind().map_err(damaged)? {
            // It opens `spec.origin` with `dlopen`, which finds it in the archive.
            ModuleKind::Extension | ModuleKind::ExtensionPackage => py
                .import("_imp")?
                .call_method1("create_dynamic", (spec,))
                .map(Some),
            _ => Ok(None),
        }
    }

    /// Runs a module's code in it.
    fn exec_module(&self, module: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = module.py();
        let found = self.found(&module.getattr("__name__")?.extract::<String>()?)?;
        match found.kind().map_err(damaged)? {
            ModuleKind::Namespace => Ok(()),
            ModuleKind::Extension | ModuleKind::ExtensionPackage => py
                .import("_imp")?
                .call_method1("exec_dynamic", (module,))
                .map(drop),
            ModuleKind::Module | ModuleKind::Package => {
                let _loading = collector::loading(py);
                let Some(code) = self.code(py, &found)? else {
                    return Ok(());
                };
                let globals = module.getattr("__dict__")?;
                globals.set_item("__builtins__", &self.builtins)?;
                self.execute(&code, &globals)?;
                amend(found.name().map_err(damaged)?, &globals.cast_into()?)
            }
        }
    }

    /// The code object of a module; `None` for extension modules.
    fn get_code<'py>(
        &self,
        py: Python<'py>,
        fullname: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        self.code(py, &self.found(fullname)?)
    }

    /// The source of a module as text; `None` where there is none.
    fn get_source<'py>(
        &self,
        py: Python<'py>,
        fullname: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let Some(file) = self.found(fullname)?.file().map_err(damaged)? else {
            return Ok(None);
        };
        if !file.path().map_err(damaged)?.ends_with(".py") {
            return Ok(None);
        }
        let source = PyBytes::new(py, &file.contents().map_err(damaged)?);
        py.import("_frozen_importlib_external")?
            .call_method1("decode_source", (source,))
            .map(Some)
    }

    /// The path that is the module's `__file__`.
    fn get_filename(&self, fullname: &str) -> PyResult<String> {
        let file = self.found(fullname)?.file().map_err(damaged)?;
        let file = file.ok_or_else(|| {
            PyImportError::new_err(format!("{fullname} is a namespace package and has no file"))
        })?;
        Ok(self.application.root.join(file.path().map_err(damaged)?))
    }

    /// Whether a module is a package.
    fn is_package(&self, fullname: &str) -> PyResult<bool> {
        Ok(self.found(fullname)?.kind().map_err(damaged)?.is_package())
    }

    /// The contents of a file, by its absolute path: from the archive, or from disk.
    fn get_data<'py>(&self, py: Python<'py>, path: &str) -> PyResult<Bound<'py, PyBytes>> {
        let contents = match self.application.file(path) {
            Some(file) => file
                .contents()
                .map_err(|error| PyOSError::new_err(error.to_string()))?,
            None => Cow::Owned(std::fs::read(path)?),
        };
        Ok(PyBytes::new(py, &contents))
    }

    /// Nothing is remembered that could change.
    fn invalidate_caches(&self) {}

    /// The reader of a package's resources (`importlib.resources`).
    fn get_resource_reader<'py>(
        slf: &Bound<'py, Self>,
        fullname: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        // Those of a namespace, which has no file, are Python's own loader's.
        let Some(file) = slf.get().found(fullname)?.file().map_err(damaged)? else {
            return Ok(None);
        };
        let path = file.path().map_err(damaged)?;
        let path = slf.get().application.root.join(path);
        resources(slf)?.call_method1("reader", (path,)).map(Some)
    }

    /// The hook of `sys.path_hooks`: a finder for a directory of the packed application.
    fn path_hook<'py>(
        slf: &Bound<'py, Self>,
        path: &Bound<'py, PyAny>,
    ) -> PyResult<PathEntryFinder> {
        let path: String = path
            .extract()
            .map_err(|_| PyImportError::new_err("only text can be a packed path"))?;
        let application = slf.get().application;
        match application
            .root
            .strip(&path)
            .filter(|directory| application.archive().is_directory(directory))
        {
            Some(directory) => Ok(PathEntryFinder {
                importer: slf.clone().unbind(),
                directory: directory.into_owned(),
            }),
            None => Err(PyImportError::new_err(format!(
                "{path} is no packed directory"
            ))),
        }
    }

    /// For `ctypes.util`: the full name of a packed library.
    fn _library(&self, name: &str) -> Option<&'static str> {
        library_names::full_name(self.application.archive(), name)
    }
}

#[pymethods]
impl PathEntryFinder {
    /// The spec of a module in this directory, or `None`.
    #[pyo3(signature = (fullname, target = None))]
    fn find_spec<'py>(
        &self,
        py: Python<'py>,
        fullname: &Bound<'py, PyString>,
        target: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let _ = target;
        let importer = self.importer.bind(py);
        match importer.get().named(fullname) {
            Some((_, module)) if search::is_in(&module, &self.directory)? => {
                if module.kind().map_err(damaged)? == ModuleKind::Namespace {
                    return self.namespace(py, &module).map(Some);
                }
                make_spec(importer, &module).map(Some)
            }
            _ => match fullname.to_str() {
                Ok(fullname) => self.find_file(py, fullname),
                Err(_) => Ok(None),
            },
        }
    }

    /// Name and kind of each module in this directory (`pkgutil.iter_modules`).
    #[pyo3(signature = (prefix = ""))]
    fn iter_modules(&self, py: Python<'_>, prefix: &str) -> PyResult<Vec<(String, bool)>> {
        let archive = self.importer.bind(py).get().application.archive();
        let mut names = Vec::new();
        for child in archive.children(&self.directory) {
            let path = if self.directory.is_empty() {
                child.name.to_owned()
            } else {
                format!("{}/{}", self.directory, child.name)
            };
            let is_package = child.is_directory
                && archive.children(&path).any(|inner| {
                    inner.name == "__init__.py" || inner.name.starts_with("__init__.")
                });
            let stem = child.name.split('.').next().unwrap_or_default();
            let is_module = !child.is_directory
                && stem != "__init__"
                && (child.name == format!("{stem}.py") || child.name.ends_with(".so"));
            if (is_package || is_module) && !stem.is_empty() {
                names.push((format!("{prefix}{stem}"), is_package));
            }
        }
        Ok(names)
    }

    /// Nothing is remembered that could change.
    fn invalidate_caches(&self) {}
}

impl PathEntryFinder {
    /// The part of a namespace that lies in this directory: a spec without a loader.
    fn namespace<'py>(
        &self,
        py: Python<'py>,
        module: &Module<'static>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let importer = self.importer.bind(py).get();
        let name = module.name().map_err(damaged)?;
        let last = name.rsplit('.').next().unwrap_or(name);
        let path = if self.directory.is_empty() {
            last.to_owned()
        } else {
            format!("{}/{last}", self.directory)
        };
        let spec = importer.spec_type.bind(py).call1((name, py.None()))?;
        let portions = [importer.application.root.join(&path)];
        spec.setattr("submodule_search_locations", portions)?;
        Ok(spec)
    }

    /// The spec of a module that is packed as a file alone: programs put folders of theirs on `sys.path`.
    fn find_file<'py>(
        &self,
        py: Python<'py>,
        fullname: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let application = self.importer.bind(py).get().application;
        let name = fullname.rsplit('.').next().unwrap_or_default();
        let is_here = application
            .archive()
            .children(&self.directory)
            .any(|child| {
                child.name.strip_prefix(name).is_some_and(|rest| {
                    rest.starts_with('.') || (rest.is_empty() && child.is_directory)
                })
            });
        if !is_here {
            return Ok(None);
        }
        let path = application.root.join(&self.directory);
        let spec =
            resources(self.importer.bind(py))?.call_method1("file_spec", (path, fullname))?;
        Ok((!spec.is_none()).then_some(spec))
    }
}

/// The part of the importer that is written in Python.
fn resources<'py>(importer: &Bound<'py, Importer>) -> PyResult<Bound<'py, PyModule>> {
    const NAME: &str = "_exuvia_resources";
    let py = importer.py();
    let modules = py.import("sys")?.getattr("modules")?;
    if let Ok(known) = modules.get_item(NAME) {
        return Ok(known.cast_into::<PyModule>()?);
    }
    PyModule::from_code(py, RESOURCES, c"<exuvia resources>", c"_exuvia_resources")
}

const RESOURCES: &std::ffi::CStr = match std::ffi::CStr::from_bytes_with_nul(
    concat!(include_str!("resources.py"), "\0").as_bytes(),
) {
    Ok(source) => source,
    Err(_) => panic!("resources.py holds a NUL"),
};
