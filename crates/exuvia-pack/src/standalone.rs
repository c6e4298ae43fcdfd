//! What a full archive of python-build-standalone says of the Python in it, in `PYTHON.json`.
//!
//! Source of the keys: the page "Distribution Archives" of its documentation, version 8 of the format (5 and later have what is read here).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::Error;
use crate::interpreter::Interpreter;

const DESCRIPTION: &str = "PYTHON.json";

/// A distribution, and where it lies.
#[derive(Debug, Clone)]
pub(crate) struct Standalone {
    root: PathBuf,
    description: Description,
}

#[derive(Debug, Clone, Deserialize)]
struct Description {
    #[serde(default)]
    target_triple: String,
    python_exe: String,
    #[serde(default)]
    object_file_format: String,
    licenses: Option<Vec<String>>,
    license_path: Option<String>,
    #[serde(default)]
    build_info: BuildInfo,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct BuildInfo {
    #[serde(default)]
    core: Core,
    #[serde(default)]
    extensions: BTreeMap<String, Vec<Extension>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Core {
    #[serde(default)]
    links: Vec<Link>,
    static_lib: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Extension {
    #[serde(default)]
    links: Vec<Link>,
    licenses: Option<Vec<String>>,
    // The documentation has it in the singular.
    #[serde(alias = "license_path")]
    license_paths: Option<Vec<String>>,
    license_public_domain: Option<bool>,
    shared_lib: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct Link {
    name: String,
    path_static: Option<String>,
}

/// A library that is built into a distribution, and its terms.
#[derive(Debug, Clone)]
pub(crate) struct BuiltIn {
    /// The extension modules that use it.
    pub(crate) modules: Vec<String>,
    /// SPDX identifiers; empty where they are not known.
    pub(crate) licenses: Vec<String>,
    pub(crate) texts: Vec<PathBuf>,
}

impl Standalone {
    /// Reads the description in a folder; `None` where there is none.
    pub(crate) fn read(root: &Path) -> Result<Option<Self>, Error> {
        let path = root.join(DESCRIPTION);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(Error::Read { path, source }),
        };
        let description = serde_json::from_slice(&text).map_err(|error| Error::Refused {
            message: format!("{} describes no Python: {error}", path.display()),
            hint: "unpack the archive of python-build-standalone again".to_owned(),
        })?;
        let root = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
        Ok(Some(Self { root, description }))
    }

    /// The distribution whose installation a prefix is: it lies in `install` beside the description.
    pub(crate) fn around(prefix: &Path) -> Result<Option<Self>, Error> {
        match prefix.parent() {
            Some(root) if prefix.ends_with("install") => Self::read(root),
            _ => Ok(None),
        }
    }

    /// Its interpreter, if it is for this sort of machine.
    pub(crate) fn executable(&self) -> Result<PathBuf, Error> {
        let executable = self.root.join(&self.description.python_exe);
        let triple = &self.description.target_triple;
        // There are builds for later processors too, such as x86_64_v3.
        let is_ours = triple.is_empty()
            || (triple.starts_with("x86_64") && triple.ends_with("-unknown-linux-gnu"));
        if is_ours {
            Ok(executable)
        } else {
            Err(Error::Unsupported {
                python: executable,
                what: format!("a Python for {triple}"),
            })
        }
    }

    /// Puts what the description says in place of what the interpreter thinks, which is how things lay where it was built.
    pub(crate) fn correct(&self, interpreter: &mut Interpreter) {
        let core = &self.description.build_info.core;
        if let Some(library) = &core.static_lib {
            interpreter.static_library = self.root.join(library);
        }
        if self
            .description
            .object_file_format
            .starts_with("llvm-bitcode")
        {
            interpreter.why_not_static = Some(format!(
                "its static library holds {} and no machine code",
                self.description.object_file_format
            ));
        }
        let extensions = self.built_in().flat_map(|(_, extension)| &extension.links);
        interpreter.link_arguments = core
            .links
            .iter()
            .chain(extensions)
            .map(|link| match &link.path_static {
                Some(path) => self.root.join(path).to_string_lossy().into_owned(),
                None => format!("-l{}", link.name),
            })
            .collect();
    }

    /// The extensions that are in the static library: of several candidates the first.
    fn built_in(&self) -> impl Iterator<Item = (&String, &Extension)> {
        let extensions = self.description.build_info.extensions.iter();
        extensions
            .filter_map(|(name, candidates)| Some((name, candidates.first()?)))
            .filter(|(_, extension)| extension.shared_lib.is_none())
    }

    /// SPDX identifiers of the Python itself, and the text of its terms.
    pub(crate) fn terms(&self) -> (Vec<String>, Option<PathBuf>) {
        let text = self.description.license_path.as_ref();
        (
            self.description.licenses.clone().unwrap_or_default(),
            text.map(|path| self.root.join(path)),
        )
    }

    /// The libraries that are built in for extension modules, by their terms.
    pub(crate) fn libraries(&self) -> Vec<BuiltIn> {
        let mut found: BTreeMap<(Vec<String>, Vec<String>), Vec<String>> = BTreeMap::new();
        for (name, extension) in self.built_in() {
            let mut licenses = extension.licenses.clone().unwrap_or_default();
            let texts = extension.license_paths.clone().unwrap_or_default();
            if extension.license_public_domain == Some(true) {
                licenses.push("LicenseRef-Public-Domain".to_owned());
            }
            let has_library = extension
                .links
                .iter()
                .any(|link| link.path_static.is_some());
            if has_library || !licenses.is_empty() || !texts.is_empty() {
                found
                    .entry((licenses, texts))
                    .or_default()
                    .push(name.clone());
            }
        }
        found
            .into_iter()
            .map(|((licenses, texts), modules)| BuiltIn {
                modules,
                licenses,
                texts: texts.iter().map(|path| self.root.join(path)).collect(),
            })
            .collect()
    }
}
