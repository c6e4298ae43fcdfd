//! What crosses the border.

use proc_macro2::Span;
use syn::{Ident, Path};

/// A function, or a method of an exported type.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its documentation, line by line.
    pub docs: Vec<String>,
    /// Its name in Rust.
    pub name: Ident,
    /// The type that it is a method of, or an associated function.
    pub owner: Option<Ident>,
    /// How a method takes the value that it is called on.
    pub receiver: Option<Access>,
    /// What it takes, without that value.
    pub parameters: Vec<Parameter>,
    /// What it gives where it is well.
    pub value: Value,
    /// Whether it returns a `Result`.
    pub fails: bool,
    /// Whether C gets the value itself, and no status (`#[export(direct)]`).
    pub direct: bool,
}

/// How a value is borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// To look at.
    Shared,
    /// To change.
    Exclusive,
}

/// What a function takes.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: Ident,
    /// What it is.
    pub kind: Kind,
}

/// What a parameter is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A number or a truth value: itself.
    Scalar(Scalar),
    /// `&str`: a pointer, and a length in bytes.
    Text,
    /// `&CStr`: a pointer to what ends in a NUL.
    CText,
    /// `&[T]` or `&mut [T]`: a pointer, and how many there are.
    Numbers(Scalar, Access),
    /// `&mut dyn FnMut(…) -> Result<…, Stopped>`: a pointer to a function, and what it gets first.
    Callback(Vec<Scalar>, Option<Scalar>),
    /// A reference to an exported type: a handle.
    Handle(Path, Access),
}

/// What a function gives.
#[derive(Debug, Clone)]
pub enum Value {
    /// Nothing.
    Nothing,
    /// A number or a truth value: itself.
    Scalar(Scalar),
    /// `String`: bytes that are given back.
    Text,
    /// `Vec<T>`: numbers that are given back.
    Numbers(Scalar),
    /// An exported type: a handle that is given back.
    Handle(Path),
}

/// A number or a truth value: the primitive types of Rust that C has too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scalar(pub(crate) &'static str);

impl Scalar {
    /// Truth values.
    pub const BOOL: Self = Self("bool");
    /// Lengths.
    pub const USIZE: Self = Self("usize");
    /// Statuses.
    pub const STATUS: Self = Self("i32");

    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::BOOL,
        Self("i8"),
        Self("i16"),
        Self("i32"),
        Self("i64"),
        Self("isize"),
        Self("u8"),
        Self("u16"),
        Self("u32"),
        Self("u64"),
        Self("usize"),
        Self("f32"),
        Self("f64"),
    ];

    /// Its name in Rust.
    pub fn name(self) -> &'static str {
        self.0
    }

    /// Whether it is a floating-point number.
    pub fn is_float(self) -> bool {
        self.0.starts_with('f')
    }
}

/// A type whose values C holds as handles.
#[derive(Debug, Clone)]
pub struct Opaque {
    /// Its documentation, line by line.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Ident,
}

/// An error of the library's own.
#[derive(Debug, Clone)]
pub struct ErrorType {
    /// Its documentation, line by line.
    pub docs: Vec<String>,
    /// Its name.
    pub name: Ident,
    /// Its kinds, each with its code: one for each variant, or one in all where it is no enum.
    pub kinds: Vec<ErrorKind>,
    /// Whether it is an enum.
    pub is_enum: bool,
}

/// A kind of an error.
#[derive(Debug, Clone)]
pub struct ErrorKind {
    /// Its documentation, line by line.
    pub docs: Vec<String>,
    /// The variant's name, or the type's.
    pub name: Ident,
    /// What C and Python tell it by.
    pub code: i32,
}

impl Function {
    /// The name that C calls it by.
    pub fn symbol(&self, prefix: &str) -> String {
        let name = plain(&self.name);
        match &self.owner {
            Some(owner) => format!("{prefix}_{}_{name}", snake(&plain(owner))),
            None => format!("{prefix}_{name}"),
        }
    }

    /// Whether it takes a callback.
    pub fn calls_back(&self) -> bool {
        self.parameters
            .iter()
            .any(|each| matches!(each.kind, Kind::Callback(..)))
    }

    /// Where the function is to be blamed.
    pub fn span(&self) -> Span {
        self.name.span()
    }
}

impl Opaque {
    /// The name of the type in C, without the library's prefix.
    pub fn c_name(&self) -> String {
        snake(&plain(&self.name))
    }
}

/// An identifier without the `r#` that Rust alone needs.
pub fn plain(name: &Ident) -> String {
    let name = name.to_string();
    name.strip_prefix("r#").map_or(name.clone(), str::to_owned)
}

/// `HTTPServer2` as `http_server2`.
pub fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut text = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        let after_small = at > 0 && !letters[at - 1].is_uppercase() && letters[at - 1] != '_';
        let before_small = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase()
            && at > 0
            && letters[at - 1] != '_'
            && (after_small || before_small)
        {
            text.push('_');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::snake;

    #[test]
    fn names_of_types_become_names_of_c() {
        for (name, expected) in [
            ("Counter", "counter"),
            ("HTTPServer2", "http_server2"),
            ("A", "a"),
            ("TwoWords", "two_words"),
            ("already_so", "already_so"),
            ("Mixed_Up", "mixed_up"),
        ] {
            assert_eq!(snake(name), expected);
        }
    }
}
