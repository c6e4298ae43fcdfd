//! Records real calls of chosen functions while a command runs.
//!
//! The command runs as typed, with the recorder of `python/exuvia/recorder.py` in every Python process that it starts and
//! every port switched off. Each process leaves its calls when it ends; they are joined into one file for each function,
//! `.exuvia/recordings/MODULE-QUALNAME.calls`, written whole or not at all. `python/exuvia/recording.py` describes the format.
//! Recordings are pickles: they are loaded from the project's own `.exuvia/` and from nowhere else.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};

use crate::python_side::{PartError, PythonSide};
use crate::user_command::{self, CommandError, Show};
use crate::{Advice, FunctionName, Interpreter, Progress, Project};

/// How many bytes of calls are kept of each function.
const BYTES: u64 = 32 << 20;

/// What was recorded of each function.
#[derive(Debug, Clone, Serialize)]
pub struct RecordReport {
    /// One entry for each function asked for, in that order.
    pub functions: Vec<RecordedFunction>,
}

/// The recorded calls of one function.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecordedFunction {
    /// The function.
    pub name: FunctionName,
    /// How often it was called.
    pub calls: u64,
    /// How many of the calls were kept.
    pub recorded: u64,
    /// How many were left out because two calls with the same arguments are kept already.
    #[serde(default)]
    pub repeated: u64,
    /// How many could not be kept because an argument or the result cannot be pickled.
    pub unpicklable: u64,
    /// Why those could not be kept, and how many for each reason.
    #[serde(default)]
    pub reasons: BTreeMap<String, u64>,
    /// For each parameter, the types that the kept calls gave it, most frequent first. A parameter filled by its default counts.
    pub parameters: BTreeMap<String, Vec<ObservedType>>,
    /// The defaults of the parameters that have one which a literal can say, as Python writes it.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// The types of the results, most frequent first.
    pub results: Vec<ObservedType>,
}

/// A type that was seen, and what was seen inside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedType {
    /// The exact type: `int`, `list`, `NoneType`; with its module where that is not `builtins`: `decimal.Decimal`.
    pub name: String,
    /// How often it was seen.
    pub count: u64,
    /// For exact `list`, `tuple`, `set`, `frozenset`: the types of the items. For `dict`: of the keys.
    #[serde(default)]
    pub items: Vec<ObservedType>,
    /// For exact `dict`: the types of the values.
    #[serde(default)]
    pub values: Vec<ObservedType>,
    /// For exact `int`: whether every value fits an `i64`.
    #[serde(default)]
    pub fits_i64: bool,
}

/// How much to record.
#[derive(Debug, Clone)]
pub struct RecordOptions {
    /// Most calls kept of each function.
    pub calls: u64,
}

impl Default for RecordOptions {
    fn default() -> Self {
        Self { calls: 1000 }
    }
}

/// Why calls could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// The command could not be run, or failed.
    #[error("nothing is recorded: {0}")]
    Command(#[from] CommandError),
    /// The Python side could not be laid out or did not answer.
    #[error(transparent)]
    Part(#[from] PartError),
    /// The folder for recordings, or the temporary one, cannot be written.
    #[error("cannot write recordings to {}: {source}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A process could not save what it recorded.
    #[error("`{command}` ran, and what it did could not be saved: {said}")]
    NotSaved {
        /// The command as typed.
        command: String,
        /// What the process said.
        said: String,
    },
    /// The command never imported the function's module.
    #[error("`{command}` never imports {}, so {name} is not recorded", name.module())]
    NotImported {
        /// The function.
        name: FunctionName,
        /// The command as typed.
        command: String,
    },
    /// The command imported the module from somewhere else.
    #[error("`{command}` imports {} from {}, which is not in this project", name.module(), file.display())]
    OtherFile {
        /// The function.
        name: FunctionName,
        /// The command as typed.
        command: String,
        /// The file that it imported.
        file: PathBuf,
    },
    /// The module is there, the function cannot be watched.
    #[error("cannot record {name}: {reason}")]
    NotWatched {
        /// The function.
        name: FunctionName,
        /// Why, as the interpreter sees it.
        reason: String,
    },
    /// The function was never called.
    #[error("`{command}` never calls {name}")]
    NotCalled {
        /// The function.
        name: FunctionName,
        /// The command as typed.
        command: String,
    },
    /// No call of the function could be kept.
    #[error("none of the {calls} calls of {name} can be recorded: {reason}")]
    Unpicklable {
        /// The function.
        name: FunctionName,
        /// How many there were.
        calls: u64,
        /// The most frequent reason.
        reason: String,
    },
}

impl Advice for RecordError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Command(error) => return error.hint(),
            Self::Part(error) => return error.hint(),
            Self::Folder { .. } => "make room, and see that the project's folder can be written".to_owned(),
            Self::NotSaved { .. } => "make room in the temporary folder, or set TMPDIR to another".to_owned(),
            Self::NotImported { .. } => {
                "name a command that uses it, such as the project's tests; it must start CPython without -I, -E or -S".to_owned()
            }
            Self::OtherFile { .. } => "install the project so that its own files are imported: python -m pip install -e .".to_owned(),
            Self::NotWatched { .. } => "choose a plain Python function that the module defines".to_owned(),
            Self::NotCalled { .. } => "name a command that calls it; `exuvia scan -- COMMAND` shows what a command calls".to_owned(),
            Self::Unpicklable { .. } => {
                "only calls whose arguments can be pickled can be replayed: choose a function further inside that takes plain values".to_owned()
            }
        })
    }
}

/// What `python/exuvia/join.py` is asked.
#[derive(Serialize)]
struct Order<'a> {
    root: &'a Path,
    from: &'a Path,
    to: &'a Path,
    functions: &'a [FunctionName],
    calls: u64,
    bytes: u64,
}

/// What it answers for each function.
#[derive(Deserialize)]
struct Joined {
    #[serde(flatten)]
    function: RecordedFunction,
    files: Vec<PathBuf>,
    problem: Option<String>,
}

/// Where the recordings of a project are.
pub(crate) fn folder(project: &Project) -> PathBuf {
    project.data_dir().join("recordings")
}

/// Where the recording of a function is, whether it exists or not.
pub(crate) fn file(project: &Project, name: &FunctionName) -> PathBuf {
    // As `recording.file_name` in Python has it.
    folder(project).join(format!("{}-{}.calls", name.module(), name.qualname()))
}

/// Runs `command` in the project's root and keeps calls of `functions` under `.exuvia/recordings/`.
///
/// What the command prints, on either stream, is passed on to standard error.
///
/// # Errors
///
/// The command cannot be started, ends with a status other than 0, or calls none of the functions.
pub fn record(
    project: &Project,
    interpreter: &Interpreter,
    functions: &[FunctionName],
    command: &[OsString],
    options: &RecordOptions,
    progress: &mut dyn Progress,
) -> Result<RecordReport, RecordError> {
    let side = PythonSide::lay_out()?;
    let fresh = FreshFolder::watch(project);
    // Written before the command runs: what takes long is not to be lost to a folder that cannot be written.
    let folder = prepare(project)?;
    let out = tempfile::Builder::new()
        .prefix("exuvia-record-")
        .tempdir()
        .map_err(|source| RecordError::Folder {
            folder: std::env::temp_dir(),
            source,
        })?;
    let names: Vec<_> = functions.iter().map(ToString::to_string).collect();
    let (targets, limits) = (names.join(" "), format!("{} {BYTES}", options.calls));
    let mut variables = user_command::entered_by("record", out.path(), project);
    variables.push(("EXUVIA_PROBE_TARGETS", Some(OsStr::new(&targets))));
    variables.push(("EXUVIA_PROBE_LIMITS", Some(OsStr::new(&limits))));
    // A port that is there already is not what is recorded.
    variables.push(("EXUVIA_PURE", Some(OsStr::new("1"))));

    let typed = user_command::typed(command);
    progress.start(&format!("recording {typed}"), None);
    let finished = user_command::run(
        project,
        interpreter,
        command,
        &variables,
        &side.boot(),
        Show::OnStandardError,
    );
    progress.finish();
    finished?.success(command)?;
    if let Some(said) = user_command::complaints(out.path()).into_iter().next() {
        return Err(RecordError::NotSaved {
            command: typed,
            said,
        });
    }

    // Joined beside their place and moved there together: a function that cannot be recorded leaves what was there before.
    let failed = |source| RecordError::Folder {
        folder: folder.clone(),
        source,
    };
    let joined_in = tempfile::Builder::new()
        .prefix(".joined-")
        .tempdir_in(project.data_dir())
        .map_err(failed)?;
    let order = Order {
        root: project.root(),
        from: out.path(),
        to: joined_in.path(),
        functions,
        calls: options.calls,
        bytes: BYTES,
    };
    let joined: Vec<Joined> = side.ask(
        interpreter,
        project,
        "join",
        "join the recordings of the command",
        &order,
    )?;
    let functions: Vec<_> = joined
        .into_iter()
        .map(|joined| judge(project, joined, &typed))
        .collect::<Result<_, _>>()?;
    for function in &functions {
        let file = file(project, &function.name);
        if let Some(name) = file.file_name() {
            fs::rename(joined_in.path().join(name), &file).map_err(failed)?;
        }
    }
    fresh.keep();
    Ok(RecordReport { functions })
}

/// Takes `.exuvia/` away again if it was not there before and what it is made for does not come about.
pub(crate) struct FreshFolder {
    made: Option<PathBuf>,
}

impl FreshFolder {
    pub(crate) fn watch(project: &Project) -> Self {
        let folder = project.data_dir();
        Self {
            made: (!folder.exists()).then_some(folder),
        }
    }

    /// All went well: it stays.
    pub(crate) fn keep(mut self) {
        self.made = None;
    }
}

impl Drop for FreshFolder {
    fn drop(&mut self) {
        if let Some(folder) = &self.made {
            // The error that led here is the one to tell.
            _ = fs::remove_dir_all(folder);
        }
    }
}

fn prepare(project: &Project) -> Result<PathBuf, RecordError> {
    let folder = folder(project);
    let ignore = project.data_dir().join(".gitignore");
    let failed = |source| RecordError::Folder {
        folder: folder.clone(),
        source,
    };
    fs::create_dir_all(&folder).map_err(failed)?;
    if !ignore.exists() {
        fs::write(&ignore, "*\n")
            // An empty one would be taken for whole ever after.
            .inspect_err(|_| _ = fs::remove_file(&ignore))
            .map_err(failed)?;
    }
    // The folder may be there and read-only, or its disk full.
    tempfile::tempfile_in(&folder)
        .and_then(|mut file| io::Write::write_all(&mut file, &[0; 4096]))
        .map_err(failed)?;
    Ok(folder)
}

fn judge(
    project: &Project,
    joined: Joined,
    command: &str,
) -> Result<RecordedFunction, RecordError> {
    let Joined {
        function,
        files,
        problem,
    } = joined;
    let name = function.name.clone();
    let command = command.to_owned();
    if let Some(reason) = problem {
        return Err(RecordError::NotWatched { name, reason });
    }
    if files.is_empty() {
        return Err(RecordError::NotImported { name, command });
    }
    if let Some(file) = files.iter().find(|file| !is_inside(project, file)) {
        return Err(RecordError::OtherFile {
            name,
            command,
            file: file.clone(),
        });
    }
    if function.calls == 0 {
        return Err(RecordError::NotCalled { name, command });
    }
    if function.recorded == 0 {
        let most = function.reasons.iter().max_by_key(|(_, count)| **count);
        let reason = most.map_or_else(
            || "no call returned or raised an Exception".to_owned(),
            |(reason, _)| reason.clone(),
        );
        return Err(RecordError::Unpicklable {
            name,
            calls: function.calls,
            reason,
        });
    }
    Ok(function)
}

fn is_inside(project: &Project, file: &Path) -> bool {
    let file = file.canonicalize().unwrap_or_else(|_| file.to_owned());
    let installed = file
        .iter()
        .any(|part| part == "site-packages" || part == "dist-packages");
    file.starts_with(project.root()) && !installed
}

#[cfg(test)]
mod tests;
