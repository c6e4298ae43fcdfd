//! Special methods beyond operators and containers: attribute access, descriptors, asynchronous iteration, sequences.

use exuvia::prelude::*;

#[pymodule]
pub mod protocols {
    use std::collections::BTreeMap;

    use exuvia::exceptions::{PyAttributeError, PyValueError};
    use exuvia::prelude::*;
    use exuvia::types::{PyDict, PyString, PyTuple, PyType};

    /// Answers for attributes it does not have.
    #[pyclass]
    pub struct Dynamic {}

    #[pymethods]
    impl Dynamic {
        #[new]
        fn new() -> Self {
            Dynamic {}
        }

        fn real(&self) -> &'static str {
            "a method"
        }

        #[getter]
        fn failing(&self) -> PyResult<()> {
            Err(PyValueError::new_err("not an attribute error"))
        }

        fn __getattr__(&self, name: &str) -> PyResult<String> {
            match name {
                "panics" => panic!("in __getattr__"),
                name if name.starts_with("made_") => Ok(name.to_uppercase()),
                name => Err(PyAttributeError::new_err(name.to_owned())),
            }
        }
    }

    /// Sees every access.
    #[pyclass]
    pub struct Watching {
        values: BTreeMap<String, i64>,
    }

    #[pymethods]
    impl Watching {
        #[new]
        fn new() -> Self {
            Watching {
                values: BTreeMap::new(),
            }
        }

        fn __getattribute__(&self, name: &str) -> PyResult<i64> {
            if name == "wrong" {
                return Err(PyValueError::new_err("wrong"));
            }
            self.values
                .get(name)
                .copied()
                .ok_or_else(|| PyAttributeError::new_err("unknown"))
        }

        fn __getattr__(&self, name: &str) -> PyResult<i64> {
            if name == "fallback" {
                Ok(-1)
            } else {
                Err(PyAttributeError::new_err(format!("no {name}")))
            }
        }

        fn __setattr__(&mut self, name: String, value: i64) {
            self.values.insert(name, value);
        }

        fn __delattr__(&mut self, name: &str) -> PyResult<()> {
            match self.values.remove(name) {
                Some(_) => Ok(()),
                None => Err(PyAttributeError::new_err("nothing to delete")),
            }
        }
    }

    /// Sees every access, and has nothing to fall back on.
    #[pyclass]
    pub struct Strict {}

    #[pymethods]
    impl Strict {
        #[new]
        fn new() -> Self {
            Strict {}
        }

        fn __getattribute__(&self, name: &str) -> PyResult<i64> {
            match name {
                "known" => Ok(1),
                "wrong" => Err(PyValueError::new_err("wrong")),
                _ => Err(PyAttributeError::new_err("not told")),
            }
        }
    }

    #[pyclass]
    pub struct SetOnly {}

    #[pymethods]
    impl SetOnly {
        #[new]
        fn new() -> Self {
            SetOnly {}
        }

        fn __setattr__(&self, _name: &str, _value: i64) {}
    }

    /// A descriptor.
    #[pyclass]
    pub struct Descriptor {
        last: Option<Py<PyAny>>,
    }

    #[pymethods]
    impl Descriptor {
        #[new]
        fn new() -> Self {
            Descriptor { last: None }
        }

        fn __get__<'py>(
            slf: &Bound<'py, Self>,
            instance: Option<Bound<'py, PyAny>>,
            owner: Option<Bound<'py, PyType>>,
        ) -> PyResult<Bound<'py, PyAny>> {
            match instance {
                None => Ok(slf.clone().into_any()),
                Some(instance) => (instance, owner, &slf.borrow().last)
                    .into_pyobject(slf.py())
                    .map(Bound::into_any),
            }
        }

        fn __set__(&mut self, _instance: &Bound<'_, PyAny>, value: Py<PyAny>) {
            self.last = Some(value);
        }

        fn __delete__(&mut self, _instance: &Bound<'_, PyAny>) {
            self.last = None;
        }
    }

    #[pyclass]
    pub struct ReadOnlyDescriptor {}

    #[pymethods]
    impl ReadOnlyDescriptor {
        #[new]
        fn new() -> Self {
            ReadOnlyDescriptor {}
        }

        fn __set__(&self, _instance: &Bound<'_, PyAny>, _value: &Bound<'_, PyAny>) {}
    }

    /// Counts down, asynchronously.
    #[pyclass]
    pub struct Countdown {
        left: u32,
    }

    /// Is done at once, with a value.
    #[pyclass]
    pub struct Ready {
        value: Option<u32>,
    }

    #[pymethods]
    impl Countdown {
        #[new]
        fn new(left: u32) -> Self {
            Countdown { left }
        }

        fn __aiter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }

        fn __anext__(&mut self) -> Option<Ready> {
            self.left = self.left.checked_sub(1)?;
            Some(Ready {
                value: Some(self.left),
            })
        }
    }

    #[pymethods]
    impl Ready {
        #[new]
        fn new(value: u32) -> Self {
            Ready { value: Some(value) }
        }

        fn __await__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }

        fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }

        fn __next__(&mut self) -> PyResult<Option<u32>> {
            match self.value.take() {
                Some(value) => Err(exuvia::exceptions::PyStopIteration::new_err(value)),
                None => Ok(None),
            }
        }
    }

    /// A sequence, by C's protocol of sequences.
    #[pyclass(sequence)]
    pub struct Bytes {
        content: Vec<u8>,
    }

    #[pymethods]
    impl Bytes {
        #[new]
        fn new(content: Vec<u8>) -> Self {
            Bytes { content }
        }

        fn __len__(&self) -> usize {
            self.content.len()
        }

        fn __concat__(&self, other: &Self) -> Self {
            Bytes {
                content: [&self.content[..], &other.content].concat(),
            }
        }

        fn __repeat__(&self, count: isize) -> PyResult<Self> {
            match usize::try_from(count) {
                Ok(count) => Ok(Bytes {
                    content: self.content.repeat(count),
                }),
                Err(_) => Err(PyValueError::new_err("a negative count")),
            }
        }

        fn __inplace_concat__(mut slf: PyRefMut<'_, Self>, other: Vec<u8>) -> Py<Self> {
            slf.content.extend(other);
            slf.into()
        }

        fn __inplace_repeat__(mut slf: PyRefMut<'_, Self>, count: isize) -> PyResult<Py<Self>> {
            let count =
                usize::try_from(count).map_err(|_| PyValueError::new_err("a negative count"))?;
            slf.content = slf.content.repeat(count);
            Ok(slf.into())
        }

        fn content(&self) -> Vec<u8> {
            self.content.clone()
        }
    }

    /// Ordinary methods with special names.
    #[pyclass]
    pub struct Context {
        #[pyo3(get)]
        entered: bool,
        #[pyo3(get)]
        left_with: Option<String>,
    }

    #[pymethods]
    impl Context {
        #[new]
        #[pyo3(signature = (entered = false, left_with = None))]
        fn new(entered: bool, left_with: Option<String>) -> Self {
            Context { entered, left_with }
        }

        fn __enter__(mut slf: PyRefMut<'_, Self>) -> PyRefMut<'_, Self> {
            slf.entered = true;
            slf
        }

        fn __exit__(
            &mut self,
            kind: Option<&Bound<'_, PyType>>,
            _value: Option<&Bound<'_, PyAny>>,
            _traceback: Option<&Bound<'_, PyAny>>,
        ) -> PyResult<bool> {
            self.entered = false;
            self.left_with = match kind {
                Some(kind) => Some(kind.name()?.to_string()),
                None => None,
            };
            Ok(self.left_with.as_deref() == Some("KeyError"))
        }

        fn __format__(&self, spec: &str) -> String {
            format!("formatted by {spec}")
        }

        fn __bytes__(&self) -> &'static [u8] {
            b"bytes"
        }

        fn __round__(&self, digits: i64) -> i64 {
            digits * 2
        }

        fn __reduce__<'py>(
            slf: &Bound<'py, Self>,
        ) -> PyResult<(Bound<'py, PyAny>, (bool, Option<String>))> {
            let this = slf.borrow();
            Ok((
                slf.getattr("__class__")?,
                (this.entered, this.left_with.clone()),
            ))
        }

        fn __copy__(&self) -> Self {
            Context {
                entered: self.entered,
                left_with: Some("copy".to_owned()),
            }
        }

        #[classmethod]
        fn __class_getitem__(cls: &Bound<'_, PyType>, key: &Bound<'_, PyAny>) -> PyResult<String> {
            Ok(format!("{}[{}]", cls.name()?, key))
        }

        #[classmethod]
        #[pyo3(signature = (**kwargs))]
        fn __init_subclass__(_cls: &Bound<'_, PyType>, kwargs: Option<&Bound<'_, PyDict>>) {
            let _ = kwargs;
        }

        fn __dir__(&self) -> Vec<&'static str> {
            vec!["b", "a"]
        }

        fn __sizeof__(&self) -> usize {
            1234
        }

        fn __missing__(&self, key: &Bound<'_, PyString>) -> String {
            key.to_string()
        }
    }

    /// Sets itself up after it was made.
    #[pyclass(subclass)]
    pub struct Initialised {
        #[pyo3(get)]
        made_with: usize,
        #[pyo3(get)]
        initialised_with: i64,
    }

    #[pymethods]
    impl Initialised {
        #[new]
        #[pyo3(signature = (*args))]
        fn new(args: &Bound<'_, PyTuple>) -> Self {
            Initialised {
                made_with: args.len(),
                initialised_with: 0,
            }
        }

        fn __init__(&mut self, value: i64) -> PyResult<()> {
            match value {
                13 => Err(PyValueError::new_err("unlucky")),
                14 => panic!("in __init__"),
                _ => {
                    self.initialised_with = value;
                    Ok(())
                }
            }
        }
    }
}
