//! Modules: declared as functions and as `mod`s, nested, and made at run time.

use exuvia::prelude::*;
use exuvia::types::PyDict;

/// The function form.
#[pymodule]
#[allow(
    deprecated,
    reason = "PyO3 discourages `#[pyfn]`, which many crates use"
)]
pub fn function_form(py: Python<'_>, module: &Bound<'_, PyModule>) -> PyResult<()> {
    #[pyfunction]
    fn plain() -> &'static str {
        "plain"
    }

    /// Added where it stands.
    #[pyfn(module)]
    fn marked() -> &'static str {
        plain()
    }

    #[pyfn(module, signature = (a, b = 2))]
    #[pyo3(name = "renamed_mark", pass_module)]
    fn marked_with_options(
        module: &Bound<'_, PyModule>,
        a: i64,
        b: i64,
    ) -> PyResult<(String, i64)> {
        Ok((module.name()?.to_string(), a + b))
    }

    module.add_function(wrap_pyfunction!(plain, module)?)?;
    module.add_class::<InFunctionForm>()?;
    module.add("constant", 42)?;
    module.add(
        "EXCEPTION",
        py.get_type::<exuvia::exceptions::PyValueError>(),
    )?;
    let inner = PyModule::new(py, "inner")?;
    inner.add("depth", 2)?;
    module.add_submodule(&inner)
}

static INITIALISED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);

/// The function form that takes the module alone.
#[pymodule(name = "short_form_renamed")]
pub fn short_form(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("present", true)
}

#[pyclass(module = "exuvia_bindings_tests.function_form")]
pub struct InFunctionForm {}

#[pymethods]
impl InFunctionForm {
    #[new]
    fn new() -> Self {
        InFunctionForm {}
    }
}

/// The `mod` form.
///
/// Holds one of each thing a module can hold.
#[pymodule]
pub mod modules {
    use super::*;

    #[pymodule_export]
    use super::short_form;

    #[pymodule_export]
    const ANSWER: i64 = 42;

    #[pymodule_export]
    #[allow(non_upper_case_globals)]
    const greeting: &str = "hello";

    #[pyfunction]
    fn in_module() -> &'static str {
        "in modules"
    }

    #[pyclass]
    pub struct InModule {}

    #[pymethods]
    impl InModule {
        #[new]
        fn new() -> Self {
            InModule {}
        }
    }

    #[pyfunction]
    fn not_hidden() -> bool {
        hidden()
    }

    fn hidden() -> bool {
        true
    }

    /// A module in a module.
    #[pymodule]
    mod nested {
        use exuvia::prelude::*;

        #[pyfunction]
        fn in_nested() -> &'static str {
            "in nested"
        }

        #[pyclass]
        struct Deep {}

        #[pymethods]
        impl Deep {
            #[new]
            fn new() -> Self {
                Deep {}
            }
        }

        #[pymodule(name = "renamed_nested")]
        mod rust_name {}
    }

    #[pymodule]
    mod with_unit {
        #[pymodule_init]
        fn init() {
            super::INITIALISED.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }

    #[pymodule]
    mod with_token {
        use exuvia::prelude::*;

        #[pymodule_init]
        fn init(py: Python<'_>) -> PyResult<()> {
            py.import("sys").map(drop)
        }
    }

    #[pymodule]
    mod with_both {
        use exuvia::prelude::*;

        #[pymodule_init]
        fn init(py: Python<'_>, module: &Bound<'_, PyModule>) -> PyResult<()> {
            module.add("nothing", py.None())
        }
    }

    #[pymodule]
    mod r#type {
        use exuvia::prelude::*;

        #[pyclass]
        struct Inner {}
    }

    #[pyfunction]
    fn initialised_without_a_module() -> bool {
        INITIALISED.load(std::sync::atomic::Ordering::Relaxed)
    }

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("initialised", module.name()?)
    }

    #[pyfunction]
    fn make_module(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
        let module = PyModule::new(py, "made_at_run_time")?;
        module.add("answer", 42)?;
        module.add_function(wrap_pyfunction!(in_module, &module)?)?;
        Ok(module)
    }

    #[pyfunction]
    fn module_facts(module: &Bound<'_, PyModule>) -> PyResult<(String, usize, bool)> {
        let dict: Bound<'_, PyDict> = module.dict();
        let index = module.index()?;
        Ok((
            module.name()?.to_string(),
            index.len(),
            dict.contains("__name__")?,
        ))
    }

    #[pyfunction]
    fn from_code(py: Python<'_>) -> PyResult<i64> {
        let module = PyModule::from_code(
            py,
            c"def double(x):\n    return 2 * x\n",
            c"made_from_code.py",
            c"made_from_code",
        )?;
        module.getattr("double")?.call1((21,))?.extract()
    }

    #[pyfunction]
    fn from_bad_code(py: Python<'_>) -> PyResult<()> {
        PyModule::from_code(py, c"def :", c"bad_code.py", c"bad_code").map(drop)
    }

    #[pyfunction]
    fn import_json(py: Python<'_>, text: &str) -> PyResult<Py<PyAny>> {
        Ok(py.import("json")?.call_method1("loads", (text,))?.unbind())
    }

    #[pyfunction]
    fn import_by_name<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyModule>> {
        PyModule::import(py, name)
    }

    #[pyfunction]
    fn wrap_at_run_time<'py>(parent: &Bound<'py, PyModule>) -> PyResult<()> {
        parent.add_wrapped(exuvia::wrap_pymodule!(super::function_form))
    }
}
