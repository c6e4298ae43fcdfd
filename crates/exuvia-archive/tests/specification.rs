//! The specification in the crate's documentation, and nothing else: an archive that is put together by hand from it is read, and one that
//! the writer made is taken apart by it.

use exuvia_archive::{
    Archive, Codec, Footer, Launch, ModuleKind, NewFile, NewModule, Seal, Writer,
};

/// The CRC-32 of IEEE 802.3, bit by bit.
fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            if sum & 1 == 1 {
                sum >> 1 ^ 0xedb8_8320
            } else {
                sum >> 1
            }
        })
    })
}

fn u32s(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

fn u64s(numbers: &[u64]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).to_vec()
}

const NONE: u32 = u32::MAX;

/// Two modules, two files, one need; `data` is stored as one Zstandard frame.
fn by_hand(data: &[u8]) -> Vec<u8> {
    let frame = zstd::bulk::compress(data, 3).unwrap();
    let names = b"namespkglib/libz.solib/pkg.soone\ntwo";
    let (code, library) = (b"marshalled", b"\x7fELF of pkg");
    let group = b"others' marshalled bytecode";
    let group_frame = zstd::bulk::compress(group, 3).unwrap();
    let modules_at = 128_u64;
    let files_at = modules_at + 2 * 72;
    let needs_at = files_at + 2 * 64;
    let names_at = needs_at + 4;
    let code_at = 4096_u64;
    let frame_at = (code_at + group_frame.len() as u64).next_multiple_of(16);
    let library_at = (frame_at + frame.len() as u64).next_multiple_of(16);
    let length = (library_at + library.len() as u64).next_multiple_of(16);

    let mut index = Vec::new();
    // A namespace package, without file and code.
    index.extend(u32s(&[0, 5, 29, 7, 2, NONE]));
    index.extend(u64s(&[code_at, 0]));
    index.extend(u32s(&[checksum(b""), 0]));
    index.extend(u64s(&[0, 0, 0]));
    // A package that is an extension module would have no code; this one has both, to read both.
    index.extend(u32s(&[5, 3, 0, 0, 4, 1]));
    index.extend(u64s(&[code_at, group_frame.len() as u64]));
    // In a group: codec 2.
    index.extend(u32s(&[checksum(&group_frame), 2]));
    index.extend(u64s(&[code.len() as u64, 8, group.len() as u64]));
    index.extend(u32s(&[8, 11]));
    index.extend(u64s(&[frame_at, frame.len() as u64, data.len() as u64]));
    index.extend([1, 0, 0, 0]);
    index.extend(u32s(&[0, 0, checksum(&frame), 0, 0, 0, 0]));
    index.extend(u32s(&[19, 10]));
    index.extend(u64s(&[
        library_at,
        library.len() as u64,
        library.len() as u64,
    ]));
    index.extend([0, 1, 0, 0]);
    index.extend(u32s(&[0, 1, checksum(library), 0, 0, 0, 0]));
    index.extend(u32s(&[0]));
    index.extend(names);

    let mut body = index.clone();
    let mut put = |at: u64, block: &[u8]| {
        body.resize(at as usize - 128, 0);
        body.extend(block);
    };
    put(code_at, &group_frame);
    put(frame_at, &frame);
    put(library_at, library);
    put(length, b"");

    let mut bytes = b"\x93EXUVIA\n".to_vec();
    bytes.extend(u32s(&[2, checksum(&index)]));
    bytes.extend(u64s(&[length, modules_at, 2, files_at, 2, needs_at, 1]));
    bytes.extend(u64s(&[names_at, names.len() as u64]));
    bytes.extend(sha256(&body));
    bytes.extend(u32s(&[0]));
    bytes.extend(u32s(&[checksum(&bytes)]));
    bytes.extend(body);
    bytes
}

#[test]
fn an_archive_by_hand_is_read() {
    let data = b"spam and eggs and ".repeat(40);
    let bytes = by_hand(&data);
    let archive = Archive::open(&bytes).unwrap();
    archive.verify().unwrap();
    assert_eq!((archive.module_count(), archive.file_count()), (2, 2));

    let names = archive.module("names").unwrap();
    assert_eq!(names.kind().unwrap(), ModuleKind::Namespace);
    assert_eq!(
        names.portions().unwrap().collect::<Vec<_>>(),
        ["one", "two"]
    );
    assert!(names.file().unwrap().is_none() && names.code().unwrap().is_empty());

    let package = archive.module("pkg").unwrap();
    assert_eq!(package.kind().unwrap(), ModuleKind::ExtensionPackage);
    assert_eq!(*package.code().unwrap(), *b"marshalled");
    let library = package.file().unwrap().unwrap();
    assert_eq!(library.path().unwrap(), "lib/pkg.so");
    assert_eq!(library.contents().unwrap(), b"\x7fELF of pkg".as_slice());
    assert!(library.is_executable());
    let needs: Vec<_> = library.needs().unwrap().collect();
    assert_eq!(needs.len(), 1);
    assert_eq!(needs[0].path().unwrap(), "lib/libz.so");
    assert_eq!(needs[0].contents().unwrap(), data);
    assert_eq!(needs[0].codec(), Ok(Codec::Zstandard));
    assert!(!needs[0].is_executable());
}

#[test]
fn a_written_archive_is_the_one_made_by_hand() {
    let data = b"spam and eggs and ".repeat(40);
    let mut writer = Writer::new();
    let mut file = |path: &str, contents: &[u8], codec, is_executable, needs: &[&str]| {
        let needs = needs.iter().map(|&need| need.to_owned()).collect();
        let file = NewFile {
            path: path.to_owned(),
            contents: contents.to_vec(),
            codec,
            is_executable,
            needs,
        };
        writer.add_file(file).unwrap();
    };
    file(
        "lib/pkg.so",
        b"\x7fELF of pkg",
        Codec::Stored,
        true,
        &["lib/libz.so"],
    );
    file("lib/libz.so", &data, Codec::Zstandard, false, &[]);
    let mut module = |name: &str, kind, code: &[u8], file: Option<&str>, portions: &[&str]| {
        let module = NewModule {
            name: name.to_owned(),
            kind,
            file: file.map(str::to_owned),
            code: code.to_vec(),
            codec: if code.is_empty() {
                Codec::Stored
            } else {
                Codec::Grouped
            },
            portions: portions.iter().map(|&portion| portion.to_owned()).collect(),
        };
        writer.add_module(module).unwrap();
    };
    module("names", ModuleKind::Namespace, b"", None, &["one", "two"]);
    module(
        "pkg",
        ModuleKind::ExtensionPackage,
        b"marshalled",
        Some("lib/pkg.so"),
        &[],
    );
    let written = writer.finish().unwrap();

    // The specification leaves open how names are shared and how hard the compressor tries. The tables are compared by what they mean.
    let (written, by_hand) = (Parts::of(&written), Parts::of(&by_hand(&data)));
    assert_eq!(written, by_hand);
}

/// An archive as the specification takes it apart.
#[derive(Debug, PartialEq)]
struct Parts {
    modules: Vec<ModuleParts>,
    files: Vec<FileParts>,
}

/// Name, location, kind, position of the file, bytecode.
type ModuleParts = (String, String, u32, u32, Vec<u8>);
/// Path, contents, codec, executable, needs.
type FileParts = (String, Vec<u8>, u8, u8, Vec<u32>);

impl Parts {
    fn of(bytes: &[u8]) -> Self {
        let u32_at = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
        let at = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
        assert_eq!(bytes[..8], [0x93, 0x45, 0x58, 0x55, 0x56, 0x49, 0x41, 0x0a]);
        assert_eq!(u32_at(8), 2);
        assert_eq!((at(16), bytes.len() % 16), (bytes.len(), 0));
        assert_eq!(u32_at(124), checksum(&bytes[..124]));
        assert_eq!(u32_at(120), 0);
        assert_eq!(bytes[88..120], sha256(&bytes[128..]));
        let [
            (modules, module_count),
            (files, file_count),
            (needs, need_count),
            (names, length),
        ] = [24, 40, 56, 72].map(|field| (at(field), at(field + 8)));
        assert_eq!(modules, 128);
        assert_eq!(files, modules + 72 * module_count);
        assert_eq!(needs, files + 64 * file_count);
        assert_eq!(names, needs + 4 * need_count);
        assert_eq!(u32_at(12), checksum(&bytes[128..names + length]));

        let name = |at: usize| {
            let start = names + u32_at(at) as usize;
            String::from_utf8(bytes[start..start + u32_at(at + 4) as usize].to_vec()).unwrap()
        };
        let modules: Vec<_> = (0..module_count)
            .map(|number| {
                let entry = modules + 72 * number;
                let stored = &bytes[at(entry + 24)..at(entry + 24) + at(entry + 32)];
                assert_eq!(at(entry + 24) % 16, 0);
                assert_eq!(u32_at(entry + 40), checksum(stored));
                assert_eq!(bytes[entry + 45..entry + 48], [0; 3]);
                let length = at(entry + 48);
                let code = if bytes[entry + 44] == 2 {
                    let group = zstd::bulk::decompress(stored, at(entry + 64)).unwrap();
                    assert_eq!(group.len(), at(entry + 64));
                    group[at(entry + 56)..][..length].to_vec()
                } else {
                    assert_eq!((bytes[entry + 44], stored.len()), (0, length));
                    assert_eq!(bytes[entry + 56..entry + 72], [0; 16]);
                    stored.to_vec()
                };
                let numbers = (u32_at(entry + 16), u32_at(entry + 20));
                (name(entry), name(entry + 8), numbers.0, numbers.1, code)
            })
            .collect();
        let files: Vec<_> = (0..file_count)
            .map(|number| {
                let entry = files + 64 * number;
                let stored = &bytes[at(entry + 8)..at(entry + 8) + at(entry + 16)];
                assert_eq!(at(entry + 8) % 16, 0);
                assert_eq!(u32_at(entry + 44), checksum(stored));
                let zero = [
                    &bytes[entry + 34..entry + 36],
                    &bytes[entry + 48..entry + 64],
                ]
                .concat();
                assert_eq!(zero, [0; 18]);
                let codec = bytes[entry + 32];
                let contents = match codec {
                    0 => stored.to_vec(),
                    1 => zstd::bulk::decompress(stored, at(entry + 24)).unwrap(),
                    other => panic!("codec {other}"),
                };
                assert_eq!(contents.len(), at(entry + 24));
                let first = u32_at(entry + 36);
                let need = |number| u32_at(needs + 4 * (first + number) as usize);
                let file_needs = (0..u32_at(entry + 40)).map(need).collect();
                (name(entry), contents, codec, bytes[entry + 33], file_needs)
            })
            .collect();
        assert!(modules.is_sorted_by(|a, b| a.0.as_bytes() < b.0.as_bytes()));
        assert!(files.is_sorted_by(|a, b| a.0.as_bytes() < b.0.as_bytes()));
        Self { modules, files }
    }
}

#[test]
fn a_packed_file_by_hand_is_read_and_the_other_way_round() {
    let archive = by_hand(b"data");
    let mut file = b"\x7fELF and so on".to_vec();
    file.resize(8192, 0);
    file.extend(&archive);
    let mut by_hand = file.clone();
    by_hand.extend(u64s(&[8192, archive.len() as u64]));
    by_hand.extend(b"/lib64/ld-linux-x86-64.so.2");
    by_hand.resize(file.len() + 80, 0);
    by_hand.extend(sha256(&by_hand));
    by_hand.extend(b"EXUVIA-PACKED-2\n");

    let footer = Footer::verify(&by_hand).unwrap();
    assert_eq!(footer.archive, 8192..8192 + archive.len() as u64);

    let mut seal = Seal::default();
    seal.update(&file[..100]);
    seal.update(&file[100..]);
    let loader = b"/lib64/ld-linux-x86-64.so.2\0";
    file.extend(seal.footer(8192, loader));
    assert_eq!(file, by_hand);
}

#[test]
fn a_launch_by_hand_is_read_and_the_other_way_round() {
    let text = "python 3.11\nversion 3.11.7\ncache-tag cpython-311\nstdlib lib/python3.11\nmodule a.b\nlibpython .exuvia/lib/p.so\nhalf .exuvia/lib/h.so\nsearch app\nsearch lib/with space\npth lib/one.pth\npth lib/two.pth\n";
    let launch = Launch {
        python: "3.11".to_owned(),
        version: "3.11.7".to_owned(),
        cache_tag: "cpython-311".to_owned(),
        stdlib: "lib/python3.11".to_owned(),
        search: vec!["app".to_owned(), "lib/with space".to_owned()],
        pth: vec!["lib/one.pth".to_owned(), "lib/two.pth".to_owned()],
        module: "a.b".to_owned(),
        libpython: ".exuvia/lib/p.so".to_owned(),
        half: ".exuvia/lib/h.so".to_owned(),
    };
    assert_eq!(launch.to_text(), text);
    assert_eq!(Launch::from_text(text), Ok(launch));
}
