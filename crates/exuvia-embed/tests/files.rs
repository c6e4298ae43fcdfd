//! The functions of the C library, asked about what is packed, answer as the kernel does about the same files on disk.
//!
//! The test program packs files behind a copy of itself. In that copy, which has an archive, the functions that are defined in it are
//! called as C calls them, and compared with system calls on a tree that the same program has put on disk.

use std::collections::BTreeSet;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::{FromRawFd, IntoRawFd};
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

    for without_memory in [false, true] {
        let cache = folder.path().join(format!("cache-{without_memory}"));
        std::fs::create_dir(&cache).unwrap();
        let mut command = Command::new(&program);
        command
            .args(["--ignored", "--test-threads=1"])
            .env("XDG_CACHE_HOME", &cache);
        if without_memory {
            command.env("EXUVIA_NO_MEMFD", "1");
        }
        let output = command.output().unwrap();
        let words = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{words}");
        assert!(!words.contains(" 0 passed"), "{words}");
    }
}

#[test]
fn every_function_that_is_defined_is_exported() {
    let sources = [
        include_str!("../src/files/calls.rs"),
        include_str!("../src/files/library.rs"),
    ];
    let mut defined = BTreeSet::new();
    for line in sources.into_iter().flat_map(str::lines) {
        // By itself, or as a line of `also!`, whose definitions stand at the fourth column.
        let definition = line.strip_prefix("unsafe extern \"C\" fn ").or_else(|| {
            line.strip_prefix("    ")
                .filter(|rest| rest.contains(": *const c_char") || rest.contains(": *mut DIR"))
        });
        let Some((name, rest)) = definition.and_then(|line| line.split_once('(')) else {
            continue;
        };
        if rest.contains(')') || line.starts_with("unsafe") {
            defined.insert(name);
        }
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
    add(
        LAUNCH_PATH,
        Launch::default().to_text().as_bytes(),
        Codec::Stored,
        &[],
    );
    writer.finish().unwrap()
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
        // SAFETY: a descriptor that is given up here.
        read_all(unsafe { libc::fdopendir(directory.into_raw_fd()) })
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
    let again = CString::new(format!(
        "/proc/self/fd/{}",
        std::os::fd::AsRawFd::as_raw_fd(&file)
    ))
    .unwrap();
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

/// The last one in the order of names: it puts files on disk.
#[test]
#[ignore = "runs in a packed copy of this program"]
fn z_paths_lead_where_the_kernel_takes_them() {
    // A descriptor of the root needs the whole tree on disk: from here on, the kernel knows the same paths.
    let root = open(&path(""), libc::O_RDONLY | libc::O_DIRECTORY).unwrap();
    assert!(root.metadata().unwrap().is_dir());
    assert!(is_on_disk(&path("lib/package/b/c.txt")));
    // SAFETY: a path that ends with NUL.
    assert_eq!(unsafe { libc::chdir(path("lib/package").as_ptr()) }, 0);
    assert!(std::fs::read_to_string("a.py").unwrap() == "a = 1\n");

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
