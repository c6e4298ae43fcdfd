//! The `.pth` files of installed packages, processed as Python's `site` processes them at each start.
//!
//! `site` itself does it, told of one file after the other: what it does with the lines of a file differs between versions of Python, and lines
//! that are run look into the function that runs them. All else that `site` does at a start, it does not do here; without
//! `.pth` files it is not even imported.

use exuvia::prelude::*;

use crate::application::Application;

/// Has `site` process the `.pth` files of the application.
pub(crate) fn process_pth_files(py: Python<'_>, application: &Application) -> PyResult<()> {
    let files = &application.launch().pth;
    if files.is_empty() {
        return Ok(());
    }
    let process = py.import("site")?.getattr("addpackage")?;
    for path in files {
        let (directory, name) = path.rsplit_once('/').unwrap_or(("", path));
        // Without a set of known paths, the entries of `sys.path` are what is known.
        process.call1((application.root.join(directory), name, py.None()))?;
    }
    Ok(())
}
