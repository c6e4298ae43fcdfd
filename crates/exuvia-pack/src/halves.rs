//! The parts of the launcher that are built ahead: from this program, or from the checkout that it was built in.
//!
//! A program built with `EXUVIA_LAUNCHERS` set to a folder that `exuvia-launchers` (a program of this crate) filled carries them, and needs no Rust
//! where it runs. Any other builds them with cargo when they are first needed, into `target/launchers`.

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Error;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The minor versions of Python that there are launchers for.
pub const PYTHON_VERSIONS: &[&str] = &["3.10", "3.11", "3.12", "3.13"];

/// A part of the launcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Half<'a> {
    /// The static library to be linked with a Python of this minor version.
    Static(&'a str),
    /// The shared library to be loaded beside a Python of this minor version.
    Shared(&'a str),
    /// The program that loads a carried Python.
    Front,
}

impl Half<'_> {
    /// Name of the file in a folder of launchers.
    pub fn file_name(&self) -> String {
        match self {
            Self::Static(version) => format!("libexuvia_launcher-{version}.a"),
            Self::Shared(version) => format!("libexuvia_launcher-{version}.so"),
            Self::Front => "exuvia-front".to_owned(),
        }
    }

    /// The folder that it is built in.
    fn folder(&self) -> &str {
        match self {
            Self::Static(version) | Self::Shared(version) => version,
            Self::Front => "front",
        }
    }

    /// The name that cargo gives it.
    fn built_name(&self) -> &str {
        match self {
            Self::Static(_) => "libexuvia_launcher.a",
            Self::Shared(_) => "libexuvia_launcher.so",
            Self::Front => "exuvia-front",
        }
    }

    fn purpose(&self) -> String {
        match self {
            Self::Static(version) | Self::Shared(version) => format!("Python {version}"),
            Self::Front => "a libpython that is carried along".to_owned(),
        }
    }
}

/// The bytes of a part of the launcher. Before one is built for the first time, which takes a while, `building` is called.
pub(crate) fn half(half: Half, building: &mut dyn FnMut()) -> Result<Vec<u8>, Error> {
    let name = half.file_name();
    let failed = |reason: String| Error::NoHalf {
        what: half.purpose(),
        reason,
    };
    if let Some((_, packed)) = EMBEDDED.iter().find(|(known, _)| *known == name) {
        return zstd::decode_all(*packed).map_err(|error| failed(error.to_string()));
    }
    if !EMBEDDED.is_empty() {
        return Err(failed("it carries others alone".to_owned()));
    }
    let path = Workshop::of_this_program().build(half, building)?;
    std::fs::read(&path).map_err(|source| Error::Read { path, source })
}

/// Builds a part of the launcher in the checkout that this program was built in, and gives its path.
///
/// # Errors
///
/// [`Error::NoHalf`] where the checkout or cargo is not there, or the build fails.
pub fn build_half(half: Half) -> Result<PathBuf, Error> {
    Workshop::of_this_program().build(half, &mut || {})
}

/// Where parts of the launcher are built, and what with.
struct Workshop {
    checkout: PathBuf,
    cargo: OsString,
}

impl Workshop {
    /// The checkout that this program was built in, and the cargo that runs it or is on `PATH`.
    fn of_this_program() -> Self {
        Self {
            checkout: Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."),
            cargo: std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        }
    }

    fn build(&self, half: Half, building: &mut dyn FnMut()) -> Result<PathBuf, Error> {
        let failed = |reason: String| Error::NoHalf {
            what: half.purpose(),
            reason,
        };
        let checkout = &self.checkout;
        if !checkout.join("crates/exuvia-launcher/Cargo.toml").is_file() {
            return Err(failed(format!(
                "the checkout that it was built in is gone from {}",
                checkout.display()
            )));
        }
        let target = checkout.join("target/launchers").join(half.folder());
        std::fs::create_dir_all(&target).map_err(|source| Error::Write {
            path: target.clone(),
            source,
        })?;
        let target = target.canonicalize().map_err(|source| Error::Read {
            path: target.clone(),
            source,
        })?;
        let built = target.join("launcher").join(half.built_name());
        if !built.is_file() {
            building();
        }
        let mut cargo = self.cargo(half, &target)?;
        match cargo.output() {
            Ok(output) if output.status.success() => Ok(built),
            Ok(output) => Err(failed(format!(
                "building it failed:\n{}",
                String::from_utf8_lossy(&output.stderr).trim_end()
            ))),
            // Without cargo, what was built before has to do.
            Err(_) if built.is_file() => Ok(built),
            Err(error) => Err(failed(format!(
                "cargo, which builds it in a checkout, cannot be run: {error}"
            ))),
        }
    }

    /// The command that builds a part of the launcher in a target folder.
    fn cargo(&self, half: Half, target: &Path) -> Result<Command, Error> {
        let mut cargo = Command::new(&self.cargo);
        cargo
            .current_dir(&self.checkout)
            .args([
                "rustc",
                "--quiet",
                "--package",
                "exuvia-launcher",
                "--profile",
                "launcher",
                "--target-dir",
            ])
            .arg(target);
        // What the caller builds with is not meant for this build.
        for variable in [
            "RUSTFLAGS",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "PYO3_PYTHON",
            "PYO3_CROSS",
        ] {
            cargo.env_remove(variable);
        }
        match half {
            Half::Front => {
                cargo.args([
                    "--bin",
                    "exuvia-front",
                    "--no-default-features",
                    "--features",
                    "front",
                ]);
                // Optimized as a whole, a program has no names that others could find.
                cargo.env("CARGO_PROFILE_LAUNCHER_LTO", "off");
            }
            Half::Static(version) | Half::Shared(version) => {
                let settings = target.join("python.cfg");
                write_if_changed(&settings, &python_settings(version))?;
                cargo.arg("--lib").env("PYO3_CONFIG_FILE", &settings);
                if matches!(half, Half::Static(_)) {
                    cargo.args(["--crate-type", "staticlib", "--features", "files"]);
                } else {
                    cargo.args(["--crate-type", "cdylib"]);
                }
            }
        }
        Ok(cargo)
    }
}

/// What stands in for an interpreter when `pyo3-ffi` is built.
fn python_settings(version: &str) -> String {
    format!(
        "implementation=CPython\nversion={version}\nshared=true\nsuppress_build_script_link_lines=true\n"
    )
}

fn write_if_changed(path: &Path, text: &str) -> Result<(), Error> {
    if std::fs::read(path).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(());
    }
    let write = || std::fs::File::create(path)?.write_all(text.as_bytes());
    write().map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests {
    use super::{Half, Workshop};

    #[test]
    fn a_build_is_told_of_before_it_begins_and_the_first_time_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir_all(path("crates/exuvia-launcher")).unwrap();
        std::fs::write(path("crates/exuvia-launcher/Cargo.toml"), "").unwrap();
        // A shell in the place of cargo takes the first argument for a script in this folder: that notes that it ran, and builds what is asked for.
        std::fs::write(
            path("rustc"),
            "echo >> ran\nmkdir -p target/launchers/front/launcher\necho built > target/launchers/front/launcher/exuvia-front\n",
        )
        .unwrap();
        let workshop = Workshop {
            checkout: folder.path().to_owned(),
            cargo: "sh".into(),
        };
        for is_first in [true, false] {
            let mut told = 0;
            let built = workshop.build(Half::Front, &mut || {
                assert!(!path("ran").exists(), "it was told too late");
                told += 1;
            });
            assert_eq!(std::fs::read_to_string(built.unwrap()).unwrap(), "built\n");
            assert_eq!(told, u32::from(is_first));
        }
        assert_eq!(std::fs::read_to_string(path("ran")).unwrap(), "\n\n");
    }
}
