//! What cannot cross to C is refused where it stands, in words.

#[test]
fn what_cannot_cross_is_refused() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
