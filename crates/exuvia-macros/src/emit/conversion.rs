//! How a value of a class becomes an instance of it.

use crate::emit::class::{has_one_of_each, is_plain, name};
use crate::emit::template::{Code, emit};
use crate::emit::variants::class_of;
use crate::emit::{number, root};
use crate::parse::class::{Class, Shape, Variant};

/// The conversion of a value, where `class!` does not write it. A class that extends another is made of more than its value.
pub(super) fn into_py_object(class: &Class) -> Code {
    if class.options.extends.is_some() {
        return Code::new();
    }
    if let Shape::ComplexEnum(variants) = &class.shape {
        return one_of_a_variant(class, variants);
    }
    if is_plain(class) {
        return Code::new();
    }
    if let (Shape::Enum(variants), true) = (&class.shape, has_one_of_each(class)) {
        return one_of_each(class, variants);
    }
    conversion(
        class,
        emit("$root::Bound::new(py, self)", &[("root", root())]),
    )
}

/// The conversion of an enum without fields: there is one object of each variant, which is the class attribute too.
fn one_of_each(class: &Class, variants: &[Variant]) -> Code {
    let arms: Code = variants
        .iter()
        .enumerate()
        .map(|(index, variant)| {
            emit(
                "$class::$variant => $index,",
                &[
                    ("class", name(class)),
                    ("variant", Code::from(&variant.ident)),
                    ("index", number(index)),
                ],
            )
        })
        .collect();
    let body = emit(
        "static MADE: [::std::sync::OnceLock<$root::Py<$class>>; $count] =
            [const { ::std::sync::OnceLock::new() }; $count];
        let index: usize = match &self { $arms };
        $root::emitted::variant(py, &MADE[index], self)",
        &[
            ("root", root()),
            ("class", name(class)),
            ("count", number(variants.len())),
            ("arms", arms),
        ],
    );
    conversion(class, body)
}

/// An instance of the variant's class from a value of the enum.
fn one_of_a_variant(class: &Class, variants: &[Variant]) -> Code {
    let arms: Code = variants
        .iter()
        .map(|variant| {
            emit(
                "$class::$variant { .. } => {
                    let whole = $root::PyClassInitializer::from(self).add_subclass($variant_class);
                    $root::Bound::new(py, whole)?.into_any()
                }",
                &[
                    ("root", root()),
                    ("class", name(class)),
                    ("variant", Code::from(&variant.ident)),
                    ("variant_class", class_of(class, variant)),
                ],
            )
        })
        .collect();
    let body = emit(
        "let object = match &self { $arms };
        // An instance of a variant's class is one of the enum's.
        ::core::result::Result::Ok(unsafe { object.cast_into_unchecked::<Self>() })",
        &[("arms", arms)],
    );
    conversion(class, body)
}

/// `IntoPyObject`, whose method has that body.
fn conversion(class: &Class, body: Code) -> Code {
    emit(
        "impl<'py> $root::IntoPyObject<'py> for $class {
            type Target = Self;
            type Output = $root::Bound<'py, Self>;
            type Error = $root::PyErr;
            fn into_pyobject(self, py: $root::Python<'py>) -> $root::PyResult<$root::Bound<'py, Self>> {
                $body
            }
        }",
        &[("root", root()), ("class", name(class)), ("body", body)],
    )
}
