//! `header.h` in cargo's target folder, which maturin hands to cffi's `cdef`.

use std::fs;
use std::path::PathBuf;

use crate::BuildError;
use crate::cargo::{self, Package};

/// Where maturin looks for it.
pub(crate) fn place(package: &Package) -> Result<PathBuf, BuildError> {
    let target = package.target_dir().ok_or_else(|| BuildError::NoTarget {
        out_dir: package.out_dir.clone(),
    })?;
    Ok(target.join("header.h"))
}

/// Writes what cffi is to read.
pub(crate) fn put(package: &Package, text: &str) -> Result<(), BuildError> {
    let path = place(package)?;
    let wrong = |source| BuildError::Write {
        path: path.clone(),
        source,
    };
    if fs::read_to_string(&path).ok().as_deref() != Some(text) {
        cargo::write(&path, text).map_err(wrong)?;
        // Several projects may build into one folder, and each finds its header there only by writing it again when another
        // has: when the file is newer than its own last run. With the time of this run it is newer than theirs, and not than
        // this one.
        if let Some(started) = package.started() {
            let file = fs::File::options().write(true).open(&path).map_err(wrong)?;
            file.set_modified(started).map_err(wrong)?;
        }
    }
    cargo::rerun_if_changed(&path);
    Ok(())
}
