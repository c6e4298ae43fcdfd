//! Sizes, positions and small numbers of the format, shared by writer and reader.

/// The version of the format that this crate writes and reads.
pub const FORMAT_VERSION: u32 = 2;

/// The first bytes of each archive. The byte above 127 and the line ends catch transfers that are not clean.
pub(crate) const MAGIC: [u8; 8] = *b"\x93EXUVIA\n";

/// Length of an archive's header.
pub const HEADER_LEN: usize = 128;
pub(crate) const MODULE_LEN: usize = 72;
pub(crate) const FILE_LEN: usize = 64;
pub(crate) const NEED_LEN: usize = 4;

/// "No file" in a module entry.
pub(crate) const NO_FILE: u32 = u32::MAX;

/// Bytecode begins at a multiple of this, for readers that take whole pages; those of this project read what they are asked for.
pub(crate) const PAGE: u64 = 4096;
/// Alignment of each block of contents.
pub(crate) const BLOCK: u64 = 16;

/// Positions in the header.
pub(crate) mod header {
    pub(crate) const VERSION: usize = 8;
    pub(crate) const INDEX_CHECK: usize = 12;
    pub(crate) const LENGTH: usize = 16;
    pub(crate) const MODULES: usize = 24;
    pub(crate) const FILES: usize = 40;
    pub(crate) const NEEDS: usize = 56;
    pub(crate) const NAMES: usize = 72;
    pub(crate) const DIGEST: usize = 88;
    pub(crate) const DIGEST_END: usize = 120;
    pub(crate) const CHECK: usize = 124;
}

/// Positions in an entry of the module table.
pub(crate) mod module {
    pub(crate) const NAME: usize = 0;
    pub(crate) const LOCATION: usize = 8;
    pub(crate) const KIND: usize = 16;
    pub(crate) const FILE: usize = 20;
    pub(crate) const CODE: usize = 24;
    pub(crate) const STORED_LENGTH: usize = 32;
    pub(crate) const CHECK: usize = 40;
    pub(crate) const CODEC: usize = 44;
    pub(crate) const LENGTH: usize = 48;
    pub(crate) const PLACE: usize = 56;
    pub(crate) const GROUP_LENGTH: usize = 64;
}

/// Positions in an entry of the file table.
pub(crate) mod file {
    pub(crate) const PATH: usize = 0;
    pub(crate) const STORED: usize = 8;
    pub(crate) const STORED_LENGTH: usize = 16;
    pub(crate) const LENGTH: usize = 24;
    pub(crate) const CODEC: usize = 32;
    pub(crate) const EXECUTABLE: usize = 33;
    pub(crate) const FIRST_NEED: usize = 36;
    pub(crate) const NEED_COUNT: usize = 40;
    pub(crate) const CHECK: usize = 44;
    pub(crate) const PLACE: usize = 48;
    pub(crate) const GROUP_LENGTH: usize = 56;
}

/// What sort of module an entry describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum ModuleKind {
    /// A module with bytecode.
    Module = 0,
    /// A package with bytecode, the code of its `__init__`.
    Package = 1,
    /// A package without `__init__` (PEP 420).
    Namespace = 2,
    /// An extension module: its file is a shared object.
    Extension = 3,
    /// A package whose `__init__` is an extension module.
    ExtensionPackage = 4,
}

impl ModuleKind {
    pub(crate) fn from_number(number: u32) -> Option<Self> {
        Some(match number {
            0 => Self::Module,
            1 => Self::Package,
            2 => Self::Namespace,
            3 => Self::Extension,
            4 => Self::ExtensionPackage,
            _ => return None,
        })
    }

    /// Whether the module can have submodules.
    pub fn is_package(self) -> bool {
        matches!(
            self,
            Self::Package | Self::Namespace | Self::ExtensionPackage
        )
    }
}

/// How bytecode, or the contents of a file, are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Codec {
    /// As they are.
    Stored = 0,
    /// As one Zstandard frame (RFC 8878).
    Zstandard = 1,
    /// In one Zstandard frame with others, which takes less room than frames of their own.
    Grouped = 2,
}

impl Codec {
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::Stored,
            1 => Self::Zstandard,
            2 => Self::Grouped,
            _ => return None,
        })
    }
}
