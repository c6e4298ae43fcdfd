//! The archive behind the running program.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use exuvia_archive::{Archive, FOOTER_LEN, Footer, LAUNCH_PATH, Launch};

use crate::Error;
use crate::root::Root;

/// The running program's own file, with its archive mapped into memory for as long as the process lives.
#[derive(Clone)]
pub struct PackedFile {
    /// Where the program lies.
    pub path: PathBuf,
    /// Where the archive begins in it.
    #[cfg_attr(
        not(feature = "files"),
        allow(dead_code, reason = "what shows files asks for it")
    )]
    pub(crate) offset: u64,
    /// What the system says of it.
    #[cfg_attr(
        not(feature = "files"),
        allow(dead_code, reason = "what shows files asks for it")
    )]
    pub(crate) status: libc::stat,
    /// What is packed behind it.
    pub archive: Archive<'static>,
    /// How the application in it starts.
    pub launch: Launch,
}

impl PackedFile {
    /// Opens the file of the running program.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read or holds no sound archive.
    pub fn of_this_program() -> Result<Self, Error> {
        let this = PathBuf::from("/proc/self/exe");
        let path = std::fs::read_link(&this).unwrap_or_else(|_| this.clone());
        let failed = |source| Error::Read {
            path: path.clone(),
            source,
        };
        let file = File::open(&this).map_err(failed)?;
        let status = status(&file).map_err(failed)?;
        let length = u64::try_from(status.st_size).unwrap_or(0);
        let mut footer = [0; FOOTER_LEN];
        let damaged = |source| Error::Archive {
            path: path.clone(),
            source,
        };
        let footer_at = length
            .checked_sub(FOOTER_LEN as u64)
            .ok_or(damaged(exuvia_archive::Error::NotPacked))?;
        file.read_exact_at(&mut footer, footer_at).map_err(failed)?;
        let place = Footer::read(&footer, length).map_err(damaged)?.archive;
        let bytes = map(&file, place.start, place.end - place.start).map_err(failed)?;

        let archive = Archive::open(bytes).map_err(damaged)?;
        let wrong = |reason: String| Error::Launch {
            path: path.clone(),
            reason,
        };
        let text = archive.file(LAUNCH_PATH).ok_or_else(|| {
            wrong("the archive does not say how to start; pack the application again".into())
        })?;
        let text = text.contents().map_err(damaged)?;
        let launch = Launch::from_text(&String::from_utf8_lossy(&text))
            .map_err(|error| wrong(error.to_string()))?;
        Ok(Self {
            path,
            offset: place.start,
            status,
            archive,
            launch,
        })
    }

    /// The path that everyone in this process knows a file of the archive by.
    pub fn path_of(&self, path: &str) -> String {
        Root::for_digest(self.archive.digest()).join(path)
    }
}

impl fmt::Debug for PackedFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PackedFile")
            .field("path", &self.path)
            .field("offset", &self.offset)
            .field("launch", &self.launch)
            .finish_non_exhaustive()
    }
}

/// Gives back the memory that bytes of the mapped file take which are not needed again soon; they are there as before.
///
/// Bytecode is read once. Its pages, and those that the kernel maps around them, would count as memory of this process for as long as it lives.
#[cfg(feature = "interpreter")]
pub(crate) fn release(bytes: &'static [u8]) {
    // The smallest pages that Linux has; on systems with larger ones the call fails and nothing is lost.
    const PAGE: usize = 4096;
    let start = bytes.as_ptr().addr() & !(PAGE - 1);
    // The last page may hold the beginning of what is needed next.
    let end = (bytes.as_ptr().addr() + bytes.len()) & !(PAGE - 1);
    if end > start {
        let start = bytes.as_ptr().with_addr(start).cast_mut().cast();
        // SAFETY: whole pages of a private mapping of a file that is never written to: whoever reads them again gets the same bytes.
        unsafe { libc::madvise(start, end - start.addr(), libc::MADV_DONTNEED) };
    }
}

fn status(file: &File) -> io::Result<libc::stat> {
    // SAFETY: a structure of numbers, for which zeroes are values.
    let mut status: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: an open descriptor; the status can be written to.
    if unsafe { libc::fstat(file.as_raw_fd(), &mut status) } < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(status)
}

/// Maps a part of a file, privately and for reading, until the process ends.
fn map(file: &File, offset: u64, length: u64) -> io::Result<&'static [u8]> {
    let invalid = |_| io::Error::from(io::ErrorKind::InvalidData);
    let (offset, length) = (
        libc::off_t::try_from(offset).map_err(invalid)?,
        usize::try_from(length).map_err(invalid)?,
    );
    if length == 0 {
        return Ok(&[]);
    }
    // SAFETY: a new mapping at an address of the kernel's choice disturbs no other memory.
    let address = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            length,
            libc::PROT_READ,
            libc::MAP_PRIVATE,
            file.as_raw_fd(),
            offset,
        )
    };
    if address == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the mapping is readable for `length` bytes and never unmapped. The file is the program being run: that nobody
    // writes to it in place is what every program's own code and constants rest on as well. Most kernels see to it
    // (ETXTBSY), though not Linux 6.11 and 6.12, nor network file systems for writers on other hosts. New versions are
    // put in place by renaming, as `pack` does, and leave the mapped file alone.
    Ok(unsafe { std::slice::from_raw_parts(address.cast(), length) })
}
