//! The shared libraries that extension modules need, and where this machine has them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use exuvia_archive::LIBRARIES;

use crate::collect::{CollectedFile, Collection, Contents, Origin};
use crate::elf::{self, Dynamic};

/// Libraries of glibc and the loader: they belong together, and to the machine that the file runs on.
const OF_THE_SYSTEM: &[&str] = &[
    "ld-linux-x86-64",
    "libBrokenLocale",
    "libanl",
    "libc",
    "libdl",
    "libm",
    "libmvec",
    "libnsl",
    "libnss_compat",
    "libnss_dns",
    "libnss_files",
    "libpthread",
    "libresolv",
    "librt",
    "libthread_db",
    "libutil",
    // The graphical ones of the manylinux policies (PEP 600), which have to fit the machine's display and drivers.
    "libGL",
    "libEGL",
    "libX11",
    "libXext",
    "libXrender",
    "libICE",
    "libSM",
    "libdrm",
    "libxcb",
    // Those of graphics drivers, which have to fit the machine's kernel.
    "libGLX",
    "libOpenGL",
    "libcuda",
    "libnvidia-ml",
    "libvulkan",
];

/// Finds the libraries for every shared object of a collection, adds them to it, and records the order in which to load them.
///
/// Gives notes about libraries that are nowhere, and the shared objects that ask for `libpython` itself.
pub(crate) fn add_libraries(collection: &mut Collection) -> Notes {
    let mut walk = Walk {
        directories: library_directories(),
        ..Walk::default()
    };
    let mut objects: Vec<(String, PathBuf)> = Vec::new();
    for (path, file) in &collection.files {
        let is_object = path.ends_with(".so") || path.contains(".so.");
        let Contents::OnDisk(place) = &file.contents else {
            continue;
        };
        if !is_object {
            continue;
        }
        let canonical = place.canonicalize().unwrap_or_else(|_| place.clone());
        if file.origin == Origin::Application
            && let Some(name) = canonical.file_name().and_then(|name| name.to_str())
        {
            let places = walk.brought.entry(name.to_owned()).or_default();
            places.push(canonical.clone());
        }
        walk.packed.insert(canonical, path.clone());
        objects.push((path.clone(), place.clone()));
    }
    let mut all_needs = Vec::new();
    for (path, place) in &objects {
        let mut order = Vec::new();
        walk.visit(place, &[], &mut order, &mut BTreeSet::new());
        // A module's own libraries come first; it is not its own.
        order.retain(|need| need != path);
        all_needs.push((path.clone(), order));
    }
    for (path, place) in std::mem::take(&mut walk.added) {
        collection.files.insert(
            path,
            CollectedFile {
                contents: Contents::OnDisk(place),
                origin: Origin::System,
                needs: Vec::new(),
            },
        );
    }
    for (path, needs) in all_needs {
        if let Some(file) = collection.files.get_mut(&path) {
            file.needs = needs;
        }
    }
    walk.into_notes()
}

/// The libraries that one shared object on disk needs, in the order in which to load them, as (path in the archive, place).
pub(crate) fn libraries_of(place: &Path) -> Vec<(String, PathBuf)> {
    let mut walk = Walk {
        directories: library_directories(),
        ..Walk::default()
    };
    let mut order = Vec::new();
    walk.visit(place, &[], &mut order, &mut BTreeSet::new());
    order
        .into_iter()
        .filter_map(|path| {
            walk.added
                .get(&path)
                .map(|place| (path.clone(), place.clone()))
        })
        .collect()
}

/// Where this machine has libraries that a program loads by name, with the paths that they get in the archive.
///
/// `names` are file names, or paths of libraries that a trial loaded; `short_names` are what `ctypes.util.find_library` is asked for. What is
/// nowhere is left out, as programs ask for the libraries of other systems as well. A library gets the name that it gives
/// itself, by which other libraries need it.
pub(crate) fn named(names: &[String], short_names: &[String]) -> BTreeMap<String, PathBuf> {
    let directories = library_directories();
    let mut found = BTreeMap::new();
    let mut add = |place: PathBuf| {
        // A file for linkers may lie there under a library's name.
        let name = own_name(&place)
            .filter(|name| !name.starts_with("libpython") && !is_of_the_system(name));
        if let Some(name) = name {
            found.entry(format!("{LIBRARIES}/{name}")).or_insert(place);
        }
    };
    for name in names {
        let (directory, name) = name.rsplit_once('/').unwrap_or(("", name));
        // A path elsewhere is a file of a distribution, or of the application.
        let is_theirs = directory.is_empty()
            || directories.iter().any(|known| {
                known == Path::new(directory)
                    || known
                        .canonicalize()
                        .is_ok_and(|known| known == Path::new(directory))
            });
        if !is_theirs || !name.starts_with("lib") || is_of_the_system(name) {
            continue;
        }
        let place = directories
            .iter()
            .map(|directory| directory.join(name))
            .find(|place| place.is_file());
        place.into_iter().for_each(&mut add);
    }
    for name in short_names {
        let start = format!("lib{name}.so");
        let is_version = |file: &str| {
            file.strip_prefix(start.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let best = directories.iter().find_map(|directory| {
            std::fs::read_dir(directory)
                .ok()?
                .flatten()
                .filter(|entry| entry.file_name().to_str().is_some_and(is_version))
                .map(|entry| entry.path())
                .filter_map(|place| Some((version_of(&own_name(&place)?), place)))
                .max()
                .map(|(_, place)| place)
        });
        best.into_iter().for_each(&mut add);
    }
    found
}

/// The name that a library gives itself (`DT_SONAME`), else that of its file; nothing for what is no library.
fn own_name(place: &Path) -> Option<String> {
    let dynamic = elf::dynamic(&std::fs::read(place).ok()?)?;
    dynamic
        .soname
        .or_else(|| Some(place.file_name()?.to_str()?.to_owned()))
}

/// The numbers at the end of a library's name.
fn version_of(name: &str) -> Vec<u32> {
    let (_, version) = name.split_once(".so").unwrap_or_default();
    version
        .split('.')
        .filter_map(|part| part.parse().ok())
        .collect()
}

/// Whether a library, by the name that the loader knows it by, is there on every machine that the file can run on.
pub(crate) fn is_of_the_system(name: &str) -> bool {
    OF_THE_SYSTEM.contains(&name.split(".so").next().unwrap_or_default())
}

/// What came up on the way.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    /// Libraries that are nowhere: the name, and who needs it first.
    pub(crate) missing: BTreeMap<String, PathBuf>,
    /// Shared objects that need a shared `libpython`.
    pub(crate) on_libpython: Vec<PathBuf>,
    /// Who needs each library that was added, by their paths in the archive.
    pub(crate) needed_by: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Default)]
struct Walk {
    directories: Vec<PathBuf>,
    /// Shared objects that are in the archive anyway: where they lie, and their path there.
    packed: HashMap<PathBuf, String>,
    /// Those among them that distributions and the application brought, by the names of their files.
    brought: BTreeMap<String, Vec<PathBuf>>,
    /// Libraries to be added: their path in the archive, and where they lie.
    added: BTreeMap<String, PathBuf>,
    dynamic: HashMap<PathBuf, Rc<Dynamic>>,
    /// Libraries that were not found, by who needs them; for another chain of objects the same may be found.
    missing: BTreeSet<(PathBuf, String)>,
    found: BTreeMap<PathBuf, BTreeSet<String>>,
    notes: Notes,
}

impl Walk {
    /// Appends the libraries that an object needs, each after those that it needs itself.
    ///
    /// `inherited` is where the objects that led to this one have the loader look, the nearest first.
    fn visit(
        &mut self,
        object: &Path,
        inherited: &[PathBuf],
        order: &mut Vec<String>,
        seen: &mut BTreeSet<PathBuf>,
    ) {
        let dynamic = self.dynamic(object);
        let own = directories_of(&dynamic.inherited_path, object);
        let inherited: Vec<_> = own.into_iter().chain(inherited.iter().cloned()).collect();
        for library in self.needed_by(object, &dynamic, &inherited) {
            let (path, needed_by) = (self.path_of(&library), self.path_of(object));
            let all = self.notes.needed_by.entry(path.clone()).or_default();
            all.insert(needed_by);
            if !seen.insert(library.clone()) {
                continue;
            }
            self.visit(&library, &inherited, order, seen);
            if !self.packed.values().any(|packed| *packed == path) {
                self.added.insert(path.clone(), library.clone());
            }
            if !order.contains(&path) {
                order.push(path);
            }
        }
    }

    /// The path in the archive of an object that is in it anyway, or of a library that is to be added.
    fn path_of(&self, object: &Path) -> String {
        let canonical = object.canonicalize().unwrap_or_else(|_| object.to_owned());
        self.packed.get(&canonical).cloned().unwrap_or_else(|| {
            let name = object.file_name().unwrap_or_default();
            format!("{LIBRARIES}/{}", name.to_string_lossy())
        })
    }

    fn dynamic(&mut self, object: &Path) -> Rc<Dynamic> {
        let read = || {
            let bytes = std::fs::read(object).ok()?;
            elf::dynamic(&bytes)
        };
        self.dynamic
            .entry(object.to_owned())
            .or_insert_with(|| Rc::new(read().unwrap_or_default()))
            .clone()
    }

    /// Where the libraries lie that an object needs directly.
    fn needed_by(
        &mut self,
        object: &Path,
        dynamic: &Dynamic,
        inherited: &[PathBuf],
    ) -> Vec<PathBuf> {
        let mut needed = Vec::new();
        // Objects that need it may lead to it by different ways.
        let canonical = object.canonicalize().unwrap_or_else(|_| object.to_owned());
        for name in &dynamic.needed {
            let stem = name.split(".so").next().unwrap_or_default();
            if stem.starts_with("libpython3") {
                if !self.notes.on_libpython.iter().any(|each| each == object) {
                    self.notes.on_libpython.push(object.to_owned());
                }
            } else if !is_of_the_system(name) {
                match self.find(name, object, dynamic, inherited) {
                    Some(path) => {
                        let found = self.found.entry(canonical.clone()).or_default();
                        found.insert(name.clone());
                        needed.push(path);
                    }
                    None => {
                        self.missing.insert((canonical.clone(), name.clone()));
                    }
                }
            }
        }
        needed
    }

    /// Where a library lies that an object needs: where ld.so(8) looks in the object's own behalf, then where a wheel may have put it that loads it
    /// by its path before, then among the libraries of the machine.
    fn find(
        &self,
        name: &str,
        object: &Path,
        dynamic: &Dynamic,
        inherited: &[PathBuf],
    ) -> Option<PathBuf> {
        let run_path = directories_of(&dynamic.run_path, object);
        let asked = if run_path.is_empty() {
            inherited
        } else {
            &run_path
        };
        let mut places = asked
            .iter()
            .map(PathBuf::as_path)
            .chain(object.parent())
            .map(|directory| directory.join(name));
        if let Some(place) = places.find(|path| path.is_file()) {
            return Some(place);
        }
        self.brought_near(name, object).or_else(|| {
            let mut places = self
                .directories
                .iter()
                .map(|directory| directory.join(name));
            places.find(|path| path.is_file())
        })
    }

    /// The library of this name that came with a distribution or the application, for an object that did; of several, that which lies nearest.
    ///
    /// What the interpreter and the machine's own libraries need is the machine's.
    fn brought_near(&self, name: &str, object: &Path) -> Option<PathBuf> {
        let is_brought = |place: &Path| {
            let file = place.file_name().and_then(|file| file.to_str());
            file.and_then(|file| self.brought.get(file))
                .is_some_and(|places| places.iter().any(|known| known == place))
        };
        let object = object.canonicalize().ok()?;
        if !is_brought(&object) {
            return None;
        }
        let in_common = |place: &&PathBuf| {
            let parts = place.components().zip(object.components());
            parts.take_while(|(one, other)| one == other).count()
        };
        // Of equally near ones the first.
        let places = self.brought.get(name)?.iter().rev();
        places.max_by_key(in_common).cloned()
    }

    /// What came up, once all is visited.
    fn into_notes(self) -> Notes {
        let mut notes = self.notes;
        for (object, name) in self.missing {
            let was_found = self
                .found
                .get(&object)
                .is_some_and(|names| names.contains(&name));
            if !was_found {
                notes.missing.entry(name).or_insert(object);
            }
        }
        notes
    }
}

/// The directories that an object names, `$ORIGIN` being the one that it lies in.
fn directories_of(named: &[String], object: &Path) -> Vec<PathBuf> {
    let here = object.parent().unwrap_or(Path::new("/"));
    let whole = |path: &String| {
        path.replace("${ORIGIN}", "$ORIGIN")
            .replace("$ORIGIN", &here.to_string_lossy())
    };
    named.iter().map(|path| whole(path).into()).collect()
}

/// Where the loader of this machine looks: its configuration, then the places built into it.
fn library_directories() -> Vec<PathBuf> {
    let mut directories = Vec::new();
    read_loader_configuration(Path::new("/etc/ld.so.conf"), &mut directories, 0);
    let built_in = [
        "/lib/x86_64-linux-gnu",
        "/usr/lib/x86_64-linux-gnu",
        "/lib64",
        "/usr/lib64",
        "/lib",
        "/usr/lib",
    ];
    directories.extend(built_in.iter().map(PathBuf::from));
    directories
}

/// Reads `ld.so.conf` (ldconfig(8)): a directory a line, and `include` with a pattern whose last part may hold `*`.
fn read_loader_configuration(path: &Path, directories: &mut Vec<PathBuf>, depth: u8) {
    let Ok(text) = std::fs::read_to_string(path) else {
        return;
    };
    for line in text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
    {
        let Some(pattern) = line.strip_prefix("include ") else {
            directories.push(PathBuf::from(line));
            continue;
        };
        let pattern = path.parent().unwrap_or(Path::new("/")).join(pattern.trim());
        let (Some(folder), Some(name)) = (
            pattern.parent(),
            pattern.file_name().and_then(|name| name.to_str()),
        ) else {
            continue;
        };
        let (start, end) = name.split_once('*').unwrap_or((name, ""));
        let Ok(entries) = std::fs::read_dir(folder) else {
            continue;
        };
        let mut included: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        included.retain(|file| {
            file.file_name()
                .and_then(|name| name.to_str())
                .is_some_and(|name| name.starts_with(start) && name.ends_with(end))
        });
        included.sort();
        // An include that includes itself ends here.
        if depth < 8 {
            included
                .iter()
                .for_each(|file| read_loader_configuration(file, directories, depth + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{named, version_of};

    #[test]
    fn libraries_are_found_by_the_names_that_programs_use() {
        let found = |names: &[&str], short_names: &[&str]| {
            let owned = |names: &[&str]| {
                names
                    .iter()
                    .map(|&name| name.to_owned())
                    .collect::<Vec<_>>()
            };
            named(&owned(names), &owned(short_names))
        };
        // Whatever library of the machine, all names of it mean one.
        let zlib = found(&["libz.so.1"], &[]);
        let path = ".exuvia/lib/libz.so.1";
        assert!(zlib.contains_key(path), "this machine has no zlib");
        assert_eq!(found(&[], &["z"]).keys().collect::<Vec<_>>(), [path]);
        let place = zlib[path].to_str().unwrap();
        assert_eq!(found(&[place], &[]), zlib);
        for other in [
            "libc.so.6",
            "libm.so.6",
            "kernel32.dll",
            "libno-such.so.1",
            "/opt/else/libz.so.1",
        ] {
            assert!(found(&[other], &[]).is_empty(), "{other}");
        }
        assert!(found(&[], &["c", "m", "GL", "no-such"]).is_empty());
    }

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(version_of("libx.so.10") > version_of("libx.so.9.1"));
        assert!(version_of("libx.so.1") > version_of("libx.so"));
    }
}
