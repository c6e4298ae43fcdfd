//! What must not compile in a build for speed either, where it depends on what the macros write.

#[test]
fn unsound_uses_do_not_compile() {
    // SAFETY: the only test of this program.
    unsafe { std::env::set_var("CARGO_PROFILE_DEV_OPT_LEVEL", "2") };
    trybuild::TestCases::new().compile_fail("tests/compile_fail_for_speed/*.rs");
}
