//! Whose code a function is: the project's, an installed package's, the interpreter's.

use std::path::Path;

use super::Origin;
use crate::Project;

/// Where a file belongs.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// To the project; its name as it is imported from the project's root, where it has one.
    Project { module: Option<String> },
    /// To the installed package of that name.
    Package(String),
    /// To the interpreter.
    StandardLibrary,
    /// To nobody: the code was made from a string.
    NoFile,
    /// To somebody else.
    Outside,
}

impl Place {
    /// The place of the file that a code object names.
    pub(super) fn of(project: &Project, name: &str) -> Self {
        let file = Path::new(name);
        let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
        if let Some(at) = parts
            .iter()
            .rposition(|part| part == "site-packages" || part == "dist-packages")
        {
            // A virtual environment often lies inside the project.
            let package = parts
                .get(at + 1)
                .map_or("", |part| part.trim_end_matches(".py"));
            return Self::Package(package.to_owned());
        }
        if name.starts_with("<frozen ") {
            return Self::StandardLibrary;
        }
        if !file.is_absolute() {
            return Self::NoFile;
        }
        for root in project.source_roots() {
            if let Ok(inside) = file.strip_prefix(&root) {
                return Self::Project {
                    module: module_name(inside),
                };
            }
        }
        if is_standard(file) {
            return Self::StandardLibrary;
        }
        Self::Outside
    }

    /// The same in a report.
    pub(super) fn origin(&self) -> Origin {
        match self {
            Self::Project { .. } => Origin::Project,
            Self::Package(_) => Origin::Package,
            Self::StandardLibrary => Origin::StandardLibrary,
            Self::NoFile => Origin::Generated,
            Self::Outside => Origin::Elsewhere,
        }
    }

    /// Whose it is where it is not the project's: a part of a sentence.
    pub(super) fn elsewhere(&self) -> Option<String> {
        Some(match self {
            Self::Project { .. } => return None,
            Self::StandardLibrary => "the standard library".to_owned(),
            Self::Package(name) => format!("the installed package {name}"),
            Self::NoFile => "code without a file".to_owned(),
            Self::Outside => "code outside the project".to_owned(),
        })
    }
}

fn module_name(inside: &Path) -> Option<String> {
    let mut parts: Vec<_> = inside
        .with_extension("")
        .iter()
        .map(|part| part.to_str().map(str::to_owned))
        .collect::<Option<_>>()?;
    if parts.last().is_some_and(|last| last == "__init__") {
        parts.pop();
    }
    let name = parts.join(".");
    crate::FunctionName::new(&name, "f").is_ok().then_some(name)
}

/// Whether a file outside any `site-packages` lies in a `lib/pythonX.Y` (or Windows' `Lib`): where Python keeps its own modules.
fn is_standard(file: &Path) -> bool {
    let parts: Vec<_> = file.iter().filter_map(|part| part.to_str()).collect();
    parts.windows(2).any(|pair| {
        matches!(pair, [lib, python] if lib.starts_with("lib") && python.starts_with("python3."))
            || pair[0] == "Lib"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project() -> (tempfile::TempDir, Project) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("pyproject.toml"), "").unwrap();
        let project = Project::open(folder.path()).unwrap();
        (folder, project)
    }

    #[test]
    fn files_are_named_as_they_are_imported_from_the_root() {
        let (_folder, project) = project();
        let named = |file: &str| Place::of(&project, project.root().join(file).to_str().unwrap());
        let module = |name: &str| Place::Project {
            module: Some(name.to_owned()),
        };
        assert_eq!(named("app.py"), module("app"));
        assert_eq!(named("pkg/__init__.py"), module("pkg"));
        assert_eq!(named("pkg/sub/mod.py"), module("pkg.sub.mod"));
        assert_eq!(named("my-tool.py"), Place::Project { module: None });
    }

    #[test]
    fn an_environment_inside_the_project_is_not_the_project() {
        let (_folder, project) = project();
        let file = project
            .root()
            .join(".venv/lib/python3.11/site-packages/numpy/core.py");
        assert_eq!(
            Place::of(&project, file.to_str().unwrap()),
            Place::Package("numpy".to_owned())
        );
    }

    #[test]
    fn a_standard_library_is_known_by_its_folder() {
        let (_folder, project) = project();
        for file in [
            "/usr/lib/python3.11/json/decoder.py",
            "/opt/lib64/python3.13/enum.py",
            "<frozen importlib._bootstrap>",
        ] {
            assert_eq!(Place::of(&project, file), Place::StandardLibrary, "{file}");
        }
        assert_eq!(
            Place::of(&project, "/home/me/library/python/x.py"),
            Place::Outside
        );
        assert_eq!(Place::of(&project, "<string>"), Place::NoFile);
    }
}
