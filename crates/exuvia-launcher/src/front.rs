//! The front of an application packed with a shared `libpython`.
//!
//! It shows the packed files to the process, loads the carried `libpython` for everyone to see (extension modules look its functions
//! up), then the half of the launcher that calls it, and hands over.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;

use exuvia_embed::{Error, PackedFile, files};

type Main = unsafe extern "C" fn(c_int, *const *const c_char) -> c_int;

fn main() -> ExitCode {
    match start() {
        // A process's status is the lowest eight bits.
        Ok(status) => ExitCode::from(status as u8),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn start() -> Result<c_int, Error> {
    let packed = PackedFile::of_this_program()?;
    files::show(&packed);
    load(
        &packed,
        &packed.launch.libpython,
        libc::RTLD_NOW | libc::RTLD_GLOBAL,
    )?;
    let half = load(
        &packed,
        &packed.launch.half,
        libc::RTLD_NOW | libc::RTLD_LOCAL,
    )?;
    // SAFETY: a handle that is open, and a name that ends with NUL.
    let main = unsafe { libc::dlsym(half, c"exuvia_launcher_main".as_ptr()) };
    if main.is_null() {
        return Err(failed(&packed, &packed.launch.half));
    }
    // SAFETY: the half exports this function with this signature.
    let main: Main = unsafe { std::mem::transmute(main) };

    // The arguments of a process hold no NUL.
    let arguments: Vec<CString> = std::env::args_os()
        .filter_map(|argument| CString::new(argument.into_vec()).ok())
        .collect();
    let pointers: Vec<*const c_char> = arguments
        .iter()
        .map(|argument| argument.as_ptr())
        .chain([std::ptr::null()])
        .collect();
    // SAFETY: as many strings, each ending with NUL, as are announced; this is the main thread.
    Ok(unsafe { main(arguments.len() as c_int, pointers.as_ptr()) })
}

/// Loads a shared object of the archive, and what it needs.
fn load(packed: &PackedFile, name: &str, flags: c_int) -> Result<*mut c_void, Error> {
    // A path that holds NUL cannot be in an archive whose names were paths.
    let path = CString::new(packed.path_of(name)).unwrap_or_default();
    // SAFETY: loading runs the constructors of a shared object that was packed to be loaded.
    let handle = unsafe { libc::dlopen(path.as_ptr(), flags) };
    if handle.is_null() {
        return Err(failed(packed, name));
    }
    Ok(handle)
}

/// What the loader said last.
fn failed(packed: &PackedFile, name: &str) -> Error {
    // SAFETY: the message is valid until this thread's next call of the loader, and copied before.
    let message = unsafe { libc::dlerror() };
    let reason = if message.is_null() {
        "the loader gave no reason".into()
    } else {
        // SAFETY: as above; it ends with NUL.
        unsafe { CStr::from_ptr(message) }.to_string_lossy()
    };
    Error::Load {
        path: packed.path.clone(),
        name: name.to_owned(),
        reason: reason.into_owned(),
    }
}
