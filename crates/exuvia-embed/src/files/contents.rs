//! Opening what is packed: of a file a copy in memory, with a position of its own; of a directory a file in memory that stands for it.
//!
//! The kernel keeps the name of a file in memory and tells it at `/proc/self/fd/N`. It says what the descriptor is of, wherever it is passed on to.

use std::ffi::{CString, c_int};
use std::fs;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use exuvia_archive::File;

use super::place::Entry;
use super::status::note_copy;
use super::{Files, open};
use crate::{disk, memory};

/// What the kernel puts before and after the name of a file in memory that a descriptor stands for (memfd_create(2)).
const IN_MEMORY: (&str, &str) = ("/memfd:", " (deleted)");

/// How long the name of a file in memory may be, in bytes (memfd_create(2)).
const LONGEST_NAME: usize = 249;

impl Files {
    /// A descriptor for reading a file; `flags` are those of `open`.
    pub(super) fn open(&self, file: &File<'static>, flags: c_int) -> io::Result<OwnedFd> {
        let Ok(mut copy) = memory::create(
            &self.name_of_copy(file),
            libc::MFD_ALLOW_SEALING | libc::MFD_CLOEXEC,
        ) else {
            // A system without files in memory has it on disk.
            let copy = self.open_on_disk(&Entry::File(*file), flags)?;
            note_copy(&disk::status(copy.as_raw_fd())?);
            return Ok(copy);
        };
        memory::fill(&mut copy, &self.packed, file)?;
        let status = &self.packed.status;
        let times = [
            libc::timespec {
                tv_sec: status.st_atime,
                tv_nsec: status.st_atime_nsec,
            },
            libc::timespec {
                tv_sec: status.st_mtime,
                tv_nsec: status.st_mtime_nsec,
            },
        ];
        let seals =
            libc::F_SEAL_WRITE | libc::F_SEAL_GROW | libc::F_SEAL_SHRINK | libc::F_SEAL_SEAL;
        // SAFETY: a descriptor of our own; two times. Where the copy keeps another time, or can be changed by the one who opened
        // it, that is no reason to fail.
        unsafe {
            libc::futimens(copy.as_raw_fd(), times.as_ptr());
            libc::fcntl(copy.as_raw_fd(), libc::F_ADD_SEALS, seals);
        }
        note_copy(&disk::status(copy.as_raw_fd())?);
        for_reading(copy, flags)
    }

    /// A descriptor for a directory; `flags` are those of `open`.
    pub(super) fn open_directory(&self, path: &str, flags: c_int) -> io::Result<OwnedFd> {
        let name = format!("{}/{path}", self.root.name());
        if name.len() > LONGEST_NAME {
            return open(self.put_directory_on_disk(path)?, flags);
        }
        let Ok(copy) = memory::create(&name, libc::MFD_CLOEXEC) else {
            return open(self.put_directory_on_disk(path)?, flags);
        };
        note_copy(&disk::status(copy.as_raw_fd())?);
        for_reading(copy, flags)
    }

    fn name_of_copy(&self, file: &File) -> String {
        format!("{}:{}", self.root.name(), file.position())
    }

    /// What a descriptor stands for, by what the kernel calls it.
    pub(super) fn entry_of_copy(&self, target: &str) -> Option<Entry> {
        let name = target
            .strip_prefix(IN_MEMORY.0)?
            .strip_suffix(IN_MEMORY.1)?;
        let what = name.strip_prefix(self.root.name())?;
        match what.strip_prefix(':') {
            Some(position) => {
                let position = position.parse().ok()?;
                self.archive().file_at(position).map(Entry::File)
            }
            None => what
                .strip_prefix('/')
                .map(|path| Entry::Directory(path.to_owned())),
        }
    }
}

/// The same file by a descriptor that can only be read from, at its beginning.
fn for_reading(copy: fs::File, flags: c_int) -> io::Result<OwnedFd> {
    let path = CString::new(format!("/proc/self/fd/{}", copy.as_raw_fd()))?;
    let flags = libc::O_RDONLY | (flags & (libc::O_CLOEXEC | libc::O_NONBLOCK | libc::O_PATH));
    // SAFETY: the path ends with NUL.
    let again = unsafe { disk::openat(libc::AT_FDCWD, path.as_ptr(), flags, 0) };
    if again >= 0 {
        // SAFETY: the descriptor was just made and belongs to nobody else.
        return Ok(unsafe { OwnedFd::from_raw_fd(again) });
    }
    // Without `/proc` it is the one that it was written by; the seals keep it from being changed.
    let close_on_exec = if flags & libc::O_CLOEXEC != 0 {
        libc::FD_CLOEXEC
    } else {
        0
    };
    // SAFETY: a descriptor of our own.
    unsafe {
        libc::lseek(copy.as_raw_fd(), 0, libc::SEEK_SET);
        libc::fcntl(copy.as_raw_fd(), libc::F_SETFD, close_on_exec);
    }
    Ok(copy.into())
}
