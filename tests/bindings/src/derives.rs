//! Derived conversions: what a struct or an enum is found in, what it becomes, and what is said when it is not found.

use exuvia::prelude::*;

#[pymodule]
pub mod derives {
    use std::borrow::Cow;
    use std::collections::BTreeMap;
    use std::marker::PhantomData;

    use exuvia::prelude::*;
    use exuvia::types::{PyDict, PyString};
    use exuvia::{IntoPyObject, IntoPyObjectExt, IntoPyObjectRef};

    type Shown = PyResult<String>;

    fn shown<T: std::fmt::Debug>(value: T) -> Shown {
        Ok(format!("{value:?}"))
    }

    #[derive(Debug, FromPyObject)]
    struct Point {
        x: i64,
        y: i64,
    }

    /// Attributes.
    #[pyfunction]
    fn point(value: Point) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    struct Mixed<'py> {
        #[pyo3(attribute)]
        plain: String,
        #[pyo3(item)]
        item: Bound<'py, PyString>,
        #[pyo3(attribute("other"))]
        renamed: Bound<'py, PyAny>,
        #[pyo3(item("key"))]
        keyed: u8,
        #[pyo3(item(-1))]
        last: Option<u8>,
        r#type: f64,
    }

    #[pyfunction]
    fn mixed(value: Mixed<'_>) -> Shown {
        shown((
            value.plain,
            value.item.to_string(),
            value.renamed.to_string(),
            value.keyed,
            value.last,
            value.r#type,
        ))
    }

    #[derive(Debug, FromPyObject)]
    #[pyo3(from_item_all)]
    struct Items {
        a: u8,
        #[pyo3(item("second"))]
        b: u8,
        #[pyo3(default)]
        c: u8,
        #[pyo3(default = Self::standard())]
        d: String,
        #[pyo3(default, from_py_with = Bound::<'_, PyAny>::len)]
        length: usize,
    }

    impl Items {
        fn standard() -> String {
            "standard".to_owned()
        }
    }

    #[pyfunction]
    fn items(value: Items) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    struct AttributeOr {
        a: u8,
        #[pyo3(default = 7)]
        b: u8,
    }

    #[pyfunction]
    fn attribute_or(value: AttributeOr) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    #[pyo3(rename_all = "camelCase")]
    struct CamelIn {
        some_field: i64,
        #[pyo3(item)]
        other_field: i64,
        #[pyo3(attribute("as_it_is"))]
        third_field: i64,
    }

    #[pyfunction]
    fn camel_in(value: CamelIn) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    #[pyo3(transparent)]
    struct Transparent {
        inner: String,
    }

    #[pyfunction]
    fn transparent(value: Transparent) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    struct Newtype(i64);

    #[pyfunction]
    fn newtype(value: Newtype) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    struct Pair(String, usize);

    #[pyfunction]
    fn pair(value: Pair) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    struct Nested {
        pair: Pair,
        point: Point,
    }

    #[pyfunction]
    fn nested(value: Nested) -> Shown {
        shown(value)
    }

    #[pyfunction]
    fn points(values: Vec<Point>) -> Shown {
        shown(values)
    }

    #[derive(Debug, FromPyObject)]
    struct Measured(
        String,
        #[pyo3(from_py_with = Bound::<'_, PyAny>::len)] usize,
    );

    #[pyfunction]
    fn measured(value: Measured) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    struct MeasuredAlone(#[pyo3(from_py_with = Bound::<'_, PyAny>::len)] usize);

    #[pyfunction]
    fn measured_alone(value: MeasuredAlone) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    struct Generic<T, U: Ord = u8>
    where
        T: Copy,
    {
        first: T,
        second: Vec<U>,
    }

    #[pyfunction]
    fn generic(value: Generic<i64>) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    struct GenericPair<K: Ord, V>(BTreeMap<K, V>, Option<V>)
    where
        V: Clone;

    #[pyfunction]
    fn generic_pair(value: GenericPair<String, f64>) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    struct Array<const N: usize> {
        values: [u8; N],
    }

    #[pyfunction]
    fn array(value: Array<3>) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    enum Choice<'py> {
        Pair(usize, String),
        Named {
            name: Bound<'py, PyString>,
        },
        #[pyo3(transparent)]
        Number(usize),
        #[pyo3(transparent)]
        Text {
            text: Option<String>,
        },
        #[pyo3(from_item_all)]
        Items {
            a: u8,
            #[pyo3(default)]
            b: u8,
        },
        Measured {
            #[pyo3(attribute("measure"), from_py_with = Bound::<'_, PyAny>::len)]
            length: usize,
        },
    }

    #[pyfunction]
    fn choice(value: Choice<'_>) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    enum Annotated {
        #[pyo3(annotation = "str")]
        Text(String),
        #[pyo3(annotation = "uint")]
        Number(usize),
        Nested(Box<Point>),
    }

    impl<'py> FromPyObject<'_, 'py> for Box<Point> {
        type Error = PyErr;
        fn extract(obj: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
            obj.extract().map(Box::new)
        }
    }

    #[pyfunction]
    fn annotated(value: Annotated) -> Shown {
        shown(value)
    }

    #[derive(Debug, FromPyObject)]
    enum OrAnything<'py> {
        Known(Annotated),
        Anything(Bound<'py, PyAny>),
    }

    #[pyfunction]
    fn or_anything(value: OrAnything<'_>) -> String {
        match value {
            OrAnything::Known(known) => format!("{known:?}"),
            OrAnything::Anything(object) => object.get_type().to_string(),
        }
    }

    #[derive(Debug, FromPyObject)]
    #[pyo3(rename_all = "UPPERCASE", crate = "exuvia")]
    enum Shouted {
        Attributes { some_name: u8 },
    }

    #[pyfunction]
    fn shouted(value: Shouted) -> Shown {
        shown(value)
    }

    /// A key as it arrives.
    #[pyclass]
    struct Echo;

    #[pymethods]
    impl Echo {
        #[new]
        fn new() -> Self {
            Echo
        }

        fn __getitem__<'py>(&self, key: Bound<'py, PyAny>) -> Bound<'py, PyAny> {
            key
        }
    }

    #[derive(FromPyObject)]
    #[pyo3(from_item_all)]
    struct Keys<'py> {
        plain: Bound<'py, PyAny>,
        #[pyo3(item("renamed"))]
        other: Bound<'py, PyAny>,
        #[pyo3(item(3))]
        number: Bound<'py, PyAny>,
        #[pyo3(item(b"bytes"))]
        bytes: Bound<'py, PyAny>,
        #[pyo3(item(true))]
        truth: Bound<'py, PyAny>,
    }

    #[pyfunction]
    fn keys<'py>(value: Keys<'py>) -> [Bound<'py, PyAny>; 5] {
        [
            value.plain,
            value.other,
            value.number,
            value.bytes,
            value.truth,
        ]
    }

    #[derive(IntoPyObject, IntoPyObjectRef)]
    struct Named {
        first: String,
        #[pyo3(item("2nd"))]
        second: Vec<u8>,
        #[pyo3(item(3))]
        third: Option<f64>,
        #[pyo3(item, into_py_with = repeated)]
        fourth: usize,
    }

    fn repeated<'py>(count: Cow<'_, usize>, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        "x".repeat(*count).into_bound_py_any(py)
    }

    /// By value, and by reference.
    #[pyfunction]
    fn named(py: Python<'_>) -> PyResult<(Bound<'_, PyDict>, Bound<'_, PyDict>)> {
        let value = Named {
            first: "one".to_owned(),
            second: vec![1, 2],
            third: None,
            fourth: 4,
        };
        Ok(((&value).into_pyobject(py)?, value.into_pyobject(py)?))
    }

    macro_rules! cases {
        ($py:expr, $($case:literal)*) => {[$({
            #[derive(IntoPyObject)]
            #[pyo3(rename_all = $case)]
            struct Fields {
                some_field: u8,
                field2_name: u8,
                http_v2x: u8,
            }
            let value = Fields { some_field: 0, field2_name: 0, http_v2x: 0 };
            ($case, value.into_pyobject($py)?.keys().extract()?)
        }),*]};
    }

    /// The keys of a struct under each rule.
    #[pyfunction]
    fn cases(py: Python<'_>) -> PyResult<[(&'static str, Vec<String>); 8]> {
        Ok(cases! { py,
            "camelCase"
            "kebab-case"
            "lowercase"
            "PascalCase"
            "SCREAMING-KEBAB-CASE"
            "SCREAMING_SNAKE_CASE"
            "snake_case"
            "UPPERCASE"
        })
    }

    #[derive(IntoPyObject, IntoPyObjectRef)]
    struct Triple<'a>(
        u8,
        &'a str,
        #[pyo3(into_py_with = type_name::<u8>)] PhantomData<u8>,
    );

    fn type_name<'py, T>(
        _: Cow<'_, PhantomData<T>>,
        py: Python<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        std::any::type_name::<T>().into_bound_py_any(py)
    }

    #[pyfunction]
    fn triple(py: Python<'_>, text: &str) -> PyResult<(Py<PyAny>, Py<PyAny>)> {
        let value = Triple(5, text, PhantomData);
        Ok(((&value).into_py_any(py)?, value.into_py_any(py)?))
    }

    #[derive(IntoPyObject, IntoPyObjectRef)]
    #[pyo3(transparent)]
    struct Only<T: Ord>
    where
        T: Clone,
    {
        only: T,
    }

    /// The type is that of the field.
    #[pyfunction]
    fn only(py: Python<'_>) -> PyResult<(Bound<'_, PyString>, Bound<'_, PyString>)> {
        let value = Only {
            only: "only".to_owned(),
        };
        let by_reference = (&value).into_pyobject(py)?;
        Ok((by_reference, value.into_pyobject(py)?))
    }

    #[derive(Debug, Clone, PartialEq, FromPyObject, IntoPyObject, IntoPyObjectRef)]
    enum Both<'py> {
        Pair(u8, String),
        #[pyo3(from_item_all, rename_all = "camelCase")]
        Items {
            long_name: [u16; 2],
            #[pyo3(from_py_with = wrapped, into_py_with = unwrapped)]
            other: Wrapped,
        },
        #[pyo3(transparent)]
        Text {
            text: String,
        },
        Any(Single<'py>),
    }

    #[derive(Debug, Clone, FromPyObject, IntoPyObject, IntoPyObjectRef)]
    struct Single<'py>(Bound<'py, PyAny>);

    impl PartialEq for Single<'_> {
        fn eq(&self, other: &Self) -> bool {
            self.0.is(&other.0)
        }
    }

    #[derive(Debug, Clone, PartialEq)]
    struct Wrapped(u8);

    fn wrapped(value: &Bound<'_, PyAny>) -> PyResult<Wrapped> {
        value.extract().map(Wrapped)
    }

    fn unwrapped<'py>(value: Cow<'_, Wrapped>, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        value.0.into_bound_py_any(py)
    }

    /// The variant, and what becomes of it: there and back, by reference and by value.
    #[pyfunction]
    fn both<'py>(
        py: Python<'py>,
        value: Both<'py>,
    ) -> PyResult<(String, Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let by_reference = (&value).into_pyobject(py)?;
        let again: Both<'_> = by_reference.extract()?;
        assert_eq!(again, value);
        let debug = match &value {
            Both::Any(_) => "Any".to_owned(),
            other => format!("{other:?}"),
        };
        Ok((debug, by_reference, value.into_pyobject(py)?))
    }

    #[derive(IntoPyObject)]
    struct Fallible {
        fine: u8,
        refused: Refused,
    }

    struct Refused;

    impl<'py> IntoPyObject<'py> for Refused {
        type Target = PyAny;
        type Output = Bound<'py, PyAny>;
        type Error = PyErr;
        fn into_pyobject(self, _: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            Err(exuvia::exceptions::PyValueError::new_err("refused"))
        }
    }

    #[pyfunction]
    fn fallible() -> Fallible {
        Fallible {
            fine: 1,
            refused: Refused,
        }
    }
}
