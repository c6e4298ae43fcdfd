//! The crate in `rust/`: what it is called, which groups of ports it has, and the files around them.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::source::{PORT_OF, PortFile};
use super::{KEYWORDS, digest, function_identifier};
use crate::Project;
use crate::changes::Changes;
use crate::checkout::dependency;

/// The crate as it is on disk, or as it is to become.
#[derive(Debug)]
pub(crate) struct Krate {
    dir: PathBuf,
    /// The compiled module: `qrcode._exuvia`; `_exuvia` where the project is a single module.
    pub(crate) extension: String,
    /// The ports, by group: the attribute of the compiled module and the name of the Rust file.
    pub(crate) groups: BTreeMap<String, PortFile>,
}

/// Why `rust/` cannot be worked with.
#[derive(Debug, thiserror::Error)]
pub enum KrateError {
    /// A file could not be read.
    #[error("cannot read {}: {source}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// `rust/` is there, and `exuvia port` did not write it.
    #[error("{} exists and was not written by `exuvia port`: its pyproject.toml names no module `_exuvia`", dir.display())]
    NotOurs {
        /// The folder.
        dir: PathBuf,
    },
    /// The lists in `lib.rs` cannot be found.
    #[error("cannot add to {}: the line `{mark}` or its `{END}` is gone", file.display())]
    MarkGone {
        /// The file.
        file: PathBuf,
        /// The mark.
        mark: &'static str,
    },
}

impl crate::Advice for KrateError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Read { .. } => None,
            Self::NotOurs { .. } => {
                Some("move it elsewhere: exuvia keeps its crate in rust/".to_owned())
            }
            Self::MarkGone { mark, .. } => {
                Some(format!("put `{mark}` and `{END}` back around its list"))
            }
        }
    }
}

const MODULES: &str = "// exuvia: modules";
const FUNCTIONS: &str = "// exuvia: functions";
const END: &str = "// exuvia: end";

/// Names of files in `rust/src/` that are no group, and words that are no module's name in Rust.
const RESERVED: [&str; 14] = [
    "lib", "twin", "exact", "self", "super", "crate", "main", "_", "exuvia", "std", "core",
    "alloc", "group", "module",
];

impl Krate {
    /// The crate in the project's `rust/`, where there is one.
    pub(crate) fn open(project: &Project) -> Result<Option<Self>, KrateError> {
        let dir = project.rust_dir();
        if !dir.exists() {
            return Ok(None);
        }
        let file = dir.join("pyproject.toml");
        let not_ours = || KrateError::NotOurs { dir: dir.clone() };
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(not_ours()),
            Err(source) => return Err(KrateError::Read { file, source }),
        };
        let table: toml::Table = toml::from_str(&text).map_err(|_| not_ours())?;
        let extension = ["tool", "maturin"]
            .iter()
            .try_fold(&table, |table, key| table.get(*key)?.as_table())
            .and_then(|table| table.get("module-name")?.as_str())
            .filter(|name| name.rsplit('.').next() == Some("_exuvia"))
            .ok_or_else(not_ours)?
            .to_owned();
        let groups = read_groups(&dir.join("src"))?;
        Ok(Some(Self {
            dir,
            extension,
            groups,
        }))
    }

    /// A crate that is still to be written.
    pub(crate) fn new(project: &Project, package: Option<&str>) -> Self {
        let extension = package.map_or_else(
            || "_exuvia".to_owned(),
            |package| format!("{package}._exuvia"),
        );
        Self {
            dir: project.rust_dir(),
            extension,
            groups: BTreeMap::new(),
        }
    }

    /// The package that the compiled module belongs to; nothing where it stands by itself.
    pub(crate) fn package(&self) -> Option<&str> {
        self.extension.strip_suffix("._exuvia")
    }

    /// The group of a Python module: the one that it has, else a free name.
    pub(crate) fn group_of(&self, module: &str) -> String {
        let is_its = |file: &PortFile| {
            file.items
                .first()
                .is_some_and(|item| item.header.name.module() == module)
        };
        if let Some((group, _)) = self.groups.iter().find(|(_, file)| is_its(file)) {
            return group.clone();
        }
        let inner = self
            .package()
            .and_then(|package| module.strip_prefix(package)?.strip_prefix('.'));
        let mut group = inner.unwrap_or(module).replace('.', "_");
        let is_taken = |group: &str| {
            self.groups.contains_key(group)
                || RESERVED.contains(&group)
                || KEYWORDS.contains(&group)
        };
        while is_taken(&group) {
            group.push('_');
        }
        group
    }

    /// The Rust file of a group.
    pub(crate) fn file_of(&self, group: &str) -> PathBuf {
        self.dir.join("src").join(format!("{group}.rs"))
    }

    /// The digest of everything that the compiled module is made from in here. The headers of ports are not: `port` changes
    /// them without a change to the Rust.
    pub(crate) fn sources_digest(&self) -> String {
        let mut files = vec![self.dir.join("Cargo.toml")];
        let mut folders = vec![self.dir.join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)
                .into_iter()
                .flatten()
                .filter_map(Result::ok)
            {
                let path = entry.path();
                let list = if path.is_dir() {
                    &mut folders
                } else {
                    &mut files
                };
                list.push(path);
            }
        }
        files.sort();
        let contents = files
            .iter()
            .filter_map(|file| Some((file.file_name()?, fs::read(file).ok()?)));
        let without_headers = |content: Vec<u8>| -> Vec<u8> {
            content
                .split_inclusive(|&byte| byte == b'\n')
                .filter(|line| !line.starts_with(PORT_OF.as_bytes()))
                .flatten()
                .copied()
                .collect()
        };
        digest(
            contents
                .map(|(name, content)| format!("{name:?} {:?}\n", without_headers(content)))
                .collect::<String>(),
        )
    }

    /// Plans the crate's files. Those that people may have changed are written only where they are missing.
    pub(crate) fn plan(&self, changes: &mut Changes) -> Result<(), KrateError> {
        for (path, content) in self.fixed_files() {
            if !path.exists() {
                changes.write(&path, content);
            }
        }
        for (group, file) in &self.groups {
            changes.write(&self.file_of(group), file.text());
        }
        let lib = self.dir.join("src/lib.rs");
        let text = match fs::read_to_string(&lib) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.new_lib(),
            Err(source) => return Err(KrateError::Read { file: lib, source }),
        };
        let text = replace_list(&text, MODULES, &self.module_list());
        let text = text.ok_or_else(|| KrateError::MarkGone {
            file: lib.clone(),
            mark: MODULES,
        })?;
        let text = replace_list(&text, FUNCTIONS, &self.function_list());
        let text = text.ok_or_else(|| KrateError::MarkGone {
            file: lib.clone(),
            mark: FUNCTIONS,
        })?;
        changes.write(&lib, text);
        Ok(())
    }

    /// Whether everything but the groups is as `port` wrote it, and nothing else is there but what a build leaves.
    pub(crate) fn is_untouched(&self) -> bool {
        let fixed = self.fixed_files();
        let lib = self.dir.join("src/lib.rs");
        let is_same =
            |path: &Path, content: &str| fs::read_to_string(path).is_ok_and(|text| text == content);
        let empty = Self {
            dir: self.dir.clone(),
            extension: self.extension.clone(),
            groups: BTreeMap::new(),
        };
        let emptied = fs::read_to_string(&lib)
            .ok()
            .and_then(|text| replace_list(&replace_list(&text, MODULES, "")?, FUNCTIONS, ""));
        let known = |path: &Path| {
            path == lib
                || fixed.iter().any(|(file, _)| file == path)
                || self.groups.keys().any(|group| self.file_of(group) == path)
                || ["Cargo.lock", "target", "src"]
                    .iter()
                    .any(|name| path == self.dir.join(name))
        };
        let entries = [self.dir.clone(), self.dir.join("src")]
            .into_iter()
            .filter_map(|dir| fs::read_dir(dir).ok());
        let mut entries = entries.flatten().filter_map(Result::ok);
        fixed.iter().all(|(path, content)| is_same(path, content))
            && emptied == Some(empty.new_lib())
            && entries.all(|entry| known(&entry.path()))
    }

    /// The files that `port` writes once.
    fn fixed_files(&self) -> Vec<(PathBuf, String)> {
        let package = self
            .package()
            .unwrap_or("app")
            .replace(['.', '_'], "-")
            .to_lowercase();
        let name = format!("{package}-exuvia");
        let fill = |text: &str| {
            text.replace("@NAME@", &name)
                .replace("@EXTENSION@", &self.extension)
        };
        vec![
            (
                self.dir.join("Cargo.toml"),
                fill(CARGO_TOML).replace("@EXUVIA@", &dependency("exuvia")),
            ),
            (self.dir.join("pyproject.toml"), fill(PYPROJECT_TOML)),
            (self.dir.join(".gitignore"), "target/\n".to_owned()),
            (
                self.dir.join("src/twin.rs"),
                fill(include_str!("../../templates/twin.rs")),
            ),
            (
                self.dir.join("src/exact.rs"),
                include_str!("../../templates/exact.rs").to_owned(),
            ),
        ]
    }

    fn new_lib(&self) -> String {
        LIB_RS.replace("@PACKAGE@", self.package().unwrap_or("the module"))
    }

    fn module_list(&self) -> String {
        self.groups
            .keys()
            .map(|group| format!("mod {group};\n"))
            .collect()
    }

    fn function_list(&self) -> String {
        let mut text = String::new();
        for (group, file) in &self.groups {
            let Some(first) = file.items.first() else {
                continue;
            };
            // The name of the group is the Python module's, so that each function has the `__module__` of its twin.
            let module = first.header.name.module();
            _ = writeln!(
                text,
                "    let group = PyModule::new(module.py(), {module:?})?;"
            );
            for item in &file.items {
                let function = function_identifier(item.header.name.qualname());
                _ = writeln!(
                    text,
                    "    group.add_function(wrap_pyfunction!({group}::{function}, &group)?)?;"
                );
            }
            _ = writeln!(text, "    module.add({group:?}, group)?;");
        }
        text
    }
}

fn read_groups(src: &Path) -> Result<BTreeMap<String, PortFile>, KrateError> {
    let mut groups = BTreeMap::new();
    let entries = match fs::read_dir(src) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(groups),
        Err(source) => {
            return Err(KrateError::Read {
                file: src.to_owned(),
                source,
            });
        }
    };
    for path in entries.filter_map(|entry| entry.ok().map(|entry| entry.path())) {
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|source| KrateError::Read {
            file: path.clone(),
            source,
        })?;
        let file = PortFile::parse(&text);
        if let Some(group) = path.file_stem().and_then(|stem| stem.to_str())
            && !file.items.is_empty()
        {
            groups.insert(group.to_owned(), file);
        }
    }
    Ok(groups)
}

/// `text` with `list` between the line `mark` and the next `END`; nothing where either is missing.
fn replace_list(text: &str, mark: &str, list: &str) -> Option<String> {
    let at = text.find(mark)?;
    let start = at + text[at..].find('\n')? + 1;
    let end = start + text[start..].find(END)?;
    let end = text[..end]
        .rfind('\n')
        .map_or(0, |newline| newline + 1)
        .max(start);
    Some(format!("{}{list}{}", &text[..start], &text[end..]))
}

const CARGO_TOML: &str = "\
# Written by `exuvia port`; yours to change.
[package]
name = \"@NAME@\"
version = \"0.1.0\"
edition = \"2024\"
publish = false

[lib]
name = \"_exuvia\"
crate-type = [\"cdylib\"]

[dependencies]
exuvia = @EXUVIA@

[profile.release]
lto = \"thin\"
codegen-units = 1
strip = true

# A workspace of its own, whatever is around it.
[workspace]
";

const PYPROJECT_TOML: &str = "\
# Written by `exuvia port`; yours to change.
[build-system]
requires = [\"maturin>=1.9.4,<2\"]
build-backend = \"maturin\"

[project]
name = \"@NAME@\"
version = \"0.1.0\"
requires-python = \">=3.10\"

[tool.maturin]
module-name = \"@EXTENSION@\"
";

const LIB_RS: &str = "\
//! The functions of `@PACKAGE@` that run in Rust, one Rust module for each Python module.
//!
//! `exuvia port` keeps the two lists between its marks; everything else here is yours.

mod exact;
mod twin;
// exuvia: modules
// exuvia: end

use exuvia::prelude::*;

#[pymodule]
fn _exuvia(module: &Bound<'_, PyModule>) -> PyResult<()> {
    // exuvia: functions
    // exuvia: end
    Ok(())
}
";
