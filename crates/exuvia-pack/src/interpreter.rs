//! The chosen interpreter: what it is, and what it says of what is installed.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

use crate::python::Python;
use crate::standalone::Standalone;
use crate::{Application, Error, Request, elf};

/// The parts of the probe, which make one program; it begins to run in the last.
const PROBE: &str = concat!(
    include_str!("python/bytecode.py"),
    include_str!("python/scan.py"),
    include_str!("python/pth.py"),
    include_str!("python/reach.py"),
    include_str!("python/choice.py"),
    include_str!("python/trial.py"),
    include_str!("python/probe.py"),
);

/// What writes down what a trial run uses.
const RECORDER: &str = include_str!("python/recorder.py");

/// An interpreter, in its own words.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Interpreter {
    /// The program itself, whatever led to it.
    pub(crate) executable: PathBuf,
    implementation: String,
    /// The implementation and its own version.
    build: String,
    pub(crate) version: (u32, u32, u32),
    pub(crate) cache_tag: String,
    pub(crate) extension_suffixes: Vec<String>,
    pub(crate) stdlib: PathBuf,
    pub(crate) dynload: PathBuf,
    pub(crate) prefix: PathBuf,
    pub(crate) base_prefix: PathBuf,
    pub(crate) static_library: PathBuf,
    pub(crate) shared_library: String,
    pub(crate) library_directory: PathBuf,
    /// What the static library is to be linked with.
    pub(crate) link_arguments: Vec<String>,
    /// Why the static library is of no use, where that is known.
    #[serde(skip)]
    pub(crate) why_not_static: Option<String>,
    debug: bool,
    free_threaded: bool,
    machine: String,
}

impl Interpreter {
    /// As `3.11`.
    pub(crate) fn minor_version(&self) -> String {
        format!("{}.{}", self.version.0, self.version.1)
    }

    /// As `3.11.7`.
    pub(crate) fn version_text(&self) -> String {
        format!("{}.{}.{}", self.version.0, self.version.1, self.version.2)
    }

    /// What keeps it from being packed, if anything does.
    fn obstacle(&self) -> Option<String> {
        let version = self.version_text();
        if self.implementation != "cpython" {
            return Some(format!("{} (Python {version})", self.build));
        }
        if !(10..=13).contains(&self.version.1) || self.version.0 != 3 {
            return Some(format!("CPython {version}"));
        }
        if self.debug || self.free_threaded {
            let what = if self.debug {
                "a debug"
            } else {
                "a free-threaded"
            };
            return Some(format!("{what} build of CPython {version}"));
        }
        if self.machine != "linux-x86_64" {
            return Some(format!("a CPython for {}", self.machine));
        }
        elf::foreign(&self.executable).map(|what| format!("a CPython for {what}"))
    }
}

/// What there is to pack.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Survey {
    pub(crate) interpreter: Interpreter,
    pub(crate) application: Main,
    /// Files beside the application: path below its folder, and where they lie.
    pub(crate) local: Vec<(String, PathBuf)>,
    pub(crate) distributions: Vec<Distribution>,
    /// Files that a trial opened and that belong to no module: where they lie.
    pub(crate) data: Vec<(DataRoot, String, PathBuf)>,
    /// Modules of the standard library that were asked for, whether they are left out by default or not.
    pub(crate) included_modules: Vec<String>,
    /// Modules and packages that were asked to stay out.
    pub(crate) excluded_modules: Vec<String>,
    /// File names, or paths, of libraries that sources name or a trial loaded.
    pub(crate) libraries: Vec<String>,
    /// Names of libraries that `ctypes.util.find_library` is asked for.
    pub(crate) short_names: Vec<String>,
    /// The modules that a trial imported, in that order.
    pub(crate) order: Vec<String>,
    /// Top-level names that the application's own modules import, each with the module that does.
    pub(crate) imported: BTreeMap<String, String>,
    pub(crate) left_out: Vec<String>,
    /// Modules and distributions that are not packed, as the fields of [`exuvia_archive::LeftOut`].
    pub(crate) absent: Vec<(String, String, String, String)>,
    /// What the user should know.
    pub(crate) notes: Vec<String>,
}

/// The folder that a path of a data file starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DataRoot {
    /// `site-packages`.
    Site,
    /// The environment.
    Prefix,
}

/// What runs as `__main__`: one of the three.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Main {
    /// A file.
    pub(crate) script: PathBuf,
    /// A module of the archive.
    pub(crate) module: String,
    /// Source text.
    pub(crate) source: String,
}

/// An installed distribution that is taken along.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Distribution {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) why: Reason,
    pub(crate) terms: DeclaredTerms,
    /// Path below `site-packages`, and where the file lies.
    pub(crate) files: Vec<(String, PathBuf)>,
    /// Its files outside of `site-packages`: path below the environment, and where the file lies.
    pub(crate) outside: Vec<(String, PathBuf)>,
    /// Those of its files that Python reads at each start.
    pub(crate) starts: Vec<StartFile>,
}

/// A `.pth` file (the documentation of the module `site`).
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct StartFile {
    /// Its name in `site-packages`.
    pub(crate) name: String,
    /// The folders below `site-packages` that it puts on `sys.path`.
    pub(crate) folders: Vec<String>,
    /// The names that its lines import.
    pub(crate) imports: Vec<String>,
}

/// Why a distribution was taken along.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// What is run is in it.
    Started,
    /// A module imports it, or names it.
    Imported {
        /// The module, `__main__` for the application's own; or the `.pth` file.
        by: String,
    },
    /// Another distribution's metadata requires it.
    Required {
        /// The other distribution.
        by: String,
    },
    /// It offers entry points in a group that something reads.
    Plugin {
        /// The group.
        group: String,
    },
    /// A trial run used it.
    Tried,
    /// The request includes it by its name.
    Included,
    /// The request takes the whole environment along.
    All,
}

/// What a distribution's metadata says of its licence.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct DeclaredTerms {
    /// `License-Expression`, in SPDX's form (PEP 639).
    pub(crate) expression: String,
    /// `License`: a name or a whole text.
    pub(crate) text: String,
    /// The last parts of its `License ::` classifiers.
    pub(crate) classifiers: Vec<String>,
    /// Its files with licence texts.
    pub(crate) files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Question<'a> {
    kind: &'a str,
    target: &'a str,
    include: &'a [String],
    exclude: &'a [String],
    all: bool,
    trial: &'a [String],
    /// In seconds.
    trial_time: u64,
    recorder: &'a str,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Refusal { refusal: String, hint: String },
    Survey(Box<Survey>),
}

/// Asks the interpreter for everything that packing needs to know.
pub(crate) fn survey(request: &Request, python: &Python) -> Result<Survey, Error> {
    let (kind, target) = match &request.application {
        Application::Script(path) => {
            check_script(path)?;
            ("script", path.to_str().ok_or_else(|| not_text(path))?)
        }
        Application::Module(name) => ("module", name.as_str()),
        Application::Entry(name) => ("entry", name.as_str()),
    };
    let question = Question {
        kind,
        target,
        include: &request.include,
        exclude: &request.exclude,
        all: request.all,
        trial: &request.trial,
        trial_time: request.trial_time.as_secs(),
        recorder: RECORDER,
    };
    let failed = |reason: String| Error::Interpreter {
        python: python.executable.clone(),
        reason,
    };
    let question = serde_json::to_vec(&question).map_err(|error| failed(error.to_string()))?;
    let answer = run_with_input(&python.executable, PROBE, &question).and_then(|output| {
        serde_json::from_slice(&output)
            .map_err(|error| failed(format!("its answer cannot be read: {error}")))
    });
    match answer.map_err(|error| why_no_answer(&python.executable, error))? {
        Answer::Refusal { refusal, hint } => Err(Error::Refused {
            message: refusal,
            hint,
        }),
        Answer::Survey(mut survey) => match survey.interpreter.obstacle() {
            Some(what) => Err(Error::Unsupported {
                python: python.executable.clone(),
                what,
            }),
            None => {
                if let Some(distribution) = Standalone::around(&survey.interpreter.base_prefix)? {
                    distribution.correct(&mut survey.interpreter);
                }
                Ok(*survey)
            }
        },
    }
}

/// Refuses a script that is no file, with what may have been meant.
fn check_script(path: &Path) -> Result<(), Error> {
    let refused = |message: String, hint: String| Err(Error::Refused { message, hint });
    let source = match std::fs::metadata(path) {
        Ok(found) if found.is_file() => return Ok(()),
        Ok(found) if found.is_dir() => {
            let message = format!("{} is a folder, and no script", path.display());
            if !path.join("__main__.py").is_file() {
                return refused(message, "name a script in it".to_owned());
            }
            // Python runs a folder with itself on `sys.path`, and a package with what is around that.
            let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            return match (whole.parent(), whole.file_name()) {
                (Some(parent), Some(name)) if path.join("__init__.py").is_file() => refused(
                    message,
                    format!(
                        "it is a package: `cd {}`, and name it with `-m {}`",
                        parent.display(),
                        name.display()
                    ),
                ),
                _ => refused(
                    message,
                    format!(
                        "name what Python runs of it: {}, with `-o FILE` for the name of the file",
                        path.join("__main__.py").display()
                    ),
                ),
            };
        }
        Ok(_) => std::io::Error::other("it is no file"),
        Err(error) => error,
    };
    let mut with_suffix = path.as_os_str().to_owned();
    with_suffix.push(".py");
    let with_suffix = PathBuf::from(with_suffix);
    if source.kind() == std::io::ErrorKind::NotFound && with_suffix.is_file() {
        return refused(
            format!("there is no file {}", path.display()),
            format!("did you mean {}?", with_suffix.display()),
        );
    }
    Err(Error::Read {
        path: path.to_owned(),
        source,
    })
}

/// Why an interpreter gave no answer to the survey: it is too old to understand it, or no Python at all; else what went wrong.
fn why_no_answer(python: &Path, error: Error) -> Error {
    let program = "import platform; print(platform.python_implementation() + ' ' + platform.python_version())";
    let output = Command::new(python)
        .args(["-c", program])
        .stdin(Stdio::null())
        .output();
    // What cannot be started at all says nothing about itself.
    let Ok(output) = output else {
        return error;
    };
    match version_in(&output.stdout) {
        Some((_, minor)) if minor >= (3, 10) => error,
        Some((what, _)) => Error::Unsupported {
            python: python.to_owned(),
            what,
        },
        None => Error::Interpreter {
            python: python.to_owned(),
            reason: "asked for its version, it names none, so this is no Python".to_owned(),
        },
    }
}

/// The implementation and version of an interpreter of any age, and the first two numbers of it; nothing in what no Python says.
fn version_in(answer: &[u8]) -> Option<(String, (u32, u32))> {
    let answer = std::str::from_utf8(answer).ok()?;
    let (name, version) = answer.trim().split_once(' ')?;
    let mut numbers = version
        .split('.')
        .map_while(|part| part.parse::<u32>().ok());
    let minor = (numbers.next()?, numbers.next()?);
    Some((format!("{name} {version}"), minor))
}

fn not_text(path: &Path) -> Error {
    Error::Refused {
        message: format!("the path {} is not UTF-8", path.display()),
        hint: "rename the file".to_owned(),
    }
}

/// Runs a program in the interpreter, away from the current folder and from variables that steer Python; gives what it prints.
pub(crate) fn run_with_input(python: &Path, program: &str, input: &[u8]) -> Result<Vec<u8>, Error> {
    let mut command = Command::new(python);
    command.args(["-I", "-X", "utf8", "-c", &format!("{BEGIN}{program}")]);
    answer(command, python, input)
}

/// The same for a program whose answer may depend on the order of sets, which is the same each time.
pub(crate) fn run_repeatably(python: &Path, program: &str, input: &[u8]) -> Result<Vec<u8>, Error> {
    let mut command = Command::new(python);
    // `-I` would keep the variable below from having an effect, and `-P` is not known before 3.11.
    let program = format!("{BEGIN}sys.path[:] = filter(None, sys.path)\n{program}");
    command.args(["-s", "-X", "utf8", "-c", &program]);
    let steering = std::env::vars_os().map(|(name, _)| name);
    for name in steering.filter(|name| name.as_encoded_bytes().starts_with(b"PYTHON")) {
        command.env_remove(name);
    }
    command.env("PYTHONHASHSEED", "0");
    answer(command, python, input)
}

/// What stands before an answer: what an environment has its Python do at each start may print, too.
const MARK: &[u8] = b"\0exuvia\0";

/// Writes it.
const BEGIN: &str = "import os, sys\nsys.stdout.flush()\nos.write(1, b'\\0exuvia\\0')\n";

fn answer(mut command: Command, python: &Path, input: &[u8]) -> Result<Vec<u8>, Error> {
    let failed = |reason: String| Error::Interpreter {
        python: python.to_owned(),
        reason,
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let mut stdin = child.stdin.take();
    let output = std::thread::scope(|scope| {
        scope.spawn(move || {
            if let Some(stdin) = &mut stdin {
                // A program that ends early says why itself.
                let _ = stdin.write_all(input);
            }
            drop(stdin);
        });
        child.wait_with_output()
    });
    let mut output = output.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        let begin = output
            .stdout
            .windows(MARK.len())
            .position(|bytes| bytes == MARK)
            .map_or(0, |at| at + MARK.len());
        return Ok(output.stdout.split_off(begin));
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let last = words
        .lines()
        .rfind(|line| !line.trim().is_empty())
        .unwrap_or("it gave no reason");
    Err(failed(format!("it ended with {}: {last}", output.status)))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{run_repeatably, run_with_input, survey};
    use crate::python::{Found, Python};
    use crate::{Application, Request};

    /// Reads modules in both ways, and prints those of which the two say different things.
    const COMPARE: &str = r#"
import pathlib, sys

read = 0
for package in ("asyncio", "ctypes", "email", "http", "importlib", "json", "logging", "multiprocessing", "xml"):
    for path in sorted(pathlib.Path(os.__file__).with_name(package).rglob("*.py")):
        source = path.read_bytes()
        quick = of_bytecode(compile(source, str(path), "exec", dont_inherit=True), package)
        if quick is None:
            continue
        read += 1
        slow = of_source(source, package)
        for kind in ("modules", "libraries", "short_names", "groups"):
            missed = set(getattr(slow, kind)) - set(getattr(quick, kind))
            if missed:
                print(path, kind, missed)
print("read", read > 50)
"#;

    #[test]
    fn bytecode_says_what_the_source_says() {
        let python = some_python();
        let program = [
            include_str!("python/bytecode.py"),
            include_str!("python/scan.py"),
            COMPARE,
        ];
        let output = run_with_input(&python, &program.concat(), b"").unwrap();
        assert_eq!(String::from_utf8_lossy(&output), "read True\n");
    }

    /// A Python to ask, any that there is.
    fn some_python() -> PathBuf {
        std::env::var_os("PYO3_PYTHON").map_or_else(|| "python3".into(), PathBuf::from)
    }

    #[test]
    fn a_program_imports_nothing_from_the_current_folder() {
        const SHOW: &str = r#"
import os, sys

here = {os.path.realpath(entry or os.curdir) for entry in sys.path}
print(os.getcwd() in here, hash("text") == int(sys.stdin.read()))
"#;
        let answer =
            |program, input: &[u8]| run_repeatably(&some_python(), program, input).unwrap();
        let seen = answer("print(hash('text'))", b"");
        assert_eq!(
            String::from_utf8_lossy(&answer(SHOW, &seen)),
            "False True\n"
        );
    }

    #[test]
    fn a_long_chain_of_imports_is_followed_to_its_end() {
        const LENGTH: usize = 3000;
        let folder = tempfile::tempdir().unwrap();
        let write = |name: String, text: String| {
            std::fs::write(folder.path().join(name), text).unwrap();
        };
        for at in 0..LENGTH {
            let next = at + 1;
            write(
                format!("link_{at}.py"),
                format!("def on():\n    import link_{next}\n"),
            );
        }
        write(format!("link_{LENGTH}.py"), String::new());
        write("app.py".into(), "import link_0\n".into());
        let script = Application::Script(folder.path().join("app.py"));
        let python = Python {
            executable: some_python(),
            found: Found::Program,
        };
        let request = Request::new(script, python.executable.clone());
        let survey = survey(&request, &python).unwrap();
        assert_eq!(survey.local.len(), LENGTH + 1);
    }
}
