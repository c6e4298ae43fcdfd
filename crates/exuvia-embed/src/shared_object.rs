//! Shared objects loaded from memory, or from a file where memory will not do.
//!
//! A shared object in memory is a `memfd`, which the loader opens as `/proc/self/fd/N`. The loader of glibc takes a path that it
//! has seen before for the library that it has seen there; each path made here is therefore spelled in a way of its own,
//! and the descriptor need not stay open.

use std::ffi::{CStr, CString, c_int, c_void};
use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// Variable that keeps shared objects from being loaded from memory, where a debugger wants to see files.
pub const NO_MEMORY_VARIABLE: &str = "EXUVIA_NO_MEMFD";

/// A shared object in memory that can be opened by a path.
#[derive(Debug)]
pub struct InMemory {
    file: File,
    path: CString,
}

impl InMemory {
    /// Copies a shared object into memory that may be executed.
    ///
    /// # Errors
    ///
    /// What the system said, where it has no memory or does not allow this.
    pub fn new(name: &str, contents: &[u8]) -> io::Result<Self> {
        if std::env::var_os(NO_MEMORY_VARIABLE).is_some() {
            return Err(io::Error::from(io::ErrorKind::Unsupported));
        }
        let mut file = memory_file(name)?;
        file.write_all(contents)?;
        let path = unique_path(file.as_raw_fd());
        Ok(Self { file, path })
    }

    /// The path by which it can be opened from this process, until it is dropped.
    pub fn path(&self) -> &CStr {
        &self.path
    }
}

fn memory_file(name: &str) -> io::Result<File> {
    /// Linux 6.3: without it, a hardened system makes the memory not executable.
    const MFD_EXEC: libc::c_uint = 0x10;
    let name = CString::new(name.rsplit('/').next().unwrap_or_default())?;
    for flags in [libc::MFD_CLOEXEC | MFD_EXEC, libc::MFD_CLOEXEC] {
        // SAFETY: `name` ends with NUL.
        let descriptor = unsafe { libc::memfd_create(name.as_ptr(), flags) };
        if descriptor >= 0 {
            // SAFETY: the descriptor was just made and belongs to nobody else.
            return Ok(unsafe { File::from_raw_fd(descriptor) });
        }
    }
    Err(io::Error::last_os_error())
}

/// `/proc/self/fd/N`, spelled as never before: `/` and `/./` stand for the bits of a count.
fn unique_path(descriptor: c_int) -> CString {
    // The front and the half that it loads are two programs in one process, each with a count of its own.
    const FIRST: u32 = if cfg!(feature = "interpreter") {
        0
    } else {
        1 << 19
    };
    static COUNT: AtomicU32 = AtomicU32::new(FIRST);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let bits: String = (0..20)
        .map(|bit| if count >> bit & 1 == 1 { "/." } else { "/" })
        .collect();
    CString::new(format!("/proc/self/fd{bits}/{descriptor}")).unwrap_or_default()
}

/// Loads a shared object for the whole process.
///
/// `on_disk` gives a file with the same contents; it is called where the system does not load from memory.
///
/// # Errors
///
/// The words of the loader, or of the system.
pub fn load<E: ToString>(
    name: &str,
    contents: &[u8],
    flags: c_int,
    on_disk: impl FnOnce() -> Result<std::path::PathBuf, E>,
) -> Result<*mut c_void, String> {
    let in_memory = InMemory::new(name, contents)
        .map_err(|error| error.to_string())
        .and_then(|object| {
            let handle = open(object.path(), flags);
            drop(object.file);
            handle
        });
    in_memory.or_else(|reason| {
        let path =
            on_disk().map_err(|error| format!("{reason}; and as a file: {}", error.to_string()))?;
        open_path(&path, flags)
    })
}

fn open_path(path: &Path, flags: c_int) -> Result<*mut c_void, String> {
    use std::os::unix::ffi::OsStrExt;
    let path = CString::new(path.as_os_str().as_bytes()).map_err(|error| error.to_string())?;
    open(&path, flags)
}

fn open(path: &CStr, flags: c_int) -> Result<*mut c_void, String> {
    // SAFETY: loading runs the constructors of a shared object that was packed to be loaded.
    let handle = unsafe { libc::dlopen(path.as_ptr(), flags) };
    if handle.is_null() {
        Err(last_error())
    } else {
        Ok(handle)
    }
}

/// The address of a function in a loaded shared object.
///
/// # Errors
///
/// The loader's words, where there is none of that name.
///
/// # Safety
///
/// `handle` was given by [`load`].
pub unsafe fn symbol(handle: *mut c_void, name: &CStr) -> Result<*mut c_void, String> {
    // SAFETY: the handle is valid (the caller's promise), the name ends with NUL.
    let address = unsafe { libc::dlsym(handle, name.as_ptr()) };
    if address.is_null() {
        Err(last_error())
    } else {
        Ok(address)
    }
}

fn last_error() -> String {
    // SAFETY: the message is valid until this thread's next call of the loader, and copied before.
    let message = unsafe { libc::dlerror() };
    if message.is_null() {
        return "the loader gave no reason".to_owned();
    }
    // SAFETY: as above; it ends with NUL.
    unsafe { CStr::from_ptr(message) }
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::unique_path;

    #[test]
    fn paths_are_never_spelled_alike() {
        let paths: std::collections::HashSet<_> = (0..2000).map(|_| unique_path(3)).collect();
        assert_eq!(paths.len(), 2000);
    }
}
