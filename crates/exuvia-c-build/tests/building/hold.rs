//! What a person sees whose Rust and header say different things.

use std::fs;

use crate::project::{Project, TURN, target};

const HEADER: &str = r#"#ifndef DEMO_H
#define DEMO_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

/* The most digits that demo_text takes. */
#define DEMO_MOST 100

typedef struct { int32_t x; int32_t y; } demo_point;
enum demo_status { DEMO_GOOD = 0, DEMO_BAD = 1 };

/* The length of a point, which is no demo_length(int). */
double demo_length(const demo_point *point);

enum demo_status demo_text(
    char *buffer, // where to
    size_t length);

extern const int32_t demo_version;

static inline int32_t demo_twice(int32_t n) { return 2 * n; }

#ifdef __cplusplus
}
#endif
#endif
"#;

const RUST: &str = r#"//! A demonstration.

mod api {
    include!(concat!(env!("OUT_DIR"), "/api.rs"));
}
mod text;

/// # Safety
///
/// The point is one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn demo_length(point: *const api::demo_point) -> f64 {
    // SAFETY: by contract.
    let point = unsafe { &*point };
    f64::from(point.x).hypot(f64::from(point.y))
}

#[unsafe(no_mangle)]
static demo_version: i32 = 1;
"#;

const TEXT: &str = r#"use std::ffi::c_char;

use super::api;

#[unsafe(export_name = "demo_text")]
pub(crate) extern "C" fn text(_buffer: *mut c_char, length: usize) -> api::demo_status {
    if length < api::DEMO_MOST as usize { api::DEMO_BAD } else { api::DEMO_GOOD }
}
"#;

/// A project in which header and Rust say the same.
fn agreeing() -> Project {
    let build = "fn main() {\n    exuvia_c_build::hold(\"include/demo.h\");\n}\n";
    Project::of(
        "",
        &[
            ("build.rs", build),
            ("include/demo.h", HEADER),
            ("src/lib.rs", RUST),
            ("src/text.rs", TEXT),
        ],
    )
}

#[test]
fn the_same_on_both_sides_builds_without_a_word() {
    insta::assert_snapshot!(agreeing().build(), @"built");
}

#[test]
fn cffi_gets_the_headers_own_declarations() {
    let project = agreeing();
    let (said, header) = project.run(&mut project.cargo());
    assert_eq!(said, "built");
    insta::assert_snapshot!(header.unwrap(), @r"
    /* include/demo.h as cffi reads it. Written by exuvia_c_build::hold whenever it changes. */
    #define DEMO_MOST 100
    typedef struct { int32_t x; int32_t y; } demo_point;
    enum demo_status { DEMO_GOOD = 0, DEMO_BAD = 1 };
    double demo_length(const demo_point *point);
    enum demo_status demo_text(char *buffer, size_t length);
    extern const int32_t demo_version;
    ");
}

#[test]
fn projects_that_build_into_one_folder_have_their_own_header_each() {
    let first = agreeing();
    let second = agreeing().change("include/demo.h", "DEMO_MOST 100", "DEMO_MOST 200");
    for (project, most) in [(&first, 100), (&second, 200), (&first, 100), (&second, 200)] {
        let (said, header) = project.run(&mut project.cargo());
        assert_eq!(said, "built");
        assert!(
            header
                .unwrap()
                .contains(&format!("#define DEMO_MOST {most}\n"))
        );
    }
}

#[test]
fn a_second_build_has_nothing_to_do() {
    let project = agreeing();
    let mut cargo = project.cargo();
    let _turn = TURN.lock();
    assert_eq!(project.run_in_turn(&mut cargo).0, "built");
    let library = target().join("debug/libdemo.so");
    let written = || fs::metadata(&library).unwrap().modified().unwrap();
    let first = written();
    assert_eq!(project.run_in_turn(&mut cargo).0, "built");
    assert_eq!(written(), first);
}

#[test]
fn a_renamed_function() {
    let project = agreeing().change("include/demo.h", "double demo_length", "double demo_norm");
    insta::assert_snapshot!(project.build(), @r#"
    warning: demo@0.1.0: src/lib.rs, line 12: `pub unsafe extern "C" fn demo_length(point: *const api::demo_point) -> f64` is exported, and include/demo.h does not declare it: declare it there, or take its no_mangle away
    error[E0425]: cannot find value `demo_norm` in module `super`
     --> [target]/debug/build/demo/out/api.rs:5:12
      |
    5 |     super::demo_norm; // include/demo.h, line 16: double demo_norm(const demo_point *point);
      |            ^^^^^^^^^ not found in `super`

    For more information about this error, try `rustc --explain E0425`.
    warning: demo@0.1.0: src/lib.rs, line 12: `pub unsafe extern "C" fn demo_length(point: *const api::demo_point) -> f64` is exported, and include/demo.h does not declare it: declare it there, or take its no_mangle away
    error: could not compile `demo` (lib) due to 1 previous error
    failed
    "#);
}

#[test]
fn a_changed_type() {
    let project = agreeing().change("include/demo.h", "double demo_length", "float demo_length");
    insta::assert_snapshot!(project.build(), @r#"
    error[E0308]: mismatched types
     --> [target]/debug/build/demo/out/api.rs:5:5
      |
    5 |     crate::demo_length; // Rust: src/lib.rs, line 12; include/demo.h, line 16: float demo_length(const demo_point *point);
      |     ^^^^^^^^^^^^^^^^^^ expected fn pointer, found fn item
      |
      = note: expected fn pointer `unsafe extern "C" fn(_) -> f32`
                    found fn item `unsafe extern "C" fn(_) -> f64 {demo_length}`

    For more information about this error, try `rustc --explain E0308`.
    error: could not compile `demo` (lib) due to 1 previous error
    failed
    "#);
}

#[test]
fn a_removed_parameter() {
    let project = agreeing().change(
        "include/demo.h",
        "char *buffer, // where to\n    size_t length",
        "char *buffer",
    );
    insta::assert_snapshot!(project.build(), @r#"
    error[E0308]: mismatched types
     --> [target]/debug/build/demo/out/api.rs:7:5
      |
    7 |     crate::text::text; // Rust: src/text.rs, line 6; include/demo.h, line 18: enum demo_status demo_text(char *buffer);
      |     ^^^^^^^^^^^^^^^^^ incorrect number of function parameters
      |
      = note: expected fn pointer `unsafe extern "C" fn(*mut i8) -> _`
                    found fn item `extern "C" fn(*mut i8, usize) -> _ {text}`

    For more information about this error, try `rustc --explain E0308`.
    error: could not compile `demo` (lib) due to 1 previous error
    failed
    "#);
}

#[test]
fn a_variable_of_another_type() {
    let project = agreeing().change("src/lib.rs", "demo_version: i32", "demo_version: i64");
    insta::assert_snapshot!(project.build(), @r"
    error[E0308]: mismatched types
     --> [target]/debug/build/demo/out/api.rs:9:5
      |
    9 |     &raw const crate::demo_version; // Rust: src/lib.rs, line 19; include/demo.h, line 22: extern const int32_t demo_version;
      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `*const i32`, found `*const i64`
      |
      = note: expected raw pointer `*const i32`
                 found raw pointer `*const i64`

    For more information about this error, try `rustc --explain E0308`.
    error: could not compile `demo` (lib) due to 1 previous error
    failed
    ");
}

#[test]
fn a_function_that_is_not_exported() {
    let project = agreeing().change(
        "src/text.rs",
        "#[unsafe(export_name = \"demo_text\")]\npub(crate) extern \"C\" fn text",
        "pub(crate) extern \"C\" fn demo_text",
    );
    insta::assert_snapshot!(project.build(), @r#"
    error: demo@0.1.0: src/text.rs, line 5: `pub(crate) extern "C" fn demo_text(_buffer: *mut c_char, length: usize) -> api::demo_status` is not exported, which include/demo.h, line 18, declares
    error: demo@0.1.0: hint: write #[unsafe(no_mangle)] above it; without, C finds no `demo_text` in the library
    error: build script logged errors
    failed
    "#);
}

#[test]
fn a_function_of_rusts_own_convention() {
    let project = agreeing().change(
        "src/text.rs",
        "pub(crate) extern \"C\" fn text",
        "pub(crate) fn text",
    );
    insta::assert_snapshot!(project.build(), @r#"
    error[E0308]: mismatched types
     --> [target]/debug/build/demo/out/api.rs:7:5
      |
    7 |     crate::text::text; // Rust: src/text.rs, line 6; include/demo.h, line 18: enum demo_status demo_text(char *buffer, size_t length);
      |     ^^^^^^^^^^^^^^^^^ expected "C" fn, found "Rust" fn
      |
      = note: expected fn pointer `unsafe extern "C" fn(_, _) -> _`
                    found fn item `fn(_, _) -> _ {text}`

    For more information about this error, try `rustc --explain E0308`.
    error: could not compile `demo` (lib) due to 1 previous error
    failed
    "#);
}

#[test]
fn an_export_that_the_header_does_not_declare() {
    let project = agreeing().change(
        "src/lib.rs",
        "mod text;\n",
        "mod text;\n\n#[unsafe(no_mangle)]\npub extern \"C\" fn demo_more() {}\n",
    );
    insta::assert_snapshot!(project.build(), @r#"
    warning: demo@0.1.0: src/lib.rs, line 9: `pub extern "C" fn demo_more()` is exported, and include/demo.h does not declare it: declare it there, or take its no_mangle away
    built
    "#);
}

#[test]
fn a_header_that_is_no_c() {
    let project = agreeing().change("include/demo.h", "double demo_length", "duoble demo_length");
    insta::assert_snapshot!(project.build(), @r"
    error: demo@0.1.0: cannot read the header include/demo.h: clang diagnosed error: [project]/include/demo.h:16:1: error: unknown type name 'duoble'
    error: demo@0.1.0: hint: mend the header so that a C compiler takes it by itself: cc -fsyntax-only
    error: build script logged errors
    failed
    ");
}

#[test]
fn a_header_that_is_not_there() {
    let project = agreeing().change("build.rs", "demo.h", "none.h");
    insta::assert_snapshot!(project.build(), @r#"
    error: demo@0.1.0: cannot read the header include/none.h: No such file or directory (os error 2)
    error: demo@0.1.0: hint: name it relative to the folder with Cargo.toml, as in hold("include/api.h")
    error: build script logged errors
    failed
    "#);
}

#[test]
fn a_layout_that_cffi_cannot_be_told() {
    let project = agreeing().change(
        "include/demo.h",
        "} demo_point;",
        "} __attribute__((packed)) demo_point;",
    );
    let (said, header) = project.run(&mut project.cargo());
    insta::assert_snapshot!(said, @r"
    warning: demo@0.1.0: cannot write header.h for cffi: include/demo.h says `packed`, which cffi cannot be told
    warning: demo@0.1.0: hint: lay the structure out by its members; the library is built, Python's wheel cannot be
    built
    ");
    assert_eq!(header, None);
}

#[test]
fn a_libclang_path_that_leads_nowhere() {
    let project = agreeing();
    let mut cargo = project.cargo();
    cargo.env("LIBCLANG_PATH", project.path("src"));
    insta::assert_snapshot!(project.run(&mut cargo).0, @r"
    error: demo@0.1.0: cannot read the header: LIBCLANG_PATH names src, where there is no libclang that can be loaded: couldn't find any valid shared libraries matching: ['libclang.so', 'libclang-*.so', 'libclang.so.*', 'libclang-*.so.*']
    error: demo@0.1.0: hint: let it name libclang's file or the folder it is in, or unset it
    error: build script logged errors
    failed
    ");
}

#[test]
fn a_crate_that_does_not_include_what_was_made() {
    let project = agreeing().change(
        "src/lib.rs",
        "include!(concat!(env!(\"OUT_DIR\"), \"/api.rs\"));",
        "",
    );
    insta::assert_snapshot!(project.build(), @r#"
    error: demo@0.1.0: the crate does not include what was made of include/demo.h, and nothing would be compared
    error: demo@0.1.0: hint: in src/lib.rs: mod api { include!(concat!(env!("OUT_DIR"), "/api.rs")); }
    error: build script logged errors
    failed
    "#);
}

#[test]
fn constants_are_what_they_are_in_c() {
    let constants = "#define DEMO_MOST 100\n#define DEMO_LETTER 'A'\n#define DEMO_LARGE 0xFFFFFFFFFFFFFFFFULL /* all */\n\
                     #define DEMO_LARGER (18446744073709551614u)\n#define DEMO_LEAST (-1)\n#define DEMO_NAME \"demo\"";
    let project = agreeing().change("include/demo.h", "#define DEMO_MOST 100", constants);
    let (said, header) = project.run(&mut project.cargo());
    assert_eq!(said, "built");
    let header = header.unwrap();
    let defined: Vec<_> = header
        .lines()
        .filter(|line| line.starts_with("#define"))
        .collect();
    assert_eq!(
        defined,
        [
            "#define DEMO_MOST 100",
            "#define DEMO_LETTER 65",
            "#define DEMO_LARGE 18446744073709551615",
            "#define DEMO_LARGER 18446744073709551614",
            "#define DEMO_LEAST -1"
        ]
    );
    let project = project.change(
        "src/lib.rs",
        "mod text;\n",
        "mod text;\nconst _: () = assert!(api::DEMO_LARGE == u64::MAX && api::DEMO_LEAST == -1 && api::DEMO_LETTER == b'A');\n",
    );
    assert_eq!(project.build(), "built");
}
