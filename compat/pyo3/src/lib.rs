/*!
Exuvia under PyO3's name.

A whole tree of crates written for PyO3 is built on Exuvia by one `[patch.crates-io]` that puts this crate in PyO3's
place. It holds nothing of its own: every path is [`exuvia`]'s, and every feature of PyO3's is passed on.
*/

pub use exuvia::*;
