//! Panics: none may cross into C; each becomes an exception.

use exuvia::prelude::*;

#[pymodule]
pub mod panics {
    use exuvia::prelude::*;

    #[pyfunction]
    fn panic_with_text() {
        panic!("a plain message");
    }

    #[pyfunction]
    fn panic_with_format(number: i64) -> i64 {
        panic!("number {number} is out of the question");
    }

    #[pyfunction]
    fn panic_with_value() {
        std::panic::panic_any(42_i32);
    }

    #[pyfunction]
    fn index_out_of_bounds(index: usize) -> i64 {
        [1, 2, 3][index]
    }

    #[pyfunction]
    fn unwrap_none() {
        let nothing: Option<i64> = std::hint::black_box(None);
        nothing.unwrap();
    }

    #[pyfunction]
    fn panic_while_detached(py: Python<'_>) {
        py.detach(|| panic!("far from Python"));
    }

    /// Whatever `function` raises is raised on; a panic that came through Python goes on as a panic.
    #[pyfunction]
    fn call(function: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        Ok(function.call0()?.unbind())
    }

    /// Try to swallow whatever `function` raises.
    #[pyfunction]
    fn swallow(function: &Bound<'_, PyAny>) -> bool {
        function.call0().is_err()
    }

    #[pyfunction]
    fn panic_through_python(py: Python<'_>) -> PyResult<()> {
        let function = wrap_pyfunction!(panic_with_text, py)?;
        function.call0()?;
        Ok(())
    }

    #[pyfunction]
    fn panic_exception_type(py: Python<'_>) -> Bound<'_, exuvia::types::PyType> {
        py.get_type::<exuvia::panic::PanicException>()
    }

    /// Panics wherever it is touched, if told to.
    #[pyclass]
    pub struct Touchy {
        touches: u64,
        panic_on_drop: bool,
    }

    #[pymethods]
    impl Touchy {
        #[new]
        #[pyo3(signature = (panic_now = false, panic_on_drop = false))]
        fn new(panic_now: bool, panic_on_drop: bool) -> Self {
            assert!(!panic_now, "told to panic in the constructor");
            Touchy {
                touches: 0,
                panic_on_drop,
            }
        }

        fn method(&self) {
            panic!("in a method");
        }

        fn mutating_method(&mut self) {
            self.touches += 1;
            panic!("in a mutating method");
        }

        #[getter]
        fn touches(&self) -> u64 {
            self.touches
        }

        #[staticmethod]
        fn fixed() {
            panic!("in a static method");
        }

        #[classmethod]
        fn of_class(_cls: &Bound<'_, exuvia::types::PyType>) {
            panic!("in a class method");
        }

        #[getter]
        fn property(&self) -> i64 {
            panic!("in a getter");
        }

        #[setter]
        fn set_property(&mut self, value: i64) {
            panic!("in a setter, given {value}");
        }

        fn __repr__(&self) -> String {
            panic!("in repr");
        }

        fn __str__(&self) -> String {
            panic!("in str");
        }

        fn __len__(&self) -> usize {
            panic!("in len");
        }

        fn __bool__(&self) -> bool {
            panic!("in bool");
        }

        fn __hash__(&self) -> u64 {
            panic!("in hash");
        }

        fn __eq__(&self, _other: &Bound<'_, PyAny>) -> bool {
            panic!("in eq");
        }

        fn __lt__(&self, _other: &Bound<'_, PyAny>) -> bool {
            panic!("in lt");
        }

        fn __add__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in add");
        }

        fn __radd__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in radd");
        }

        fn __iadd__(&mut self, _other: &Bound<'_, PyAny>) {
            panic!("in iadd");
        }

        fn __getitem__(&self, _key: &Bound<'_, PyAny>) -> i64 {
            panic!("in getitem");
        }

        fn __setitem__(&mut self, _key: &Bound<'_, PyAny>, _value: &Bound<'_, PyAny>) {
            panic!("in setitem");
        }

        fn __contains__(&self, _item: &Bound<'_, PyAny>) -> bool {
            panic!("in contains");
        }

        fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            if slf.touches == 0 {
                panic!("in iter");
            }
            slf
        }

        fn __next__(&mut self) -> Option<i64> {
            panic!("in next");
        }

        fn __call__(&self) {
            panic!("in call");
        }
    }

    impl Drop for Touchy {
        fn drop(&mut self) {
            if self.panic_on_drop {
                panic!("in drop");
            }
        }
    }

    struct BadConversion;

    impl<'py> IntoPyObject<'py> for BadConversion {
        type Target = PyAny;
        type Output = Bound<'py, PyAny>;
        type Error = PyErr;
        fn into_pyobject(self, _py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
            panic!("in the conversion of a result");
        }
    }

    #[pyfunction]
    fn bad_conversion() -> BadConversion {
        BadConversion
    }

    struct BadArgument;

    impl<'a, 'py> FromPyObject<'a, 'py> for BadArgument {
        type Error = PyErr;
        fn extract(_object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
            panic!("in the conversion of an argument");
        }
    }

    #[pyfunction]
    fn bad_argument(argument: BadArgument) {
        let BadArgument = argument;
    }

    struct PanicsOnDrop;

    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("a temporary's drop");
        }
    }

    #[pyfunction]
    fn panic_in_temporary() {
        let _temporary = PanicsOnDrop;
    }
}
