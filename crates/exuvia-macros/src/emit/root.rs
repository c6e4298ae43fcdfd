/*!
How the code that is being compiled names the `exuvia` crate.

Cargo lets a dependency have any name (`pyo3 = { package = "exuvia", … }`), and a macro is not told it: the manifest is,
or the manifest of the workspace that the dependency is inherited from. `crate = "…"` in an attribute says it outright.
*/

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use crate::emit::template::Code;

thread_local! {
    /// What `crate = "…"` says, for the macro that is running.
    static WRITTEN: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The name found last, and the package it is for: one process can compile several, as editors' servers do.
    static FOUND: RefCell<Option<(PathBuf, String)>> = const { RefCell::new(None) };
}

/// Forgets what the macro before was told, or remembers what this one is.
pub(crate) fn set(path: Option<String>) {
    WRITTEN.set(path);
}

/// The path of the crate.
pub(crate) fn root() -> Code {
    let path = WRITTEN
        .with_borrow(Clone::clone)
        .unwrap_or_else(|| format!("::{}", dependency_name()));
    Code::from(path.as_str())
}

fn dependency_name() -> String {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    if let Some((known, name)) = FOUND.with_borrow(Clone::clone)
        && known == package
    {
        return name;
    }
    // The package's own manifest says it, or refers to the workspace around it.
    let own = std::fs::read_to_string(package.join("Cargo.toml")).unwrap_or_default();
    let inherits = own.contains("workspace = true") || own.contains("workspace=true");
    let folders = package
        .ancestors()
        .take(if inherits { usize::MAX } else { 1 });
    let name = folders
        .map(|folder| folder.join("Cargo.toml"))
        .find_map(|manifest| name_in(&manifest))
        .unwrap_or_else(|| "exuvia".to_owned());
    FOUND.set(Some((package, name.clone())));
    name
}

/// The name of the dependency whose `package` is `exuvia`, if the manifest has one.
fn name_in(manifest: &Path) -> Option<String> {
    let text = std::fs::read_to_string(manifest).ok()?;
    let mut table = "";
    for line in text.lines().map(str::trim) {
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']);
        }
        let names_us = line.contains("package") && line.contains("\"exuvia\"");
        if !names_us {
            continue;
        }
        if let Some((name, value)) = line.split_once('=')
            && value.trim_start().starts_with('{')
        {
            return Some(identifier(name));
        }
        // `[dependencies.pyo3]` with `package = "exuvia"` on a line of its own.
        if let Some((_, name)) = table.rsplit_once("dependencies.") {
            return Some(identifier(name));
        }
    }
    None
}

fn identifier(name: &str) -> String {
    name.trim().trim_matches('"').replace('-', "_")
}
