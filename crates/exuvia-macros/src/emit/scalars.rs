/*!
Functions whose arguments and results are numbers and truth values, which most functions of numeric code are.

`exuvia::emitted::scalars!` writes them, in one form for speed and in one for size. It is told what the types are by name;
should the user have given a number's name to a type of their own, the code does not compile.
*/

use proc_macro::TokenTree;

use crate::emit::binding::{Binding, OnFailure, Self_, class_of};
use crate::emit::template::{Code, emit};
use crate::emit::{number, root, string};
use crate::parse::cursor::flatten;
use crate::parse::function::Receiver;
use crate::parse::signature::Signature;
use crate::parse::types::Shape;

/// The scalars, each with its number, which is the number it has in `exuvia`'s `convert::Scalar`. `test_scalars.py` takes every one
/// of them there and back.
const SCALARS: [(&str, u64); 13] = [
    ("bool", 1),
    ("i8", 2),
    ("u8", 3),
    ("i16", 4),
    ("u16", 5),
    ("i32", 6),
    ("u32", 7),
    ("i64", 8),
    ("u64", 9),
    ("isize", 10),
    ("usize", 11),
    ("f32", 12),
    ("f64", 13),
];

/// As many arguments as `exuvia`'s `Words` has room for.
const MOST: usize = 8;

/// The layout of `exuvia`'s `Kinds`.
const RESULT: u32 = 32;
const BORROW: u32 = 36;
/// All that a method's class can leave of where things lie in an instance.
const OFFSETS: u64 = 0x00ff_ffff << 40;
const UNIT: u64 = 14;
const OBJECT: u64 = 15;

/// The parts of a call of `scalars!`.
pub(crate) struct Scalars {
    /// `Kinds` of the arguments.
    kinds: u64,
    /// How many arguments there are.
    count: usize,
    /// `[a0 f64 a1 u8]`
    arguments: Code,
}

fn scalar(name: &str) -> Option<u64> {
    let (_, number) = SCALARS.iter().find(|(scalar, _)| *scalar == name)?;
    Some(*number)
}

/// The arguments, if all are scalars that must be given, and are given in the order of the parameters.
pub(crate) fn arguments(binding: &Binding<'_>, signature: &Signature) -> Option<Scalars> {
    let parameters = &binding.function.parameters;
    let plain = signature.keyword_only.is_empty()
        && signature.varargs.is_none()
        && signature.varkeywords.is_none()
        && signature.required() == signature.positional.len()
        && signature.positional.len() == parameters.len()
        && parameters.len() <= MOST
        && binding.on_failure == OnFailure::Null;
    if !plain {
        return None;
    }
    let mut kinds = 0;
    let mut arguments = Code::new();
    for (index, parameter) in parameters.iter().enumerate() {
        let name = match &flatten(parameter.ty.tokens.clone())[..] {
            [TokenTree::Ident(ident)] => ident.to_string(),
            _ => return None,
        };
        let is_value = matches!(parameter.ty.shape, Shape::Value) && parameter.converter.is_none();
        if !is_value || signature.slot(&parameter.name) != Some(index) {
            return None;
        }
        kinds |= scalar(&name)? << (4 * index);
        arguments.add(Code::from(format!("a{index} {name}").as_str()));
    }
    Some(Scalars {
        kinds,
        count: parameters.len(),
        arguments,
    })
}

/// The result's number and its form, if it is a scalar or nothing, perhaps in a `PyResult`.
fn result(written: &str) -> Option<(u64, Code)> {
    let inner = written
        .strip_prefix("PyResult<")
        .and_then(|rest| rest.strip_suffix('>'));
    let name = inner.unwrap_or(written);
    let (number, name) = match name {
        "" | "()" if inner.is_none() || name == "()" => (UNIT, "unit"),
        _ => (scalar(name)?, name),
    };
    let form = match (inner, number) {
        (None, UNIT) => "unit".to_owned(),
        (None, _) => format!("value {name}"),
        (Some(_), _) => format!("fallible {name}"),
    };
    Some((number, Code::from(form.as_str())))
}

/// A function or a method of scalars as an expression that is its `FunctionDef`; `None` if it is none. `text` is that of
/// `FunctionDef`.
pub(crate) fn function(
    binding: &Binding<'_>,
    signature: &Signature,
    python_name: &str,
    text: Code,
    path: Code,
    flags: &str,
) -> Option<Code> {
    let receiver = binding.function.receiver;
    let takes_receiver = match binding.takes {
        Self_::None => receiver.is_none(),
        Self_::Instance => receiver.is_some(),
        Self_::Class | Self_::ClassOfInstance | Self_::Module => false,
    };
    // A function without any parameters is called by another convention than a method is.
    let empty = binding.function.parameters.is_empty();
    if !takes_receiver || (empty && receiver.is_none()) {
        return None;
    }
    let scalars = arguments(binding, signature)?;
    let (result_number, result) = result(&binding.function.result)?;
    let class = binding.class.map(Code::from).unwrap_or_default();
    let (borrow, receiver) = match receiver {
        None => (0, Code::new()),
        Some(Receiver::Shared) => (1, emit("shared $class", &[("class", class)])),
        Some(Receiver::Exclusive) => (2, emit("exclusive $class", &[("class", class)])),
    };
    let offsets = if borrow == 0 { 0 } else { OFFSETS };
    let kinds = scalars.kinds | result_number << RESULT | borrow << BORROW | offsets;
    let template = if empty {
        "$root::emitted::scalars!(empty $text $kinds ($flags) [$receiver] {$path} ($result))"
    } else {
        "$root::emitted::scalars!(
            fast $text $names $count $positional_only $kinds ($flags) ($class_of) [$receiver] {$path} [$arguments] ($result)
        )"
    };
    Some(emit(
        template,
        &[
            ("root", root()),
            ("text", text),
            ("names", names(python_name, signature)),
            ("count", number(scalars.count)),
            ("positional_only", number(signature.positional_only)),
            ("kinds", Code::from(kinds.to_string().as_str())),
            ("flags", emit(flags, &[("root", root())])),
            ("class_of", class_of(binding.class)),
            ("receiver", receiver),
            ("path", path),
            ("arguments", scalars.arguments),
            ("result", result),
        ],
    ))
}

/// The statement that describes a constructor that takes scalars; `None` if it does not.
pub(crate) fn constructor(
    binding: &Binding<'_>,
    signature: &Signature,
    path: Code,
    text_signature: &str,
) -> Option<Code> {
    if binding.takes != Self_::None || binding.function.receiver.is_some() {
        return None;
    }
    let scalars = arguments(binding, signature)?;
    Some(emit(
        "$root::emitted::scalars!(
            new class $names $count $positional_only $kinds [$class] {$path} [$arguments] ($made) $text
        );",
        &[
            ("root", root()),
            ("names", names("__new__", signature)),
            ("count", number(scalars.count)),
            ("positional_only", number(signature.positional_only)),
            (
                "kinds",
                Code::from((scalars.kinds | OBJECT << RESULT).to_string().as_str()),
            ),
            ("class", binding.class.map(Code::from).unwrap_or_default()),
            ("path", path),
            ("arguments", scalars.arguments),
            ("made", Code::from(made(binding))),
            ("text", string(text_signature)),
        ],
    ))
}

/// What a constructor returns.
pub(crate) fn made(binding: &Binding<'_>) -> &'static str {
    let written = &binding.function.result;
    let inner = written
        .strip_prefix("PyResult<")
        .and_then(|rest| rest.strip_suffix('>'));
    let class = binding.class.map(ToString::to_string);
    match inner.unwrap_or(written) {
        name if name != "Self" && class.as_deref() != Some(name) => "any",
        _ if inner.is_some() => "fallible own",
        _ => "own",
    }
}

/// The text of `Signature::names`.
fn names(python_name: &str, signature: &Signature) -> Code {
    let names: Vec<&str> = std::iter::once(python_name)
        .chain(signature.positional.iter().map(|slot| slot.name.as_str()))
        .collect();
    string(&names.join("\0"))
}
