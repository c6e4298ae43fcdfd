//! A Rust file of ports: its preamble, then one item for each function, each under the header that `port` gave it.

use std::fmt;

use super::digest;
use crate::FunctionName;

/// How an item's first line begins.
pub(crate) const PORT_OF: &str = "// exuvia: port of ";

/// An item's first line: which function it ports, and how Python and Rust stood when it was drafted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// The Python function.
    pub(crate) name: FunctionName,
    /// The Python file, relative to the project's root, with `/`.
    pub(crate) file: String,
    /// The digest of the Python source.
    pub(crate) python: String,
    /// The digest of the draft, by which an edit is noticed.
    pub(crate) draft: String,
}

impl fmt::Display for Header {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            file,
            python,
            draft,
        } = self;
        write!(
            formatter,
            "{PORT_OF}{name} in {file} (python {python}, draft {draft})"
        )
    }
}

impl Header {
    fn parse(line: &str) -> Option<Self> {
        let (name, rest) = line.strip_prefix(PORT_OF)?.split_once(" in ")?;
        let (file, rest) = rest.trim_end().rsplit_once(" (python ")?;
        let (python, draft) = rest.strip_suffix(')')?.split_once(", draft ")?;
        Some(Self {
            name: name.parse().ok()?,
            file: file.to_owned(),
            python: python.to_owned(),
            draft: draft.to_owned(),
        })
    }
}

/// One function's text in a Rust file.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) header: Header,
    /// Everything below the header, up to the next one.
    pub(crate) body: String,
}

impl Item {
    /// Whether people changed it since it was drafted.
    pub(crate) fn is_edited(&self) -> bool {
        draft_digest(&self.body) != self.header.draft
    }
}

/// A Rust file of ports.
#[derive(Debug, Clone)]
pub(crate) struct PortFile {
    pub(crate) preamble: String,
    pub(crate) items: Vec<Item>,
}

impl PortFile {
    /// An empty file for the ports of a Python module.
    pub(crate) fn new(module: &str) -> Self {
        Self {
            preamble: PREAMBLE.replace("@MODULE@", module),
            items: Vec::new(),
        }
    }

    pub(crate) fn parse(text: &str) -> Self {
        let mut file = Self {
            preamble: String::new(),
            items: Vec::new(),
        };
        for line in text.split_inclusive('\n') {
            if let Some(header) = Header::parse(line.trim_end_matches(['\n', '\r'])) {
                file.items.push(Item {
                    header,
                    body: String::new(),
                });
            } else {
                file.items
                    .last_mut()
                    .map_or(&mut file.preamble, |item| &mut item.body)
                    .push_str(line);
            }
        }
        file
    }

    /// The text of one item alone.
    pub(crate) fn item(text: &str) -> Option<Item> {
        Self::parse(text).items.pop()
    }

    /// The file's text: items one blank line apart, as they were where nothing was added or taken out.
    pub(crate) fn text(&self) -> String {
        let mut text = self.preamble.clone();
        for item in &self.items {
            if !text.is_empty() && !text.ends_with("\n\n") {
                text.push('\n');
            }
            text.push_str(&format!("{}\n{}", item.header, item.body));
        }
        // An item that was followed by one that is gone ends in a blank line.
        while text.ends_with("\n\n") {
            text.pop();
        }
        text
    }

    /// Whether people changed what stands above the items.
    pub(crate) fn is_preamble_edited(&self, module: &str) -> bool {
        squeezed(&self.preamble) != squeezed(&Self::new(module).preamble)
    }
}

/// The digest of a draft, which a formatter does not change.
pub(crate) fn draft_digest(body: &str) -> String {
    digest(squeezed(body))
}

/// A text without blanks and commas: what rustfmt adds and takes away.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace() && *character != ',')
        .collect()
}

const PREAMBLE: &str = "\
//! `@MODULE@` in Rust.
//!
//! Each function stands below the Python that it was drafted from, in two halves: the one that Python calls, which reads
//! the arguments and hands what it does not know to the Python twin; and the one named `…_in_rust`, which is yours.

// Names are Python's, and which imports the functions need varies.
#![allow(non_snake_case, unused_imports)]

use exuvia::IntoPyObjectExt;
use exuvia::prelude::*;
use exuvia::types::{PyByteArray, PyBytes, PyDict, PyFrozenSet, PyList, PySet, PyString, PyTuple};

use crate::exact;
use crate::twin::{Argument, Call, Twin, TwinDefault};
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_it_was_written() {
        let header = Header {
            name: "pkg.mod:f".parse().unwrap(),
            file: "src/pkg/with (odd) name.py".to_owned(),
            python: "0123456789ab".to_owned(),
            draft: "ba9876543210".to_owned(),
        };
        assert_eq!(Header::parse(&header.to_string()), Some(header));
        assert_eq!(Header::parse("// exuvia: port of nothing"), None);
    }

    #[test]
    fn a_formatter_does_not_edit_a_draft() {
        assert_eq!(
            draft_digest("fn f(\n    a: i64,\n) {}\n"),
            draft_digest("fn f(a: i64) {}")
        );
        assert_ne!(draft_digest("fn f() {}"), draft_digest("fn g() {}"));
    }
}
