//! Which projects are built as they are.

use std::fs;
use std::path::{Path, PathBuf};

use exuvia_port::develop::has_ports;
use exuvia_port::{Advice, Project};

/// A project whose own wheel has Rust in it: its `pyproject.toml` names maturin as what builds it.
#[derive(Debug)]
pub struct WheelProject {
    root: PathBuf,
}

/// Why a project has no wheel with Rust in it.
#[derive(Debug, thiserror::Error)]
pub enum NotBuiltError {
    /// Its Rust was written by `exuvia port`.
    #[error(
        "cannot build wheels of {}: its Rust is in rust/, which `exuvia port` wrote and which is no part of the project's own wheel",
        root.display()
    )]
    Ported {
        /// The project's folder.
        root: PathBuf,
    },
    /// Something else builds it.
    #[error("cannot build wheels of {}: its pyproject.toml does not say that maturin builds it", root.display())]
    NoMaturin {
        /// The project's folder.
        root: PathBuf,
    },
}

impl Advice for NotBuiltError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Ported { .. } => "`exuvia develop` builds the ports into an environment, `exuvia pack` takes them along from there; wheels of projects with ports are not built yet".to_owned(),
            Self::NoMaturin { .. } => "say `build-backend = \"maturin\"` in [build-system]; `exuvia new NAME --kind extension` writes a whole project that does".to_owned(),
        })
    }
}

impl WheelProject {
    /// The project as one that maturin builds.
    ///
    /// # Errors
    ///
    /// maturin does not build it, or it has ports.
    pub fn of(project: &Project) -> Result<Self, NotBuiltError> {
        let root = project.root().to_owned();
        // Without them its wheel would be another project.
        if has_ports(project) {
            return Err(NotBuiltError::Ported { root });
        }
        let text = fs::read_to_string(root.join("pyproject.toml")).unwrap_or_default();
        let backend = toml::from_str::<toml::Table>(&text).ok().and_then(|table| {
            let backend = table.get("build-system")?.get("build-backend")?;
            Some(backend.as_str()?.to_owned())
        });
        if backend.as_deref() == Some("maturin") {
            Ok(Self { root })
        } else {
            Err(NotBuiltError::NoMaturin { root })
        }
    }

    /// The folder with `pyproject.toml`.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }
}
