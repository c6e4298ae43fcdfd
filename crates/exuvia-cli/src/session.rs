//! What every command needs: the project, its interpreter, and a way to show progress.

use exuvia_port::{Interpreter, Project};

use crate::args::Global;
use crate::failure::Failure;
use crate::terminal::Bar;

/// The project in the current folder and the interpreter chosen for it.
pub(crate) struct Session {
    pub(crate) project: Project,
    pub(crate) interpreter: Interpreter,
    pub(crate) progress: Bar,
}

impl Session {
    /// Finds both, or says which is missing.
    pub(crate) fn open(global: &Global) -> Result<Self, Failure> {
        let folder = std::env::current_dir().map_err(|error| {
            Failure::new(format_args!("cannot tell the current folder: {error}"))
        })?;
        let project = Project::open(&folder)?;
        let interpreter = Interpreter::find(global.python.as_deref())?;
        Ok(Self {
            project,
            interpreter,
            progress: Bar::default(),
        })
    }
}
