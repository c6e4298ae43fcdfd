//! Which functions of a project are ported, as the Python modules and `rust/` themselves say.

use std::fs;
use std::path::PathBuf;

use crate::analysis::ModuleSource;
use crate::draft::digest;
use crate::draft::krate::{Krate, KrateError};
use crate::draft::source::Item;
use crate::wire::{unwired, wired_functions};
use crate::{Advice, FunctionName, Project};

/// A function that `exuvia port` drafted.
///
/// In a process that imports its module, the Python twin is `MODULE._exuvia_twins[QUALNAME]`, and the port is what the name
/// itself is bound to: `MODULE.QUALNAME`. The two are the same object where the port is not built or is switched off by
/// `EXUVIA_PURE=1`.
#[derive(Debug, Clone)]
pub struct PortedFunction {
    /// The Python function.
    pub name: FunctionName,
    /// The Python file that defines it, absolute.
    pub python_file: PathBuf,
    /// The Rust file that holds the port, absolute.
    pub rust_file: PathBuf,
    /// Whether nobody has put Rust in the place of the draft, which hands every call to the twin.
    pub draft: bool,
    /// Whether the Python changed since the Rust was drafted or last accepted.
    pub drifted: bool,
}

/// Why a project's ports could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum PortedError {
    /// The crate in `rust/` cannot be read.
    #[error(transparent)]
    Krate(#[from] KrateError),
    /// A function was asked for that is not ported.
    #[error("{name} is not ported")]
    NotPorted {
        /// The function.
        name: FunctionName,
        /// Those that are.
        ported: Vec<FunctionName>,
    },
    /// No function is ported at all.
    #[error("no function of {} is ported", root.display())]
    NothingPorted {
        /// The project's root.
        root: PathBuf,
    },
    /// A file could not be read.
    #[error("cannot read {}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl Advice for PortedError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NotPorted { name, ported } if ported.is_empty() => {
                Some(format!("port it: exuvia port {name} -- COMMAND"))
            }
            Self::NotPorted { name, ported } => {
                let names: Vec<_> = ported.iter().map(ToString::to_string).collect();
                Some(format!(
                    "ported are {}; port it: exuvia port {name} -- COMMAND",
                    names.join(", ")
                ))
            }
            Self::NothingPorted { .. } => {
                Some("port one first: exuvia port MODULE:FUNCTION -- COMMAND".to_owned())
            }
            Self::Krate(error) => error.hint(),
            Self::Read { .. } => None,
        }
    }
}

/// The digest of the Python function that `item` ports, in its module's text; nothing where it is gone.
pub(crate) fn python_digest(text: &str, item: &Item) -> Option<String> {
    let bare = unwired(text);
    let module = ModuleSource::parse(&bare).ok()?;
    let function = module.function(item.header.name.qualname())?;
    Some(digest(module.source_of(function)))
}

/// The ported functions of a project in the order of their names: those called `wanted`, or all where `wanted` is empty.
///
/// Functions whose Rust is kept and whose Python does not use it are not among them.
///
/// # Errors
///
/// A wanted function is not ported, nothing is ported at all, or a file cannot be read.
pub fn ported_functions(
    project: &Project,
    wanted: &[FunctionName],
) -> Result<Vec<PortedFunction>, PortedError> {
    let mut all = Vec::new();
    if let Some(krate) = Krate::open(project)? {
        for (group, file) in &krate.groups {
            for item in &file.items {
                let python_file = project.root().join(&item.header.file);
                let text = match fs::read_to_string(&python_file) {
                    Ok(text) => text,
                    Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                    Err(source) => {
                        return Err(PortedError::Read {
                            file: python_file,
                            source,
                        });
                    }
                };
                let name = item.header.name.clone();
                if wired_functions(&text)
                    .iter()
                    .any(|wired| wired == name.qualname())
                {
                    all.push(PortedFunction {
                        name,
                        python_file,
                        rust_file: krate.file_of(group),
                        draft: !item.is_edited(),
                        drifted: python_digest(&text, item).as_ref() != Some(&item.header.python),
                    });
                }
            }
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    if let Some(missing) = wanted
        .iter()
        .find(|name| all.iter().all(|ported| ported.name != **name))
    {
        let ported = all.into_iter().map(|ported| ported.name).collect();
        return Err(PortedError::NotPorted {
            name: missing.clone(),
            ported,
        });
    }
    if all.is_empty() {
        return Err(PortedError::NothingPorted {
            root: project.root().to_owned(),
        });
    }
    if !wanted.is_empty() {
        all.retain(|ported| wanted.contains(&ported.name));
    }
    Ok(all)
}
