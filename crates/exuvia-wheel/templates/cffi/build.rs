fn main() {
    // The Rust compiles where it is what the header says.
    exuvia_c_build::hold("include/api.h");
}
