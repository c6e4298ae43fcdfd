//! Classes that extend others: own ones and Python's.

use exuvia::prelude::*;
use exuvia::sync::PyOnceLock;

static LOOKING: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Shows its class while that is being made: when it is asked for.
#[pyclass(subclass)]
pub struct Early {
    #[pyo3(get)]
    text: String,
}

#[pymethods]
impl Early {
    #[classattr]
    fn SHOWN(py: Python<'_>) -> PyResult<Py<PyAny>> {
        match LOOKING.get(py) {
            Some(look) => look.call1(py, (py.get_type::<Early>(),)),
            None => Ok(py.None()),
        }
    }

    #[new]
    fn new() -> Self {
        Early {
            text: "filled".to_owned(),
        }
    }
}

#[pymodule]
pub mod inheritance {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use exuvia::exceptions::{PyException, PyKeyError, PyOSError, PyValueError};
    use exuvia::prelude::*;
    use exuvia::types::{PyDict, PyList, PySet, PyString, PyTuple, PyType};

    /// Set an attribute of the class `Base`, as a module does when it is imported.
    #[pyfunction]
    fn set_attribute_of_base(
        py: Python<'_>,
        name: &Bound<'_, PyString>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        py.get_type::<Base>().setattr(name, value)
    }

    /// How many `Base`, `Middle` and `Last` values have been dropped.
    static DROPPED: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

    struct Drops(usize);

    impl Drop for Drops {
        fn drop(&mut self) {
            DROPPED[self.0].fetch_add(1, Ordering::Relaxed);
        }
    }

    #[pyfunction]
    fn dropped() -> [usize; 3] {
        DROPPED
            .each_ref()
            .map(|count| count.load(Ordering::Relaxed))
    }

    #[pyclass(subclass)]
    pub struct Base {
        #[pyo3(get, set)]
        value: i64,
        _drops: Drops,
    }

    impl Base {
        fn of(value: i64) -> Self {
            Base {
                value,
                _drops: Drops(0),
            }
        }
    }

    #[pymethods]
    impl Base {
        #[new]
        fn new(value: i64) -> Self {
            Base::of(value)
        }

        fn base_value(&self) -> i64 {
            self.value
        }

        fn add(&mut self, more: i64) {
            self.value += more;
        }

        fn while_borrowed(&mut self, call: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
            Ok(call.call0()?.unbind())
        }

        fn while_shared(&self, call: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
            Ok(call.call0()?.unbind())
        }

        fn __repr__(&self) -> String {
            format!("Base({})", self.value)
        }
    }

    #[pyclass(extends = Base, subclass)]
    pub struct Middle {
        #[pyo3(get)]
        text: String,
        _drops: Drops,
    }

    impl Middle {
        fn of(value: i64, text: &str) -> PyClassInitializer<Self> {
            PyClassInitializer::from(Base::of(value)).add_subclass(Middle {
                text: text.to_owned(),
                _drops: Drops(1),
            })
        }
    }

    #[pymethods]
    impl Middle {
        #[new]
        fn new(value: i64, text: &str) -> PyClassInitializer<Self> {
            Middle::of(value, text)
        }

        fn length(&self) -> usize {
            self.text.len()
        }

        fn append(&mut self, more: &str) {
            self.text.push_str(more);
        }

        fn both(slf: PyRef<'_, Self>) -> String {
            format!("{} {}", slf.as_super().value, slf.text)
        }

        fn change_both(mut slf: PyRefMut<'_, Self>) {
            slf.as_super().value += 1;
            slf.text.push('!');
        }

        fn value_by_reference(slf: PyRef<'_, Self>) -> i64 {
            let base: &Base = slf.as_ref();
            base.value
        }

        fn set_by_reference(mut slf: PyRefMut<'_, Self>, value: i64) {
            let base: &mut Base = slf.as_mut();
            base.value = value;
        }
    }

    #[pyclass(extends = Middle)]
    pub struct Last {
        #[pyo3(get, set)]
        number: f64,
        _drops: Drops,
    }

    #[pymethods]
    impl Last {
        #[new]
        #[pyo3(signature = (value, text = "last", number = 0.5))]
        fn new(value: i64, text: &str, number: f64) -> PyClassInitializer<Self> {
            Middle::of(value, text).add_subclass(Last {
                number,
                _drops: Drops(2),
            })
        }

        fn all(slf: PyRef<'_, Self>) -> (i64, String, f64) {
            let middle = slf.as_super();
            (middle.as_super().value, middle.text.clone(), slf.number)
        }

        fn as_base(slf: PyRef<'_, Self>) -> i64 {
            slf.into_super().into_super().base_value()
        }

        fn change_as_base(slf: PyRefMut<'_, Self>, value: i64) {
            let mut base = slf.into_super().into_super();
            base.value = value;
        }

        /// Whether a second mutable borrow, as another class of the hierarchy, is refused.
        fn is_exclusive(slf: &Bound<'_, Self>) -> [bool; 4] {
            let last = slf.borrow_mut();
            let base = slf.as_super().as_super();
            let while_last = base.try_borrow_mut().is_err() && base.try_borrow().is_err();
            drop(last);
            let borrowed = base.borrow();
            let shared = slf.try_borrow().is_ok() && slf.try_borrow_mut().is_err();
            drop(borrowed);
            let as_base = slf.borrow_mut().into_super().into_super();
            let while_base = slf.try_borrow().is_err();
            drop(as_base);
            [while_last, shared, while_base, slf.try_borrow_mut().is_ok()]
        }
    }

    /// From a pair, as PyO3's older style has it.
    #[pyclass(extends = Base)]
    pub struct Paired {
        #[pyo3(get)]
        other: i64,
    }

    #[pymethods]
    impl Paired {
        #[new]
        fn new(value: i64, other: i64) -> PyClassInitializer<Self> {
            (Paired { other }, Base::of(value)).into()
        }
    }

    /// Has no constructor.
    #[pyclass(extends = Base)]
    pub struct WithoutNew {}

    #[pyfunction]
    fn new_without_new(py: Python<'_>) -> PyResult<Py<WithoutNew>> {
        Py::new(
            py,
            PyClassInitializer::from(Base::of(7)).add_subclass(WithoutNew {}),
        )
    }

    /// A frozen class in front of one that is not.
    #[pyclass(subclass, frozen)]
    pub struct FrozenBase {
        #[pyo3(get)]
        fixed: i64,
    }

    #[pyclass(extends = FrozenBase, subclass)]
    pub struct ChangingSub {
        #[pyo3(get, set)]
        changing: i64,
    }

    #[pymethods]
    impl ChangingSub {
        #[new]
        fn new(fixed: i64, changing: i64) -> PyClassInitializer<Self> {
            PyClassInitializer::from(FrozenBase { fixed }).add_subclass(ChangingSub { changing })
        }

        fn sum(slf: PyRef<'_, Self>) -> i64 {
            let changing = slf.changing;
            changing + slf.into_super().fixed
        }

        fn increment(&mut self) {
            self.changing += 1;
        }
    }

    #[pyclass(extends = ChangingSub, frozen)]
    pub struct FrozenLast {}

    #[pymethods]
    impl FrozenLast {
        #[new]
        fn new() -> PyClassInitializer<Self> {
            PyClassInitializer::from(FrozenBase { fixed: 1 })
                .add_subclass(ChangingSub { changing: 2 })
                .add_subclass(FrozenLast {})
        }

        fn total(slf: PyRef<'_, Self>) -> i64 {
            slf.as_super().changing + slf.as_super().as_super().fixed
        }
    }

    /// Classes without values: only their names tell them apart.
    #[pyclass(subclass, frozen)]
    pub struct EmptyBase;

    #[pymethods]
    impl EmptyBase {
        #[new]
        #[pyo3(signature = (*_args))]
        fn new(_args: &Bound<'_, PyTuple>) -> Self {
            EmptyBase
        }
    }

    #[pyclass(extends = EmptyBase, subclass, frozen)]
    pub struct EmptySub;

    #[pymethods]
    impl EmptySub {
        #[new]
        fn new() -> PyClassInitializer<Self> {
            PyClassInitializer::from(EmptyBase).add_subclass(EmptySub)
        }

        fn is_sub(&self) -> bool {
            true
        }
    }

    /// A dictionary that counts what is set by its method.
    #[pyclass(extends = PyDict, subclass)]
    #[derive(Default)]
    pub struct Counting {
        #[pyo3(get)]
        count: usize,
    }

    #[pymethods]
    impl Counting {
        #[new]
        #[pyo3(signature = (*_args, **_kwargs))]
        fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
            Counting::default()
        }

        fn set(slf: &Bound<'_, Self>, key: &str, value: i64) -> PyResult<()> {
            slf.borrow_mut().count += 1;
            slf.as_super().set_item(key, value)
        }

        fn keys_by_cast(slf: &Bound<'_, Self>) -> PyResult<usize> {
            Ok(slf.cast::<PyDict>()?.len())
        }
    }

    #[pyclass(extends = Counting)]
    pub struct CountingMore {
        #[pyo3(get)]
        more: i64,
    }

    #[pymethods]
    impl CountingMore {
        #[new]
        fn new() -> PyClassInitializer<Self> {
            PyClassInitializer::from(Counting { count: 100 }).add_subclass(CountingMore { more: 5 })
        }
    }

    #[pyclass(extends = PySet)]
    pub struct NamedSet {
        #[pyo3(get)]
        name: &'static str,
    }

    #[pymethods]
    impl NamedSet {
        #[new]
        fn new() -> Self {
            NamedSet { name: "set" }
        }
    }

    #[cfg(feature = "engine")]
    #[pyclass(extends = PyList)]
    pub struct NamedList {
        #[pyo3(get)]
        name: &'static str,
    }

    #[cfg(feature = "engine")]
    #[pymethods]
    impl NamedList {
        #[new]
        fn new() -> Self {
            NamedList { name: "list" }
        }
    }

    /// An exception with a value of its own.
    #[pyclass(extends = PyException, subclass)]
    pub struct Coded {
        #[pyo3(get, set)]
        code: i64,
        witness: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl Coded {
        #[new]
        #[pyo3(signature = (_message, code = 0, witness = None))]
        fn new(_message: &Bound<'_, PyAny>, code: i64, witness: Option<Py<PyAny>>) -> Self {
            Coded { code, witness }
        }

        fn has_witness(&self) -> bool {
            self.witness.is_some()
        }
    }

    #[pyclass(extends = PyOSError)]
    pub struct CodedOsError {
        #[pyo3(get)]
        code: i64,
    }

    #[pymethods]
    impl CodedOsError {
        #[new]
        #[pyo3(signature = (*_args))]
        fn new(_args: &Bound<'_, PyTuple>) -> Self {
            CodedOsError { code: 9 }
        }
    }

    #[pyfunction]
    fn raise_coded(py: Python<'_>) -> PyResult<()> {
        let error = py.get_type::<Coded>().call1(("from Rust", 3))?;
        Err(PyErr::from_value(error))
    }

    #[pyfunction]
    fn code_of(py: Python<'_>, raises: &Bound<'_, PyAny>) -> PyResult<i64> {
        match raises.call0() {
            Ok(_) => Err(PyValueError::new_err("nothing was raised")),
            Err(error) if error.is_instance_of::<Coded>(py) => {
                Ok(error.value(py).cast::<Coded>()?.borrow().code)
            }
            Err(error) => Err(error),
        }
    }

    /// The constructor refuses some values, after which nothing must be left behind.
    #[pyclass(extends = PyKeyError)]
    pub struct Refusing {}

    #[pymethods]
    impl Refusing {
        #[new]
        fn new(value: i64) -> PyResult<Self> {
            if value < 0 {
                return Err(PyValueError::new_err("negative"));
            }
            Ok(Refusing {})
        }
    }

    /// Replaces what `dict.__init__` does.
    #[pyclass(extends = PyDict)]
    pub struct Initialised {}

    #[pymethods]
    impl Initialised {
        #[new]
        #[pyo3(signature = (*_args, **_kwargs))]
        fn new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
            Initialised {}
        }

        #[pyo3(signature = (first, *, fail = false))]
        fn __init__(slf: &Bound<'_, Self>, first: i64, fail: bool) -> PyResult<()> {
            if fail {
                return Err(PyValueError::new_err("asked to fail"));
            }
            slf.as_super().set_item("first", first)
        }
    }

    #[pyfunction]
    fn make_early(py: Python<'_>, look: Py<PyAny>) -> Bound<'_, PyType> {
        let _ = super::LOOKING.set(py, look);
        py.get_type::<super::Early>()
    }

    #[pyfunction]
    fn bases(class: &Bound<'_, PyType>) -> PyResult<Py<PyAny>> {
        Ok(class.getattr("__mro__")?.unbind())
    }
}
