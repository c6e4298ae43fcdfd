//! Tells this crate which Python it is built for, as `cfg(Py_3_11)` and the like.

fn main() {
    println!("cargo:rustc-check-cfg=cfg(Py_3_11)");
    println!("cargo:rustc-check-cfg=cfg(Py_3_13)");
    #[cfg(feature = "interpreter")]
    pyo3_build_config::use_pyo3_cfgs();
}
