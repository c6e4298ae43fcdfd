/*!
What PyO3's own tests use of its hidden modules.

The tests run on Exuvia with `pyo3::impl_` read as this crate: Exuvia has no such modules, and crates have no business in
them.
*/

pub mod platform {
    pub mod sync {
        pub mod nonpoison {
            use std::sync::{MutexGuard, PoisonError};

            use pyo3::Python;

            /// A lock that a panic of its holder leaves usable.
            pub struct Mutex<T>(std::sync::Mutex<T>);

            impl<T> Mutex<T> {
                pub const fn new(value: T) -> Self {
                    Mutex(std::sync::Mutex::new(value))
                }

                pub fn lock(&self) -> MutexGuard<'_, T> {
                    self.0.lock().unwrap_or_else(PoisonError::into_inner)
                }

                pub fn lock_py_attached(&self, py: Python<'_>) -> MutexGuard<'_, T> {
                    pyo3::sync::MutexExt::lock_py_attached(&self.0, py)
                        .unwrap_or_else(PoisonError::into_inner)
                }
            }
        }
    }
}

pub mod unindent {
    /// The text without an empty first line, and without the spaces that all its lines begin with.
    pub fn unindent(text: &str) -> String {
        let text = text.strip_prefix('\n').unwrap_or(text);
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let common = text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(indent)
            .min()
            .unwrap_or(0);
        let lines = text
            .split('\n')
            .map(|line| line.get(common..).unwrap_or(""));
        lines.collect::<Vec<_>>().join("\n")
    }
}
