//! The names by which programs ask for packed libraries.
//!
//! A library is packed under the name that it gives itself, as `libz.so.1`. Programs ask for it by that, by a shorter one (`libz.so`, as linkers do), by
//! a longer one (`libz.so.1.3`), or have `ctypes.util.find_library` tell them the full name for `z`.

use exuvia_archive::{Archive, LIBRARIES};

/// The packed library that a file name means.
#[cfg(feature = "files")]
pub(crate) fn by_file_name(
    archive: Archive<'static>,
    name: &str,
) -> Option<exuvia_archive::File<'static>> {
    let file = |name: &str| archive.file(&format!("{LIBRARIES}/{name}"));
    let is_version_of = |longer: &str, shorter: &str| {
        longer
            .strip_prefix(shorter)
            .is_some_and(|rest| rest.starts_with('.'))
    };
    file(name).or_else(|| {
        let like = archive
            .children(LIBRARIES)
            .find(|child| is_version_of(child.name, name) || is_version_of(name, child.name))?;
        name.contains(".so").then(|| file(like.name)).flatten()
    })
}

/// The libraries of glibc that programs ask for, and their names: part of what every program on x86-64 is linked against.
#[cfg(feature = "interpreter")]
const GLIBC: &[(&str, &str)] = &[
    ("c", "libc.so.6"),
    ("dl", "libdl.so.2"),
    ("m", "libm.so.6"),
    ("pthread", "libpthread.so.0"),
    ("rt", "librt.so.1"),
];

/// The full name of a library, as `ctypes.util.find_library` tells it: of a packed one, or one of glibc's.
#[cfg(feature = "interpreter")]
pub(crate) fn full_name(archive: Archive<'static>, short: &str) -> Option<&'static str> {
    let start = format!("lib{short}.so");
    archive
        .children(LIBRARIES)
        .map(|child| child.name)
        .find(|name| {
            name.strip_prefix(start.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
        .or_else(|| {
            let glibc = GLIBC.iter().find(|(known, _)| *known == short)?;
            Some(glibc.1)
        })
}

#[cfg(test)]
mod tests {
    use exuvia_archive::{Archive, Codec, LIBRARIES, NewFile, Writer};

    fn archive() -> Archive<'static> {
        let mut writer = Writer::new();
        for name in ["libz.so.1", "libzstd.so.1", "libodd.so"] {
            writer
                .add_file(NewFile {
                    path: format!("{LIBRARIES}/{name}"),
                    contents: name.into(),
                    codec: Codec::Stored,
                    is_executable: false,
                    needs: Vec::new(),
                })
                .unwrap();
        }
        Archive::open(writer.finish().unwrap().leak()).unwrap()
    }

    #[cfg(feature = "files")]
    #[test]
    fn a_library_has_longer_and_shorter_names() {
        let found = |name| {
            super::by_file_name(archive(), name)
                .map(|file| file.path().unwrap().rsplit('/').next().unwrap().to_owned())
        };
        for name in ["libz.so.1", "libz.so", "libz.so.1.3.1"] {
            assert_eq!(found(name).as_deref(), Some("libz.so.1"), "{name}");
        }
        assert_eq!(found("libodd.so").as_deref(), Some("libodd.so"));
        for name in ["libz", "libz.so.2", "lib", "libstd.so", "z", "libz.so.10"] {
            assert_eq!(found(name), None, "{name}");
        }
    }

    #[cfg(feature = "interpreter")]
    #[test]
    fn a_short_name_is_told_in_full() {
        let full = |short| super::full_name(archive(), short);
        assert_eq!(full("z"), Some("libz.so.1"));
        assert_eq!(full("zstd"), Some("libzstd.so.1"));
        assert_eq!(full("odd"), Some("libodd.so"));
        assert_eq!(full("m"), Some("libm.so.6"));
        assert_eq!(full("no-such"), None);
    }
}
