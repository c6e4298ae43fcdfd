//! Every file that goes into the archive, with its path there.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use exuvia_archive::{LEFT_OUT_PATH, LeftOut, ModuleKind};

use crate::interpreter::{DataRoot, Interpreter, Survey};
use crate::standard_library::StandardLibrary;
use crate::{Error, libraries};

/// Directory of the application's own modules.
pub(crate) const APPLICATION: &str = "app";

/// What goes into the archive.
#[derive(Debug, Default)]
pub(crate) struct Collection {
    /// Every file, by its path in the archive.
    pub(crate) files: BTreeMap<String, CollectedFile>,
    /// Every module that is a file, by its name. The first on `sys.path` has the name.
    pub(crate) modules: BTreeMap<String, CollectedModule>,
    /// What of the standard library stays out: names of top-level packages and modules.
    pub(crate) left_out: Vec<String>,
    /// Modules that were asked to stay out, as paths below a directory of `sys.path`.
    excluded: Vec<String>,
}

/// A file that goes into the archive.
#[derive(Debug, Clone)]
pub(crate) struct CollectedFile {
    pub(crate) contents: Contents,
    pub(crate) origin: Origin,
    /// Paths in the archive of what has to be there first.
    pub(crate) needs: Vec<String>,
}

/// Where a file's contents are.
#[derive(Debug, Clone)]
pub(crate) enum Contents {
    /// On disk.
    OnDisk(PathBuf),
    /// Here.
    Bytes(Vec<u8>),
}

/// Whose a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The interpreter's. Of a shared object, what is loaded is packed, and no debugging information.
    StandardLibrary,
    /// A distribution's, or the application's own: it is packed byte for byte.
    Application,
    /// A shared library of the machine, packed as those of the interpreter are.
    System,
}

/// A module that goes into the archive.
#[derive(Debug, Clone)]
pub(crate) struct CollectedModule {
    pub(crate) kind: ModuleKind,
    /// Path of its file in the archive.
    pub(crate) file: String,
}

impl CollectedFile {
    /// The contents, from wherever they are.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Error> {
        match &self.contents {
            Contents::Bytes(bytes) => Ok(bytes.clone()),
            Contents::OnDisk(path) => std::fs::read(path).map_err(|source| Error::Read {
                path: path.clone(),
                source,
            }),
        }
    }

    /// Whether the system would run it as a program.
    pub(crate) fn is_executable(&self) -> bool {
        match &self.contents {
            Contents::Bytes(_) => false,
            Contents::OnDisk(path) => {
                std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o111 != 0)
            }
        }
    }
}

/// The directories of the archive that are on `sys.path`, in order.
pub(crate) fn search_path(interpreter: &Interpreter) -> [String; 4] {
    let stdlib = format!("lib/python{}", interpreter.minor_version());
    [
        APPLICATION.to_owned(),
        stdlib.clone(),
        format!("{stdlib}/lib-dynload"),
        format!("{stdlib}/site-packages"),
    ]
}

/// Collects the application, what it needs, and the standard library.
pub(crate) fn collect(survey: &Survey) -> Result<Collection, Error> {
    let interpreter = &survey.interpreter;
    let [application, stdlib, dynload, site] = search_path(interpreter);
    let excluded = survey
        .excluded_modules
        .iter()
        .map(|name| name.replace('.', "/"));
    let mut collection = Collection {
        excluded: excluded
            .flat_map(|path| {
                let below = start_folders(survey).map(|folder| format!("{folder}/{path}"));
                below.chain([path.clone()]).collect::<Vec<_>>()
            })
            .collect(),
        ..Collection::default()
    };
    let mut standard = StandardLibrary::new(&survey.included_modules);
    let main = &survey.application;
    if main.module.is_empty() {
        let (name, contents) = match main.script.file_name() {
            Some(name) => (
                name.to_string_lossy().into_owned(),
                Contents::OnDisk(main.script.clone()),
            ),
            None => (
                "__main__.py".to_owned(),
                Contents::Bytes(main.source.clone().into_bytes()),
            ),
        };
        let path = format!("{application}/{name}");
        collection.modules.insert(
            "__main__".to_owned(),
            CollectedModule {
                kind: ModuleKind::Module,
                file: path.clone(),
            },
        );
        collection.files.insert(
            path,
            CollectedFile {
                contents,
                origin: Origin::Application,
                needs: Vec::new(),
            },
        );
    }
    for (path, place) in &survey.local {
        collection.add(
            interpreter,
            &application,
            path,
            place.clone(),
            Origin::Application,
        );
    }
    for (path, place) in standard.files(&interpreter.stdlib)? {
        // `lib-dynload` lies below the standard library, and is a directory of `sys.path` by itself.
        if !place.starts_with(&interpreter.dynload) {
            collection.add(interpreter, &stdlib, &path, place, Origin::StandardLibrary);
        }
    }
    for (path, place) in standard.files(&interpreter.dynload).unwrap_or_default() {
        collection.add(interpreter, &dynload, &path, place, Origin::StandardLibrary);
    }
    for distribution in &survey.distributions {
        for (path, place) in &distribution.files {
            collection.add(interpreter, &site, path, place.clone(), Origin::Application);
        }
    }
    let outside = survey.distributions.iter().flat_map(|each| &each.outside);
    for (path, place) in outside {
        collection.add_plain(path, place.clone());
    }
    for folder in start_folders(survey) {
        collection.add_names_in(interpreter, &format!("{site}/{folder}/"));
    }
    for (root, path, place) in &survey.data {
        let place = place.clone();
        match root {
            DataRoot::Site => {
                collection.add(interpreter, &site, path, place, Origin::Application);
            }
            DataRoot::Prefix => collection.add_plain(path, place),
        }
    }
    for (path, place) in libraries::named(&survey.libraries, &survey.short_names) {
        collection.files.entry(path).or_insert(CollectedFile {
            contents: Contents::OnDisk(place),
            origin: Origin::System,
            needs: Vec::new(),
        });
    }
    let left_out = left_out(survey, &standard, &collection);
    collection.left_out = standard.left_out;
    collection.files.insert(
        LEFT_OUT_PATH.to_owned(),
        CollectedFile {
            contents: Contents::Bytes(LeftOut::to_text(&left_out).into_bytes()),
            origin: Origin::Application,
            needs: Vec::new(),
        },
    );
    Ok(collection)
}

/// The folders below `site-packages` that `.pth` files put on `sys.path`.
fn start_folders(survey: &Survey) -> impl Iterator<Item = &str> {
    let files = survey.distributions.iter().flat_map(|each| &each.starts);
    files.flat_map(|file| file.folders.iter().map(String::as_str))
}

/// What a program may ask for in vain: what the survey says, and what stays out of the standard library.
fn left_out(survey: &Survey, standard: &StandardLibrary, collection: &Collection) -> Vec<LeftOut> {
    let mut left_out: Vec<_> = survey
        .absent
        .iter()
        .cloned()
        .map(|(what, name, option, argument)| LeftOut {
            what,
            name,
            option,
            argument,
        })
        .collect();
    let is_told = |name: &str| {
        survey
            .absent
            .iter()
            .any(|(what, known, ..)| what == "module" && known == name)
    };
    for name in &standard.left_out {
        if !is_told(name) && !collection.modules.contains_key(name) {
            left_out.push(LeftOut {
                what: "module".to_owned(),
                name: name.clone(),
                option: "include".to_owned(),
                argument: name.clone(),
            });
        }
    }
    left_out
}

impl Collection {
    /// Adds a file that lies at `path` below a directory of `sys.path`, and the module that it is.
    fn add(
        &mut self,
        interpreter: &Interpreter,
        directory: &str,
        path: &str,
        place: PathBuf,
        origin: Origin,
    ) {
        let is_foreign = path.ends_with(".so")
            && path.contains(".cpython-")
            && !interpreter
                .extension_suffixes
                .iter()
                .any(|suffix| path.ends_with(suffix.as_str()));
        let full = format!("{directory}/{path}");
        let is_excluded = self
            .excluded
            .iter()
            .any(|module| belongs_to(path, module, &interpreter.extension_suffixes));
        if is_foreign || is_excluded || self.files.contains_key(&full) {
            return;
        }
        if let Some((name, kind)) = module_of(path, &interpreter.extension_suffixes) {
            // An extension module goes before a source of the same name, as it does on disk.
            let is_extension = matches!(kind, ModuleKind::Extension | ModuleKind::ExtensionPackage);
            let known = self.modules.get(&name);
            let wins = known.is_none_or(|known| {
                is_extension
                    && known.kind == ModuleKind::Module
                    && parent(&known.file) == parent(&full)
            });
            if wins {
                self.modules.insert(
                    name,
                    CollectedModule {
                        kind,
                        file: full.clone(),
                    },
                );
            }
        }
        self.files.insert(
            full,
            CollectedFile {
                contents: Contents::OnDisk(place),
                origin,
                needs: Vec::new(),
            },
        );
    }

    /// Adds a file that is no module, at its path in the archive.
    fn add_plain(&mut self, path: &str, place: PathBuf) {
        self.files.entry(path.to_owned()).or_insert(CollectedFile {
            contents: Contents::OnDisk(place),
            origin: Origin::Application,
            needs: Vec::new(),
        });
    }

    /// Gives the modules in a folder, whose path ends with a slash, the names that they have where that is on `sys.path`, behind all else.
    fn add_names_in(&mut self, interpreter: &Interpreter, folder: &str) {
        for path in self.files.keys() {
            if let Some(below) = path.strip_prefix(folder)
                && let Some((name, kind)) = module_of(below, &interpreter.extension_suffixes)
            {
                self.modules.entry(name).or_insert(CollectedModule {
                    kind,
                    file: path.clone(),
                });
            }
        }
    }
}

fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

/// The module that a file is, by its path below a directory of `sys.path`.
fn module_of(path: &str, extension_suffixes: &[String]) -> Option<(String, ModuleKind)> {
    let (stem, is_extension) = match path.strip_suffix(".py") {
        Some(stem) => (stem, false),
        None => (
            extension_suffixes
                .iter()
                .find_map(|suffix| path.strip_suffix(suffix.as_str()))?,
            true,
        ),
    };
    let (stem, is_package) = match stem.strip_suffix("/__init__") {
        Some(stem) => (stem, true),
        None => (stem, false),
    };
    // Python imports any name without a dot: that of `_sysconfigdata__linux_x86_64-linux-gnu` has a hyphen.
    let is_name = |part: &str| !part.is_empty() && !part.contains('.');
    let kind = match (is_extension, is_package) {
        (false, false) => ModuleKind::Module,
        (false, true) => ModuleKind::Package,
        (true, false) => ModuleKind::Extension,
        (true, true) => ModuleKind::ExtensionPackage,
    };
    stem.split('/')
        .all(is_name)
        .then(|| (stem.replace('/', "."), kind))
}

/// Whether a file is a module's, or that of one in it, both as paths below a directory of `sys.path`.
fn belongs_to(path: &str, module: &str, extension_suffixes: &[String]) -> bool {
    path.strip_prefix(module).is_some_and(|rest| {
        rest.starts_with('/')
            || matches!(rest, ".py" | ".pyi")
            || extension_suffixes.iter().any(|suffix| rest == suffix)
    })
}

#[cfg(test)]
mod tests {
    use exuvia_archive::ModuleKind;

    use super::{belongs_to, module_of};

    #[test]
    fn a_module_is_left_out_with_all_that_is_in_it() {
        let suffixes = [
            ".cpython-311-x86_64-linux-gnu.so".to_owned(),
            ".so".to_owned(),
        ];
        let belongs = |path: &str| belongs_to(path, "a/b", &suffixes);
        for path in [
            "a/b.py",
            "a/b/__init__.py",
            "a/b/data.txt",
            "a/b.so",
            "a/b.cpython-311-x86_64-linux-gnu.so",
            "a/b.pyi",
        ] {
            assert!(belongs(path), "{path}");
        }
        for path in [
            "a/__init__.py",
            "a/bc.py",
            "a/b.txt",
            "a/b.libs/libz.so",
            "x/a/b.py",
        ] {
            assert!(!belongs(path), "{path}");
        }
    }

    #[test]
    fn modules_are_told_by_their_paths() {
        let suffixes = [
            ".cpython-311-x86_64-linux-gnu.so".to_owned(),
            ".abi3.so".to_owned(),
            ".so".to_owned(),
        ];
        let module = |path: &str| module_of(path, &suffixes);
        assert_eq!(module("a/b.py"), Some(("a.b".into(), ModuleKind::Module)));
        assert_eq!(
            module("a/__init__.py"),
            Some(("a".into(), ModuleKind::Package))
        );
        assert_eq!(
            module("a/_b.cpython-311-x86_64-linux-gnu.so"),
            Some(("a._b".into(), ModuleKind::Extension))
        );
        assert_eq!(
            module("a/_b.abi3.so"),
            Some(("a._b".into(), ModuleKind::Extension))
        );
        assert_eq!(
            module("a/b-c.py"),
            Some(("a.b-c".into(), ModuleKind::Module))
        );
        assert_eq!(module("a/b.c.py"), None);
        assert_eq!(module("a/.py"), None);
        assert_eq!(module("a.libs/libz.so.1"), None);
        assert_eq!(module("a.libs/libz-1.2.so"), None);
        assert_eq!(module("a/b.txt"), None);
    }
}
