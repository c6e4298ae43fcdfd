//! What cargo tells a build script, and what a build script tells cargo.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::BuildError;

/// The package that is being built.
#[derive(Debug)]
pub(crate) struct Package {
    /// The folder with `Cargo.toml`.
    pub(crate) folder: PathBuf,
    /// Where this build script writes to.
    pub(crate) out_dir: PathBuf,
    /// The platform that is built for, as rustc calls it.
    pub(crate) target: String,
}

impl Package {
    pub(crate) fn from_environment() -> Result<Self, BuildError> {
        Ok(Self {
            folder: variable("CARGO_MANIFEST_DIR")?.into(),
            out_dir: variable("OUT_DIR")?.into(),
            target: variable("TARGET")?.to_string_lossy().into_owned(),
        })
    }

    /// `path` as a person of the project names it.
    pub(crate) fn relative<'a>(&self, path: &'a Path) -> &'a Path {
        path.strip_prefix(&self.folder).unwrap_or(path)
    }

    /// The folder that cargo builds into, wherever that is: of a workspace, or `CARGO_TARGET_DIR`, or `--target-dir`, of which
    /// only `OUT_DIR` tells. That is `TARGET_DIR/[PLATFORM/]PROFILE/build/…`.
    pub(crate) fn target_dir(&self) -> Option<&Path> {
        let build = self
            .out_dir
            .ancestors()
            .find(|path| path.file_name().is_some_and(|name| name == "build"))?;
        let above = build.parent()?.parent()?;
        if above.file_name().is_some_and(|name| *name == *self.target) {
            above.parent()
        } else {
            Some(above)
        }
    }

    /// When cargo started this build script, by its own note. A file that is newer makes it run again.
    pub(crate) fn started(&self) -> Option<SystemTime> {
        let note = self.out_dir.parent()?.join("invoked.timestamp");
        fs::metadata(note).ok()?.modified().ok()
    }
}

/// What cargo tells in a variable.
pub(crate) fn variable(variable: &'static str) -> Result<OsString, BuildError> {
    env::var_os(variable).ok_or(BuildError::NotBuilding { variable })
}

/// The C compiler for the package's platform: `CC_platform` and `CC` as the `cc` crate reads them, else `cc`.
#[cfg(feature = "hold")]
pub(crate) fn compiler(package: &Package) -> OsString {
    let variable = format!("CC_{}", package.target.replace('-', "_"));
    for name in [variable.as_str(), "CC"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    env::var_os(variable)
        .or_else(|| env::var_os("CC"))
        .filter(|value| !value.is_empty())
        .unwrap_or_else(|| "cc".into())
}

pub(crate) fn rerun_if_changed(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}

/// Fails the build. An instruction to cargo ends with its line.
pub(crate) fn tell_error(text: &str) {
    for line in text.lines() {
        println!("cargo::error={line}");
    }
}

#[cfg(feature = "hold")]
pub(crate) fn tell_warning(text: &str) {
    for line in text.lines() {
        println!("cargo::warning={line}");
    }
}

/// Writes a file as a whole: beside its place first, then by a rename.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        _ = fs::remove_file(&beside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target_dir(out_dir: &str) -> Option<PathBuf> {
        let package = Package {
            folder: "/project".into(),
            out_dir: out_dir.into(),
            target: "x86_64-unknown-linux-gnu".to_owned(),
        };
        package.target_dir().map(Path::to_owned)
    }

    #[test]
    fn the_target_folder_is_above_the_profile_and_the_platform() {
        for out_dir in [
            "/there/target/debug/build/demo-1f/out",
            "/there/target/x86_64-unknown-linux-gnu/release/build/demo-1f/out",
            "/there/target/release/build/demo/1f/out",
        ] {
            assert_eq!(
                target_dir(out_dir),
                Some("/there/target".into()),
                "{out_dir}"
            );
        }
        assert_eq!(target_dir("/there/out"), None);
    }
}
