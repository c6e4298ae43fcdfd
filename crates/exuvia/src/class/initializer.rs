//! Making instances.

use std::cell::Cell;
use std::ptr::null_mut;

use crate::PyClass;
use crate::access;
use crate::class::base::{Layout, NativeBase, PyClassBaseType};
use crate::class::builder::Class;
use crate::class::cell::ClassObject;
use crate::err::{PyErr, PyResult};
use crate::exceptions::PyTypeError;
use crate::ffi;
use crate::instance::{Bound, Py};
use crate::marker::Python;

/// What an instance of `T` is made from: a value, with one for each class that `T` extends, or an instance that exists already.
pub struct PyClassInitializer<T: PyClass>(Source<T>);

enum Source<T: PyClass> {
    New {
        value: T,
        base: <T::BaseType as PyClassBaseType>::Initializer,
    },
    Existing(Py<T>),
}

/// What one level of an instance is made from.
pub trait BaseInitializer: sealed::Sealed {
    /// Moves the values into a new instance.
    #[doc(hidden)]
    unsafe fn fill(self, object: *mut ffi::PyObject);
    /// Is it an instance already?
    #[doc(hidden)]
    fn exists(&self) -> bool;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::NativeInitializer {}
    impl<T: crate::PyClass> Sealed for super::PyClassInitializer<T> {}
}

/// Of one of Python's own types, which makes it itself.
pub struct NativeInitializer(());

impl BaseInitializer for NativeInitializer {
    #[inline(always)]
    unsafe fn fill(self, _: *mut ffi::PyObject) {}
    #[inline(always)]
    fn exists(&self) -> bool {
        false
    }
}

impl<T: PyClass> BaseInitializer for PyClassInitializer<T> {
    unsafe fn fill(self, object: *mut ffi::PyObject) {
        match self.0 {
            // SAFETY: the caller's promise.
            Source::New { value, base } => unsafe {
                base.fill(object);
                ClassObject::fill(object, value);
            },
            Source::Existing(_) => unreachable!("refused when it was to become a base"),
        }
    }
    fn exists(&self) -> bool {
        matches!(self.0, Source::Existing(_))
    }
}

impl<T: PyClass> PyClassInitializer<T> {
    /// From a value, and what the class that `T` extends is made from.
    ///
    /// # Panics
    /// When the latter is an instance that exists already: it cannot become one of a subclass.
    #[track_caller]
    pub fn new(init: T, super_init: <T::BaseType as PyClassBaseType>::Initializer) -> Self {
        assert!(
            !super_init.exists(),
            "you cannot add a subclass to an existing value"
        );
        PyClassInitializer(Source::New {
            value: init,
            base: super_init,
        })
    }

    /// What an instance of a subclass is made from, with this for its base.
    ///
    /// # Panics
    /// When this is an instance that exists already.
    #[track_caller]
    pub fn add_subclass<S>(self, subclass_value: S) -> PyClassInitializer<S>
    where
        T: PyClassBaseType<Initializer = Self>,
        S: PyClass<BaseType = T>,
    {
        PyClassInitializer::new(subclass_value, self)
    }

    /// The instance, of the class `T` itself.
    pub(crate) fn create_object(self, py: Python<'_>) -> PyResult<Bound<'_, T>> {
        match self.0 {
            Source::Existing(object) => Ok(object.into_bound(py)),
            Source::New { value, base } => {
                let ty = T::CLASS.type_object_raw(py)?;
                // SAFETY: `ty` is the class of `T`.
                unsafe { allocate(py, ty, value, base) }
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
            Source::New { value, base } => {
                // SAFETY: the caller's promise.
                unsafe { allocate(py, subtype.cast(), value, base) }.map(Bound::into_ptr)
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
    base: <T::BaseType as PyClassBaseType>::Initializer,
) -> PyResult<Bound<'_, T>> {
    // SAFETY: the caller's promise; where there is no instance, the values are dropped.
    unsafe {
        let object = match T::LAYOUT {
            None => allocate_of(py, T::CLASS, ty),
            Some(layout) => allocate_whole(py, T::CLASS, layout, ty),
        };
        if object.is_null() {
            return Err(PyErr::fetch(py));
        }
        base.fill(object);
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
            if ffi::PyType_IS_GC(ty) == 0 {
                return ffi::PyObject_New::<ffi::PyObject>(ty);
            }
        } else if !class.may_construct(py, ty) {
            return null_mut();
        }
        ffi::PyType_GenericAlloc(ty, 0)
    }
}

thread_local! {
    /// The type whose instance this thread is making, for its `tp_alloc`, which refuses anybody else.
    static MAKING: Cell<*mut ffi::PyTypeObject> = const { Cell::new(null_mut()) };
}

/// Is `tp_alloc` of the type called for an instance that will get its contents? Answers yes once for each instance.
pub(crate) fn may_allocate(ty: *mut ffi::PyTypeObject) -> bool {
    let allowed = std::ptr::eq(MAKING.get(), ty);
    if allowed {
        MAKING.set(null_mut());
    }
    allowed
}

/// A new instance of a class with such a layout, with all but its contents, or NULL with an exception set.
///
/// # Safety
/// The layout is that of the class, and `ty` its type or a subclass of it.
#[cold]
pub(crate) unsafe fn allocate_whole(
    py: Python<'_>,
    class: &'static Class,
    layout: &Layout,
    ty: *mut ffi::PyTypeObject,
) -> *mut ffi::PyObject {
    if !class.is(ty) && !class.may_construct(py, ty) {
        return null_mut();
    }
    let native = (layout.native)(py);
    // SAFETY: the caller's promise. The memory is zeroes but for what the native type has written.
    unsafe {
        let object = if std::ptr::eq(native, &raw const ffi::PyBaseObject_Type) {
            ffi::PyType_GenericAlloc(ty, 0)
        } else {
            make_native(py, native, ty)
        };
        if !object.is_null() {
            (layout.prepare)(object);
        }
        object
    }
}

/// An instance of `ty` by the `tp_new` of its native base, which is given no arguments.
///
/// # Safety
/// Both are live types, and `native` is a base of `ty`.
unsafe fn make_native(
    py: Python<'_>,
    native: *mut ffi::PyTypeObject,
    ty: *mut ffi::PyTypeObject,
) -> *mut ffi::PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(new) = access::tp_new(native) else {
            PyTypeError::new_err("base type without tp_new").restore(py);
            return null_mut();
        };
        let arguments = ffi::PyTuple_New(0);
        if arguments.is_null() {
            return null_mut();
        }
        // The base may allocate more once the collector knows the instance, which has no contents yet to look at.
        let collects = ffi::PyGC_Disable();
        MAKING.set(ty);
        let object = new(ty, arguments, null_mut());
        MAKING.set(null_mut());
        if collects != 0 {
            ffi::PyGC_Enable();
        }
        ffi::Py_DECREF(arguments);
        if !object.is_null() && !std::ptr::eq(ffi::Py_TYPE(object), ty) {
            ffi::Py_DECREF(object);
            PyTypeError::new_err("the base type makes instances of another type").restore(py);
            return null_mut();
        }
        object
    }
}

impl<T: PyClass<BaseType: NativeBase>> From<T> for PyClassInitializer<T> {
    #[inline]
    fn from(value: T) -> Self {
        PyClassInitializer(Source::New {
            value,
            base: NativeInitializer(()),
        })
    }
}

impl<S, B> From<(S, B)> for PyClassInitializer<S>
where
    S: PyClass<BaseType = B>,
    B: PyClass<BaseType: NativeBase> + PyClassBaseType<Initializer = PyClassInitializer<B>>,
{
    fn from((value, base): (S, B)) -> Self {
        PyClassInitializer::from(base).add_subclass(value)
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
