//! Does a character occur at least so many times in a text that arrives in pieces?

use exuvia::prelude::*;

/// Count a character in text that arrives in pieces.
#[pymodule]
mod counter {
    use exuvia::exceptions::PyValueError;
    use exuvia::prelude::*;

    /// When a counter starts again from zero.
    #[pyclass(eq, frozen, hash, from_py_object)]
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    enum Reset {
        /// Never: the whole text counts.
        Never,
        /// After each line feed: occurrences must be in one line.
        OnNewline,
        /// After each space, U+0020: occurrences must be in one word.
        OnSpace,
    }

    impl Reset {
        fn happens_after(self, character: char) -> bool {
            match self {
                Reset::Never => false,
                Reset::OnNewline => character == '\n',
                Reset::OnSpace => character == ' ',
            }
        }
    }

    /// Tells whether a character occurs at least `least` times before the count is reset.
    #[pyclass]
    struct Counter {
        #[pyo3(get)]
        character: char,
        #[pyo3(get)]
        least: u64,
        #[pyo3(get)]
        reset: Reset,
        /// Occurrences since the last reset.
        #[pyo3(get)]
        count: u64,
        /// Whether there have been `least` occurrences between two resets.
        #[pyo3(get)]
        reached: bool,
    }

    #[pymethods]
    impl Counter {
        #[new]
        #[pyo3(signature = (character, least, reset = Reset::Never))]
        fn new(character: char, least: u64, reset: Reset) -> PyResult<Self> {
            if least == 0 {
                return Err(PyValueError::new_err(
                    "least must be 1 or more: every text has a character at least 0 times",
                ));
            }
            Ok(Counter {
                character,
                least,
                reset,
                count: 0,
                reached: false,
            })
        }

        /// Read one more piece of the text and return `reached`.
        fn feed(&mut self, piece: &str) -> bool {
            for character in piece.chars() {
                if character == self.character {
                    self.count += 1;
                    self.reached |= self.count >= self.least;
                }
                // Counted first: a character that resets belongs to the stretch it ends.
                if self.reset.happens_after(character) {
                    self.count = 0;
                }
            }
            self.reached
        }

        /// Forget all text that was fed.
        fn clear(&mut self) {
            self.count = 0;
            self.reached = false;
        }

        fn __bool__(&self) -> bool {
            self.reached
        }

        fn __repr__(&self) -> String {
            format!(
                "<Counter of {:?}: {} of {}, reset {:?}, {}>",
                self.character,
                self.count,
                self.least,
                self.reset,
                if self.reached {
                    "reached"
                } else {
                    "not reached"
                },
            )
        }
    }
}
