//! The attribute macros of exuvia.
