//! Docstrings: the text of comments, and of macros in `#[doc = …]`, which is known only once they are expanded.

use proc_macro::TokenStream;

use crate::parse::attribute::{Attribute, string_literal};

/// A docstring.
#[derive(Clone, Default)]
pub(crate) struct Doc(pub(crate) Vec<Part>);

/// A piece of one.
#[derive(Clone)]
pub(crate) enum Part {
    Text(String),
    /// `concat!(…)`, `include_str!(…)`: what stands for a literal.
    Macro(TokenStream),
}

impl Doc {
    /// That of an item, a line for each attribute. PyO3 strips one leading space from each line of text.
    pub(crate) fn of(attributes: &[Attribute]) -> Doc {
        let mut doc = Doc::default();
        // `#[doc(hidden)]` says nothing.
        let documentation = attributes
            .iter()
            .filter(|attribute| attribute.path == "doc" && attribute.is_assignment);
        for (index, attribute) in documentation.enumerate() {
            if index > 0 {
                doc.push("\n");
            }
            match string_literal(&attribute.arguments) {
                Some(text) => {
                    let lines: Vec<&str> = text
                        .lines()
                        .map(|line| line.strip_prefix(' ').unwrap_or(line))
                        .collect();
                    doc.push(&lines.join("\n"));
                }
                None => doc.0.push(Part::Macro(attribute.arguments.clone())),
            }
        }
        if let Some(Part::Text(last)) = doc.0.last_mut() {
            last.truncate(last.trim_end().len());
        }
        doc
    }

    fn push(&mut self, more: &str) {
        match self.0.last_mut() {
            Some(Part::Text(text)) => text.push_str(more),
            _ => self.0.push(Part::Text(more.to_owned())),
        }
    }

    /// Is all of it known?
    pub(crate) fn is_text(&self) -> bool {
        self.0.iter().all(|part| matches!(part, Part::Text(_)))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0
            .iter()
            .all(|part| matches!(part, Part::Text(text) if text.is_empty()))
    }

    /// Does the text that is known have this character?
    pub(crate) fn contains(&self, wanted: char) -> bool {
        self.0
            .iter()
            .any(|part| matches!(part, Part::Text(text) if text.contains(wanted)))
    }
}
