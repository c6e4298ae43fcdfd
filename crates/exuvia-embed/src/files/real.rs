//! The C library's own functions, behind ours.

use std::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::sync::atomic::{AtomicPtr, Ordering};

use libc::{
    DIR, Dl_info, FILE, dev_t, dirent64, dl_phdr_info, gid_t, mode_t, off_t, size_t, ssize_t,
    timespec, timeval, uid_t, utimbuf,
};

/// A function of the C library, found when it is first called.
struct Next {
    name: &'static CStr,
    address: AtomicPtr<c_void>,
}

impl Next {
    /// The function of this name that comes after ours. Null where the C library has none.
    fn address(&self) -> *mut c_void {
        let known = self.address.load(Ordering::Relaxed);
        if !known.is_null() {
            return known;
        }
        // SAFETY: the name ends with NUL.
        let found = unsafe { libc::dlsym(libc::RTLD_NEXT, self.name.as_ptr()) };
        self.address.store(found, Ordering::Relaxed);
        found
    }
}

/// What a function returns that is not there.
trait Failed {
    const FAILED: Self;
}

impl Failed for c_int {
    const FAILED: Self = -1;
}

impl Failed for c_long {
    const FAILED: Self = -1;
}

impl Failed for ssize_t {
    const FAILED: Self = -1;
}

impl<T> Failed for *mut T {
    const FAILED: Self = std::ptr::null_mut();
}

impl Failed for () {
    const FAILED: Self = ();
}

/// Declares functions of the C library, each by its name and signature.
macro_rules! real {
    ($($function:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        $(
            /// The C library's function of this name.
            ///
            /// # Safety
            ///
            /// That function's own conditions.
            pub(super) unsafe fn $function($($argument: $type),*) $(-> $result)? {
                let address = next::$function.address();
                if address.is_null() {
                    super::set_errno(libc::ENOSYS);
                    return Failed::FAILED;
                }
                // SAFETY: the C library's function of this name has this signature.
                let function: unsafe extern "C" fn($($type),*) $(-> $result)? = unsafe { std::mem::transmute(address) };
                // SAFETY: the caller's promise.
                unsafe { function($($argument),*) }
            }
        )*

        #[allow(non_upper_case_globals, reason = "each has the name of its function")]
        mod next {
            use super::{AtomicPtr, Next};

            $(pub(super) static $function: Next = Next {
                name: match std::ffi::CStr::from_bytes_with_nul(concat!(stringify!($function), "\0").as_bytes()) {
                    Ok(name) => name,
                    Err(_) => unreachable!(),
                },
                address: AtomicPtr::new(std::ptr::null_mut()),
            };)*

            pub(super) static ALL: &[&Next] = &[$(&$function),*];
        }
    };
}

real! {
    fopen64(path: *const c_char, mode: *const c_char) -> *mut FILE;
    freopen64(path: *const c_char, mode: *const c_char, stream: *mut FILE) -> *mut FILE;
    realpath(path: *const c_char, resolved: *mut c_char) -> *mut c_char;
    eaccess(path: *const c_char, mode: c_int) -> c_int;
    faccessat(directory: c_int, path: *const c_char, mode: c_int, flags: c_int) -> c_int;
    unlink(path: *const c_char) -> c_int;
    unlinkat(directory: c_int, path: *const c_char, flags: c_int) -> c_int;
    rmdir(path: *const c_char) -> c_int;
    remove(path: *const c_char) -> c_int;
    truncate64(path: *const c_char, length: off_t) -> c_int;
    chown(path: *const c_char, owner: uid_t, group: gid_t) -> c_int;
    lchown(path: *const c_char, owner: uid_t, group: gid_t) -> c_int;
    fchownat(directory: c_int, path: *const c_char, owner: uid_t, group: gid_t, flags: c_int) -> c_int;
    utime(path: *const c_char, times: *const utimbuf) -> c_int;
    utimes(path: *const c_char, times: *const timeval) -> c_int;
    lutimes(path: *const c_char, times: *const timeval) -> c_int;
    futimesat(directory: c_int, path: *const c_char, times: *const timeval) -> c_int;
    utimensat(directory: c_int, path: *const c_char, times: *const timespec, flags: c_int) -> c_int;
    mkfifo(path: *const c_char, mode: mode_t) -> c_int;
    mkfifoat(directory: c_int, path: *const c_char, mode: mode_t) -> c_int;
    mknod(path: *const c_char, mode: mode_t, device: dev_t) -> c_int;
    mknodat(directory: c_int, path: *const c_char, mode: mode_t, device: dev_t) -> c_int;
    __xmknod(version: c_int, path: *const c_char, mode: mode_t, device: *mut dev_t) -> c_int;
    __xmknodat(version: c_int, directory: c_int, path: *const c_char, mode: mode_t, device: *mut dev_t) -> c_int;
    linkat(from_directory: c_int, from: *const c_char, to_directory: c_int, to: *const c_char, flags: c_int) -> c_int;
    symlinkat(target: *const c_char, directory: c_int, path: *const c_char) -> c_int;
    setxattr(path: *const c_char, name: *const c_char, value: *const c_void, length: size_t, flags: c_int) -> c_int;
    lsetxattr(path: *const c_char, name: *const c_char, value: *const c_void, length: size_t, flags: c_int) -> c_int;
    removexattr(path: *const c_char, name: *const c_char) -> c_int;
    lremovexattr(path: *const c_char, name: *const c_char) -> c_int;
    statvfs64(path: *const c_char, status: *mut libc::statvfs64) -> c_int;
    statfs64(path: *const c_char, status: *mut libc::statfs64) -> c_int;
    pathconf(path: *const c_char, name: c_int) -> c_long;
    fchmodat(directory: c_int, path: *const c_char, mode: mode_t, flags: c_int) -> c_int;
    opendir(path: *const c_char) -> *mut DIR;
    fdopendir(descriptor: c_int) -> *mut DIR;
    readdir64(directory: *mut DIR) -> *mut dirent64;
    readdir64_r(directory: *mut DIR, entry: *mut dirent64, result: *mut *mut dirent64) -> c_int;
    closedir(directory: *mut DIR) -> c_int;
    rewinddir(directory: *mut DIR);
    telldir(directory: *mut DIR) -> c_long;
    seekdir(directory: *mut DIR, position: c_long);
    dirfd(directory: *mut DIR) -> c_int;
    dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    dlerror() -> *mut c_char;
    dladdr(address: *const c_void, information: *mut Dl_info) -> c_int;
    dladdr1(address: *const c_void, information: *mut Dl_info, more: *mut *mut c_void, flags: c_int) -> c_int;
    dl_iterate_phdr(visit: Option<unsafe extern "C" fn(*mut dl_phdr_info, size_t, *mut c_void) -> c_int>, data: *mut c_void) -> c_int;
}

/// Where the C library's `dlopen` is, which looks at who calls it.
pub(super) fn address_of_dlopen() -> *mut c_void {
    next::dlopen.address()
}

/// Finds all of them: looking one up is not for the time between `fork` and `exec`, calling it is.
pub(super) fn find_all() {
    for function in next::ALL {
        function.address();
    }
}
