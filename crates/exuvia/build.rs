//! Passes on what `pyo3-ffi` found out about the interpreter (`Py_3_11`, `Py_GIL_DISABLED`, …) as `cfg`s, and whether the build
//! is optimised for speed, and the version itself for the check at import.

fn main() {
    // What a call does every time is taken into each function only where that is worth its size and its time to compile:
    // see `call::trampoline`.
    println!("cargo::rustc-check-cfg=cfg(for_speed)");
    if std::env::var("OPT_LEVEL").is_ok_and(|level| level == "2" || level == "3") {
        println!("cargo::rustc-cfg=for_speed");
    }
    pyo3_build_config::use_pyo3_cfgs();
    let version = pyo3_build_config::get().version();
    println!("cargo::rustc-env=EXUVIA_PYTHON_VERSION={version}");
    // `cargo test` of crates that embed finds a libpython outside the system's library path.
    pyo3_build_config::add_libpython_rpath_link_args();
}
