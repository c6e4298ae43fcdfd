//! Finding libclang, which reads the header for bindgen.
//!
//! In this order: `LIBCLANG_PATH`; the places where clang-sys looks (`llvm-config`, `LD_LIBRARY_PATH`, the system's folders);
//! PyPI's package `libclang` in the Python environment at hand, active or the project's own.

use std::env;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cargo::Package;

/// Why there is no libclang.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LibclangError {
    /// `LIBCLANG_PATH` leads nowhere.
    #[error("cannot read the header: LIBCLANG_PATH names {}, where there is no libclang that can be loaded: {said}", path.display())]
    Misled { path: PathBuf, said: String },
    /// It is nowhere.
    #[error(
        "cannot read the header: there is no libclang, which reads C for bindgen; looked for:{tried}"
    )]
    Absent { tried: String },
}

impl LibclangError {
    pub(crate) fn hint(&self) -> String {
        match self {
            Self::Misled { .. } => {
                "let it name libclang's file or the folder it is in, or unset it".to_owned()
            }
            Self::Absent { .. } => "install it: apt install libclang-dev, or into the Python environment in use: pip install libclang"
                .to_owned(),
        }
    }
}

/// Makes sure that bindgen finds libclang.
pub(crate) fn find(package: &Package) -> Result<(), LibclangError> {
    // Which Python is at hand makes no difference to what comes of the header, and a build that failed is run again anyway.
    println!("cargo::rerun-if-env-changed=LIBCLANG_PATH");
    if let Some(path) = env::var_os("LIBCLANG_PATH") {
        return clang_sys::load_manually()
            .map(drop)
            .map_err(|said| LibclangError::Misled {
                path: package.relative(Path::new(&path)).to_owned(),
                said: shortened(&said),
            });
    }
    let Err(said) = clang_sys::load_manually() else {
        return Ok(());
    };
    let pythons = pythons(package);
    let answers: Vec<_> = pythons
        .iter()
        .map(|python| (python, in_environment(python)))
        .collect();
    match answers.iter().find_map(|(_, found)| found.as_ref()) {
        Some(library) => {
            // SAFETY: a build script has one thread here, which `hold` asks for in its documentation.
            unsafe { env::set_var("LIBCLANG_PATH", library) };
            clang_sys::load_manually()
                .map(drop)
                .map_err(|said| LibclangError::Misled {
                    path: library.clone(),
                    said: shortened(&said),
                })
        }
        None => Err(LibclangError::Absent {
            tried: tried(&shortened(&said), &pythons),
        }),
    }
}

/// What clang-sys says, without what it advises.
fn shortened(said: &str) -> String {
    said.split(", set the `LIBCLANG_PATH`")
        .next()
        .unwrap_or(said)
        .to_owned()
}

/// What was tried, one place a line.
fn tried(system: &str, pythons: &[PathBuf]) -> String {
    let mut text = format!("\n  LIBCLANG_PATH: not set\n  the system: {system}");
    for python in pythons {
        _ = write!(
            text,
            "\n  the package libclang of {}: not installed",
            python.display()
        );
    }
    text
}

/// The Pythons whose environment may have it: maturin names the one that it builds for in `PYO3_PYTHON`, and
/// a project's own is in `.venv`, active or not.
fn pythons(package: &Package) -> Vec<PathBuf> {
    let inside = if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    };
    let active = env::var_os("VIRTUAL_ENV")
        .filter(|folder| !folder.is_empty())
        .map(|folder| Path::new(&folder).join(inside));
    let named = env::var_os("PYO3_PYTHON").map(PathBuf::from);
    let own = Some(package.folder.join(".venv").join(inside)).filter(|python| python.is_file());
    let mut pythons: Vec<_> = [active, named, own].into_iter().flatten().collect();
    pythons.push("python3".into());
    pythons.dedup();
    pythons
}

/// Prints where the file of the package `libclang` is. The package is called `clang` for Python, as others are whose file it
/// is not; nothing of it is run.
const WHERE: &str = r#"
import glob, os, sys
for folder in sys.path:
    for file in sorted(glob.glob(os.path.join(folder, "clang", "native", "*clang.*"))):
        sys.stdout.write(file)
        sys.exit()
"#;

fn in_environment(python: &Path) -> Option<PathBuf> {
    // Not `-I`, which would hide what pip puts on the path of a build that it isolates.
    let output = Command::new(python)
        .args(["-c", WHERE])
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let file = PathBuf::from(String::from_utf8(output.stdout).ok()?);
    file.is_file().then_some(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_libclang_is_told_with_all_that_was_tried() {
        let error = LibclangError::Absent {
            tried: tried(
                "couldn't find any valid shared libraries matching: ['libclang.so']",
                &["/venv/bin/python".into(), "python3".into()],
            ),
        };
        insta::assert_snapshot!(format!("{error}\nhint: {}", error.hint()), @r"
        cannot read the header: there is no libclang, which reads C for bindgen; looked for:
          LIBCLANG_PATH: not set
          the system: couldn't find any valid shared libraries matching: ['libclang.so']
          the package libclang of /venv/bin/python: not installed
          the package libclang of python3: not installed
        hint: install it: apt install libclang-dev, or into the Python environment in use: pip install libclang
        ");
    }
}
