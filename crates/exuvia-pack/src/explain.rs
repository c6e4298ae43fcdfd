//! What was chosen for a packed file, and why, for those who ask.

use std::collections::HashMap;
use std::path::PathBuf;

use exuvia_archive::{Archive, LIBRARIES};
use serde::Serialize;

use crate::collect::{Collection, Contents, search_path};
use crate::glibc::GlibcFloor;
use crate::interpreter::{Reason, Survey};
use crate::launcher::Launcher;
use crate::layout::Layout;
use crate::libraries::Notes;
use crate::python::{Found, Python};
use crate::terms::Terms;
use crate::{Error, Libpython};

/// How many contents are listed.
const LARGEST: usize = 20;

/// What was chosen, and why. Paths in the archive are relative, paths on this machine absolute.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    /// The interpreter.
    pub python: ChosenPython,
    /// How it comes along.
    pub libpython: ChosenLibpython,
    /// The oldest glibc that the file runs on.
    pub glibc: Option<GlibcFloor>,
    /// Libraries of this machine that come along.
    pub libraries: Vec<TakenLibrary>,
    /// Libraries that are needed and not on this machine.
    pub missing: Vec<MissingLibrary>,
    /// Distributions that come along.
    pub distributions: Vec<TakenDistribution>,
    /// What stays out.
    pub left_out: LeftOut,
    /// Programs in the archive, which are put on disk when they are to be run.
    pub programs: Vec<String>,
    /// The largest contents, those that take most room first.
    pub largest: Vec<Content>,
}

/// The interpreter that was chosen.
#[derive(Debug, Clone, Serialize)]
pub struct ChosenPython {
    /// As `3.11.7`.
    pub version: String,
    /// The program.
    pub executable: PathBuf,
    /// How it was found.
    pub found: Found,
    /// The virtual environment that it is of.
    pub environment: Option<PathBuf>,
    /// The installation.
    pub base: PathBuf,
    /// Its standard library.
    pub standard_library: PathBuf,
}

/// How `libpython` comes along.
#[derive(Debug, Clone, Serialize)]
pub struct ChosenLibpython {
    /// Never [`Libpython::Auto`].
    pub how: Libpython,
    /// The library on this machine.
    pub library: PathBuf,
    /// Why it is carried and not linked in; nothing where it was asked for so.
    pub why_not_static: Option<String>,
    /// Static libraries that were linked in with it.
    pub linked_with: Vec<PathBuf>,
}

/// A library of this machine that comes along.
#[derive(Debug, Clone, Serialize)]
pub struct TakenLibrary {
    /// Its name.
    pub name: String,
    /// Where this machine has it.
    pub place: PathBuf,
    /// Who needs it, by their paths in the archive: nobody, where a source names it or a trial used it.
    pub needed_by: Vec<String>,
    /// Its length, and what the file holds of it.
    #[serde(flatten)]
    pub size: Size,
}

/// A library that is needed and not on this machine.
#[derive(Debug, Clone, Serialize)]
pub struct MissingLibrary {
    /// Its name.
    pub name: String,
    /// Who needs it first.
    pub needed_by: PathBuf,
}

/// A distribution that comes along.
#[derive(Debug, Clone, Serialize)]
pub struct TakenDistribution {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Why it does.
    pub why: Reason,
    /// Its terms, as its metadata has them.
    #[serde(flatten)]
    pub terms: Terms,
    /// Its files and their bytecode.
    #[serde(flatten)]
    pub size: Size,
}

/// What stays out.
#[derive(Debug, Clone, Serialize)]
pub struct LeftOut {
    /// Installed distributions that nothing refers to.
    pub distributions: Vec<String>,
    /// Packages and modules of the standard library.
    pub standard_library: Vec<String>,
}

/// Something in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Content {
    /// A path in the archive; for bytecode, a module's name.
    pub name: String,
    /// Which of the two.
    pub kind: ContentKind,
    /// Its length, and what the file holds of it.
    #[serde(flatten)]
    pub size: Size,
}

/// What a content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ContentKind {
    /// The program at the front.
    Launcher,
    /// A file.
    File,
    /// The bytecode of a module.
    Bytecode,
}

/// Lengths in bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Of the contents.
    pub length: u64,
    /// Of what the file holds of them: less, where they are compressed.
    pub stored: u64,
}

/// What is known before the archive is laid out.
pub(crate) struct Chosen {
    found: Found,
    libraries: Vec<(TakenLibrary, String)>,
    missing: Vec<MissingLibrary>,
    standard_library: Vec<String>,
}

impl Chosen {
    pub(crate) fn of(
        python: &Python,
        collection: &Collection,
        found: &Notes,
        launcher: &Launcher,
    ) -> Self {
        let libraries = collection.files.iter().filter_map(|(path, file)| {
            let name = path.strip_prefix(LIBRARIES)?.strip_prefix('/')?;
            let Contents::OnDisk(place) = &file.contents else {
                return None;
            };
            let mut needed_by: Vec<String> = found
                .needed_by
                .get(path)
                .into_iter()
                .flatten()
                .cloned()
                .collect();
            let carried = collection.files.get(&launcher.carried);
            if carried.is_some_and(|libpython| libpython.needs.contains(path)) {
                needed_by.push(launcher.carried.clone());
            }
            let library = TakenLibrary {
                name: name.to_owned(),
                place: place.clone(),
                needed_by,
                size: Size::default(),
            };
            (*path != launcher.carried).then(|| (library, path.clone()))
        });
        let missing = found
            .missing
            .iter()
            .map(|(name, needed_by)| MissingLibrary {
                name: name.clone(),
                needed_by: needed_by.clone(),
            });
        Self {
            found: python.found.clone(),
            libraries: libraries.collect(),
            missing: missing.collect(),
            standard_library: collection.left_out.clone(),
        }
    }
}

/// Gathers what the stages decided.
pub(crate) fn explain(
    chosen: Chosen,
    survey: &Survey,
    launcher: &Launcher,
    layout: &Layout,
) -> Result<Explanation, Error> {
    let archive = Archive::open(&layout.archive)?;
    let interpreter = &survey.interpreter;
    Ok(Explanation {
        python: ChosenPython {
            version: interpreter.version_text(),
            executable: interpreter.executable.clone(),
            found: chosen.found,
            environment: (interpreter.prefix != interpreter.base_prefix)
                .then(|| interpreter.prefix.clone()),
            base: interpreter.base_prefix.clone(),
            standard_library: interpreter.stdlib.clone(),
        },
        libpython: ChosenLibpython {
            how: launcher.libpython,
            library: launcher.library.clone(),
            why_not_static: launcher.why_not_static.clone(),
            linked_with: launcher.linked.clone(),
        },
        glibc: layout.glibc.floor(),
        libraries: chosen
            .libraries
            .into_iter()
            .map(|(library, path)| TakenLibrary {
                size: archive
                    .file(&path)
                    .map(|file| size_of(&file))
                    .unwrap_or_default(),
                ..library
            })
            .collect(),
        missing: chosen.missing,
        distributions: distributions(&archive, survey)?,
        left_out: LeftOut {
            distributions: survey.left_out.clone(),
            standard_library: chosen.standard_library,
        },
        programs: layout.programs.clone(),
        largest: largest(&archive, launcher)?,
    })
}

fn size_of(file: &exuvia_archive::File) -> Size {
    Size {
        length: file.length(),
        stored: file.stored_length(),
    }
}

fn size_of_bytecode(module: &exuvia_archive::Module) -> Size {
    let (length, stored) = module.code_lengths();
    Size { length, stored }
}

impl std::ops::AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.length += other.length;
        self.stored += other.stored;
    }
}

fn distributions(archive: &Archive, survey: &Survey) -> Result<Vec<TakenDistribution>, Error> {
    let site = &search_path(&survey.interpreter)[3];
    let mut bytecode: HashMap<u32, Size> = HashMap::new();
    for position in 0..archive.module_count() {
        if let Some(module) = archive.module_at(position)
            && let Some(file) = module.file()?
        {
            // A file can be two modules, where a folder in another on `sys.path` is on it too.
            *bytecode.entry(file.position()).or_default() += size_of_bytecode(&module);
        }
    }
    let taken = survey.distributions.iter().map(|distribution| {
        let mut size = Size::default();
        let files = distribution.files.iter();
        let files = files.map(|(path, _)| format!("{site}/{path}"));
        let outside = distribution.outside.iter().map(|(path, _)| path.clone());
        for path in files.chain(outside) {
            if let Some(file) = archive.file(&path) {
                size += size_of(&file);
                size += bytecode.get(&file.position()).copied().unwrap_or_default();
            }
        }
        TakenDistribution {
            name: distribution.name.clone(),
            version: distribution.version.clone(),
            why: distribution.why.clone(),
            terms: Terms::declared(&distribution.terms),
            size,
        }
    });
    Ok(taken.collect())
}

fn largest(archive: &Archive, launcher: &Launcher) -> Result<Vec<Content>, Error> {
    let length = launcher.program.len() as u64;
    let mut contents = vec![Content {
        name: String::new(),
        kind: ContentKind::Launcher,
        size: Size {
            length,
            stored: length,
        },
    }];
    for position in 0..archive.file_count() {
        if let Some(file) = archive.file_at(position) {
            contents.push(Content {
                name: file.path()?.to_owned(),
                kind: ContentKind::File,
                size: size_of(&file),
            });
        }
    }
    for position in 0..archive.module_count() {
        if let Some(module) = archive.module_at(position) {
            contents.push(Content {
                name: module.name()?.to_owned(),
                kind: ContentKind::Bytecode,
                size: size_of_bytecode(&module),
            });
        }
    }
    // Of those that take the same room, in the order of their names.
    contents.sort_by(|a, b| (b.size.stored, &a.name).cmp(&(a.size.stored, &b.name)));
    contents.truncate(LARGEST);
    Ok(contents)
}
