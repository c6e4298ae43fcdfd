//! What a person sees whose exports cannot be written down.

use std::path::Path;

use crate::project::Project;

/// A project with two files that show something.
fn exporting() -> Project {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let manifest = format!(
        "[dependencies]\nexuvia-c = {{ path = {:?} }}\n",
        crates.join("exuvia-c")
    );
    let build =
        "fn main() {\n    exuvia_c_build::Generate::header(\"include/demo.h\").write();\n}\n";
    let lib = "//! A demonstration.\n\nuse exuvia_c::export;\n\nmod more;\n\nexuvia_c::library!();\n\n/// One more.\n#[export]\npub fn next(n: u32) -> u32 {\n    n + 1\n}\n";
    let more = "use exuvia_c::export;\n\n/// One less.\n#[export]\npub fn last(n: u32) -> u32 {\n    n - 1\n}\n";
    Project::of(
        &manifest,
        &[
            ("build.rs", build),
            ("src/lib.rs", lib),
            ("src/more.rs", more),
        ],
    )
}

#[test]
fn what_can_be_written_down_is() {
    let project = exporting();
    insta::assert_snapshot!(project.build(), @"built");
    let header = std::fs::read_to_string(project.path("include/demo.h")).unwrap();
    for function in ["demo_next(uint32_t n", "demo_last(uint32_t n"] {
        assert!(header.contains(function), "{header}");
    }
}

#[test]
fn a_name_that_is_taken_by_another_file() {
    let project = exporting().change("src/more.rs", "fn last", "fn next");
    insta::assert_snapshot!(project.build(), @r"
    error: demo@0.1.0: src/lib.rs, line 11: C has another `demo_next` of this library: take another name
    error: build script logged errors
    failed
    ");
    assert!(!project.path("include/demo.h").exists());
}

#[test]
fn a_type_that_c_has_nothing_for() {
    let project = exporting().change("src/more.rs", "n: u32", "n: Option<u32>");
    insta::assert_snapshot!(project.build(), @r"
    error: demo@0.1.0: src/more.rs, line 5: an exported function takes numbers, `bool`, `&str`, `&CStr`, slices of numbers, references to exported types, and callbacks, as `&mut dyn FnMut(f64) -> Result<(), Stopped>`
    error: build script logged errors
    failed
    ");
}

#[test]
fn a_crate_without_what_every_library_has() {
    let project = exporting().change("src/lib.rs", "exuvia_c::library!();\n", "");
    insta::assert_snapshot!(project.build(), @r"
    error: demo@0.1.0: src/lib.rs does not say `exuvia_c::library!();`, which makes what every such library has besides
    error: demo@0.1.0: hint: write it once, below the imports
    error: build script logged errors
    failed
    ");
}
