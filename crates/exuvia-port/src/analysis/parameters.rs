//! What a function takes.

use ruff_python_ast::{Expr, Number, ParameterWithDefault, Parameters, UnaryOp};
use ruff_text_size::Ranged;

use super::{Lines, Refusal};

/// One parameter of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// How arguments reach it.
    pub kind: Kind,
    /// Its default, where it has one.
    pub default: Option<Default>,
    /// Its annotation, as written.
    pub annotation: Option<String>,
}

/// How arguments reach a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Before `/`.
    PositionalOnly,
    /// By position or by name.
    Ordinary,
    /// `*args`.
    Rest,
    /// After `*`.
    KeywordOnly,
    /// `**kwargs`.
    Keywords,
}

/// A parameter's default.
#[derive(Debug, Clone, PartialEq)]
pub enum Default {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An integer that fits.
    Int(i64),
    /// A float.
    Float(f64),
    /// Anything else, as written: evaluated by Python when the module was loaded.
    Other(String),
}

/// Names that Rust does not take for a variable: keywords that cannot be written as `r#name`, and variants that every
/// module knows.
const UNSPEAKABLE: [&str; 8] = ["self", "Self", "super", "crate", "_", "Ok", "Err", "Some"];

/// What is wrong with a parameter of such a name.
pub(crate) const NO_NAME: &str = "has no name in Rust";

/// Why a function with these parameters cannot move.
pub(super) fn refusal(parameters: &Parameters, lines: &Lines) -> Option<Refusal> {
    let parameter = parameters
        .iter()
        .find(|parameter| UNSPEAKABLE.contains(&parameter.name().as_str()))?;
    Some(Refusal {
        line: lines.line(parameter.range().start().to_usize()),
        reason: format!("its parameter `{}` {NO_NAME}", parameter.name()),
    })
}

pub(super) fn read(parameters: &Parameters, text: &str) -> Vec<Parameter> {
    let annotation = |expression: &Expr| text[expression.range()].to_owned();
    let plain = |list: &[ParameterWithDefault], kind: Kind| -> Vec<Parameter> {
        list.iter()
            .map(|item| Parameter {
                name: item.parameter.name.as_str().to_owned(),
                kind,
                default: item
                    .default
                    .as_deref()
                    .map(|default| read_default(default, text)),
                annotation: item.parameter.annotation.as_deref().map(annotation),
            })
            .collect()
    };
    let special = |parameter: Option<&ruff_python_ast::Parameter>, kind: Kind| {
        parameter.map(|parameter| Parameter {
            name: parameter.name.as_str().to_owned(),
            kind,
            default: None,
            annotation: parameter.annotation.as_deref().map(annotation),
        })
    };
    let mut all = plain(&parameters.posonlyargs, Kind::PositionalOnly);
    all.extend(plain(&parameters.args, Kind::Ordinary));
    all.extend(special(parameters.vararg.as_deref(), Kind::Rest));
    all.extend(plain(&parameters.kwonlyargs, Kind::KeywordOnly));
    all.extend(special(parameters.kwarg.as_deref(), Kind::Keywords));
    all
}

fn read_default(expression: &Expr, text: &str) -> Default {
    let other = || Default::Other(text[expression.range()].to_owned());
    let number = |value: &Number| match value {
        Number::Int(int) => int.as_i64().map(Default::Int),
        Number::Float(float) => Some(Default::Float(*float)),
        Number::Complex { .. } => None,
    };
    match expression {
        Expr::NoneLiteral(_) => Default::None,
        Expr::BooleanLiteral(literal) => Default::Bool(literal.value),
        Expr::NumberLiteral(literal) => number(&literal.value).unwrap_or_else(other),
        Expr::UnaryOp(unary) if unary.op == UnaryOp::USub => match &*unary.operand {
            Expr::NumberLiteral(literal) => match number(&literal.value) {
                Some(Default::Int(value)) => Default::Int(-value),
                Some(Default::Float(value)) => Default::Float(-value),
                _ => other(),
            },
            _ => other(),
        },
        _ => other(),
    }
}
