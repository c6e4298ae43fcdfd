//! Adds up the profiles of a command's processes.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::place::Place;
use super::{ScanError, ScannedFunction};
use crate::analysis::{ModuleSource, Portability};
use crate::{Project, wire};

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
    estimated: bool,
    own_seconds: f64,
    /// The part of `own_seconds` of which it is known what was spent in builtins, and that.
    watched_seconds: f64,
    builtin_seconds: f64,
}

impl Row {
    /// The time in builtins; unknown where less than half of the time was watched.
    fn builtin_seconds(&self) -> Option<f64> {
        if self.own_seconds <= 0.0 {
            return Some(0.0);
        }
        let part = self.builtin_seconds / self.watched_seconds;
        (self.watched_seconds * 2.0 >= self.own_seconds).then_some(part * self.own_seconds)
    }
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
    estimated: bool,
    own_seconds: f64,
    builtin_seconds: Option<f64>,
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
                estimated: false,
                own_seconds: 0.0,
                watched_seconds: 0.0,
                builtin_seconds: 0.0,
            });
            sum.calls += row.calls;
            sum.estimated |= row.estimated;
            sum.own_seconds += row.own_seconds;
            if let Some(builtin) = row.builtin_seconds {
                sum.watched_seconds += row.own_seconds;
                sum.builtin_seconds += builtin;
            }
        }
    }

    /// The functions, those with the most own time first, those of the project judged from their source.
    pub(super) fn functions(&self, project: &Project) -> Vec<ScannedFunction> {
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
            .map(|(key, row)| {
                let place = Place::of(project, &key.file);
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
                    origin: place.origin(),
                    calls: row.calls,
                    estimated: row.estimated,
                    own_seconds: row.own_seconds,
                    builtin_seconds: row.builtin_seconds(),
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

/// Why each function of one file cannot move, nothing for those that can, by qualified name; or why nothing is known.
type Judged = Result<HashMap<String, Option<String>>, String>;

fn judged(path: &Path) -> Judged {
    let text =
        fs::read_to_string(path).map_err(|error| format!("its source cannot be read: {error}"))?;
    let ported = wire::wired_functions(&text);
    let text = wire::unwired(&text);
    let module = ModuleSource::parse(&text)
        .map_err(|error| format!("its module cannot be parsed: {error}"))?;
    // The last of a name is the one that the name is bound to.
    let functions = module.functions().iter().map(|function| {
        let reason = match function.portability() {
            _ if ported.contains(&function.qualname) => {
                Some("it is ported, and this is its Python twin".to_owned())
            }
            Portability::Refused(refusal) => Some(refusal.to_string()),
            Portability::Portable | Portability::NotInSource => None,
        };
        (function.qualname.clone(), reason)
    });
    Ok(functions.collect())
}

/// Why a function cannot move; nothing where it can.
fn refusal(
    sources: &mut HashMap<PathBuf, Judged>,
    key: &Key,
    row: &Row,
    place: &Place,
) -> Option<String> {
    if let Some(whose) = place.elsewhere() {
        return Some(format!("not in this project: {whose}"));
    }
    match row.kind {
        Kind::Module => return Some("it is the body of a module, which runs once".to_owned()),
        Kind::Class => return Some("it is the body of a class, which runs once".to_owned()),
        Kind::Function => {}
    }
    if matches!(place, Place::Project { module: None }) {
        return Some("its file has no name to import it by".to_owned());
    }
    let functions = sources
        .entry(PathBuf::from(&key.file))
        .or_insert_with_key(|path| judged(path));
    match functions {
        Err(reason) => Some(reason.clone()),
        Ok(functions) => functions.get(&key.qualname).cloned().unwrap_or_else(|| {
            Some("its module's source does not define it: it was generated".to_owned())
        }),
    }
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
    fn the_twin_of_a_port_is_told_from_a_function_that_cannot_move() {
        let (folder, _project) = project();
        let file = folder.path().join("app.py");
        let wiring = wire::Wiring {
            extension: "app._exuvia",
            group: "app",
            functions: &["f".to_owned()],
        };
        let text = "def f(n):\n    return n\ndef g(n):\n    return n\n";
        fs::write(&file, wire::wired(text, wiring)).unwrap();
        let functions = judged(&file).unwrap();
        assert_eq!(
            functions["f"].as_deref(),
            Some("it is ported, and this is its Python twin")
        );
        assert_eq!(functions["g"], None);
    }

    fn process(estimated: bool, calls: u64, own: f64, builtin: Option<f64>) -> Document {
        Document {
            seconds: 1.0,
            estimated,
            functions: vec![DocumentRow {
                module: "app".to_owned(),
                qualname: "f".to_owned(),
                file: "/app.py".to_owned(),
                line: 1,
                kind: Kind::Function,
                calls,
                estimated,
                own_seconds: own,
                builtin_seconds: builtin,
            }],
        }
    }

    fn sum(processes: impl IntoIterator<Item = Document>) -> ScannedFunction {
        let (_folder, project) = project();
        let mut profile = Profile::default();
        for document in processes {
            profile.add(document);
        }
        profile.functions(&project).remove(0)
    }

    #[test]
    fn calls_are_exact_where_every_process_counted_them_all() {
        let exact = || process(false, 3, 0.1, Some(0.0));
        let function = sum([exact(), exact()]);
        assert_eq!((function.calls, function.estimated), (6, false));
        let function = sum([exact(), process(true, 40, 0.1, Some(0.0)), exact()]);
        assert_eq!((function.calls, function.estimated), (46, true));
    }

    #[test]
    fn time_in_builtins_is_unknown_where_it_was_hardly_watched() {
        assert_eq!(sum([process(true, 1, 0.4, None)]).builtin_seconds, None);
        let watched = || process(true, 1, 0.5, Some(0.25));
        let function = sum([watched(), process(true, 1, 0.25, None)]);
        assert_eq!(function.builtin_seconds, Some(0.375));
        let function = sum([watched(), process(true, 1, 2.0, None)]);
        assert_eq!(function.builtin_seconds, None);
    }
}
