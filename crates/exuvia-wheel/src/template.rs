//! The files of a project that starts.

use exuvia_port::checkout::dependency;

use crate::ProjectName;

/// How Python comes to the Rust.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A C library, held to a header that is the contract, which Python loads through cffi: one wheel for all versions.
    Cffi,
    /// An extension module on the binding engine: a wheel for each version.
    Extension,
}

/// A file's path, with placeholders, and its text, with placeholders.
type File = (&'static str, &'static str);

macro_rules! file {
    ($folder:literal, $path:literal) => {
        (
            $path,
            include_str!(concat!("../templates/", $folder, "/", $path)),
        )
    };
    ($folder:literal, $path:literal, $place:literal) => {
        (
            $place,
            include_str!(concat!("../templates/", $folder, "/", $path)),
        )
    };
}

const SHARED: [File; 3] = [
    file!("shared", "tests/conftest.py"),
    file!("shared", "tests/test_package.py"),
    ("python/@MODULE@/py.typed", ""),
];

const CFFI: [File; 10] = [
    file!("cffi", "Cargo.toml"),
    file!("cffi", "README.md"),
    file!("cffi", "build.rs"),
    file!("cffi", "gitignore", ".gitignore"),
    file!("cffi", "include/api.h"),
    file!("cffi", "pyproject.toml"),
    file!("cffi", "python/__init__.py", "python/@MODULE@/__init__.py"),
    file!(
        "cffi",
        "python/_native/__init__.pyi",
        "python/@MODULE@/_native/__init__.pyi"
    ),
    file!("cffi", "src/lib.rs"),
    file!("cffi", "tests/test_header.py"),
];

const EXTENSION: [File; 7] = [
    file!("extension", "Cargo.toml"),
    file!("extension", "README.md"),
    file!("extension", "gitignore", ".gitignore"),
    file!("extension", "pyproject.toml"),
    file!(
        "extension",
        "python/__init__.py",
        "python/@MODULE@/__init__.py"
    ),
    file!(
        "extension",
        "python/_native.pyi",
        "python/@MODULE@/_native.pyi"
    ),
    file!("extension", "src/lib.rs"),
];

impl Kind {
    fn own_files(self) -> &'static [File] {
        match self {
            Self::Cffi => &CFFI,
            Self::Extension => &EXTENSION,
        }
    }

    /// The crate of Exuvia that such a project needs.
    fn needs(self) -> &'static str {
        match self {
            Self::Cffi => "exuvia-c-build",
            Self::Extension => "exuvia",
        }
    }

    /// What its tests need in the Python environment.
    #[must_use]
    pub fn packages(self) -> &'static str {
        match self {
            Self::Cffi => "maturin pytest mypy cffi libclang",
            Self::Extension => "maturin pytest mypy",
        }
    }

    /// The project's files: each path, relative to its folder, with its text.
    pub(crate) fn files(self, name: &ProjectName) -> Vec<(String, String)> {
        let module = name.module();
        let dependency = dependency(self.needs());
        let fill = |text: &str| {
            text.replace("@NAME@", name.as_str())
                .replace("@MODULE@", &module)
                .replace("@UPPER@", &module.to_uppercase())
                .replace("@DEPENDENCY@", &dependency)
        };
        let files = SHARED.iter().chain(self.own_files());
        files.map(|(path, text)| (fill(path), fill(text))).collect()
    }
}
