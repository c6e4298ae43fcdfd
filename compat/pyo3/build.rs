//! Passes on what `pyo3-ffi` found out about the interpreter to the build scripts of crates that depend on `pyo3`, which
//! read it with `pyo3-build-config`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let configuration = std::env::var("DEP_PYTHON_PYO3_CONFIG")
        .expect("pyo3-ffi tells the crates that depend on it what interpreter it was built for");
    println!("cargo::metadata=PYO3_CONFIG={configuration}");
}
