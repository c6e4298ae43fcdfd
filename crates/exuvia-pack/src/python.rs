//! The Python that a request names, by a path, a name, a folder or an archive.

use std::path::{Path, PathBuf};

use crate::{Error, elf, standalone, unpack};

/// How an interpreter was found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// The request names its program.
    Program,
    /// By its name, in a folder of `PATH`.
    OnPath(String),
    /// In the folder of a virtual environment.
    Environment(PathBuf),
    /// In the folder of an installation.
    Installation(PathBuf),
    /// As a version of pyenv.
    Pyenv(String),
    /// In an archive of python-build-standalone.
    Archive {
        /// The archive.
        path: PathBuf,
        /// Its SHA-256.
        sha256: String,
        /// Whether the request gave the sum, so that it was compared.
        was_checked: bool,
        /// Where it is unpacked.
        folder: PathBuf,
    },
}

/// A Python, before it is asked anything.
#[derive(Debug, Clone)]
pub(crate) struct Python {
    pub(crate) executable: PathBuf,
    pub(crate) found: Found,
}

/// Finds what a request names. In this order: a path with `#sha256=` behind it is an archive's; a file is a program, or an archive by its first
/// bytes; a folder is a virtual environment, an installation or a python-build-standalone distribution; a bare name is that of a
/// program on `PATH`, or a version of pyenv.
pub(crate) fn choose(given: &Path) -> Result<Python, Error> {
    let (path, sum) = split_sum(given)?;
    let python = if path.is_dir() {
        in_folder(&around_programs(&path), None)?
    } else if path.is_file() && unpack::is_archive(&path) {
        let unpacked = unpack::unpack(&path, sum.as_deref())?;
        let inside = in_folder(&unpacked.folder, Some(&path))?;
        return accepted(Python {
            executable: inside.executable,
            found: Found::Archive {
                path,
                sha256: unpacked.sha256,
                was_checked: sum.is_some(),
                folder: unpacked.folder,
            },
        });
    } else if path.is_file() {
        Python {
            executable: std::path::absolute(&path).unwrap_or_else(|_| path.clone()),
            found: Found::Program,
        }
    } else {
        by_name(&path)?
    };
    if sum.is_some() {
        return Err(Error::Refused {
            message: format!(
                "{} is no archive, and has no SHA-256 to check",
                path.display()
            ),
            hint: "leave `#sha256=…` away, or name an archive of python-build-standalone"
                .to_owned(),
        });
    }
    accepted(python)
}

/// Refuses what is seen from outside to be for another machine, before it is run.
fn accepted(python: Python) -> Result<Python, Error> {
    match elf::foreign(&python.executable) {
        Some(what) => Err(Error::Unsupported {
            python: python.executable,
            what: format!("a Python for {what}"),
        }),
        None => Ok(python),
    }
}

/// Parts `ARCHIVE#sha256=…`, as pip writes it, in path and sum.
fn split_sum(given: &Path) -> Result<(PathBuf, Option<String>), Error> {
    let Some((path, sum)) = given.to_str().and_then(|text| text.rsplit_once("#sha256=")) else {
        return Ok((given.to_owned(), None));
    };
    if sum.len() != 64 || !sum.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Error::Refused {
            message: format!("{sum:?} is no SHA-256"),
            hint: "write the 64 hexadecimal digits that are published beside the archive"
                .to_owned(),
        });
    }
    Ok((PathBuf::from(path), Some(sum.to_ascii_lowercase())))
}

/// The folder of an environment or an installation, for that of its programs, which shells complete as readily.
fn around_programs(folder: &Path) -> PathBuf {
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let has_python = ["python3", "python"]
        .iter()
        .any(|name| whole.join(name).is_file());
    match whole.parent() {
        Some(parent) if has_python && whole.ends_with("bin") => parent.to_owned(),
        _ => folder.to_owned(),
    }
}

/// The interpreter of an environment, an installation or a distribution, by its folder.
fn in_folder(folder: &Path, archive: Option<&Path>) -> Result<Python, Error> {
    // What an archive of python-build-standalone holds lies below `python`, in a full one with a description.
    for root in [folder.to_owned(), folder.join("python")] {
        if let Some(distribution) = standalone::Standalone::read(&root)? {
            return Ok(Python {
                executable: distribution.executable()?,
                found: Found::Installation(root),
            });
        }
    }
    for root in [folder.to_owned(), folder.join("python")] {
        let executable = ["python3", "python"]
            .iter()
            .map(|name| root.join("bin").join(name))
            .find(|path| path.is_file());
        let Some(executable) = executable else {
            continue;
        };
        let root = std::path::absolute(&root).unwrap_or(root);
        let executable = std::path::absolute(&executable).unwrap_or(executable);
        // A virtual environment says so in its root (PEP 405).
        let is_environment = root.join("pyvenv.cfg").is_file();
        return Ok(Python {
            executable,
            found: if is_environment {
                Found::Environment(root)
            } else {
                Found::Installation(root)
            },
        });
    }
    Err(match archive {
        Some(archive) => Error::Refused {
            message: format!(
                "there is no Python in {}: it has neither python/PYTHON.json nor python/bin/python3",
                archive.display()
            ),
            hint: "name an archive of python-build-standalone for Linux".to_owned(),
        },
        None => Error::Refused {
            message: format!(
                "there is no Python in {}: it has neither bin/python3 nor PYTHON.json",
                folder.display()
            ),
            hint: "name a virtual environment's folder, an installation's, or an unpacked python-build-standalone"
                .to_owned(),
        },
    })
}

fn by_name(name: &Path) -> Result<Python, Error> {
    let not_found = |places: &str| {
        Error::Refused {
        message: format!("there is no Python {}{places}", name.display()),
        hint: "name a program, a folder or an archive with a Python in it, a program on PATH, or a version of pyenv"
            .to_owned(),
    }
    };
    let Some(text) = name.to_str().filter(|text| !text.contains('/')) else {
        return Err(not_found(""));
    };
    let on_path = std::env::var_os("PATH").and_then(|folders| {
        std::env::split_paths(&folders)
            .map(|folder| folder.join(text))
            .find(|path| path.is_file())
    });
    if let Some(executable) = on_path {
        return Ok(Python {
            executable,
            found: Found::OnPath(text.to_owned()),
        });
    }
    if let Some((version, executable)) =
        pyenv_versions().and_then(|versions| pyenv_version(&versions, text))
    {
        return Ok(Python {
            executable,
            found: Found::Pyenv(version),
        });
    }
    Err(not_found(
        ": it is no file, no program on PATH and no version of pyenv",
    ))
}

/// The folder with pyenv's versions.
fn pyenv_versions() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let root = set("PYENV_ROOT")
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".pyenv")))?;
    Some(root.join("versions"))
}

/// A version that pyenv has installed. One with fewer numbers stands for the newest that begins with them, as for pyenv.
fn pyenv_version(versions: &Path, wanted: &str) -> Option<(String, PathBuf)> {
    let begins = format!("{wanted}.");
    let mut found: Vec<(Vec<u32>, String, PathBuf)> = std::fs::read_dir(versions)
        .ok()?
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let python = entry.path().join("bin/python");
            let numbers = numbers(&name);
            let fits = name == wanted || (name.starts_with(&begins) && numbers.is_some());
            (fits && python.is_file()).then(|| (numbers.unwrap_or_default(), name, python))
        })
        .collect();
    found.sort();
    let exact = found.iter().position(|(_, name, _)| name == wanted);
    let at = exact.or(found.len().checked_sub(1))?;
    let (_, version, python) = found.swap_remove(at);
    Some((version, python))
}

fn numbers(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Found, choose, pyenv_version};

    /// An empty file, and the folders on the way to it.
    fn file(path: &Path) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "").unwrap();
    }

    fn refusal(given: &Path) -> String {
        choose(given).unwrap_err().to_string()
    }

    #[test]
    fn a_folder_is_an_environment_or_an_installation() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        assert!(refusal(root).contains("neither bin/python3 nor PYTHON.json"));
        file(&root.join("bin/python"));
        let found = choose(root).unwrap();
        assert_eq!(found.executable, root.join("bin/python"));
        assert_eq!(found.found, Found::Installation(root.to_owned()));
        file(&root.join("bin/python3"));
        file(&root.join("pyvenv.cfg"));
        let found = choose(root).unwrap();
        assert_eq!(found.executable, root.join("bin/python3"));
        assert_eq!(found.found, Found::Environment(root.to_owned()));
        let by_programs = choose(&root.join("bin")).unwrap();
        assert_eq!(by_programs.executable, found.executable);
        assert_eq!(by_programs.found, found.found);
        std::fs::create_dir(root.join("other")).unwrap();
        assert!(refusal(&root.join("other")).contains("neither bin/python3 nor PYTHON.json"));
    }

    #[test]
    fn the_folder_of_an_unpacked_archive_has_its_python_below() {
        let folder = tempfile::tempdir().unwrap();
        file(&folder.path().join("python/bin/python3"));
        let found = choose(folder.path()).unwrap();
        assert_eq!(found.executable, folder.path().join("python/bin/python3"));

        let description = folder.path().join("python/PYTHON.json");
        let describe = |triple: &str| {
            let text = format!(
                "{{\"target_triple\": \"{triple}\", \"python_exe\": \"install/bin/python3\"}}"
            );
            std::fs::write(&description, text).unwrap();
        };
        for triple in ["x86_64-unknown-linux-gnu", "x86_64_v3-unknown-linux-gnu"] {
            describe(triple);
            let found = choose(folder.path()).unwrap();
            assert_eq!(
                found.executable,
                folder.path().join("python/install/bin/python3")
            );
        }
        for triple in [
            "x86_64-unknown-linux-musl",
            "aarch64-unknown-linux-gnu",
            "x86_64-apple-darwin",
        ] {
            describe(triple);
            let refusal = refusal(folder.path());
            assert!(
                refusal.contains(&format!("is a Python for {triple}, which cannot be packed")),
                "{refusal}"
            );
        }
        std::fs::write(&description, "{}").unwrap();
        assert!(
            refusal(folder.path())
                .contains("PYTHON.json describes no Python: missing field `python_exe`")
        );
    }

    #[test]
    fn a_version_of_pyenv_is_the_newest_that_fits() {
        let folder = tempfile::tempdir().unwrap();
        for version in ["3.9.18", "3.11.2", "3.11.10", "3.11-dev", "tools"] {
            file(&folder.path().join(version).join("bin/python"));
        }
        std::fs::create_dir(folder.path().join("3.11.11")).unwrap();
        let version = |wanted| pyenv_version(folder.path(), wanted).map(|(version, _)| version);
        assert_eq!(version("3.11").as_deref(), Some("3.11.10"));
        assert_eq!(version("3.11.2").as_deref(), Some("3.11.2"));
        assert_eq!(version("3.11-dev").as_deref(), Some("3.11-dev"));
        assert_eq!(version("tools").as_deref(), Some("tools"));
        assert_eq!(version("3.1"), None);
        assert_eq!(version("3.12"), None);
    }

    #[test]
    fn names_and_sums_that_lead_nowhere_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let nowhere = folder.path().join("nowhere");
        assert!(refusal(&nowhere).ends_with("nowhere"));
        assert!(
            refusal(Path::new("no-such-python"))
                .contains("no program on PATH and no version of pyenv")
        );
        let short = format!("{}#sha256=12", nowhere.display());
        assert_eq!(refusal(Path::new(&short)), "\"12\" is no SHA-256");
        let program = folder.path().join("python");
        file(&program);
        let sum = format!("{}#sha256={}", program.display(), "0".repeat(64));
        assert!(refusal(Path::new(&sum)).contains("is no archive"));
    }
}
