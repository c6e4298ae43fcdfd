//! The buffer protocol: views of other objects' memory.

use exuvia::prelude::*;

#[pymodule]
pub mod buffers {
    use std::ffi::{c_int, c_void};
    use std::ptr;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use exuvia::buffer::{Element, ElementType, PyBuffer, PyUntypedBuffer};
    use exuvia::exceptions::{PyAssertionError, PyBufferError, PyValueError};
    use exuvia::ffi;
    use exuvia::prelude::*;

    fn vector<T: Element + ToString>(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
        let elements = PyBuffer::<T>::get(value)?.to_vec(value.py())?;
        Ok(elements.iter().map(ToString::to_string).collect())
    }

    /// The elements of a buffer of the named type, in the order of C.
    #[pyfunction]
    fn elements(value: &Bound<'_, PyAny>, of: &str) -> PyResult<Vec<String>> {
        match of {
            "u8" => vector::<u8>(value),
            "u16" => vector::<u16>(value),
            "u32" => vector::<u32>(value),
            "u64" => vector::<u64>(value),
            "usize" => vector::<usize>(value),
            "i8" => vector::<i8>(value),
            "i16" => vector::<i16>(value),
            "i32" => vector::<i32>(value),
            "i64" => vector::<i64>(value),
            "isize" => vector::<isize>(value),
            "f32" => vector::<f32>(value),
            "f64" => vector::<f64>(value),
            _ => Err(PyValueError::new_err("no such type")),
        }
    }

    #[pyfunction]
    fn sum(values: PyBuffer<f64>) -> Option<f64> {
        let elements = values.as_slice_ptr()?;
        // SAFETY: the buffer is held, and nothing else runs meanwhile.
        Some(unsafe { elements.as_ref() }.iter().sum())
    }

    #[pyfunction]
    fn fortran(values: PyBuffer<f64>) -> Option<Vec<f64>> {
        let elements = values.as_fortran_slice_ptr()?;
        // SAFETY: the buffer is held, and nothing else runs meanwhile.
        Some(unsafe { elements.as_ref() }.to_vec())
    }

    #[pyfunction]
    fn fortran_vector(py: Python<'_>, values: PyBuffer<f64>) -> PyResult<Vec<f64>> {
        values.to_fortran_vec(py)
    }

    /// Through the cells, which are deprecated.
    #[pyfunction]
    #[allow(deprecated)]
    fn cells(py: Python<'_>, values: PyBuffer<f64>) -> Option<Vec<f64>> {
        Some(values.as_slice(py)?.iter().map(|cell| cell.get()).collect())
    }

    #[pyfunction]
    #[allow(deprecated)]
    fn double_in_place(py: Python<'_>, values: PyBuffer<f64>) -> bool {
        match values.as_mut_slice(py) {
            Some(cells) => {
                cells.iter().for_each(|cell| cell.set(2.0 * cell.get()));
                true
            }
            None => false,
        }
    }

    #[pyfunction]
    fn write(py: Python<'_>, target: PyBuffer<f64>, values: Vec<f64>) -> PyResult<()> {
        target.copy_from_slice(py, &values)
    }

    #[pyfunction]
    fn write_fortran(py: Python<'_>, target: PyBuffer<f64>, values: Vec<f64>) -> PyResult<()> {
        target.copy_from_fortran_slice(py, &values)
    }

    #[pyfunction]
    fn read_into(py: Python<'_>, source: PyBuffer<f64>, count: usize) -> PyResult<Vec<f64>> {
        let mut values = vec![0.0; count];
        source.copy_to_slice(py, &mut values)?;
        Ok(values)
    }

    type Description = (String, usize, usize, usize, usize, bool, bool, bool);

    /// Format, item size, item count, bytes, dimensions, read-only, and the two kinds of contiguity.
    #[pyfunction]
    fn describe(value: &Bound<'_, PyAny>) -> PyResult<Description> {
        let view = PyUntypedBuffer::get(value)?;
        Ok((
            view.format().to_string_lossy().into_owned(),
            view.item_size(),
            view.item_count(),
            view.len_bytes(),
            view.dimensions(),
            view.readonly(),
            view.is_c_contiguous(),
            view.is_fortran_contiguous(),
        ))
    }

    #[pyfunction]
    fn layout(value: &Bound<'_, PyAny>) -> PyResult<(Vec<usize>, Vec<isize>, bool)> {
        let view = PyUntypedBuffer::get(value)?;
        Ok((
            view.shape().to_vec(),
            view.strides().to_vec(),
            view.suboffsets().is_some(),
        ))
    }

    /// The byte at an index, through its address.
    #[pyfunction]
    fn byte_at(value: &Bound<'_, PyAny>, indices: Vec<usize>) -> PyResult<u8> {
        let view = PyUntypedBuffer::get(value)?;
        // SAFETY: the address of an item of a buffer that is held; an item has one byte at least.
        Ok(unsafe { view.get_ptr(&indices).cast::<u8>().read() })
    }

    #[pyfunction]
    fn owner<'py>(value: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let view = PyUntypedBuffer::get(value)?;
        Ok(view.obj(value.py()).cloned())
    }

    #[pyfunction]
    fn typed_by_reference(value: &Bound<'_, PyAny>) -> PyResult<usize> {
        let view = PyUntypedBuffer::get(value)?;
        if view.as_typed::<u8>().is_ok() {
            return Err(PyAssertionError::new_err("doubles were taken for bytes"));
        }
        Ok(view.as_typed::<f64>()?.item_count())
    }

    #[pyfunction]
    fn element_type(format: String) -> PyResult<String> {
        let format = std::ffi::CString::new(format)
            .map_err(|_| PyValueError::new_err("a format has no NUL"))?;
        Ok(format!("{:?}", ElementType::from_format(&format)))
    }

    #[pyfunction]
    fn fits_double(format: String) -> PyResult<bool> {
        let format = std::ffi::CString::new(format)
            .map_err(|_| PyValueError::new_err("a format has no NUL"))?;
        Ok(f64::is_compatible_format(&format))
    }

    #[pyfunction]
    fn debug(value: &Bound<'_, PyAny>) -> PyResult<(String, String)> {
        let untyped = PyUntypedBuffer::get(value)?;
        let typed = PyBuffer::<u8>::get(value)?;
        Ok((format!("{untyped:?}"), format!("{typed:?}")))
    }

    static HELD: Mutex<Vec<PyUntypedBuffer>> = Mutex::new(Vec::new());

    /// Keep a view until `let_go` is called.
    #[pyfunction]
    fn hold(value: &Bound<'_, PyAny>) -> PyResult<()> {
        let view = PyUntypedBuffer::get(value)?;
        HELD.lock().unwrap().push(view);
        Ok(())
    }

    /// Drop the views that are held: as they are, by `release`, detached, or in a thread that never attaches.
    #[pyfunction]
    fn let_go(py: Python<'_>, how: &str) {
        let views = std::mem::take(&mut *HELD.lock().unwrap());
        match how {
            "release" => views.into_iter().for_each(|view| view.release(py)),
            "detached" => py.detach(move || drop(views)),
            "thread" => py.detach(move || std::thread::spawn(|| drop(views)).join().unwrap()),
            _ => drop(views),
        }
    }

    static RELEASED: AtomicUsize = AtomicUsize::new(0);

    /// Shows its memory.
    #[pyclass(frozen)]
    pub struct Memory {
        content: Vec<u8>,
        fail_release: bool,
    }

    #[pymethods]
    impl Memory {
        #[new]
        #[pyo3(signature = (content, fail_release = false))]
        fn new(content: Vec<u8>, fail_release: bool) -> Self {
            Memory {
                content,
                fail_release,
            }
        }

        /// # Safety
        /// Called by Python.
        unsafe fn __getbuffer__(
            slf: Bound<'_, Self>,
            view: *mut ffi::Py_buffer,
            flags: c_int,
        ) -> PyResult<()> {
            if view.is_null() {
                return Err(PyBufferError::new_err("View is null"));
            }
            if flags & ffi::PyBUF_WRITABLE == ffi::PyBUF_WRITABLE {
                return Err(PyBufferError::new_err("Object is not writable"));
            }
            let content = &slf.get().content;
            // SAFETY: the view is the caller's to fill; the content lives and stays where it is as long as the object, which the
            // view keeps alive.
            unsafe {
                (*view).buf = content.as_ptr().cast_mut().cast::<c_void>();
                (*view).len = content.len() as isize;
                (*view).readonly = 1;
                (*view).itemsize = 1;
                (*view).format = ptr::null_mut();
                (*view).ndim = 1;
                (*view).shape = &raw mut (*view).len;
                (*view).strides = &raw mut (*view).itemsize;
                (*view).suboffsets = ptr::null_mut();
                (*view).internal = ptr::null_mut();
                (*view).obj = slf.into_any().into_ptr();
            }
            Ok(())
        }

        /// # Safety
        /// Called by Python.
        unsafe fn __releasebuffer__(&self, _view: *mut ffi::Py_buffer) -> PyResult<()> {
            RELEASED.fetch_add(1, Ordering::Relaxed);
            if self.fail_release {
                return Err(PyValueError::new_err("cannot release"));
            }
            Ok(())
        }
    }

    #[pyfunction]
    fn released() -> usize {
        RELEASED.load(Ordering::Relaxed)
    }
}
