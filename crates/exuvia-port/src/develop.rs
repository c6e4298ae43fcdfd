//! Builds `rust/` and puts the compiled module where the package finds it.
