//! Weak references and proxies.

use exuvia::prelude::*;

#[pymodule]
pub mod weakrefs {
    use exuvia::prelude::*;
    use exuvia::types::{PySet, PyWeakref, PyWeakrefProxy, PyWeakrefReference};

    #[pyfunction]
    fn reference<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyWeakrefReference>> {
        PyWeakrefReference::new(object)
    }

    #[pyfunction]
    fn reference_with<'py>(
        object: &Bound<'py, PyAny>,
        callback: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyWeakrefReference>> {
        PyWeakrefReference::new_with(object, callback)
    }

    #[pyfunction]
    fn proxy<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyWeakrefProxy>> {
        PyWeakrefProxy::new(object)
    }

    #[pyfunction]
    fn proxy_with<'py>(
        object: &Bound<'py, PyAny>,
        callback: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyWeakrefProxy>> {
        PyWeakrefProxy::new_with(object, callback)
    }

    #[pyfunction]
    fn upgrade<'py>(weak: &Bound<'py, PyWeakref>) -> Option<Bound<'py, PyAny>> {
        weak.upgrade()
    }

    #[pyfunction]
    fn upgrade_reference<'py>(weak: &Bound<'py, PyWeakrefReference>) -> Option<Bound<'py, PyAny>> {
        weak.upgrade()
    }

    #[pyfunction]
    fn upgrade_proxy<'py>(weak: &Bound<'py, PyWeakrefProxy>) -> Option<Bound<'py, PyAny>> {
        weak.upgrade()
    }

    /// As an instance of `set`, subclasses included.
    #[pyfunction]
    fn upgrade_as_set<'py>(weak: &Bound<'py, PyWeakref>) -> PyResult<Option<Bound<'py, PySet>>> {
        weak.upgrade_as::<PySet>()
    }

    #[pyfunction]
    fn upgrade_as_exact_set<'py>(
        weak: &Bound<'py, PyWeakref>,
    ) -> PyResult<Option<Bound<'py, PySet>>> {
        weak.upgrade_as_exact::<PySet>()
    }

    /// Which of `PyWeakref`, `PyWeakrefReference`, `PyWeakrefProxy` it is.
    #[pyfunction]
    fn kinds(object: &Bound<'_, PyAny>) -> (bool, bool, bool, bool) {
        (
            object.is_instance_of::<PyWeakref>(),
            object.is_instance_of::<PyWeakrefReference>(),
            object.is_exact_instance_of::<PyWeakrefReference>(),
            object.is_instance_of::<PyWeakrefProxy>(),
        )
    }
}
