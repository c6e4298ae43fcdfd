//! Loading packed shared objects: from memory, or from disk where memory will not do.
//!
//! The C library's loader opens a copy in memory as `/proc/self/fd/N`. It takes a path that it has seen before for the library that it has
//! seen there; each path made here is therefore spelled in a way of its own, the descriptor need not stay open, and
//! asking by it again gives the library that is there. `$ORIGIN` means nothing to a library without a folder: what a library needs is
//! loaded before it, and found by the name that it gives itself. Libraries that need each other are loaded from disk, where `$ORIGIN` leads from one to the other.

use std::cell::Cell;
use std::collections::HashMap;
use std::collections::hash_map;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, FromRawFd, IntoRawFd, OwnedFd};
use std::os::unix::ffi::OsStringExt;
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, MutexGuard, Once, PoisonError};

use exuvia_archive::File;
use libc::{Dl_info, dl_phdr_info, size_t};

use super::place::{Entry, Place, place};
use super::{FILES, Files, real};
use crate::{library_names, memory};

/// Where the loader finds copies in memory.
const DESCRIPTORS: &str = "/proc/self/fd/";

/// Variable that keeps shared objects from being loaded from memory, where a debugger wants to see files.
const NO_MEMORY_VARIABLE: &str = "EXUVIA_NO_MEMFD";

/// A shared object of which there is a copy. Both texts stay where they are for as long as the process runs.
#[derive(Clone, Copy)]
struct Copy {
    /// The path by which the loader knows it.
    known_as: &'static CStr,
    /// The path that everyone else knows.
    path: &'static CStr,
    /// The copy in memory, as long as the loader has not opened it.
    descriptor: Option<c_int>,
    /// Whether the loader has it.
    is_loaded: bool,
}

/// The copies, by the position of their files in the archive.
///
/// Nobody waits for another thread's loading: that one may wait for the loader's lock, which this one may hold. Two that load the same library
/// at once open the same copy, and the loader gives both the same.
type Copies = Option<HashMap<u32, Copy>>;

static COPIES: Mutex<Copies> = Mutex::new(None);

fn copies() -> MutexGuard<'static, Copies> {
    COPIES.lock().unwrap_or_else(PoisonError::into_inner)
}

thread_local! {
    // Without destructors: those of a thread's keys (pthread_key_create(3)) run later than these would, and may ask.
    /// What `dlerror` says next, in this thread.
    static REASON: Cell<*mut c_char> = const { Cell::new(std::ptr::null_mut()) };
    /// What it said last: valid until the next call.
    static SAID: Cell<*mut c_char> = const { Cell::new(std::ptr::null_mut()) };
}

/// Puts a text, or none, in place of the one that is there.
fn replace(cell: &Cell<*mut c_char>, text: *mut c_char) {
    let before = cell.replace(text);
    if !before.is_null() {
        // SAFETY: these cells hold what `CString::into_raw` gave.
        drop(unsafe { CString::from_raw(before) });
    }
}

/// What `dlopen` answers for a path.
#[repr(C)]
struct Answer {
    /// Whether it is packed, and the handle the answer. Else the C library is asked.
    is_packed: usize,
    handle: *mut c_void,
}

/// The C library's `dlopen`.
static REAL: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());

/// Loads what is packed. For all else the C library's function is jumped to, and not called: it looks at who calls it, in whose `DT_RUNPATH` it
/// searches, and what `$ORIGIN` means.
///
/// # Safety
///
/// As for `dlopen(3)`.
#[unsafe(no_mangle)]
#[unsafe(naked)]
unsafe extern "C" fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void {
    // The two arguments are kept, and the stack aligned (System V ABI for x86-64, "The Stack Frame"); the answer is in two registers.
    std::arch::naked_asm!(
        "push rdi",
        "push rsi",
        "sub rsp, 8",
        "call {answer}",
        "add rsp, 8",
        "pop rsi",
        "pop rdi",
        "test rax, rax",
        "jz 2f",
        "mov rax, rdx",
        "ret",
        "2:",
        "jmp qword ptr [rip + {real}]",
        answer = sym answer,
        real = sym REAL,
    )
}

/// # Safety
///
/// As for `dlopen(3)`.
unsafe extern "sysv64" fn answer(path: *const c_char, flags: c_int) -> Answer {
    // SAFETY: the caller's promise, here and below.
    let found = match unsafe { place(path) } {
        Place::Packed(files, Entry::File(file)) => Some((files, file)),
        // SAFETY: as above.
        _ => unsafe { carried(path) },
    };
    let Some((files, file)) = found else {
        REAL.store(real::address_of_dlopen(), Ordering::Relaxed);
        return Answer {
            is_packed: 0,
            handle: std::ptr::null_mut(),
        };
    };
    let handle = files.load(&file, flags);
    let reason = match &handle {
        Ok(_) => std::ptr::null_mut(),
        Err(reason) => {
            CString::new(reason.as_str()).map_or(std::ptr::null_mut(), CString::into_raw)
        }
    };
    REASON.with(|cell| replace(cell, reason));
    Answer {
        is_packed: 1,
        handle: handle.unwrap_or(std::ptr::null_mut()),
    }
}

/// # Safety
///
/// As for `dlerror(3)`.
#[unsafe(no_mangle)]
unsafe extern "C" fn dlerror() -> *mut c_char {
    let reason = REASON.replace(std::ptr::null_mut());
    if reason.is_null() {
        // SAFETY: no conditions.
        return unsafe { real::dlerror() };
    }
    SAID.with(|cell| replace(cell, reason));
    // A pointer that may be written to, for C's sake; nobody does.
    reason
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
    if !name.to_bytes().starts_with(DESCRIPTORS.as_bytes()) {
        return;
    }
    // Never waited for: a handler of a signal that came while this thread was here may ask, too.
    let Ok(copies) = COPIES.try_lock() else {
        return;
    };
    if let Some(copy) = copies
        .iter()
        .flatten()
        .find(|(_, copy)| copy.known_as == name)
    {
        *known = copy.1.path.as_ptr();
    }
}

/// Keeps the list of copies whole in the child of a `fork`, which other threads do not live to see.
pub(super) fn prepare_for_forks() {
    thread_local! {
        // Without a destructor, as above.
        static HELD: Cell<Option<ManuallyDrop<MutexGuard<'static, Copies>>>> = const { Cell::new(None) };
    }
    unsafe extern "C" fn before() {
        HELD.set(Some(ManuallyDrop::new(copies())));
    }
    unsafe extern "C" fn after() {
        drop(HELD.take().map(ManuallyDrop::into_inner));
    }
    static ONCE: Once = Once::new();
    // SAFETY: functions that take nothing and may be called at any time. Without memory for them, forks are as they were.
    ONCE.call_once(|| unsafe {
        libc::pthread_atfork(Some(before), Some(after), Some(after));
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

impl Files {
    /// Loads a shared object and what it needs, and gives its handle or the loader's words.
    fn load(&self, file: &File, flags: c_int) -> Result<*mut c_void, String> {
        let known = copy_of(file);
        match known {
            Some(copy) if copy.is_loaded => return open(copy.known_as, flags),
            _ if flags & libc::RTLD_NOLOAD != 0 => return Ok(std::ptr::null_mut()),
            _ => {}
        }
        let circle = circle(file)?;
        self.load_needs(file, &circle)?;
        if !circle.is_empty() {
            // None of them can be there before the others: the loader has to find them itself.
            for member in &circle {
                self.root.materialize(member).map_err(|error| {
                    format!("on disk, with those that need each other: {error}")
                })?;
            }
            return self.load_from_disk(file, flags, "it needs a library that needs it");
        }
        let copy = match known {
            Some(copy) => copy,
            None => match self.in_memory(file) {
                Ok(copy) => self.register(file, copy)?,
                Err(error) => return self.load_from_disk(file, flags, &error.to_string()),
            },
        };
        // Its path means it for as long as it is there, and another file afterwards.
        match open(copy.known_as, flags | libc::RTLD_NODELETE) {
            Ok(handle) => {
                note_loaded(file);
                Ok(handle)
            }
            Err(reason) if is_about_memory(&reason) => self.load_from_disk(file, flags, &reason),
            Err(reason) => Err(reason.replace(
                &*copy.known_as.to_string_lossy(),
                &copy.path.to_string_lossy(),
            )),
        }
    }

    /// Loads what a shared object needs, or all of a circle of them, but for themselves.
    fn load_needs(&self, file: &File, circle: &[File]) -> Result<(), String> {
        for member in circle.iter().chain([file]) {
            for library in needs(member)? {
                let is_in_circle = circle
                    .iter()
                    .any(|other| other.position() == library.position());
                let is_here = copy_of(&library).is_some_and(|copy| copy.is_loaded);
                if !is_in_circle && !is_here {
                    self.load(&library, libc::RTLD_NOW | libc::RTLD_LOCAL)?;
                }
            }
        }
        Ok(())
    }

    /// Makes a copy in memory known, unless another thread was there first; gives the one that is known.
    fn register(&self, file: &File, copy: std::fs::File) -> Result<Copy, String> {
        let known_as = unique_path(copy.as_raw_fd());
        let path = self.path_for_c(file)?;
        let mut copies = copies();
        let known = copies
            .get_or_insert_default()
            .entry(file.position())
            .or_insert_with(|| Copy {
                known_as: leaked(known_as),
                path,
                descriptor: Some(copy.into_raw_fd()),
                is_loaded: false,
            });
        Ok(*known)
    }

    /// Loads a shared object from disk, which cannot be loaded from memory for this reason.
    fn load_from_disk(&self, file: &File, flags: c_int, why: &str) -> Result<*mut c_void, String> {
        let on_disk = self
            .root
            .materialize(file)
            .map_err(|error| format!("{why}; and as a file: {error}"))?;
        let on_disk =
            CString::new(on_disk.into_os_string().into_vec()).map_err(|error| error.to_string())?;
        let handle = open(&on_disk, flags)?;
        let path = self.path_for_c(file)?;
        let copy = Copy {
            known_as: leaked(on_disk),
            path,
            descriptor: None,
            is_loaded: true,
        };
        copies()
            .get_or_insert_default()
            .insert(file.position(), copy);
        Ok(handle)
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

/// The copy that there is of a shared object.
fn copy_of(file: &File) -> Option<Copy> {
    copies().as_ref()?.get(&file.position()).copied()
}

/// Takes note that the loader has a copy, which need not be open any more.
fn note_loaded(file: &File) {
    let descriptor = copies().as_mut().and_then(|copies| {
        let copy = copies.get_mut(&file.position())?;
        copy.is_loaded = true;
        copy.descriptor.take()
    });
    if let Some(descriptor) = descriptor {
        // SAFETY: the copy's own, which was taken from where others would find it.
        drop(unsafe { OwnedFd::from_raw_fd(descriptor) });
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
        && reason.contains(DESCRIPTORS)
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
    CString::new(format!("{DESCRIPTORS}{bits}/{descriptor}")).unwrap_or_default()
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
