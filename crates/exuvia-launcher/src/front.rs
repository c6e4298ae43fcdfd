//! The front of an application packed with a shared `libpython`.
//!
//! It shows the packed files to the process, loads the carried `libpython` for everyone to see (extension modules look its functions
//! up), then the half of the launcher that calls it, and hands over.

#![no_main]

use std::ffi::{CStr, CString, c_char, c_int, c_void};

use exuvia_embed::{Error, PackedFile, files};

type Main = unsafe extern "C" fn(c_int, *const *const c_char) -> c_int;

/// Status of a packed application that could not be started.
const CANNOT_START: c_int = 2;

/// The program, without what Rust does before its own `main`: it opens closed streams and handles signals, which Python leaves alone.
///
/// # Safety
///
/// Called by the C library, with the arguments of the process.
#[unsafe(no_mangle)]
unsafe extern "C" fn main(count: c_int, arguments: *const *const c_char) -> c_int {
    match find() {
        // SAFETY: the arguments of the process; this is the main thread.
        Ok(main) => unsafe { main(count, arguments) },
        Err(error) => {
            eprintln!("error: {error}");
            CANNOT_START
        }
    }
}

/// Shows the packed files to the process, loads what faces the interpreter, and gives its function.
fn find() -> Result<Main, Error> {
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
    Ok(unsafe { std::mem::transmute::<*mut c_void, Main>(main) })
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
