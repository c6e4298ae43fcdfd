//! Runs the command that a user types after `--`, in the project's root and the chosen interpreter's environment.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{env, io, thread};

use crate::stream::Tail;
use crate::{Advice, Interpreter, Project};

/// Why a user's command did not run to its end.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// Nothing was typed.
    #[error("there is no command to run")]
    Empty,
    /// There is no such program.
    #[error("cannot run `{command}`: there is no program {program} in {} or on PATH", scripts.display())]
    NotFound {
        /// The command as typed.
        command: String,
        /// Its program.
        program: String,
        /// The environment's own programs.
        scripts: PathBuf,
    },
    /// It could not be started.
    #[error("cannot run `{command}`: {source}")]
    Start {
        /// The command as typed.
        command: String,
        /// What the system said.
        source: io::Error,
    },
    /// It ended with a status other than 0. What it said is not repeated: it was passed on while it ran.
    #[error("`{command}` failed ({status})")]
    Failed {
        /// The command as typed.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },
}

impl Advice for CommandError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Empty => "write the command after `--`: -- python app.py".to_owned(),
            Self::NotFound { program, .. } if program.ends_with(".py") => {
                format!("write it as you would type it: python {program}")
            }
            Self::NotFound { program, .. } => format!(
                "install it into the environment, or choose another with --python PATH; a module is run by: python -m {program}"
            ),
            Self::Start { source, command } if source.kind() == io::ErrorKind::PermissionDenied => {
                format!("it is not executable; a script is run by: python {command}")
            }
            Self::Start { .. } => {
                "see that the command runs by itself in the project's root".to_owned()
            }
            Self::Failed { .. } => {
                "make the command succeed by itself first, then try again".to_owned()
            }
        })
    }
}

/// A finished command.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    /// Whether it was killed because it took too long.
    pub(crate) timed_out: bool,
    /// The end of its standard output, where that was kept.
    pub(crate) output: String,
    /// The end of its standard error.
    pub(crate) errors: String,
}

/// Whether anybody sees what a command prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Show {
    /// On standard error, its standard output too: Exuvia's own standard output is for the report.
    OnStandardError,
    /// Nobody; the end of both streams is kept.
    No,
}

/// The words of `command` as text.
pub(crate) fn words(command: &[OsString]) -> Vec<String> {
    command
        .iter()
        .map(|word| word.to_string_lossy().into_owned())
        .collect()
}

/// `command` as one would type it into a shell, quotes and all.
pub(crate) fn typed(command: &[OsString]) -> String {
    let words = words(command);
    // No argument of a command holds the one character that cannot be quoted, NUL.
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_else(|_| words.join(" "))
}

/// Runs `command` with `variables` set and `python_path` in front of the import path of every Python that it starts.
pub(crate) fn run(
    project: &Project,
    interpreter: &Interpreter,
    command: &[OsString],
    variables: &[(&str, Option<&OsStr>)],
    python_path: &Path,
    show: Show,
) -> Result<Finished, CommandError> {
    run_within(
        project,
        interpreter,
        command,
        variables,
        python_path,
        show,
        None,
    )
}

/// Like [`run`]; the command is killed once it has taken longer than `limit`.
pub(crate) fn run_within(
    project: &Project,
    interpreter: &Interpreter,
    command: &[OsString],
    variables: &[(&str, Option<&OsStr>)],
    python_path: &Path,
    show: Show,
    limit: Option<Duration>,
) -> Result<Finished, CommandError> {
    let (first, arguments) = command.split_first().ok_or(CommandError::Empty)?;
    let typed = typed(command);
    let program = resolve(project, interpreter, first).ok_or_else(|| CommandError::NotFound {
        command: typed.clone(),
        program: first.to_string_lossy().into_owned(),
        scripts: interpreter.scripts().to_owned(),
    })?;
    let start = |source| CommandError::Start {
        command: typed.clone(),
        source,
    };
    let mut process = Command::new(program);
    process.args(arguments).current_dir(project.root());
    interpreter.enter(&mut process);
    process.env("PYTHONPATH", joined(python_path));
    for (name, value) in variables {
        match value {
            Some(value) => process.env(name, value),
            None => process.env_remove(name),
        };
    }
    process.stderr(Stdio::piped());
    process.stdout(match show {
        Show::OnStandardError => Stdio::from(io::stderr()),
        Show::No => Stdio::piped(),
    });
    if show == Show::No {
        process.stdin(Stdio::null());
    }
    let mut child = process.spawn().map_err(start)?;
    let output = child.stdout.take().map(Tail::quiet);
    let errors = child.stderr.take().map(match show {
        Show::OnStandardError => Tail::passed_on,
        Show::No => Tail::quiet,
    });
    let (status, timed_out) = wait(&mut child, limit).map_err(start)?;
    let text = |tail: Option<Tail>| tail.map(|tail| tail.text()).unwrap_or_default();
    Ok(Finished {
        status,
        timed_out,
        output: text(output),
        errors: text(errors),
    })
}

/// Waits for the end of a child, or makes one when its time is over.
fn wait(child: &mut Child, limit: Option<Duration>) -> io::Result<(ExitStatus, bool)> {
    let Some(limit) = limit else {
        return Ok((child.wait()?, false));
    };
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok((status, false));
        }
        if began.elapsed() > limit {
            child.kill()?;
            return Ok((child.wait()?, true));
        }
        thread::sleep(Duration::from_millis(10));
    }
}

impl Finished {
    /// An error where the command failed.
    pub(crate) fn success(&self, command: &[OsString]) -> Result<(), CommandError> {
        if self.status.success() {
            return Ok(());
        }
        Err(CommandError::Failed {
            command: typed(command),
            status: self.status,
        })
    }

    /// Its exit status. A process ended by a signal has none of its own: shells call it 128 and the signal's number.
    pub(crate) fn code(&self) -> i32 {
        #[cfg(unix)]
        let signal = std::os::unix::process::ExitStatusExt::signal(&self.status);
        #[cfg(not(unix))]
        let signal = None::<i32>;
        self.status
            .code()
            .unwrap_or_else(|| 128 + signal.unwrap_or(0))
    }
}

/// The variables that make the probe enter every Python that a command starts.
pub(crate) fn entered_by<'a>(
    probe: &'a str,
    out: &'a Path,
    project: &'a Project,
) -> Vec<(&'static str, Option<&'a OsStr>)> {
    vec![
        ("EXUVIA_PROBE", Some(OsStr::new(probe))),
        ("EXUVIA_PROBE_OUT", Some(out.as_os_str())),
        ("EXUVIA_PROBE_ROOT", Some(project.root().as_os_str())),
    ]
}

/// What went wrong inside the entered processes, by their own word.
pub(crate) fn complaints(out: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(out).into_iter().flatten().flatten() {
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "error")
        {
            let text = std::fs::read_to_string(entry.path()).unwrap_or_default();
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

fn joined(front: &Path) -> OsString {
    let before = env::var_os("PYTHONPATH").filter(|value| !value.is_empty());
    let paths = std::iter::once(front.to_owned()).chain(
        before
            .iter()
            .flat_map(|paths| env::split_paths(paths).collect::<Vec<_>>()),
    );
    env::join_paths(paths).unwrap_or_else(|_| front.as_os_str().to_owned())
}

/// The program that the first word of a command stands for.
fn resolve(project: &Project, interpreter: &Interpreter, word: &OsStr) -> Option<PathBuf> {
    let path = Path::new(word);
    if path.components().count() > 1 {
        let path = project.root().join(path);
        return path.is_file().then_some(path);
    }
    let name = word.to_str()?;
    let (major, minor, _) = interpreter.version();
    let own = [
        "python".to_owned(),
        format!("python{major}"),
        format!("python{major}.{minor}"),
    ];
    let stem = name.strip_suffix(env::consts::EXE_SUFFIX).unwrap_or(name);
    if own.iter().any(|python| python == stem) {
        return Some(interpreter.executable().to_owned());
    }
    interpreter.find_program(name)
}
