/*!
How the code that is being compiled names the `exuvia` crate.

Cargo lets a dependency have any name (`pyo3 = { package = "exuvia", … }`), and a macro is not told it: the manifest is,
or the manifest of the workspace that the dependency is inherited from. A crate that was written for PyO3 and has Exuvia
in its place by a `[patch.crates-io]` names it as it names PyO3. `crate = "…"` in an attribute says it outright.
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
    let manifests = manifests(&package);
    // A crate may know both, as one that compares them does. What is named Exuvia is surely this; what is named PyO3 is
    // this where the macros of it lead here.
    let name = ["exuvia", "pyo3"]
        .into_iter()
        .find_map(|package| {
            manifests
                .iter()
                .find_map(|manifest| name_of(package, manifest))
        })
        .unwrap_or_else(|| "exuvia".to_owned());
    FOUND.set(Some((package, name.clone())));
    name
}

/// The package's manifest, and that of the workspace around it where the package inherits from it.
fn manifests(package: &Path) -> Vec<String> {
    let read = |folder: &Path| std::fs::read_to_string(folder.join("Cargo.toml")).ok();
    let is_workspace = |manifest: &String| {
        manifest
            .lines()
            .any(|line| line.trim_start().starts_with("[workspace"))
    };
    let own = read(package).unwrap_or_default();
    let inherits = own.contains("workspace = true") || own.contains("workspace=true");
    let around = if inherits && !is_workspace(&own) {
        package
            .ancestors()
            .skip(1)
            .filter_map(read)
            .find(is_workspace)
    } else {
        None
    };
    std::iter::once(own).chain(around).collect()
}

/// The name that a manifest gives the dependency on `package`, if it has one.
fn name_of(package: &str, manifest: &str) -> Option<String> {
    let quoted = format!("\"{package}\"");
    let mut table = "";
    // The dependency that the lines below belong to: a value may span several.
    let mut dependency = "";
    let mut plain = None;
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']);
            dependency = table
                .rsplit_once("dependencies.")
                .map_or("", |(_, name)| name);
        } else if table.ends_with("dependencies")
            && let Some(name) = key(line)
        {
            dependency = name;
        }
        if dependency.is_empty() {
            continue;
        }
        if line.contains("package") && line.contains(&quoted) {
            return Some(identifier(dependency));
        }
        // What a workspace offers under its own name, the package that takes it names too.
        if dependency.trim_matches('"') == package && !table.starts_with("workspace.") {
            plain = Some(identifier(dependency));
        }
    }
    plain
}

/// What stands before the first `=` or `.` of a line that begins a value: `pyo3 = "0.30"`, `pyo3.workspace = true`.
fn key(line: &str) -> Option<&str> {
    let end = line.find(['=', '.'])?;
    let name = line[..end].trim();
    let names = !name.is_empty()
        && name
            .trim_matches('"')
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    names.then_some(name)
}

fn identifier(name: &str) -> String {
    name.trim().trim_matches('"').replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_dependency_is_found_under_the_name_it_has() {
        for (manifest, name) in [
            ("[dependencies]\nexuvia = \"0.1\"", "exuvia"),
            ("[dependencies]\nexuvia.workspace = true", "exuvia"),
            ("[dependencies.exuvia]\nversion = \"0.1\"", "exuvia"),
            (
                "[dependencies]\npyo3 = { package = \"exuvia\", version = \"0.1\" }",
                "pyo3",
            ),
            (
                "[dependencies]\npyo3 = { version = \"0.1\", features = [\n  \"macros\",\n], package = \"exuvia\" }",
                "pyo3",
            ),
            (
                "[target.'cfg(unix)'.dependencies.py-o3]\npackage = \"exuvia\"",
                "py_o3",
            ),
            (
                "[workspace.dependencies]\n\"py\" = { package = \"exuvia\" }",
                "py",
            ),
        ] {
            assert_eq!(
                name_of("exuvia", manifest).as_deref(),
                Some(name),
                "{manifest}"
            );
        }
    }

    #[test]
    fn other_crates_are_not_taken_for_it() {
        for manifest in [
            "[package]\nname = \"exuvia\"",
            "[build-dependencies]\nexuvia-build = \"0.1\"",
            "[dependencies]\n# exuvia = \"0.1\"\nother = { package = \"exuvia-exact\" }",
            "[features]\nexuvia = [\"dep:other\"]",
            "[workspace.dependencies]\nexuvia = \"0.1\"",
        ] {
            assert_eq!(name_of("exuvia", manifest), None, "{manifest}");
        }
    }

    #[test]
    fn pyo3_is_found_beside_crates_that_are_named_like_it() {
        let manifest = "[dependencies]\npyo3-log = \"0.13\"\npython = { package = \"pyo3\", version = \"0.30\" }";
        assert_eq!(name_of("pyo3", manifest).as_deref(), Some("python"));
    }
}
