//! Classes: construction, methods, receivers, borrows.

use exuvia::prelude::*;

#[pymodule]
pub mod classes {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use exuvia::exceptions::{PyTypeError, PyValueError};
    use exuvia::prelude::*;
    use exuvia::types::{PyDict, PyTuple, PyType};

    /// A point on a plane.
    ///
    /// Both coordinates are floats.
    #[pyclass]
    pub struct Point {
        x: f64,
        y: f64,
    }

    #[pymethods]
    impl Point {
        /// The class attribute of every point.
        #[classattr]
        const DIMENSIONS: usize = 2;

        #[classattr]
        fn origin_name() -> &'static str {
            "origin"
        }

        #[new]
        #[pyo3(signature = (x = 0.0, y = 0.0))]
        fn new(x: f64, y: f64) -> Self {
            Point { x, y }
        }

        /// Distance from the origin.
        fn norm(&self) -> f64 {
            self.x.hypot(self.y)
        }

        fn shift(&mut self, dx: f64, dy: f64) {
            self.x += dx;
            self.y += dy;
        }

        fn coordinates(&self) -> (f64, f64) {
            (self.x, self.y)
        }

        #[staticmethod]
        fn diagonal(value: f64) -> Self {
            Point { x: value, y: value }
        }

        #[classmethod]
        fn from_pair(cls: &Bound<'_, PyType>, pair: (f64, f64)) -> PyResult<Py<PyAny>> {
            Ok(cls.call1(pair)?.unbind())
        }

        #[pyo3(name = "mirrored")]
        fn rust_mirror(&self) -> Point {
            Point {
                x: -self.x,
                y: -self.y,
            }
        }

        fn distance_to(&self, other: &Point) -> f64 {
            (self.x - other.x).hypot(self.y - other.y)
        }

        /// Take the other's coordinates. The other must not be this very point.
        fn assign(&mut self, other: &Point) {
            self.x = other.x;
            self.y = other.y;
        }

        /// Exchange coordinates with another point.
        fn swap(&mut self, mut other: PyRefMut<'_, Point>) {
            std::mem::swap(&mut self.x, &mut other.x);
            std::mem::swap(&mut self.y, &mut other.y);
        }

        fn __repr__(&self) -> String {
            format!("Point({}, {})", self.x, self.y)
        }
    }

    #[pyfunction]
    fn sum_of_x(points: Vec<PyRef<'_, Point>>) -> f64 {
        points.iter().map(|point| point.x).sum()
    }

    #[pyfunction]
    fn double_in_place(point: &mut Point) {
        point.x *= 2.0;
        point.y *= 2.0;
    }

    #[pyfunction]
    fn optional_point(point: Option<&Point>) -> Option<f64> {
        point.map(Point::norm)
    }

    /// One method for each way of receiving `self`.
    #[pyclass]
    pub struct Receivers {
        count: u64,
    }

    #[pymethods]
    impl Receivers {
        #[new]
        fn new() -> Self {
            Receivers { count: 0 }
        }

        fn shared(&self) -> u64 {
            self.count
        }

        fn exclusive(&mut self) -> u64 {
            self.count += 1;
            self.count
        }

        fn py_ref(slf: PyRef<'_, Self>) -> u64 {
            slf.count
        }

        fn py_ref_mut(mut slf: PyRefMut<'_, Self>) -> u64 {
            slf.count += 1;
            slf.count
        }

        fn bound(slf: &Bound<'_, Self>) -> u64 {
            slf.borrow().count
        }

        fn owned_bound(slf: Bound<'_, Self>) -> u64 {
            slf.borrow().count
        }

        fn owned_py(slf: Py<Self>, py: Python<'_>) -> u64 {
            slf.borrow(py).count
        }

        fn itself(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
            slf
        }

        fn itself_mutably(mut slf: PyRefMut<'_, Self>) -> PyRefMut<'_, Self> {
            slf.count += 1;
            slf
        }

        /// Call back while this object is borrowed.
        fn call_shared(&self, function: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
            Ok(function.call0()?.unbind())
        }

        /// Call back while this object is borrowed mutably.
        fn call_exclusive(&mut self, function: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
            self.count += 1;
            Ok(function.call0()?.unbind())
        }

        fn try_borrows(slf: &Bound<'_, Self>) -> PyResult<(bool, bool, bool, bool)> {
            let first = slf.borrow();
            let shared_while_shared = slf.try_borrow().is_ok();
            let exclusive_while_shared = slf.try_borrow_mut().is_ok();
            drop(first);
            let first = slf.borrow_mut();
            let shared_while_exclusive = slf.try_borrow().is_ok();
            let exclusive_while_exclusive = slf.try_borrow_mut().is_ok();
            drop(first);
            Ok((
                shared_while_shared,
                exclusive_while_shared,
                shared_while_exclusive,
                exclusive_while_exclusive,
            ))
        }
    }

    #[pyclass(frozen)]
    pub struct Frozen {
        value: i64,
        hits: AtomicUsize,
    }

    #[pymethods]
    impl Frozen {
        #[new]
        fn new(value: i64) -> Self {
            Frozen {
                value,
                hits: AtomicUsize::new(0),
            }
        }

        fn value(&self) -> i64 {
            self.value
        }

        fn hit(&self) -> usize {
            self.hits.fetch_add(1, Ordering::Relaxed) + 1
        }

        fn call(&self, function: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
            Ok(function.call0()?.unbind())
        }
    }

    #[pyfunction]
    fn get_without_borrow(frozen: &Bound<'_, Frozen>) -> i64 {
        frozen.get().value
    }

    #[pyfunction]
    fn get_detached(py: Python<'_>, frozen: Py<Frozen>) -> i64 {
        py.detach(|| frozen.get().value)
    }

    /// A class without a constructor.
    #[pyclass]
    pub struct Unconstructible {}

    #[pyfunction]
    fn make_unconstructible() -> Unconstructible {
        Unconstructible {}
    }

    #[pyclass(name = "PythonName", module = "some.package")]
    pub struct RustName {}

    #[pymethods]
    impl RustName {
        #[new]
        fn new() -> Self {
            RustName {}
        }
    }

    #[pyclass]
    pub struct Fallible {}

    #[pymethods]
    impl Fallible {
        #[new]
        fn new(value: i64) -> PyResult<Self> {
            if value < 0 {
                return Err(PyValueError::new_err("negative"));
            }
            Ok(Fallible {})
        }
    }

    /// Has no size, and refuses to be made.
    #[pyclass(subclass, frozen)]
    pub struct Nothing;

    #[pymethods]
    impl Nothing {
        #[new]
        fn new() -> PyResult<Self> {
            Err(PyValueError::new_err("nothing can be made"))
        }
    }

    /// May be inherited from.
    #[pyclass(subclass)]
    pub struct Base {
        value: i64,
    }

    #[pymethods]
    impl Base {
        #[new]
        #[pyo3(signature = (value, *_args, **_kwargs))]
        fn new(
            value: i64,
            _args: &Bound<'_, PyTuple>,
            _kwargs: Option<&Bound<'_, PyDict>>,
        ) -> Self {
            Base { value }
        }

        fn value(&self) -> i64 {
            self.value
        }

        fn describe(slf: &Bound<'_, Self>) -> PyResult<String> {
            let own = slf.call_method0("value")?;
            Ok(format!("{} of {}", slf.get_type().name()?, own))
        }

        #[classmethod]
        fn class_name(cls: &Bound<'_, PyType>) -> PyResult<String> {
            Ok(cls.name()?.to_string())
        }
    }

    #[pyfunction]
    fn base_value(base: &Base) -> i64 {
        base.value
    }

    /// Counts how many of it are alive.
    #[pyclass]
    pub struct Counted {}

    static ALIVE: AtomicUsize = AtomicUsize::new(0);

    #[pymethods]
    impl Counted {
        #[new]
        fn new() -> Self {
            ALIVE.fetch_add(1, Ordering::SeqCst);
            Counted {}
        }
    }

    impl Drop for Counted {
        fn drop(&mut self) {
            ALIVE.fetch_sub(1, Ordering::SeqCst);
        }
    }

    #[pyfunction]
    fn alive() -> usize {
        ALIVE.load(Ordering::SeqCst)
    }

    /// Holds a Python object.
    #[pyclass]
    pub struct Holder {
        held: Py<PyAny>,
    }

    #[pymethods]
    impl Holder {
        #[new]
        fn new(held: Py<PyAny>) -> Self {
            Holder { held }
        }

        fn get(&self, py: Python<'_>) -> Py<PyAny> {
            self.held.clone_ref(py)
        }

        fn replace(&mut self, held: Py<PyAny>) -> Py<PyAny> {
            std::mem::replace(&mut self.held, held)
        }
    }

    #[pyclass]
    pub struct Empty;

    #[pymethods]
    impl Empty {
        #[new]
        fn new() -> Self {
            Empty
        }
    }

    #[pyclass]
    pub struct Pair(#[pyo3(get, set, name = "number")] i64, String);

    #[pymethods]
    impl Pair {
        #[new]
        fn new(number: i64, text: String) -> Self {
            Pair(number, text)
        }

        fn text(&self) -> &str {
            &self.1
        }
    }

    /// Several `#[pymethods]` live in other impl blocks of plain Rust.
    impl Pair {
        #[allow(dead_code)]
        fn not_for_python(&self) -> i64 {
            self.0
        }
    }

    #[pyfunction]
    fn new_in_rust(py: Python<'_>, x: f64, y: f64) -> PyResult<Py<Point>> {
        Py::new(py, Point { x, y })
    }

    #[pyfunction]
    fn new_bound(py: Python<'_>, x: f64) -> PyResult<Bound<'_, Point>> {
        let point = Bound::new(py, Point { x, y: 0.0 })?;
        point.borrow_mut().y = 1.0;
        Ok(point)
    }

    #[pyfunction]
    fn two_mutable(first: &mut Point, second: &mut Point) {
        first.x += 1.0;
        second.x += 1.0;
    }

    #[pyfunction]
    fn two_shared(first: &Point, second: &Point) -> f64 {
        first.x + second.x
    }

    #[pyfunction]
    fn class_of(py: Python<'_>) -> (Bound<'_, PyType>, Bound<'_, PyType>) {
        (py.get_type::<Point>(), py.get_type::<PyTypeError>())
    }

    /// Generic code over the instance types.
    #[pyfunction]
    fn cast_to_point(value: &Bound<'_, PyAny>) -> PyResult<f64> {
        let point = value.cast::<Point>()?;
        Ok(point.borrow().x)
    }

    #[pyfunction]
    fn cast_into_point(value: Bound<'_, PyAny>) -> PyResult<f64> {
        let point = value.cast_into::<Point>()?;
        Ok(point.borrow().x)
    }

    #[pyfunction]
    fn is_exactly_base(value: &Bound<'_, PyAny>) -> (bool, bool) {
        (
            value.is_instance_of::<Base>(),
            value.is_exact_instance_of::<Base>(),
        )
    }

    /// Parts under conditions: those that do not hold name things that are not there.
    #[pyclass]
    pub struct Conditional {
        #[pyo3(get)]
        kept: i64,
        #[cfg(any())]
        #[pyo3(get)]
        left_out: Missing,
    }

    #[pymethods]
    impl Conditional {
        #[cfg(any())]
        #[new]
        fn new() -> Missing {
            Missing
        }

        #[cfg(all())]
        #[new]
        fn new(kept: i64) -> Self {
            Conditional { kept }
        }

        #[cfg(any())]
        #[classattr]
        const MISSING: Missing = { Missing };

        #[cfg(all())]
        #[classattr]
        const PRESENT: i64 = { 1 };

        #[cfg(any())]
        fn left_out(&self) -> Missing {
            Missing
        }
    }

    /// One operator of a pair under a condition, which PyO3 does not take.
    #[cfg(not(feature = "oracle"))]
    #[pyclass]
    pub struct ConditionalOperator {}

    #[cfg(not(feature = "oracle"))]
    #[pymethods]
    impl ConditionalOperator {
        #[new]
        fn new() -> Self {
            ConditionalOperator {}
        }

        #[cfg(any())]
        fn __add__(&self, other: Missing) -> i64 {
            other
        }

        fn __radd__(&self, other: i64) -> i64 {
            other + 3
        }
    }

    #[pyclass(eq, eq_int)]
    #[derive(PartialEq)]
    pub enum ConditionalVariant {
        Kept,
        #[cfg(any())]
        LeftOut,
    }

    mod generated {
        use exuvia::prelude::*;

        /// What `macro_rules!` hands on comes in invisible groups.
        macro_rules! generated {
            ($(#[$attribute:meta])* $class:ident, $(#[$field_attribute:meta])* $field_visibility:vis $field:ident: $type:ty,
             $visibility:vis $method:ident $body:block) => {
                $(#[$attribute])*
                pub struct $class {
                    $(#[$field_attribute])*
                    $field_visibility $field: $type,
                }

                #[pymethods]
                impl $class {
                    #[new]
                    $visibility fn new($field: $type) -> Self {
                        $class { $field }
                    }

                    $visibility fn $method(&self) -> i64 $body
                }
            };
        }

        generated!(
            /// Made by a macro.
            #[pyclass(frozen)]
            Generated,
            #[pyo3(get, name = "items")] pub(crate) items_: Vec<i64>,
            pub seven { 7 }
        );
        generated!(#[pyclass] GeneratedPrivate, #[pyo3(get)] item: i64, eight { 8 });
    }

    #[pymodule_export]
    use generated::{Generated, GeneratedPrivate};
}
