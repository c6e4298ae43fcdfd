//! The reader, by every way in which it is asked, over an archive whose checksums fit whatever else is in it.

#![no_main]

use exuvia_archive::Archive;
use libfuzzer_sys::fuzz_target;

const HEADER_LEN: usize = 128;

/// Sets mark, version and checksums, which nothing but an author would get right.
fn sealed(data: &[u8]) -> Vec<u8> {
    let mut bytes = data.to_vec();
    bytes.resize(bytes.len().max(HEADER_LEN), 0);
    bytes[..8].copy_from_slice(b"\x93EXUVIA\n");
    bytes[8..12].copy_from_slice(&2_u32.to_le_bytes());
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    let end = number(72).checked_add(number(80));
    let end = end.and_then(|end| usize::try_from(end).ok());
    if let Some(index) = end.and_then(|end| bytes.get(HEADER_LEN..end)) {
        let check = crc32fast::hash(index);
        bytes[12..16].copy_from_slice(&check.to_le_bytes());
    }
    let check = crc32fast::hash(&bytes[..124]);
    bytes[124..128].copy_from_slice(&check.to_le_bytes());
    bytes
}

fn read_everything(archive: &Archive) {
    for module in (0..archive.module_count().min(200)).filter_map(|at| archive.module_at(at)) {
        if let Ok(name) = module.name() {
            archive.module(name);
            archive.submodules(name).take(200).count();
        }
        let _ = (module.kind(), module.file(), module.code());
        let _ = module.portions().map(Iterator::count);
    }
    for file in (0..archive.file_count().min(200)).filter_map(|at| archive.file_at(at)) {
        // A frame may promise gigabytes.
        if file.length() < 1 << 20 {
            let _ = file.contents();
        }
        let _ = (file.stored_at(), file.is_executable(), file.codec());
        let _ = file.needs().map(|needs| needs.take(200).count());
        if let Ok(path) = file.path() {
            archive.file(path);
            archive.is_directory(path);
            archive.children(path).take(200).count();
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            archive.files_under(directory).take(200).count();
        }
    }
    let _ = archive.verify();
}

fuzz_target!(|data: &[u8]| {
    let _ = Archive::open(data);
    let bytes = sealed(data);
    if let Ok(archive) = Archive::open(&bytes) {
        read_everything(&archive);
    }
});
