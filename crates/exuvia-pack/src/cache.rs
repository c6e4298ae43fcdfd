//! What is kept from one packing to the next, in a folder of the user's.

use std::path::{Path, PathBuf};

/// The folder for one kind of thing, below the user's cache folder (XDG Base Directory Specification); `None` for a user without a home.
pub(crate) fn folder(kind: &str) -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let root =
        absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))?;
    Some(root.join("exuvia").join(kind))
}

/// Writes a file, and the folder that it is in. It appears whole or not at all.
pub(crate) fn keep(path: &Path, contents: &[u8]) -> std::io::Result<()> {
    std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/")))?;
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new("/")))?;
    std::io::Write::write_all(&mut file, contents)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}
