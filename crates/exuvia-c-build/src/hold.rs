//! Holds a crate against the C header that is its contract.

use std::path::Path;

use crate::BuildError;
use crate::cargo::{self, Package, tell_error, tell_warning};

mod cdef;
mod exports;
mod findings;
mod header;
mod libclang;
mod lines;
mod source;

/// What went wrong, as the build tells it.
#[derive(Debug, thiserror::Error)]
enum HoldError {
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The header is not there.
    #[error("cannot read the header {}: {source}", path.display())]
    Header {
        path: std::path::PathBuf,
        source: std::io::Error,
    },
    /// There is no libclang to read the header with.
    #[error(transparent)]
    Libclang(#[from] libclang::LibclangError),
    /// The header is no C, or bindgen cannot express it.
    #[error("cannot read the header {header}: {said}")]
    Parse { header: String, said: String },
}

impl HoldError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Build(error) => return error.hint(),
            Self::Header { .. } => {
                "name it relative to the folder with Cargo.toml, as in hold(\"include/api.h\")"
                    .to_owned()
            }
            Self::Libclang(error) => error.hint(),
            Self::Parse { .. } => {
                "mend the header so that a C compiler takes it by itself: cc -fsyntax-only"
                    .to_owned()
            }
        })
    }
}

/// Holds the crate that is being built against `header`, a path relative to its `Cargo.toml`.
///
/// Writes `OUT_DIR/api.rs` for the crate to include, and `header.h` in cargo's target folder for maturin's cffi bindings. The
/// sources that it reads are `src/lib.rs` and the files of its modules. Headers that `header` includes from its own folder, or
/// folders in there, are held as well.
///
/// What is wrong is told through cargo, which then fails the build: there is nothing to handle. To be called from the main
/// thread of a build script, before it starts others, since it may set `LIBCLANG_PATH` for bindgen.
///
/// maturin looks for `header.h` in the folder that cargo builds into. Where `build.build-dir` is set apart from that, the two
/// do not meet, and maturin makes up a header from the Rust by itself.
pub fn hold(header: impl AsRef<Path>) {
    if let Err(error) = try_hold(header.as_ref()) {
        tell_error(&error.to_string());
        if let Some(hint) = error.hint() {
            tell_error(&format!("hint: {hint}"));
        }
    }
}

fn try_hold(path: &Path) -> Result<(), HoldError> {
    let package = Package::from_environment()?;
    let file = package.folder.join(path);
    let text = std::fs::read_to_string(&file).map_err(|source| HoldError::Header {
        path: path.to_owned(),
        source,
    })?;
    cargo::rerun_if_changed(&file);
    libclang::find(&package)?;
    let header = header::read(&package, &file, &text)?;
    for included in &header.files {
        cargo::rerun_if_changed(&included.path);
    }

    let exports = exports::read(&package).map_err(BuildError::from)?;
    for source in &exports.files {
        cargo::rerun_if_changed(source);
    }
    let includes = |source: &std::path::PathBuf| {
        std::fs::read_to_string(source).is_ok_and(|text| text.contains("api.rs\""))
    };
    if !exports.files.iter().any(includes) {
        tell_error(&format!(
            "the crate does not include what was made of {}, and nothing would be compared",
            header.files[0].name
        ));
        tell_error(
            "hint: in src/lib.rs: mod api { include!(concat!(env!(\"OUT_DIR\"), \"/api.rs\")); }",
        );
        return Ok(());
    }
    let findings = findings::compare(&header, &exports);
    for warning in &findings.warnings {
        tell_warning(warning);
    }
    for error in &findings.errors {
        tell_error(error);
    }

    let api = package.out_dir.join("api.rs");
    cargo::write(&api, &source::text(&header, &exports)).map_err(|source| BuildError::Write {
        path: api.clone(),
        source,
    })?;
    // A C library is none the worse for what only Python's wheels need.
    if let Err(error) = cdef::write(&package, &header) {
        tell_warning(&error.to_string());
        tell_warning(&format!("hint: {}", error.hint()));
    }
    Ok(())
}
