//! Passes on what `pyo3-ffi` found out about the interpreter (`Py_3_11`, `Py_GIL_DISABLED`, …) as `cfg`s.

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    // `cargo test` of crates that embed finds a libpython outside the system's library path.
    pyo3_build_config::add_libpython_rpath_link_args();
}
