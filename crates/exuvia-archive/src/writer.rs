//! Writing an archive.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::format::{
    BLOCK, Codec, FILE_LEN, FORMAT_VERSION, HEADER_LEN, MAGIC, MODULE_LEN, ModuleKind, NEED_LEN,
    NO_FILE, PAGE, header,
};
use crate::group::{Group, Groups, Member};

/// A module to be written.
#[derive(Debug, Clone)]
pub struct NewModule {
    /// Full, dotted name.
    pub name: String,
    /// What sort of module it is.
    pub kind: ModuleKind,
    /// Path of the file that it comes from, which has to be added too.
    pub file: Option<String>,
    /// Marshalled code object; empty where it has none.
    pub code: Vec<u8>,
    /// How to store it. What does not shrink is stored as it is in any case.
    pub codec: Codec,
    /// The directories of a namespace package.
    pub portions: Vec<String>,
}

/// A file to be written.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Path within the archive, relative, with `/` between its parts.
    pub path: String,
    /// What it holds.
    pub contents: Vec<u8>,
    /// How to store it. Contents that do not shrink are stored as they are in any case.
    pub codec: Codec,
    /// Whether it is to be executable where it is written to disk.
    pub is_executable: bool,
    /// Paths of the libraries to load before it, which have to be added too.
    pub needs: Vec<String>,
}

/// Why an archive could not be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Two modules of one name, or two files of one path.
    #[error("{name} was added twice")]
    Twice {
        /// The name or path.
        name: String,
    },
    /// A path that is absolute, empty, or climbs out of the archive.
    #[error(
        "{path:?} is no path for a file in an archive: it has to be relative, and without empty, `.` and `..` parts"
    )]
    Path {
        /// The path.
        path: String,
    },
    /// A module or a file refers to a file that was not added.
    #[error("{name} refers to {file}, which was not added")]
    Missing {
        /// Who refers.
        name: String,
        /// What is missing.
        file: String,
    },
    /// More entries or longer names than the format's 32-bit counts can tell.
    #[error("there is more to pack than the format can hold: {what} passes 4 GiB")]
    TooLarge {
        /// What is too large.
        what: &'static str,
    },
    /// The compressor failed.
    #[error("compressing {path} failed: {reason}")]
    Compression {
        /// The file.
        path: String,
        /// The compressor's words.
        reason: String,
    },
}

/// Bytes as they will lie in the archive.
struct Stored {
    /// As stored; as they are, until their group is compressed.
    bytes: Vec<u8>,
    length: u64,
    codec: Codec,
    /// Where they lie in a group.
    member: Option<Member>,
}

impl Stored {
    fn new(name: &str, contents: Vec<u8>, codec: Codec, level: i32) -> Result<Self, WriteError> {
        let length = contents.len() as u64;
        let (bytes, codec) = match codec {
            // Nothing is smaller in a group.
            Codec::Grouped if !contents.is_empty() => (contents, Codec::Grouped),
            Codec::Stored | Codec::Grouped => (contents, Codec::Stored),
            Codec::Zstandard => {
                let compressed = zstd::bulk::compress(&contents, level).map_err(|error| {
                    WriteError::Compression {
                        path: name.to_owned(),
                        reason: error.to_string(),
                    }
                })?;
                if compressed.len() < contents.len() {
                    (compressed, Codec::Zstandard)
                } else {
                    (contents, Codec::Stored)
                }
            }
        };
        Ok(Self {
            bytes,
            length,
            codec,
            member: None,
        })
    }

    /// Moves the bytes into a group, if that is where they are to be.
    fn join(&mut self, groups: &mut Groups) {
        if self.codec == Codec::Grouped {
            self.member = Some(groups.add(&std::mem::take(&mut self.bytes)));
        }
    }
}

/// What an entry says of where its bytes lie.
struct Location {
    offset: u64,
    stored_length: u64,
    length: u64,
    check: u32,
    codec: Codec,
    place: u64,
    group_length: u64,
}

impl Location {
    /// Of bytes that lie at `at`, or in one of the groups, which lie at `groups_at`.
    fn new(stored: &Stored, at: u64, groups: &[Group], groups_at: &[u64]) -> Self {
        let own = Self {
            offset: at,
            stored_length: stored.bytes.len() as u64,
            length: stored.length,
            check: crc32fast::hash(&stored.bytes),
            codec: stored.codec,
            place: 0,
            group_length: 0,
        };
        match stored.member {
            None => own,
            Some(Member { group, place }) => Self {
                offset: groups_at[group],
                stored_length: groups[group].frame.len() as u64,
                check: crc32fast::hash(&groups[group].frame),
                place,
                group_length: groups[group].length,
                ..own
            },
        }
    }
}

/// A module as it will lie in the archive.
struct StoredModule {
    kind: ModuleKind,
    file: Option<String>,
    code: Stored,
    portions: Vec<String>,
}

/// A file as it will lie in the archive.
struct StoredFile {
    contents: Stored,
    is_executable: bool,
    needs: Vec<String>,
}

/// Collects modules and files, and lays them out as an archive.
pub struct Writer {
    /// The level of Zstandard.
    level: i32,
    /// Bytecode lies in the order of addition; the table is sorted when it is written.
    modules: Vec<StoredModule>,
    positions: BTreeMap<String, usize>,
    files: BTreeMap<String, StoredFile>,
}

/// The strings of the tables, each written once.
#[derive(Default)]
struct Names {
    bytes: Vec<u8>,
    known: BTreeMap<String, u32>,
}

impl Names {
    fn add(&mut self, name: &str) -> Result<[u32; 2], WriteError> {
        let too_large = WriteError::TooLarge {
            what: "the total length of all names",
        };
        let length = u32::try_from(name.len()).map_err(|_| too_large.clone())?;
        if let Some(&offset) = self.known.get(name) {
            return Ok([offset, length]);
        }
        let offset = u32::try_from(self.bytes.len()).map_err(|_| too_large)?;
        self.bytes.extend_from_slice(name.as_bytes());
        self.known.insert(name.to_owned(), offset);
        Ok([offset, length])
    }
}

/// Level at which things are compressed by default: past it, time grows faster than size shrinks.
const COMPRESSION_LEVEL: i32 = 6;

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// An empty archive.
    pub fn new() -> Self {
        Self::with_level(COMPRESSION_LEVEL)
    }

    /// An empty archive that compresses at another level of Zstandard, 1 to 22.
    pub fn with_level(level: i32) -> Self {
        Self {
            level,
            modules: Vec::new(),
            positions: BTreeMap::new(),
            files: BTreeMap::new(),
        }
    }

    /// Adds a module, compressing it at once if it is compressed by itself.
    ///
    /// # Errors
    ///
    /// [`WriteError::Twice`], [`WriteError::Compression`].
    pub fn add_module(&mut self, module: NewModule) -> Result<(), WriteError> {
        if self
            .positions
            .insert(module.name.clone(), self.modules.len())
            .is_some()
        {
            return Err(WriteError::Twice { name: module.name });
        }
        let code = Stored::new(&module.name, module.code, module.codec, self.level)?;
        self.modules.push(StoredModule {
            kind: module.kind,
            file: module.file,
            code,
            portions: module.portions,
        });
        Ok(())
    }

    /// Adds a file, compressing it at once if it is compressed by itself.
    ///
    /// # Errors
    ///
    /// [`WriteError::Twice`], [`WriteError::Path`], [`WriteError::Compression`].
    pub fn add_file(&mut self, file: NewFile) -> Result<(), WriteError> {
        if file
            .path
            .split('/')
            .any(|part| matches!(part, "" | "." | ".."))
        {
            return Err(WriteError::Path { path: file.path });
        }
        if self.files.contains_key(&file.path) {
            return Err(WriteError::Twice { name: file.path });
        }
        let contents = Stored::new(&file.path, file.contents, file.codec, self.level)?;
        self.files.insert(
            file.path,
            StoredFile {
                contents,
                is_executable: file.is_executable,
                needs: file.needs,
            },
        );
        Ok(())
    }

    /// Lays everything out.
    ///
    /// # Errors
    ///
    /// [`WriteError::Missing`], [`WriteError::TooLarge`], [`WriteError::Compression`].
    pub fn finish(mut self) -> Result<Vec<u8>, WriteError> {
        let counted =
            |count: usize, what| u32::try_from(count).map_err(|_| WriteError::TooLarge { what });
        counted(self.modules.len(), "the number of modules")?;
        counted(self.files.len(), "the number of files")?;
        let mut groups = Groups::default();
        for module in &mut self.modules {
            module.code.join(&mut groups);
        }
        groups.close();
        for file in self.files.values_mut() {
            file.contents.join(&mut groups);
        }
        let groups = groups.compress(self.level)?;
        let file_positions: BTreeMap<&str, u32> =
            self.files.keys().map(String::as_str).zip(0..).collect();
        let file_position = |name: &str, file: &str| {
            file_positions
                .get(file)
                .copied()
                .ok_or_else(|| WriteError::Missing {
                    name: name.to_owned(),
                    file: file.to_owned(),
                })
        };

        let mut names = Names::default();
        for name in self.positions.keys().chain(self.files.keys()) {
            names.add(name)?;
        }
        let locations = self
            .modules
            .iter()
            .map(|module| names.add(&module.portions.join("\n")))
            .collect::<Result<Vec<_>, _>>()?;
        let mut needs = Vec::new();
        let mut need_ranges = Vec::with_capacity(self.files.len());
        for (path, file) in &self.files {
            let first = counted(needs.len(), "the number of needs")?;
            for need in &file.needs {
                needs.push(file_position(path, need)?);
            }
            need_ranges.push([first, counted(file.needs.len(), "the number of needs")?]);
        }

        let modules_at = HEADER_LEN as u64;
        let files_at = modules_at + (self.modules.len() * MODULE_LEN) as u64;
        let needs_at = files_at + (self.files.len() * FILE_LEN) as u64;
        let names_at = needs_at + (needs.len() * NEED_LEN) as u64;
        let mut end = (names_at + names.bytes.len() as u64).next_multiple_of(PAGE);
        let mut place = |length: usize| {
            let at = end;
            end = (at + length as u64).next_multiple_of(BLOCK);
            at
        };
        let code_at: Vec<u64> = self
            .modules
            .iter()
            .map(|module| place(module.code.bytes.len()))
            .collect();
        let contents_at: Vec<u64> = self
            .files
            .values()
            .map(|file| place(file.contents.bytes.len()))
            .collect();
        let groups_at: Vec<u64> = groups
            .iter()
            .map(|group| place(group.frame.len()))
            .collect();
        let length = end;

        let mut bytes =
            Vec::with_capacity(usize::try_from(length).map_err(|_| WriteError::TooLarge {
                what: "the archive",
            })?);
        bytes.resize(HEADER_LEN, 0);
        for (name, &at) in &self.positions {
            let module = &self.modules[at];
            let file = module
                .file
                .as_deref()
                .map_or(Ok(NO_FILE), |file| file_position(name, file))?;
            let [name_at, name_length] = names.add(name)?;
            let [location_at, location_length] = locations[at];
            for number in [
                name_at,
                name_length,
                location_at,
                location_length,
                module.kind as u32,
                file,
            ] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            let code = Location::new(&module.code, code_at[at], &groups, &groups_at);
            for number in [code.offset, code.stored_length] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            bytes.extend_from_slice(&code.check.to_le_bytes());
            bytes.extend_from_slice(&[code.codec as u8, 0, 0, 0]);
            for number in [code.length, code.place, code.group_length] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
        }
        for (at, (path, file)) in self.files.iter().enumerate() {
            for number in names.add(path)? {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            let contents = Location::new(&file.contents, contents_at[at], &groups, &groups_at);
            for number in [contents.offset, contents.stored_length, contents.length] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            let is_executable = u8::from(file.is_executable);
            bytes.extend_from_slice(&[contents.codec as u8, is_executable, 0, 0]);
            for number in need_ranges[at] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
            bytes.extend_from_slice(&contents.check.to_le_bytes());
            for number in [contents.place, contents.group_length] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
        }
        needs
            .iter()
            .for_each(|need| bytes.extend_from_slice(&need.to_le_bytes()));
        bytes.extend_from_slice(&names.bytes);
        let index_check = crc32fast::hash(&bytes[HEADER_LEN..]);
        let mut fill = |at: u64, block: &[u8]| {
            bytes.resize(at as usize, 0);
            bytes.extend_from_slice(block);
        };
        self.modules
            .iter()
            .zip(&code_at)
            .for_each(|(module, &at)| fill(at, &module.code.bytes));
        self.files
            .values()
            .zip(&contents_at)
            .for_each(|(file, &at)| fill(at, &file.contents.bytes));
        groups
            .iter()
            .zip(&groups_at)
            .for_each(|(group, &at)| fill(at, &group.frame));
        bytes.resize(length as usize, 0);

        let tables = [
            (header::MODULES, modules_at, self.modules.len()),
            (header::FILES, files_at, self.files.len()),
            (header::NEEDS, needs_at, needs.len()),
            (header::NAMES, names_at, names.bytes.len()),
        ];
        write_header(&mut bytes, &tables, index_check);
        Ok(bytes)
    }
}

fn write_header(bytes: &mut [u8], tables: &[(usize, u64, usize)], index_check: u32) {
    let length = bytes.len() as u64;
    let (head, body) = bytes.split_at_mut(HEADER_LEN);
    let mut put = |at: usize, field: &[u8]| head[at..at + field.len()].copy_from_slice(field);
    put(0, &MAGIC);
    put(header::VERSION, &FORMAT_VERSION.to_le_bytes());
    put(header::INDEX_CHECK, &index_check.to_le_bytes());
    put(header::LENGTH, &length.to_le_bytes());
    for &(at, offset, count) in tables {
        put(at, &offset.to_le_bytes());
        put(at + 8, &(count as u64).to_le_bytes());
    }
    put(header::DIGEST, &Sha256::digest(body)[..]);
    let check = crc32fast::hash(&head[..header::CHECK]);
    head[header::CHECK..].copy_from_slice(&check.to_le_bytes());
}
