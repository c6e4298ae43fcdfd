//! Drafts the Rust of chosen functions, wires it in beside the Python, and takes it out again.
