//! What `stat` says of what is packed: that it has the modes that an installation gives it, is as old as the packed file and of its owner.
//!
//! That nothing can be written to is said by `access`, as on any file system that is mounted for reading: whoever copies files with their
//! modes gets copies that can be changed.

use std::sync::atomic::{AtomicU64, Ordering};

use exuvia_archive::File;

use super::Files;
use super::place::Entry;

/// Of files and directories, and of the directories on the way to the root that do not exist.
const DIRECTORY: libc::mode_t = libc::S_IFDIR | 0o755;

impl Files {
    /// The status of an entry.
    pub(super) fn status(&self, entry: &Entry) -> libc::stat {
        match entry {
            Entry::File(file) => self.status_of_file(file),
            Entry::Directory(path) => self.status_of_directory(path),
        }
    }

    fn status_of_file(&self, file: &File) -> libc::stat {
        let mut status = self.packed.status;
        let execute = if file.is_executable() { 0o111 } else { 0 };
        status.st_mode = libc::S_IFREG | 0o644 | execute;
        status.st_nlink = 1;
        status.st_size = file.length() as libc::off_t;
        status.st_blocks = file.length().div_ceil(512) as libc::blkcnt_t;
        status.st_ino = self.number_of_file(file);
        status.st_dev = self.device();
        status
    }

    /// The status of a directory, by what tells it from others.
    pub(super) fn status_of_directory(&self, path: &str) -> libc::stat {
        let mut status = self.packed.status;
        status.st_mode = DIRECTORY;
        status.st_nlink = 2;
        status.st_size = 0;
        status.st_blocks = 0;
        status.st_ino = self.number_of_directory(path);
        status.st_dev = self.device();
        status
    }

    /// A number of its own for each file.
    pub(super) fn number_of_file(&self, file: &File) -> u64 {
        u64::from(file.position()) + 1
    }

    /// A number of its own for each directory, beyond those of files (FNV-1a, by Fowler, Noll and Vo).
    pub(super) fn number_of_directory(&self, path: &str) -> u64 {
        let hash = path.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        hash | 1 << 63
    }

    /// The number of a device for all that is packed: one that no disk has, for each packed file another.
    fn device(&self) -> libc::dev_t {
        (self.packed.status.st_dev << 32) ^ self.packed.status.st_ino ^ 1 << 62
    }
}

/// The device of files in memory, once one was made; of copies on disk where there can be none in memory.
static DEVICE_OF_COPIES: AtomicU64 = AtomicU64::new(0);

/// Takes note of what a copy of a packed file is said to be.
pub(super) fn note_copy(status: &libc::stat) {
    DEVICE_OF_COPIES.store(status.st_dev, Ordering::Relaxed);
}

/// Whether a descriptor of this status may stand for something packed: for a directory, or a copy.
pub(super) fn may_be_packed(status: &libc::stat) -> bool {
    match status.st_mode & libc::S_IFMT {
        libc::S_IFDIR => true,
        libc::S_IFREG => status.st_dev == DEVICE_OF_COPIES.load(Ordering::Relaxed),
        _ => false,
    }
}

/// The same for `statx`.
pub(super) fn extended(status: &libc::stat) -> libc::statx {
    // SAFETY: a structure of numbers, for which zeroes are values.
    let mut extended: libc::statx = unsafe { std::mem::zeroed() };
    let time = |seconds: libc::time_t, nanoseconds: i64| {
        // SAFETY: as above.
        let mut time: libc::statx_timestamp = unsafe { std::mem::zeroed() };
        time.tv_sec = seconds;
        time.tv_nsec = nanoseconds as u32;
        time
    };
    extended.stx_mask = libc::STATX_BASIC_STATS;
    extended.stx_blksize = status.st_blksize as u32;
    extended.stx_nlink = status.st_nlink as u32;
    extended.stx_uid = status.st_uid;
    extended.stx_gid = status.st_gid;
    extended.stx_mode = status.st_mode as u16;
    extended.stx_ino = status.st_ino;
    extended.stx_size = status.st_size as u64;
    extended.stx_blocks = status.st_blocks as u64;
    extended.stx_atime = time(status.st_atime, status.st_atime_nsec);
    extended.stx_mtime = time(status.st_mtime, status.st_mtime_nsec);
    extended.stx_ctime = time(status.st_ctime, status.st_ctime_nsec);
    extended.stx_dev_major = libc::major(status.st_dev);
    extended.stx_dev_minor = libc::minor(status.st_dev);
    extended
}
