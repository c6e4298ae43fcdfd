/*!
`#[derive(FromPyObject)]`.

The code looks a field up, extracts it and says which one it was if that fails; `exuvia`'s `convert::derived` has a function for
each of these. A struct's value is an expression that leaves by `?`; an enum is a list of closures of such expressions, which
are tried one after another.
*/

use crate::emit::template::{Code, emit};
use crate::emit::{number, root, string};
use crate::parse::Result;
use crate::parse::class::Case;
use crate::parse::derive::{Container, Fallback, Field, Getter, Item, Key, Shape, check_from};
use crate::parse::generics::Kind;
use crate::parse::signature::name;

pub(crate) fn from_py_object(item: &Item) -> Result<Code> {
    check_from(item)?;
    let body = match &item.shape {
        Shape::Struct(container) => {
            let rule = container.options.rename_all.map(|(case, _)| case);
            emit(
                "::core::result::Result::Ok($value)",
                &[("value", value(container, None, rule))],
            )
        }
        Shape::Enum { variants, options } => {
            let attempts: Code = variants
                .iter()
                .map(|variant| {
                    let rule = variant.options.rename_all.or(options.rename_all);
                    let value = value(variant, Some(item), rule.map(|(case, _)| case));
                    emit(
                        "|obj| ::core::result::Result::Ok($value),",
                        &[("value", value)],
                    )
                })
                .collect();
            emit(
                "$root::emitted::derived::first_of(obj, $names, &[$attempts])",
                &[
                    ("root", root()),
                    ("names", string(&variant_names(item, variants))),
                    ("attempts", attempts),
                ],
            )
        }
    };
    let lifetime = item
        .generics
        .iter()
        .find(|parameter| parameter.kind == Kind::Lifetime);
    let token = match lifetime {
        Some(parameter) => Code::from(&parameter.name),
        None => Code::from("'py"),
    };
    let mut declared = match lifetime {
        Some(_) => Code::new(),
        None => Code::from("'py,"),
    };
    let mut conditions = Code::from(&item.conditions);
    declare(item, &mut declared, &mut conditions, |name| {
        emit(
            "$name: $root::FromPyObjectOwned<$token>,",
            &[("name", name), ("root", root()), ("token", token.clone())],
        )
    });
    Ok(emit(
        "#[automatically_derived]
        impl<$declared> $root::FromPyObject<'_, $token> for $name<$arguments> where $conditions {
            type Error = $root::PyErr;
            fn extract(obj: $root::Borrowed<'_, $token, $root::PyAny>) -> $root::PyResult<Self> {
                $body
            }
        }",
        &[
            ("declared", declared),
            ("root", root()),
            ("token", token),
            ("name", Code::from(&item.ident)),
            ("arguments", arguments(item)),
            ("conditions", conditions),
            ("body", body),
        ],
    ))
}

/// Adds the type's own parameters to those that are declared, and for each that is a type a condition.
pub(crate) fn declare(
    item: &Item,
    declared: &mut Code,
    conditions: &mut Code,
    condition: impl Fn(Code) -> Code,
) {
    for parameter in &item.generics {
        declared.add(emit(
            "$declaration,",
            &[("declaration", (&parameter.declaration).into())],
        ));
        if parameter.kind == Kind::Type {
            conditions.add(condition((&parameter.name).into()));
        }
    }
}

/// The type's generic arguments: its own parameters.
pub(crate) fn arguments(item: &Item) -> Code {
    item.generics
        .iter()
        .map(|parameter| emit("$name,", &[("name", (&parameter.name).into())]))
        .collect()
}

/// How Rust names a struct, or a variant of an enum.
pub(crate) fn path(container: &Container, of: Option<&Item>) -> Code {
    match of {
        None => Code::from(&container.ident),
        Some(item) => emit(
            "$name::$variant",
            &[
                ("name", Code::from(&item.ident)),
                ("variant", Code::from(&container.ident)),
            ],
        ),
    }
}

/// The enum's name, then each variant's and its annotation.
fn variant_names(item: &Item, variants: &[Container]) -> String {
    let mut names = vec![name(&item.ident)];
    for variant in variants {
        let own = name(&variant.ident);
        let annotation = variant.options.annotation.as_ref();
        names.push(own.clone());
        names.push(annotation.map_or(own, |(annotation, _)| annotation.clone()));
    }
    names.join("\0")
}

/// A struct or a variant as an expression over `obj`, with `?` where something fails.
fn value(container: &Container, of: Option<&Item>, rule: Option<Case>) -> Code {
    let shown = match of {
        None => name(&container.ident),
        Some(item) => format!("{}::{}", name(&item.ident), name(&container.ident)),
    };
    let fields: Code = container
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let place = Place {
                path: string(&match field.name() {
                    Some(name) => format!("{shown}.{name}"),
                    None => format!("{shown}.{index}"),
                }),
                ty: Code::from(&field.ty),
            };
            let value = if container.is_transparent() {
                itself(field, &place)
            } else if container.named {
                found(container, field, rule, &place)
            } else {
                element(field, index, &place)
            };
            match &field.ident {
                Some(ident) => emit(
                    "$ident: $value,",
                    &[("ident", ident.into()), ("value", value)],
                ),
                None => emit("$value,", &[("value", value)]),
            }
        })
        .collect();
    let built = if container.named {
        "$path { $fields }"
    } else if container.is_transparent() {
        "$path($fields)"
    } else {
        "{
            let items = $root::emitted::derived::items(obj, $count)?;
            $path($fields)
        }"
    };
    emit(
        built,
        &[
            ("path", path(container, of)),
            ("fields", fields),
            ("root", root()),
            ("count", number(container.fields.len())),
        ],
    )
}

/// What the code for a field needs to name it.
struct Place {
    /// `"Point.x"`, for the error.
    path: Code,
    ty: Code,
}

/// Calls the function of `derived` that extracts a field, or the user's own function on the object that `object` is.
fn extracted(field: &Field, place: &Place, extract: Code, object: Code) -> Code {
    match &field.from_py_with {
        Some((function, _)) => emit(
            "$root::emitted::derived::converted(($function)($object), $path)?",
            &[
                ("root", root()),
                ("function", function.into()),
                ("object", object),
                ("path", place.path.clone()),
            ],
        ),
        None => emit("$extract?", &[("extract", extract)]),
    }
}

/// The only field, which is what the object itself is.
fn itself(field: &Field, place: &Place) -> Code {
    let extract = emit(
        "$root::emitted::derived::extracted::<$ty>(obj, $path)",
        &[
            ("root", root()),
            ("ty", place.ty.clone()),
            ("path", place.path.clone()),
        ],
    );
    extracted(field, place, extract, Code::from("&*obj"))
}

/// A field of a tuple.
fn element(field: &Field, index: usize, place: &Place) -> Code {
    let object = emit(
        "$root::emitted::derived::item_of(items, $index)",
        &[("root", root()), ("index", number(index))],
    );
    let extract = emit(
        "$root::emitted::derived::extracted::<$ty>($object, $path)",
        &[
            ("root", root()),
            ("ty", place.ty.clone()),
            ("object", object.clone()),
            ("path", place.path.clone()),
        ],
    );
    let borrowed = emit("&*$object", &[("object", object)]);
    extracted(field, place, extract, borrowed)
}

/// A field that is an attribute or an item of the object.
fn found(container: &Container, field: &Field, rule: Option<Case>, place: &Place) -> Code {
    let own_name = || {
        let name = field.name().unwrap_or_default();
        rule.map_or(name.clone(), |rule| rule.apply(&name))
    };
    let by_default = match container.options.from_item_all {
        Some(_) => Getter::Item(None),
        None => Getter::Attribute(None),
    };
    let getter = field
        .getter
        .as_ref()
        .map_or(&by_default, |(getter, _)| getter);
    let lookup = match getter {
        Getter::Attribute(renamed) => {
            interned("attribute", &renamed.clone().unwrap_or_else(own_name))
        }
        Getter::Item(None) => interned("item", &own_name()),
        Getter::Item(Some(Key::Text(key))) => interned("item", key),
        Getter::Item(Some(Key::Other(key))) => emit(
            "$root::emitted::derived::item_by(obj, $key)",
            &[("root", root()), ("key", key.into())],
        ),
    };
    let extract = emit(
        "$root::emitted::derived::owned::<$ty>(&value, $path)",
        &[
            ("root", root()),
            ("ty", place.ty.clone()),
            ("path", place.path.clone()),
        ],
    );
    let holes = |fallback: Code| {
        [
            ("lookup", lookup.clone()),
            (
                "value",
                extracted(field, place, extract.clone(), Code::from("&value")),
            ),
            ("fallback", fallback),
        ]
    };
    match &field.default {
        None => emit("{ let value = $lookup?; $value }", &holes(Code::new())),
        Some((fallback, _)) => {
            let fallback = match fallback {
                Fallback::OfType => Code::from("::core::default::Default::default()"),
                Fallback::Value(value) => Code::from(value),
            };
            emit(
                "if let ::core::result::Result::Ok(value) = $lookup { $value } else { $fallback }",
                &holes(fallback),
            )
        }
    }
}

/// A lookup by a name that is made a Python string once.
fn interned(function: &str, name: &str) -> Code {
    emit(
        &format!(
            "{{
                static __EXUVIA_NAME: $root::sync::Interned = $root::sync::Interned::new($name);
                $root::emitted::derived::{function}(obj, &__EXUVIA_NAME)
            }}"
        ),
        &[("root", root()), ("name", string(name))],
    )
}
