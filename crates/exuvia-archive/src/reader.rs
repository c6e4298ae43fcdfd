//! Reading an archive where it lies.

use std::borrow::Cow;
use std::cmp::Ordering;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::format::{
    self, Codec, FILE_LEN, FORMAT_VERSION, HEADER_LEN, MAGIC, MODULE_LEN, ModuleKind, NEED_LEN,
    NO_FILE, header,
};

/// An archive in memory.
///
/// Opening costs a look at the header; nothing is parsed or allocated until it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Archive<'a> {
    bytes: &'a [u8],
    modules: &'a [u8],
    files: &'a [u8],
    needs: &'a [u8],
    names: &'a [u8],
}

/// A module in an [`Archive`].
#[derive(Debug, Clone, Copy)]
pub struct Module<'a> {
    archive: Archive<'a>,
    position: u32,
    entry: &'a [u8],
}

/// A file in an [`Archive`].
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    archive: Archive<'a>,
    position: u32,
    entry: &'a [u8],
}

/// What a directory holds, as [`Archive::children`] gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Child<'a> {
    /// The last part of its path.
    pub name: &'a str,
    /// Whether it is a directory.
    pub is_directory: bool,
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes
        .get(at..at + 4)
        .map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// `bytes[offset..][..length]`, where that is within bounds.
fn slice(bytes: &[u8], offset: u64, length: u64) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    let end = usize::try_from(offset.checked_add(length)?).ok()?;
    bytes.get(start..end)
}

impl<'a> Archive<'a> {
    /// Opens the archive that begins at the first byte; bytes after its end are ignored.
    ///
    /// Looks at the header alone; [`verify`](Self::verify) reads everything.
    ///
    /// # Errors
    ///
    /// [`Error::NotAnArchive`], [`Error::Version`], [`Error::Header`] or [`Error::Truncated`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        if bytes.get(..MAGIC.len()) != Some(&MAGIC) {
            return Err(Error::NotAnArchive);
        }
        let Some(head) = bytes.get(..HEADER_LEN) else {
            return Err(Error::Truncated {
                expected: HEADER_LEN as u64,
                found: bytes.len() as u64,
            });
        };
        let version = u32_at(head, header::VERSION);
        if version != FORMAT_VERSION {
            return Err(Error::Version { found: version });
        }
        if format::fnv1a(&head[..header::CHECK]) != u64_at(head, header::CHECK) {
            return Err(Error::Header);
        }
        let length = u64_at(head, header::LENGTH);
        let found = bytes.len() as u64;
        let bytes = slice(bytes, 0, length).ok_or(Error::Truncated {
            expected: length,
            found,
        })?;
        let table = |at: usize, entry: usize| {
            let length = u64_at(head, at + 8)
                .checked_mul(entry as u64)
                .ok_or(Error::Header)?;
            slice(bytes, u64_at(head, at), length).ok_or(Error::Header)
        };
        Ok(Self {
            bytes,
            modules: table(header::MODULES, MODULE_LEN)?,
            files: table(header::FILES, FILE_LEN)?,
            needs: table(header::NEEDS, NEED_LEN)?,
            names: table(header::NAMES, 1)?,
        })
    }

    /// Compares all contents with the SHA-256 in the header.
    ///
    /// # Errors
    ///
    /// [`Error::Checksum`].
    pub fn verify(&self) -> Result<(), Error> {
        let body = self.bytes.get(HEADER_LEN..).unwrap_or_default();
        if Sha256::digest(body)[..] == self.digest()[..] {
            Ok(())
        } else {
            Err(Error::Checksum)
        }
    }

    /// The SHA-256 of the contents, as the header records it: the archive's identity.
    pub fn digest(&self) -> &'a [u8] {
        self.bytes
            .get(header::DIGEST..header::CHECK)
            .unwrap_or_default()
    }

    /// Length in bytes.
    pub fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

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
            .and_then(|module| self.name_bytes(module.entry, 0))
            .unwrap_or_default()
    }

    fn file_path_bytes(&self, position: u32) -> &'a [u8] {
        self.file_at(position)
            .and_then(|file| self.name_bytes(file.entry, 0))
            .unwrap_or_default()
    }

    fn text(
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

impl<'a> Module<'a> {
    /// Full, dotted name.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`] where the archive is damaged; so below.
    pub fn name(&self) -> Result<&'a str, Error> {
        self.archive.text(self.entry, 0, "the name", self.position)
    }

    /// The directories of a namespace package.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`].
    pub fn portions(&self) -> Result<impl Iterator<Item = &'a str> + use<'a>, Error> {
        Ok(self
            .archive
            .text(self.entry, 8, "the location", self.position)?
            .lines())
    }

    /// What sort of module it is.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`].
    pub fn kind(&self) -> Result<ModuleKind, Error> {
        ModuleKind::from_number(u32_at(self.entry, 16)).ok_or(Error::Entry {
            what: "the kind",
            position: self.position,
        })
    }

    /// The file that it comes from: its source or its shared object.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`].
    pub fn file(&self) -> Result<Option<File<'a>>, Error> {
        match u32_at(self.entry, 20) {
            NO_FILE => Ok(None),
            position => match self.archive.file_at(position) {
                Some(file) => Ok(Some(file)),
                None => Err(Error::Entry {
                    what: "the file",
                    position: self.position,
                }),
            },
        }
    }

    /// Its marshalled code object; empty where it has none.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`].
    pub fn code(&self) -> Result<&'a [u8], Error> {
        slice(
            self.archive.bytes,
            u64_at(self.entry, 24),
            u64_at(self.entry, 32),
        )
        .ok_or(Error::Entry {
            what: "the bytecode",
            position: self.position,
        })
    }
}

impl<'a> File<'a> {
    /// Position in the table of files.
    pub fn position(&self) -> u32 {
        self.position
    }

    /// Path within the archive, with `/` between its parts.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`] where the archive is damaged; so below.
    pub fn path(&self) -> Result<&'a str, Error> {
        self.archive.text(self.entry, 0, "the path", self.position)
    }

    /// Length of the contents in bytes.
    pub fn length(&self) -> u64 {
        u64_at(self.entry, 24)
    }

    /// Length in bytes of what the archive holds of it, compressed or not.
    pub fn stored_length(&self) -> u64 {
        u64_at(self.entry, 16)
    }

    /// Where the contents begin in the archive, if they are stored as they are.
    pub fn stored_at(&self) -> Option<u64> {
        let offset = u64_at(self.entry, 8);
        slice(self.archive.bytes, offset, self.length())?;
        (self.entry.get(32) == Some(&(Codec::Stored as u8))).then_some(offset)
    }

    /// Whether it is to be executable where it is written to disk.
    pub fn is_executable(&self) -> bool {
        self.entry.get(33).is_some_and(|&byte| byte != 0)
    }

    /// The contents: borrowed where they are stored as they are, else decompressed.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`], [`Error::Compression`].
    pub fn contents(&self) -> Result<Cow<'a, [u8]>, Error> {
        let wrong = |what| Error::Entry {
            what,
            position: self.position,
        };
        let stored = slice(
            self.archive.bytes,
            u64_at(self.entry, 8),
            u64_at(self.entry, 16),
        )
        .ok_or(wrong("the contents"))?;
        let codec = self
            .entry
            .get(32)
            .copied()
            .and_then(Codec::from_number)
            .ok_or(wrong("the compression"))?;
        match codec {
            Codec::Stored if stored.len() as u64 == self.length() => Ok(Cow::Borrowed(stored)),
            Codec::Stored => Err(wrong("the length")),
            Codec::Zstandard => self.decompress(stored).map(Cow::Owned),
        }
    }

    fn decompress(&self, stored: &[u8]) -> Result<Vec<u8>, Error> {
        let wrong = |_| Error::Compression {
            path: self.path().unwrap_or("a file").to_owned(),
        };
        let length = usize::try_from(self.length()).map_err(|_| wrong(()))?;
        let mut contents = Vec::new();
        // The recorded length is a promise of the archive's, which may be more than there is memory.
        contents.try_reserve_exact(length).map_err(|_| wrong(()))?;
        let mut decoder = zstd::bulk::Decompressor::new().map_err(|_| wrong(()))?;
        decoder
            .decompress_to_buffer(stored, &mut contents)
            .map_err(|_| wrong(()))?;
        if contents.len() == length {
            Ok(contents)
        } else {
            Err(wrong(()))
        }
    }

    /// The files that have to be there before this one, in order: for a shared object, the libraries to load; for a module's
    /// source, the data to put on disk.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`].
    pub fn needs(&self) -> Result<impl Iterator<Item = File<'a>> + use<'a>, Error> {
        let archive = self.archive;
        let (first, count) = (
            u64::from(u32_at(self.entry, 36)),
            u64::from(u32_at(self.entry, 40)),
        );
        let needs = slice(
            archive.needs,
            first * NEED_LEN as u64,
            count * NEED_LEN as u64,
        )
        .ok_or(Error::Entry {
            what: "the needs",
            position: self.position,
        })?;
        Ok(needs
            .chunks_exact(NEED_LEN)
            .filter_map(move |need| archive.file_at(u32_at(need, 0))))
    }
}
