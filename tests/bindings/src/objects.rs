//! The methods of `PyAny`, and of the types that are not containers.

use exuvia::prelude::*;

#[pymodule]
pub mod objects {
    use std::cmp::Ordering;

    use exuvia::basic::CompareOp;
    use exuvia::prelude::*;
    use exuvia::types::{PyDict, PyList, PyString, PyType};

    #[pyfunction]
    fn get_attribute<'py>(value: &Bound<'py, PyAny>, name: &str) -> PyResult<Bound<'py, PyAny>> {
        value.getattr(name)
    }

    #[pyfunction]
    fn get_attribute_if_any<'py>(
        value: &Bound<'py, PyAny>,
        name: &str,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        value.getattr_opt(name)
    }

    #[pyfunction]
    fn set_attribute(value: &Bound<'_, PyAny>, name: &str, new: &Bound<'_, PyAny>) -> PyResult<()> {
        value.setattr(name, new)
    }

    #[pyfunction]
    fn delete_attribute(value: &Bound<'_, PyAny>, name: &str) -> PyResult<()> {
        value.delattr(name)
    }

    #[pyfunction]
    fn has_attribute(value: &Bound<'_, PyAny>, name: &str) -> PyResult<bool> {
        value.hasattr(name)
    }

    #[pyfunction]
    #[pyo3(signature = (function, *args, **kwargs))]
    fn call<'py>(
        function: &Bound<'py, PyAny>,
        args: &Bound<'py, exuvia::types::PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        function.call(args, kwargs)
    }

    #[pyfunction]
    fn call_with_tuple<'py>(function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        function.call1((1, "two", 3.0, None::<i64>, true))
    }

    /// Call it twice with one tuple, as a function and as a method.
    #[pyfunction]
    fn call_with_reference<'py>(
        object: &Bound<'py, PyAny>,
        name: &str,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let args = (1, String::from("two"));
        Ok((object.call1(&args)?, object.call_method1(name, &args)?))
    }

    #[pyfunction]
    #[pyo3(signature = (value, name, *args, **kwargs))]
    fn call_method<'py>(
        value: &Bound<'py, PyAny>,
        name: &str,
        args: &Bound<'py, exuvia::types::PyTuple>,
        kwargs: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        value.call_method(name, args, kwargs)
    }

    #[pyfunction]
    fn item<'py>(
        value: &Bound<'py, PyAny>,
        key: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        value.get_item(key)
    }

    #[pyfunction]
    fn set_item(
        value: &Bound<'_, PyAny>,
        key: &Bound<'_, PyAny>,
        new: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        value.set_item(key, new)
    }

    #[pyfunction]
    fn delete_item(value: &Bound<'_, PyAny>, key: &Bound<'_, PyAny>) -> PyResult<()> {
        value.del_item(key)
    }

    #[pyfunction]
    fn operate<'py>(
        name: &str,
        a: &Bound<'py, PyAny>,
        b: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        match name {
            "add" => a.add(b),
            "sub" => a.sub(b),
            "mul" => a.mul(b),
            "matmul" => a.matmul(b),
            "truediv" => a.div(b),
            "floordiv" => a.floor_div(b),
            "mod" => a.rem(b),
            "divmod" => a.divmod(b),
            "lshift" => a.lshift(b),
            "rshift" => a.rshift(b),
            "and_" => a.bitand(b),
            "or_" => a.bitor(b),
            "xor" => a.bitxor(b),
            "pow" => a.pow(b, a.py().None()),
            "neg" => a.neg(),
            "pos" => a.pos(),
            "abs" => a.abs(),
            "invert" => a.bitnot(),
            other => panic!("no operator {other}"),
        }
    }

    #[pyfunction]
    fn compare_with(name: &str, a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<bool> {
        match name {
            "lt" => a.lt(b),
            "le" => a.le(b),
            "eq" => a.eq(b),
            "ne" => a.ne(b),
            "gt" => a.gt(b),
            "ge" => a.ge(b),
            other => panic!("no comparison {other}"),
        }
    }

    #[pyfunction]
    fn rich_compare<'py>(
        a: &Bound<'py, PyAny>,
        b: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        a.rich_compare(b, CompareOp::Le)
    }

    #[pyfunction]
    fn order(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<i8> {
        a.compare(b).map(|ordering| match ordering {
            Ordering::Less => -1,
            Ordering::Equal => 0,
            Ordering::Greater => 1,
        })
    }

    #[pyfunction]
    fn describe<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let facts = PyDict::new(value.py());
        facts.set_item("repr", value.repr()?)?;
        facts.set_item("str", value.str()?)?;
        facts.set_item("truthy", value.is_truthy()?)?;
        facts.set_item("none", value.is_none())?;
        facts.set_item("callable", value.is_callable())?;
        facts.set_item("type", value.get_type())?;
        facts.set_item("dir", value.dir()?)?;
        Ok(facts)
    }

    #[pyfunction]
    fn truth(value: &Bound<'_, PyAny>) -> PyResult<bool> {
        value.is_truthy()
    }

    #[pyfunction]
    fn length(value: &Bound<'_, PyAny>) -> PyResult<usize> {
        value.len()
    }

    #[pyfunction]
    fn is_empty(value: &Bound<'_, PyAny>) -> PyResult<bool> {
        value.is_empty()
    }

    #[pyfunction]
    fn hash_of(value: &Bound<'_, PyAny>) -> PyResult<isize> {
        value.hash()
    }

    #[pyfunction]
    fn contains(value: &Bound<'_, PyAny>, item: &Bound<'_, PyAny>) -> PyResult<bool> {
        value.contains(item)
    }

    #[pyfunction]
    fn is_instance(value: &Bound<'_, PyAny>, class: &Bound<'_, PyAny>) -> PyResult<bool> {
        value.is_instance(class)
    }

    #[pyfunction]
    fn kinds(value: &Bound<'_, PyAny>) -> (bool, bool, bool, bool) {
        (
            value.is_instance_of::<PyList>(),
            value.is_exact_instance_of::<PyList>(),
            value.cast::<PyList>().is_ok(),
            value.cast_exact::<PyList>().is_ok(),
        )
    }

    #[pyfunction]
    fn cast_to_list(value: &Bound<'_, PyAny>) -> PyResult<usize> {
        Ok(value.cast::<PyList>()?.len())
    }

    #[pyfunction]
    fn cast_into_string(value: Bound<'_, PyAny>) -> PyResult<String> {
        let string: Bound<'_, PyString> = value.cast_into::<PyString>()?;
        Ok(string.to_string())
    }

    #[pyfunction]
    fn failed_cast_gives_the_object_back(value: Bound<'_, PyAny>) -> Option<Py<PyAny>> {
        match value.cast_into::<PyList>() {
            Ok(_) => None,
            Err(error) => Some(error.into_inner().unbind()),
        }
    }

    #[pyfunction]
    fn same_object(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> bool {
        a.is(b)
    }

    #[pyfunction]
    fn type_facts(class: &Bound<'_, PyType>) -> PyResult<(String, String, String, String)> {
        Ok((
            class.name()?.to_string(),
            class.qualname()?.to_string(),
            class.module()?.to_string(),
            class.fully_qualified_name()?.to_string(),
        ))
    }

    #[pyfunction]
    fn type_relations(
        a: &Bound<'_, PyType>,
        b: &Bound<'_, PyType>,
    ) -> PyResult<(bool, usize, usize)> {
        Ok((a.is_subclass(b)?, a.mro().len(), a.bases().len()))
    }

    #[pyfunction]
    fn is_subclass_of_list(class: &Bound<'_, PyType>) -> PyResult<bool> {
        class.is_subclass_of::<PyList>()
    }

    #[pyfunction]
    fn singletons(py: Python<'_>) -> (Py<PyAny>, Py<PyAny>, Py<PyAny>) {
        (py.None(), py.Ellipsis(), py.NotImplemented())
    }

    #[pyfunction]
    fn eval<'py>(py: Python<'py>, globals: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        py.eval(c"a + b", Some(globals), None)
    }

    #[pyfunction]
    fn eval_with_nothing(py: Python<'_>) -> PyResult<i64> {
        py.eval(c"sum(range(5))", None, None)?.extract()
    }

    #[pyfunction]
    fn eval_with_locals<'py>(
        py: Python<'py>,
        globals: &Bound<'py, PyDict>,
        locals: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        py.eval(c"a + b", Some(globals), Some(locals))
    }

    #[pyfunction]
    fn run<'py>(py: Python<'py>, locals: &Bound<'py, PyDict>) -> PyResult<()> {
        py.run(c"x = 1\ny = [x, x]\n", None, Some(locals))
    }

    #[pyfunction]
    fn run_bad_syntax(py: Python<'_>) -> PyResult<()> {
        py.run(c"for", None, None)
    }

    #[pyfunction]
    fn python_version(py: Python<'_>) -> ((u8, u8, u8), String) {
        let info = py.version_info();
        (
            (info.major, info.minor, info.patch),
            Python::version_str().to_owned(),
        )
    }

    #[pyfunction]
    fn instance_of_every_extract(value: &Bound<'_, PyAny>) -> Vec<&'static str> {
        let mut kinds = Vec::new();
        if value.extract::<bool>().is_ok() {
            kinds.push("bool");
        }
        if value.extract::<i64>().is_ok() {
            kinds.push("i64");
        }
        if value.extract::<f64>().is_ok() {
            kinds.push("f64");
        }
        if value.extract::<String>().is_ok() {
            kinds.push("String");
        }
        if value.extract::<Vec<u8>>().is_ok() {
            kinds.push("Vec<u8>");
        }
        if value.extract::<Vec<Py<PyAny>>>().is_ok() {
            kinds.push("Vec<Py<PyAny>>");
        }
        kinds
    }
}
