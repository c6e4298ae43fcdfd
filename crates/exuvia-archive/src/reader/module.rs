//! What an archive says of a module.

use std::borrow::Cow;

use super::block::{Block, Wrong};
use super::{Archive, File, u32_at, u64_at};
use crate::Error;
use crate::format::{Codec, ModuleKind, NO_FILE, module};

/// A module in an [`Archive`].
#[derive(Debug, Clone, Copy)]
pub struct Module<'a> {
    pub(super) archive: Archive<'a>,
    pub(super) position: u32,
    pub(super) entry: &'a [u8],
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
