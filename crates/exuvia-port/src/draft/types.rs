//! Which Rust type a parameter has, by what the recordings show and the annotation says.

use crate::analysis::{Default, Parameter};
use crate::record::ObservedType;

/// The type of a parameter of the Rust half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RustType {
    /// Any object: the recordings do not agree, or there is no exact type for them.
    Any,
    /// One of the functions of `exact.rs`, by its name.
    Exact(Exact),
    /// The same, or `None`.
    Optional(Exact),
}

/// The exact types that `exact.rs` reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exact {
    Int,
    Bool,
    Float,
    Str,
    Bytes,
    ByteArray,
    List,
    Tuple,
    Dict,
    Set,
    FrozenSet,
    Any,
}

impl Exact {
    /// By the name that Python and annotations give the type.
    fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "int" => Self::Int,
            "bool" => Self::Bool,
            "float" => Self::Float,
            "str" => Self::Str,
            "bytes" => Self::Bytes,
            "bytearray" => Self::ByteArray,
            "list" => Self::List,
            "tuple" => Self::Tuple,
            "dict" => Self::Dict,
            "set" => Self::Set,
            "frozenset" => Self::FrozenSet,
            _ => return None,
        })
    }

    /// The function of `exact.rs` that reads it.
    pub(crate) fn reader(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Bool => "boolean",
            Self::Float => "float",
            Self::Str => "string",
            Self::Bytes => "bytes",
            Self::ByteArray => "bytearray",
            Self::List => "list",
            Self::Tuple => "tuple",
            Self::Dict => "dict",
            Self::Set => "set",
            Self::FrozenSet => "frozenset",
            Self::Any => "any",
        }
    }

    fn rust(self) -> &'static str {
        match self {
            Self::Int => "i64",
            Self::Bool => "bool",
            Self::Float => "f64",
            Self::Str => "&Bound<'py, PyString>",
            Self::Bytes => "&Bound<'py, PyBytes>",
            Self::ByteArray => "&Bound<'py, PyByteArray>",
            Self::List => "&Bound<'py, PyList>",
            Self::Tuple => "&Bound<'py, PyTuple>",
            Self::Dict => "&Bound<'py, PyDict>",
            Self::Set => "&Bound<'py, PySet>",
            Self::FrozenSet => "&Bound<'py, PyFrozenSet>",
            Self::Any => "&Bound<'py, PyAny>",
        }
    }
}

impl RustType {
    /// The type for `parameter`, of which `seen` was recorded.
    pub(crate) fn of(parameter: &Parameter, seen: &[ObservedType]) -> Self {
        let chosen = if seen.is_empty() {
            Self::annotated(parameter)
        } else {
            Self::observed(seen)
        };
        match (chosen, &parameter.default) {
            // So that the default itself can be given to the Rust half.
            (Self::Any, Some(Default::None)) => Self::Optional(Exact::Any),
            (Self::Exact(exact), Some(Default::None)) => Self::Optional(exact),
            (chosen, _) => chosen,
        }
    }

    fn observed(seen: &[ObservedType]) -> Self {
        let exact = |one: &ObservedType| match Exact::by_name(&one.name)? {
            Exact::Int if !one.fits_i64 => None,
            exact => Some(exact),
        };
        let is_none = |one: &ObservedType| one.name == "NoneType";
        match seen {
            [one] => exact(one).map_or(Self::Any, Self::Exact),
            [one, none] | [none, one] if is_none(none) => {
                exact(one).map_or(Self::Any, Self::Optional)
            }
            _ => Self::Any,
        }
    }

    fn annotated(parameter: &Parameter) -> Self {
        let annotation = parameter.annotation.as_deref().unwrap_or_default();
        let bare = |text: &str| Exact::by_name(text.split('[').next().unwrap_or(text).trim());
        let optional = annotation.strip_suffix("| None").or_else(|| {
            annotation
                .strip_prefix("Optional[")
                .and_then(|rest| rest.strip_suffix(']'))
        });
        match optional {
            Some(inner) if !inner.contains('|') => bare(inner).map_or(Self::Any, Self::Optional),
            None if !annotation.contains('|') => bare(annotation).map_or(Self::Any, Self::Exact),
            _ => Self::Any,
        }
    }

    /// As it is written in Rust.
    pub(crate) fn rust(&self) -> String {
        match self {
            Self::Any => Exact::Any.rust().to_owned(),
            Self::Exact(exact) => exact.rust().to_owned(),
            Self::Optional(exact) => format!("Option<{}>", exact.rust()),
        }
    }

    /// The expression that reads it, a function from an object to `Option` of the type.
    pub(crate) fn reader(&self) -> String {
        match self {
            Self::Any => "exact::any".to_owned(),
            Self::Exact(exact) => format!("exact::{}", exact.reader()),
            Self::Optional(exact) => format!("exact::optional(exact::{})", exact.reader()),
        }
    }

    /// The default as an expression of the type, where a literal in Rust says it.
    pub(crate) fn default(&self, default: &Default) -> Option<String> {
        let value = match (self, default) {
            (Self::Optional(_), Default::None) => return Some("None".to_owned()),
            (Self::Exact(Exact::Bool) | Self::Optional(Exact::Bool), Default::Bool(value)) => {
                value.to_string()
            }
            (Self::Exact(Exact::Int) | Self::Optional(Exact::Int), Default::Int(value)) => {
                value.to_string()
            }
            (Self::Exact(Exact::Float) | Self::Optional(Exact::Float), Default::Float(value))
                if value.is_finite() =>
            {
                format!("{value:?}")
            }
            _ => return None,
        };
        Some(if matches!(self, Self::Optional(_)) {
            format!("Some({value})")
        } else {
            value
        })
    }
}

/// What the Rust half returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResultType {
    /// `None` only.
    Unit,
    /// A Rust value, by its type's name.
    Value(&'static str),
    /// Any object.
    Any,
}

impl ResultType {
    pub(crate) fn of(seen: &[ObservedType]) -> Self {
        match seen {
            [one] => match one.name.as_str() {
                "NoneType" => Self::Unit,
                "bool" => Self::Value("bool"),
                "int" if one.fits_i64 => Self::Value("i64"),
                "float" => Self::Value("f64"),
                "str" => Self::Value("String"),
                _ => Self::Any,
            },
            _ => Self::Any,
        }
    }

    pub(crate) fn rust(self) -> &'static str {
        match self {
            Self::Unit => "()",
            Self::Value(name) => name,
            Self::Any => "Bound<'py, PyAny>",
        }
    }
}

/// What was seen, as an annotation would say it: `list[list[bool | None]] | int`.
pub(crate) fn words(seen: &[ObservedType]) -> String {
    let word = |one: &ObservedType| match (one.items.is_empty(), one.values.is_empty()) {
        (true, true) => one.name.replace("NoneType", "None"),
        (_, true) => format!("{}[{}]", one.name, words(&one.items)),
        _ => format!(
            "{}[{}, {}]",
            one.name,
            words(&one.items),
            words(&one.values)
        ),
    };
    if seen.is_empty() {
        return "never seen".to_owned();
    }
    seen.iter().map(word).collect::<Vec<_>>().join(" | ")
}
