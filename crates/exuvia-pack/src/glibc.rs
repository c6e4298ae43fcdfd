//! The oldest glibc that a packed file runs on.

use serde::Serialize;

use crate::elf;

/// A version of glibc, as `2.34`.
type Version = (u32, u32);

/// The oldest glibc that has all that is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GlibcFloor {
    /// As `2.34`.
    pub version: String,
    /// Who asks for that version, by their paths in the archive; the empty path is the program at the front.
    pub set_by: Vec<String>,
    /// The oldest glibc for everything else.
    pub without_them: Option<String>,
}

/// The versions that ELF files ask for.
#[derive(Debug, Default)]
pub(crate) struct Demands(Vec<(Version, String)>);

impl Demands {
    /// Adds a file; what is no ELF file asks for nothing.
    pub(crate) fn add(&mut self, path: &str, contents: &[u8]) {
        let Some(dynamic) = elf::dynamic(contents) else {
            return;
        };
        let newest = dynamic
            .versions
            .iter()
            .filter_map(|name| version(name))
            .max();
        self.0
            .extend(newest.map(|newest| (newest, path.to_owned())));
    }

    /// The floor that all of them set.
    pub(crate) fn floor(&self) -> Option<GlibcFloor> {
        let highest = self.0.iter().map(|(version, _)| *version).max()?;
        let text = |(major, minor): Version| format!("{major}.{minor}");
        let (at, below): (Vec<_>, Vec<_>) =
            self.0.iter().partition(|(version, _)| *version == highest);
        Some(GlibcFloor {
            version: text(highest),
            set_by: at.into_iter().map(|(_, path)| path.clone()).collect(),
            without_them: below
                .into_iter()
                .map(|(version, _)| *version)
                .max()
                .map(text),
        })
    }
}

/// The glibc that a version of its symbols came with: its first two numbers (`GLIBC_2.2.5`). Relative relocations, for which there is a version without a
/// number, came with 2.36.
fn version(name: &str) -> Option<Version> {
    let name = name.strip_prefix("GLIBC_")?;
    if name == "ABI_DT_RELR" {
        return Some((2, 36));
    }
    let mut numbers = name.split('.').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::{Demands, version};

    #[test]
    fn versions_are_those_of_the_c_library_alone() {
        assert_eq!(version("GLIBC_2.34"), Some((2, 34)));
        assert_eq!(version("GLIBC_2.2.5"), Some((2, 2)));
        assert_eq!(version("GLIBC_ABI_DT_RELR"), Some((2, 36)));
        assert_eq!(version("GLIBC_PRIVATE"), None);
        assert_eq!(version("GCC_3.0"), None);
    }

    #[test]
    fn the_newest_demand_sets_the_floor() {
        let demand = |version, path: &str| (version, path.to_owned());
        let demands = Demands(vec![
            demand((2, 4), "a"),
            demand((2, 34), "b"),
            demand((2, 9), "c"),
            demand((2, 34), ""),
        ]);
        let floor = demands.floor().unwrap();
        assert_eq!(floor.version, "2.34");
        assert_eq!(floor.set_by, ["b", ""]);
        assert_eq!(floor.without_them.as_deref(), Some("2.9"));
        assert_eq!(Demands::default().floor(), None);
    }
}
