//! The Python that works inside the user's interpreter: carried in this crate, laid out on disk, run.
//!
//! `python/exuvia` is compiled into the crate as text. Its files are written once into the user's cache folder, under the
//! hash of their contents, so that Python's own bytecode cache works for them; where that cannot be written, into a
//! temporary folder that is gone at the end.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::stream::Tail;
use crate::{Interpreter, Project};

macro_rules! files {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../python/exuvia/", $path)))),*]
    };
}

/// The files of `python/exuvia`, by their path in there.
const FILES: &[(&str, &str)] = files![
    "__init__.py",
    "__main__.py",
    "boot/sitecustomize.py",
    "calibration.py",
    "compare.py",
    "join.py",
    "measure.py",
    "naming.py",
    "observe.py",
    "outcomes.py",
    "process.py",
    "profile.py",
    "recorder.py",
    "recording.py",
    "replay.py",
    "show.py",
    "slices.py",
    "subject.py",
    "variations.py",
];

/// Runs a part without the current folder on the import path: a project may hold a `json.py`.
const RUN: &str = "import sys; sys.path[:] = [sys.argv.pop(1), *filter(None, sys.path)]; from exuvia.__main__ import main; main()";

/// The Python side on disk.
#[derive(Debug)]
pub(crate) struct PythonSide {
    folder: PathBuf,
    /// Keeps a temporary folder until the end.
    _temporary: Option<TempDir>,
}

/// A part of the Python side did not answer.
#[derive(Debug, thiserror::Error)]
pub enum PartError {
    /// Neither the cache folder nor the temporary folder can be written.
    #[error("cannot lay out the files that run inside the interpreter in {}: {source}", folder.display())]
    LayOut {
        /// Where it was tried last.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The interpreter could not be started.
    #[error("cannot start {}: {source}", python.display())]
    Start {
        /// The interpreter.
        python: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It ended without an answer.
    #[error("{} ended without an answer while it was to {task}: {said}", python.display())]
    NoAnswer {
        /// The interpreter.
        python: PathBuf,
        /// What it was to do.
        task: String,
        /// The last line of its standard error, or its exit status.
        said: String,
    },
}

impl crate::Advice for PartError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::LayOut { .. } => {
                "make room or set TMPDIR to a folder that can be written".to_owned()
            }
            Self::Start { .. } => "name a Python interpreter with --python PATH".to_owned(),
            Self::NoAnswer { .. } => {
                "the project's own modules are imported for this: see whether they import without error".to_owned()
            }
        })
    }
}

impl PythonSide {
    /// Lays the files out, unless they are there already.
    pub(crate) fn lay_out() -> Result<Self, PartError> {
        if let Some(cache) = cache_folder() {
            let folder = cache.join("exuvia").join(format!("python-{}", hash()));
            // Whatever keeps the cache from being used, a temporary folder does as well.
            if is_complete(&folder) || write_beside(&folder).is_ok() && is_complete(&folder) {
                return Ok(Self {
                    folder,
                    _temporary: None,
                });
            }
        }
        let failed = |source| PartError::LayOut {
            folder: env::temp_dir(),
            source,
        };
        let temporary = tempfile::Builder::new()
            .prefix("exuvia-")
            .tempdir()
            .map_err(failed)?;
        write_files(temporary.path()).map_err(failed)?;
        Ok(Self {
            folder: temporary.path().to_owned(),
            _temporary: Some(temporary),
        })
    }

    /// The folder that holds the package `exuvia`.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The folder whose `sitecustomize` enters a program.
    pub(crate) fn boot(&self) -> PathBuf {
        self.folder.join("exuvia").join("boot")
    }

    /// A command that runs `part` in the project's root; it reads an order from its standard input.
    pub(crate) fn part(&self, interpreter: &Interpreter, project: &Project, part: &str) -> Command {
        let mut command = interpreter.command();
        command.arg("-c").arg(RUN).arg(&self.folder).arg(part);
        command.current_dir(project.root());
        command
    }

    /// Runs `part` on `order` and reads its answer. `task` says what it is to do, for an error.
    pub(crate) fn ask<T: DeserializeOwned>(
        &self,
        interpreter: &Interpreter,
        project: &Project,
        part: &str,
        task: &str,
        order: &impl Serialize,
    ) -> Result<T, PartError> {
        let python = || interpreter.executable().to_owned();
        let start = |source| PartError::Start {
            python: python(),
            source,
        };
        let mut child = self
            .part(interpreter, project, part)
            .env("EXUVIA_PART", part)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(start)?;
        let tail = child.stderr.take().map(Tail::quiet);
        if let Some(mut stdin) = child.stdin.take() {
            // A part that died before it read its order is told by its answer.
            let _ = stdin.write_all(&serde_json::to_vec(order).unwrap_or_default());
        }
        let output = child.wait_with_output().map_err(start)?;
        serde_json::from_slice(&output.stdout).map_err(|error| {
            let last = tail.and_then(|tail| tail.last_line());
            let said = match last {
                Some(line) if !output.status.success() => line,
                _ if output.status.success() => format!("its answer cannot be read: {error}"),
                _ => output.status.to_string(),
            };
            PartError::NoAnswer {
                python: python(),
                task: task.to_owned(),
                said,
            }
        })
    }
}

fn cache_folder() -> Option<PathBuf> {
    let set = |name| {
        env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    if cfg!(windows) {
        return set("LOCALAPPDATA");
    }
    set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")))
}

fn hash() -> String {
    let mut hash = Sha256::new();
    for (path, text) in FILES {
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    hash.finalize()[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Whether every file is there with the right contents: what is there is about to be run.
fn is_complete(folder: &Path) -> bool {
    FILES.iter().all(|(path, text)| {
        fs::read(folder.join("exuvia").join(path)).is_ok_and(|contents| contents == text.as_bytes())
    })
}

/// Writes the files next to `folder` and moves them there, so that it is complete or not there.
fn write_beside(folder: &Path) -> io::Result<()> {
    let parent = folder.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let new = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(parent)?;
    write_files(new.path())?;
    match fs::rename(new.path(), folder) {
        // Another process was faster, or the folder was damaged: `is_complete` decides.
        Err(_) if folder.exists() => Ok(()),
        result => result,
    }
}

fn write_files(folder: &Path) -> io::Result<()> {
    for (path, text) in FILES {
        let path = folder.join("exuvia").join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_python_side_is_carried() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../python/exuvia");
        let mut found = Vec::new();
        for below in ["", "boot"] {
            for entry in fs::read_dir(folder.join(below)).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|extension| extension == "py") {
                    let name = path.file_name().unwrap().to_str().unwrap();
                    found.push(if below.is_empty() {
                        name.to_owned()
                    } else {
                        format!("{below}/{name}")
                    });
                }
            }
        }
        found.sort();
        let mut carried: Vec<_> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
        carried.sort();
        assert_eq!(carried, found);
    }

    #[test]
    fn a_damaged_layout_is_not_used() {
        let folder = tempfile::tempdir().unwrap();
        write_files(folder.path()).unwrap();
        assert!(is_complete(folder.path()));
        fs::write(
            folder.path().join("exuvia/boot/sitecustomize.py"),
            "import os",
        )
        .unwrap();
        assert!(!is_complete(folder.path()));
    }
}
