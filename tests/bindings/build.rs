//! Tells the tests how the module is built: what is compiled into each function, and what memory dead instances leave, depends on
//! it.

fn main() {
    let level = std::env::var("OPT_LEVEL").unwrap_or_default();
    let for_speed = level == "2" || level == "3";
    println!("cargo::rustc-env=BUILT_FOR_SPEED={for_speed}");
    println!("cargo::rerun-if-changed=build.rs");
}
