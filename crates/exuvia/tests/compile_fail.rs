//! What must not compile, and the words its author sees.
//!
//! After a deliberate change of those words: `TRYBUILD=overwrite cargo test -p exuvia --test compile_fail`.
//! Coroutines: `cargo test -p exuvia --features experimental-async --test compile_fail`; several `#[pymethods]` blocks in the same way
//! with `multiple-pymethods`.

#[cfg(not(any(feature = "experimental-async", feature = "multiple-pymethods")))]
#[test]
fn unsound_uses_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}

#[cfg(feature = "experimental-async")]
#[test]
fn unsound_coroutines_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail_async/*.rs");
}

#[cfg(feature = "multiple-pymethods")]
#[test]
fn methods_that_belong_together_are_not_divided() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail_blocks/*.rs");
}
