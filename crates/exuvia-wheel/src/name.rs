//! What a project may be called.

use std::fmt;
use std::str::FromStr;

use exuvia_port::Advice;

/// A name that is one for a distribution, a crate, and with `_` for `-` for a Python module and as the beginning of names in C.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectName(String);

/// Why a project cannot be called so.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum NameError {
    /// It has characters that one of its uses does not allow.
    #[error(
        "a project cannot be called `{name}`: its name must be lower-case letters, digits, `-` and `_`, begin with a letter, and end with a letter or digit"
    )]
    Form {
        /// The name.
        name: String,
        /// One like it that can be used.
        like: Option<String>,
    },
    /// It is a word of a language.
    #[error(
        "a project cannot be called `{name}`: `{module}` is a word of {language}, and no module's name"
    )]
    Keyword {
        /// The name.
        name: String,
        /// The module's name.
        module: String,
        /// The language.
        language: &'static str,
    },
    /// Python has such a module.
    #[error(
        "a project cannot be called `{name}`: Python's standard library has a module `{module}`, which it would hide"
    )]
    Stdlib {
        /// The name.
        name: String,
        /// The module's name.
        module: String,
    },
    /// The project uses a crate or package of that name, or cargo does.
    #[error("a project cannot be called `{name}`: what it is built with has that name")]
    Taken {
        /// The name.
        name: String,
    },
}

impl Advice for NameError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Form {
                like: Some(like), ..
            } => format!("this would do: {like}"),
            Self::Form { like: None, .. } => "for example: exuvia new fast-text".to_owned(),
            Self::Keyword { name, .. } | Self::Stdlib { name, .. } | Self::Taken { name } => {
                format!("add a word to it, for example: {name}-rs")
            }
        })
    }
}

/// <https://doc.rust-lang.org/reference/keywords.html>, strict and reserved; `_` cannot be typed here.
const RUST: [&str; 49] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "use", "virtual", "where", "yield",
];

/// `keyword.kwlist`, but for what begins with a capital or is a word of Rust as well.
const PYTHON: [&str; 20] = [
    "and", "assert", "class", "def", "del", "elif", "except", "finally", "from", "global",
    "import", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "while", "with",
];

/// Crates of Rust itself, what the projects are built with, and what cargo has other uses for.
const TAKEN: [&str; 16] = [
    "alloc",
    "build",
    "cffi",
    "core",
    "deps",
    "examples",
    "exuvia",
    "exuvia-c-build",
    "incremental",
    "maturin",
    "proc_macro",
    "pytest",
    "std",
    "test",
    "tests",
    "unsized",
];

/// `sys.stdlib_module_names` of CPython 3.10 to 3.13, those in lower case that are public.
const STDLIB: &str = include_str!("name/stdlib.txt");

impl FromStr for ProjectName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let name = text.to_owned();
        if !has_form(text) {
            let like = alike(text);
            return Err(NameError::Form { name, like });
        }
        let this = Self(name.clone());
        let module = this.module();
        let language = if RUST.contains(&module.as_str()) {
            Some("Rust")
        } else if PYTHON.contains(&module.as_str()) {
            Some("Python")
        } else {
            None
        };
        if let Some(language) = language {
            return Err(NameError::Keyword {
                name,
                module,
                language,
            });
        }
        if STDLIB.lines().any(|line| line == module) {
            return Err(NameError::Stdlib { name, module });
        }
        if TAKEN.contains(&text) || TAKEN.contains(&module.as_str()) {
            return Err(NameError::Taken { name });
        }
        Ok(this)
    }
}

fn has_form(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && !text.ends_with(['-', '_'])
        && text
            .chars()
            .all(|each| matches!(each, 'a'..='z' | '0'..='9' | '-' | '_'))
}

/// `text` with `-` for what cannot be in a name.
fn alike(text: &str) -> Option<String> {
    let like: String = text
        .to_lowercase()
        .chars()
        .map(|each| match each {
            'a'..='z' | '0'..='9' | '-' | '_' => each,
            _ => '-',
        })
        .collect();
    let like = like
        .trim_start_matches(|first: char| !first.is_ascii_lowercase())
        .trim_end_matches(['-', '_']);
    (has_form(like) && like.parse::<ProjectName>().is_ok()).then(|| like.to_owned())
}

impl ProjectName {
    /// The distribution's name and the crate's.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Python module's name, with which names in C begin.
    #[must_use]
    pub fn module(&self) -> String {
        self.0.replace('-', "_")
    }
}

impl fmt::Display for ProjectName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_for_all_its_uses() {
        for name in ["demo", "fast-text", "a", "b2", "x_y-z", "matched"] {
            assert_eq!(name.parse::<ProjectName>().unwrap().as_str(), name);
        }
        assert_eq!(
            "fast-text".parse::<ProjectName>().unwrap().module(),
            "fast_text"
        );
    }

    #[test]
    fn a_name_of_another_form_gets_one_like_it() {
        for (name, like) in [
            ("", None),
            ("Demo", Some("demo")),
            ("2fast", Some("fast")),
            ("a/b", Some("a-b")),
            ("my.name", Some("my-name")),
            ("trailing-", Some("trailing")),
            ("größe", Some("gr--e")),
            ("Import", None),
        ] {
            let like = like.map(str::to_owned);
            let form = NameError::Form {
                name: name.to_owned(),
                like,
            };
            assert_eq!(name.parse::<ProjectName>(), Err(form), "{name}");
        }
    }

    #[test]
    fn words_and_modules_are_refused() {
        for name in [
            "match",
            "lambda",
            "with",
            "json",
            "tomllib",
            "std",
            "test",
            "exuvia",
            "test",
            "proc-macro",
        ] {
            assert!(name.parse::<ProjectName>().is_err(), "{name}");
        }
    }
}
