//! The archive behind the running program.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use exuvia_archive::{Archive, FOOTER_LEN, Footer, HEADER_LEN, LAUNCH_PATH, Launch, Source};

use crate::root::Root;
use crate::{Error, disk};

/// The file of the running program.
const THIS: &str = "/proc/self/exe";

/// The running program's own file, with the index of its archive in memory for as long as the process lives.
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
        let this = Path::new(THIS);
        let path = std::fs::read_link(this).unwrap_or_else(|_| this.to_owned());
        let failed = |source| Error::Read {
            path: path.clone(),
            source,
        };
        let file = File::open(this).map_err(failed)?;
        let status = disk::status(file.as_raw_fd()).map_err(failed)?;
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
        let archive_length = place.end - place.start;
        let mut header = [0; HEADER_LEN];
        if archive_length < header.len() as u64 {
            return Err(damaged(exuvia_archive::Error::NotAnArchive));
        }
        file.read_exact_at(&mut header, place.start)
            .map_err(failed)?;
        let index_end = Archive::index_end(&header).map_err(damaged)?;
        if archive_length < index_end {
            return Err(damaged(exuvia_archive::Error::Index));
        }
        let mut index = vec![0; usize::try_from(index_end).unwrap_or(0)];
        file.read_exact_at(&mut index, place.start)
            .map_err(failed)?;
        // For as long as the process lives.
        let source = Box::leak(Box::new(ThisProgram {
            offset: place.start,
            last_group: Mutex::new(None),
        }));
        let archive = Archive::open_index(index.leak(), source, archive_length).map_err(damaged)?;
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

/// Reads the archive behind the running program.
///
/// Nothing of it is mapped: mapped bytes count as memory of the process, and kernels map whole large folios of the page cache (Linux
/// 6.18: 2 MB and more around each byte that is looked at).
#[derive(Debug)]
struct ThisProgram {
    /// Where the archive begins.
    offset: u64,
    /// The group that was decompressed last, by where it lies: what is imported together lies together.
    last_group: Mutex<Option<(u64, Arc<Vec<u8>>)>>,
}

impl Source for ThisProgram {
    fn read(&self, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        // Opened each time: a descriptor that is kept may be closed by whoever closes all, and mean another file then.
        let file = File::open(THIS)?;
        let mut bytes = Vec::new();
        disk::read_at(&file, self.offset + offset, length, &mut bytes)?;
        Ok(bytes)
    }

    fn group(
        &self,
        offset: u64,
        decompress: &mut dyn FnMut() -> Result<Vec<u8>, exuvia_archive::Error>,
    ) -> Result<Arc<Vec<u8>>, exuvia_archive::Error> {
        // Never waited for: the thread that holds it may be gone in the child of a `fork`.
        if let Ok(last) = self.last_group.try_lock()
            && let Some((at, group)) = &*last
            && *at == offset
        {
            return Ok(group.clone());
        }
        let group = Arc::new(decompress()?);
        if let Ok(mut last) = self.last_group.try_lock() {
            *last = Some((offset, group.clone()));
        }
        Ok(group)
    }
}
