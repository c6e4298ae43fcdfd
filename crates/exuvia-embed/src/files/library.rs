//! Loading packed shared objects: from memory, or from disk where memory will not do.
//!
//! The C library's loader opens a copy in memory as `/proc/self/fd/N`. It takes a path that it has seen before for the library that it has
//! seen there; each path made here is therefore spelled in a way of its own, the descriptor need not stay open, and
//! asking by it again gives the library that is there. `$ORIGIN` means nothing to a library without a folder: what a library needs is
//! loaded before it, and found by the name that it gives itself. Libraries that need each other are loaded from disk, where `$ORIGIN` leads from one to the other.

use std::cell::RefCell;
use std::collections::HashMap;
use std::collections::hash_map;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStringExt;
use std::sync::{Condvar, Mutex, MutexGuard, Once, PoisonError};
use std::thread::{self, ThreadId};

use exuvia_archive::File;
use libc::{Dl_info, dl_phdr_info, size_t};

use super::place::{Entry, Place, place};
use super::{FILES, Files, real};
use crate::{library_names, memory};

/// Where the loader finds copies in memory.
const COPIES: &str = "/proc/self/fd/";

/// Variable that keeps shared objects from being loaded from memory, where a debugger wants to see files.
const NO_MEMORY_VARIABLE: &str = "EXUVIA_NO_MEMFD";

/// A shared object on its way.
enum Load {
    /// A thread is at it.
    Begun(ThreadId),
    Done(Loaded),
}

/// A shared object in the process. Both texts stay where they are for as long as it runs.
#[derive(Clone, Copy)]
struct Loaded {
    /// The path by which the loader knows it.
    known_as: &'static CStr,
    /// The path that everyone else knows.
    path: &'static CStr,
}

/// What is loaded or on its way, by the position of its file in the archive.
type Loads = Option<HashMap<u32, Load>>;

static LOADS: Mutex<Loads> = Mutex::new(None);
static ENDED: Condvar = Condvar::new();

thread_local! {
    /// What `dlerror` says next, in this thread.
    static REASON: RefCell<Option<CString>> = const { RefCell::new(None) };
}

fn loads() -> MutexGuard<'static, Loads> {
    LOADS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// # Safety
///
/// As for `dlopen(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void {
    // SAFETY: the caller's promise, here and below.
    let (files, file) = match unsafe { place(path) } {
        Place::Packed(files, Entry::File(file)) => (files, file),
        // SAFETY: as above.
        _ => match unsafe { carried(path) } {
            Some(found) => found,
            // SAFETY: as above.
            None => return unsafe { elsewhere(path, flags) },
        },
    };
    files.load_for_c(&file, flags)
}

/// Loads what is not packed, or is by a name that its caller alone can complete: with the folders in its `DT_RUNPATH`, which mean nothing in memory.
///
/// # Safety
///
/// As for `dlopen(3)`.
unsafe fn elsewhere(path: *const c_char, flags: c_int) -> *mut c_void {
    // SAFETY: the caller's promise, here and below.
    let handle = unsafe { real::dlopen(path, flags) };
    if !handle.is_null() {
        return handle;
    }
    // SAFETY: as above.
    let Some((files, file)) = (unsafe { named(path) }) else {
        return handle;
    };
    // SAFETY: no conditions. What it says is about another file.
    unsafe { real::dlerror() };
    files.load_for_c(&file, flags)
}

/// # Safety
///
/// As for `dlerror(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn dlerror() -> *mut c_char {
    thread_local! {
        /// What it said last: valid until the next call.
        static SAID: RefCell<Option<CString>> = const { RefCell::new(None) };
    }
    match REASON.take() {
        // A pointer that may be written to, for C's sake; nobody does.
        Some(reason) => SAID.with_borrow_mut(|said| said.insert(reason).as_ptr().cast_mut()),
        // SAFETY: no conditions.
        None => unsafe { real::dlerror() },
    }
}

/// # Safety
///
/// As for `dladdr(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladdr(address: *const c_void, information: *mut Dl_info) -> c_int {
    // SAFETY: the caller's promise, here and below.
    let result = unsafe { real::dladdr(address, information) };
    if result != 0 {
        // SAFETY: it was just written.
        unsafe { name_as_known((*information).dli_fname, &mut (*information).dli_fname) };
    }
    result
}

/// # Safety
///
/// As for `dladdr1(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn dladdr1(
    address: *const c_void,
    information: *mut Dl_info,
    more: *mut *mut c_void,
    flags: c_int,
) -> c_int {
    // SAFETY: the caller's promise, here and below.
    let result = unsafe { real::dladdr1(address, information, more, flags) };
    if result != 0 {
        // SAFETY: it was just written.
        unsafe { name_as_known((*information).dli_fname, &mut (*information).dli_fname) };
    }
    result
}

/// What is called for each shared object.
type Visit = unsafe extern "C" fn(*mut dl_phdr_info, size_t, *mut c_void) -> c_int;

/// # Safety
///
/// As for `dl_iterate_phdr(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn dl_iterate_phdr(visit: Option<Visit>, data: *mut c_void) -> c_int {
    unsafe extern "C" fn renamed(
        information: *mut dl_phdr_info,
        length: size_t,
        visit: *mut c_void,
    ) -> c_int {
        // SAFETY: what `dl_iterate_phdr` below gives, for the time of its call.
        let (visit, data) = unsafe { *visit.cast::<(Visit, *mut c_void)>() };
        // SAFETY: the C library's own structure, filled for each object.
        unsafe {
            name_as_known((*information).dlpi_name, &mut (*information).dlpi_name);
            visit(information, length, data)
        }
    }
    match visit {
        Some(visit) => {
            let mut visit = (visit, data);
            // SAFETY: the caller's promise; `visit` lives until the call is over.
            unsafe { real::dl_iterate_phdr(Some(renamed), (&raw mut visit).cast()) }
        }
        // SAFETY: the caller's promise.
        None => unsafe { real::dl_iterate_phdr(None, data) },
    }
}

/// Where the loader names a copy in memory, the path that everyone else knows.
///
/// # Safety
///
/// The name is null or ends with NUL, and is that of a shared object that is loaded.
unsafe fn name_as_known(name: *const c_char, known: &mut *const c_char) {
    if name.is_null() {
        return;
    }
    // SAFETY: it ends with NUL (the caller's promise).
    let name = unsafe { CStr::from_ptr(name) };
    if !name.to_bytes().starts_with(COPIES.as_bytes()) {
        return;
    }
    // Never waited for: a handler of a signal that came while this thread was here may ask, too.
    let Ok(loads) = LOADS.try_lock() else {
        return;
    };
    let path = loads.iter().flatten().find_map(|(_, load)| match load {
        Load::Done(loaded) if loaded.known_as == name => Some(loaded.path),
        _ => None,
    });
    if let Some(path) = path {
        *known = path.as_ptr();
    }
}

/// Keeps the list of what is loaded whole in the child of a `fork`, which other threads do not live to see.
pub(super) fn prepare_for_forks() {
    thread_local! {
        static HELD: RefCell<Option<MutexGuard<'static, Loads>>> = const { RefCell::new(None) };
    }
    unsafe extern "C" fn before() {
        let guard = loads();
        HELD.set(Some(guard));
    }
    unsafe extern "C" fn after_in_parent() {
        HELD.take();
    }
    unsafe extern "C" fn after_in_child() {
        let this = thread::current().id();
        if let Some(mut guard) = HELD.take()
            && let Some(loads) = &mut *guard
        {
            loads.retain(|_, load| match load {
                Load::Begun(thread) => *thread == this,
                Load::Done(_) => true,
            });
        }
    }
    static ONCE: Once = Once::new();
    // SAFETY: three functions that take nothing and may be called at any time. Without memory for them, forks are as they were.
    ONCE.call_once(|| unsafe {
        libc::pthread_atfork(Some(before), Some(after_in_parent), Some(after_in_child));
    });
}

/// The carried library that a name without a folder means.
///
/// # Safety
///
/// The name is null or ends with NUL.
unsafe fn carried(name: *const c_char) -> Option<(&'static Files, File<'static>)> {
    let files = FILES.get().filter(|_| !name.is_null())?;
    // SAFETY: it ends with NUL (the caller's promise).
    let name = unsafe { CStr::from_ptr(name) }.to_str().ok()?;
    if name.is_empty() || name.contains('/') {
        return None;
    }
    let file = library_names::by_file_name(*files.archive(), name)?;
    Some((files, file))
}

/// The packed library, wherever it lies, that a name without a folder means.
///
/// # Safety
///
/// The name is null or ends with NUL.
unsafe fn named(name: *const c_char) -> Option<(&'static Files, File<'static>)> {
    let files = FILES.get().filter(|_| !name.is_null())?;
    // SAFETY: it ends with NUL (the caller's promise).
    let name = unsafe { CStr::from_ptr(name) }.to_str().ok()?;
    if !name.contains(".so") || name.contains('/') {
        return None;
    }
    let file = files.archive().files_under("").find(|file| {
        file.path()
            .is_ok_and(|path| path.rsplit('/').next() == Some(name))
    })?;
    Some((files, file))
}

impl Files {
    /// What `dlopen` gives for a packed shared object; what `dlerror` then says is remembered.
    fn load_for_c(&self, file: &File, flags: c_int) -> *mut c_void {
        let handle = self.load(file, flags);
        let reason = handle
            .as_ref()
            .err()
            .and_then(|reason| CString::new(reason.as_str()).ok());
        REASON.set(reason);
        handle.unwrap_or(std::ptr::null_mut())
    }

    /// Loads a shared object and what it needs, and gives its handle or the loader's words.
    fn load(&self, file: &File, flags: c_int) -> Result<*mut c_void, String> {
        if let Some(loaded) = begin(file.position(), flags) {
            return open(loaded.known_as, flags);
        }
        if flags & libc::RTLD_NOLOAD != 0 {
            return Ok(std::ptr::null_mut());
        }
        let loaded = self.load_with_needs(file, flags);
        let mut loads = loads();
        let loads = loads.get_or_insert_default();
        let handle = match loaded {
            Ok((loaded, handle)) => {
                loads.insert(file.position(), Load::Done(loaded));
                Ok(handle)
            }
            Err(reason) => {
                loads.remove(&file.position());
                Err(reason)
            }
        };
        ENDED.notify_all();
        handle
    }

    fn load_with_needs(&self, file: &File, flags: c_int) -> Result<(Loaded, *mut c_void), String> {
        let circle = circle(file)?;
        for member in circle.iter().chain([file]) {
            for library in needs(member)? {
                let is_in_circle = circle
                    .iter()
                    .any(|other| other.position() == library.position());
                if !is_in_circle && !is_here(library.position()) {
                    self.load(&library, libc::RTLD_NOW | libc::RTLD_LOCAL)?;
                }
            }
        }
        if circle.is_empty() {
            return self.load_alone(file, flags);
        }
        // None of them can be there before the others: the loader has to find them itself.
        for member in &circle {
            self.root
                .materialize(member)
                .map_err(|error| format!("on disk, with those that need each other: {error}"))?;
        }
        self.load_from_disk(file, flags, "it needs a library that needs it")
    }

    fn load_alone(&self, file: &File, flags: c_int) -> Result<(Loaded, *mut c_void), String> {
        let path = self.path_for_c(file)?;
        let refusal = match self.in_memory(file) {
            Ok(copy) => {
                let known_as = unique_path(copy.as_raw_fd());
                // Its path means it for as long as it is there, and another file afterwards.
                match open(&known_as, flags | libc::RTLD_NODELETE) {
                    Ok(handle) => {
                        return Ok((
                            Loaded {
                                known_as: leaked(known_as),
                                path,
                            },
                            handle,
                        ));
                    }
                    Err(reason) if is_about_memory(&reason) => reason,
                    Err(reason) => {
                        return Err(
                            reason.replace(&*known_as.to_string_lossy(), &path.to_string_lossy())
                        );
                    }
                }
            }
            Err(error) => error.to_string(),
        };
        self.load_from_disk(file, flags, &refusal)
    }

    /// Loads a shared object from disk, which cannot be loaded from memory for this reason.
    fn load_from_disk(
        &self,
        file: &File,
        flags: c_int,
        why: &str,
    ) -> Result<(Loaded, *mut c_void), String> {
        let path = self.path_for_c(file)?;
        let on_disk = self
            .root
            .materialize(file)
            .map_err(|error| format!("{why}; and as a file: {error}"))?;
        let on_disk =
            CString::new(on_disk.into_os_string().into_vec()).map_err(|error| error.to_string())?;
        let handle = open(&on_disk, flags)?;
        Ok((
            Loaded {
                known_as: leaked(on_disk),
                path,
            },
            handle,
        ))
    }

    /// The path that everyone knows a shared object by, for as long as it is loaded.
    fn path_for_c(&self, file: &File) -> Result<&'static CStr, String> {
        let path = file.path().map_err(|error| error.to_string())?;
        let path = CString::new(self.root.join(path)).map_err(|error| error.to_string())?;
        Ok(leaked(path))
    }

    /// A copy in memory that may be executed.
    fn in_memory(&self, file: &File) -> io::Result<std::fs::File> {
        /// Linux 6.3: without it, a hardened system makes the memory not executable.
        const MFD_EXEC: libc::c_uint = 0x10;
        if std::env::var_os(NO_MEMORY_VARIABLE).is_some() {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let name = file.path().unwrap_or_default().rsplit('/').next();
        let name = name.unwrap_or_default();
        let mut copy = memory::create(name, libc::MFD_CLOEXEC | MFD_EXEC)
            .or_else(|_| memory::create(name, libc::MFD_CLOEXEC))?;
        memory::fill(&mut copy, &self.packed, file)?;
        Ok(copy)
    }
}

fn needs<'a>(file: &File<'a>) -> Result<Vec<File<'a>>, String> {
    let needs = file.needs().map_err(|error| error.to_string())?;
    Ok(needs.collect())
}

/// All that a shared object needs, directly or not; itself only where one of them needs it.
fn all_needs<'a>(file: &File<'a>) -> Result<HashMap<u32, File<'a>>, String> {
    let mut found = HashMap::new();
    let mut pending = needs(file)?;
    while let Some(library) = pending.pop() {
        if let hash_map::Entry::Vacant(place) = found.entry(library.position()) {
            place.insert(library);
            pending.extend(needs(&library)?);
        }
    }
    Ok(found)
}

/// The shared objects that need this one and are needed by it, with itself; none where there are no others.
fn circle<'a>(file: &File<'a>) -> Result<Vec<File<'a>>, String> {
    let mut circle = Vec::new();
    let needed = all_needs(file)?;
    if needed.contains_key(&file.position()) {
        for library in needed.into_values() {
            if all_needs(&library)?.contains_key(&file.position()) {
                circle.push(library);
            }
        }
    }
    // One that needs itself needs nobody else.
    Ok(if circle.len() > 1 { circle } else { Vec::new() })
}

/// Whether a library need not be loaded: it is there, or it is reached again on the way to itself.
fn is_here(position: u32) -> bool {
    match loads().get_or_insert_default().get(&position) {
        Some(Load::Done(_)) => true,
        Some(Load::Begun(thread)) => *thread == thread::current().id(),
        None => false,
    }
}

/// What is loaded already, once other threads are done with it; or nothing, and this thread is at it.
fn begin(position: u32, flags: c_int) -> Option<Loaded> {
    let this = thread::current().id();
    let mut guard = loads();
    loop {
        match guard.get_or_insert_default().get(&position) {
            Some(Load::Done(loaded)) => return Some(*loaded),
            Some(Load::Begun(thread)) if *thread != this => {}
            Some(Load::Begun(_)) => return None,
            None => {
                if flags & libc::RTLD_NOLOAD == 0 {
                    guard
                        .get_or_insert_default()
                        .insert(position, Load::Begun(this));
                }
                return None;
            }
        }
        guard = ENDED.wait(guard).unwrap_or_else(PoisonError::into_inner);
    }
}

/// Whether the loader's words are about where the library lies, and not about the library.
fn is_about_memory(reason: &str) -> bool {
    [
        "failed to map segment",
        "cannot open shared object file",
        "cannot change memory protections",
        "cannot make segment writable",
    ]
    .iter()
    .any(|words| reason.contains(words))
        && reason.contains(COPIES)
}

fn leaked(text: CString) -> &'static CStr {
    Box::leak(text.into_boxed_c_str())
}

/// `/proc/self/fd/N`, spelled as never before: `/` and `/./` stand for the bits of a count.
fn unique_path(descriptor: c_int) -> CString {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let count = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let bits: String = (0..20)
        .map(|bit| if count >> bit & 1 == 1 { "/." } else { "/" })
        .collect();
    CString::new(format!("{COPIES}{bits}/{descriptor}")).unwrap_or_default()
}

fn open(path: &CStr, flags: c_int) -> Result<*mut c_void, String> {
    // SAFETY: loading runs the constructors of a shared object that was packed to be loaded.
    let handle = unsafe { real::dlopen(path.as_ptr(), flags) };
    if !handle.is_null() || flags & libc::RTLD_NOLOAD != 0 {
        return Ok(handle);
    }
    // SAFETY: the message is valid until this thread's next call of the loader, and copied before.
    let message = unsafe { real::dlerror() };
    if message.is_null() {
        return Err("the loader gave no reason".to_owned());
    }
    // SAFETY: as above; it ends with NUL.
    Err(unsafe { CStr::from_ptr(message) }
        .to_string_lossy()
        .into_owned())
}

#[cfg(test)]
mod tests {
    use super::unique_path;

    #[test]
    fn paths_are_never_spelled_alike() {
        let paths: std::collections::HashSet<_> = (0..2000).map(|_| unique_path(3)).collect();
        assert_eq!(paths.len(), 2000);
    }
}
