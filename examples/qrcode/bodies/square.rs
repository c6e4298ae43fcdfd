//! A QR code's modules, copied out of Python's list of lists, and counting in them.
//!
//! Whether a module is dark is as good as random, so that code which asks is slowed by a wrong guess of the processor's at
//! every second one. Everything here is therefore written without jumps: the compiler then makes vector instructions of it.

use std::slice;

use exuvia::ffi;
use exuvia::prelude::*;
use exuvia::types::{PyBool, PyList};

/// A square of modules, row by row. A module is light, dark or not set yet: `False`, `True` or `None`.
pub(crate) struct Square {
    size: usize,
    modules: Vec<u8>,
}

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
            if size == 0 {
                break;
            }
            // SAFETY: the list has at least `size` items, as was asked above, and this thread is attached and runs no
            // Python, so it still has. The items are borrowed for comparing their addresses: counting references to the
            // same three objects over and over would take longer than everything else here.
            let items = unsafe { slice::from_raw_parts((*row.as_ptr().cast::<ffi::PyListObject>()).ob_item, size) };
            let strange = items.iter().filter(|&&item| (item != yes) & (item != no) & (item != none)).count();
            if strange > 0 {
                return None;
            }
            modules.extend(items.iter().map(|&item| u8::from(item == yes) * DARK + u8::from(item == none) * UNSET));
        }
        Some(Self { size, modules })
    }

    /// The rows, from the top.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[u8]> {
        // An empty square has no rows; chunks of nothing are not allowed.
        self.modules.chunks_exact(self.size.max(1))
    }

    /// At how many places `N` modules behind one another, in a row or in a column, are what is looked for.
    pub(crate) fn count<const N: usize>(&self, is_it: impl Fn([u8; N]) -> bool) -> i64 {
        if self.size < N {
            return 0;
        }
        let in_rows: i64 = self
            .rows()
            .map(|row| count(std::array::from_fn(|place| &row[place..]), &is_it))
            .sum();
        let rows: Vec<_> = self.rows().collect();
        let in_columns: i64 = rows
            .windows(N)
            .map(|rows| count(std::array::from_fn(|place| rows[place]), &is_it))
            .sum();
        in_rows + in_columns
    }

    /// The same, at the beginning of each row and each column only.
    pub(crate) fn count_at_edges<const N: usize>(&self, is_it: impl Fn([u8; N]) -> bool) -> i64 {
        if self.size < N {
            return 0;
        }
        let at_left: i64 = self
            .rows()
            .map(|row| count(std::array::from_fn(|place| &row[place..=place]), &is_it))
            .sum();
        let rows: Vec<_> = self.rows().take(N).collect();
        at_left + count(std::array::from_fn(|place| rows[place]), &is_it)
    }
}

/// At how many places the lines, laid side by side, are what is looked for, up to the end of the shortest line.
pub(crate) fn count<const N: usize>(lines: [&[u8]; N], is_it: impl Fn([u8; N]) -> bool) -> i64 {
    let length = lines.iter().map(|line| line.len()).min().unwrap_or(0);
    let lines = lines.map(|line| &line[..length]);
    let mut found = 0_u32;
    for place in 0..length {
        found += u32::from(is_it(std::array::from_fn(|line| lines[line][place])));
    }
    i64::from(found)
}

/// Whether a module is dark; one that is not set is as good as light.
pub(crate) fn is_dark(module: u8) -> bool {
    module == DARK
}
