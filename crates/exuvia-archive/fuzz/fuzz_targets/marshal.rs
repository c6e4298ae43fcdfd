//! Marshalled code objects, as packing reads and writes them.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../../exuvia-pack/src/marshal.rs"]
mod marshal;

fuzz_target!(|data: &[u8]| {
    for version in [10, 11] {
        if let Some(once) = marshal::canonical(data, version, "lib/a.py") {
            let again = marshal::canonical(&once, version, "lib/a.py");
            assert_eq!(again, Some(once), "what is written is read, and stays as it is");
        }
    }
});
