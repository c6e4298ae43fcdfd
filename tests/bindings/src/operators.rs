//! Special methods: comparison, arithmetic, calls, containers, truth.

use exuvia::prelude::*;

#[pymodule]
pub mod operators {
    use exuvia::exceptions::{PyIndexError, PyKeyError, PyValueError, PyZeroDivisionError};
    use exuvia::prelude::*;
    use exuvia::pyclass::CompareOp;
    use exuvia::types::{PyDict, PyTuple};

    /// A number modulo 97, which computes with itself and with plain integers.
    #[pyclass(eq, hash, frozen, from_py_object)]
    #[derive(Clone, PartialEq, Eq, Hash)]
    pub struct Residue {
        value: i64,
    }

    const MODULUS: i64 = 97;

    enum Operand {
        Residue(Residue),
        Integer(i64),
    }

    impl<'a, 'py> FromPyObject<'a, 'py> for Operand {
        type Error = PyErr;

        fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
            // A residue has `__index__` too: which of the two it is must be asked first.
            match object.cast::<Residue>() {
                Ok(residue) => Ok(Operand::Residue(residue.get().clone())),
                Err(_) => object.extract().map(Operand::Integer),
            }
        }
    }

    impl Operand {
        fn value(&self) -> i64 {
            match self {
                Operand::Residue(residue) => residue.value,
                Operand::Integer(value) => *value,
            }
        }
    }

    impl Residue {
        fn of(value: i64) -> Self {
            Residue {
                value: value.rem_euclid(MODULUS),
            }
        }
    }

    #[pymethods]
    impl Residue {
        #[new]
        fn new(value: i64) -> Self {
            Residue::of(value)
        }

        fn __repr__(&self) -> String {
            format!("Residue({})", self.value)
        }

        fn __str__(&self) -> String {
            format!("{} mod 97", self.value)
        }

        fn __int__(&self) -> i64 {
            self.value
        }

        fn __index__(&self) -> i64 {
            self.value
        }

        fn __float__(&self) -> f64 {
            self.value as f64
        }

        fn __bool__(&self) -> bool {
            self.value != 0
        }

        fn __add__(&self, other: Operand) -> Residue {
            Residue::of(self.value + other.value())
        }

        fn __radd__(&self, other: Operand) -> Residue {
            Residue::of(other.value() + self.value)
        }

        fn __sub__(&self, other: Operand) -> Residue {
            Residue::of(self.value - other.value())
        }

        fn __rsub__(&self, other: Operand) -> Residue {
            Residue::of(other.value() - self.value)
        }

        fn __mul__(&self, other: Operand) -> Residue {
            Residue::of(self.value * other.value())
        }

        fn __rmul__(&self, other: Operand) -> Residue {
            Residue::of(other.value() * self.value)
        }

        fn __truediv__(&self, other: Operand) -> PyResult<Residue> {
            let divisor = other.value().rem_euclid(MODULUS);
            for candidate in 0..MODULUS {
                if candidate * divisor % MODULUS == self.value && divisor != 0 {
                    return Ok(Residue::of(candidate));
                }
            }
            Err(PyZeroDivisionError::new_err("residue division by zero"))
        }

        fn __floordiv__(&self, other: i64) -> i64 {
            self.value / other
        }

        fn __mod__(&self, other: i64) -> i64 {
            self.value % other
        }

        fn __rmod__(&self, other: i64) -> i64 {
            other % self.value
        }

        fn __divmod__(&self, other: i64) -> (i64, i64) {
            (self.value / other, self.value % other)
        }

        fn __pow__(&self, exponent: u32, modulus: Option<i64>) -> i64 {
            let mut result = 1;
            for _ in 0..exponent {
                result = result * self.value % modulus.unwrap_or(MODULUS);
            }
            result
        }

        fn __rpow__(&self, base: i64, modulus: Option<i64>) -> String {
            format!("{base}**{} mod {modulus:?}", self.value)
        }

        fn __lshift__(&self, other: u32) -> i64 {
            self.value << other
        }

        fn __rshift__(&self, other: u32) -> i64 {
            self.value >> other
        }

        fn __and__(&self, other: i64) -> i64 {
            self.value & other
        }

        fn __or__(&self, other: i64) -> i64 {
            self.value | other
        }

        fn __ror__(&self, other: i64) -> i64 {
            1000 + (self.value | other)
        }

        fn __xor__(&self, other: i64) -> i64 {
            self.value ^ other
        }

        fn __matmul__(&self, other: &str) -> String {
            format!("{}@{other}", self.value)
        }

        fn __rmatmul__(&self, other: &str) -> String {
            format!("{other}@{}", self.value)
        }

        fn __neg__(&self) -> Residue {
            Residue::of(-self.value)
        }

        fn __pos__(&self) -> Residue {
            Residue::of(self.value)
        }

        fn __abs__(&self) -> i64 {
            self.value
        }

        fn __invert__(&self) -> i64 {
            !self.value
        }

        #[pyo3(signature = (ndigits = None))]
        fn __round__(&self, ndigits: Option<i64>) -> (i64, Option<i64>) {
            (self.value, ndigits)
        }
    }

    /// Changes in place.
    #[pyclass]
    pub struct Accumulator {
        log: Vec<String>,
    }

    #[pymethods]
    impl Accumulator {
        #[new]
        fn new() -> Self {
            Accumulator { log: Vec::new() }
        }

        fn log(&self) -> Vec<String> {
            self.log.clone()
        }

        fn __iadd__(&mut self, other: i64) {
            self.log.push(format!("+{other}"));
        }

        fn __isub__(&mut self, other: i64) -> PyResult<()> {
            if other < 0 {
                return Err(PyValueError::new_err("negative"));
            }
            self.log.push(format!("-{other}"));
            Ok(())
        }

        fn __imul__(&mut self, other: &str) {
            self.log.push(format!("*{other}"));
        }

        fn __itruediv__(&mut self, other: f64) {
            self.log.push(format!("/{other}"));
        }

        fn __ifloordiv__(&mut self, other: i64) {
            self.log.push(format!("//{other}"));
        }

        fn __imod__(&mut self, other: i64) {
            self.log.push(format!("%{other}"));
        }

        fn __ipow__(&mut self, other: i64, _modulus: Option<i64>) {
            self.log.push(format!("**{other}"));
        }

        fn __ilshift__(&mut self, other: i64) {
            self.log.push(format!("<<{other}"));
        }

        fn __irshift__(&mut self, other: i64) {
            self.log.push(format!(">>{other}"));
        }

        fn __iand__(&mut self, other: i64) {
            self.log.push(format!("&{other}"));
        }

        fn __ior__(&mut self, other: i64) {
            self.log.push(format!("|{other}"));
        }

        fn __ixor__(&mut self, other: i64) {
            self.log.push(format!("^{other}"));
        }

        fn __imatmul__(&mut self, other: i64) {
            self.log.push(format!("@{other}"));
        }
    }

    /// Compares by `__richcmp__`; only with its own kind.
    #[pyclass]
    pub struct Version {
        major: u32,
        minor: u32,
    }

    #[pymethods]
    impl Version {
        #[new]
        fn new(major: u32, minor: u32) -> Self {
            Version { major, minor }
        }

        fn __richcmp__(&self, other: &Version, op: CompareOp) -> bool {
            op.matches((self.major, self.minor).cmp(&(other.major, other.minor)))
        }
    }

    /// Orders, but neither equals nor hashes.
    #[pyclass]
    pub struct OnlyLess {}

    #[pymethods]
    impl OnlyLess {
        #[new]
        fn new() -> Self {
            OnlyLess {}
        }

        fn __richcmp__(&self, other: &Bound<'_, PyAny>, op: CompareOp) -> PyResult<Py<PyAny>> {
            let py = other.py();
            match op {
                CompareOp::Lt => Ok(exuvia::types::PyBool::new(py, true)
                    .to_owned()
                    .into_any()
                    .unbind()),
                _ => Ok(py.NotImplemented()),
            }
        }
    }

    /// Compares by one method for each operator.
    #[pyclass]
    pub struct Weight {
        grams: i64,
    }

    #[pymethods]
    impl Weight {
        #[new]
        fn new(grams: i64) -> Self {
            Weight { grams }
        }

        fn __eq__(&self, other: &Weight) -> bool {
            self.grams == other.grams
        }

        fn __lt__(&self, other: &Weight) -> PyResult<bool> {
            if other.grams < 0 {
                return Err(PyValueError::new_err("a negative weight"));
            }
            Ok(self.grams < other.grams)
        }

        fn __le__(&self, other: i64) -> bool {
            self.grams <= other
        }

        fn __gt__(&self, other: &Weight) -> bool {
            self.grams > other.grams
        }

        fn __ge__(&self, other: &Weight) -> bool {
            self.grams >= other.grams
        }

        fn __hash__(&self) -> isize {
            // -1 is the C API's mark of an error: it must not reach Python as a hash.
            self.grams as isize
        }
    }

    /// A mapping from small numbers to text, with everything a container can have.
    #[pyclass]
    pub struct Shelf {
        items: Vec<Option<String>>,
    }

    #[pymethods]
    impl Shelf {
        #[new]
        #[pyo3(signature = (*items))]
        fn new(items: Vec<String>) -> Self {
            Shelf {
                items: items.into_iter().map(Some).collect(),
            }
        }

        fn __len__(&self) -> usize {
            self.items.len()
        }

        fn __getitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
            if let Ok(index) = key.extract::<usize>() {
                return match self.items.get(index) {
                    Some(item) => Ok(item.clone()),
                    None => Err(PyIndexError::new_err("shelf index out of range")),
                };
            }
            Err(PyKeyError::new_err(key.clone().unbind()))
        }

        fn __setitem__(&mut self, index: usize, value: Option<String>) -> PyResult<()> {
            match self.items.get_mut(index) {
                Some(item) => {
                    *item = value;
                    Ok(())
                }
                None => Err(PyIndexError::new_err("shelf index out of range")),
            }
        }

        fn __delitem__(&mut self, index: usize) -> PyResult<()> {
            if index >= self.items.len() {
                return Err(PyIndexError::new_err("shelf index out of range"));
            }
            self.items.remove(index);
            Ok(())
        }

        fn __contains__(&self, text: &str) -> bool {
            self.items.iter().flatten().any(|item| item == text)
        }
    }

    #[pyclass]
    pub struct LengthOnly {
        length: isize,
    }

    #[pymethods]
    impl LengthOnly {
        #[new]
        fn new(length: isize) -> Self {
            LengthOnly { length }
        }

        fn __len__(&self) -> PyResult<usize> {
            usize::try_from(self.length)
                .map_err(|_| PyValueError::new_err("the length is negative"))
        }
    }

    #[pyclass]
    pub struct HugeLength {}

    #[pymethods]
    impl HugeLength {
        #[new]
        fn new() -> Self {
            HugeLength {}
        }

        fn __len__(&self) -> usize {
            usize::MAX
        }

        fn __bool__(&self) -> PyResult<bool> {
            Err(PyValueError::new_err("neither true nor false"))
        }

        fn __hash__(&self) -> PyResult<u64> {
            Err(PyValueError::new_err("no hash"))
        }

        fn __contains__(&self, _item: &Bound<'_, PyAny>) -> PyResult<bool> {
            Err(PyValueError::new_err("cannot tell"))
        }

        fn __repr__(&self) -> PyResult<String> {
            Err(PyValueError::new_err("no words"))
        }
    }

    #[pyclass]
    pub struct Callable {
        calls: usize,
    }

    #[pymethods]
    impl Callable {
        #[new]
        fn new() -> Self {
            Callable { calls: 0 }
        }

        #[pyo3(signature = (*args, **kwargs))]
        fn __call__(
            &mut self,
            args: &Bound<'_, PyTuple>,
            kwargs: Option<&Bound<'_, PyDict>>,
        ) -> (usize, usize, usize) {
            self.calls += 1;
            (
                self.calls,
                args.len(),
                kwargs.map_or(0, |kwargs| kwargs.len()),
            )
        }
    }

    /// Opens and closes.
    #[pyclass]
    pub struct Managed {
        open: bool,
        swallow: bool,
    }

    #[pymethods]
    impl Managed {
        #[new]
        fn new(swallow: bool) -> Self {
            Managed {
                open: false,
                swallow,
            }
        }

        #[getter]
        fn open(&self) -> bool {
            self.open
        }

        fn __enter__(mut slf: PyRefMut<'_, Self>) -> PyRefMut<'_, Self> {
            slf.open = true;
            slf
        }

        fn __exit__(
            &mut self,
            exception_type: Option<&Bound<'_, PyAny>>,
            _value: Option<&Bound<'_, PyAny>>,
            _traceback: Option<&Bound<'_, PyAny>>,
        ) -> bool {
            self.open = false;
            exception_type.is_some() && self.swallow
        }
    }
}
