/*!
Enums whose variants have fields.

Each variant is a class that extends the enum's: `Shape.Circle`. An instance of it holds no value of its own; that of the enum is
the variant's for as long as it lives, since the enum's class is frozen. The classes are written as the user would write them,
with `#[pyclass]` and `#[pymethods]`.
*/

use proc_macro::{Ident, TokenTree};

use crate::emit::class::{member, name};
use crate::emit::description::Description;
use crate::emit::template::{Code, emit};
use crate::emit::{doc_between, number, root, string};
use crate::parse::class::{Class, Field, Fields, Variant};
use crate::parse::doc::Doc;

/// The Rust type of a variant's class.
pub(super) fn class_of(class: &Class, variant: &Variant) -> Code {
    let name = format!("{}_{}", bare(&class.ident), bare(&variant.ident));
    Code::from(&Ident::new(&name, variant.ident.span()))
}

fn bare(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").unwrap_or(&name).to_owned()
}

fn python_name(class: &Class, variant: &Variant) -> String {
    class.member_name(variant.python_name.as_ref(), &variant.ident.to_string())
}

/// The variants' classes as attributes of the enum's.
pub(crate) fn attributes(class: &Class, variants: &[Variant], description: &mut Description) {
    for variant in variants {
        let value = emit(
            "::core::result::Result::Ok(py.get_type::<$variant>())",
            &[("variant", class_of(class, variant))],
        );
        description.attribute(&python_name(class, variant), value);
    }
}

/// The variants' classes.
pub(crate) fn classes(class: &Class, variants: &[Variant]) -> Code {
    variants
        .iter()
        .map(|variant| variant_class(class, variant))
        .collect()
}

fn variant_class(class: &Class, variant: &Variant) -> Code {
    let (fields, is_named): (&[Field], bool) = match &variant.fields {
        Fields::Named(fields) => (fields, true),
        Fields::Numbered(fields) => (fields, false),
        Fields::None => (&[], true),
    };
    let module = match &class.options.module {
        Some(module) => emit(", module = $module", &[("module", string(module))]),
        None => Code::new(),
    };
    let signature = match &variant.constructor {
        Some(signature) => emit(
            "#[pyo3(signature = $signature)]",
            &[("signature", signature.into())],
        ),
        None => Code::new(),
    };
    let python = python_name(class, variant);
    let mut parameters = Code::new();
    let mut values = Code::new();
    let mut getters = Code::new();
    let mut items = Code::new();
    let mut names = Code::new();
    for (index, field) in fields.iter().enumerate() {
        let local = local(field, index, is_named);
        parameters.add(emit(
            "$local: $ty,",
            &[("local", local.clone()), ("ty", (&field.ty).into())],
        ));
        values.add(emit(
            "$member: $local,",
            &[("member", member(field)), ("local", local.clone())],
        ));
        let field_name = if is_named {
            field
                .python_name
                .clone()
                .unwrap_or_else(|| field.member.trim_start_matches("r#").to_owned())
        } else {
            format!("_{index}")
        };
        names.add(emit("$name,", &[("name", string(&field_name))]));
        items.add(emit(
            "$index => $value,",
            &[
                ("index", number(index)),
                ("value", field_value(class, variant, field)),
            ],
        ));
        getters.add(emit(
            "#[getter($field_name)]
            $doc
            fn $function(slf: $root::PyRef<'_, Self>, py: $root::Python<'_>) -> $root::PyResult<$root::Py<$root::PyAny>> {
                $value
            }",
            &[
                ("root", root()),
                ("field_name", string(&field_name)),
                ("doc", documented(&field.doc)),
                (
                    "function",
                    Code::from(format!("__exuvia_field_{index}").as_str()),
                ),
                ("value", field_value(class, variant, field)),
            ],
        ));
    }
    let as_tuple = if is_named {
        Code::new()
    } else {
        emit(
            "fn __len__(&self) -> ::core::primitive::usize {
                $count
            }
            fn __getitem__(
                slf: $root::PyRef<'_, Self>,
                py: $root::Python<'_>,
                idx: ::core::primitive::usize,
            ) -> $root::PyResult<$root::Py<$root::PyAny>> {
                match idx {
                    $items
                    _ => ::core::result::Result::Err($root::exceptions::PyIndexError::new_err(\"tuple index out of range\")),
                }
            }",
            &[
                ("root", root()),
                ("count", number(fields.len())),
                ("items", items),
            ],
        )
    };
    emit(
        "#[doc(hidden)]
        #[allow(non_camel_case_types)]
        #[$root::pyclass(extends = $class, frozen, name = $python, crate = $root_text $module)]
        $doc
        $visibility struct $variant_class;

        #[doc(hidden)]
        #[allow(non_snake_case, clippy::all)]
        #[$root::pymethods(crate = $root_text)]
        impl $variant_class {
            #[new]
            $signature
            fn __exuvia_new($parameters) -> $root::PyClassInitializer<$variant_class> {
                $root::PyClassInitializer::from($class::$variant { $values }).add_subclass($variant_class)
            }

            #[classattr]
            fn __match_args__(py: $root::Python<'_>) -> $root::PyResult<$root::Bound<'_, $root::types::PyTuple>> {
                const NAMES: &[&::core::primitive::str] = &[$names];
                $root::types::PyTuple::new(py, NAMES)
            }

            #[classattr]
            fn __qualname__() -> &'static ::core::primitive::str {
                $qualified
            }

            $getters
            $as_tuple
        }",
        &[
            ("root", root()),
            ("root_text", string(&root_text())),
            ("class", name(class)),
            ("python", string(&python)),
            (
                "qualified",
                string(&format!("{}.{python}", class.python_name())),
            ),
            ("module", module),
            ("doc", documented(&variant.doc)),
            ("visibility", (&class.visibility).into()),
            ("variant", Code::from(&variant.ident)),
            ("variant_class", class_of(class, variant)),
            ("signature", signature),
            ("parameters", parameters),
            ("values", values),
            ("names", names),
            ("getters", getters),
            ("as_tuple", as_tuple),
        ],
    )
}

/// The object of a field's value, with `slf` and `py` at hand.
fn field_value(class: &Class, variant: &Variant, field: &Field) -> Code {
    emit(
        "{
            #[allow(unused_imports)]
            use $root::emitted::{ByClone as _, ByReference as _};
            match &**slf.as_super() {
                $class::$variant { $member: value, .. } => {
                    $root::emitted::field_value(py, (&$root::emitted::Field::of(value)).get(value, py))
                }
                #[allow(unreachable_patterns)]
                _ => ::core::unreachable!(\"an instance of a variant's class holds that variant\"),
            }
        }",
        &[
            ("root", root()),
            ("class", name(class)),
            ("variant", Code::from(&variant.ident)),
            ("member", member(field)),
        ],
    )
}

/// The constructor's parameter for a field.
fn local(field: &Field, index: usize, is_named: bool) -> Code {
    if is_named {
        return member(field);
    }
    let ident = Ident::new(&format!("_{index}"), field.member_span);
    TokenTree::Ident(ident).into()
}

fn documented(doc: &Doc) -> Code {
    if doc.is_empty() {
        return Code::new();
    }
    emit("#[doc = $text]", &[("text", doc_between("", doc, ""))])
}

/// The path of the crate as `crate = "…"` says it.
fn root_text() -> String {
    root().text()
}
