//! Whose turn it is: that of a packed module, or that of folders which stand before it on its search path.

use exuvia::prelude::*;
use exuvia::types::{PyAnyMethods, PyList, PyString};
use exuvia_archive::Module;

use super::damaged;
use crate::application::Application;

/// Where to look for a module that is packed.
pub(super) enum Turn<'py> {
    /// In the archive.
    Ours,
    /// In these folders, and then in the archive.
    After(Bound<'py, PyList>),
    /// The folder that it is packed in is not on the path.
    NotOurs,
}

/// Whose turn it is for a module, by the `__path__` of its package, or `sys.path` for one without.
pub(super) fn turn<'py>(
    application: &Application,
    full_name: &str,
    module: &Module<'static>,
    path: Option<&Bound<'py, PyAny>>,
    py: Python<'py>,
) -> PyResult<Turn<'py>> {
    let is_top = !full_name.contains('.');
    let path = match path.filter(|path| !path.is_none()) {
        Some(path) => path.clone(),
        None if is_top => py.import("sys")?.getattr("path")?,
        // Somebody asks for it by its full name alone.
        None => return Ok(Turn::Ours),
    };
    let mut before: Option<Bound<'py, PyList>> = None;
    for entry in path.try_iter()? {
        let entry = entry?;
        let text = entry.cast::<PyString>().ok();
        let folder = text
            .and_then(|text| text.to_str().ok())
            .and_then(|text| application.root.strip(text));
        match folder {
            Some(folder) if is_in(module, &folder)? => {
                return Ok(before.map_or(Turn::Ours, Turn::After));
            }
            // Had the module been there, this one would not have been packed under its name.
            Some(folder)
                if is_top
                    && application
                        .launch()
                        .search
                        .iter()
                        .any(|known| *known == folder) => {}
            _ => before
                .get_or_insert_with(|| PyList::empty(py))
                .append(entry)?,
        }
    }
    Ok(Turn::NotOurs)
}

/// Whether a module lies directly in a directory of the archive.
pub(super) fn is_in(module: &Module<'static>, directory: &str) -> PyResult<bool> {
    let Some(file) = module.file().map_err(damaged)? else {
        return Ok(module
            .portions()
            .map_err(damaged)?
            .any(|portion| parent(portion) == directory));
    };
    let folder = parent(file.path().map_err(damaged)?);
    let is_package = module.kind().map_err(damaged)?.is_package();
    Ok(directory == if is_package { parent(folder) } else { folder })
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}
