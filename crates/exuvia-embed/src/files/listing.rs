//! Reading a packed directory: a list behind what C takes for a `DIR`.
//!
//! The C library's own `DIR`s are aligned, so that an odd address tells ours from them. Nobody but the functions here looks behind it.

use std::ffi::{c_int, c_long};
use std::os::fd::{AsRawFd, OwnedFd};

use libc::{DIR, dirent64};

use super::Files;

/// A directory that is being read.
pub(super) struct Listing {
    files: &'static Files,
    directory: String,
    entries: Vec<dirent64>,
    next: usize,
    /// For those who ask for a descriptor.
    opened: Option<OwnedFd>,
}

impl Listing {
    /// Begins to read a directory of the archive; `opened` is its descriptor, where there is one.
    pub(super) fn open(
        files: &'static Files,
        directory: String,
        opened: Option<OwnedFd>,
    ) -> *mut DIR {
        let parent = directory.rsplit_once('/').map_or("", |(parent, _)| parent);
        let own = [(".", directory.as_str()), ("..", parent)]
            .map(|(name, path)| entry(name, files.number_of_directory(path), libc::DT_DIR));
        let children = files.archive().children(&directory).filter_map(|child| {
            let path = if directory.is_empty() {
                child.name.to_owned()
            } else {
                format!("{directory}/{}", child.name)
            };
            if child.is_directory {
                Some(entry(
                    child.name,
                    files.number_of_directory(&path),
                    libc::DT_DIR,
                ))
            } else {
                let file = files.archive().file(&path)?;
                Some(entry(child.name, files.number_of_file(&file), libc::DT_REG))
            }
        });
        let entries = own.into_iter().chain(children).collect();
        let listing = Box::new(Self {
            files,
            directory,
            entries,
            next: 0,
            opened,
        });
        Box::into_raw(listing)
            .map_addr(|address| address | 1)
            .cast()
    }

    /// The listing behind a `DIR`, if it is one of ours.
    ///
    /// # Safety
    ///
    /// The directory is open and nobody else uses it, or it is the C library's.
    pub(super) unsafe fn of<'a>(directory: *mut DIR) -> Option<&'a mut Self> {
        if directory.addr() & 1 == 0 {
            return None;
        }
        // SAFETY: an odd address is one that `open` gave, and the listing lives until `close` (the caller's promise).
        Some(unsafe { &mut *Self::pointer(directory) })
    }

    fn pointer(directory: *mut DIR) -> *mut Self {
        directory.map_addr(|address| address & !1).cast()
    }

    /// Ends a listing, if it is one of ours.
    ///
    /// # Safety
    ///
    /// As for [`of`](Self::of); the directory is not used any more.
    pub(super) unsafe fn close(directory: *mut DIR) -> bool {
        let is_ours = directory.addr() & 1 == 1;
        if is_ours {
            // SAFETY: `open` made it from a box, and it is given up here.
            drop(unsafe { Box::from_raw(Self::pointer(directory)) });
        }
        is_ours
    }

    /// The next entry; null after the last.
    pub(super) fn read(&mut self) -> *mut dirent64 {
        let Some(entry) = self.entries.get_mut(self.next) else {
            return std::ptr::null_mut();
        };
        self.next += 1;
        entry
    }

    /// Which entry is next.
    pub(super) fn position(&self) -> c_long {
        self.next as c_long
    }

    /// Goes on with another entry.
    pub(super) fn seek(&mut self, position: c_long) {
        self.next = usize::try_from(position).unwrap_or(0);
    }

    /// A descriptor of the directory.
    pub(super) fn descriptor(&mut self) -> std::io::Result<c_int> {
        if self.opened.is_none() {
            let opened = self
                .files
                .open_directory(&self.directory, libc::O_CLOEXEC)?;
            self.opened = Some(opened);
        }
        Ok(self.opened.as_ref().map_or(-1, AsRawFd::as_raw_fd))
    }
}

fn entry(name: &str, number: u64, kind: u8) -> dirent64 {
    // SAFETY: a structure of numbers, for which zeroes are values.
    let mut entry: dirent64 = unsafe { std::mem::zeroed() };
    entry.d_ino = number;
    entry.d_type = kind;
    // The names of an archive that is not damaged are as short as those that were on a disk; the last byte stays NUL.
    let length = name.len().min(entry.d_name.len() - 1);
    entry.d_reclen = (std::mem::offset_of!(dirent64, d_name) + length + 1) as u16;
    for (to, from) in entry.d_name[..length].iter_mut().zip(name.bytes()) {
        *to = from as _;
    }
    entry
}
