//! The interpreter's configuration: as `python` has it, but for where things are.

use std::ffi::{CStr, CString, c_char, c_int};
use std::mem::MaybeUninit;

use pyo3_ffi as ffi;

use crate::application::Application;
use crate::frozen::FrozenModules;
use crate::role::Role;
use crate::{arenas, collector};

/// Starts the interpreter.
///
/// Encodings, UTF-8 mode, buffering and signal handlers are chosen as `python` chooses them; `site` does not run. For an application, variables of
/// the environment that steer Python (`PYTHONPATH`, `PYTHONHOME` and the like) are meant for another interpreter and have no
/// effect, and all arguments are the application's own. As Python itself, it takes options and variables as `python` does, but
/// for where its own parts are.
///
/// Gives the status to exit with where there is nothing to run, as for `python --version`.
///
/// # Errors
///
/// The interpreter's words.
///
/// # Safety
///
/// No interpreter is running in this process, and this is its main thread.
pub(crate) unsafe fn initialize(
    application: &'static Application,
    role: Role,
    arguments: &[CString],
) -> Result<Option<c_int>, String> {
    // SAFETY: the interpreter is not running (the caller's promise); the table is put back at the end of this function, after
    // the interpreter has read it.
    let _frozen = unsafe { FrozenModules::install(&application.archive()) }
        .map_err(|error| error.to_string())?;
    // SAFETY: as above; this is the one interpreter of the process (the caller's promise).
    unsafe {
        collector::watch();
        arenas::install();
    }

    let mut preconfig = MaybeUninit::<ffi::PyPreConfig>::uninit();
    // SAFETY: `PyPreConfig_InitPythonConfig` fills the structure.
    let mut preconfig = unsafe {
        ffi::PyPreConfig_InitPythonConfig(preconfig.as_mut_ptr());
        preconfig.assume_init()
    };
    let steered = c_int::from(role == Role::Python);
    preconfig.parse_argv = steered;
    preconfig.use_environment = steered;
    let mut pointers: Vec<*mut c_char> = arguments
        .iter()
        .map(|argument| argument.as_ptr().cast_mut())
        .collect();
    // SAFETY: the structure is filled; as many strings that end with NUL as are announced, which are read.
    check(unsafe {
        ffi::Py_PreInitializeFromBytesArgs(
            &preconfig,
            pointers.len() as ffi::Py_ssize_t,
            pointers.as_mut_ptr(),
        )
    })?;

    let mut config = Config::new();
    config.fill(application, role, arguments)?;
    // SAFETY: the configuration is filled, and lives until the call is over.
    let status = unsafe { ffi::Py_InitializeFromConfig(&*config.0) };
    // SAFETY: a status is a plain structure that this function reads.
    if unsafe { ffi::PyStatus_IsExit(status) } != 0 {
        return Ok(Some(status.exitcode));
    }
    check(status).map(|()| None)
}

/// A configuration that frees what it owns.
struct Config(Box<ffi::PyConfig>);

impl Drop for Config {
    fn drop(&mut self) {
        // SAFETY: the structure was filled by `PyConfig_InitPythonConfig`.
        unsafe { ffi::PyConfig_Clear(&mut *self.0) };
    }
}

impl Config {
    fn new() -> Self {
        let mut config = Box::new(MaybeUninit::<ffi::PyConfig>::uninit());
        // SAFETY: `PyConfig_InitPythonConfig` fills the structure.
        unsafe {
            ffi::PyConfig_InitPythonConfig(config.as_mut_ptr());
            Self(Box::from_raw(Box::into_raw(config).cast()))
        }
    }

    fn fill(
        &mut self,
        application: &Application,
        role: Role,
        arguments: &[CString],
    ) -> Result<(), String> {
        let launch = application.launch();
        let root = application.root.as_str();
        let executable = application.executable();
        let stdlib = application.root.join(&launch.stdlib);
        let config = &mut *self.0;
        config.parse_argv = c_int::from(role == Role::Python);
        config.use_environment = config.parse_argv;
        config.user_site_directory = 0;
        config.site_import = 0;
        config.write_bytecode = 0;
        config.install_signal_handlers = 1;
        config.pathconfig_warnings = 0;
        config.module_search_paths_set = 1;

        let this: *mut ffi::PyConfig = config;
        // SAFETY: taking the addresses of fields of a structure that is filled and outlives this function.
        let fields = unsafe {
            [
                (&raw mut (*this).home, root),
                (&raw mut (*this).prefix, root),
                (&raw mut (*this).base_prefix, root),
                (&raw mut (*this).exec_prefix, root),
                (&raw mut (*this).base_exec_prefix, root),
                (&raw mut (*this).program_name, &executable),
                (&raw mut (*this).executable, &executable),
                (&raw mut (*this).base_executable, &executable),
                #[cfg(Py_3_11)]
                (&raw mut (*this).stdlib_dir, &stdlib),
            ]
        };
        for (field, value) in fields {
            let value = text(value)?;
            // SAFETY: `field` belongs to `this`, `value` ends with NUL.
            check(unsafe { ffi::PyConfig_SetBytesString(this, field, value.as_ptr()) })?;
        }
        for directory in &launch.search {
            let directory = text(&application.root.join(directory))?;
            // SAFETY: the list belongs to `this`.
            unsafe { append(&raw mut (*this).module_search_paths, &directory) }?;
        }
        if role == Role::Application {
            // As of a script: with its interpreter in front, so that programs can start themselves again by it.
            let command = text(&executable)?;
            for argument in std::iter::once(&command).chain(arguments) {
                // SAFETY: the list belongs to `this`.
                unsafe { append(&raw mut (*this).orig_argv, argument) }?;
            }
        }
        let mut pointers: Vec<*const c_char> =
            arguments.iter().map(|argument| argument.as_ptr()).collect();
        // SAFETY: as many strings that end with NUL as are announced; they are copied.
        check(unsafe {
            ffi::PyConfig_SetBytesArgv(
                this,
                pointers.len() as ffi::Py_ssize_t,
                pointers.as_mut_ptr(),
            )
        })?;
        #[cfg(not(Py_3_11))]
        let _ = stdlib;
        Ok(())
    }
}

/// Appends a text, as the system has it, to a list of the configuration.
///
/// # Safety
///
/// The list is part of a configuration that is filled.
unsafe fn append(list: *mut ffi::PyWideStringList, text: &CStr) -> Result<(), String> {
    // SAFETY: `text` ends with NUL; what is returned is freed below.
    let wide = unsafe { ffi::Py_DecodeLocale(text.as_ptr(), std::ptr::null_mut()) };
    if wide.is_null() {
        return Err(format!("{text:?} cannot be decoded"));
    }
    // SAFETY: both are valid (the caller's promise); the list copies the text.
    let status = unsafe { ffi::PyWideStringList_Append(list, wide) };
    // SAFETY: allocated by `Py_DecodeLocale`.
    unsafe { ffi::PyMem_RawFree(wide.cast()) };
    check(status)
}

fn text(text: &str) -> Result<CString, String> {
    CString::new(text).map_err(|_| format!("{text:?} holds a NUL"))
}

fn check(status: ffi::PyStatus) -> Result<(), String> {
    // SAFETY: a status is a plain structure that these functions read.
    unsafe {
        if ffi::PyStatus_Exception(status) == 0 {
            return Ok(());
        }
    }
    if status.err_msg.is_null() {
        return Err(format!(
            "the interpreter wants to exit with status {}",
            status.exitcode
        ));
    }
    // SAFETY: messages of the interpreter are literals that end with NUL.
    Err(unsafe { CStr::from_ptr(status.err_msg) }
        .to_string_lossy()
        .into_owned())
}
