//! Making instances.

use crate::PyClass;
use crate::class::builder::Class;
use crate::class::cell::ClassObject;
use crate::err::{PyErr, PyResult};
use crate::ffi;
use crate::instance::{Bound, Py};
use crate::marker::Python;

/// What an instance of `T` is made from: a value, or an instance that exists already.
pub struct PyClassInitializer<T: PyClass>(Source<T>);

enum Source<T: PyClass> {
    Value(T),
    Existing(Py<T>),
}

impl<T: PyClass> PyClassInitializer<T> {
    /// The instance, of the class `T` itself.
    pub(crate) fn create_object(self, py: Python<'_>) -> PyResult<Bound<'_, T>> {
        match self.0 {
            Source::Existing(object) => Ok(object.into_bound(py)),
            Source::Value(value) => {
                let ty = T::CLASS.type_object_raw(py)?;
                // SAFETY: `ty` is the class of `T`.
                unsafe { allocate(py, ty, value) }
            }
        }
    }

    /// The instance, of the subclass that Python's `cls(…)` named.
    ///
    /// # Safety
    /// `subtype` is the class of `T` or a subclass of it.
    #[inline]
    pub unsafe fn create_of_subtype(
        self,
        py: Python<'_>,
        subtype: *mut ffi::PyObject,
    ) -> PyResult<*mut ffi::PyObject> {
        match self.0 {
            Source::Existing(object) => Ok(object.into_ptr()),
            Source::Value(value) => {
                // SAFETY: the caller's promise.
                unsafe { allocate(py, subtype.cast(), value) }.map(Bound::into_ptr)
            }
        }
    }
}

/// # Safety
/// `ty` is the class of `T` or a subclass of it.
#[inline]
unsafe fn allocate<T: PyClass>(
    py: Python<'_>,
    ty: *mut ffi::PyTypeObject,
    value: T,
) -> PyResult<Bound<'_, T>> {
    // SAFETY: the caller's promise; where there is no instance, the value is dropped.
    unsafe {
        let object = allocate_of(py, T::CLASS, ty);
        if object.is_null() {
            return Err(PyErr::fetch(py));
        }
        ClassObject::fill(object, value);
        Ok(Bound::from_owned_ptr(py, object).cast_into_unchecked())
    }
}

/// A new instance whose contents are not there yet, or NULL with an exception set.
///
/// # Safety
/// `ty` is the type of `class` or a subclass of it.
#[cfg_attr(for_speed, inline)]
#[cfg_attr(not(for_speed), inline(never))]
pub(crate) unsafe fn allocate_of(
    py: Python<'_>,
    class: &'static Class,
    ty: *mut ffi::PyTypeObject,
) -> *mut ffi::PyObject {
    let _ = py;
    // The class's own `tp_alloc` refuses; see `builder::refuse_alloc`.
    // SAFETY: the caller's promise.
    unsafe {
        // An instance of the class itself is nothing but a `ClassObject`, which is filled whole: it needs neither zeroes nor
        // what subclasses may bring along, a dictionary and the garbage collector.
        if class.is(ty) {
            #[cfg(all(for_speed, not(Py_GIL_DISABLED)))]
            if let Some(object) = class.free.take(py) {
                return ffi::PyObject_Init(object, ty);
            }
            ffi::PyObject_New::<ffi::PyObject>(ty)
        } else {
            ffi::PyType_GenericAlloc(ty, 0)
        }
    }
}

impl<T: PyClass> From<T> for PyClassInitializer<T> {
    #[inline]
    fn from(value: T) -> Self {
        PyClassInitializer(Source::Value(value))
    }
}

impl<T: PyClass> From<Py<T>> for PyClassInitializer<T> {
    #[inline]
    fn from(object: Py<T>) -> Self {
        PyClassInitializer(Source::Existing(object))
    }
}

impl<'py, T: PyClass> From<Bound<'py, T>> for PyClassInitializer<T> {
    #[inline]
    fn from(object: Bound<'py, T>) -> Self {
        PyClassInitializer(Source::Existing(object.unbind()))
    }
}
