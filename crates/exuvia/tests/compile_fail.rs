//! What must not compile, and the words its author sees.
//!
//! After a deliberate change of those words: `TRYBUILD=overwrite cargo test -p exuvia --test compile_fail`.
//! Coroutines: `cargo test -p exuvia --features experimental-async --test compile_fail`.

#[cfg(not(feature = "experimental-async"))]
#[test]
fn unsound_uses_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}

#[cfg(feature = "experimental-async")]
#[test]
fn unsound_coroutines_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail_async/*.rs");
}
