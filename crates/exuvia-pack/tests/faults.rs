//! What goes wrong with a packed file where it runs, and how it says so: never by a signal, never by doing half of its work.
//!
//! `EXUVIA_FAULTS` is the number of damaged copies to run; `make soak` has it at 10 000.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use exuvia_archive::{Archive, FOOTER_LEN, Footer};
use exuvia_pack::{Application, InspectError, Request, extract, inspect, pack, verify};
use namespaces::in_mount_namespace;
use pythons::pythons;

mod namespaces;
mod pythons;

/// Loads modules in Python and in C, reads a file of its own and asks for its source.
const APPLICATION: &str = r#"
import decimal, inspect, json, os, struct, zlib

with open(json.__file__) as stream:
    assert "JSONDecoder" in stream.read()
assert inspect.getsource(json.loads).startswith("def loads")
print("sound", decimal.Decimal(1) / 4, zlib.crc32(b"spam"), flush=True)
"#;
const SAID: &str = "sound 0.25 1138425661\n";

/// The application, packed once for all tests.
struct Sample {
    _folder: tempfile::TempDir,
    program: PathBuf,
    bytes: Vec<u8>,
}

fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let (_, python) = pythons().pop_last().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("sound.py");
        fs::write(&script, APPLICATION).unwrap();
        let program = folder.path().join("sound");
        let request = Request {
            output: Some(program.clone()),
            ..Request::new(Application::Script(script), python)
        };
        pack(&request, &mut |_| {}).unwrap();
        Sample {
            bytes: fs::read(&program).unwrap(),
            program,
            _folder: folder,
        }
    })
}

/// Runs a program; the system's refusal to run it is an answer, too.
fn run(command: &mut Command) -> io::Result<Output> {
    loop {
        let result = command.stdin(Stdio::null()).output();
        match result {
            // Another thread forked while this file was being written, and its child has not come to `exec`, which closes what
            // it inherited.
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            result => return result,
        }
    }
}

fn run_alone(program: &Path, scratch: &Path) -> io::Result<Output> {
    run(Command::new(program).env_clear().env("TMPDIR", scratch))
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What is wrong with how a run ended: it may do its work, say what is damaged, or be refused by the system, and nothing else.
fn complaint(result: io::Result<Output>) -> Option<String> {
    const REFUSALS: [i32; 5] = [
        libc::ENOEXEC,
        libc::EIO,
        libc::ENOENT,
        libc::EACCES,
        libc::ELIBBAD,
    ];
    let output = match result {
        Err(error) if REFUSALS.contains(&error.raw_os_error().unwrap_or(0)) => return None,
        Err(error) => return Some(error.to_string()),
        Ok(output) => output,
    };
    let (said, told) = (words(&output.stdout), words(&output.stderr));
    let is_clear = match output.status.code() {
        Some(0) => said == SAID && told.is_empty(),
        // Python's status of an exception that nobody caught; there is no traceback where nothing of the application ran.
        Some(1) => tells_damage(&told),
        Some(2) => told.starts_with("error: ") && told.contains("again"),
        _ => false,
    };
    (!is_clear).then(|| format!("{:?} {said:?} {told}", output.status))
}

fn tells_damage(told: &str) -> bool {
    told.contains("damaged") || told.contains("Input/output error")
}

/// Numbers that look random and are the same each time (splitmix64, by Vigna).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((number ^ number >> 31) % limit as u64) as usize
    }
}

fn faults() -> usize {
    std::env::var("EXUVIA_FAULTS").map_or(240, |number| number.parse().unwrap())
}

/// Damages copies of the sample in so many ways, a worker for each processor, and gives what is wrong with how they ended. The damage
/// gives the first byte that it changed; a copy is mended after each run.
fn damage(count: usize, each: impl Fn(usize, &File) -> usize + Sync) -> Vec<String> {
    let bytes = &sample().bytes;
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let work = || {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("copy");
        fs::write(&copy, bytes).unwrap();
        fs::set_permissions(&copy, fs::Permissions::from_mode(0o755)).unwrap();
        let mut complaints = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return complaints;
            }
            // A file that is open for writing cannot be run.
            let at = each(number, &writable(&copy));
            if let Some(complaint) = complaint(run_alone(&copy, folder.path())) {
                complaints.push(format!("number {number}, from byte {at}: {complaint}"));
            }
            let length = fs::metadata(&copy).unwrap().len() as usize;
            let damaged = if length < bytes.len() {
                &bytes[at..]
            } else {
                &bytes[at..at + 1]
            };
            writable(&copy).write_all_at(damaged, at as u64).unwrap();
        }
    };
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let results = running.into_iter().map(|worker| worker.join().unwrap());
        results.flatten().collect()
    })
}

fn writable(path: &Path) -> File {
    loop {
        match File::options().write(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            file => return file.unwrap(),
        }
    }
}

#[test]
fn a_flipped_bit_behind_the_program_is_told_or_does_not_matter() {
    let bytes = &sample().bytes;
    let footer = Footer::verify(bytes).unwrap();
    let (start, end) = (footer.archive.start as usize, footer.archive.end as usize);
    let archive = Archive::open(&bytes[start..end]).unwrap();
    let place = |name: &str| {
        let code = archive.module(name).unwrap().code().unwrap();
        (code.as_ptr().addr() - bytes.as_ptr().addr(), code.len())
    };
    let used = [
        "__main__",
        "json",
        "json.decoder",
        "inspect",
        "ast",
        "encodings",
    ]
    .map(place);
    let first = used.iter().map(|(at, _)| *at).min().unwrap();
    let where_to = |numbers: &mut Numbers, number: usize| match number % 8 {
        0 => start + numbers.below(128),
        1 | 2 => start + numbers.below(first - start),
        3 => end + numbers.below(FOOTER_LEN),
        4..=6 => {
            let (at, length) = used[numbers.below(used.len())];
            at + numbers.below(length)
        }
        _ => start + numbers.below(end - start),
    };
    let complaints = damage(faults(), |number, file| {
        let mut numbers = Numbers(number as u64);
        let at = where_to(&mut numbers, number);
        let flipped = bytes[at] ^ 1 << numbers.below(8);
        file.write_all_at(&[flipped], at as u64).unwrap();
        at
    });
    assert!(
        complaints.is_empty(),
        "{} of {}: {}",
        complaints.len(),
        faults(),
        complaints[0]
    );
}

#[test]
fn a_cut_file_is_refused_by_the_system_or_says_so() {
    let length = sample().bytes.len();
    let complaints = damage(faults() / 4, |number, file| {
        let mut numbers = Numbers(!number as u64);
        // Nothing of it, its last bytes, the beginning of the program, anywhere.
        let at = match number % 4 {
            0 => length - 1 - numbers.below(300),
            1 => numbers.below(70_000),
            _ => numbers.below(length),
        };
        file.set_len(at as u64).unwrap();
        at
    });
    assert!(
        complaints.is_empty(),
        "{} of {}: {}",
        complaints.len(),
        faults() / 4,
        complaints[0]
    );
}

/// The sample with some bytes changed, in a folder of its own.
fn changed(change: impl FnOnce(&mut Vec<u8>)) -> (tempfile::TempDir, PathBuf) {
    let mut bytes = sample().bytes.clone();
    change(&mut bytes);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("changed");
    fs::write(&path, bytes).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    (folder, path)
}

fn archive_of(bytes: &[u8]) -> (usize, Archive<'_>) {
    let place = Footer::verify(bytes).unwrap().archive;
    let archive = Archive::open(&bytes[place.start as usize..place.end as usize]);
    (place.start as usize, archive.unwrap())
}

#[test]
fn damage_is_told_by_its_name() {
    let (start, archive) = archive_of(&sample().bytes);
    let footer = sample().bytes.len() - FOOTER_LEN;
    let code = |name: &str| {
        let code = archive.module(name).unwrap().code().unwrap();
        code.as_ptr().addr() - sample().bytes.as_ptr().addr() + code.len() / 2
    };
    let index = 128 + 5;
    for (at, status, when_run, when_verified) in [
        (
            start,
            2,
            "this is not an Exuvia archive",
            "there is no archive",
        ),
        (start + 8, 2, "has format version", "has format version"),
        (
            start + 30,
            2,
            "the archive's header is damaged",
            "the header of its archive",
        ),
        (
            start + index,
            2,
            "the archive's index is damaged",
            "the index of its archive",
        ),
        (
            code("encodings"),
            2,
            "the module encodings is",
            "the module encodings is",
        ),
        (code("json"), 1, "the module json is", "the module json is"),
        (
            footer + 2,
            2,
            "the end of the packed file is damaged",
            "its end is not",
        ),
        (
            footer + 127,
            2,
            "is no packed application, or one that was cut",
            "its end is not",
        ),
        (footer + 100, 0, "", "the program at its front, or its end"),
        (start - 1, 0, "", "the program at its front, or its end"),
    ] {
        let (folder, path) = changed(|bytes| bytes[at] ^= 0x40);
        let output = run_alone(&path, folder.path()).unwrap();
        let told = words(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{at}: {told}");
        assert!(told.contains(when_run), "{when_run}: {told}");
        let error = verify(&path).unwrap_err();
        assert!(
            error.to_string().contains(when_verified),
            "{when_verified}: {error}"
        );
        assert_eq!(
            error.is_damage(),
            !matches!(error, InspectError::Version { .. })
        );
    }
}

#[test]
fn files_that_are_something_else_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for contents in [&b""[..], b"#!/bin/sh\n", &sample().bytes[..100_000]] {
        fs::write(&path, contents).unwrap();
        assert!(matches!(verify(&path), Err(InspectError::NotPacked { .. })));
        assert!(matches!(
            inspect(&path),
            Err(InspectError::NotPacked { .. })
        ));
    }
    let length = sample().bytes.len();
    fs::write(&path, &sample().bytes[..length - 1000]).unwrap();
    let error = verify(&path).unwrap_err();
    let expected = format!(
        "is cut short: {} bytes of {length} are there",
        length - 1000
    );
    assert!(error.to_string().ends_with(&expected), "{error}");
    let mut other = sample().bytes.clone();
    other[length - 2] = b'7';
    let (start, _) = archive_of(&sample().bytes);
    other[start + 8] = 7;
    fs::write(&path, other).unwrap();
    assert!(matches!(
        verify(&path),
        Err(InspectError::Version { found: 7, .. })
    ));
    assert!(matches!(
        verify(&folder.path().join("none")),
        Err(InspectError::Read { .. })
    ));
}

#[test]
fn a_packed_file_is_listed_and_taken_apart() {
    let sample = sample();
    let verified = verify(&sample.program).unwrap();
    let contents = inspect(&sample.program).unwrap();
    assert_eq!(contents.application, "app/sound.py");
    assert_eq!(
        (contents.size, &contents.sha256),
        (verified.size, &verified.sha256)
    );
    assert_eq!(contents.files.len(), verified.files as usize);
    let taken = |file: &exuvia_pack::PackedFile| file.stored + file.bytecode;
    assert!(
        contents
            .files
            .is_sorted_by_key(|file| std::cmp::Reverse(taken(file)))
    );
    let all: u64 = contents.files.iter().map(taken).sum();
    assert!(
        all < contents.archive && all > contents.archive * 9 / 10,
        "{all} of {}",
        contents.archive
    );

    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("contents");
    let extracted = extract(&sample.program, &target).unwrap();
    assert_eq!(extracted.files, verified.files);
    assert_eq!(
        fs::read_to_string(target.join("app/sound.py")).unwrap(),
        APPLICATION
    );
    for file in &contents.files {
        assert_eq!(
            fs::metadata(target.join(&file.path)).unwrap().len(),
            file.size
        );
    }
    assert!(matches!(
        extract(&sample.program, &target),
        Err(InspectError::Occupied { .. })
    ));
    let file = target.join("app/sound.py");
    assert!(matches!(
        extract(&sample.program, &file),
        Err(InspectError::Occupied { .. })
    ));

    // What is damaged is not written in part.
    let (start, archive) = archive_of(&sample.bytes);
    let at = archive.file("app/sound.py").unwrap().contents().unwrap();
    let at = at.as_ptr().addr().checked_sub(sample.bytes.as_ptr().addr());
    let at = at.filter(|at| (start..sample.bytes.len()).contains(at));
    let last = sample.bytes.len() - FOOTER_LEN - 40;
    let (other, damaged) = changed(|bytes| bytes[at.unwrap_or(last)] ^= 1);
    let error = extract(&damaged, &other.path().join("contents")).unwrap_err();
    assert!(matches!(error, InspectError::Damaged { .. }), "{error}");
    assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1);
}

/// Refuses `memfd_create` to a program, as a hardened system may: with the error that is named.
const REFUSE: &str = r#"
import ctypes, errno, os, platform, struct, sys

assert platform.machine() == "x86_64"
MEMFD_CREATE, ALLOW, ERRNO = 319, 0x7FFF0000, 0x00050000 | getattr(errno, sys.argv[1])
# seccomp(2): load the number of the call; answer this one, allow all others.
program = struct.pack("<" + "HBBI" * 4, 0x20, 0, 0, 0, 0x15, 0, 1, MEMFD_CREATE, 0x06, 0, 0, ERRNO, 0x06, 0, 0, ALLOW)
filter = ctypes.create_string_buffer(program)
argument = ctypes.create_string_buffer(struct.pack("<HxxxxxxQ", 4, ctypes.addressof(filter)))
prctl = ctypes.CDLL(None, use_errno=True).prctl
assert prctl(38, 1, 0, 0, 0) == 0, "PR_SET_NO_NEW_PRIVS"
assert prctl(22, 2, argument, 0, 0) == 0, "PR_SET_SECCOMP"
os.execve(sys.argv[2], sys.argv[2:], {"TMPDIR": sys.argv[3]})
"#;

#[test]
fn where_memory_files_are_refused_what_is_needed_is_on_disk() {
    let (_, python) = pythons().pop_last().unwrap();
    for error in ["EPERM", "ENOSYS", "EACCES"] {
        let scratch = tempfile::tempdir().unwrap();
        let mut command = Command::new(&python);
        command
            .args(["-I", "-c", REFUSE, error])
            .arg(&sample().program)
            .arg(scratch.path());
        let output = run(&mut command).unwrap();
        assert_eq!(
            words(&output.stdout),
            SAID,
            "{error}: {}",
            words(&output.stderr)
        );
        assert_ne!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    }
}

/// All that is below a folder, files and folders alike.
fn everything_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(everything_below(&path));
        }
        found.push(path);
    }
    found
}

#[test]
fn a_full_disk_is_told_and_leaves_nothing_half_written() {
    let scratch = tempfile::tempdir().unwrap();
    let script = r#"
        mount -t tmpfs -o size=100k none "$2" || exit 99
        TMPDIR="$2" EXUVIA_NO_MEMFD=1 "$1"
        echo "status $?"
        find "$2" -type f
    "#;
    let Some(output) = in_mount_namespace(script, &sample().program, scratch.path()) else {
        return;
    };
    let (said, told) = (words(&output.stdout), words(&output.stderr));
    assert!(said.starts_with("status 1\n"), "{said} {told}");
    assert!(
        told.contains("Traceback") && told.contains("No space left on device"),
        "{told}"
    );
    // A library may be there whole; the one that there was no room for is not there in part.
    for file in said.lines().skip(1) {
        assert!(!file.rsplit('/').next().unwrap().starts_with('.'), "{said}");
    }
}

#[test]
fn no_code_needs_a_folder_that_may_run_programs() {
    let scratch = tempfile::tempdir().unwrap();
    let script = r#"
        mount -t tmpfs -o noexec,size=50m none "$2" || exit 99
        TMPDIR="$2" "$1" || exit
        TMPDIR="$2" EXUVIA_NO_MEMFD=1 "$1"
        echo "status $?"
    "#;
    let Some(output) = in_mount_namespace(script, &sample().program, scratch.path()) else {
        return;
    };
    let (said, told) = (words(&output.stdout), words(&output.stderr));
    // Refused both ways, it says so.
    assert_eq!(said, format!("{SAID}status 1\n"), "{told}");
    assert!(
        told.contains("ImportError") && told.contains("failed to map segment"),
        "{told}"
    );
}

#[test]
fn many_processes_may_put_the_same_files_on_disk_at_once() {
    let scratch = tempfile::tempdir().unwrap();
    let outputs: Vec<_> = std::thread::scope(|scope| {
        let one = || {
            let mut command = Command::new(&sample().program);
            command
                .env_clear()
                .env("TMPDIR", scratch.path())
                .env("EXUVIA_NO_MEMFD", "1");
            run(&mut command).unwrap()
        };
        let running: Vec<_> = (0..6).map(|_| scope.spawn(one)).collect();
        running.into_iter().map(|run| run.join().unwrap()).collect()
    });
    for output in outputs {
        assert_eq!(words(&output.stdout), SAID, "{}", words(&output.stderr));
        assert_eq!(output.status.signal(), None);
    }
    let left = everything_below(scratch.path());
    assert!(
        left.iter()
            .any(|path| path.extension().is_some_and(|end| end == "so")),
        "{left:?}"
    );
    let is_half = |path: &&PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        path.is_file() && name.starts_with('.')
    };
    assert_eq!(left.iter().find(is_half), None);
}
