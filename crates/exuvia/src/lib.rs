//! Rust that Python imports: PyO3's API with the call cost of hand-written C.
