//! Mapping proxies, and classes with type parameters.

use exuvia::prelude::*;

#[pymodule]
pub mod views {
    use exuvia::prelude::*;
    use exuvia::types::{PyGenericAlias, PyList, PyMapping, PyMappingProxy};

    #[pyfunction]
    fn proxy<'py>(py: Python<'py>, mapping: &Bound<'py, PyMapping>) -> Bound<'py, PyMappingProxy> {
        PyMappingProxy::new(py, mapping)
    }

    type Contents<'py> = (
        bool,
        Bound<'py, PyList>,
        Bound<'py, PyList>,
        Bound<'py, PyList>,
        usize,
    );

    /// Is it empty, keys, values, items, length.
    #[pyfunction]
    fn contents<'py>(proxy: &Bound<'py, PyMappingProxy>) -> PyResult<Contents<'py>> {
        Ok((
            PyMappingProxyMethods::is_empty(proxy)?,
            proxy.keys()?,
            proxy.values()?,
            proxy.items()?,
            PyMappingMethods::len(proxy.as_mapping())?,
        ))
    }

    #[pyfunction]
    fn pairs<'py>(
        proxy: &Bound<'py, PyMappingProxy>,
    ) -> PyResult<Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        PyMappingProxyMethods::try_iter(proxy)?.collect()
    }

    #[pyfunction]
    fn parametrize<'py>(
        origin: &Bound<'py, PyAny>,
        args: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyGenericAlias>> {
        PyGenericAlias::new(origin.py(), origin, args)
    }
}
