//! Running the application as `__main__`, and leaving as Python does.

use std::ffi::{CString, OsString, c_int};
use std::os::unix::ffi::{OsStrExt, OsStringExt};

use exuvia::prelude::*;
use exuvia::types::{PyDict, PyList};
use pyo3_ffi as ffi;

use crate::application::Application;
use crate::command_line::CommandLine;
use crate::importer::{self, Importer};
use crate::role::Role;
use crate::{Error, PackedFile, collector, config, missing, programs, site};

/// Runs a packed application in this process and gives its exit status.
///
/// `arguments` are those of the process, with the program's name first. The status is what `python` would exit with; an application that
/// ends by `sys.exit` ends the process here.
///
/// # Errors
///
/// Where the interpreter does not start; nothing of the application has run then.
pub fn run(packed: PackedFile, arguments: Vec<OsString>) -> Result<c_int, Error> {
    let path = packed.path.clone();
    let version = packed.launch.python.clone();
    let failed = |reason: String| Error::Start {
        path: path.clone(),
        version: version.clone(),
        reason,
    };
    let application = Application::install(packed);
    let arguments = python_arguments(application, arguments);
    let (role, first) = Role::of_this_process(&application.packed, &arguments);
    let arguments = &arguments[first..];
    // SAFETY: this is where the process starts its one interpreter.
    let status = unsafe { config::initialize(application, role, arguments) }.map_err(failed)?;
    if let Some(status) = status {
        return Ok(status);
    }
    // SAFETY: the interpreter was just started by this thread, which stays attached.
    let py = unsafe { Python::assume_attached() };
    let prepared = importer::install(py, application).and_then(|importer| {
        collector::prepare(py)?;
        prepare(&importer)?;
        importer::keep_from_children(options_of_our_own(py, role, arguments)?);
        if role == Role::Python {
            add_path_of_the_environment(py)?;
        }
        Ok(importer)
    });
    let importer = prepared.map_err(|error| failed(error.to_string()))?;
    // SAFETY: attached.
    if unsafe { programs::watch() } < 0 {
        return Err(failed("an audit hook was refused".to_owned()));
    }
    if role == Role::Application || !CommandLine::of(arguments).is_without_site {
        site::process_pth_files(py, application).map_err(|error| failed(error.to_string()))?;
    }
    if role == Role::Python {
        drop(importer);
        // SAFETY: attached, in the main thread. It runs what the arguments say, and finalises the interpreter.
        return Ok(unsafe { ffi::Py_RunMain() });
    }
    let interrupted = match run_main(&importer, application) {
        Ok(()) => None,
        Err(error) => Some(report(py, application, error)),
    };
    drop(importer);
    // SAFETY: attached, in the main thread; nothing of Python is used from here on.
    let flushed = unsafe { ffi::Py_FinalizeEx() } >= 0;
    if interrupted == Some(true) {
        die_of_interrupt();
    }
    // 120 is Python's status where the last words could not be written.
    Ok(if !flushed {
        120
    } else {
        c_int::from(interrupted.is_some())
    })
}

/// The arguments, with the full path in front where the program was found on `PATH`: what a script's `#!` line would give.
fn python_arguments(application: &Application, arguments: Vec<OsString>) -> Vec<CString> {
    let mut arguments = arguments;
    match arguments.first_mut() {
        Some(name) if name.as_bytes().contains(&b'/') => {}
        Some(name) => *name = application.packed.path.clone().into_os_string(),
        None => arguments.push(application.packed.path.clone().into_os_string()),
    }
    // The arguments of a process hold no NUL.
    arguments
        .into_iter()
        .filter_map(|argument| CString::new(argument.into_vec()).ok())
        .collect()
}

/// What `site` does for every program: `exit`, `quit`, `help` and texts about Python.
fn prepare(importer: &Bound<'_, Importer>) -> PyResult<()> {
    let py = importer.py();
    let builtins = py.import("builtins")?;
    let site_builtins = py.import("_sitebuiltins")?;
    let quitter = site_builtins.getattr("Quitter")?;
    for name in ["quit", "exit"] {
        builtins.setattr(name, quitter.call1((name, "Ctrl-D (i.e. EOF)"))?)?;
    }
    builtins.setattr("help", site_builtins.getattr("_Helper")?.call0()?)?;
    let printer = site_builtins.getattr("_Printer")?;
    let copyright = py.import("sys")?.getattr("copyright")?;
    builtins.setattr("copyright", printer.call1(("copyright", copyright))?)?;
    builtins.setattr(
        "license",
        printer.call1(("license", "See https://www.python.org/psf/license/"))?,
    )?;
    let credits = "Python is the work of many people: see https://www.python.org";
    builtins.setattr("credits", printer.call1(("credits", credits))?)?;
    Ok(())
}

/// The options of `python` that `sys.flags` tells and nobody asked for: the interpreter starts without `site` here, and for an application
/// it takes nothing from the environment. `sys.flags` cannot say otherwise: a later `import site` acts by it.
fn options_of_our_own(
    py: Python<'_>,
    role: Role,
    arguments: &[CString],
) -> PyResult<Vec<&'static str>> {
    if role == Role::Application {
        return Ok(vec!["-S", "-s", "-E"]);
    }
    let command_line = CommandLine::of(arguments);
    let flags = py.import("sys")?.getattr("flags")?;
    let takes_environment = !flags.getattr("ignore_environment")?.is_truthy()?;
    let variable = std::env::var_os("PYTHONNOUSERSITE").filter(|value| !value.is_empty());
    let is_without_user_site =
        command_line.is_without_user_site || (takes_environment && variable.is_some());
    let options = [
        ("-S", command_line.is_without_site),
        ("-s", is_without_user_site),
    ];
    let own = options
        .into_iter()
        .filter(|(_, is_asked_for)| !is_asked_for);
    Ok(own.map(|(option, _)| option).collect())
}

/// Puts the folders of `PYTHONPATH` in front of `sys.path`, as `python` does.
fn add_path_of_the_environment(py: Python<'_>) -> PyResult<()> {
    let sys = py.import("sys")?;
    let ignored: bool = sys
        .getattr("flags")?
        .getattr("ignore_environment")?
        .is_truthy()?;
    let folders = std::env::var_os("PYTHONPATH").filter(|folders| !ignored && !folders.is_empty());
    let path = sys.getattr("path")?.cast_into::<PyList>()?;
    for (at, folder) in folders.iter().flat_map(std::env::split_paths).enumerate() {
        path.insert(at, folder.into_os_string())?;
    }
    Ok(())
}

/// Runs the application's main module.
fn run_main(importer: &Bound<'_, Importer>, application: &Application) -> PyResult<()> {
    let py = importer.py();
    let globals = py
        .import("__main__")?
        .getattr("__dict__")?
        .cast_into::<PyDict>()?;
    let name = application.launch().module.as_str();
    let archive = application.archive();
    let missing = || {
        exuvia::exceptions::PyImportError::new_err(
            "the archive holds no main module; pack the application again",
        )
    };
    let module = archive
        .module(if name.is_empty() { "__main__" } else { name })
        .ok_or_else(missing)?;
    let spec = importer::make_spec(importer, &module)?;
    globals.set_item("__file__", spec.getattr("origin")?)?;
    globals.set_item("__loader__", importer)?;
    if name.is_empty() {
        globals.set_item("__spec__", py.None())?;
        globals.set_item("__cached__", py.None())?;
        globals.set_item("__package__", py.None())?;
    } else {
        // As `python -m`: the packages around a module are imported before it runs.
        let package = name.rsplit_once('.').map_or("", |(package, _)| package);
        if !package.is_empty() {
            py.import(package)?;
        }
        globals.set_item("__cached__", spec.getattr("cached")?)?;
        globals.set_item("__package__", package)?;
        globals.set_item("__spec__", spec)?;
    }
    let code = importer.get().code(py, &module)?.ok_or_else(missing)?;
    importer.get().execute(&code, globals.as_any())
}

/// Shows an exception that nobody caught, or exits for `SystemExit`; says whether it was an interrupt from the keyboard.
fn report(py: Python<'_>, application: &Application, error: PyErr) -> bool {
    let interrupted = error.is_instance_of::<exuvia::exceptions::PyKeyboardInterrupt>(py);
    let hints = missing::explain(py, application, &error);
    error.restore(py);
    // SAFETY: attached, with an exception set. For `SystemExit` this finalises the interpreter and ends the process.
    unsafe { ffi::PyErr_PrintEx(1) };
    for hint in hints {
        eprintln!("{hint}");
    }
    interrupted
}

/// Ends the process by SIGINT, so that whoever waits for it sees an interrupt and no status.
fn die_of_interrupt() {
    // SAFETY: the interpreter is gone; the default action of the signal ends the process.
    unsafe {
        libc::signal(libc::SIGINT, libc::SIG_DFL);
        libc::kill(libc::getpid(), libc::SIGINT);
    }
}
