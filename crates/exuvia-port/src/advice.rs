//! What a person can do about an error.

/// An error that knows what to do next.
///
/// The command prints the error's own text after `error:` and the advice after `hint:`.
pub trait Advice: std::error::Error {
    /// One or two sentences in the imperative, or nothing where the message already says it all.
    fn hint(&self) -> Option<String>;

    /// What another program said that explains it, where there is one: a compiler, for instance.
    fn output(&self) -> Option<&str> {
        None
    }
}
