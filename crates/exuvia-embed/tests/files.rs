//! The functions of the C library, asked about what is packed, answer as the kernel does about the same files on disk.
//!
//! The test program packs files behind a copy of itself. In that copy, which has an archive, the functions that are defined in it are
//! called as C calls them, and compared with system calls on a tree that the same program has put on disk.

use std::collections::BTreeSet;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use exuvia_archive::{
    ARCHIVE_ALIGNMENT, Codec, LAUNCH_PATH, LIBRARIES, Launch, NewFile, Seal, Writer,
};
use exuvia_embed::{PackedFile, files};
use proptest::prelude::*;

/// Length of a file that is long enough to be copied by the kernel.
const LARGE: usize = 200_000;

#[test]
fn packed_files_are_seen_by_the_whole_process() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    let mut bytes = std::fs::read("/proc/self/exe").unwrap();
    bytes.resize(bytes.len().next_multiple_of(ARCHIVE_ALIGNMENT as usize), 0);
    let archive = archive(folder.path());
    let at = bytes.len() as u64;
    bytes.extend(archive);
    let mut seal = Seal::default();
    seal.update(&bytes);
    bytes.extend(seal.footer(at, b""));
    // Written by another process: a thread of this one that starts a program would keep the file open for writing.
    let mut writer = Command::new("sh")
        .args(["-c", "cat > \"$1\" && chmod 755 \"$1\"", "sh"])
        .arg(&program)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    writer.stdin.take().unwrap().write_all(&bytes).unwrap();
    assert!(writer.wait().unwrap().success());

    let list = Command::new(&program)
        .args(["--ignored", "--list", "--format=terse"])
        .output()
        .unwrap();
    let list = String::from_utf8(list.stdout).unwrap();
    let tests: Vec<_> = list
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .collect();
    assert!(tests.len() > 10, "{list}");
    // Each in a process of its own, with nothing on disk.
    for (test, without_memory) in tests.iter().flat_map(|test| [(test, false), (test, true)]) {
        let cache = folder.path().join(format!("{test}-{without_memory}"));
        std::fs::create_dir(&cache).unwrap();
        let mut command = Command::new(&program);
        command
            .args(["--ignored", "--exact", test])
            .env("XDG_CACHE_HOME", &cache);
        if without_memory {
            command.env("EXUVIA_NO_MEMFD", "1");
        }
        let output = command.output().unwrap();
        let words = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && words.contains(" 1 passed"),
            "{}: {words}",
            output.status
        );
    }
}

#[test]
fn every_function_that_is_defined_is_exported() {
    let sources = [
        include_str!("../src/files/calls/attributes.rs"),
        include_str!("../src/files/calls/changes.rs"),
        include_str!("../src/files/calls/directories.rs"),
        include_str!("../src/files/calls/names.rs"),
        include_str!("../src/files/calls/open.rs"),
        include_str!("../src/files/calls/status.rs"),
        include_str!("../src/files/calls/volume.rs"),
        include_str!("../src/files/library.rs"),
    ];
    let mut defined = BTreeSet::new();
    for line in sources.into_iter().flat_map(str::lines) {
        // By itself, or as a line of `also!` or `refused!`, whose definitions stand at the fourth column.
        let alone = line.strip_prefix("unsafe extern \"C\" fn ");
        let first = [
            "path: ",
            "from: ",
            "directory: ",
            "descriptor: ",
            "version: ",
            "_version: ",
            "from_directory: ",
            "target: ",
        ];
        let listed = line.strip_prefix("    ").filter(|rest| {
            let arguments = rest.split_once('(').map_or("", |(_, arguments)| arguments);
            first.iter().any(|argument| arguments.starts_with(argument))
        });
        let name = alone
            .or(listed)
            .and_then(|line| line.split_once('('))
            .filter(|(_, rest)| alone.is_some() || rest.contains(')'))
            .map(|(name, _)| name)
            .filter(|name| {
                name.chars()
                    .all(|each| each.is_ascii_alphanumeric() || each == '_')
            });
        defined.extend(name);
    }
    let exported: BTreeSet<&str> = include_str!("../../exuvia-launcher/exported")
        .lines()
        .collect();
    assert!(exported.contains("open64") && exported.contains("dlopen"));
    assert_eq!(defined, exported);
}

/// An archive with a few files and two shared objects, one of which needs the other.
fn archive(folder: &Path) -> Vec<u8> {
    let mut writer = Writer::new();
    let mut add = |path: &str, contents: &[u8], codec, needs: &[&str]| {
        let file = NewFile {
            path: path.to_owned(),
            contents: contents.to_vec(),
            codec,
            is_executable: path.ends_with("tool"),
            needs: needs.iter().map(|&need| need.to_owned()).collect(),
        };
        writer.add_file(file).unwrap();
    };
    add("lib/data.txt", b"some text\n", Codec::Stored, &[]);
    add("lib/empty", b"", Codec::Stored, &[]);
    add("lib/package/a.py", b"a = 1\n", Codec::Stored, &[]);
    add("lib/package/b/c.txt", b"c", Codec::Stored, &[]);
    add("lib/package-data", b"not below package", Codec::Stored, &[]);
    add("bin/tool", b"#!/bin/sh\necho tool\n", Codec::Stored, &[]);
    add("lib/large", &large(), Codec::Stored, &[]);
    add("lib/small-once-packed", &large(), Codec::Zstandard, &[]);
    let inner = format!("{LIBRARIES}/libinner.so.1");
    let library = shared_object(
        folder,
        "libinner.so.1",
        "int inner(void) { return 41; }",
        &[],
    );
    add(&inner, &library, Codec::Stored, &[]);
    let outer = "int inner(void); int outer(void) { return inner() + 1; }";
    let library = shared_object(folder, "outer.so", outer, &["libinner.so.1"]);
    add("lib/outer.so", &library, Codec::Zstandard, &[&inner]);
    let slow = "#include <unistd.h>\n__attribute__((constructor)) static void begin(void) { usleep(500000); }";
    let library = shared_object(folder, "slow.so", slow, &[]);
    add("lib/slow.so", &library, Codec::Stored, &[]);
    let loads = "#include <dlfcn.h>\n#include <stdlib.h>\n#include <unistd.h>\n\
        __attribute__((constructor)) static void begin(void) { usleep(300000); if (getenv(\"SLOW\")) dlopen(getenv(\"SLOW\"), RTLD_NOW); }";
    let library = shared_object(folder, "constructed.so", loads, &[]);
    add("lib/constructed.so", &library, Codec::Stored, &[]);
    add(&format!("{}/x", deep()), b"x", Codec::Stored, &[]);
    // Two that need each other: the first is linked with one of the second's name first.
    let (left, right) = ("lib/pair/libleft.so.1", "lib/pair/libright.so.1");
    shared_object(
        folder,
        "libright.so.1",
        "int right(void) { return 0; }",
        &[],
    );
    let source =
        "int right(void); int left(void) { return right() + 1; } int one(void) { return 1; }";
    let library = shared_object(folder, "libleft.so.1", source, &["libright.so.1"]);
    add(left, &library, Codec::Stored, &[right]);
    let source = "int one(void); int right(void) { return one() + inner(); }";
    let source = format!("int inner(void); {source}");
    let needs = ["libleft.so.1", "libinner.so.1"];
    let library = shared_object(folder, "libright.so.1", &source, &needs);
    add(right, &library, Codec::Zstandard, &[left, &inner]);
    add(
        LAUNCH_PATH,
        Launch::default().to_text().as_bytes(),
        Codec::Stored,
        &[],
    );
    writer.finish().unwrap()
}

/// A directory whose path is longer than the name of a file in memory may be.
fn deep() -> String {
    format!("lib{}", "/deep".repeat(60))
}

fn large() -> Vec<u8> {
    (0..LARGE).map(|at| (at / 7) as u8).collect()
}

fn shared_object(folder: &Path, name: &str, source: &str, needs: &[&str]) -> Vec<u8> {
    let (from, to) = (folder.join("source.c"), folder.join(name));
    std::fs::write(&from, source).unwrap();
    let mut command = Command::new("cc");
    command
        .args(["-shared", "-fPIC"])
        .arg(format!("-Wl,-soname,{name}"))
        .arg("-Wl,-rpath,$ORIGIN")
        .arg("-o")
        .arg(&to)
        .arg(&from);
    command.args(needs.iter().map(|need| folder.join(need)));
    assert!(command.status().unwrap().success());
    std::fs::read(to).unwrap()
}

/// The archive behind this program, which is shown to it once.
fn packed() -> &'static PackedFile {
    static PACKED: OnceLock<PackedFile> = OnceLock::new();
    PACKED.get_or_init(|| {
        let packed = PackedFile::of_this_program().unwrap();
        files::show(&packed);
        packed
    })
}

/// The path of what is packed, as C has it.
fn path(path: &str) -> CString {
    CString::new(packed().path_of(path)).unwrap()
}

fn errno() -> c_int {
    std::io::Error::last_os_error().raw_os_error().unwrap()
}

fn open(path: &CStr, flags: c_int) -> Result<std::fs::File, c_int> {
    // SAFETY: the path ends with NUL.
    let descriptor = unsafe { libc::open(path.as_ptr(), flags, 0o600) };
    // SAFETY: a descriptor that was just made.
    (descriptor >= 0)
        .then(|| unsafe { std::fs::File::from_raw_fd(descriptor) })
        .ok_or_else(errno)
}

fn stat(path: &CStr) -> Result<libc::stat, c_int> {
    // SAFETY: a structure of numbers, for which zeroes are values.
    let mut status: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: the path ends with NUL, the status can be written to.
    let result = unsafe { libc::stat(path.as_ptr(), &mut status) };
    (result == 0).then_some(status).ok_or_else(errno)
}

/// What `readdir` gives for a directory, sorted.
fn list(path: &CStr) -> Result<BTreeSet<(String, u8)>, c_int> {
    // SAFETY: the path ends with NUL.
    let directory = unsafe { libc::opendir(path.as_ptr()) };
    read_all(directory)
}

fn read_all(directory: *mut libc::DIR) -> Result<BTreeSet<(String, u8)>, c_int> {
    if directory.is_null() {
        return Err(errno());
    }
    let mut names = BTreeSet::new();
    // SAFETY: the directory is read and closed here, and nowhere else.
    unsafe {
        loop {
            let entry = libc::readdir64(directory);
            if entry.is_null() {
                break;
            }
            let name = CStr::from_ptr((*entry).d_name.as_ptr());
            names.insert((name.to_str().unwrap().to_owned(), (*entry).d_type));
        }
        assert_eq!(libc::closedir(directory), 0);
        Ok(names)
    }
}

fn is_on_disk(path: &CStr) -> bool {
    kernel::stat(path).is_ok()
}

/// What the kernel says, whatever the functions of the C library do.
mod kernel {
    use super::*;

    pub(super) fn stat(path: &CStr) -> Result<libc::stat, c_int> {
        // SAFETY: as in `super::stat`.
        let mut status: libc::stat = unsafe { std::mem::zeroed() };
        // SAFETY: the path ends with NUL, the status can be written to.
        let result = unsafe {
            libc::syscall(
                libc::SYS_newfstatat,
                libc::AT_FDCWD,
                path.as_ptr(),
                &mut status,
                0,
            )
        };
        (result == 0).then_some(status).ok_or_else(errno)
    }

    pub(super) fn list(path: &CStr) -> Result<BTreeSet<(String, u8)>, c_int> {
        let directory = open(path, libc::O_RDONLY | libc::O_DIRECTORY)?;
        let mut names = BTreeSet::new();
        let mut room = [0_u64; 4096];
        loop {
            // SAFETY: an open directory, and as much room as is said.
            let length = unsafe {
                libc::syscall(
                    libc::SYS_getdents64,
                    directory.as_raw_fd(),
                    room.as_mut_ptr(),
                    size_of_val(&room),
                )
            };
            let length = usize::try_from(length).map_err(|_| errno())?;
            if length == 0 {
                return Ok(names);
            }
            let mut at = 0;
            while at < length {
                // SAFETY: the kernel put structures of this kind there, one after the other, each with a name that ends with NUL.
                unsafe {
                    let entry = room.as_ptr().byte_add(at).cast::<libc::dirent64>();
                    let name = CStr::from_ptr((&raw const (*entry).d_name).cast());
                    names.insert((name.to_str().unwrap().to_owned(), (*entry).d_type));
                    at += usize::from((*entry).d_reclen);
                }
            }
        }
    }

    pub(super) fn open(path: &CStr, flags: c_int) -> Result<std::fs::File, c_int> {
        // SAFETY: the path ends with NUL.
        let descriptor = unsafe {
            libc::syscall(
                libc::SYS_openat,
                libc::AT_FDCWD,
                path.as_ptr(),
                flags,
                0o600,
            )
        } as c_int;
        // SAFETY: a descriptor that was just made.
        (descriptor >= 0)
            .then(|| unsafe { std::fs::File::from_raw_fd(descriptor) })
            .ok_or_else(errno)
    }
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn a_files_contents_are_read_from_any_position() {
    for (name, contents) in [
        ("lib/data.txt", b"some text\n".to_vec()),
        ("lib/empty", Vec::new()),
        ("lib/large", large()),
        ("lib/small-once-packed", large()),
    ] {
        let mut file = open(&path(name), libc::O_RDONLY | libc::O_CLOEXEC).unwrap();
        let mut read = Vec::new();
        file.read_to_end(&mut read).unwrap();
        assert!(read == contents, "{name}");
        let middle = contents.len() / 2;
        file.seek(SeekFrom::Start(middle as u64)).unwrap();
        read.clear();
        file.read_to_end(&mut read).unwrap();
        assert!(read == contents[middle..], "{name}");
        // Two that are open at once have a position each.
        let second = open(&path(name), libc::O_RDONLY).unwrap();
        assert_eq!((&second).stream_position().unwrap(), 0);
        assert_eq!(second.metadata().unwrap().len(), contents.len() as u64);
        assert_eq!(
            stat(&path(name)).unwrap().st_size,
            contents.len() as libc::off_t
        );
        assert!(!is_on_disk(&path(name)), "{name}");
    }
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn streams_are_opened_as_fopen_does() {
    let open = |name: &str, mode: &CStr| -> Result<String, c_int> {
        // SAFETY: both end with NUL; the stream is read and closed here.
        unsafe {
            let stream = libc::fopen(path(name).as_ptr(), mode.as_ptr());
            if stream.is_null() {
                return Err(errno());
            }
            let mut line = [0 as c_char; 64];
            let text = libc::fgets(line.as_mut_ptr(), 64, stream);
            let text = if text.is_null() {
                String::new()
            } else {
                CStr::from_ptr(text).to_str().unwrap().to_owned()
            };
            assert_eq!(libc::fclose(stream), 0);
            Ok(text)
        }
    };
    assert_eq!(open("lib/data.txt", c"r"), Ok("some text\n".to_owned()));
    assert_eq!(open("lib/data.txt", c"rbe"), Ok("some text\n".to_owned()));
    for mode in [c"r+", c"w", c"a", c"w+"] {
        assert_eq!(open("lib/data.txt", mode), Err(libc::EROFS), "{mode:?}");
    }
    assert_eq!(open("lib/data.txt", c"wx"), Err(libc::EEXIST));
    assert_eq!(open("lib/other.txt", c"w"), Err(libc::EROFS));
    assert_eq!(open("lib/other.txt", c"r"), Err(libc::ENOENT));
    assert_eq!(open("no/such/folder", c"w"), Err(libc::ENOENT));
    assert_eq!(open("lib/data.txt/below", c"r"), Err(libc::ENOTDIR));
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn nothing_can_be_written() {
    let data = path("lib/data.txt");
    for flags in [
        libc::O_WRONLY,
        libc::O_RDWR,
        libc::O_RDONLY | libc::O_TRUNC,
        libc::O_WRONLY | libc::O_CREAT,
    ] {
        assert_eq!(open(&data, flags).err(), Some(libc::EROFS), "{flags:o}");
    }
    assert_eq!(
        open(&data, libc::O_WRONLY | libc::O_CREAT | libc::O_EXCL).err(),
        Some(libc::EEXIST)
    );
    assert_eq!(
        open(&path("lib"), libc::O_TMPFILE | libc::O_WRONLY).err(),
        Some(libc::EROFS)
    );
    // What is open is a copy, which cannot be changed either.
    let mut file = open(&data, libc::O_RDONLY).unwrap();
    assert!(file.write_all(b"x").is_err());
    let again = CString::new(format!("/proc/self/fd/{}", file.as_raw_fd())).unwrap();
    if let Ok(mut writable) = kernel::open(&again, libc::O_WRONLY) {
        assert!(writable.write_all(b"x").is_err());
    }
    // SAFETY: the paths end with NUL.
    unsafe {
        assert_eq!(
            (libc::mkdir(path("lib").as_ptr(), 0o700), errno()),
            (-1, libc::EEXIST)
        );
        assert_eq!(
            (libc::mkdir(path("lib/new").as_ptr(), 0o700), errno()),
            (-1, libc::EROFS)
        );
        assert_eq!(
            (libc::access(data.as_ptr(), libc::W_OK), errno()),
            (-1, libc::EROFS)
        );
        assert_eq!(
            (libc::access(data.as_ptr(), libc::X_OK), errno()),
            (-1, libc::EACCES)
        );
        assert_eq!(
            libc::access(path("bin/tool").as_ptr(), libc::R_OK | libc::X_OK),
            0
        );
        assert_eq!(
            (libc::access(path("bin/none").as_ptr(), libc::F_OK), errno()),
            (-1, libc::ENOENT)
        );
    }
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn directories_are_listed_and_their_listing_has_positions() {
    let names = |kind_of: &[(&str, u8)]| {
        kind_of
            .iter()
            .map(|(name, kind)| ((*name).to_owned(), *kind))
            .collect::<BTreeSet<_>>()
    };
    let (file, directory) = (libc::DT_REG, libc::DT_DIR);
    assert_eq!(
        list(&path("lib/package")).unwrap(),
        names(&[
            (".", directory),
            ("..", directory),
            ("a.py", file),
            ("b", directory)
        ])
    );
    assert!(
        list(&path(""))
            .unwrap()
            .contains(&("lib".to_owned(), directory))
    );
    assert_eq!(list(&path("lib/data.txt")), Err(libc::ENOTDIR));
    assert_eq!(list(&path("lib/none")), Err(libc::ENOENT));
    assert!(!is_on_disk(&path("lib")));

    // SAFETY: the path ends with NUL; the directory is open for as long as it is used, by this thread alone.
    unsafe {
        let directory = libc::opendir(path("lib/package").as_ptr());
        let name = || {
            let entry = libc::readdir(directory);
            (!entry.is_null()).then(|| CStr::from_ptr((*entry).d_name.as_ptr()).to_owned())
        };
        let first = name();
        let second_at = libc::telldir(directory);
        let second = name();
        while name().is_some() {}
        assert_eq!(name(), None);
        libc::seekdir(directory, second_at);
        assert_eq!(name(), second);
        libc::rewinddir(directory);
        assert_eq!(name(), first);
        libc::closedir(directory);
    }
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn links_and_attributes_are_answered_for() {
    let data = path("lib/package/../data.txt");
    let mut room = [0 as c_char; libc::PATH_MAX as usize];
    // SAFETY: paths that end with NUL, and as much room as is said.
    unsafe {
        let resolved = libc::realpath(data.as_ptr(), room.as_mut_ptr());
        assert_eq!(CStr::from_ptr(resolved), &*path("lib/data.txt"));
        let resolved = libc::realpath(data.as_ptr(), std::ptr::null_mut());
        assert_eq!(CStr::from_ptr(resolved), &*path("lib/data.txt"));
        libc::free(resolved.cast());
        assert_eq!(
            (
                libc::readlink(data.as_ptr(), room.as_mut_ptr(), room.len()),
                errno()
            ),
            (-1, libc::EINVAL)
        );
        assert_eq!(
            libc::listxattr(data.as_ptr(), room.as_mut_ptr(), room.len()),
            0
        );
        let value: *mut c_void = room.as_mut_ptr().cast();
        assert_eq!(
            (
                libc::getxattr(data.as_ptr(), c"user.x".as_ptr(), value, 8),
                errno()
            ),
            (-1, libc::ENODATA)
        );

        let mut status: libc::statx = std::mem::zeroed();
        assert_eq!(
            libc::statx(
                libc::AT_FDCWD,
                data.as_ptr(),
                0,
                libc::STATX_ALL,
                &mut status
            ),
            0
        );
        let plain = stat(&data).unwrap();
        assert_eq!(
            (status.stx_ino, status.stx_size),
            (plain.st_ino, plain.st_size as u64)
        );
        assert_eq!(u32::from(status.stx_mode), plain.st_mode);
        assert_eq!(
            libc::makedev(status.stx_dev_major, status.stx_dev_minor),
            plain.st_dev
        );
    }
    // The directories on the way to the root are there, although nothing is on disk.
    let root = packed().path_of("");
    let above = CString::new(Path::new(&root).parent().unwrap().to_str().unwrap()).unwrap();
    assert_eq!(stat(&above).unwrap().st_mode & libc::S_IFMT, libc::S_IFDIR);
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn what_is_elsewhere_is_the_systems() {
    let own = std::fs::read("/proc/self/exe").unwrap();
    assert_eq!(stat(c"/proc/self/exe").unwrap().st_size as usize, own.len());
    assert_eq!(
        open(c"/no/such/file", libc::O_RDONLY).err(),
        Some(libc::ENOENT)
    );
    assert!(list(c"/proc/self/fd").unwrap().len() > 2);
    // SAFETY: null is what C takes for the program itself, and what the functions of files refuse.
    unsafe {
        assert!(!libc::dlopen(std::ptr::null(), libc::RTLD_NOW).is_null());
        assert_eq!(
            (libc::access(std::ptr::null(), 0), errno()),
            (-1, libc::EFAULT)
        );
    }
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn shared_objects_are_loaded_once_with_what_they_need() {
    let outer = path("lib/outer.so");
    // SAFETY: paths that end with NUL; the constructors of these libraries do nothing; `outer` has this signature.
    unsafe {
        assert!(libc::dlopen(outer.as_ptr(), libc::RTLD_NOW | libc::RTLD_NOLOAD).is_null());
        let handles: BTreeSet<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| libc::dlopen(outer.as_ptr(), libc::RTLD_NOW) as usize))
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(handles.len(), 1, "{handles:x?}");
        let handle = libc::dlopen(outer.as_ptr(), libc::RTLD_NOW | libc::RTLD_NOLOAD);
        assert!(handles.contains(&(handle as usize)));
        let function = libc::dlsym(handle, c"outer".as_ptr());
        assert!(!function.is_null());
        let mut about: libc::Dl_info = std::mem::zeroed();
        assert_ne!(libc::dladdr(function, &mut about), 0);
        assert_eq!(CStr::from_ptr(about.dli_fname), &*outer);
        let function: extern "C" fn() -> c_int = std::mem::transmute(function);
        assert_eq!(function(), 42);
        // The library that it needs is found by its name alone.
        assert!(!libc::dlopen(c"libinner.so.1".as_ptr(), libc::RTLD_NOW).is_null());

        // What is no library is refused by the loader, in words about the path that was asked for.
        let text = path("lib/data.txt");
        assert!(libc::dlopen(text.as_ptr(), libc::RTLD_NOW).is_null());
        let words = CStr::from_ptr(libc::dlerror()).to_str().unwrap();
        assert!(words.contains(text.to_str().unwrap()), "{words}");
        assert!(libc::dlerror().is_null());
        assert!(libc::dlopen(path("lib/none.so").as_ptr(), libc::RTLD_NOW).is_null());
        assert!(
            CStr::from_ptr(libc::dlerror())
                .to_str()
                .unwrap()
                .contains("none.so")
        );
    }
    let by_memory = std::env::var_os("EXUVIA_NO_MEMFD").is_none();
    assert_eq!(is_on_disk(&outer), !by_memory);
}

/// All that a status says but when it was last read, in an order in which two can be compared.
fn whole(status: &libc::stat) -> [u64; 10] {
    [
        status.st_dev,
        status.st_ino,
        u64::from(status.st_mode),
        status.st_nlink,
        u64::from(status.st_uid),
        u64::from(status.st_gid),
        status.st_size as u64,
        status.st_blocks as u64,
        status.st_mtime as u64,
        status.st_mtime_nsec as u64,
    ]
}

fn fstat(descriptor: c_int) -> libc::stat {
    // SAFETY: a structure of numbers, for which zeroes are values.
    let mut status: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: the status can be written to.
    assert_eq!(unsafe { libc::fstat(descriptor, &mut status) }, 0);
    status
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn a_descriptor_says_what_its_path_says() {
    for name in [
        "lib/data.txt",
        "lib/empty",
        "bin/tool",
        "lib/small-once-packed",
        "lib",
        "lib/package/b",
        "",
        &deep(),
    ] {
        let by_path = stat(&path(name)).unwrap();
        let opened = open(&path(name), libc::O_RDONLY).unwrap();
        assert_eq!(whole(&fstat(opened.as_raw_fd())), whole(&by_path), "{name}");
        let second = opened.try_clone().unwrap();
        assert_eq!(whole(&fstat(second.as_raw_fd())), whole(&by_path), "{name}");
        // SAFETY: structures of numbers that can be written to, and a path that ends with NUL.
        unsafe {
            let mut status: libc::stat = std::mem::zeroed();
            let flags = libc::AT_EMPTY_PATH;
            assert_eq!(
                libc::fstatat(opened.as_raw_fd(), c"".as_ptr(), &mut status, flags),
                0
            );
            assert_eq!(whole(&status), whole(&by_path), "{name}");
            let mut status: libc::statx = std::mem::zeroed();
            let mask = libc::STATX_ALL;
            assert_eq!(
                libc::statx(opened.as_raw_fd(), c"".as_ptr(), flags, mask, &mut status),
                0
            );
            assert_eq!(status.stx_ino, by_path.st_ino, "{name}");
            assert_eq!(u32::from(status.stx_mode), by_path.st_mode, "{name}");
            // As the kernel has it for a file that was opened for reading.
            let flags = libc::fcntl(opened.as_raw_fd(), libc::F_GETFL);
            assert_eq!(flags & libc::O_ACCMODE, libc::O_RDONLY, "{name}");
            assert_eq!(
                (
                    libc::write(opened.as_raw_fd(), c"x".as_ptr().cast(), 1),
                    errno()
                ),
                (-1, libc::EBADF),
                "{name}"
            );
        }
    }
    // Whether it is closed in a program that is started is as the flags say.
    for (flags, closed) in [(0, 0), (libc::O_CLOEXEC, libc::FD_CLOEXEC)] {
        let opened = open(&path("lib/data.txt"), flags).unwrap();
        // SAFETY: an open descriptor.
        let found = unsafe { libc::fcntl(opened.as_raw_fd(), libc::F_GETFD) };
        assert_eq!(found, closed);
    }
    // Other files in memory, and directories on disk, are what the kernel says.
    for elsewhere in [c"/proc/self/exe", c"/tmp", c"/proc"] {
        let opened = open(elsewhere, libc::O_RDONLY).unwrap();
        assert_eq!(
            whole(&fstat(opened.as_raw_fd()))[..3],
            whole(&kernel::stat(elsewhere).unwrap())[..3]
        );
    }
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn paths_start_from_open_directories_and_from_the_working_directory() {
    let by_path = whole(&stat(&path("lib/package/a.py")).unwrap());
    let opened = open(&path("lib/package"), libc::O_RDONLY | libc::O_DIRECTORY).unwrap();
    let directory = opened.as_raw_fd();
    // SAFETY: paths that end with NUL, a status that can be written to, and descriptors that are open.
    unsafe {
        let mut status: libc::stat = std::mem::zeroed();
        for relative in [c"a.py", c"./a.py", c"b/../a.py", c"../package/a.py"] {
            assert_eq!(
                libc::fstatat(directory, relative.as_ptr(), &mut status, 0),
                0,
                "{relative:?}"
            );
            assert_eq!(whole(&status), by_path, "{relative:?}");
            let descriptor = libc::openat(directory, relative.as_ptr(), libc::O_RDONLY);
            let mut text = String::new();
            std::fs::File::from_raw_fd(descriptor)
                .read_to_string(&mut text)
                .unwrap();
            assert_eq!(text, "a = 1\n", "{relative:?}");
            assert_eq!(
                libc::faccessat(directory, relative.as_ptr(), libc::R_OK, 0),
                0
            );
        }
        assert_eq!(
            (
                libc::openat(directory, c"none".as_ptr(), libc::O_RDONLY),
                errno()
            ),
            (-1, libc::ENOENT)
        );
        assert_eq!(
            (
                libc::openat(
                    directory,
                    c"new".as_ptr(),
                    libc::O_WRONLY | libc::O_CREAT,
                    0o600
                ),
                errno()
            ),
            (-1, libc::EROFS)
        );
        let again = libc::fdopendir(libc::dup(directory));
        assert_eq!(read_all(again), list(&path("lib/package")));
        assert!(!is_on_disk(&path("")));

        let before = std::env::current_dir().unwrap();
        for enter in [
            || libc::chdir(path("lib/package").as_ptr()),
            || {
                let opened = open(&path("lib/package"), libc::O_PATH).unwrap();
                libc::fchdir(opened.as_raw_fd())
            },
        ] {
            assert_eq!(enter(), 0);
            assert_eq!(
                std::env::current_dir().unwrap().to_str().unwrap(),
                packed().path_of("lib/package")
            );
            assert_eq!(whole(&stat(c"a.py").unwrap()), by_path);
            assert_eq!(std::fs::read_to_string("a.py").unwrap(), "a = 1\n");
            assert_eq!(list(c".").unwrap(), list(&path("lib/package")).unwrap());
            assert_eq!(stat(c"../data.txt").unwrap().st_size, 10);
            assert_eq!(
                open(c"output", libc::O_WRONLY | libc::O_CREAT).err(),
                Some(libc::EROFS)
            );
            assert!(!is_on_disk(&path("lib/package/a.py")));
            std::env::set_current_dir(&before).unwrap();
            assert_eq!(stat(c"a.py").err(), Some(libc::ENOENT));
        }
        // A path that leads from a folder elsewhere up to the root folder and down again.
        let up = "../".repeat(40);
        let relative = CString::new(format!("{up}{}", &packed().path_of("lib/data.txt")[1..]));
        assert_eq!(stat(&relative.unwrap()).unwrap().st_size, 10);
    }
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn changes_are_refused_as_on_a_file_system_for_reading() {
    let folder = tempfile::tempdir().unwrap();
    let outside = CString::new(folder.path().join("file").to_str().unwrap()).unwrap();
    std::fs::write(folder.path().join("file"), "outside").unwrap();
    let (data, none, package) = (path("lib/data.txt"), path("lib/none"), path("lib/package"));
    let times = [libc::timespec {
        tv_sec: 1,
        tv_nsec: 0,
    }; 2];
    // SAFETY: paths that end with NUL, and times.
    unsafe {
        let refused = |result: c_int| {
            assert_eq!(result, -1);
            errno()
        };
        assert_eq!(refused(libc::unlink(data.as_ptr())), libc::EROFS);
        assert_eq!(refused(libc::remove(data.as_ptr())), libc::EROFS);
        assert_eq!(refused(libc::rmdir(package.as_ptr())), libc::EROFS);
        assert_eq!(refused(libc::unlink(none.as_ptr())), libc::ENOENT);
        assert_eq!(refused(libc::truncate(data.as_ptr(), 0)), libc::EROFS);
        assert_eq!(refused(libc::chown(data.as_ptr(), 1, 1)), libc::EROFS);
        let set = libc::utimensat(libc::AT_FDCWD, data.as_ptr(), times.as_ptr(), 0);
        assert_eq!(refused(set), libc::EROFS);
        assert_eq!(refused(libc::mkfifo(none.as_ptr(), 0o600)), libc::EROFS);
        assert_eq!(refused(libc::mkfifo(data.as_ptr(), 0o600)), libc::EEXIST);
        assert_eq!(refused(libc::creat(data.as_ptr(), 0o600)), libc::EROFS);
        for (from, to, number) in [
            (&data, &none, libc::EROFS),
            (&data, &outside, libc::EXDEV),
            (&outside, &none, libc::EXDEV),
            (&none, &outside, libc::ENOENT),
            (&outside, &path("no/such"), libc::ENOENT),
        ] {
            assert_eq!(refused(libc::rename(from.as_ptr(), to.as_ptr())), number);
            assert_eq!(refused(libc::link(from.as_ptr(), to.as_ptr())), number);
        }
        assert_eq!(
            refused(libc::symlink(outside.as_ptr(), none.as_ptr())),
            libc::EROFS
        );
        let value: *const c_void = c"x".as_ptr().cast();
        assert_eq!(
            refused(libc::setxattr(
                data.as_ptr(),
                c"user.x".as_ptr(),
                value,
                1,
                0
            )),
            libc::EROFS
        );
        let mut volume: libc::statvfs = std::mem::zeroed();
        assert_eq!(libc::statvfs(data.as_ptr(), &mut volume), 0);
        assert_ne!(volume.f_flag & libc::ST_RDONLY, 0);
        assert_eq!(
            refused(libc::statvfs(none.as_ptr(), &mut volume)),
            libc::ENOENT
        );
        assert_eq!(libc::pathconf(data.as_ptr(), libc::_PC_NAME_MAX), 255);
    }
    assert_eq!(stat(&data).unwrap().st_size, 10);
    // Elsewhere they do what they do.
    let moved = folder.path().join("moved");
    std::fs::rename(folder.path().join("file"), &moved).unwrap();
    std::fs::hard_link(&moved, folder.path().join("linked")).unwrap();
    std::fs::remove_file(&moved).unwrap();
    assert_eq!(
        std::fs::read_to_string(folder.path().join("linked")).unwrap(),
        "outside"
    );
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn those_who_look_through_all_libraries_find_their_paths() {
    unsafe extern "C" fn visit(
        information: *mut libc::dl_phdr_info,
        _: usize,
        names: *mut c_void,
    ) -> c_int {
        // SAFETY: the loader's structure, and the names below.
        unsafe {
            let name = CStr::from_ptr((*information).dlpi_name).to_owned();
            (*names.cast::<Vec<CString>>()).push(name);
        }
        0
    }
    let outer = path("lib/outer.so");
    let mut names: Vec<CString> = Vec::new();
    // SAFETY: a path that ends with NUL; a function of the signature that is asked for, and the names that it fills.
    unsafe {
        assert!(!libc::dlopen(outer.as_ptr(), libc::RTLD_NOW).is_null());
        libc::dl_iterate_phdr(Some(visit), (&raw mut names).cast());
    }
    assert!(names.contains(&outer), "{names:?}");
    assert!(
        !names
            .iter()
            .any(|name| name.to_bytes().starts_with(b"/proc")),
        "{names:?}"
    );
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn a_library_that_was_closed_is_the_same_when_it_is_opened_again() {
    let outer = path("lib/outer.so");
    let address = || {
        // SAFETY: paths and names that end with NUL; what is looked up is called as long as it is there.
        unsafe {
            let handle = libc::dlopen(outer.as_ptr(), libc::RTLD_NOW);
            assert!(!handle.is_null());
            let function = libc::dlsym(handle, c"outer".as_ptr());
            assert!(!function.is_null());
            let called: extern "C" fn() -> c_int = std::mem::transmute(function);
            assert_eq!(called(), 42);
            assert_eq!(libc::dlclose(handle), 0);
            function
        }
    };
    let first = address();
    // Descriptors are used again, by other files.
    let others: Vec<_> = (0..8)
        .map(|_| open(&path("lib/data.txt"), libc::O_RDONLY).unwrap())
        .collect();
    assert_eq!(address(), first);
    drop(others);
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn a_library_that_another_thread_was_loading_can_be_loaded_after_a_fork() {
    let slow = path("lib/slow.so");
    // SAFETY: a path that ends with NUL; the constructor of the library sleeps and writes a byte.
    let load = |path: &CStr| unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW).is_null() };
    std::thread::scope(|scope| {
        let loading = scope.spawn(|| load(&slow));
        std::thread::sleep(std::time::Duration::from_millis(100));
        // SAFETY: the child calls what may be called after a `fork` of glibc, and ends.
        unsafe {
            let child = libc::fork();
            if child == 0 {
                libc::alarm(20);
                libc::_exit(c_int::from(
                    load(&path("lib/outer.so")) || load(&path("lib/slow.so")),
                ));
            }
            let mut status = 0;
            assert_eq!(libc::waitpid(child, &mut status, 0), child);
            assert_eq!(status, 0, "the status of the child");
        }
        assert!(!loading.join().unwrap());
    });
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn libraries_that_need_each_other_are_loaded_with_what_they_need_besides() {
    for name in ["lib/pair/libleft.so.1", "lib/pair/libright.so.1"] {
        // SAFETY: paths and names that end with NUL; the function has this signature.
        unsafe {
            let handle = libc::dlopen(path(name).as_ptr(), libc::RTLD_NOW);
            assert!(
                !handle.is_null(),
                "{name}: {:?}",
                CStr::from_ptr(libc::dlerror())
            );
            let function = libc::dlsym(handle, c"left".as_ptr());
            assert!(!function.is_null(), "{name}");
            let function: extern "C" fn() -> c_int = std::mem::transmute(function);
            assert_eq!(function(), 43, "{name}");
        }
    }
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn a_name_without_a_folder_means_carried_libraries_and_those_of_the_system() {
    packed();
    // SAFETY: names that end with NUL.
    unsafe {
        assert!(!libc::dlopen(c"libinner.so.1".as_ptr(), libc::RTLD_NOW).is_null());
        for name in [c"outer.so", c"no-such.so"] {
            assert!(libc::dlopen(name.as_ptr(), libc::RTLD_NOW).is_null());
            let words = CStr::from_ptr(libc::dlerror()).to_str().unwrap();
            assert!(words.contains(name.to_str().unwrap()), "{words}");
        }
    }
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn a_library_on_disk_finds_its_plugins_by_its_own_search_path() {
    packed();
    let folder = tempfile::tempdir().unwrap();
    shared_object(folder.path(), "libplug.so", "int plug;", &[]);
    let source =
        "#include <dlfcn.h>\nvoid *plug(void) { return dlopen(\"libplug.so\", RTLD_NOW); }";
    shared_object(folder.path(), "host.so", source, &[]);
    let host = CString::new(folder.path().join("host.so").to_str().unwrap()).unwrap();
    // SAFETY: a path and a name that end with NUL; the function has this signature.
    unsafe {
        let handle = libc::dlopen(host.as_ptr(), libc::RTLD_NOW);
        let function = libc::dlsym(handle, c"plug".as_ptr());
        assert!(!function.is_null());
        let function: extern "C" fn() -> *mut c_void = std::mem::transmute(function);
        assert!(!function().is_null());
    }
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn libraries_are_loaded_while_the_constructor_of_another_loads_them() {
    // SAFETY: this thread is the only one that reads or writes the environment here; paths that end with NUL.
    unsafe {
        std::env::set_var("SLOW", packed().path_of("lib/slow.so"));
        libc::alarm(20);
    }
    let load = |name: &str| {
        // SAFETY: a path that ends with NUL.
        let handle = unsafe { libc::dlopen(path(name).as_ptr(), libc::RTLD_NOW) };
        assert!(!handle.is_null(), "{name}");
        handle as usize
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| load("lib/constructed.so"));
        // It holds the loader's lock by then, and wants the library that this thread is about to load.
        std::thread::sleep(std::time::Duration::from_millis(50));
        load("lib/slow.so");
        other.join().unwrap();
    });
    // SAFETY: as above.
    unsafe { libc::alarm(0) };
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn the_end_of_a_thread_may_load_and_ask_what_went_wrong() {
    use std::sync::atomic::{AtomicBool, Ordering};
    static HAS_RUN: AtomicBool = AtomicBool::new(false);
    extern "C" fn ending(_: *mut c_void) {
        // SAFETY: paths that end with NUL.
        unsafe {
            assert!(libc::dlopen(path("lib/none.so").as_ptr(), libc::RTLD_NOW).is_null());
            assert!(!libc::dlerror().is_null());
            assert!(!libc::dlopen(path("lib/outer.so").as_ptr(), libc::RTLD_NOW).is_null());
            let child = libc::fork();
            if child == 0 {
                libc::_exit(7);
            }
            let mut status = 0;
            assert_eq!(libc::waitpid(child, &mut status, 0), child);
            assert_eq!(libc::WEXITSTATUS(status), 7);
        }
        HAS_RUN.store(true, Ordering::Relaxed);
    }
    packed();
    std::thread::spawn(|| {
        // SAFETY: a key of our own, with a destructor that is called when this thread ends, after those of Rust; a path.
        unsafe {
            assert!(libc::dlopen(path("lib/none.so").as_ptr(), libc::RTLD_NOW).is_null());
            assert!(!libc::dlerror().is_null());
            let mut key = 0;
            assert_eq!(libc::pthread_key_create(&mut key, Some(ending)), 0);
            assert_eq!(libc::pthread_setspecific(key, c"".as_ptr().cast()), 0);
        }
    })
    .join()
    .unwrap();
    assert!(HAS_RUN.load(Ordering::Relaxed));
}

/// Has what is packed put on disk, for a link to it.
fn put_on_disk(name: &str, link: &Path) -> Result<(), c_int> {
    let link = CString::new(link.to_str().unwrap()).unwrap();
    // SAFETY: paths that end with NUL.
    let result = unsafe { libc::symlink(path(name).as_ptr(), link.as_ptr()) };
    (result == 0).then_some(()).ok_or_else(errno)
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn what_was_changed_on_disk_is_put_there_again() {
    let folder = tempfile::tempdir().unwrap();
    put_on_disk("lib/data.txt", &folder.path().join("first")).unwrap();
    let through = folder.path().join("first");
    let read = || {
        let mut text = String::new();
        let path = CString::new(through.to_str().unwrap()).unwrap();
        let mut file = kernel::open(&path, libc::O_RDONLY).unwrap();
        file.read_to_string(&mut text).unwrap();
        text
    };
    assert_eq!(read(), "some text\n");
    // SAFETY: a path that ends with NUL.
    unsafe { libc::chmod(path("lib/data.txt").as_ptr(), 0o600) };
    let mut file = kernel::open(&path("lib/data.txt"), libc::O_WRONLY).unwrap();
    file.write_all(b"SOME").unwrap();
    assert_eq!(read(), "SOME text\n");
    put_on_disk("lib/data.txt", &folder.path().join("second")).unwrap();
    assert_eq!(read(), "some text\n");
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn a_private_folder_that_is_a_link_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    // SAFETY: numbers of this process; this thread is the only one that reads or writes the environment here.
    let user = unsafe {
        std::env::remove_var("XDG_CACHE_HOME");
        std::env::remove_var("HOME");
        std::env::set_var("TMPDIR", folder.path());
        libc::geteuid()
    };
    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    let planted = folder.path().join(format!("exuvia-{user}"));
    std::os::unix::fs::symlink(&elsewhere, &planted).unwrap();
    assert!(put_on_disk("lib/data.txt", &folder.path().join("link")).is_err());
    assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), 0);
    std::fs::remove_file(&planted).unwrap();
    put_on_disk("lib/data.txt", &folder.path().join("link")).unwrap();
    assert!(is_on_disk(&path("lib/data.txt")));
}

#[test]
#[ignore = "runs in a packed copy of this program"]
fn paths_lead_where_the_kernel_takes_them() {
    // A link to the root needs the whole tree on disk: from here on, the kernel knows the same paths.
    let folder = tempfile::tempdir().unwrap();
    let link = CString::new(folder.path().join("link").to_str().unwrap()).unwrap();
    // SAFETY: paths that end with NUL.
    let result = unsafe { libc::symlink(path("").as_ptr(), link.as_ptr()) };
    assert_eq!(result, 0);
    assert!(is_on_disk(&path("lib/package/b/c.txt")));
    let through = folder.path().join("link/lib/data.txt");
    assert_eq!(std::fs::read_to_string(through).unwrap(), "some text\n");
    // What is there is not changed by who writes to the packed path.
    // SAFETY: a path that ends with NUL.
    let result = unsafe { libc::unlink(path("lib/data.txt").as_ptr()) };
    assert_eq!((result, errno()), (-1, libc::EROFS));
    assert!(is_on_disk(&path("lib/data.txt")));

    let part = prop::sample::select(vec![
        "lib",
        "package",
        "b",
        "c.txt",
        "a.py",
        "data.txt",
        "package-data",
        "bin",
        "tool",
        "none",
        ".",
        "..",
        "",
        "lib/package/b",
    ]);
    let paths = prop::collection::vec(part, 0..8);
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 3000,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let kind = |status: Result<libc::stat, c_int>| {
        status.map(|status| {
            (
                status.st_mode & libc::S_IFMT,
                if status.st_mode & libc::S_IFMT == libc::S_IFREG {
                    status.st_size
                } else {
                    0
                },
            )
        })
    };
    runner
        .run(&paths, |parts| {
            // Beyond the root there are folders that belong to others.
            let depth =
                parts
                    .iter()
                    .flat_map(|part| part.split('/'))
                    .try_fold(0_i32, |depth, part| {
                        let depth = match part {
                            ".." => depth - 1,
                            "" | "." => depth,
                            _ => depth + 1,
                        };
                        (depth >= 0).then_some(depth)
                    });
            prop_assume!(depth.is_some());
            let path = path(&parts.join("/"));
            prop_assert_eq!(kind(stat(&path)), kind(kernel::stat(&path)), "{:?}", path);
            let ours = open(&path, libc::O_RDONLY | libc::O_NONBLOCK).map(drop);
            prop_assert_eq!(
                ours,
                kernel::open(&path, libc::O_RDONLY | libc::O_NONBLOCK).map(drop),
                "{:?}",
                path
            );
            prop_assert_eq!(list(&path), kernel::list(&path), "{:?}", path);
            Ok(())
        })
        .unwrap();
}
