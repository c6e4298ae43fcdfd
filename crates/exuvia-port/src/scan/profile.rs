//! Adds up the profiles of a command's processes.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::{ScanError, ScannedFunction};
use crate::Project;
use crate::analysis::{self, Portability};

/// The sum over all processes.
#[derive(Debug, Default)]
pub(super) struct Profile {
    pub(super) processes: u64,
    /// How long the process that ran longest took: the others ran meanwhile.
    pub(super) seconds: f64,
    pub(super) estimated: bool,
    rows: HashMap<Key, Row>,
}

/// What tells one function from another: a name alone may be defined twice.
#[derive(Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    file: String,
    line: u32,
    qualname: String,
}

#[derive(Debug)]
struct Row {
    module: String,
    kind: Kind,
    calls: u64,
    own_seconds: f64,
    builtin_seconds: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Function,
    Module,
    Class,
}

/// What `python/exuvia/profile.py` writes for one process.
#[derive(Debug, Deserialize)]
struct Document {
    seconds: f64,
    estimated: bool,
    functions: Vec<DocumentRow>,
}

#[derive(Debug, Deserialize)]
struct DocumentRow {
    module: String,
    qualname: String,
    file: String,
    line: u32,
    kind: Kind,
    calls: u64,
    own_seconds: f64,
    builtin_seconds: f64,
}

impl Profile {
    /// Reads every document in `folder`.
    pub(super) fn load(folder: &Path) -> Result<Self, ScanError> {
        let mut profile = Self::default();
        for entry in fs::read_dir(folder).map_err(ScanError::Folder)? {
            let path = entry.map_err(ScanError::Folder)?.path();
            if path
                .extension()
                .is_some_and(|extension| extension == "json")
            {
                let damaged = |reason: String| ScanError::Damaged {
                    file: path.display().to_string(),
                    reason,
                };
                let text = fs::read(&path).map_err(|error| damaged(error.to_string()))?;
                profile.add(
                    serde_json::from_slice(&text).map_err(|error| damaged(error.to_string()))?,
                );
            }
        }
        Ok(profile)
    }

    fn add(&mut self, document: Document) {
        self.processes += 1;
        self.seconds = self.seconds.max(document.seconds);
        self.estimated |= document.estimated;
        for row in document.functions {
            let key = Key {
                file: row.file,
                line: row.line,
                qualname: row.qualname,
            };
            let sum = self.rows.entry(key).or_insert(Row {
                module: row.module,
                kind: row.kind,
                calls: 0,
                own_seconds: 0.0,
                builtin_seconds: 0.0,
            });
            sum.calls += row.calls;
            sum.own_seconds += row.own_seconds;
            sum.builtin_seconds += row.builtin_seconds;
        }
    }

    /// The `top` functions with the most own time, those of the project judged from their source.
    pub(super) fn functions(&self, project: &Project, top: usize) -> Vec<ScannedFunction> {
        let total: f64 = self.rows.values().map(|row| row.own_seconds).sum();
        let mut rows: Vec<_> = self.rows.iter().collect();
        rows.sort_by(|(one_key, one), (other_key, other)| {
            let by_time = other.own_seconds.partial_cmp(&one.own_seconds);
            by_time
                .unwrap_or(Ordering::Equal)
                .then_with(|| one_key.cmp(other_key))
        });
        let mut sources = HashMap::new();
        rows.into_iter()
            .take(top)
            .map(|(key, row)| {
                let place = place(project, Path::new(&key.file));
                let reason = refusal(&mut sources, key, row, &place);
                let module = match &place {
                    Place::Project {
                        module: Some(module),
                    } => module,
                    _ => &row.module,
                };
                ScannedFunction {
                    name: format!("{module}:{}", key.qualname),
                    file: project.relative(Path::new(&key.file)).display().to_string(),
                    line: key.line,
                    calls: row.calls,
                    own_seconds: row.own_seconds,
                    builtin_seconds: row.builtin_seconds,
                    share: if total > 0.0 {
                        row.own_seconds / total
                    } else {
                        0.0
                    },
                    portable: reason.is_none(),
                    reason,
                }
            })
            .collect()
    }
}

/// Where a file belongs.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// To the project; its name as it is imported from the project's root, where it has one.
    Project { module: Option<String> },
    /// To the named distribution or the standard library: a part of a sentence.
    Elsewhere(String),
}

fn place(project: &Project, file: &Path) -> Place {
    let parts: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
    if let Some(at) = parts
        .iter()
        .rposition(|part| part == "site-packages" || part == "dist-packages")
    {
        // A virtual environment often lies inside the project.
        let package = parts
            .get(at + 1)
            .map_or("", |part| part.trim_end_matches(".py"));
        return Place::Elsewhere(format!("the installed package {package}"));
    }
    if !file.is_absolute() {
        return Place::Elsewhere("code without a file".to_owned());
    }
    for root in project.source_roots() {
        if let Ok(inside) = file.strip_prefix(&root) {
            return Place::Project {
                module: module_name(inside),
            };
        }
    }
    Place::Elsewhere("code outside the project".to_owned())
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

/// Why a function cannot move; nothing where it can.
fn refusal(
    sources: &mut HashMap<PathBuf, Result<String, String>>,
    key: &Key,
    row: &Row,
    place: &Place,
) -> Option<String> {
    match row.kind {
        Kind::Module => return Some("it is the body of a module, which runs once".to_owned()),
        Kind::Class => return Some("it is the body of a class, which runs once".to_owned()),
        Kind::Function => {}
    }
    match place {
        Place::Elsewhere(what) if key.file.starts_with("<frozen ") || is_standard(&key.file) => {
            let _ = what;
            return Some("not in this project: the standard library".to_owned());
        }
        Place::Elsewhere(what) => return Some(format!("not in this project: {what}")),
        Place::Project { module: None } => {
            return Some("its file has no name to import it by".to_owned());
        }
        Place::Project { module: Some(_) } => {}
    }
    let path = PathBuf::from(&key.file);
    let source = sources
        .entry(path)
        .or_insert_with_key(|path| fs::read_to_string(path).map_err(|error| error.to_string()));
    let source = match source {
        Ok(source) => source,
        Err(reason) => return Some(format!("its source cannot be read: {reason}")),
    };
    match analysis::portability(source, &key.qualname) {
        Ok(Portability::Portable) => None,
        Ok(Portability::Refused(refusal)) => Some(refusal.to_string()),
        Ok(Portability::NotInSource) => {
            Some("its module's source does not define it: it was generated".to_owned())
        }
        Err(error) => Some(format!("its module cannot be parsed: {error}")),
    }
}

/// Whether a file outside any `site-packages` lies in a `lib/pythonX.Y` (or Windows' `Lib`): where Python keeps its own modules.
fn is_standard(file: &str) -> bool {
    let parts: Vec<_> = Path::new(file)
        .iter()
        .filter_map(|part| part.to_str())
        .collect();
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
        fs::write(folder.path().join("pyproject.toml"), "").unwrap();
        let project = Project::open(folder.path()).unwrap();
        (folder, project)
    }

    #[test]
    fn files_are_named_as_they_are_imported_from_the_root() {
        let (_folder, project) = project();
        let named = |file: &str| place(&project, &project.root().join(file));
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
            place(&project, &file),
            Place::Elsewhere("the installed package numpy".to_owned())
        );
    }

    #[test]
    fn a_standard_library_is_known_by_its_folder() {
        assert!(is_standard("/usr/lib/python3.11/json/decoder.py"));
        assert!(is_standard("/opt/lib64/python3.13/enum.py"));
        assert!(!is_standard("/home/me/library/python/x.py"));
    }
}
