//! Has the front export the functions of the C library that it defines, so that they go before the C library's for every shared object.

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=exported");
    if std::env::var_os("CARGO_FEATURE_FRONT").is_none() {
        return;
    }
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("exported");
    let names = std::fs::read_to_string(&list)
        .unwrap_or_else(|error| panic!("reading {}: {error}", list.display()));
    for name in names.lines() {
        println!("cargo:rustc-link-arg-bin=exuvia-front=-Wl,--export-dynamic-symbol={name}");
        println!("cargo:rustc-link-arg-bin=exuvia-front=-Wl,--undefined={name}");
    }
}
