//! Looking things up in the tables of an archive, which are sorted.

use std::cmp::Ordering;

use super::{Archive, File, Module, slice, u32_at};
use crate::Error;
use crate::format::{FILE_LEN, MODULE_LEN, file, module};

/// What a directory holds, as [`Archive::children`] gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child<'a> {
    /// The last part of its path.
    pub name: &'a str,
    /// Whether it is a directory.
    pub is_directory: bool,
}

impl<'a> Archive<'a> {
    /// Number of modules.
    pub fn module_count(&self) -> u32 {
        (self.modules.len() / MODULE_LEN) as u32
    }

    /// Number of files.
    pub fn file_count(&self) -> u32 {
        (self.files.len() / FILE_LEN) as u32
    }

    /// The module at a position of the table, which is sorted by name.
    pub fn module_at(&self, position: u32) -> Option<Module<'a>> {
        let entry = slice(
            self.modules,
            u64::from(position) * MODULE_LEN as u64,
            MODULE_LEN as u64,
        )?;
        Some(Module {
            archive: *self,
            position,
            entry,
        })
    }

    /// The file at a position of the table, which is sorted by path.
    pub fn file_at(&self, position: u32) -> Option<File<'a>> {
        let entry = slice(
            self.files,
            u64::from(position) * FILE_LEN as u64,
            FILE_LEN as u64,
        )?;
        Some(File {
            archive: *self,
            position,
            entry,
        })
    }

    /// The module of a full, dotted name.
    pub fn module(&self, name: &str) -> Option<Module<'a>> {
        let at = first_position(self.module_count(), |position| {
            self.module_name_bytes(position) < name.as_bytes()
        });
        self.module_at(at)
            .filter(|_| self.module_name_bytes(at) == name.as_bytes())
    }

    /// The file of a path.
    pub fn file(&self, path: &str) -> Option<File<'a>> {
        let at = self.first_file(path.as_bytes());
        self.file_at(at)
            .filter(|_| self.file_path_bytes(at) == path.as_bytes())
    }

    /// Whether a path is the directory of some file. The empty path is the root and always one.
    pub fn is_directory(&self, path: &str) -> bool {
        path.is_empty() || self.files_under(path).next().is_some()
    }

    /// All files below a directory, at any depth, sorted by path.
    pub fn files_under(&self, directory: &str) -> impl Iterator<Item = File<'a>> + use<'a> {
        let archive = *self;
        let prefix = directory_prefix(directory);
        let first = archive.first_file(prefix.as_bytes());
        (first..archive.file_count()).map_while(move |position| {
            archive
                .file_path_bytes(position)
                .starts_with(prefix.as_bytes())
                .then(|| archive.file_at(position))?
        })
    }

    /// What a directory holds, sorted by the bytes of the paths beneath.
    pub fn children(&self, directory: &str) -> impl Iterator<Item = Child<'a>> + use<'a> {
        let prefix = directory_prefix(directory).len();
        let mut last: Option<&'a str> = None;
        self.files_under(directory).filter_map(move |file| {
            let rest = file.path().ok()?.get(prefix..)?;
            let (name, is_directory) = rest
                .split_once('/')
                .map_or((rest, false), |(name, _)| (name, true));
            // All that lies in one directory follows on: a name that repeats is one directory.
            (last.replace(name) != Some(name)).then_some(Child { name, is_directory })
        })
    }

    /// The modules directly inside a package, in the order of their names. The empty name stands for the top level.
    pub fn submodules(&self, package: &str) -> impl Iterator<Item = Module<'a>> + use<'a> {
        let archive = *self;
        let prefix = if package.is_empty() {
            String::new()
        } else {
            format!("{package}.")
        };
        let first = first_position(archive.module_count(), |position| {
            archive.module_name_bytes(position) < prefix.as_bytes()
        });
        (first..archive.module_count())
            .map_while(move |position| {
                let rest = archive
                    .module_name_bytes(position)
                    .strip_prefix(prefix.as_bytes())?;
                Some((position, rest))
            })
            .filter(|(_, rest)| !rest.contains(&b'.'))
            .filter_map(move |(position, _)| archive.module_at(position))
    }

    fn first_file(&self, path: &[u8]) -> u32 {
        first_position(self.file_count(), |position| {
            self.file_path_bytes(position) < path
        })
    }

    fn name_bytes(&self, entry: &[u8], at: usize) -> Option<&'a [u8]> {
        slice(
            self.names,
            u64::from(u32_at(entry, at)),
            u64::from(u32_at(entry, at + 4)),
        )
    }

    // A name out of bounds sorts as the empty one: a search over damaged tables ends all the same, and finds nothing.
    fn module_name_bytes(&self, position: u32) -> &'a [u8] {
        self.module_at(position)
            .and_then(|found| self.name_bytes(found.entry, module::NAME))
            .unwrap_or_default()
    }

    fn file_path_bytes(&self, position: u32) -> &'a [u8] {
        self.file_at(position)
            .and_then(|found| self.name_bytes(found.entry, file::PATH))
            .unwrap_or_default()
    }

    pub(super) fn text(
        &self,
        entry: &[u8],
        at: usize,
        what: &'static str,
        position: u32,
    ) -> Result<&'a str, Error> {
        self.name_bytes(entry, at)
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .ok_or(Error::Entry { what, position })
    }
}

fn directory_prefix(directory: &str) -> String {
    if directory.is_empty() {
        String::new()
    } else {
        format!("{directory}/")
    }
}

/// The first position for which `before` is false, in a table that is sorted by it.
fn first_position(count: u32, before: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        match before(middle).cmp(&true) {
            Ordering::Equal => low = middle + 1,
            _ => high = middle,
        }
    }
    low
}
