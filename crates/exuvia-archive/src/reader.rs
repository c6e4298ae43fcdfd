//! Reading an archive where it lies.

use std::borrow::Cow;
use std::cmp::Ordering;

use sha2::{Digest, Sha256};

use crate::Error;
use crate::format::{
    Codec, FILE_LEN, FORMAT_VERSION, HEADER_LEN, MAGIC, MODULE_LEN, ModuleKind, NEED_LEN, NO_FILE,
    file, header, module,
};
use crate::source::{Bytes, Source};

/// An archive, whose index is in memory.
///
/// Opening costs a look at header and index; nothing is parsed or allocated until it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Archive<'a> {
    bytes: Bytes<'a>,
    digest: &'a [u8],
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

/// Compares stored contents that are read piece by piece with their checksum.
#[derive(Debug)]
pub struct ContentsCheck<'a> {
    file: File<'a>,
    sum: crc32fast::Hasher,
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

/// The header that the bytes begin with, if it is one of this version and undamaged.
fn sound_header(bytes: &[u8]) -> Result<&[u8], Error> {
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
    if crc32fast::hash(&head[..header::CHECK]) != u32_at(head, header::CHECK) {
        return Err(Error::Header);
    }
    Ok(head)
}

impl<'a> Archive<'a> {
    /// Opens the archive that begins at the first byte; bytes after its end are ignored.
    ///
    /// Looks at header and index, whose checksums have to be right; bytecode and contents are compared with theirs when they are
    /// asked for, and [`verify`](Self::verify) reads everything.
    ///
    /// # Errors
    ///
    /// [`Error::NotAnArchive`], [`Error::Version`], [`Error::Header`], [`Error::Truncated`] or [`Error::Index`].
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let head = sound_header(bytes)?;
        let length = u64_at(head, header::LENGTH);
        let whole = slice(bytes, 0, length).ok_or(Error::Truncated {
            expected: length,
            found: bytes.len() as u64,
        })?;
        Self::with_index(whole, Bytes::Here(whole))
    }

    /// Opens an archive of which header and index are in memory, at least [`index_end`](Self::index_end) bytes; all else is read through
    /// a source, which has `length` bytes.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open).
    pub fn open_index(index: &'a [u8], source: &'a dyn Source, length: u64) -> Result<Self, Error> {
        let head = sound_header(index)?;
        let expected = u64_at(head, header::LENGTH);
        if length < expected {
            return Err(Error::Truncated {
                expected,
                found: length,
            });
        }
        Self::with_index(
            index,
            Bytes::Elsewhere {
                source,
                length: expected,
            },
        )
    }

    /// Where the index of an archive ends, by its header: its first [`HEADER_LEN`] bytes.
    ///
    /// # Errors
    ///
    /// [`Error::NotAnArchive`], [`Error::Version`], [`Error::Header`], [`Error::Truncated`] or [`Error::Index`].
    pub fn index_end(header: &[u8]) -> Result<u64, Error> {
        let head = sound_header(header)?;
        // Names come last in the index.
        u64_at(head, header::NAMES)
            .checked_add(u64_at(head, header::NAMES + 8))
            .filter(|end| *end <= u64_at(head, header::LENGTH))
            .ok_or(Error::Index)
    }

    fn with_index(bytes: &'a [u8], source: Bytes<'a>) -> Result<Self, Error> {
        let head = sound_header(bytes)?;
        // No table may lie where the checksum of the index does not reach.
        let index = Self::index_end(head)?
            .checked_sub(HEADER_LEN as u64)
            .and_then(|length| slice(bytes, HEADER_LEN as u64, length))
            .ok_or(Error::Index)?;
        if crc32fast::hash(index) != u32_at(head, header::INDEX_CHECK) {
            return Err(Error::Index);
        }
        let table = |at: usize, entry: usize| {
            let offset = u64_at(head, at).checked_sub(HEADER_LEN as u64);
            let length = u64_at(head, at + 8).checked_mul(entry as u64);
            offset
                .zip(length)
                .and_then(|(offset, length)| slice(index, offset, length))
                .ok_or(Error::Index)
        };
        Ok(Self {
            bytes: source,
            digest: &head[header::DIGEST..header::DIGEST_END],
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
        /// How much is summed up at a time.
        const PIECE: u64 = 1 << 20;
        let mut sum = Sha256::new();
        let mut at = HEADER_LEN as u64;
        while at < self.length() {
            let length = PIECE.min(self.length() - at);
            let piece = self.bytes.read(at, length).ok_or(Error::Checksum)??;
            sum.update(&piece);
            at += length;
        }
        if sum.finalize()[..] == self.digest()[..] {
            Ok(())
        } else {
            Err(Error::Checksum)
        }
    }

    /// The SHA-256 of the contents, as the header records it: the archive's identity.
    pub fn digest(&self) -> &'a [u8] {
        self.digest
    }

    /// Length in bytes.
    pub fn length(&self) -> u64 {
        self.bytes.length()
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
            .and_then(|found| self.name_bytes(found.entry, module::NAME))
            .unwrap_or_default()
    }

    fn file_path_bytes(&self, position: u32) -> &'a [u8] {
        self.file_at(position)
            .and_then(|found| self.name_bytes(found.entry, file::PATH))
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
        self.archive
            .text(self.entry, module::NAME, "the name", self.position)
    }

    /// The directories of a namespace package.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`].
    pub fn portions(&self) -> Result<impl Iterator<Item = &'a str> + use<'a>, Error> {
        Ok(self
            .archive
            .text(self.entry, module::LOCATION, "the location", self.position)?
            .lines())
    }

    /// What sort of module it is.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`].
    pub fn kind(&self) -> Result<ModuleKind, Error> {
        ModuleKind::from_number(u32_at(self.entry, module::KIND)).ok_or(Error::Entry {
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
        match u32_at(self.entry, module::FILE) {
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

    /// Its marshalled code object; empty where it has none. Summed up at each call, so that nobody runs what is not what was packed.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`], [`Error::Bytecode`], [`Error::Compression`], [`Error::Read`].
    pub fn code(&self) -> Result<Cow<'a, [u8]>, Error> {
        self.block().read(&self.archive.bytes).map_err(|wrong| {
            let module = || self.name().unwrap_or("a module").to_owned();
            match wrong {
                Wrong::Place => self.malformed("the bytecode"),
                Wrong::Codec => self.malformed("the compression"),
                Wrong::Sum => Error::Bytecode { module: module() },
                Wrong::Frame => Error::Compression { path: module() },
                Wrong::Source(error) => error,
            }
        })
    }

    /// Length of its marshalled code object, and that of what is stored of it, in bytes; of a group, its share.
    pub fn code_lengths(&self) -> (u64, u64) {
        let block = self.block();
        (block.length, block.share())
    }

    fn block(&self) -> Block {
        Block {
            offset: u64_at(self.entry, module::CODE),
            stored_length: u64_at(self.entry, module::STORED_LENGTH),
            length: u64_at(self.entry, module::LENGTH),
            check: u32_at(self.entry, module::CHECK),
            codec: self
                .entry
                .get(module::CODEC)
                .and_then(|&number| Codec::from_number(number)),
            place: u64_at(self.entry, module::PLACE),
            group_length: u64_at(self.entry, module::GROUP_LENGTH),
        }
    }

    fn malformed(&self, what: &'static str) -> Error {
        Error::Entry {
            what,
            position: self.position,
        }
    }
}

/// Where bytecode or contents lie, and how.
struct Block {
    offset: u64,
    stored_length: u64,
    length: u64,
    check: u32,
    /// `None` for a number that is no codec's.
    codec: Option<Codec>,
    /// Where it begins in its group.
    place: u64,
    group_length: u64,
}

/// What is wrong with a block.
enum Wrong {
    /// It lies out of bounds, or is not as long as it should be.
    Place,
    Codec,
    /// It contradicts its checksum.
    Sum,
    /// It does not decompress to the recorded length.
    Frame,
    /// It could not be read, or its group is wrong.
    Source(Error),
}

impl Block {
    /// How many of the stored bytes are its own: of a group, as many as its part of the contents.
    fn share(&self) -> u64 {
        match (self.codec, self.group_length) {
            (Some(Codec::Grouped), 1..) => {
                let share = u128::from(self.stored_length) * u128::from(self.length)
                    / u128::from(self.group_length);
                u64::try_from(share).unwrap_or(u64::MAX)
            }
            _ => self.stored_length,
        }
    }

    /// The bytes as they were packed.
    fn read<'a>(&self, bytes: &Bytes<'a>) -> Result<Cow<'a, [u8]>, Wrong> {
        match self.codec.ok_or(Wrong::Codec)? {
            Codec::Stored if self.stored_length != self.length => Err(Wrong::Place),
            Codec::Stored => self.stored(bytes),
            Codec::Zstandard => {
                let stored = self.stored(bytes)?;
                decompress(&stored, self.length)
                    .map(Cow::Owned)
                    .ok_or(Wrong::Frame)
            }
            Codec::Grouped => self.grouped(bytes).map(Cow::Owned),
        }
    }

    /// The bytes as stored, which are what their checksum says.
    fn stored<'a>(&self, bytes: &Bytes<'a>) -> Result<Cow<'a, [u8]>, Wrong> {
        let stored = bytes
            .read(self.offset, self.stored_length)
            .ok_or(Wrong::Place)?
            .map_err(Wrong::Source)?;
        if crc32fast::hash(&stored) == self.check {
            Ok(stored)
        } else {
            Err(Wrong::Sum)
        }
    }

    fn grouped(&self, bytes: &Bytes<'_>) -> Result<Vec<u8>, Wrong> {
        let mut wrong = None;
        let group = bytes.group(self.offset, &mut || {
            let group = self
                .stored(bytes)
                .and_then(|stored| decompress(&stored, self.group_length).ok_or(Wrong::Frame));
            group.map_err(|reason| {
                wrong = Some(reason);
                // The owner of the block says it in better words.
                Error::Index
            })
        });
        match group {
            Ok(group) => slice(&group, self.place, self.length)
                .map(<[u8]>::to_vec)
                .ok_or(Wrong::Place),
            Err(error) => Err(wrong.unwrap_or(Wrong::Source(error))),
        }
    }
}

/// Decompresses one frame; `None` where it does not give as many bytes.
fn decompress(stored: &[u8], length: u64) -> Option<Vec<u8>> {
    let length = usize::try_from(length).ok()?;
    let mut contents = Vec::new();
    // The recorded length is a promise of the archive's, which may be more than there is memory.
    contents.try_reserve_exact(length).ok()?;
    let mut decoder = zstd::bulk::Decompressor::new().ok()?;
    decoder.decompress_to_buffer(stored, &mut contents).ok()?;
    (contents.len() == length).then_some(contents)
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
        self.archive
            .text(self.entry, file::PATH, "the path", self.position)
    }

    /// Length of the contents in bytes.
    pub fn length(&self) -> u64 {
        u64_at(self.entry, file::LENGTH)
    }

    /// Length of the contents as they are stored, in bytes; of a group, their share.
    pub fn stored_length(&self) -> u64 {
        self.block().share()
    }

    /// Where the contents begin in the archive, if they are stored as they are.
    pub fn stored_at(&self) -> Option<u64> {
        let block = self.block();
        let is_plain = block.codec == Some(Codec::Stored) && block.stored_length == block.length;
        (is_plain && self.archive.bytes.has(block.offset, block.length)).then_some(block.offset)
    }

    /// How the contents are stored.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`].
    pub fn codec(&self) -> Result<Codec, Error> {
        self.block().codec.ok_or(self.malformed("the compression"))
    }

    /// Whether it is to be executable where it is written to disk.
    pub fn is_executable(&self) -> bool {
        self.entry
            .get(file::EXECUTABLE)
            .is_some_and(|&byte| byte != 0)
    }

    /// The contents: borrowed where they are stored as they are, else decompressed. Summed up at each call.
    ///
    /// # Errors
    ///
    /// [`Error::Entry`], [`Error::Contents`], [`Error::Compression`], [`Error::Read`].
    pub fn contents(&self) -> Result<Cow<'a, [u8]>, Error> {
        self.block().read(&self.archive.bytes).map_err(|wrong| {
            let path = || self.path().unwrap_or("a file").to_owned();
            match wrong {
                Wrong::Place => self.malformed("the contents"),
                Wrong::Codec => self.malformed("the compression"),
                Wrong::Sum => Error::Contents { path: path() },
                Wrong::Frame => Error::Compression { path: path() },
                Wrong::Source(error) => error,
            }
        })
    }

    fn block(&self) -> Block {
        Block {
            offset: u64_at(self.entry, file::STORED),
            stored_length: u64_at(self.entry, file::STORED_LENGTH),
            length: self.length(),
            check: u32_at(self.entry, file::CHECK),
            codec: self
                .entry
                .get(file::CODEC)
                .and_then(|&number| Codec::from_number(number)),
            place: u64_at(self.entry, file::PLACE),
            group_length: u64_at(self.entry, file::GROUP_LENGTH),
        }
    }

    /// For those who read the stored contents from the packed file and not through this archive: sums them up on the way.
    pub fn check(&self) -> ContentsCheck<'a> {
        ContentsCheck {
            file: *self,
            sum: crc32fast::Hasher::new(),
        }
    }

    fn malformed(&self, what: &'static str) -> Error {
        Error::Entry {
            what,
            position: self.position,
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
            u64::from(u32_at(self.entry, file::FIRST_NEED)),
            u64::from(u32_at(self.entry, file::NEED_COUNT)),
        );
        let needs = slice(
            archive.needs,
            first * NEED_LEN as u64,
            count * NEED_LEN as u64,
        )
        .ok_or(self.malformed("the needs"))?;
        Ok(needs
            .chunks_exact(NEED_LEN)
            .filter_map(move |need| archive.file_at(u32_at(need, 0))))
    }
}

impl ContentsCheck<'_> {
    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.sum.update(piece);
    }

    /// Says whether that were the contents that were packed.
    ///
    /// # Errors
    ///
    /// [`Error::Contents`].
    pub fn finish(self) -> Result<(), Error> {
        if self.sum.finalize() == self.file.block().check {
            return Ok(());
        }
        Err(Error::Contents {
            path: self.file.path()?.to_owned(),
        })
    }
}
