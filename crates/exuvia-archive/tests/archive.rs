//! What goes into an archive comes out of it, and damaged archives give errors.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use exuvia_archive::{
    Archive, Codec, Error, Footer, HEADER_LEN, ModuleKind, NewFile, NewModule, Seal, Source,
    WriteError, Writer,
};
use proptest::prelude::*;

fn file(path: &str, contents: &[u8], codec: Codec) -> NewFile {
    NewFile {
        path: path.to_owned(),
        contents: contents.to_vec(),
        codec,
        is_executable: false,
        needs: Vec::new(),
    }
}

fn module(name: &str, kind: ModuleKind, code: &[u8], file: Option<&str>) -> NewModule {
    NewModule {
        name: name.to_owned(),
        kind,
        code: code.to_vec(),
        codec: Codec::Stored,
        file: file.map(str::to_owned),
        portions: Vec::new(),
    }
}

/// A small archive with one of everything.
fn sample() -> Vec<u8> {
    let mut writer = Writer::new();
    let text = b"print('spam')\n".repeat(50);
    writer
        .add_file(file("lib/spam/__init__.py", &text, Codec::Zstandard))
        .unwrap();
    writer
        .add_file(file("lib/spam/eggs.py", b"x = 1\n", Codec::Stored))
        .unwrap();
    writer
        .add_file(file(
            "lib/spam-data.txt",
            b"between `spam` and `spam/`",
            Codec::Stored,
        ))
        .unwrap();
    writer
        .add_file(file("lib/spam/data/a.txt", b"a", Codec::Zstandard))
        .unwrap();
    writer
        .add_file(file(".exuvia/libz.so.1", b"\x7fELF", Codec::Stored))
        .unwrap();
    let mut extension = file("lib/spam/_fast.so", b"\x7fELF fast", Codec::Stored);
    extension.needs.push(".exuvia/libz.so.1".to_owned());
    writer.add_file(extension).unwrap();
    writer
        .add_module(module(
            "spam.eggs",
            ModuleKind::Module,
            b"eggs code",
            Some("lib/spam/eggs.py"),
        ))
        .unwrap();
    writer
        .add_module(module(
            "spam",
            ModuleKind::Package,
            b"spam code",
            Some("lib/spam/__init__.py"),
        ))
        .unwrap();
    writer
        .add_module(module(
            "spam._fast",
            ModuleKind::Extension,
            b"",
            Some("lib/spam/_fast.so"),
        ))
        .unwrap();
    let mut namespace = module("names", ModuleKind::Namespace, b"", None);
    namespace.portions = vec!["lib/names".to_owned(), "more/names".to_owned()];
    writer.add_module(namespace).unwrap();
    writer.finish().unwrap()
}

/// Asks an archive for everything that it has, by every way, and gives how much that was.
fn read_everything(archive: &Archive) -> usize {
    let mut seen = 0;
    for position in 0..archive.module_count().min(10_000) {
        let Some(module) = archive.module_at(position) else {
            continue;
        };
        seen += module.name().map_or(0, |name| {
            archive.module(name).is_some() as usize + archive.submodules(name).count()
        });
        seen += module.code().map_or(0, |code| code.len()) + module.kind().is_ok() as usize;
        seen += module.portions().map_or(0, Iterator::count) + module.file().is_ok() as usize;
    }
    for position in 0..archive.file_count().min(10_000) {
        let Some(file) = archive.file_at(position) else {
            continue;
        };
        seen += file.contents().map_or(0, |contents| contents.len());
        seen += file.needs().map_or(0, Iterator::count);
        if let Ok(path) = file.path() {
            seen += archive.file(path).is_some() as usize + archive.children(path).count();
            seen += path
                .rsplit_once('/')
                .map_or(0, |(directory, _)| archive.files_under(directory).count());
        }
    }
    seen + archive.children("").count()
}

#[test]
fn modules_and_files_are_found() {
    let bytes = sample();
    let archive = Archive::open(&bytes).unwrap();
    archive.verify().unwrap();
    let spam = archive.module("spam").unwrap();
    assert_eq!(*spam.code().unwrap(), *b"spam code");
    assert_eq!(spam.kind().unwrap(), ModuleKind::Package);
    let source = spam.file().unwrap().unwrap();
    assert_eq!(source.path().unwrap(), "lib/spam/__init__.py");
    assert_eq!(*source.contents().unwrap(), *b"print('spam')\n".repeat(50));
    assert!(
        archive.module("spa").is_none()
            && archive.module("spam.").is_none()
            && archive.module("").is_none()
    );
    let names: Vec<_> = archive
        .submodules("spam")
        .map(|module| module.name().unwrap())
        .collect();
    assert_eq!(names, ["spam._fast", "spam.eggs"]);
    let portions: Vec<_> = archive
        .module("names")
        .unwrap()
        .portions()
        .unwrap()
        .collect();
    assert_eq!(portions, ["lib/names", "more/names"]);
    let fast = archive.file("lib/spam/_fast.so").unwrap();
    let needs: Vec<_> = fast
        .needs()
        .unwrap()
        .map(|need| need.path().unwrap())
        .collect();
    assert_eq!(needs, [".exuvia/libz.so.1"]);
}

#[test]
fn directories_list_their_children_once() {
    let bytes = sample();
    let archive = Archive::open(&bytes).unwrap();
    let list = |path: &str| {
        archive
            .children(path)
            .map(|child| (child.name, child.is_directory))
            .collect::<Vec<_>>()
    };
    assert_eq!(list(""), [(".exuvia", true), ("lib", true)]);
    assert_eq!(list("lib"), [("spam-data.txt", false), ("spam", true)]);
    assert_eq!(
        list("lib/spam"),
        [
            ("__init__.py", false),
            ("_fast.so", false),
            ("data", true),
            ("eggs.py", false)
        ]
    );
    assert!(archive.is_directory("lib/spam/data") && !archive.is_directory("lib/spam/eggs.py"));
}

#[test]
fn bytecode_begins_at_a_page_and_blocks_are_aligned() {
    let bytes = sample();
    let archive = Archive::open(&bytes).unwrap();
    let at = |code: Cow<[u8]>| code.as_ptr() as usize - bytes.as_ptr() as usize;
    assert_eq!(
        at(archive.module("spam.eggs").unwrap().code().unwrap()) % 4096,
        0
    );
    assert_eq!(at(archive.module("spam").unwrap().code().unwrap()) % 16, 0);
}

#[test]
fn the_same_additions_give_the_same_bytes() {
    assert_eq!(sample(), sample());
}

#[test]
fn bytes_after_the_end_do_not_matter() {
    let mut bytes = sample();
    bytes.extend_from_slice(b"something else");
    Archive::open(&bytes).unwrap().verify().unwrap();
}

#[test]
fn paths_that_climb_and_doubles_are_refused() {
    let mut writer = Writer::new();
    for path in ["", "/etc/passwd", "a/../../b", "a//b", "./a", "a/"] {
        let error = writer.add_file(file(path, b"", Codec::Stored)).unwrap_err();
        assert_eq!(
            error,
            WriteError::Path {
                path: path.to_owned()
            }
        );
    }
    writer.add_file(file("a", b"", Codec::Stored)).unwrap();
    assert!(matches!(
        writer.add_file(file("a", b"", Codec::Stored)),
        Err(WriteError::Twice { .. })
    ));
    writer
        .add_module(module("m", ModuleKind::Module, b"", Some("missing.py")))
        .unwrap();
    assert!(matches!(writer.finish(), Err(WriteError::Missing { .. })));
}

#[test]
fn other_versions_and_other_files_are_named() {
    assert_eq!(Archive::open(b"").unwrap_err(), Error::NotAnArchive);
    assert_eq!(
        Archive::open(b"#!/bin/sh\n").unwrap_err(),
        Error::NotAnArchive
    );
    let mut bytes = sample();
    bytes[8] = 9;
    assert_eq!(
        Archive::open(&bytes).unwrap_err(),
        Error::Version { found: 9 }
    );
}

#[test]
fn every_truncation_is_noticed() {
    let bytes = sample();
    for length in 0..bytes.len() {
        assert!(
            Archive::open(&bytes[..length]).is_err(),
            "cut to {length} bytes"
        );
    }
}

#[test]
fn every_flipped_bit_of_header_and_index_is_survived_and_noticed() {
    let bytes = sample();
    // What lies between the last name and the first page of bytecode is zero.
    let index = bytes[..4096].iter().rposition(|&byte| byte != 0).unwrap() + 1;
    for at in 0..index * 8 {
        let mut damaged = bytes.clone();
        damaged[at / 8] ^= 1 << (at % 8);
        let noticed = Archive::open(&damaged).map_or(true, |archive| {
            read_everything(&archive);
            archive.verify().is_err()
        });
        assert!(noticed, "bit {at}");
    }
}

/// Header and index that fit their checksums, over bytes that do not fit: what a malicious author would write.
fn with_valid_checksums(mut bytes: Vec<u8>) -> Vec<u8> {
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    let end = usize::try_from(number(72).saturating_add(number(80))).unwrap_or(usize::MAX);
    if let Some(index) = bytes.get(128..end) {
        let check = crc32fast::hash(index);
        bytes[12..16].copy_from_slice(&check.to_le_bytes());
    }
    let check = crc32fast::hash(&bytes[..124]);
    bytes[124..128].copy_from_slice(&check.to_le_bytes());
    bytes
}

#[test]
fn every_flipped_bit_of_what_is_read_is_noticed_when_it_is_read() {
    let sound = sample();
    let archive = Archive::open(&sound).unwrap();
    let modules = archive.module_count() + archive.file_count();
    let all = |archive: &Archive| -> Result<u32, Error> {
        let mut read = 0;
        for module in (0..archive.module_count()).filter_map(|at| archive.module_at(at)) {
            module.code()?;
            read += 1;
        }
        for file in (0..archive.file_count()).filter_map(|at| archive.file_at(at)) {
            file.contents()?;
            read += 1;
        }
        Ok(read)
    };
    assert_eq!(all(&archive), Ok(modules));
    // What lies between blocks is zero, and never read.
    for at in (4096 * 8..sound.len() * 8).filter(|at| sound[at / 8] != 0) {
        let mut damaged = sound.clone();
        damaged[at / 8] ^= 1 << (at % 8);
        let result = Archive::open(&damaged).and_then(|archive| all(&archive));
        assert!(result.is_err(), "bit {at}");
    }
}

/// A packed file of a program that is none, an archive and a footer.
fn packed_sample() -> (Vec<u8>, usize) {
    let mut bytes = b"a program".to_vec();
    bytes.resize(4096, 0);
    bytes.extend(sample());
    let mut seal = Seal::default();
    seal.update(&bytes);
    let length = bytes.len();
    bytes.extend(seal.footer(4096, b"/lib64/loader.so\0"));
    (bytes, length)
}

#[test]
fn a_packed_file_says_where_its_archive_is() {
    let (bytes, end) = packed_sample();
    let footer = Footer::verify(&bytes).unwrap();
    assert_eq!(footer.archive, 4096..end as u64);
    Archive::open(&bytes[4096..end]).unwrap().verify().unwrap();
    let loader = Seal::loader_at(end as u64) as usize;
    assert!(bytes[loader..].starts_with(b"/lib64/loader.so\0"));
}

#[test]
fn every_flipped_bit_and_every_truncation_of_a_packed_file_is_noticed() {
    let (bytes, end) = packed_sample();
    for length in 0..bytes.len() {
        assert!(
            Footer::verify(&bytes[..length]).is_err(),
            "cut to {length} bytes"
        );
    }
    // One in each byte of the padding and the archive, all in the footer.
    for at in (0..end * 8).step_by(9).chain(end * 8..bytes.len() * 8) {
        let mut damaged = bytes.clone();
        damaged[at / 8] ^= 1 << (at % 8);
        assert!(Footer::verify(&damaged).is_err(), "bit {at}");
    }
}

#[test]
fn packed_files_of_other_versions_and_no_packed_files_are_told_apart() {
    let (mut bytes, _) = packed_sample();
    assert_eq!(Footer::verify(b"#!/bin/sh\n"), Err(Error::NotPacked));
    assert_eq!(Footer::verify(&[0; 500]), Err(Error::NotPacked));
    let version = bytes.len() - 2;
    bytes[version] = b'9';
    assert_eq!(Footer::verify(&bytes), Err(Error::Version { found: 9 }));
    bytes[version] = b'x';
    assert_eq!(Footer::verify(&bytes), Err(Error::NotPacked));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_bytes_never_crash(changes in prop::collection::vec((0..4096_usize, any::<u8>()), 1..24)) {
        let mut bytes = sample();
        for (at, byte) in changes {
            // The mark and the version stay, so that the rest is reached.
            let length = bytes.len();
            bytes[16 + at % (length - 16)] = byte;
        }
        let bytes = with_valid_checksums(bytes);
        if let Ok(archive) = Archive::open(&bytes) {
            read_everything(&archive);
        }
    }

    #[test]
    fn hostile_tables_never_crash(fields in prop::collection::vec(prop_oneof![any::<u64>(), 0..5000_u64], 10)) {
        let mut bytes = sample();
        for (field, at) in fields.iter().zip((24..104).step_by(8)) {
            bytes[at..at + 8].copy_from_slice(&field.to_le_bytes());
        }
        let bytes = with_valid_checksums(bytes);
        if let Ok(archive) = Archive::open(&bytes) {
            read_everything(&archive);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_goes_in_comes_out(files in prop::collection::btree_map("[a-c]{1,3}(/[a-c.é]{1,3}x){0,3}", prop::collection::vec(any::<u8>(), 0..300), 0..40), codec in prop::sample::select(vec![Codec::Stored, Codec::Zstandard, Codec::Grouped])) {
        let mut writer = Writer::new();
        for (path, contents) in &files {
            writer.add_file(file(path, contents, codec)).unwrap();
            let module = module(&path.replace('/', "."), ModuleKind::Module, contents, Some(path));
            writer.add_module(NewModule { codec, ..module }).unwrap();
        }
        let bytes = writer.finish().unwrap();
        let archive = Archive::open(&bytes).unwrap();
        archive.verify().unwrap();
        prop_assert_eq!(archive.file_count() as usize, files.len());
        for (path, contents) in &files {
            let found = archive.file(path).unwrap();
            prop_assert_eq!(&*found.contents().unwrap(), &contents[..]);
            prop_assert_eq!(&*archive.module(&path.replace('/', ".")).unwrap().code().unwrap(), &contents[..]);
        }
        // The listing of each directory is what splitting the paths by hand gives.
        let mut listing: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for path in files.keys() {
            for (cut, _) in path.match_indices('/').chain([(path.len(), "")]) {
                let (directory, name) = path[..cut].rsplit_once('/').unwrap_or(("", &path[..cut]));
                listing.entry(directory).or_default().insert(name);
            }
        }
        for (directory, names) in listing {
            let found: BTreeSet<&str> = archive.children(directory).map(|child| child.name).collect();
            prop_assert_eq!(found, names);
        }
    }
}

/// Bytes that are read when they are asked for, as from a file.
#[derive(Debug)]
struct Elsewhere(Vec<u8>);

impl Source for Elsewhere {
    fn read(&self, offset: u64, length: usize) -> std::io::Result<Vec<u8>> {
        let bytes = self
            .0
            .get(offset as usize..)
            .and_then(|rest| rest.get(..length));
        bytes
            .map(<[u8]>::to_vec)
            .ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }
}

#[test]
fn an_archive_is_the_same_with_its_index_alone_in_memory() {
    let bytes = sample();
    let whole = Archive::open(&bytes).unwrap();
    let end = Archive::index_end(&bytes[..HEADER_LEN]).unwrap() as usize;
    let source = Elsewhere(bytes.clone());
    let archive = Archive::open_index(&bytes[..end], &source, bytes.len() as u64).unwrap();
    archive.verify().unwrap();
    assert_eq!(archive.digest(), whole.digest());
    for at in 0..whole.module_count() {
        let (here, there) = (whole.module_at(at).unwrap(), archive.module_at(at).unwrap());
        assert_eq!(
            (here.name(), here.code(), here.code_lengths()),
            (there.name(), there.code(), there.code_lengths())
        );
    }
    for at in 0..whole.file_count() {
        let (here, there) = (whole.file_at(at).unwrap(), archive.file_at(at).unwrap());
        assert_eq!(
            (here.path(), here.contents(), here.stored_at()),
            (there.path(), there.contents(), there.stored_at())
        );
    }

    let short = Archive::open_index(&bytes[..end], &source, bytes.len() as u64 - 1);
    assert!(matches!(short, Err(Error::Truncated { .. })));
    assert_eq!(
        Archive::open_index(&bytes[..end - 1], &source, bytes.len() as u64).err(),
        Some(Error::Index)
    );
    // What cannot be read is an error where it is asked for.
    let gone = Elsewhere(bytes[..end].to_vec());
    let archive = Archive::open_index(&bytes[..end], &gone, bytes.len() as u64).unwrap();
    assert!(matches!(
        archive.module("spam.eggs").unwrap().code(),
        Err(Error::Read { .. })
    ));
    assert!(matches!(archive.verify(), Err(Error::Read { .. })));
}
