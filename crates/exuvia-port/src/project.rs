//! The Python project a command works on.

use std::path::{Path, PathBuf};

use crate::Advice;

/// A Python project: the folder that holds `pyproject.toml`.
#[derive(Debug, Clone)]
pub struct Project {
    root: PathBuf,
    name: Option<String>,
}

/// Why there is no project to work on.
#[derive(Debug, thiserror::Error)]
pub enum ProjectError {
    /// The folder holds no `pyproject.toml`.
    #[error("no Python project here: {} holds no pyproject.toml", folder.display())]
    NoPyproject {
        /// Where it was looked for.
        folder: PathBuf,
        /// The nearest folder above that has one.
        above: Option<PathBuf>,
    },
    /// `pyproject.toml` could not be read.
    #[error("cannot read {}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// `pyproject.toml` is not TOML.
    #[error("cannot read {}: {}", file.display(), source.message())]
    Toml {
        /// The file.
        file: PathBuf,
        /// What the parser said.
        source: Box<toml::de::Error>,
    },
}

impl Advice for ProjectError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::NoPyproject {
                above: Some(above), ..
            } => Some(format!(
                "run it in the project's root: cd {}",
                above.display()
            )),
            Self::NoPyproject { above: None, .. } => Some(
                "run it in the root of a Python project, the folder with pyproject.toml; where there is none, an empty pyproject.toml will do".to_owned(),
            ),
            Self::Read { .. } => None,
            Self::Toml { .. } => Some("mend pyproject.toml first".to_owned()),
        }
    }
}

impl Project {
    /// The project whose root is `folder`.
    ///
    /// # Errors
    ///
    /// There is no readable `pyproject.toml` in `folder`.
    pub fn open(folder: &Path) -> Result<Self, ProjectError> {
        let root = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let file = root.join("pyproject.toml");
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let above = root
                    .ancestors()
                    .skip(1)
                    .find(|above| above.join("pyproject.toml").is_file());
                return Err(ProjectError::NoPyproject {
                    above: above.map(Path::to_owned),
                    folder: root,
                });
            }
            Err(source) => return Err(ProjectError::Read { file, source }),
        };
        let table: toml::Table = toml::from_str(&text).map_err(|source| ProjectError::Toml {
            file,
            source: Box::new(source),
        })?;
        let name = ["project", "tool.poetry"]
            .iter()
            .filter_map(|path| {
                path.split('.')
                    .try_fold(&table, |table, key| table.get(key)?.as_table())
            })
            .find_map(|table| table.get("name")?.as_str().map(str::to_owned));
        Ok(Self { root, name })
    }

    /// The folder with `pyproject.toml`, absolute.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The distribution's name as `pyproject.toml` gives it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The folders whose modules are the project's: the root, and `src/` where it has one. Most specific first.
    #[must_use]
    pub fn source_roots(&self) -> Vec<PathBuf> {
        let src = self.root.join("src");
        let mut roots = Vec::new();
        // A `src` that is itself a package is not a source root.
        if src.is_dir() && !src.join("__init__.py").exists() {
            roots.push(src);
        }
        roots.push(self.root.clone());
        roots
    }

    /// The crate that holds the ported functions, `rust/`, whether it exists or not.
    #[must_use]
    pub fn rust_dir(&self) -> PathBuf {
        self.root.join("rust")
    }

    /// Where recordings and other things that git need not know are kept, `.exuvia/`, whether it exists or not.
    #[must_use]
    pub fn data_dir(&self) -> PathBuf {
        self.root.join(".exuvia")
    }

    /// `path` relative to the root where it lies inside, as messages and reports show it.
    #[must_use]
    pub fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.root).unwrap_or(path)
    }
}
