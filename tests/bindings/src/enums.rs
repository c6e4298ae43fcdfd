//! Enumerations without fields.

use exuvia::prelude::*;

#[pyclass(eq)]
#[derive(PartialEq)]
pub enum Unknown {
    First,
    Second,
}

#[pymodule]
pub mod enums {
    use exuvia::prelude::*;

    /// Plain: identity and `int` alone.
    #[pyclass]
    pub enum Plain {
        First,
        Second,
    }

    #[pyclass(eq)]
    #[derive(PartialEq)]
    pub enum Equal {
        First,
        Second,
    }

    /// When a counter starts again.
    #[pyclass(eq, eq_int, from_py_object)]
    #[derive(PartialEq, Clone, Copy)]
    pub enum Reset {
        /// Not at all.
        Never,
        OnNewline = 10,
        OnSpace = 32,
        Negative = -5,
        AfterNegative,
    }

    #[pyclass(eq, frozen, hash, from_py_object)]
    #[derive(PartialEq, Eq, Hash, Clone, Debug)]
    pub enum Hashable {
        A,
        B,
    }

    #[pyclass(eq, ord)]
    #[derive(PartialEq, PartialOrd)]
    pub enum Ordered {
        Low,
        High,
    }

    #[pyclass(eq, name = "PythonColour", rename_all = "SCREAMING_SNAKE_CASE")]
    #[derive(PartialEq)]
    pub enum RustColour {
        DarkRed,
        #[pyo3(name = "azure")]
        Blue,
    }

    #[pyclass(eq, eq_int, ord)]
    #[derive(PartialEq, PartialOrd)]
    pub enum Level {
        Low = 2,
        High = 7,
    }

    #[pyclass(eq, eq_int)]
    #[derive(PartialEq)]
    #[repr(u64)]
    pub enum Wide {
        Small = 1,
        Large = 0xFFFF_FFFF_FFFF_FFFF,
    }

    #[pyclass(eq)]
    #[derive(PartialEq)]
    pub enum WithMethods {
        On,
        Off,
    }

    #[pymethods]
    impl WithMethods {
        #[new]
        fn new(on: bool) -> Self {
            if on {
                WithMethods::On
            } else {
                WithMethods::Off
            }
        }

        fn flipped(&self) -> WithMethods {
            match self {
                WithMethods::On => WithMethods::Off,
                WithMethods::Off => WithMethods::On,
            }
        }

        #[getter]
        fn label(&self) -> &'static str {
            match self {
                WithMethods::On => "on",
                WithMethods::Off => "off",
            }
        }

        #[staticmethod]
        fn default_state() -> WithMethods {
            WithMethods::Off
        }

        fn __repr__(&self) -> String {
            format!("<{}>", self.label())
        }
    }

    /// Nobody knows the class before its first instance is made, for no module has it.
    #[pyfunction]
    fn of_unknown_class() -> super::Unknown {
        super::Unknown::Second
    }

    /// A field of an enumeration is converted as a result is.
    #[pyclass]
    pub struct Holder {
        #[pyo3(get, set)]
        reset: Reset,
    }

    #[pymethods]
    impl Holder {
        #[new]
        fn new(reset: Reset) -> Self {
            Holder { reset }
        }
    }

    #[pyfunction]
    fn both_plain() -> Vec<Plain> {
        vec![Plain::First, Plain::Second]
    }

    /// An object of its own, beside the one of the variant.
    #[pyfunction]
    fn new_plain(py: Python<'_>) -> PyResult<Py<Plain>> {
        Py::new(py, Plain::First)
    }

    #[pyfunction]
    fn reset_code(reset: Reset) -> i64 {
        reset as i64
    }

    #[pyfunction]
    fn make_reset(code: i64) -> PyResult<Reset> {
        match code {
            0 => Ok(Reset::Never),
            10 => Ok(Reset::OnNewline),
            32 => Ok(Reset::OnSpace),
            _ => Err(exuvia::exceptions::PyValueError::new_err("no such reset")),
        }
    }

    #[pyfunction]
    fn plain_name(value: &Plain) -> &'static str {
        match value {
            Plain::First => "first",
            Plain::Second => "second",
        }
    }

    #[pyfunction]
    #[pyo3(signature = (reset = Reset::OnSpace))]
    fn default_variant(reset: Reset) -> Reset {
        reset
    }

    #[pyfunction]
    fn hashables(values: Vec<Hashable>) -> String {
        format!("{values:?}")
    }
}
