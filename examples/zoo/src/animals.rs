//! Inheritance: a class, one that extends it, one that extends that. Python code can extend any of them.

use pyo3::PyClassInitializer;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::mass::{Mass, Weight};

/// An animal with a name and a mass.
#[pyclass(subclass, module = "zoo")]
pub struct Animal {
    /// What it listens to, if it does.
    #[pyo3(get)]
    name: String,
    mass: Mass,
}

impl Animal {
    fn of(name: String, mass: Mass) -> PyResult<Self> {
        if name.is_empty() {
            return Err(PyValueError::new_err("an animal must have a name"));
        }
        Ok(Animal { name, mass })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn mass(&self) -> Mass {
        self.mass
    }
}

#[pymethods]
impl Animal {
    #[new]
    fn new(name: String, mass: Weight) -> PyResult<Self> {
        Animal::of(name, mass.try_into()?)
    }

    /// How heavy it is. Can be set to a number of kilograms too.
    #[getter(mass)]
    fn get_mass(&self) -> Mass {
        self.mass
    }

    #[setter(mass)]
    fn set_mass(&mut self, mass: Weight) -> PyResult<()> {
        self.mass = mass.try_into()?;
        Ok(())
    }

    /// The sound it makes.
    fn sound(&self) -> &'static str {
        "…"
    }

    /// Its name and its sound, which may be a subclass's.
    fn speak(slf: &Bound<'_, Self>) -> PyResult<String> {
        // Called through Python, so that a method of a subclass is found, be it written in Python or in Rust.
        let sound: String = slf.call_method0("sound")?.extract()?;
        Ok(format!("{}: {sound}", slf.borrow().name))
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let class = slf.get_type().name()?;
        let animal = slf.borrow();
        Ok(format!("<{class} {:?}, {}>", animal.name, animal.mass))
    }
}

/// An animal with wings.
#[pyclass(extends = Animal, subclass, module = "zoo")]
pub struct Bird {
    /// From tip to tip, in metres.
    #[pyo3(get, set)]
    wingspan: f64,
}

impl Bird {
    /// A bird and the animal it is.
    fn of(name: String, mass: Mass, wingspan: f64) -> PyResult<PyClassInitializer<Bird>> {
        let animal = Animal::of(name, mass)?;
        Ok(PyClassInitializer::from(animal).add_subclass(Bird { wingspan }))
    }
}

#[pymethods]
impl Bird {
    #[new]
    fn new(name: String, mass: Weight, wingspan: f64) -> PyResult<PyClassInitializer<Self>> {
        Bird::of(name, mass.try_into()?, wingspan)
    }

    fn sound(&self) -> &'static str {
        "tweet"
    }

    /// Can wings of this span carry it? A rule of thumb.
    #[getter]
    fn flies(slf: PyRef<'_, Self>) -> bool {
        // The animal that the bird is.
        let mass = slf.as_super().mass;
        slf.wingspan.powi(2) * 10.0 > mass.kilograms()
    }
}

/// A bird that repeats what it has heard.
#[pyclass(extends = Bird, module = "zoo")]
pub struct Parrot {
    heard: Vec<String>,
}

#[pymethods]
impl Parrot {
    #[new]
    #[pyo3(signature = (name, mass = Weight::Kilograms(0.4), wingspan = 0.6))]
    fn new(name: String, mass: Weight, wingspan: f64) -> PyResult<PyClassInitializer<Self>> {
        let bird = Bird::of(name, mass.try_into()?, wingspan)?;
        Ok(bird.add_subclass(Parrot { heard: Vec::new() }))
    }

    /// Tell it something, and get it back to tell more: `parrot.hear("hello").hear("you")`.
    fn hear<'py>(mut slf: PyRefMut<'py, Self>, words: String) -> PyRefMut<'py, Self> {
        slf.heard.push(words);
        slf
    }

    /// The last thing it has heard; until then, what birds say.
    fn sound(slf: PyRef<'_, Self>) -> String {
        match slf.heard.last() {
            Some(words) => words.clone(),
            None => slf.as_super().sound().to_owned(),
        }
    }
}
