//! What comes along of the standard library, and what stays out.

use std::path::{Path, PathBuf};

use crate::Error;

/// Parts of the standard library that applications do not run on: its tests, its development tools and what needs Tcl.
const LEFT_OUT_DIRECTORIES: &[&str] = &[
    "__pycache__",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "site-packages",
    "dist-packages",
    "test",
    "tests",
    "tkinter",
    "turtledemo",
    "venv",
];

/// Modules of the standard library that stay out: under the GPL (`readline`, `_gdbm`), for its own tests, or for Tcl and NIS.
const LEFT_OUT_MODULES: &[&str] = &[
    "_gdbm",
    "_tkinter",
    "nis",
    "readline",
    "turtle",
    "xxlimited",
    "xxlimited_35",
    "xxsubtype",
];

/// The folder of extension modules.
const DYNLOAD: &str = "lib-dynload";

/// What comes along with a module of the standard library that is asked for.
const COMPANIONS: &[(&str, &[&str])] = &[
    ("idlelib", &["_tkinter", "tkinter"]),
    (
        "test",
        &[
            "_ctypes_test",
            "_testbuffer",
            "_testcapi",
            "_testclinic",
            "_testclinic_limited",
            "_testexternalinspection",
            "_testimportmultiple",
            "_testinternalcapi",
            "_testlimitedcapi",
            "_testmultiphase",
            "_testsinglephase",
            "_xxtestfuzz",
        ],
    ),
    ("tkinter", &["_tkinter"]),
    ("turtle", &["_tkinter", "tkinter"]),
    ("turtledemo", &["_tkinter", "tkinter", "turtle"]),
];

/// Reads directories of the standard library.
pub(crate) struct StandardLibrary {
    /// Paths of what comes along though it is left out otherwise.
    included: Vec<String>,
    /// Top-level modules that stay out.
    pub(crate) left_out: Vec<String>,
}

impl StandardLibrary {
    pub(crate) fn new(included: &[String]) -> Self {
        let companions = COMPANIONS
            .iter()
            .filter(|(module, _)| included.iter().any(|name| name == module))
            .flat_map(|(_, companions)| companions.iter().map(|&name| name.to_owned()));
        Self {
            included: included
                .iter()
                .map(|name| name.replace('.', "/"))
                .chain(companions)
                .collect(),
            left_out: Vec::new(),
        }
    }

    fn is_included(&self, path: &str) -> bool {
        self.included.iter().any(|module| {
            path.strip_prefix(module.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']))
        })
    }

    /// Whether something below a directory is included.
    fn leads_to_included(&self, path: &str) -> bool {
        self.included.iter().any(|module| {
            module
                .strip_prefix(path)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// The files of a directory: path below it, and where they lie; sorted.
    pub(crate) fn files(&mut self, directory: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
        let mut found = Vec::new();
        // Of a directory on the way to what is included, that and what makes it a package come along.
        let mut pending = vec![(String::new(), directory.to_owned(), false)];
        while let Some((prefix, directory, is_way)) = pending.pop() {
            let failed = |source| Error::Read {
                path: directory.clone(),
                source,
            };
            for entry in std::fs::read_dir(&directory).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                // A name that is no text is no module's and no data's of the standard library.
                let Ok(name) = entry.file_name().into_string() else {
                    continue;
                };
                let path = if prefix.is_empty() {
                    name.clone()
                } else {
                    format!("{prefix}/{name}")
                };
                let kind = std::fs::metadata(entry.path()).map_err(failed)?;
                let module = name.split('.').next().unwrap_or_default();
                let leads = kind.is_dir() && self.leads_to_included(&path);
                let is_left_out = if is_way {
                    name != "__init__.py"
                } else if kind.is_dir() {
                    LEFT_OUT_DIRECTORIES.contains(&name.as_str()) || name.starts_with("config-")
                } else {
                    // In a package, as in `_pyrepl`, they are others of the same name.
                    let is_top_level = matches!(prefix.as_str(), "" | DYNLOAD);
                    (is_top_level && LEFT_OUT_MODULES.contains(&module))
                        || (name.ends_with(".so") && is_test_module(module))
                };
                let is_left_out = is_left_out && !self.is_included(&path);
                if is_left_out && leads {
                    pending.push((path, entry.path(), true));
                } else if is_left_out {
                    // A name with a dash in it is no module's.
                    if prefix.is_empty() && !module.starts_with("__") && !module.contains('-') {
                        self.left_out.push(module.to_owned());
                    }
                } else if kind.is_dir() {
                    pending.push((path, entry.path(), false));
                } else if !name.ends_with(".pyc") {
                    found.push((path, entry.path()));
                }
            }
        }
        found.sort();
        self.left_out.sort();
        Ok(found)
    }
}

/// Extension modules that exist for CPython's own tests.
fn is_test_module(name: &str) -> bool {
    name.starts_with("_test") || name.starts_with("_xxtest") || name == "_ctypes_test"
}

#[cfg(test)]
mod tests {
    use super::StandardLibrary;

    #[test]
    fn what_is_asked_for_comes_with_what_it_needs() {
        let standard = StandardLibrary::new(&["turtle".into(), "unittest.test".into()]);
        for path in [
            "turtle.py",
            "tkinter",
            "tkinter/ttk.py",
            "_tkinter.so",
            "unittest/test",
        ] {
            assert!(standard.is_included(path), "{path}");
        }
        for path in ["test", "turtledemo", "readline.so"] {
            assert!(!standard.is_included(path), "{path}");
        }
    }

    #[test]
    fn what_lies_in_a_package_that_stays_out_can_be_asked_for_alone() {
        let folder = tempfile::tempdir().unwrap();
        for path in [
            "os.py",
            "turtle.py",
            "lib-dynload/readline.so",
            "_pyrepl/readline.py",
            "test/__init__.py",
            "test/regrtest.py",
            "test/data/text.txt",
            "test/support/__init__.py",
            "test/support/tests/data.txt",
            "test/supported.py",
        ] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let files = |included: &[&str]| {
            let included: Vec<_> = included.iter().map(|&name| name.to_owned()).collect();
            let found = StandardLibrary::new(&included).files(folder.path());
            let paths = found.unwrap().into_iter().map(|(path, _)| path);
            paths.collect::<Vec<_>>()
        };
        assert_eq!(files(&[]), ["_pyrepl/readline.py", "os.py"]);
        assert_eq!(
            files(&["test.support"]),
            [
                "_pyrepl/readline.py",
                "os.py",
                "test/__init__.py",
                "test/support/__init__.py",
                "test/support/tests/data.txt"
            ]
        );
        assert_eq!(files(&["test"]).len(), 8);
    }
}
