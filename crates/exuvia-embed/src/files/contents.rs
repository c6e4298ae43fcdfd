//! Opening a packed file: a copy in memory, with a position of its own.

use std::ffi::c_int;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

use exuvia_archive::File;

use super::Files;
use super::place::Entry;
use crate::memory;

impl Files {
    /// A descriptor for reading a file; `flags` are those of `open`.
    pub(super) fn open(&self, file: &File<'static>, flags: c_int) -> io::Result<OwnedFd> {
        let close_on_exec = if flags & libc::O_CLOEXEC != 0 {
            libc::MFD_CLOEXEC
        } else {
            0
        };
        let path = file.path().unwrap_or_default();
        let Ok(mut copy) = memory::create(path, libc::MFD_ALLOW_SEALING | close_on_exec) else {
            // A system without files in memory has it on disk.
            return self.open_on_disk(&Entry::File(*file), flags);
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
            libc::lseek(copy.as_raw_fd(), 0, libc::SEEK_SET);
            libc::fcntl(copy.as_raw_fd(), libc::F_ADD_SEALS, seals);
        }
        Ok(copy.into())
    }
}
