//! Where a module's source is, as the project's own interpreter finds it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::{Advice, Interpreter, Project};

/// A Python module of the project.
#[derive(Debug, Clone)]
pub(crate) struct Module {
    /// Its source, absolute.
    pub(crate) file: PathBuf,
    /// The top-level package that it belongs to; nothing for a module that stands by itself.
    pub(crate) package: Option<String>,
}

/// Why a module cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum LocateError {
    /// The interpreter could not be asked.
    #[error("cannot ask {interpreter} where {modules} is: {said}")]
    Ask {
        /// The interpreter.
        interpreter: String,
        /// The modules.
        modules: String,
        /// What went wrong.
        said: String,
    },
    /// No such module.
    #[error("no module {module}: {said}")]
    NotFound {
        /// The module.
        module: String,
        /// What Python said.
        said: String,
    },
    /// It is compiled, built in, or a folder without `__init__.py`.
    #[error("{module} has no Python source: {what}")]
    NoSource {
        /// The module.
        module: String,
        /// What it is instead.
        what: String,
    },
    /// It is someone else's.
    #[error("{module} does not belong to this project: it is {}", file.display())]
    Outside {
        /// The module.
        module: String,
        /// Its source.
        file: PathBuf,
    },
}

impl Advice for LocateError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Ask { .. } => None,
            Self::NotFound { module, .. } if module.ends_with(".py") => {
                let imported = module.trim_end_matches(".py");
                Some(format!("name the module as it is imported, not its file: {imported}"))
            }
            Self::NotFound { .. } => {
                Some("name it as the project imports it, and check that --python is the project's environment".to_owned())
            }
            Self::NoSource { .. } => Some("only functions written in Python can move to Rust".to_owned()),
            Self::Outside { .. } => Some("port functions of the project's own modules; run it in the root of that one".to_owned()),
        }
    }
}

/// Finds modules without importing them; Python imports the packages around a module to find it.
const FIND: &str = r#"
import importlib.util, json, os, sys
roots, modules = json.loads(sys.argv[1])
sys.path[:0] = roots
answer = os.dup(1)
os.dup2(2, 1)  # What a package prints while it is imported is no answer.
found = {}
for module in modules:
    try:
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError as error:
        found[module] = {"missing": str(error)}
        continue
    except BaseException as error:
        found[module] = {"missing": "importing the package around it raised %s: %s" % (type(error).__name__, error)}
        continue
    if spec is None:
        found[module] = {"missing": "there is none by that name"}
    else:
        found[module] = {"origin": spec.origin, "loader": type(spec.loader).__name__}
os.write(answer, json.dumps(found).encode())
os._exit(0)
"#;

#[derive(Deserialize)]
struct Found {
    missing: Option<String>,
    origin: Option<String>,
    loader: Option<String>,
}

/// Finds the source of each module.
pub(crate) fn locate(
    project: &Project,
    interpreter: &Interpreter,
    modules: &[&str],
) -> Result<BTreeMap<String, Module>, LocateError> {
    let ask = |said: String| LocateError::Ask {
        interpreter: interpreter.executable().display().to_string(),
        modules: modules.join(", "),
        said,
    };
    let roots: Vec<_> = project
        .source_roots()
        .iter()
        .map(|root| root.display().to_string())
        .collect();
    let question =
        serde_json::to_string(&(roots, modules)).map_err(|error| ask(error.to_string()))?;
    let output = interpreter
        .command()
        .args(["-c", FIND, &question])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .current_dir(project.root())
        .output()
        .map_err(|error| ask(error.to_string()))?;
    let mut found: BTreeMap<String, Found> =
        serde_json::from_slice(&output.stdout).map_err(|_| {
            let said = String::from_utf8_lossy(&output.stderr);
            ask(said
                .lines()
                .last()
                .unwrap_or("it gave no answer")
                .to_owned())
        })?;
    modules
        .iter()
        .map(|&module| {
            let found = found
                .remove(module)
                .ok_or_else(|| ask("it gave no answer".to_owned()))?;
            Ok((module.to_owned(), read(project, module, found)?))
        })
        .collect()
}

fn read(project: &Project, module: &str, found: Found) -> Result<Module, LocateError> {
    let module_name = || module.to_owned();
    if let Some(said) = found.missing {
        return Err(LocateError::NotFound {
            module: module_name(),
            said,
        });
    }
    let loader = found.loader.unwrap_or_default();
    let what = match (loader.as_str(), found.origin.as_deref()) {
        ("ExtensionFileLoader", Some(file)) => Some(format!("it is compiled, {file}")),
        ("type", _) | (_, Some("built-in" | "frozen")) => {
            Some("it is built into the interpreter".to_owned())
        }
        (_, None) => Some("it is a folder without __init__.py".to_owned()),
        (_, Some(file)) if !file.ends_with(".py") => Some(format!("it is {file}")),
        _ => None,
    };
    if let Some(what) = what {
        return Err(LocateError::NoSource {
            module: module_name(),
            what,
        });
    }
    let file = PathBuf::from(found.origin.unwrap_or_default());
    let file = file.canonicalize().unwrap_or(file);
    let in_environment = file
        .components()
        .any(|part| part.as_os_str() == "site-packages");
    if !file.starts_with(project.root()) || in_environment {
        return Err(LocateError::Outside {
            module: module_name(),
            file,
        });
    }
    let is_package = file.file_name().is_some_and(|name| name == "__init__.py");
    let top = module.split('.').next().unwrap_or(module);
    Ok(Module {
        package: (is_package || module.contains('.')).then(|| top.to_owned()),
        file,
    })
}

/// The folder that the compiled module stands in, next to the package's own modules: that of the top-level package, or of
/// the module itself where there is none.
pub(crate) fn extension_dir(file: &Path, module: &str, package: Option<&str>) -> Option<PathBuf> {
    let folder = file.parent()?;
    if package.is_none() {
        return Some(folder.to_owned());
    }
    let is_package = file.file_name().is_some_and(|name| name == "__init__.py");
    let up = module
        .matches('.')
        .count()
        .saturating_sub(usize::from(!is_package));
    folder.ancestors().nth(up).map(Path::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiled_module_stands_in_the_top_level_package() {
        let dir = |file: &str, module: &str, package| {
            extension_dir(Path::new(file), module, package).unwrap()
        };
        assert_eq!(
            dir("/p/src/pkg/__init__.py", "pkg", Some("pkg")),
            Path::new("/p/src/pkg")
        );
        assert_eq!(
            dir("/p/pkg/util.py", "pkg.util", Some("pkg")),
            Path::new("/p/pkg")
        );
        assert_eq!(
            dir("/p/pkg/a/b.py", "pkg.a.b", Some("pkg")),
            Path::new("/p/pkg")
        );
        assert_eq!(
            dir("/p/pkg/a/__init__.py", "pkg.a", Some("pkg")),
            Path::new("/p/pkg")
        );
        assert_eq!(dir("/p/app.py", "app", None), Path::new("/p"));
    }
}
