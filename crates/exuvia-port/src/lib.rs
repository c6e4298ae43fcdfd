//! Find what to move to Rust, record how it behaves, draft, check and measure it.
