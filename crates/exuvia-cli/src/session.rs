//! What every command needs: the project, its interpreter, and a way to show progress.

use exuvia_port::status::stale;
use exuvia_port::{FunctionName, Interpreter, Project};

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

    /// Refuses to speak of ports whose Rust has changed since it was compiled: what runs is the older one.
    pub(crate) fn refuse_stale(&self, functions: &[FunctionName]) -> Result<(), Failure> {
        let stale = stale(&self.project, &self.interpreter, functions)?;
        if stale.is_empty() {
            return Ok(());
        }
        let names: Vec<_> = stale.iter().map(FunctionName::to_string).collect();
        Err(Failure::new(format_args!(
            "the Rust of {} has changed since it was compiled, and the older one is what would run",
            names.join(", ")
        ))
        .hint("run `exuvia develop`, then this again"))
    }
}
