//! What must not compile, and the words its author sees.
//!
//! After a deliberate change of those words: `TRYBUILD=overwrite cargo test -p exuvia --test compile_fail`.

#[test]
fn unsound_uses_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
