//! Drafts the Rust of chosen functions, wires it in beside the Python, and takes it out again.
//!
//! Everything is looked at before anything is run, everything is run before anything is written, and what is written is
//! written as one change.

mod accept;
mod remove;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use serde::Serialize;

use crate::analysis::{Binding, Bound, Function, ModuleSource, NO_NAME, Refusal, SyntaxError};
use crate::changes::{ChangeError, Changes};
use crate::draft::function::Draft;
use crate::draft::krate::{Krate, KrateError};
use crate::draft::source::PortFile;
use crate::locate::{LocateError, Module, locate};
use crate::record::{FreshFolder, RecordError, RecordOptions, RecordedFunction, record};
use crate::wire::{Wiring, wired, wired_functions};
use crate::{Advice, FunctionName, Interpreter, Progress, Project, draft};

pub use accept::accept;
pub use remove::{RemoveReport, remove};

/// What to port.
#[derive(Debug, Clone)]
pub struct PortOptions {
    /// The functions, in the order they are to be drafted.
    pub functions: Vec<FunctionName>,
    /// What runs for real calls.
    pub command: Vec<OsString>,
    /// How much to record.
    pub record: RecordOptions,
}

/// What was done.
#[derive(Debug, Clone, Serialize)]
pub struct PortReport {
    /// One entry for each function, in the order asked for.
    pub functions: Vec<PortedEntry>,
    /// The files that were written, relative to the project's root.
    pub written: Vec<PathBuf>,
}

/// What was done about one function.
#[derive(Debug, Clone, Serialize)]
pub struct PortedEntry {
    /// What became of its Rust.
    pub action: Action,
    /// The Rust file, relative to the project's root.
    pub rust_file: PathBuf,
    /// What was recorded.
    pub recorded: RecordedFunction,
}

/// What became of a function's Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It was drafted.
    Drafted,
    /// It was drafted again: nobody had edited the draft.
    Redrafted,
    /// It was kept, since people had edited it.
    Kept,
    /// It was kept although its Python changed since; it stays drifted until [`accept`] says otherwise.
    KeptForChangedPython,
}

/// Why nothing was ported.
#[derive(Debug, thiserror::Error)]
pub enum PortError {
    /// A module cannot be worked on.
    #[error(transparent)]
    Locate(#[from] LocateError),
    /// The crate in `rust/` cannot be worked with.
    #[error(transparent)]
    Krate(#[from] KrateError),
    /// The command could not be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The files could not be written.
    #[error(transparent)]
    Change(#[from] ChangeError),
    /// A source could not be read.
    #[error("cannot read {}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A source is not UTF-8.
    #[error("cannot port from {}: it is not UTF-8", file.display())]
    NotUtf8 {
        /// The file.
        file: PathBuf,
    },
    /// A source does not parse.
    #[error("cannot read {}: {error}", file.display())]
    Syntax {
        /// The file.
        file: PathBuf,
        /// Where and why.
        error: SyntaxError,
    },
    /// No such function.
    #[error("no function {name}: {} defines none by that name{}", file.display(), generates.map(|line| format!("; one that is made on line {line} while the module runs has no source to move")).unwrap_or_default())]
    NoFunction {
        /// The function.
        name: FunctionName,
        /// The module's source.
        file: PathBuf,
        /// Functions of that module that can move.
        others: Vec<String>,
        /// The line on which the module makes names while it runs, where it does.
        generates: Option<u32>,
    },
    /// The name means something that `def` did not define.
    #[error("cannot port {name}: line {line} of {} {what}", file.display())]
    NotDef {
        /// The name.
        name: FunctionName,
        /// The module's source.
        file: PathBuf,
        /// The line.
        line: u32,
        /// What the line does about the name: `imports it from math, …`.
        what: String,
        /// What to do about it.
        hint: String,
    },
    /// The function cannot move.
    #[error("cannot port {name}: {} ({}, line {})", refusal.reason, file.display(), refusal.line)]
    Refused {
        /// The function.
        name: FunctionName,
        /// The module's source.
        file: PathBuf,
        /// Why.
        refusal: Refusal,
    },
    /// The crate belongs to another package.
    #[error("cannot port {name}: rust/ holds the ports of {}, and one crate serves one package", in_words(theirs.as_deref()))]
    OtherPackage {
        /// The function.
        name: FunctionName,
        /// The crate's package.
        theirs: Option<String>,
    },
    /// The functions belong to two packages.
    #[error("cannot port {} and {} together: one is in {}, the other in {}, and rust/ holds one crate for one package", names.0, names.1, in_words(packages.0.as_deref()), in_words(packages.1.as_deref()))]
    TwoPackages {
        /// Two of the functions.
        names: Box<(FunctionName, FunctionName)>,
        /// Their packages.
        packages: (Option<String>, Option<String>),
    },
    /// A function to take out or to accept is not ported.
    #[error("cannot {task} {name}: it is not ported")]
    NotPorted {
        /// The function.
        name: FunctionName,
        /// `remove` or `accept`.
        task: &'static str,
    },
}

fn in_words(package: Option<&str>) -> String {
    package.map_or_else(
        || "a module that stands by itself".to_owned(),
        |package| format!("the package {package}"),
    )
}

impl Advice for PortError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Locate(error) => error.hint(),
            Self::Krate(error) => error.hint(),
            Self::Record(error) => error.hint(),
            Self::Change(error) => error.hint(),
            Self::Read { .. } => None,
            Self::NotUtf8 { .. } => Some("save the file as UTF-8".to_owned()),
            Self::Syntax { .. } => Some("mend the syntax error first".to_owned()),
            Self::NoFunction { others, .. } if others.is_empty() => {
                Some("name the module that defines it, not one that imports it".to_owned())
            }
            Self::NoFunction { others, .. } => Some(format!("functions of this module that can move: {}", others.join(", "))),
            Self::NotDef { hint, .. } => Some(hint.clone()),
            Self::Refused { refusal, .. } if refusal.reason.ends_with(NO_NAME) => {
                Some("give the parameter another name".to_owned())
            }
            Self::Refused { .. } => {
                Some("move its inner loop into a plain function at the top level of the module, and port that one".to_owned())
            }
            Self::TwoPackages { names, .. } => Some(format!(
                "port functions of one package; keep the other package in a project of its own: exuvia port {} -- COMMAND",
                names.0
            )),
            Self::OtherPackage { .. } => Some("port functions of one package in each project".to_owned()),
            Self::NotPorted { .. } => Some("`exuvia status` lists what is".to_owned()),
        }
    }
}

/// A Python module whose functions are to be ported.
struct Source {
    module: Module,
    text: String,
}

/// A function that was looked at and can move.
struct Target<'a> {
    name: &'a FunctionName,
    source: &'a Source,
    function: Function,
    python: String,
}

/// Records real calls of the functions, drafts their Rust and wires it in.
///
/// # Errors
///
/// A function cannot move, the command cannot be recorded, or a file cannot be written. The project is then as it was, apart
/// from recordings where it held some before.
pub fn port(
    project: &Project,
    interpreter: &Interpreter,
    options: &PortOptions,
    progress: &mut dyn Progress,
) -> Result<PortReport, PortError> {
    let mut names = options.functions.clone();
    let mut seen = std::collections::HashSet::new();
    names.retain(|name| seen.insert(name.clone()));
    let sources = read_sources(project, interpreter, &names)?;
    let targets = names
        .iter()
        .map(|name| target(project, interpreter, &sources, name))
        .collect::<Result<Vec<_>, _>>()?;
    let krate = open_krate(project, &targets)?;
    let fresh = FreshFolder::watch(project);
    let recorded = record(
        project,
        interpreter,
        &names,
        &options.command,
        &options.record,
        progress,
    )?
    .functions;
    let report = draft_and_wire(project, &sources, &targets, krate, recorded)?;
    fresh.keep();
    Ok(report)
}

/// Writes the Rust and the wiring of all targets as one change.
fn draft_and_wire(
    project: &Project,
    sources: &BTreeMap<String, Source>,
    targets: &[Target<'_>],
    mut krate: Krate,
    recorded: Vec<RecordedFunction>,
) -> Result<PortReport, PortError> {
    let mut changes = Changes::default();
    let mut functions = Vec::new();
    for (target, recorded) in targets.iter().zip(recorded) {
        let group = krate.group_of(target.name.module());
        let action = add(project, &mut krate, target, &group, &recorded);
        let rust_file = project.relative(&krate.file_of(&group)).to_owned();
        functions.push(PortedEntry {
            action,
            rust_file,
            recorded,
        });
    }
    krate.plan(&mut changes)?;
    for (module, source) in sources {
        let mut functions = wired_functions(&source.text);
        for target in targets
            .iter()
            .filter(|target| target.name.module() == module)
        {
            let name = target.name.qualname();
            if functions.iter().all(|wired| wired != name) {
                functions.push(name.to_owned());
            }
        }
        let group = krate.group_of(module);
        let wiring = Wiring {
            extension: &krate.extension,
            group: &group,
            functions: &functions,
        };
        changes.write(&source.module.file, wired(&source.text, wiring));
    }
    let written = changes
        .apply()?
        .iter()
        .map(|path| project.relative(path).to_owned())
        .collect();
    Ok(PortReport { functions, written })
}

fn read_sources(
    project: &Project,
    interpreter: &Interpreter,
    names: &[FunctionName],
) -> Result<BTreeMap<String, Source>, PortError> {
    let mut modules: Vec<_> = names.iter().map(FunctionName::module).collect();
    modules.sort_unstable();
    modules.dedup();
    let found = locate(project, interpreter, &modules)?;
    found
        .into_iter()
        .map(|(name, module)| {
            let bytes = fs::read(&module.file).map_err(|source| PortError::Read {
                file: module.file.clone(),
                source,
            })?;
            let text = String::from_utf8(bytes).map_err(|_| PortError::NotUtf8 {
                file: module.file.clone(),
            })?;
            Ok((name, Source { module, text }))
        })
        .collect()
}

/// Looks at one function: it exists and can move.
fn target<'a>(
    project: &Project,
    interpreter: &Interpreter,
    sources: &'a BTreeMap<String, Source>,
    name: &'a FunctionName,
) -> Result<Target<'a>, PortError> {
    let source = &sources[name.module()];
    let file = || project.relative(&source.module.file).to_owned();
    // The block binds the names a second time, which is not the module's own doing.
    let bare = crate::wire::unwired(&source.text);
    let module = ModuleSource::parse(&bare).map_err(|error| PortError::Syntax {
        file: file(),
        error,
    })?;
    let Some(function) = module.function(name.qualname()) else {
        if let Some(binding) = module.bound_on(name.qualname()) {
            let (what, hint) = explain(project, interpreter, name, binding);
            return Err(PortError::NotDef {
                name: name.clone(),
                file: file(),
                line: binding.line,
                what,
                hint,
            });
        }
        let others = module
            .functions()
            .iter()
            .filter(|function| function.refusal.is_none());
        let others = others
            .map(|function| function.qualname.clone())
            .take(8)
            .collect();
        return Err(PortError::NoFunction {
            name: name.clone(),
            file: file(),
            others,
            generates: module.generates(),
        });
    };
    if let Some(refusal) = function.refusal.clone() {
        return Err(PortError::Refused {
            name: name.clone(),
            file: file(),
            refusal,
        });
    }
    let python = module.source_of(function).to_owned();
    Ok(Target {
        name,
        source,
        function: function.clone(),
        python,
    })
}

/// What a binding of a name is that `def` did not make, and what to do about it.
fn explain(
    project: &Project,
    interpreter: &Interpreter,
    name: &FunctionName,
    binding: &Binding,
) -> (String, String) {
    let write_def =
        || "write it as a `def` at the top level of its own module, and port that".to_owned();
    match &binding.what {
        Bound::Lambda => ("makes it a lambda, which has no `def`".to_owned(), write_def()),
        Bound::Class => (
            "makes it a class, and only functions can move".to_owned(),
            "move the inner loop of its methods into plain functions at the top level of the module, and port those".to_owned(),
        ),
        Bound::Import { module, name: original } => {
            let from = module.resolve(name.module());
            let what = format!("imports it from {from}");
            match locate(project, interpreter, &[&from]) {
                Ok(_) => (
                    format!("{what}, which defines it"),
                    format!("port it where it is defined: exuvia port {from}:{original} -- COMMAND"),
                ),
                Err(LocateError::NoSource { what: kind, .. }) => (
                    format!("{what}, which is no Python: {kind}"),
                    "only functions written in Python can move to Rust".to_owned(),
                ),
                Err(error) => (
                    format!("{what}: {error}"),
                    "port functions that the project's own modules define".to_owned(),
                ),
            }
        }
        Bound::Module => ("makes it a module".to_owned(), "name a function in it: MODULE:FUNCTION".to_owned()),
        Bound::Value(expression) => (
            format!("makes it what `{expression}` gives, whose source is not here"),
            write_def(),
        ),
        Bound::Other => ("binds it to something that is no `def`".to_owned(), write_def()),
    }
}

fn open_krate(project: &Project, targets: &[Target<'_>]) -> Result<Krate, PortError> {
    let mut krate = Krate::open(project)?;
    if krate.is_none()
        && let Some((first, others)) = targets.split_first()
        && let package = &first.source.module.package
        && let Some(other) = others
            .iter()
            .find(|other| other.source.module.package != *package)
    {
        return Err(PortError::TwoPackages {
            names: Box::new((first.name.clone(), other.name.clone())),
            packages: (package.clone(), other.source.module.package.clone()),
        });
    }
    for target in targets {
        let package = target.source.module.package.as_deref();
        let krate = krate.get_or_insert_with(|| Krate::new(project, package));
        if krate.package() != package {
            let theirs = krate.package().map(str::to_owned);
            return Err(PortError::OtherPackage {
                name: target.name.clone(),
                theirs,
            });
        }
    }
    Ok(krate.unwrap_or_else(|| Krate::new(project, None)))
}

/// Puts a function's draft into the crate, unless people have made it theirs.
fn add(
    project: &Project,
    krate: &mut Krate,
    target: &Target<'_>,
    group: &str,
    recorded: &RecordedFunction,
) -> Action {
    let relative = project.relative(&target.source.module.file);
    let file = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect::<Vec<_>>()
        .join("/");
    let text = Draft {
        function: &target.function,
        source: &target.python,
        recorded,
        file: &file,
        group,
    }
    .text();
    let draft = PortFile::item(&text).expect("a draft begins with its header");
    let ports = krate
        .groups
        .entry(group.to_owned())
        .or_insert_with(|| PortFile::new(target.name.module()));
    let Some(item) = ports
        .items
        .iter_mut()
        .find(|item| item.header.name == *target.name)
    else {
        ports.items.push(draft);
        return Action::Drafted;
    };
    if !item.is_edited() {
        *item = draft;
        return Action::Redrafted;
    }
    item.header.file = file;
    if item.header.python == draft::digest(&target.python) {
        return Action::Kept;
    }
    Action::KeptForChangedPython
}

#[cfg(test)]
mod tests;
