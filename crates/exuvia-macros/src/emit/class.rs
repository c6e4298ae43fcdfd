//! `#[pyclass]`: a class's type, and what its options provide.

use proc_macro::{Ident, Literal, TokenTree};

use crate::emit::function::traits;
use crate::emit::methods::{Description, compare_slot};
use crate::emit::template::{Code, emit};
use crate::emit::{root, string, terminated};
use crate::parse::Result;
use crate::parse::class::{Class, Field, Shape, Variant};

pub(crate) fn pyclass(class: &Class) -> Result<Code> {
    let mut description = Description::default();
    match &class.shape {
        Shape::Struct(fields) => fields
            .iter()
            .for_each(|field| field_property(class, field, &mut description)),
        Shape::Enum(variants) => enumeration(class, variants, &mut description),
    }
    if class.options.eq || class.options.ord || class.options.eq_int {
        comparison(class, &mut description);
    }
    if class.options.hash {
        let body = emit(
            "$this
            $root::emitted::output::hash(py, ::core::result::Result::Ok($root::emitted::hash_of(&*this)))",
            &[("this", receiver(class, "-1")), ("root", root())],
        );
        let implementation = description.implementation(body, true);
        let shim = description.shim(
            "receiver: *mut $root::ffi::PyObject",
            "isize",
            "unary_int(receiver, $implementation)",
            &[("implementation", implementation)],
        );
        description.slot("Py_tp_hash", shim);
    }
    if class.options.str {
        let text = Code::from("::std::string::ToString::to_string(&*this)");
        text_slot(class, &mut description, "Py_tp_str", text);
    }
    Ok(definition(class, &description))
}

fn name(class: &Class) -> Code {
    Code::from(&class.ident)
}

/// `let this = …;`, a shared borrow of the receiver.
fn receiver(class: &Class, failed: &str) -> Code {
    emit(
        &format!(
            "let this = match unsafe {{ $root::emitted::receiver::<$class>(py, receiver) }} {{
                ::core::result::Result::Ok(this) => this,
                ::core::result::Result::Err(error) => {{
                    error.restore(py);
                    return {failed};
                }}
            }};"
        ),
        &[("root", root()), ("class", name(class))],
    )
}

const NULL: &str = "::core::ptr::null_mut()";

/// A slot that answers with an object made from `value`, which has `this` at hand.
fn text_slot(class: &Class, description: &mut Description, slot: &str, value: Code) {
    let body = emit(
        "$this
        $root::emitted::output::object(py, ::core::result::Result::Ok($value))",
        &[
            ("this", receiver(class, NULL)),
            ("root", root()),
            ("value", value),
        ],
    );
    let implementation = description.implementation(body, false);
    let shim = description.shim(
        "receiver: *mut $root::ffi::PyObject",
        "*mut $root::ffi::PyObject",
        "unary(receiver, $implementation)",
        &[("implementation", implementation)],
    );
    description.slot(slot, shim);
}

fn member(field: &Field) -> Code {
    let mut token = match field.member.parse::<usize>() {
        Ok(index) => TokenTree::Literal(Literal::usize_unsuffixed(index)),
        Err(_) => match field.member.strip_prefix("r#") {
            Some(raw) => TokenTree::Ident(Ident::new_raw(raw, field.member_span)),
            None => TokenTree::Ident(Ident::new(&field.member, field.member_span)),
        },
    };
    token.set_span(field.member_span);
    token.into()
}

fn field_property(class: &Class, field: &Field, description: &mut Description) {
    let get = field.get || class.options.get_all;
    let set = field.set || class.options.set_all;
    if !get && !set {
        return;
    }
    let holes = |receiver: Code| {
        [
            ("this", receiver),
            ("root", root()),
            ("class", name(class)),
            ("member", member(field)),
            ("ty", (&field.ty).into()),
            ("name", string(&field.member)),
        ]
    };
    let getter = get.then(|| {
        let body = emit(
            "$this
            let field = &this.$member;
            $root::emitted::output::raised(py, (&$root::emitted::Field::of(field)).get(field, py))",
            &holes(receiver(class, NULL)),
        );
        description.implementation(body, false)
    });
    let setter = set.then(|| {
        // Converted before it is borrowed: the conversion can run Python code that looks at the object.
        let body = emit(
            "let argument = unsafe { $root::emitted::argument(py, &frame, args) };
            let value = match $root::emitted::value::<$ty>(argument) {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(error) => {
                    $root::emitted::fail(py, $name, error);
                    return -1;
                }
            };
            let old = match unsafe { $root::emitted::receiver_mut::<$class>(py, receiver) } {
                ::core::result::Result::Ok(mut this) => ::core::mem::replace(&mut this.$member, value),
                ::core::result::Result::Err(error) => {
                    error.restore(py);
                    return -1;
                }
            };
            ::core::mem::drop(old);
            0",
            &holes(Code::new()),
        );
        description.implementation(body, true)
    });
    let python_name = class.member_name(field.python_name.as_ref(), &field.member);
    description.property(&python_name, &field.doc, getter, setter);
}

/// The variants as class attributes, and how an instance shows itself and converts to `int`.
fn enumeration(class: &Class, variants: &[Variant], description: &mut Description) {
    let mut names = Code::new();
    let mut numbers = Code::new();
    for variant in variants {
        let python_name =
            class.member_name(variant.python_name.as_ref(), &variant.ident.to_string());
        let holes = [
            ("class", name(class)),
            ("variant", Code::from(&variant.ident)),
            (
                "text",
                string(&format!("{}.{python_name}", class.python_name())),
            ),
        ];
        description.attribute(
            &python_name,
            emit("::core::result::Result::Ok($class::$variant)", &holes),
        );
        names.add(emit("$class::$variant => $text,", &holes));
        numbers.add(emit(
            "$class::$variant => $class::$variant as i128,",
            &holes,
        ));
    }
    text_slot(
        class,
        description,
        "Py_tp_repr",
        emit("match &*this { $names }", &[("names", names)]),
    );
    text_slot(
        class,
        description,
        "Py_nb_int",
        emit("match &*this { $numbers }", &[("numbers", numbers.clone())]),
    );
}

/// `tp_richcompare` from Rust's own comparisons.
fn comparison(class: &Class, description: &mut Description) {
    let arm = |number: &str, operator: &str| {
        emit(
            &format!("$root::ffi::{number} => left {operator} right,"),
            &[("root", root())],
        )
    };
    let mut arms = arm("Py_EQ", "==");
    arms.add(arm("Py_NE", "!="));
    if class.options.ord {
        for (number, operator) in [
            ("Py_LT", "<"),
            ("Py_LE", "<="),
            ("Py_GT", ">"),
            ("Py_GE", ">="),
        ] {
            arms.add(arm(number, operator));
        }
    }
    let number_of = |value: &str| match &class.shape {
        Shape::Enum(variants) => {
            let arms: Code = variants
                .iter()
                .map(|variant| {
                    emit(
                        "$class::$variant => $class::$variant as i128,",
                        &[
                            ("class", name(class)),
                            ("variant", Code::from(&variant.ident)),
                        ],
                    )
                })
                .collect();
            emit(&format!("match {value} {{ $arms }}"), &[("arms", arms)])
        }
        Shape::Struct(_) => Code::new(),
    };
    // With `eq_int` alone, two instances are compared as numbers too.
    let (left, right) = if class.options.eq {
        (Code::from("&*this"), Code::from("other"))
    } else {
        (number_of("&*this"), number_of("other"))
    };
    let with_integers = if class.options.eq_int {
        emit(
            "if let ::core::result::Result::Ok(right) = $root::emitted::value::<i128>(argument) {
                let left = $number;
                return $root::emitted::output::object(py, ::core::result::Result::Ok(match operator {
                    $root::ffi::Py_EQ => left == right,
                    $root::ffi::Py_NE => left != right,
                    _ => return $root::emitted::not_implemented(py),
                }));
            }",
            &[("root", root()), ("number", number_of("&*this"))],
        )
    } else {
        Code::new()
    };
    let body = emit(
        "$this
        let operator = unsafe { $root::emitted::comparison_number(args) };
        let argument = unsafe { $root::emitted::argument(py, &frame, args) };
        let mut holder = ::core::option::Option::None;
        if let ::core::result::Result::Ok(other) = $root::emitted::reference::<$class>(argument, &mut holder) {
            let left = $left;
            let right = $right;
            return $root::emitted::output::object(py, ::core::result::Result::Ok(match operator {
                $arms
                _ => return $root::emitted::not_implemented(py),
            }));
        }
        $with_integers
        $root::emitted::not_implemented(py)",
        &[
            ("this", receiver(class, NULL)),
            ("root", root()),
            ("class", name(class)),
            ("left", left),
            ("right", right),
            ("arms", arms),
            ("with_integers", with_integers),
        ],
    );
    let implementation = description.implementation(body, false);
    compare_slot(description, implementation);
}

fn definition(class: &Class, description: &Description) -> Code {
    let options = &class.options;
    let python_name = class.python_name();
    let qualified = match &options.module {
        Some(module) => format!("{module}.{python_name}"),
        // CPython warns of a type whose name has no module in front.
        None => format!("builtins.{python_name}"),
    };
    let module = match &options.module {
        Some(module) => emit(
            "::core::option::Option::Some($module)",
            &[("module", string(module))],
        ),
        None => Code::from("::core::option::Option::None"),
    };
    let bool = |value: bool| Code::from(if value { "true" } else { "false" });
    let from_py_object = if options.from_py_object {
        emit(
            "impl<'a, 'py> $root::FromPyObject<'a, 'py> for $class {
                type Error = $root::PyErr;
                fn extract(obj: $root::Borrowed<'a, 'py, $root::PyAny>) -> $root::PyResult<Self> {
                    let mut holder = ::core::option::Option::None;
                    let value: &Self = $root::emitted::reference::<Self>(obj, &mut holder)?;
                    ::core::result::Result::Ok(::core::clone::Clone::clone(value))
                }
            }",
            &[("root", root()), ("class", name(class))],
        )
    } else {
        Code::new()
    };
    let describe = if description.statements.is_empty() {
        Code::new()
    } else {
        emit(
            "class $traits $definitions $statements",
            &[
                ("traits", traits()),
                ("definitions", description.definitions.clone()),
                ("statements", description.statements.clone()),
            ],
        )
    };
    emit(
        "$item
        $root::emitted::class!($class $python_name ($module) $frozen ($text) $subclass {$describe});
        $from_py_object",
        &[
            ("item", (&class.item).into()),
            ("root", root()),
            ("describe", describe),
            ("text", terminated(&[&qualified, &class.doc])),
            ("python_name", string(&python_name)),
            ("class", name(class)),
            ("subclass", bool(options.subclass)),
            ("module", module),
            (
                "frozen",
                emit(if options.frozen { "True" } else { "False" }, &[]),
            ),
            ("from_py_object", from_py_object),
        ],
    )
}
