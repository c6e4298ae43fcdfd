//! Whether this process is the application, or Python for the application's own use.
//!
//! `sys.executable` is the packed file by another path: below `/proc/self/root`, which is a link to the root folder for every process. The
//! file tells by the path that it is started by (`AT_EXECFN`, getauxval(3)) which of the two is meant. Nothing need be
//! written or set in the environment for that, the application keeps every argument for itself, and a program that starts
//! `sys.executable` never starts itself. A link to the file whose name is `python`, `python3` or `python3.11` is Python as well.
//!
//! `os.path.realpath` and the like go on believing that: for the application, `/proc/self/root` is a directory and no link ([`is_no_link`]).

#[cfg(feature = "interpreter")]
use std::ffi::{CStr, CString, OsStr};
use std::os::unix::ffi::OsStrExt;
#[cfg(feature = "interpreter")]
use std::os::unix::fs::MetadataExt;
use std::path::Path;

#[cfg(feature = "interpreter")]
use crate::PackedFile;
#[cfg(feature = "interpreter")]
use crate::command_line::CommandLine;

/// What this process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// The application that is packed.
    Application,
    /// The interpreter that is packed with it, as `python` with the arguments of this process.
    Python,
}

/// The folder below which the packed file is Python.
const ROOT: &str = "/proc/self/root";

/// Whether a path is that of the root folder as this process sees it, which then is no link that anybody follows to the packed file's own path.
#[cfg(feature = "files")]
pub(crate) fn is_no_link(path: &[u8]) -> bool {
    let Some(whose) = path
        .strip_prefix(b"/proc/")
        .and_then(|rest| rest.strip_suffix(b"/root"))
    else {
        return false;
    };
    let process = std::str::from_utf8(whose)
        .ok()
        .and_then(|number| number.parse().ok());
    whose == b"self" || process == Some(std::process::id())
}

/// What follows the root folder, as some process sees it, in a path that begins with that.
fn below_root(path: &[u8]) -> Option<&[u8]> {
    let rest = path.strip_prefix(b"/proc/")?;
    let end = rest.iter().position(|&byte| byte == b'/')?;
    let (whose, rest) = rest.split_at(end);
    let is_process = whose == b"self" || whose.iter().all(u8::is_ascii_digit);
    rest.strip_prefix(b"/root")
        .filter(|rest| is_process && rest.starts_with(b"/"))
}

/// The path by which the packed file is Python.
pub(crate) fn executable(packed: &Path) -> String {
    format!("{ROOT}{}", packed.display())
}

impl Role {
    /// What this process is, by how it was started; and where among the arguments those of the application or of `python` begin.
    ///
    /// Python that is to run the packed file as a script is the application: programs start themselves again as
    /// `[sys.executable, *sys.argv]`.
    #[cfg(feature = "interpreter")]
    pub(crate) fn of_this_process(packed: &PackedFile, arguments: &[CString]) -> (Self, usize) {
        if Self::by_path(&packed.path, arguments) == Self::Application {
            return (Self::Application, 0);
        }
        let is_this = |path: &CString| {
            let path = Path::new(OsStr::from_bytes(path.to_bytes()));
            std::fs::metadata(path).is_ok_and(|found| {
                (found.dev(), found.ino()) == (packed.status.st_dev, packed.status.st_ino)
            })
        };
        match CommandLine::of(arguments).script {
            Some(at) if is_this(&arguments[at]) => (Self::Application, at),
            _ => (Self::Python, 0),
        }
    }

    /// What this process is, by the path that it was started by.
    #[cfg(feature = "interpreter")]
    fn by_path(packed: &Path, arguments: &[CString]) -> Self {
        // SAFETY: reads a number that the kernel gave to the process.
        let started = unsafe { libc::getauxval(libc::AT_EXECFN) } as *const std::ffi::c_char;
        let started = if started.is_null() {
            c""
        } else {
            // SAFETY: a string that the kernel put above the stack, for as long as the process runs.
            unsafe { CStr::from_ptr(started) }
        };
        // As the interpreter of a script (`#!`), it is named in the first argument alone.
        let first = arguments.first().map_or(c"", CString::as_c_str);
        if [started, first]
            .iter()
            .any(|path| is_python(path.to_bytes(), packed))
        {
            Self::Python
        } else {
            Self::Application
        }
    }
}

fn is_python(path: &[u8], packed: &Path) -> bool {
    let name = |path: &[u8]| {
        path.rsplit(|&byte| byte == b'/')
            .next()
            .unwrap_or_default()
            .to_vec()
    };
    let called = name(path);
    let version = called
        .strip_prefix(b"python")
        .filter(|_| called != name(packed.as_os_str().as_bytes()));
    below_root(path).is_some()
        || version.is_some_and(|version| {
            version
                .iter()
                .all(|byte| byte.is_ascii_digit() || *byte == b'.')
        })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::is_python;

    #[cfg(feature = "files")]
    #[test]
    fn the_root_of_this_process_is_told_from_others() {
        let own = format!("/proc/{}/root", std::process::id());
        for path in ["/proc/self/root", &own] {
            assert!(super::is_no_link(path.as_bytes()), "{path}");
        }
        for path in [
            "/proc/1/root",
            "/proc/self",
            "/proc/self/root/",
            "/root",
            "/proc//root",
        ] {
            assert!(!super::is_no_link(path.as_bytes()), "{path}");
        }
    }

    #[test]
    fn the_path_tells_what_is_meant() {
        let packed = Path::new("/opt/app");
        for path in [
            "/proc/self/root/opt/app",
            "/proc/123/root/opt/app",
            "/usr/bin/python3.11",
            "python",
            "./python3",
        ] {
            assert!(is_python(path.as_bytes(), packed), "{path}");
        }
        for path in [
            "",
            "/opt/app",
            "app",
            "/opt/python-app",
            "/proc/self/rooted/app",
            "/proc/other/root/app",
            "/proc/self/root",
            "pythonic",
        ] {
            assert!(!is_python(path.as_bytes(), packed), "{path}");
        }
        assert!(!is_python(b"./python3", Path::new("/opt/python3")));
    }
}
