//! The one application of this process, where C callbacks can find it.

use std::sync::OnceLock;

use exuvia_archive::{Archive, File, Launch};

use crate::PackedFile;
use crate::role;
use crate::root::Root;

/// What is needed to answer for the packed application, from anywhere.
#[derive(Debug)]
pub(crate) struct Application {
    pub(crate) packed: PackedFile,
    pub(crate) root: Root,
}

static APPLICATION: OnceLock<Application> = OnceLock::new();

impl Application {
    /// Makes a packed file the application of this process; the first one stays.
    pub(crate) fn install(packed: PackedFile) -> &'static Self {
        APPLICATION.get_or_init(|| Self {
            root: Root::for_digest(packed.archive.digest()),
            packed,
        })
    }

    /// The application of this process, once there is one.
    pub(crate) fn current() -> Option<&'static Self> {
        APPLICATION.get()
    }

    pub(crate) fn archive(&self) -> Archive<'static> {
        self.packed.archive
    }

    pub(crate) fn launch(&self) -> &Launch {
        &self.packed.launch
    }

    /// `sys.executable`.
    pub(crate) fn executable(&self) -> String {
        role::executable(&self.packed.path)
    }

    /// The packed file that an absolute path stands for.
    pub(crate) fn file(&self, path: &str) -> Option<File<'static>> {
        self.root
            .strip(path)
            .and_then(|path| self.archive().file(&path))
    }
}
