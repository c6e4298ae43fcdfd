//! A QR code's modules, copied out of Python's list of lists.

use exuvia::ffi;
use exuvia::prelude::*;
use exuvia::types::{PyBool, PyList};

/// A square of modules, row by row. A module is light, dark or not set yet: `False`, `True` or `None`.
pub(crate) struct Square {
    size: usize,
    modules: Vec<u8>,
}

const LIGHT: u8 = 0;
const DARK: u8 = 1;
const UNSET: u8 = 2;

impl Square {
    /// The first `count` modules of the first `count` rows, which is all that Python looks at.
    ///
    /// `None` where they are not all there or not all lists of `True`, `False` and `None`: Python then raises, or compares
    /// objects of its user's making. Nothing of Python runs in here, so the lists cannot change while they are read.
    pub(crate) fn read<'py>(py: Python<'py>, rows: &Bound<'py, PyList>, count: i64) -> Option<Self> {
        // `range` of a negative number is empty.
        let size = usize::try_from(count.max(0)).ok()?;
        if rows.len() < size {
            return None;
        }
        let (yes, no, none) = (PyBool::new(py, true).as_ptr(), PyBool::new(py, false).as_ptr(), py.None().as_ptr());
        let mut modules = Vec::new();
        for row in rows.iter().take(size) {
            let row = row.cast_exact::<PyList>().ok()?;
            if row.len() < size {
                return None;
            }
            modules.reserve(size);
            for column in 0..size {
                // SAFETY: the list has at least `size` items, as was asked above, and this thread is attached and runs no
                // Python, so it still has. The item is borrowed for one comparison of addresses: counting a reference to
                // the same three objects over and over would take longer than everything else here.
                let object = unsafe { ffi::PyList_GET_ITEM(row.as_ptr(), column as ffi::Py_ssize_t) };
                modules.push(if object == no {
                    LIGHT
                } else if object == yes {
                    DARK
                } else if object == none {
                    UNSET
                } else {
                    return None;
                });
            }
        }
        Some(Self { size, modules })
    }

    /// How many modules a side has.
    pub(crate) fn size(&self) -> usize {
        self.size
    }

    /// The rows, from the top.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        // An empty square has no rows; chunks of nothing are not allowed.
        self.modules.chunks_exact(self.size.max(1))
    }

    /// The same square with rows and columns exchanged.
    pub(crate) fn transposed(&self) -> Self {
        let mut modules = vec![LIGHT; self.modules.len()];
        for (row, line) in self.rows().enumerate() {
            for (column, &module) in line.iter().enumerate() {
                modules[column * self.size + row] = module;
            }
        }
        Self { size: self.size, modules }
    }
}

/// Whether a module is dark; one that is not set is as good as light.
pub(crate) fn is_dark(module: u8) -> bool {
    module == DARK
}
