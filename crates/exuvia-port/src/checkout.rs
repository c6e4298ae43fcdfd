//! Exuvia's own crates, as a project that is written by a command depends on them.

use std::path::Path;

/// What stands behind `NAME =` in the `[dependencies]` of a project: the folder in the checkout that this command was built
/// from while it is there, else the published version.
#[must_use]
pub fn dependency(name: &str) -> String {
    let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    match checkout.canonicalize() {
        Ok(path) if path.join("Cargo.toml").is_file() => {
            format!("{{ path = {:?} }}", path.display().to_string())
        }
        _ => format!(
            "{:?}",
            concat!(
                env!("CARGO_PKG_VERSION_MAJOR"),
                ".",
                env!("CARGO_PKG_VERSION_MINOR")
            )
        ),
    }
}
