//! Where a header says something: its lines without its comments.

use std::path::PathBuf;

/// A header's text, in which declarations can be found by their names.
#[derive(Debug)]
pub(crate) struct HeaderFile {
    pub(crate) path: PathBuf,
    /// As a person of the project names it.
    pub(crate) name: String,
    /// Each character in its place, with spaces for comments and directives.
    bare: String,
}

/// One declaration as the header has it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Counted from 1.
    pub(crate) line: usize,
    /// On one line, without comments.
    pub(crate) text: String,
}

impl HeaderFile {
    pub(crate) fn new(path: PathBuf, name: String, text: &str) -> Self {
        Self {
            path,
            name,
            bare: without_directives(&without_comments(text)),
        }
    }

    /// The function `name`: the first mention of it before a parenthesis. Nothing where a macro makes the declaration.
    pub(crate) fn function(&self, name: &str) -> Option<Place> {
        self.mention(name, |after| after.trim_start().starts_with('('))
    }

    /// The variable `name`: the first mention of it that ends a declaration.
    pub(crate) fn variable(&self, name: &str) -> Option<Place> {
        self.mention(name, |after| {
            after.trim_start().starts_with([';', '[', ','])
        })
    }

    fn mention(&self, name: &str, is_it: impl Fn(&str) -> bool) -> Option<Place> {
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let (at, _) = self.bare.match_indices(name).find(|(at, _)| {
            let after = &self.bare[at + name.len()..];
            !self.bare[..*at].ends_with(is_part) && !after.starts_with(is_part) && is_it(after)
        })?;
        let begin = self.bare[..at]
            .rfind([';', '{', '}'])
            .map_or(0, |end| end + 1);
        let end = at + self.bare[at..].find([';', '{'])?;
        let words: Vec<_> = self.bare[begin..end].split_whitespace().collect();
        Some(Place {
            line: self.bare[..at].matches('\n').count() + 1,
            text: format!("{};", words.join(" ").replace("( ", "(")),
        })
    }
}

/// `text` with a space for every character of a comment, line ends kept.
fn without_comments(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let length = match character {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
            '"' | '\'' => {
                let length = literal(rest, character);
                bare.push_str(&rest[..length]);
                rest = &rest[length..];
                continue;
            }
            _ => {
                bare.push(character);
                rest = &rest[character.len_utf8()..];
                continue;
            }
        };
        blank(&mut bare, &rest[..length]);
        rest = &rest[length..];
    }
    bare
}

/// The length of the literal that `text` begins with. One that does not end in its line is no literal.
pub(crate) fn literal(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '\n' => break,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    1
}

/// `text` with a space for every character of a directive, with the lines that continue it.
fn without_directives(text: &str) -> String {
    let mut bare = String::with_capacity(text.len());
    let mut continues = false;
    for line in text.split_inclusive('\n') {
        if continues || line.trim_start().starts_with('#') {
            continues = line.trim_end().ends_with('\\');
            blank(&mut bare, line);
        } else {
            bare.push_str(line);
        }
    }
    bare
}

fn blank(bare: &mut String, text: &str) {
    bare.extend(text.chars().map(|character| match character {
        '\n' => '\n',
        _ => ' ',
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "\
#ifndef A_H /* f(int) */
#define A_H
#define CALL f( \\
    1)
// float f(int);
/* int f(void);
   int g; */
extern \"C\" {
float f(
    int n, // how many
    char c);
struct s { int g2; };
extern int g;
extern const char names[3];
int (*callback)(int);
#define EIGHT 8
}
#endif
";

    fn header() -> HeaderFile {
        HeaderFile::new("a.h".into(), "a.h".to_owned(), HEADER)
    }

    fn place(line: usize, text: &str) -> Option<Place> {
        Some(Place {
            line,
            text: text.to_owned(),
        })
    }

    #[test]
    fn declarations_are_found_outside_of_comments_and_macros() {
        assert_eq!(header().function("f"), place(9, "float f(int n, char c);"));
        assert_eq!(header().variable("g"), place(13, "extern int g;"));
        assert_eq!(
            header().variable("names"),
            place(14, "extern const char names[3];")
        );
        assert_eq!(header().function("g"), None);
    }

    #[test]
    fn a_quote_that_does_not_end_is_a_character() {
        let header = HeaderFile::new(
            "a.h".into(),
            "a.h".to_owned(),
            "#error don't /* int a(void); */\nint b(char q); // 'x\nint c(void);",
        );
        assert_eq!(header.function("a"), None);
        assert_eq!(header.function("b").unwrap().line, 2);
        assert_eq!(header.function("c").unwrap().line, 3);
    }
}
