//! Functions as C has them.

use exuvia_c_syntax::item::{Access, Function, Kind, Parameter, Scalar, Value, plain, snake};

/// A type of C.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum CType {
    /// A number or a truth value.
    Scalar(Scalar),
    /// A letter of a text.
    Char,
    /// What only a pointer is to.
    Void,
    /// A status.
    Status,
    /// A structure of the library's, by its name with the prefix.
    Struct(String),
    /// A pointer, and whether what it is to may be changed by it.
    Pointer(Box<CType>, bool),
    /// A pointer to a function that answers with a number, and its parameters.
    Callback(Vec<(String, CType)>),
}

/// A function as C has it.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    pub(crate) symbol: String,
    pub(crate) parameters: Vec<(String, CType)>,
    /// Nothing, where it gives nothing.
    pub(crate) result: Option<CType>,
}

impl CType {
    fn pointer(to: CType) -> Self {
        Self::Pointer(Box::new(to), true)
    }

    fn constant(to: CType) -> Self {
        Self::Pointer(Box::new(to), false)
    }

    fn borrowed(to: CType, access: Access) -> Self {
        Self::Pointer(Box::new(to), access == Access::Exclusive)
    }
}

/// What C calls for a function.
pub(crate) fn of(function: &Function, prefix: &str) -> Signature {
    let mut parameters = Vec::new();
    if let (Some(access), Some(owner)) = (function.receiver, &function.owner) {
        let this = CType::Struct(format!("{prefix}_{}", snake(&plain(owner))));
        parameters.push(("handle".to_owned(), CType::borrowed(this, access)));
    }
    for parameter in &function.parameters {
        parameters.extend(inputs(parameter, prefix));
    }
    let value = output(&function.value, prefix);
    let result = if function.direct {
        value
    } else {
        parameters
            .extend(value.map(|value| (result_name(function).to_owned(), CType::pointer(value))));
        Some(CType::Status)
    };
    Signature {
        symbol: function.symbol(prefix),
        parameters,
        result,
    }
}

/// The name of the pointer that a result goes to.
pub(crate) fn result_name(function: &Function) -> &'static str {
    let is_taken = function.parameters.iter().any(|each| each.name == "result");
    if is_taken { "result_out" } else { "result" }
}

/// The name of an exported type in C, without the library's prefix.
pub(crate) fn type_name(of: &syn::Path) -> String {
    let last = of.segments.last();
    last.map(|part| snake(&plain(&part.ident)))
        .unwrap_or_default()
}

fn inputs(parameter: &Parameter, prefix: &str) -> Vec<(String, CType)> {
    let name = plain(&parameter.name);
    let length = (format!("{name}_length"), CType::Scalar(Scalar::USIZE));
    match &parameter.kind {
        Kind::Scalar(of) => vec![(name, CType::Scalar(*of))],
        Kind::Text => vec![(name, CType::constant(CType::Char)), length],
        Kind::CText => vec![(name, CType::constant(CType::Char))],
        Kind::Numbers(of, access) => {
            vec![(name, CType::borrowed(CType::Scalar(*of), *access)), length]
        }
        Kind::Callback(parameters, value) => {
            let context = (format!("{name}_context"), CType::pointer(CType::Void));
            vec![(name, callback(parameters, *value)), context]
        }
        Kind::Handle(of, access) => {
            let of = CType::Struct(format!("{prefix}_{}", type_name(of)));
            vec![(name, CType::borrowed(of, *access))]
        }
    }
}

fn callback(parameters: &[Scalar], value: Option<Scalar>) -> CType {
    let mut inputs = vec![("context".to_owned(), CType::pointer(CType::Void))];
    for (at, of) in parameters.iter().enumerate() {
        let name = if parameters.len() == 1 {
            "value".to_owned()
        } else {
            format!("value_{}", at + 1)
        };
        inputs.push((name, CType::Scalar(*of)));
    }
    inputs.extend(value.map(|of| ("result".to_owned(), CType::pointer(CType::Scalar(of)))));
    CType::Callback(inputs)
}

fn output(value: &Value, prefix: &str) -> Option<CType> {
    Some(match value {
        Value::Nothing => return None,
        Value::Scalar(of) => CType::Scalar(*of),
        Value::Text => CType::Struct(format!("{prefix}_text")),
        Value::Numbers(of) => CType::Struct(format!("{prefix}_{}_array", of.name())),
        Value::Handle(of) => CType::pointer(CType::Struct(format!("{prefix}_{}", type_name(of)))),
    })
}
