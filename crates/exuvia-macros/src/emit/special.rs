//! Special methods, each into its slot.

use crate::emit::binding::{Binding, Call, OnFailure, Self_};
use crate::emit::description::{Description, OBJECT, parameters};
use crate::emit::function::Callable;
use crate::emit::methods::callable;
use crate::emit::protocols;
use crate::emit::root;
use crate::emit::shared::{Shared, compare_slot};
use crate::emit::slots::{ASSIGNMENTS, COMPARISONS, Kind, SPECIAL};
use crate::emit::template::{Code, emit};
use crate::parse::methods::{Method, Methods};
use crate::parse::{Error, Result};

/// Writes a special method into its slot, or keeps it for one it shares. `false` if the name is no slot's.
pub(super) fn special_method(
    block: &Methods,
    method: &Method,
    description: &mut Description,
    shared: &mut Shared,
) -> Result<bool> {
    let name = method.name.as_str();
    if let Some((_, number)) = COMPARISONS
        .iter()
        .find(|(comparison, _)| *comparison == name)
    {
        let body = operator_body(block, method, 1, false)?;
        let implementation = description.implementation(body, false);
        shared.comparisons.insert(number, implementation);
        return Ok(true);
    }
    if name == "__richcmp__" {
        rich_comparison(block, method, description)?;
        return Ok(true);
    }
    if let Some((_, slot, arguments, refusal)) =
        ASSIGNMENTS.iter().find(|(special, ..)| *special == name)
    {
        let implementation = int_implementation(block, method, description, *arguments, "done")?;
        let entry = shared.assignments.entry(slot).or_default();
        entry.refusal = refusal;
        if *arguments == 2 {
            entry.set = Some(implementation);
        } else {
            entry.delete = Some(implementation);
        }
        return Ok(true);
    }
    if protocols::special_method(block, method, description, &mut shared.protocols)? {
        return Ok(true);
    }
    let Some(special) = SPECIAL.iter().find(|special| special.name == name) else {
        return Ok(false);
    };
    match special.kind {
        Kind::Unary | Kind::Next | Kind::AsyncNext => {
            let finish = match special.kind {
                Kind::Next => "next",
                Kind::AsyncNext => "async_next",
                _ => "object",
            };
            let implementation = object_implementation(block, method, description, 0, finish)?;
            description.shim_slot(
                special.slot,
                &parameters(&["receiver"]),
                OBJECT,
                "unary(receiver, $implementation)",
                &[("implementation", implementation)],
            );
        }
        Kind::Length | Kind::Hash | Kind::Truth => {
            let finish = match special.kind {
                Kind::Hash => "hash",
                Kind::Truth => "truth",
                _ => "length",
            };
            let implementation = int_implementation(block, method, description, 0, finish)?;
            let (result, cast) = if special.kind == Kind::Truth {
                ("::core::ffi::c_int", " as ::core::ffi::c_int")
            } else {
                ("isize", "")
            };
            description.shim_slot(
                special.slot,
                &parameters(&["receiver"]),
                result,
                &format!("unary_int(receiver, $implementation){cast}"),
                &[("implementation", implementation)],
            );
        }
        Kind::Item => {
            let implementation = object_implementation(block, method, description, 1, "object")?;
            description.shim_slot(
                special.slot,
                &parameters(&["receiver", "key"]),
                OBJECT,
                "binary(receiver, key, $implementation)",
                &[("implementation", implementation)],
            );
        }
        Kind::Contains => {
            let implementation = int_implementation(block, method, description, 1, "truth")?;
            description.shim_slot(
                special.slot,
                &parameters(&["receiver", "item"]),
                "::core::ffi::c_int",
                "binary_int(receiver, item, $implementation) as ::core::ffi::c_int",
                &[("implementation", implementation)],
            );
        }
        Kind::Operator | Kind::Power => {
            let count = operand_count(block, method, special.kind == Kind::Power)?;
            let implementation = {
                let body = operator_body(block, method, count, true)?;
                description.implementation(body, false)
            };
            let entry = shared.operators.entry(special.slot).or_default();
            entry.power = special.kind == Kind::Power;
            if special.reflected {
                entry.reflected = Some(implementation);
            } else {
                entry.forward = Some(implementation);
            }
        }
        Kind::InPlace | Kind::InPlacePower => {
            let count = operand_count(block, method, special.kind == Kind::InPlacePower)?;
            let body = operator_body(block, method, count, false)?;
            let implementation = description.implementation(body, false);
            let (names, call) = if special.kind == Kind::InPlace {
                (
                    &["receiver", "operand"][..],
                    "in_place(receiver, operand, ::core::ptr::null_mut(), $implementation)",
                )
            } else {
                (
                    &["receiver", "operand", "modulus"][..],
                    "in_place(receiver, operand, modulus, $implementation)",
                )
            };
            description.shim_slot(
                special.slot,
                &parameters(names),
                OBJECT,
                call,
                &[("implementation", implementation)],
            );
        }
        Kind::Repeat => {
            let implementation = object_implementation(block, method, description, 1, "object")?;
            description.shim_slot(
                special.slot,
                "receiver: *mut $root::ffi::PyObject, count: $root::ffi::Py_ssize_t",
                OBJECT,
                "repeat(receiver, count, $implementation)",
                &[("implementation", implementation)],
            );
        }
        Kind::Get => {
            let implementation = object_implementation(block, method, description, 2, "object")?;
            description.shim_slot(
                special.slot,
                &parameters(&["receiver", "object", "class"]),
                OBJECT,
                "descriptor_get(receiver, object, class, $implementation)",
                &[("implementation", implementation)],
            );
        }
        Kind::Call => call_method(block, method, description)?,
    }
    Ok(true)
}

/// `pow` takes a modulus or leaves it out.
fn operand_count(block: &Methods, method: &Method, power: bool) -> Result<usize> {
    let count = callable(block, method, Self_::Instance, OnFailure::Null)
        .binding
        .arguments()
        .len();
    Ok(if power && count == 2 { 2 } else { 1 })
}

pub(crate) fn check_arguments(
    method: &Method,
    callable: &Callable<'_>,
    expected: usize,
) -> Result<()> {
    let count = callable.binding.arguments().len();
    if count == expected {
        return Ok(());
    }
    let arguments = match expected {
        0 => "no arguments".to_owned(),
        1 => "one argument".to_owned(),
        many => format!("{many} arguments"),
    };
    Err(Error::new(
        method.function.ident.span(),
        format!(
            "`{}` takes {arguments} besides the receiver, not {count}",
            method.name
        ),
    ))
}

/// The implementation of a method with so many arguments, whose result goes through that function of `output`.
fn body(
    block: &Methods,
    method: &Method,
    arguments: usize,
    on_failure: OnFailure,
    finish: &str,
) -> Result<Code> {
    let callable = callable(block, method, Self_::Instance, on_failure);
    check_arguments(method, &callable, arguments)?;
    let finish = emit(
        &format!("$root::emitted::output::{finish}(py, result)"),
        &[("root", root())],
    );
    callable.implementation(&callable.signature()?, finish)
}

pub(crate) fn object_implementation(
    block: &Methods,
    method: &Method,
    description: &mut Description,
    arguments: usize,
    finish: &str,
) -> Result<Code> {
    let body = body(block, method, arguments, OnFailure::Null, finish)?;
    Ok(description.implementation(body, false))
}

pub(crate) fn int_implementation(
    block: &Methods,
    method: &Method,
    description: &mut Description,
    arguments: usize,
    finish: &str,
) -> Result<Code> {
    let body = body(block, method, arguments, OnFailure::MinusOne, finish)?;
    Ok(description.implementation(body, true))
}

/// What does not convert is `NotImplemented`: the operands, and with `of_receiver` the receiver too.
fn operator_body(
    block: &Methods,
    method: &Method,
    arguments: usize,
    of_receiver: bool,
) -> Result<Code> {
    let on_failure = OnFailure::NotImplemented { of_receiver };
    body(block, method, arguments, on_failure, "object")
}

/// `__richcmp__(&self, other, op: CompareOp)`: the operator is not an object, but travels in an argument's place.
fn rich_comparison(block: &Methods, method: &Method, description: &mut Description) -> Result<()> {
    let on_failure = OnFailure::NotImplemented { of_receiver: false };
    let callable = callable(block, method, Self_::Instance, on_failure);
    check_arguments(method, &callable, 2)?;
    let call = call_with_raw(&callable, &["operator"], false)?;
    let body = emit(
        "let operator = unsafe { $root::emitted::comparison(args) };
        $warnings
        $statements
        let result = $root::emitted::Output($expression).__exuvia_convert();
        $root::emitted::output::object(py, result)",
        &[
            ("root", root()),
            (
                "warnings",
                callable.binding.warnings(&method.options.warnings),
            ),
            ("statements", call.statements),
            ("expression", call.expression),
        ],
    );
    let implementation = description.implementation(body, false);
    compare_slot(description, implementation);
    Ok(())
}

/// The call of a function whose last arguments are not objects, but locals of the given names.
pub(crate) fn call_with_raw(
    callable: &Callable<'_>,
    raw: &[&str],
    is_unsafe: bool,
) -> Result<Call> {
    let arguments = callable.binding.arguments();
    let names: Vec<String> = arguments[arguments.len() - raw.len()..]
        .iter()
        .map(|parameter| parameter.name.clone())
        .collect();
    let function = callable.binding.function;
    let mut called = function.clone();
    called
        .parameters
        .retain(|parameter| !names.contains(&parameter.name));
    let binding = Binding {
        function: &called,
        ..callable.binding
    };
    let signature = binding.signature(None)?;
    // The user's function is called through a closure that adds the locals where they stand.
    let mut passed = Code::new();
    let mut taken = Code::new();
    let mut count = 0;
    let mut take = |passed: &mut Code| {
        let name = Code::from(format!("__p{count},").as_str());
        count += 1;
        taken.add(name.clone());
        passed.add(name);
    };
    if called.receiver.is_some() {
        take(&mut passed);
    }
    for parameter in &function.parameters {
        match names.iter().position(|name| *name == parameter.name) {
            Some(index) => passed.add(Code::from(format!("{},", raw[index]).as_str())),
            None => take(&mut passed),
        }
    }
    let closure = emit(
        if is_unsafe {
            "(|$taken| unsafe { $path($passed) })"
        } else {
            "(|$taken| $path($passed))"
        },
        &[
            ("taken", taken),
            ("path", callable.path.clone()),
            ("passed", passed),
        ],
    );
    binding.call(closure, &signature)
}

fn call_method(block: &Methods, method: &Method, description: &mut Description) -> Result<()> {
    let callable = callable(block, method, Self_::Instance, OnFailure::Null);
    let signature = callable.signature()?;
    let finish = emit(
        "$root::emitted::output::object(py, result)",
        &[("root", root())],
    );
    let body = callable.implementation(&signature, finish)?;
    let implementation = description.implementation(body, false);
    let spec = description.spec("__call__", block, &signature);
    description.shim_slot(
        "Py_tp_call",
        &parameters(&["receiver", "args", "keywords"]),
        OBJECT,
        "tuple_call(receiver, args, keywords, &$spec, $implementation)",
        &[("spec", spec), ("implementation", implementation)],
    );
    Ok(())
}
