//! A number with a unit: comparison, arithmetic, conversion.

use std::fmt;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// So many kilograms.
///
/// An immutable value: `frozen` pays for no borrow checks, and `eq`, `ord` and `str` come from the Rust traits.
#[pyclass(frozen, eq, ord, str, from_py_object, module = "zoo")]
#[derive(Clone, Copy, PartialEq, PartialOrd)]
pub struct Mass {
    #[pyo3(get)]
    kilograms: f64,
}

impl Mass {
    pub fn kilograms(self) -> f64 {
        self.kilograms
    }

    /// # Errors
    /// `ValueError` for what no animal can weigh.
    pub fn of(kilograms: f64) -> PyResult<Self> {
        if kilograms.is_finite() && kilograms >= 0.0 {
            // Without the sign of a negative zero, so that equal masses have equal hashes.
            Ok(Mass {
                kilograms: kilograms.abs(),
            })
        } else {
            Err(PyValueError::new_err(format!(
                "a mass is a finite number of kilograms, 0 or more: got {kilograms}"
            )))
        }
    }
}

impl fmt::Display for Mass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} kg", self.kilograms)
    }
}

/// A mass, or the number of its kilograms: the first variant that fits is taken.
#[derive(FromPyObject)]
pub enum Weight {
    Mass(Mass),
    #[pyo3(transparent, annotation = "float")]
    Kilograms(f64),
}

impl TryFrom<Weight> for Mass {
    type Error = PyErr;

    fn try_from(weight: Weight) -> PyResult<Mass> {
        match weight {
            Weight::Mass(mass) => Ok(mass),
            Weight::Kilograms(kilograms) => Mass::of(kilograms),
        }
    }
}

#[pymethods]
impl Mass {
    #[new]
    fn new(kilograms: f64) -> PyResult<Self> {
        Mass::of(kilograms)
    }

    /// So many grams.
    #[staticmethod]
    fn from_grams(grams: f64) -> PyResult<Self> {
        Mass::of(grams / 1000.0)
    }

    #[classattr]
    const NOTHING: Mass = Mass { kilograms: 0.0 };

    // What is no mass is `NotImplemented`, and Python asks the other operand.
    fn __add__(&self, other: Mass) -> PyResult<Mass> {
        Mass::of(self.kilograms + other.kilograms)
    }

    fn __sub__(&self, other: Mass) -> PyResult<Mass> {
        Mass::of(self.kilograms - other.kilograms)
    }

    fn __mul__(&self, factor: f64) -> PyResult<Mass> {
        Mass::of(self.kilograms * factor)
    }

    /// `2 * mass`: the number does not know masses.
    fn __rmul__(&self, factor: f64) -> PyResult<Mass> {
        self.__mul__(factor)
    }

    fn __bool__(&self) -> bool {
        self.kilograms != 0.0
    }

    fn __hash__(&self) -> u64 {
        self.kilograms.to_bits()
    }

    fn __format__(&self, specification: &str, py: Python<'_>) -> PyResult<String> {
        let number = py
            .import("builtins")?
            .call_method1("format", (self.kilograms, specification))?;
        Ok(format!("{number} kg"))
    }

    fn __repr__(&self) -> String {
        format!("Mass({:?})", self.kilograms)
    }

    /// What `pickle` makes the value again from.
    fn __getnewargs__(&self) -> (f64,) {
        (self.kilograms,)
    }
}
