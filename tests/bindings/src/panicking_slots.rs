//! Panics where CPython calls by slot, and while a module is filled.

use std::sync::atomic::{AtomicBool, Ordering};

use exuvia::prelude::*;

static FAIL: AtomicBool = AtomicBool::new(true);

/// Not in the module, which would make it when it is imported.
#[pyclass]
struct AttributeFails {}

#[pymethods]
impl AttributeFails {
    #[classattr]
    fn attribute() -> i64 {
        assert!(!FAIL.load(Ordering::Relaxed), "in a class attribute");
        5
    }
}

#[pymodule]
pub mod panicking_slots {
    #[cfg(not(feature = "limited"))]
    use std::ffi::c_int;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[cfg(not(feature = "limited"))]
    use exuvia::ffi;
    use exuvia::gc::{PyTraverseError, PyVisit};
    use exuvia::prelude::*;

    /// Panics in every operator.
    #[pyclass]
    pub struct Operators {}

    #[pymethods]
    impl Operators {
        #[new]
        fn new() -> Self {
            Operators {}
        }

        fn __sub__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in sub");
        }
        fn __rsub__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in rsub");
        }
        fn __isub__(&mut self, _other: &Bound<'_, PyAny>) {
            panic!("in isub");
        }
        fn __mul__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in mul");
        }
        fn __matmul__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in matmul");
        }
        fn __truediv__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in truediv");
        }
        fn __floordiv__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in floordiv");
        }
        fn __mod__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in mod");
        }
        fn __divmod__(&self, _other: &Bound<'_, PyAny>) -> (i64, i64) {
            panic!("in divmod");
        }
        fn __pow__(&self, _other: &Bound<'_, PyAny>, _modulus: Option<i64>) -> i64 {
            panic!("in pow");
        }
        fn __rpow__(&self, _other: &Bound<'_, PyAny>, _modulus: Option<i64>) -> i64 {
            panic!("in rpow");
        }
        fn __ipow__(&mut self, _other: &Bound<'_, PyAny>, _modulus: Option<i64>) {
            panic!("in ipow");
        }
        fn __lshift__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in lshift");
        }
        fn __rshift__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in rshift");
        }
        fn __and__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in and");
        }
        fn __or__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in or");
        }
        fn __xor__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in xor");
        }
        fn __neg__(&self) -> i64 {
            panic!("in neg");
        }
        fn __pos__(&self) -> i64 {
            panic!("in pos");
        }
        fn __abs__(&self) -> i64 {
            panic!("in abs");
        }
        fn __invert__(&self) -> i64 {
            panic!("in invert");
        }
        fn __int__(&self) -> i64 {
            panic!("in int");
        }
        fn __float__(&self) -> f64 {
            panic!("in float");
        }
        fn __index__(&self) -> i64 {
            panic!("in index");
        }
        fn __round__(&self) -> i64 {
            panic!("in round");
        }
    }

    /// Panics where attributes are looked for.
    #[pyclass]
    pub struct Attributes {}

    #[pymethods]
    impl Attributes {
        #[new]
        fn new() -> Self {
            Attributes {}
        }

        fn __getattr__(&self, _name: &str) -> i64 {
            panic!("in getattr");
        }
        fn __setattr__(&mut self, _name: &str, _value: &Bound<'_, PyAny>) {
            panic!("in setattr");
        }
        fn __delattr__(&mut self, _name: &str) {
            panic!("in delattr");
        }
        fn __dir__(&self) -> Vec<String> {
            panic!("in dir");
        }
    }

    /// Panics where any attribute is looked for.
    #[pyclass]
    pub struct EveryAttribute {}

    #[pymethods]
    impl EveryAttribute {
        #[new]
        fn new() -> Self {
            EveryAttribute {}
        }

        fn __getattribute__(&self, _name: &str) -> i64 {
            panic!("in getattribute");
        }
    }

    /// Panics as a descriptor.
    #[pyclass]
    pub struct Descriptor {}

    #[pymethods]
    impl Descriptor {
        #[new]
        fn new() -> Self {
            Descriptor {}
        }

        fn __get__(&self, _instance: &Bound<'_, PyAny>, _owner: &Bound<'_, PyAny>) -> i64 {
            panic!("in get");
        }
        fn __set__(&self, _instance: &Bound<'_, PyAny>, _value: &Bound<'_, PyAny>) {
            panic!("in set");
        }
        fn __delete__(&self, _instance: &Bound<'_, PyAny>) {
            panic!("in delete");
        }
    }

    /// Panics as a container.
    #[pyclass(sequence)]
    pub struct Container {}

    #[pymethods]
    impl Container {
        #[new]
        fn new() -> Self {
            Container {}
        }

        fn __len__(&self) -> usize {
            3
        }
        fn __getitem__(&self, _key: isize) -> i64 {
            panic!("in getitem");
        }
        fn __delitem__(&mut self, _key: isize) {
            panic!("in delitem");
        }
        fn __concat__(&self, _other: &Bound<'_, PyAny>) -> i64 {
            panic!("in concat");
        }
        fn __repeat__(&self, _count: isize) -> i64 {
            panic!("in repeat");
        }
        fn __reversed__(&self) -> i64 {
            panic!("in reversed");
        }
    }

    /// Panics in what `async for`, `await` and `with` call.
    #[pyclass]
    pub struct Waiting {}

    #[pymethods]
    impl Waiting {
        #[new]
        fn new() -> Self {
            Waiting {}
        }

        fn __await__(&self) -> i64 {
            panic!("in await");
        }
        fn __aiter__(&self) -> i64 {
            panic!("in aiter");
        }
        fn __anext__(&self) -> Option<i64> {
            panic!("in anext");
        }
        fn __enter__(&self) -> i64 {
            panic!("in enter");
        }
        fn __exit__(
            &self,
            _kind: &Bound<'_, PyAny>,
            _value: &Bound<'_, PyAny>,
            _traceback: &Bound<'_, PyAny>,
        ) -> bool {
            panic!("in exit");
        }
    }

    /// Panics in `__init__`.
    #[pyclass(subclass)]
    pub struct Initialised {}

    #[pymethods]
    impl Initialised {
        #[new]
        fn new() -> Self {
            Initialised {}
        }

        fn __init__(&mut self) {
            panic!("in init");
        }
    }

    /// Panics where its memory is asked for, or given back.
    #[cfg(not(feature = "limited"))]
    #[pyclass(frozen)]
    pub struct Memory {
        on_release: bool,
        content: [u8; 4],
    }

    #[cfg(not(feature = "limited"))]
    #[pymethods]
    impl Memory {
        #[new]
        fn new(on_release: bool) -> Self {
            Memory {
                on_release,
                content: *b"1234",
            }
        }

        /// # Safety
        /// Called by Python.
        unsafe fn __getbuffer__(
            slf: Bound<'_, Self>,
            view: *mut ffi::Py_buffer,
            flags: c_int,
        ) -> PyResult<()> {
            assert!(slf.get().on_release, "in getbuffer");
            let content = &slf.get().content;
            // SAFETY: the view is the caller's to fill; the content lives as long as the object, which the view keeps alive.
            let filled = unsafe {
                ffi::PyBuffer_FillInfo(
                    view,
                    slf.as_ptr(),
                    content.as_ptr().cast_mut().cast(),
                    content.len() as isize,
                    1,
                    flags,
                )
            };
            if filled == 0 {
                Ok(())
            } else {
                Err(PyErr::fetch(slf.py()))
            }
        }

        /// # Safety
        /// Called by Python.
        unsafe fn __releasebuffer__(&self, _view: *mut ffi::Py_buffer) {
            panic!("in releasebuffer");
        }
    }

    /// In a cycle with itself, panics when it is traversed, cleared or dropped, if that is what it was made for.
    #[pyclass(weakref)]
    pub struct Cycle {
        #[pyo3(get, set)]
        itself: Option<Py<PyAny>>,
        panics_in: String,
    }

    static TRAVERSING: AtomicBool = AtomicBool::new(true);

    #[pymethods]
    impl Cycle {
        #[new]
        fn new(panics_in: String) -> Self {
            Cycle {
                itself: None,
                panics_in,
            }
        }

        fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
            if self.panics_in == "traverse" && TRAVERSING.load(Ordering::Relaxed) {
                panic!("in traverse");
            }
            visit.call(&self.itself)
        }

        fn __clear__(&mut self) {
            self.itself = None;
            if self.panics_in == "clear" {
                panic!("in clear");
            }
        }
    }

    impl Drop for Cycle {
        fn drop(&mut self) {
            if self.panics_in == "drop" {
                panic!("in drop");
            }
        }
    }

    /// Whether instances of `Cycle` made for it panic when they are traversed.
    #[pyfunction]
    fn panic_in_traverse(panic: bool) {
        TRAVERSING.store(panic, Ordering::Relaxed);
    }

    /// Its values panic when they are dropped, one for each level.
    #[pyclass(subclass)]
    pub struct Base {}

    #[pymethods]
    impl Base {
        #[new]
        fn new() -> Self {
            Base {}
        }
    }

    impl Drop for Base {
        fn drop(&mut self) {
            panic!("in the drop of the base");
        }
    }

    #[pyclass(extends = Base)]
    pub struct Sub {
        _kept: Py<PyAny>,
    }

    #[pymethods]
    impl Sub {
        #[new]
        fn new(kept: Py<PyAny>) -> (Self, Base) {
            (Sub { _kept: kept }, Base {})
        }
    }

    impl Drop for Sub {
        fn drop(&mut self) {
            panic!("in the drop of the subclass");
        }
    }

    /// A constructor that panics when there is a value of the base already.
    #[pyclass(extends = Base)]
    pub struct HalfMade {}

    #[pymethods]
    impl HalfMade {
        #[new]
        fn new() -> PyClassInitializer<Self> {
            let _base = std::mem::ManuallyDrop::new(Base {});
            panic!("with half of the values");
        }
    }

    /// Drops two values that panic, one while the other unwinds: what is left after the first must not be lost.
    #[pyclass]
    pub struct Counted {
        _first: PanicsOnDrop,
        _second: Py<PyAny>,
    }

    struct PanicsOnDrop;

    impl Drop for PanicsOnDrop {
        fn drop(&mut self) {
            panic!("in the drop of a field");
        }
    }

    #[pymethods]
    impl Counted {
        #[new]
        fn new(second: Py<PyAny>) -> Self {
            Counted {
                _first: PanicsOnDrop,
                _second: second,
            }
        }
    }

    /// The text of a panic cannot be that of an exception: it is not made of characters.
    #[pyfunction]
    fn panic_with_nul() {
        panic!("a\0b");
    }

    /// The payload of the panic panics when it is dropped.
    #[pyfunction]
    fn payload_panics_on_drop() {
        std::panic::panic_any(PanicsOnDrop);
    }

    /// A class whose attribute cannot be computed, unless it is allowed to be.
    #[pyfunction]
    fn class_with_attribute(
        py: Python<'_>,
        fail: bool,
    ) -> PyResult<Bound<'_, exuvia::types::PyType>> {
        super::FAIL.store(fail, Ordering::Relaxed);
        Ok(py.get_type::<super::AttributeFails>())
    }
}

/// A module that panics while it is filled.
#[pymodule]
pub fn panicking_function_form(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("before", 1)?;
    panic!("while the module is filled");
}

/// The same, in the other form.
#[pymodule]
pub mod panicking_module_form {
    use exuvia::prelude::*;

    #[pymodule_init]
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<()> {
        panic!("in the module's init");
    }
}
