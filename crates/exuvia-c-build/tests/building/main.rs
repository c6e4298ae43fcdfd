//! What a person sees of whose library: small projects are built by cargo, and what it says is compared with what it said before.

mod generate;
mod hold;
mod project;
