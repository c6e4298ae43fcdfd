//! Conversions that cannot be derived, and options that contradict each other.

use exuvia::prelude::*;

#[derive(FromPyObject)]
struct Unit;

#[derive(IntoPyObject)]
enum Empty {}

#[derive(FromPyObject)]
enum UnitVariant {
    Nothing,
}

#[derive(FromPyObject)]
union Either {
    number: u32,
}

#[derive(FromPyObject)]
struct TwoLifetimes<'a, 'py> {
    a: Bound<'a, PyAny>,
    b: Bound<'py, PyAny>,
}

#[derive(FromPyObject)]
struct Unknown {
    #[pyo3(get)]
    a: u8,
}

#[derive(FromPyObject)]
#[pyo3(frozen)]
struct UnknownOption {
    a: u8,
}

#[derive(FromPyObject)]
struct BothGetters {
    #[pyo3(item, attribute)]
    a: u8,
}

#[derive(FromPyObject)]
struct NoName {
    #[pyo3(attribute(""))]
    a: u8,
}

#[derive(FromPyObject)]
struct NoLiteral {
    #[pyo3(item(a + b))]
    a: u8,
}

#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Contradiction {
    #[pyo3(attribute)]
    a: u8,
}

#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Repetition {
    #[pyo3(item)]
    a: u8,
}

#[derive(FromPyObject)]
struct QuotedFunction {
    #[pyo3(from_py_with = "function")]
    a: u8,
}

#[derive(FromPyObject)]
struct OnlyDefaults {
    #[pyo3(default)]
    a: u8,
}

#[derive(FromPyObject)]
struct DefaultWithoutName(u8, #[pyo3(default)] u8);

#[derive(FromPyObject)]
struct ItemWithoutName(u8, #[pyo3(item)] u8);

#[derive(FromPyObject)]
#[pyo3(transparent)]
struct TransparentPair(u8, u8);

#[derive(IntoPyObject)]
#[pyo3(transparent)]
struct TransparentItem {
    #[pyo3(item("a"))]
    a: u8,
}

#[derive(IntoPyObject)]
struct TransparentFunction(#[pyo3(into_py_with = function)] u8);

#[derive(FromPyObject)]
#[pyo3(rename_all = "camelCase")]
struct RenamedTuple(u8, u8);

#[derive(FromPyObject)]
#[pyo3(rename_all = "Title Case")]
struct UnknownCase {
    a: u8,
}

#[derive(FromPyObject)]
#[pyo3(annotation = "struct")]
struct AnnotatedStruct {
    a: u8,
}

#[derive(FromPyObject)]
#[pyo3(transparent)]
enum TransparentEnum {
    A(u8),
}

#[derive(IntoPyObject)]
#[pyo3(rename_all = "camelCase")]
enum RenamedEnum {
    A { long_name: u8 },
}

#[derive(FromPyObject)]
#[pyo3(rename_all = "camelCase")]
enum RenamedTwice {
    #[pyo3(rename_all = "UPPERCASE")]
    A { long_name: u8 },
}

#[derive(FromPyObject)]
#[pyo3(transparent, transparent)]
struct Twice {
    a: u8,
}

/// What is extracted cannot borrow from an object that is gone.
#[derive(FromPyObject)]
struct Dangling<'py> {
    text: &'py str,
}

fn main() {}
