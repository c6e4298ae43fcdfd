//! What of a `pyoxidizer.bzl` has a counterpart here.
//!
//! Names and meanings are those of PyOxidizer's documentation, "Packaging User Guide" and "Configuration Files", of version 0.24.

use std::path::Path;

use crate::interpreter::run_with_input;
use crate::{Error, python};

const READ: &str = include_str!("python/pyoxidizer.py");

/// Name of the file.
const FILE: &str = "pyoxidizer.bzl";

/// What a `pyoxidizer.bzl` says, in terms of [`Settings`](crate::Settings).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counterparts {
    /// Lines for `[tool.exuvia.pack]`, each with where it comes from: key, value as TOML, name and line in the file.
    pub settings: Vec<(&'static str, String, String)>,
    /// Other names that occur in the file, each with its line, and what takes their place.
    pub others: Vec<(String, String)>,
}

/// Reads the `pyoxidizer.bzl` of a folder with the help of the Python that is chosen; nothing where there is none.
///
/// # Errors
///
/// Where the file cannot be read, or the Python is not there or does not run.
pub fn counterparts(folder: &Path, chosen: &Path) -> Result<Option<Counterparts>, Error> {
    let path = folder.join(FILE);
    let text = match std::fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Read { path, source }),
    };
    let python = python::choose(chosen)?;
    let output = run_with_input(&python.executable, READ, &text)?;
    let names: Vec<(String, Vec<String>, u32)> =
        serde_json::from_slice(&output).map_err(|error| Error::Interpreter {
            python: python.executable.clone(),
            reason: format!("its answer cannot be read: {error}"),
        })?;
    let mut found = Counterparts::default();
    for (name, values, line) in names {
        found.add(&name, &values, line);
    }
    Ok(Some(found))
}

impl Counterparts {
    fn add(&mut self, name: &str, values: &[String], line: u32) {
        let place = format!("{name}, line {line}");
        let setting = match (name, values) {
            ("run_module", [module]) => Some(("module", module.clone())),
            ("run_filename", [script]) => Some(("script", script.clone())),
            ("to_python_executable.name", [name]) => Some(("output", name.clone())),
            ("read_virtualenv" | "read_virtualenv.path", [path]) => {
                Some(("python", format!("{path}/bin/python")))
            }
            _ => None,
        };
        if let Some((key, value)) = setting {
            if self.settings.iter().all(|(known, ..)| *known != key) {
                self.settings.push((key, quoted(&value), place));
            }
            return;
        }
        let Some(words) = instead(name, values) else {
            return;
        };
        if self.others.iter().all(|(_, known)| *known != words) {
            let name = name.rsplit('.').next().unwrap_or(name);
            self.others.push((format!("{name}, line {line}"), words));
        }
    }
}

/// What takes the place of a name.
fn instead(name: &str, values: &[String]) -> Option<String> {
    let all = values.join(" ");
    Some(match name {
        "run_command" => format!(
            "put the command into a file, and name it with `script`; or name an installed command with `entry`: {all}"
        ),
        "pip_install" | "pip_download" => {
            format!("install it into the environment that is packed: pip install {all}")
        }
        "setup_py_install" => {
            "install it into the environment that is packed: pip install .".to_owned()
        }
        "read_package_root" | "read_package_root.packages" => {
            "packages beside the script or module come along; install others: pip install -e ."
                .to_owned()
        }
        "default_python_distribution.python_version" => {
            format!("choose a Python {all} with `python`")
        }
        "extension_module_filter" => {
            "all extension modules come along but those under the GPL, readline and gdbm, which `include` takes along"
                .to_owned()
        }
        "resources_location"
        | "resources_location_fallback"
        | "set_resource_handling_mode"
        | "allow_files"
        | "allow_in_memory_shared_library_loading"
        | "file_scanner_emit_files"
        | "include_file_resources"
        | "include_non_distribution_sources"
        | "packed_resources_load_mode" => {
            "not needed: every module and data file of a package is packed, has its path, and is read from memory"
                .to_owned()
        }
        "include_distribution_sources" | "include_distribution_resources" => {
            "not needed: sources and data of the standard library are packed".to_owned()
        }
        "include_test" => {
            "tests of the standard library stay out; `include = [\"test\"]` takes them along"
                .to_owned()
        }
        "register_resource_callback" | "add_include" => {
            "`exclude` leaves distributions and modules out, `include` takes them along".to_owned()
        }
        "filesystem_importer" | "oxidized_importer" | "module_search_paths" => {
            "not needed: the application imports what is packed, and what it puts on sys.path"
                .to_owned()
        }
        "multiprocessing_start_method" => {
            "not needed: multiprocessing works with all its start methods".to_owned()
        }
        "bytecode_optimize_level_one" | "bytecode_optimize_level_two" | "optimization_level" => {
            "there is none: assertions and docstrings stay, as under `python`".to_owned()
        }
        "allocator_backend" | "config_profile" | "sys_frozen" | "terminfo_resolution" => {
            "there is none: the interpreter is configured as `python` is".to_owned()
        }
        "windows_runtime_dlls_mode" | "windows_subsystem" | "WiXInstaller" | "WiXMSIBuilder"
        | "to_wix_msi_builder" | "to_wix_bundle_builder" | "MacOsApplicationBundleBuilder" => {
            "there is none: what is packed runs on Linux".to_owned()
        }
        "tcl_files_path" => {
            "`include = [\"tkinter\"]` takes the modules along; Tcl's scripts come from the machine"
                .to_owned()
        }
        _ => return None,
    })
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    // The escapes of a JSON string are among those of a basic string of TOML.
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Counterparts, instead};

    #[test]
    fn what_can_be_said_here_is_said_once() {
        let mut found = Counterparts::default();
        let one = |text: &str| vec![text.to_owned()];
        found.add("run_module", &one("app.cli"), 3);
        found.add("run_module", &one("other"), 4);
        found.add("to_python_executable.name", &one("a \"b\""), 5);
        found.add("read_virtualenv", &one(".venv"), 6);
        found.add("resources_location", &one("in-memory"), 7);
        found.add("resources_location_fallback", &one("x"), 8);
        found.add("name_of_a_variable", &[], 9);
        let settings: Vec<_> = found
            .settings
            .iter()
            .map(|(key, value, place)| format!("{key} = {value} # {place}"))
            .collect();
        assert_eq!(
            settings,
            [
                "module = \"app.cli\" # run_module, line 3",
                "output = \"a \\\"b\\\"\" # to_python_executable.name, line 5",
                "python = \".venv/bin/python\" # read_virtualenv, line 6",
            ]
        );
        let [(place, words)] = found.others.as_slice() else {
            panic!("{:?}", found.others)
        };
        assert_eq!(place, "resources_location, line 7");
        assert!(words.starts_with("not needed: "), "{words}");
    }

    #[test]
    fn a_command_is_told_as_it_is_written() {
        let words = instead("run_command", &["import app; app.main()".to_owned()]).unwrap();
        assert!(words.ends_with(": import app; app.main()"), "{words}");
        assert_eq!(instead("register_target", &[]), None);
    }
}
