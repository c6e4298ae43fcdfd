//! The front of an application packed with a shared `libpython`.
//!
//! It loads the carried `libpython` for everyone to see (extension modules look its functions up), then the half of the
//! launcher that calls it, and hands over.

use std::ffi::{CString, c_char, c_int, c_void};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::ExitCode;

use exuvia_embed::{Error, PackedFile, shared_object};

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
    let libpython = packed.archive.file(&packed.launch.libpython);
    for library in libpython
        .iter()
        .flat_map(|file| file.needs().into_iter().flatten())
    {
        load(
            &packed,
            library.path().unwrap_or_default(),
            libc::RTLD_NOW | libc::RTLD_GLOBAL,
        )?;
    }
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
    // SAFETY: the handle was just given by `load`.
    let main = unsafe { shared_object::symbol(half, c"exuvia_launcher_main") }
        .map_err(|reason| failed(&packed, &packed.launch.half, reason))?;
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

fn load(packed: &PackedFile, name: &str, flags: c_int) -> Result<*mut c_void, Error> {
    let file = packed.archive.file(name).ok_or_else(|| {
        failed(
            packed,
            name,
            "it is not in the archive; pack the application again".to_owned(),
        )
    })?;
    let contents = file.contents().map_err(|source| Error::Archive {
        path: packed.path.clone(),
        source,
    })?;
    let on_disk = || packed.materialize(&file);
    shared_object::load(name, &contents, flags, on_disk)
        .map_err(|reason| failed(packed, name, reason))
}

fn failed(packed: &PackedFile, name: &str, reason: String) -> Error {
    Error::Load {
        path: PathBuf::from(&packed.path),
        name: name.to_owned(),
        reason,
    }
}
