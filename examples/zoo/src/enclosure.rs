//! A container: length, lookup, iteration, in-place addition, a context manager, garbage collection.

use pyo3::PyTraverseError;
use pyo3::exceptions::PyRuntimeError;
use pyo3::gc::PyVisit;
use pyo3::prelude::*;
use pyo3::types::{PyIterator, PyList};

use crate::animals::Animal;
use crate::errors::{EnclosureFull, NotHere};
use crate::mass::Mass;

/// A place for so many animals, in the order in which they came.
#[pyclass(module = "zoo")]
pub struct Enclosure {
    /// How many there is room for.
    #[pyo3(get)]
    capacity: usize,
    animals: Vec<Py<Animal>>,
}

impl Enclosure {
    /// Where the animal of this name is.
    fn find(&self, py: Python<'_>, name: &str) -> PyResult<Option<usize>> {
        for (place, animal) in self.animals.iter().enumerate() {
            // An animal whose mass is just being set cannot be looked at: an error, where `borrow` would panic.
            if animal.try_borrow(py)?.name() == name {
                return Ok(Some(place));
            }
        }
        Ok(None)
    }

    fn names(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        let name = |animal: &Py<Animal>| Ok(animal.try_borrow(py)?.name().to_owned());
        self.animals.iter().map(name).collect()
    }
}

#[pymethods]
impl Enclosure {
    #[new]
    #[pyo3(signature = (capacity = 10))]
    fn new(capacity: usize) -> Self {
        Enclosure {
            capacity,
            animals: Vec::new(),
        }
    }

    /// Let an animal in.
    fn add(&mut self, animal: Bound<'_, Animal>) -> PyResult<()> {
        if self.animals.len() >= self.capacity {
            let name = animal.try_borrow()?.name().to_owned();
            return Err(EnclosureFull::new_err(self.capacity, name));
        }
        self.animals.push(animal.unbind());
        Ok(())
    }

    /// Let the animal of this name out.
    fn remove(&mut self, py: Python<'_>, name: &str) -> PyResult<Py<Animal>> {
        match self.find(py, name)? {
            Some(place) => Ok(self.animals.remove(place)),
            None => Err(NotHere::new_err(name.to_owned())),
        }
    }

    /// What all of them weigh together.
    #[getter]
    fn mass(&self, py: Python<'_>) -> PyResult<Mass> {
        let mut kilograms = 0.0;
        for animal in &self.animals {
            kilograms += animal.try_borrow(py)?.mass().kilograms();
        }
        Mass::of(kilograms)
    }

    fn __len__(&self) -> usize {
        self.animals.len()
    }

    /// The animal of a name.
    fn __getitem__(&self, py: Python<'_>, name: &str) -> PyResult<Py<Animal>> {
        match self.find(py, name)? {
            Some(place) => Ok(self.animals[place].clone_ref(py)),
            None => Err(NotHere::new_err(name.to_owned())),
        }
    }

    fn __delitem__(&mut self, py: Python<'_>, name: &str) -> PyResult<()> {
        self.remove(py, name).map(drop)
    }

    /// Is there an animal of this name, or this very animal?
    fn __contains__(&self, whom: &Bound<'_, PyAny>) -> PyResult<bool> {
        match whom.extract::<&str>() {
            Ok(name) => Ok(self.find(whom.py(), name)?.is_some()),
            Err(_) => Ok(self.animals.iter().any(|animal| animal.is(whom))),
        }
    }

    /// Iterates over the animals that are there now: who comes or goes meanwhile changes nothing.
    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let animals = self.animals.iter().map(|animal| animal.clone_ref(py));
        PyList::new(py, animals.collect::<Vec<_>>())?.try_iter()
    }

    /// `enclosure += animal`.
    fn __iadd__(&mut self, animal: Bound<'_, Animal>) -> PyResult<()> {
        self.add(animal)
    }

    /// For `with enclosure.visit() as animals:`.
    fn visit(slf: Py<Self>) -> Visit {
        Visit {
            enclosure: slf,
            before: None,
        }
    }

    fn __repr__(&self) -> String {
        format!("<Enclosure, {} of {}>", self.animals.len(), self.capacity)
    }

    // A Python subclass of Animal can hold its enclosure: without these two methods neither would ever be freed.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.animals
            .iter()
            .try_for_each(|animal| visit.call(animal))
    }

    fn __clear__(&mut self) {
        self.animals.clear();
    }
}

/// Nobody may be missing when a visit ends.
#[pyclass(module = "zoo")]
pub struct Visit {
    enclosure: Py<Enclosure>,
    /// Who was there when it began.
    before: Option<Vec<String>>,
}

#[pymethods]
impl Visit {
    /// The names of those who are there.
    fn __enter__(&mut self, py: Python<'_>) -> PyResult<Vec<String>> {
        if self.before.is_some() {
            return Err(PyRuntimeError::new_err("this visit has begun already"));
        }
        let names = self.enclosure.try_borrow(py)?.names(py)?;
        self.before = Some(names.clone());
        Ok(names)
    }

    /// Raises `NotHere` with the name of the first who is missing, unless there is an exception already.
    fn __exit__(
        &mut self,
        py: Python<'_>,
        exception_type: &Bound<'_, PyAny>,
        _exception: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let before = self.before.take().unwrap_or_default();
        let after = self.enclosure.try_borrow(py)?.names(py)?;
        let missing = before.into_iter().find(|name| !after.contains(name));
        match missing {
            Some(name) if exception_type.is_none() => Err(NotHere::new_err(name)),
            // Nothing is swallowed.
            _ => Ok(false),
        }
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.enclosure)
    }
}
