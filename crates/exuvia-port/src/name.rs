//! The name of a Python function, `module:qualname`.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::Advice;

/// A Python function, by the module that defines it and its qualified name in there: `qrcode.util:_lost_point_level1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionName {
    module: String,
    qualname: String,
}

/// Text that is not the name of a Python function.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// No `:` between module and function.
    #[error("`{0}` does not name a function: there is no `:` between module and function")]
    NoColon(String),
    /// The part before the `:` is not a dotted name.
    #[error("`{text}` does not name a function: `{module}` is not the dotted name of a module")]
    BadModule {
        /// What was typed.
        text: String,
        /// Its part before the colon.
        module: String,
    },
    /// The part after the `:` is not a dotted name.
    #[error("`{text}` does not name a function: `{qualname}` is not a function's name")]
    BadQualname {
        /// What was typed.
        text: String,
        /// Its part after the colon.
        qualname: String,
    },
}

impl Advice for NameError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoColon(text) => match text.rsplit_once('.') {
                Some((module, function)) if is_dotted(module) && is_identifier(function) => {
                    format!("write it as MODULE:FUNCTION: {module}:{function}")
                }
                _ => "write it as MODULE:FUNCTION, for example qrcode.util:_lost_point_level1"
                    .to_owned(),
            },
            Self::BadModule { module, .. } if module.ends_with(".py") || module.contains('/') => {
                "write the module as it is imported (pkg.mod), not as a file".to_owned()
            }
            Self::BadModule { .. } | Self::BadQualname { .. } => {
                "write it as MODULE:FUNCTION, for example qrcode.util:_lost_point_level1".to_owned()
            }
        })
    }
}

impl FunctionName {
    /// Puts a name together that is already in two parts.
    ///
    /// # Errors
    ///
    /// Either part is not a dotted name. `<locals>` and `<lambda>` are accepted in `qualname`, since Python uses them.
    pub fn new(module: &str, qualname: &str) -> Result<Self, NameError> {
        let text = || format!("{module}:{qualname}");
        if !is_dotted(module) {
            return Err(NameError::BadModule {
                text: text(),
                module: module.to_owned(),
            });
        }
        if !is_qualname(qualname) {
            return Err(NameError::BadQualname {
                text: text(),
                qualname: qualname.to_owned(),
            });
        }
        Ok(Self {
            module: module.to_owned(),
            qualname: qualname.to_owned(),
        })
    }

    /// The module, as it is imported: `qrcode.util`.
    #[must_use]
    pub fn module(&self) -> &str {
        &self.module
    }

    /// The function's `__qualname__`: `_lost_point_level1`, `QRCode.make`.
    #[must_use]
    pub fn qualname(&self) -> &str {
        &self.qualname
    }
}

fn is_identifier(text: &str) -> bool {
    let mut characters = text.chars();
    characters
        .next()
        .is_some_and(|first| first == '_' || first.is_alphabetic())
        && characters.all(|character| character == '_' || character.is_alphanumeric())
}

fn is_dotted(text: &str) -> bool {
    text.split('.').all(is_identifier)
}

fn is_qualname(text: &str) -> bool {
    // Python's own names for what has none: `<lambda>`, `<locals>`, `<genexpr>`.
    let is_generated = |part: &str| part.starts_with('<') && part.ends_with('>') && part.len() > 2;
    text.split('.')
        .all(|part| is_identifier(part) || is_generated(part))
}

impl FromStr for FunctionName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let (module, qualname) = text
            .split_once(':')
            .ok_or_else(|| NameError::NoColon(text.to_owned()))?;
        Self::new(module, qualname)
    }
}

impl fmt::Display for FunctionName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.module, self.qualname)
    }
}

impl Serialize for FunctionName {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for FunctionName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_as_it_was_read() {
        for text in [
            "qrcode.util:_lost_point_level1",
            "app:main",
            "a.b:C.method",
            "a:f.<locals>.<lambda>",
        ] {
            assert_eq!(text.parse::<FunctionName>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_dotted_path_without_colon_is_explained_by_the_right_spelling() {
        let error = "qrcode.util._lost_point_level1"
            .parse::<FunctionName>()
            .unwrap_err();
        assert_eq!(
            error.hint().unwrap(),
            "write it as MODULE:FUNCTION: qrcode.util:_lost_point_level1"
        );
    }

    #[test]
    fn files_and_empty_parts_are_not_modules() {
        for text in [
            "qrcode/util.py:f",
            ":f",
            "a.:f",
            "a:",
            "a:b..c",
            "a:b c",
            "1a:f",
        ] {
            assert!(text.parse::<FunctionName>().is_err(), "{text}");
        }
    }
}
