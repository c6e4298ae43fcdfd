//! How a stage tells what it is doing.

/// Someone who watches a stage work.
pub trait Progress {
    /// A step begins; `total` is the number of parts it has, where that is known.
    fn start(&mut self, what: &str, total: Option<u64>);
    /// `parts` more of the current step are done.
    fn advance(&mut self, parts: u64);
    /// The current step is over.
    fn finish(&mut self);
}

/// Nobody watches.
#[derive(Debug, Default, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn start(&mut self, _what: &str, _total: Option<u64>) {}
    fn advance(&mut self, _parts: u64) {}
    fn finish(&mut self) {}
}
