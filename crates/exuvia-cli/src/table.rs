//! Aligned columns of text.

use std::fmt::Write;

use crate::terminal::HEADING;

/// Which way a column's cells lean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// A table with a bold heading, two spaces between columns and no lines.
pub(crate) struct Table {
    columns: Vec<(&'static str, Align)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(columns: &[(&'static str, Align)]) -> Self {
        Self {
            columns: columns.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row<const N: usize>(&mut self, cells: [String; N]) {
        debug_assert_eq!(N, self.columns.len());
        self.rows.push(cells.into());
    }

    /// The table as text that ends in a newline.
    pub(crate) fn render(&self) -> String {
        let widths: Vec<usize> = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, (title, _))| {
                let cells = self.rows.iter().map(|row| row[index].chars().count());
                cells.chain([title.chars().count()]).max().unwrap_or(0)
            })
            .collect();
        let line = |cells: &mut dyn Iterator<Item = &str>| {
            let mut text = String::new();
            for ((cell, width), (_, align)) in cells.zip(&widths).zip(&self.columns) {
                let space = " ".repeat(width - cell.chars().count());
                _ = match align {
                    Align::Left => write!(text, "{cell}{space}  "),
                    Align::Right => write!(text, "{space}{cell}  "),
                };
            }
            text.trim_end().to_owned()
        };
        let heading = line(&mut self.columns.iter().map(|(title, _)| *title));
        let mut text = format!("{HEADING}{heading}{HEADING:#}\n");
        for row in &self.rows {
            text.push_str(&line(&mut row.iter().map(String::as_str)));
            text.push('\n');
        }
        text
    }
}

/// A span of time in three figures: `1.24 s`, `310 ms`, `4.52 µs`.
pub(crate) fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s >= 1.0 => (s, "s"),
        s if s >= 1e-3 => (s * 1e3, "ms"),
        s if s >= 1e-6 => (s * 1e6, "µs"),
        s => (s * 1e9, "ns"),
    };
    let digits = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$} {unit}")
}

/// A number of bytes in three figures: `1.24 MB`, `310 KB`, `45 B`. A kilobyte has a thousand.
pub(crate) fn bytes(number: u64) -> String {
    let (value, unit) = match number as f64 {
        n if n >= 1e9 => (n / 1e9, "GB"),
        n if n >= 1e6 => (n / 1e6, "MB"),
        n if n >= 1e3 => (n / 1e3, "KB"),
        _ => return format!("{number} B"),
    };
    let digits = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.digits$} {unit}")
}

/// A count with its thousands apart: `12 400`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// A count to two digits, as an estimate is told: 13 000 for 12 849.
pub(crate) fn rounded(number: u64) -> u64 {
    let unit = 10_u64.pow(number.checked_ilog10().unwrap_or(0).saturating_sub(1));
    (number + unit / 2) / unit * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_figures() {
        assert_eq!(duration(1.2345), "1.23 s");
        assert_eq!(duration(0.31), "310 ms");
        assert_eq!(duration(0.000_045_21), "45.2 µs");
        assert_eq!(duration(0.0), "0.00 ns");
    }

    #[test]
    fn sizes_have_three_figures() {
        let pairs = [
            (0, "0 B"),
            (999, "999 B"),
            (45_210, "45.2 KB"),
            (29_300_000, "29.3 MB"),
        ];
        for (number, told) in pairs {
            assert_eq!(bytes(number), told);
        }
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1 234 567");
    }

    #[test]
    fn estimates_have_two_digits() {
        let pairs = [
            (0, 0),
            (7, 7),
            (99, 99),
            (104, 100),
            (996, 1000),
            (12_849, 13_000),
        ];
        for (number, told) in pairs {
            assert_eq!(rounded(number), told);
        }
    }
}
