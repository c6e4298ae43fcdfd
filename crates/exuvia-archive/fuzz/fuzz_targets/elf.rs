//! What packing reads of ELF files, and what it changes in them.

#![no_main]
#![allow(dead_code, reason = "the file is the other crate's, and this uses a part of it")]

use libfuzzer_sys::fuzz_target;

#[path = "../../../exuvia-pack/src/elf.rs"]
mod elf;

fuzz_target!(|data: &[u8]| {
    elf::machine(data);
    elf::dynamic(data);
    let mut moved = data.to_vec();
    if let Some(path) = elf::move_loader_path(&mut moved, data.len() as u64, 64) {
        assert!(path.len() <= 64 && moved.len() == data.len());
    }
    assert!(elf::keep_what_is_loaded(data.to_vec()).len() <= data.len());
});
