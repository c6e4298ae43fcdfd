//! From a crate's `#[export]`s to its header and its Python module.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use syn::spanned::Spanned;

use crate::cargo::{self, Package, tell_error};
use crate::{BuildError, cdef, sources};

mod cffi;
mod declarations;
mod header;
mod library;
mod names;
mod python;
mod signature;

use self::library::Library;

/// What is written of a crate's exports: a header, and a Python module where one is wanted.
#[derive(Debug, Clone)]
pub struct Generate {
    header: PathBuf,
    python: Option<PathBuf>,
}

impl Generate {
    /// To write a header, by its path relative to `Cargo.toml`.
    pub fn header(path: impl Into<PathBuf>) -> Self {
        Self {
            header: path.into(),
            python: None,
        }
    }

    /// To write a Python module over cffi besides, by its path relative to `Cargo.toml`: beside the `_native` that maturin's cffi
    /// bindings put into the wheel.
    #[must_use]
    pub fn python(mut self, path: impl Into<PathBuf>) -> Self {
        self.python = Some(path.into());
        self
    }

    /// Writes what is not there already. Files that would not change are left alone, so that a package of sources builds where nothing
    /// can be written.
    ///
    /// What is wrong is told through cargo, which then fails the build.
    pub fn write(&self) {
        if let Err(error) = self.try_write() {
            tell_error(&error.to_string());
            if let Some(hint) = error.hint() {
                tell_error(&format!("hint: {hint}"));
            }
        }
    }

    fn try_write(&self) -> Result<(), BuildError> {
        let package = Package::from_environment()?;
        let text = |name| cargo::variable(name).map(|value| value.to_string_lossy().into_owned());
        let name = text("CARGO_PKG_NAME")?;
        let version = text("CARGO_PKG_VERSION")?;
        let mut library = Library {
            prefix: crate_name(&package.folder).unwrap_or_else(|| name.replace('-', "_")),
            has_python: self.python.is_some(),
            ..Library::default()
        };
        let mut problems = Vec::new();
        // Spans name the text that they are of by a number: which file that is.
        let mut texts = HashMap::new();
        let files = sources::walk(&package, &mut |place, item| {
            texts
                .entry(item.span().file())
                .or_insert_with(|| place.file.clone());
            problems.extend(library.add(item, place).err());
        })?;
        for file in &files {
            cargo::rerun_if_changed(file);
        }
        if files.is_empty() {
            return Err(BuildError::NoRoot);
        }
        // What cannot be read is told by itself.
        if problems.is_empty() {
            problems.extend(names::check(&library).err());
        }
        let exports = !(library.functions.is_empty() && library.types.is_empty());
        if exports && !library.has_library {
            tell_error(
                "src/lib.rs does not say `exuvia_c::library!();`, which makes what every such library has besides",
            );
            tell_error("hint: write it once, below the imports");
            return Ok(());
        }
        for problem in &problems {
            let (span, here) = (problem.span(), "what the crate exports".to_owned());
            let file = texts.get(&span.file()).unwrap_or(&here);
            tell_error(&format!("{file}, line {}: {problem}", span.start().line));
        }
        if !problems.is_empty() {
            return Ok(());
        }
        let interface = format!("{} {} {:016x}", name, version, header::digest(&library));
        println!("cargo::rustc-env=EXUVIA_C_INTERFACE={interface}");
        let text = header::text(&library, &package.out_dir).map_err(wrong(&self.header))?;
        put(&package, &self.header, &text)?;
        let mut own = String::new();
        if let Some(path) = &self.python {
            own = cffi::text(&library);
            put(&package, path, &python::text(&library, &interface))?;
            let text = header::for_cffi(&library, &package.out_dir).map_err(wrong(path))?;
            cdef::put(&package, &text)?;
            if package.target.contains("linux") {
                // Python calls into the library by tables in it: it stays where it is, and means its own functions whatever else of
                // their names there is in the process.
                for argument in ["-Wl,-z,nodelete", "-Wl,-Bsymbolic"] {
                    println!("cargo::rustc-link-arg-cdylib={argument}");
                }
            }
        }
        // What `exuvia_c::library!()` includes.
        let file = package.out_dir.join("exuvia_c.rs");
        cargo::write(&file, &own).map_err(wrong(&file))?;
        Ok(())
    }
}

/// `name` in `[lib]` of `Cargo.toml`, which no variable tells a build script.
fn crate_name(folder: &Path) -> Option<String> {
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let manifest: toml::Table = manifest.parse().ok()?;
    let name = manifest.get("lib")?.get("name")?.as_str()?;
    Some(name.to_owned())
}

fn wrong(path: &Path) -> impl FnOnce(io::Error) -> BuildError {
    |source| BuildError::Write {
        path: path.to_owned(),
        source,
    }
}

/// Writes a file of the project where it says something else, and has cargo look when it is changed by others.
fn put(package: &Package, path: &Path, text: &str) -> Result<(), BuildError> {
    let file = package.folder.join(path);
    if fs::read_to_string(&file).ok().as_deref() != Some(text) {
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder).map_err(wrong(path))?;
        }
        cargo::write(&file, text).map_err(wrong(path))?;
    }
    cargo::rerun_if_changed(&file);
    Ok(())
}
