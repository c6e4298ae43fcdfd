//! The Python functions that the ports stand in for. Written by `exuvia port`.

// Which of these are needed depends on what the ported functions take.
#![allow(dead_code)]

use std::convert::Infallible;
use std::sync::OnceLock;

use exuvia::prelude::*;
use exuvia::types::{PyDict, PyTuple};

/// A Python function that a port hands calls to.
pub(crate) struct Twin {
    group: &'static str,
    name: &'static str,
    function: OnceLock<Py<PyAny>>,
}

impl Twin {
    /// The twin of the port `name` in the group `group` of this extension module.
    pub(crate) const fn new(group: &'static str, name: &'static str) -> Self {
        Self {
            group,
            name,
            function: OnceLock::new(),
        }
    }

    /// Calls the Python function with positional arguments.
    pub(crate) fn call<'py>(
        &self,
        py: Python<'py>,
        arguments: &[&Bound<'py, PyAny>],
    ) -> PyResult<Bound<'py, PyAny>> {
        self.function(py)?
            .call1(PyTuple::new(py, arguments.iter().copied())?)
    }

    /// Calls the Python function with arguments of every kind.
    pub(crate) fn call_with<'py>(&self, call: Call<'py>) -> PyResult<Bound<'py, PyAny>> {
        let py = call.keywords.py();
        self.function(py)?
            .call(PyTuple::new(py, call.positional)?, Some(&call.keywords))
    }

    fn function<'a, 'py>(&'a self, py: Python<'py>) -> PyResult<&'a Bound<'py, PyAny>> {
        if let Some(function) = self.function.get() {
            return Ok(function.bind(py));
        }
        // The Python module put its twins there when it was imported.
        let twins = py
            .import("@EXTENSION@")?
            .getattr(self.group)?
            .getattr("_exuvia_twins")?;
        let function = twins.get_item(self.name)?.unbind();
        Ok(self.function.get_or_init(|| function).bind(py))
    }
}

/// The default of one of a twin's parameters: the object that Python made when it defined the function.
pub(crate) struct TwinDefault {
    twin: &'static Twin,
    place: Place,
    value: OnceLock<Option<Py<PyAny>>>,
}

/// Where a Python function keeps a default.
enum Place {
    /// In `__defaults__`, by its index.
    Positional(usize),
    /// In `__kwdefaults__`, by its name.
    Keyword(&'static str),
}

impl TwinDefault {
    /// The default number `index`, from 0, of those that positional parameters of `twin` have.
    pub(crate) const fn positional(twin: &'static Twin, index: usize) -> Self {
        Self::new(twin, Place::Positional(index))
    }

    /// The default of the keyword-only parameter `name` of `twin`.
    pub(crate) const fn keyword(twin: &'static Twin, name: &'static str) -> Self {
        Self::new(twin, Place::Keyword(name))
    }

    const fn new(twin: &'static Twin, place: Place) -> Self {
        Self {
            twin,
            place,
            value: OnceLock::new(),
        }
    }

    /// The object; nothing where the twin no longer has that default.
    pub(crate) fn get<'a, 'py>(&'a self, py: Python<'py>) -> Option<&'a Bound<'py, PyAny>> {
        let value = match self.value.get() {
            Some(value) => value,
            None => {
                let value = self.look_up(py).ok().map(Bound::unbind);
                self.value.get_or_init(|| value)
            }
        };
        value.as_ref().map(|value| value.bind(py))
    }

    fn look_up<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let function = self.twin.function(py)?;
        match self.place {
            Place::Positional(index) => function.getattr("__defaults__")?.get_item(index),
            Place::Keyword(name) => function.getattr("__kwdefaults__")?.get_item(name),
        }
    }
}

/// An argument that the caller may leave out.
pub(crate) enum Argument<'py> {
    /// The caller gave it.
    Given(Bound<'py, PyAny>),
    /// The caller left it out, and the default holds.
    LeftOut,
}

impl<'py> FromPyObject<'_, 'py> for Argument<'py> {
    type Error = Infallible;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> Result<Self, Infallible> {
        Ok(Self::Given(object.to_owned()))
    }
}

impl<'py> Argument<'py> {
    /// What `read` makes of the argument, or `default` where it was left out. `None` hands the call to Python.
    pub(crate) fn read<'a, T>(
        &'a self,
        default: Option<T>,
        read: impl FnOnce(&'a Bound<'py, PyAny>) -> Option<T>,
    ) -> Option<T> {
        match self {
            Self::Given(object) => read(object),
            Self::LeftOut => default,
        }
    }

    /// What `read` makes of the argument, or of the twin's `default` where it was left out. `None` hands the call to Python.
    pub(crate) fn read_or<'a, T>(
        &'a self,
        default: Option<&'a Bound<'py, PyAny>>,
        read: impl FnOnce(&'a Bound<'py, PyAny>) -> Option<T>,
    ) -> Option<T> {
        match self {
            Self::Given(object) => read(object),
            Self::LeftOut => read(default?),
        }
    }
}

/// The arguments of a call, passed on as they came: what was left out stays left out.
pub(crate) struct Call<'py> {
    positional: Vec<Bound<'py, PyAny>>,
    keywords: Bound<'py, PyDict>,
    gap: bool,
}

impl<'py> Call<'py> {
    pub(crate) fn new(py: Python<'py>) -> Self {
        Self {
            positional: Vec::new(),
            keywords: PyDict::new(py),
            gap: false,
        }
    }

    /// The next positional argument.
    pub(crate) fn positional(&mut self, object: &Bound<'py, PyAny>) {
        self.positional.push(object.clone());
    }

    /// The next positional argument where there is one; by its name behind one that was left out.
    pub(crate) fn argument(&mut self, name: &str, argument: &Argument<'py>) -> PyResult<()> {
        match argument {
            Argument::Given(object) if self.gap => self.keywords.set_item(name, object)?,
            Argument::Given(object) => self.positional.push(object.clone()),
            Argument::LeftOut => self.gap = true,
        }
        Ok(())
    }

    /// The arguments that `*args` took.
    pub(crate) fn rest(&mut self, arguments: &Bound<'py, PyTuple>) {
        self.positional.extend(arguments.iter());
    }

    /// An argument by its name.
    pub(crate) fn keyword(&mut self, name: &str, object: &Bound<'py, PyAny>) -> PyResult<()> {
        self.keywords.set_item(name, object)
    }

    /// An argument by its name where there is one.
    pub(crate) fn keyword_argument(
        &mut self,
        name: &str,
        argument: &Argument<'py>,
    ) -> PyResult<()> {
        match argument {
            Argument::Given(object) => self.keywords.set_item(name, object),
            Argument::LeftOut => Ok(()),
        }
    }

    /// The arguments that `**kwargs` took.
    pub(crate) fn keywords(&mut self, keywords: Option<&Bound<'py, PyDict>>) -> PyResult<()> {
        for (name, object) in keywords.into_iter().flat_map(|keywords| keywords.iter()) {
            self.keywords.set_item(name, object)?;
        }
        Ok(())
    }
}
