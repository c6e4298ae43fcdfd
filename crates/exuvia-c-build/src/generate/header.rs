//! The header, which cbindgen makes of the declarations.

use std::io;
use std::path::Path;

use super::declarations::{self, Form};
use super::library::Library;

/// The header's text. Declarations are put down in the folder for cbindgen to read; so below.
pub(crate) fn text(library: &Library, folder: &Path) -> io::Result<String> {
    let config = cbindgen::Config {
        include_guard: Some(format!("{}_H", library.prefix.to_uppercase())),
        autogen_warning: Some(
            "/* Written by exuvia-c-build, and again whenever the library changes: changes here are lost. */".to_owned(),
        ),
        sys_includes: ["stdbool.h", "stddef.h", "stdint.h"].map(str::to_owned).to_vec(),
        cpp_compat: true,
        documentation: true,
        ..config()
    };
    written(library, Form::Header, folder, config)
}

/// The declarations as cffi takes them, which knows the types of those headers.
pub(crate) fn for_cffi(library: &Library, folder: &Path) -> io::Result<String> {
    written(library, Form::Bare, folder, config())
}

fn config() -> cbindgen::Config {
    cbindgen::Config {
        language: cbindgen::Language::C,
        no_includes: true,
        style: cbindgen::Style::Both,
        usize_is_size_t: true,
        documentation: false,
        line_length: 110,
        tab_width: 4,
        ..cbindgen::Config::default()
    }
}

fn written(
    library: &Library,
    form: Form,
    folder: &Path,
    config: cbindgen::Config,
) -> io::Result<String> {
    let source = folder.join("declarations.rs");
    std::fs::write(&source, declarations::text(library, form))?;
    let bindings = cbindgen::Builder::new()
        .with_src(&source)
        .with_config(config)
        .generate()
        .map_err(io::Error::other)?;
    let mut text = Vec::new();
    bindings.write(&mut text);
    String::from_utf8(text).map_err(io::Error::other)
}

/// What tells two interfaces apart: FNV-1a (Fowler, Noll and Vo), which is the same whoever built it, of the declarations.
pub(crate) fn digest(library: &Library) -> u64 {
    let text = declarations::text(library, Form::Digest);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |digest, byte| {
        (digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
