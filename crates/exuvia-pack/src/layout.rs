//! From files and bytecode to the bytes of an archive.

use std::collections::{BTreeMap, BTreeSet};

use exuvia_archive::{
    Codec, LAUNCH_PATH, LIBRARIES, Launch, ModuleKind, NewFile, NewModule, Writer,
};

use crate::Error;
use crate::collect::{CollectedFile, Collection, Origin, search_path};
use crate::compile::Compiled;
use crate::elf;
use crate::glibc::Demands;
use crate::interpreter::{StartFile, Survey};
use crate::launcher::Launcher;
use crate::reach::{self, Use};

/// Level of Zstandard where size matters most: the highest that needs no more memory to decompress than others.
const SMALL_LEVEL: i32 = 19;

/// A laid-out application.
pub(crate) struct Layout {
    pub(crate) archive: Vec<u8>,
    pub(crate) modules: usize,
    pub(crate) notes: Vec<String>,
    /// What the program at the front and every other ELF file asks of the C library.
    pub(crate) glibc: Demands,
    /// Paths of the programs among the files.
    pub(crate) programs: Vec<String>,
}

/// Lays an application out.
pub(crate) fn lay_out(
    survey: &Survey,
    mut collection: Collection,
    compiled: BTreeMap<String, Compiled>,
    launcher: &Launcher,
    small: bool,
) -> Result<Layout, Error> {
    let search = search_path(&survey.interpreter);
    let notes = drop_what_does_not_compile(&mut collection, &compiled)?;
    let module = main_module(&collection, &survey.application.module)?;
    let namespaces = namespaces(&collection, &search);
    let modules = collection.modules.len() + namespaces.len();

    let mut writer = if small {
        Writer::with_level(SMALL_LEVEL)
    } else {
        Writer::new()
    };
    let order = reach::order(
        &collection,
        &compiled,
        &survey.application.module,
        &imports_at_start(survey, &collection),
        &survey.order,
    );
    for (name, when) in &order {
        let module = &collection.modules[name];
        let code = match compiled.get(&module.file) {
            Some(Compiled::Code(code)) => code.marshalled.clone(),
            _ => Vec::new(),
        };
        writer.add_module(NewModule {
            name: name.clone(),
            kind: module.kind,
            file: Some(module.file.clone()),
            code,
            // What nothing is known to import takes less room; if it is imported all the same, that takes a little longer.
            codec: match when {
                _ if small => Codec::Grouped,
                Use::Start | Use::Later => Codec::Stored,
                Use::Unknown => Codec::Zstandard,
            },
            portions: Vec::new(),
        })?;
    }
    for (name, portions) in namespaces {
        writer.add_module(NewModule {
            name,
            kind: ModuleKind::Namespace,
            file: None,
            code: Vec::new(),
            codec: Codec::Stored,
            portions: portions.into_iter().collect(),
        })?;
    }
    let used_at_start = used_at_start(&collection, &order);
    let mut glibc = Demands::default();
    glibc.add("", &launcher.program);
    let mut programs = Vec::new();
    for (path, file) in &collection.files {
        let contents = file.read()?;
        glibc.add(path, &contents);
        if elf::is_program(&contents) {
            programs.push(path.clone());
        }
        writer.add_file(new_file(path, file, contents, &used_at_start, small))?;
    }
    let launch = Launch {
        python: survey.interpreter.minor_version(),
        version: survey.interpreter.version_text(),
        cache_tag: survey.interpreter.cache_tag.clone(),
        stdlib: search[1].clone(),
        search: search.to_vec(),
        pth: start_files(survey, &collection)
            .map(|(path, _)| path)
            .collect(),
        module,
        libpython: launcher.carried.clone(),
        half: launcher.half.clone(),
    };
    writer.add_file(NewFile {
        path: LAUNCH_PATH.to_owned(),
        contents: launch.to_text().into_bytes(),
        codec: Codec::Stored,
        is_executable: false,
        needs: Vec::new(),
    })?;
    Ok(Layout {
        archive: writer.finish()?,
        modules,
        notes,
        glibc,
        programs,
    })
}

/// The module that `python -m NAME` runs: of a package, the `__main__` in it.
fn main_module(collection: &Collection, name: &str) -> Result<String, Error> {
    let is_package = collection
        .modules
        .get(name)
        .is_some_and(|module| module.kind.is_package());
    // A directory without `__init__` is a package, and no module.
    if name.is_empty() || collection.modules.contains_key(name) && !is_package {
        return Ok(name.to_owned());
    }
    let main = format!("{name}.__main__");
    if collection.modules.contains_key(&main) {
        return Ok(main);
    }
    Err(Error::Refused {
        message: if is_package {
            format!("{name} is a package without a module __main__, which cannot be run")
        } else {
            format!("there is no module named {name:?} in what is packed")
        },
        hint: format!("name a module in it, as in `-m {name}.MODULE`"),
    })
}

/// The `.pth` files, with their paths in the archive, in the order in which `site` processes them. There are none without that module.
fn start_files<'s>(
    survey: &'s Survey,
    collection: &Collection,
) -> impl Iterator<Item = (String, &'s StartFile)> {
    let [.., site] = search_path(&survey.interpreter);
    let files = survey.distributions.iter().flat_map(|each| &each.starts);
    let has_site = collection.modules.contains_key("site");
    let sorted: BTreeMap<_, _> = files
        .filter(|_| has_site)
        .map(|file| (format!("{site}/{}", file.name), file))
        .collect();
    sorted.into_iter()
}

/// What `.pth` files import at each start, and what processes them.
fn imports_at_start<'s>(survey: &'s Survey, collection: &Collection) -> Vec<&'s str> {
    let files: Vec<_> = start_files(survey, collection).collect();
    let imports = files.iter().flat_map(|(_, file)| &file.imports);
    let site = (!files.is_empty()).then_some("site");
    site.into_iter()
        .chain(imports.map(String::as_str))
        .collect()
}

/// Takes modules that do not compile out of the modules; they stay as files. The main module has to compile.
fn drop_what_does_not_compile(
    collection: &mut Collection,
    compiled: &BTreeMap<String, Compiled>,
) -> Result<Vec<String>, Error> {
    let mut notes = Vec::new();
    for (path, result) in compiled {
        let Compiled::Failed(reason) = result else {
            continue;
        };
        let is_main = collection
            .modules
            .get("__main__")
            .is_some_and(|main| main.file == *path);
        if is_main {
            return Err(Error::Compile {
                path: path.clone(),
                reason: reason.clone(),
            });
        }
        let is_own = collection
            .files
            .get(path)
            .is_some_and(|file| file.origin == Origin::Application);
        if is_own {
            notes.push(format!(
                "{path} does not compile and is packed as a plain file: {reason}"
            ));
        }
        collection.modules.retain(|_, module| module.file != *path);
    }
    Ok(notes)
}

/// The shared objects that every start of the application loads: the interpreter, the extension modules that are imported when the
/// application starts, and what these need.
fn used_at_start<'c>(collection: &'c Collection, order: &[(String, Use)]) -> BTreeSet<&'c str> {
    let interpreter = collection.files.keys().map(String::as_str).filter(|path| {
        path.strip_prefix(LIBRARIES)
            .is_some_and(|name| name.starts_with("/libpython") || name.starts_with("/libexuvia"))
    });
    let modules = order
        .iter()
        .filter(|(_, when)| *when == Use::Start)
        .map(|(name, _)| collection.modules[name].file.as_str());
    let mut used = BTreeSet::new();
    for path in interpreter.chain(modules) {
        if let Some((path, file)) = collection.files.get_key_value(path) {
            used.insert(path.as_str());
            used.extend(file.needs.iter().map(String::as_str));
        }
    }
    used
}

fn new_file(
    path: &str,
    file: &CollectedFile,
    mut contents: Vec<u8>,
    used_at_start: &BTreeSet<&str>,
    small: bool,
) -> NewFile {
    let is_shared_object = path.ends_with(".so") || path.contains(".so.");
    if is_shared_object && file.origin != Origin::Application {
        contents = elf::keep_what_is_loaded(contents);
    }
    // What every start loads is copied to memory by the kernel from bytes as they are, which takes half as long as from compressed ones.
    let codec = match (is_shared_object, small) {
        (true, false) if used_at_start.contains(path) => Codec::Stored,
        (false, true) => Codec::Grouped,
        _ => Codec::Zstandard,
    };
    NewFile {
        path: path.to_owned(),
        contents,
        codec,
        is_executable: file.is_executable(),
        needs: file.needs.clone(),
    }
}

/// The packages without `__init__`: directories on the way to modules, and directories inside packages.
fn namespaces(collection: &Collection, search: &[String]) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in collection.files.keys() {
        let Some((root, below)) = below_search_path(path, search) else {
            continue;
        };
        let directories: Vec<&str> = below.split('/').collect();
        let top_is_package = collection
            .modules
            .get(directories[0])
            .is_some_and(|module| module.kind.is_package());
        let leads_to_module = path.ends_with(".py") || path.ends_with(".so");
        for end in 1..directories.len() {
            let parts = &directories[..end];
            let name = parts.join(".");
            let is_name = parts.iter().all(|part| {
                !part.is_empty()
                    && part
                        .chars()
                        .all(|each| each.is_alphanumeric() || each == '_')
            });
            if !is_name
                || !(top_is_package || leads_to_module)
                || collection.modules.contains_key(&name)
            {
                continue;
            }
            found
                .entry(name)
                .or_default()
                .insert(format!("{root}/{}", parts.join("/")));
        }
    }
    found
}

/// The most specific directory of `sys.path` that a path lies in, and the path below it.
fn below_search_path<'p>(path: &'p str, search: &[String]) -> Option<(String, &'p str)> {
    let root = search
        .iter()
        .filter(|root| {
            path.strip_prefix(root.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        })
        .max_by_key(|root| root.len())?;
    Some((root.clone(), &path[root.len() + 1..]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use exuvia_archive::ModuleKind;

    use super::{main_module, new_file};
    use crate::collect::{CollectedFile, CollectedModule, Collection, Contents, Origin};

    #[test]
    fn files_of_distributions_are_packed_byte_for_byte() {
        // An ELF file with debugging information.
        let place = PathBuf::from("/proc/self/exe");
        let bytes = std::fs::read(&place).unwrap();
        let packed = |path: &str, origin: Origin| {
            let file = CollectedFile {
                contents: Contents::OnDisk(place.clone()),
                origin,
                needs: Vec::new(),
            };
            new_file(path, &file, bytes.clone(), &BTreeSet::new(), false).contents
        };
        for path in ["site/a.so", "site/a.libs/liba-1.so.2", "bin/a"] {
            assert!(packed(path, Origin::Application) == bytes, "{path}");
        }
        for origin in [Origin::StandardLibrary, Origin::System] {
            assert!(packed("lib/a.so", origin).len() < bytes.len());
            assert!(packed("lib/a.txt", origin) == bytes);
        }
    }

    #[test]
    fn a_package_is_run_by_its_main_module() {
        let mut collection = Collection::default();
        for (name, kind) in [
            ("tool", ModuleKind::Module),
            ("alone", ModuleKind::Package),
            ("both", ModuleKind::Package),
            ("both.__main__", ModuleKind::Module),
            ("bare.__main__", ModuleKind::Module),
        ] {
            let module = CollectedModule {
                kind,
                file: String::new(),
            };
            collection.modules.insert(name.to_owned(), module);
        }
        let main = |name| main_module(&collection, name);
        assert_eq!(main("").unwrap(), "");
        assert_eq!(main("tool").unwrap(), "tool");
        assert_eq!(main("both").unwrap(), "both.__main__");
        assert_eq!(main("bare").unwrap(), "bare.__main__");
        let words = main("alone").unwrap_err().to_string();
        assert!(words.contains("alone is a package without"), "{words}");
        let words = main("gone").unwrap_err().to_string();
        assert!(words.contains("no module named \"gone\""), "{words}");
    }
}
