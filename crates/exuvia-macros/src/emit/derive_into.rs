/*!
`#[derive(IntoPyObject)]` and `#[derive(IntoPyObjectRef)]`.

A struct with names becomes a dict, one without a tuple, and one field alone what that field becomes; an enum whatever its variant
becomes. The two derives differ in the type that is converted, `T` or `&T`.
*/

use crate::emit::derive_from::{arguments, declare, path};
use crate::emit::template::{Code, emit};
use crate::emit::{root, string};
use crate::parse::Result;
use crate::parse::class::Case;
use crate::parse::derive::{Container, Field, Getter, Item, Key, Shape, check_into};
use crate::parse::generics::Kind;

/// Is the value given up or only looked at?
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Converted {
    Value,
    Reference,
}

/// The lifetime of the reference.
const REFERENCE: &str = "'__exuvia_ref";

impl Converted {
    /// The type that is converted, of a type by value.
    fn of(self, ty: Code) -> Code {
        match self {
            Converted::Value => ty,
            Converted::Reference => emit(&format!("&{REFERENCE} $ty"), &[("ty", ty)]),
        }
    }
}

/// What a struct or a variant becomes.
enum Becomes<'a> {
    Dict,
    Tuple,
    Field(&'a Field),
}

impl Container {
    fn becomes(&self) -> Becomes<'_> {
        match &self.fields[..] {
            [field] if self.is_transparent() => Becomes::Field(field),
            _ if self.named => Becomes::Dict,
            _ => Becomes::Tuple,
        }
    }
}

pub(crate) fn into_py_object(item: &Item, converted: Converted) -> Result<Code> {
    check_into(item)?;
    let root_of = |template: &str| emit(template, &[("root", root())]);
    let bound = "$root::Bound<'py, <Self as $root::IntoPyObject<'py>>::Target>";
    let (target, output, error) = match &item.shape {
        Shape::Enum { .. } => (
            root_of("$root::PyAny"),
            root_of(bound),
            root_of("$root::PyErr"),
        ),
        Shape::Struct(container) => match container.becomes() {
            Becomes::Dict => (
                root_of("$root::types::PyDict"),
                root_of(bound),
                root_of("$root::PyErr"),
            ),
            Becomes::Tuple => (
                root_of("$root::types::PyTuple"),
                root_of(bound),
                root_of("$root::PyErr"),
            ),
            Becomes::Field(field) => {
                let of_field = |associated: &str| {
                    emit(
                        &format!("<$ty as $root::IntoPyObject<'py>>::{associated}"),
                        &[
                            ("ty", converted.of(Code::grouped(field.ty.clone()))),
                            ("root", root()),
                        ],
                    )
                };
                (of_field("Target"), of_field("Output"), of_field("Error"))
            }
        },
    };
    let body = match &item.shape {
        Shape::Struct(container) => {
            let rule = container.options.rename_all.map(|(case, _)| case);
            let expression = match container.becomes() {
                Becomes::Field(_) => emit(
                    "$root::IntoPyObject::into_pyobject($local, py)",
                    &[("root", root()), ("local", local(0))],
                ),
                _ => object(container, rule, converted),
            };
            emit(
                "let $pattern = self; $expression",
                &[
                    ("pattern", pattern(container, None)),
                    ("expression", expression),
                ],
            )
        }
        Shape::Enum { variants, .. } => {
            let arms: Code = variants
                .iter()
                .map(|variant| arm(item, variant, converted))
                .collect();
            emit("match self { $arms }", &[("arms", arms)])
        }
    };
    Ok(implementation(
        item,
        converted,
        [target, output, error],
        body,
    ))
}

/// The variant, and the expression for what becomes of it.
fn arm(item: &Item, variant: &Container, converted: Converted) -> Code {
    let rule = variant.options.rename_all.map(|(case, _)| case);
    let expression = match variant.becomes() {
        Becomes::Field(_) => emit(
            "$root::emitted::derived::object($local, py)",
            &[("root", root()), ("local", local(0))],
        ),
        _ => emit(
            "::core::result::Result::map($object, $root::Bound::into_any)",
            &[
                ("root", root()),
                ("object", object(variant, rule, converted)),
            ],
        ),
    };
    emit(
        "$pattern => $expression,",
        &[
            ("pattern", pattern(variant, Some(item))),
            ("expression", expression),
        ],
    )
}

fn implementation(item: &Item, converted: Converted, types: [Code; 3], body: Code) -> Code {
    let declares_py = item
        .generics
        .iter()
        .any(|parameter| parameter.kind == Kind::Lifetime && parameter.name.to_string() == "'py");
    let mut declared = Code::new();
    if converted == Converted::Reference {
        declared.add(Code::from(format!("{REFERENCE},").as_str()));
    }
    if !declares_py {
        declared.add(Code::from("'py,"));
    }
    let mut conditions = Code::from(&item.conditions);
    declare(item, &mut declared, &mut conditions, |name| {
        emit(
            "$converted: $root::IntoPyObject<'py>,",
            &[("converted", converted.of(name)), ("root", root())],
        )
    });
    let ty = emit(
        "$name<$arguments>",
        &[
            ("name", Code::from(&item.ident)),
            ("arguments", arguments(item)),
        ],
    );
    let [target, output, error] = types;
    emit(
        "#[automatically_derived]
        impl<$declared> $root::IntoPyObject<'py> for $converted where $conditions {
            type Target = $target;
            type Output = $output;
            type Error = $error;
            fn into_pyobject(self, py: $root::Python<'py>) -> ::core::result::Result<
                <Self as $root::IntoPyObject<'py>>::Output,
                <Self as $root::IntoPyObject<'py>>::Error,
            > {
                $body
            }
        }",
        &[
            ("declared", declared),
            ("root", root()),
            ("converted", converted.of(ty)),
            ("conditions", conditions),
            ("target", target),
            ("output", output),
            ("error", error),
            ("body", body),
        ],
    )
}

/// The local that holds a field.
fn local(index: usize) -> Code {
    Code::from(format!("__field_{index}").as_str())
}

/// Takes a struct or a variant apart.
fn pattern(container: &Container, of: Option<&Item>) -> Code {
    let fields: Code = container
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let member = match &field.ident {
                Some(ident) => Code::from(ident),
                None => crate::emit::number(index),
            };
            emit(
                "$member: $local,",
                &[("member", member), ("local", local(index))],
            )
        })
        .collect();
    emit(
        "$path { $fields }",
        &[("path", path(container, of)), ("fields", fields)],
    )
}

/// A dict or a tuple of the fields, as an expression that leaves by `?` and ends in a `PyResult`.
fn object(container: &Container, rule: Option<Case>, converted: Converted) -> Code {
    let fields = container.fields.iter().enumerate();
    if !container.named {
        let items: Code = fields
            .map(|(index, field)| {
                let value = match &field.into_py_with {
                    Some(_) => value(field, index, converted),
                    None => emit(
                        "$root::emitted::derived::object($local, py)?",
                        &[("root", root()), ("local", local(index))],
                    ),
                };
                emit("$value,", &[("value", value)])
            })
            .collect();
        return emit(
            "$root::emitted::derived::tuple(py, &[$items])",
            &[("root", root()), ("items", items)],
        );
    }
    let entries: Code = fields
        .map(|(index, field)| {
            let value = value(field, index, converted);
            match field.getter.as_ref().map(|(getter, _)| getter) {
                Some(Getter::Item(Some(Key::Other(key)))) => emit(
                    "$root::emitted::derived::set_by(&dict, $key, $value)?;",
                    &[("root", root()), ("key", key.into()), ("value", value)],
                ),
                Some(Getter::Item(Some(Key::Text(key)))) => entry(key, value),
                _ => {
                    let name = field.name().unwrap_or_default();
                    entry(&rule.map_or(name.clone(), |rule| rule.apply(&name)), value)
                }
            }
        })
        .collect();
    emit(
        "{
            let dict = $root::types::PyDict::new(py);
            $entries
            ::core::result::Result::Ok(dict)
        }",
        &[("root", root()), ("entries", entries)],
    )
}

/// Adds a value to `dict`, under a name that is made a Python string once.
fn entry(name: &str, value: Code) -> Code {
    emit(
        "{
            static __EXUVIA_NAME: $root::sync::Interned = $root::sync::Interned::new($name);
            $root::emitted::derived::set(&dict, &__EXUVIA_NAME, $value)?;
        }",
        &[("root", root()), ("name", string(name)), ("value", value)],
    )
}

/// A field as something that converts: itself, or the object that the user's function makes of it.
fn value(field: &Field, index: usize, converted: Converted) -> Code {
    let Some((function, _)) = &field.into_py_with else {
        return local(index);
    };
    let form = match converted {
        Converted::Value => "Owned",
        Converted::Reference => "Borrowed",
    };
    emit(
        &format!("($function)(::std::borrow::Cow::<'_, $ty>::{form}($local), py)?"),
        &[
            ("function", function.into()),
            ("ty", (&field.ty).into()),
            ("local", local(index)),
        ],
    )
}
