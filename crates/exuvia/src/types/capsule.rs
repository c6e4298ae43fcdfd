//! Capsules: C pointers as Python objects.

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::ptr::NonNull;

use crate::call::trampoline::drop_dead;
use crate::err::{PyErr, PyResult, error_on_minus_one};
use crate::exceptions::PySystemError;
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;

native_type! {
    /// A C pointer in a Python object, with a name that says what it points to.
    PyCapsule = "PyCapsule", &raw mut ffi::PyCapsule_Type, is ffi::PyCapsule_CheckExact,
    exactly ffi::PyCapsule_CheckExact
}

/// What a capsule made from a Rust value points to. The value is first, so that a pointer to this is one to the value.
#[repr(C)]
struct Contents<T, D> {
    value: T,
    destructor: D,
    /// A capsule keeps a pointer to its name, not a copy.
    name: Option<Cow<'static, CStr>>,
}

impl PyCapsule {
    /// A capsule that owns `value`. Its pointer is one to a `T`.
    ///
    /// # Errors
    /// `MemoryError`.
    pub fn new_with_value<'py, T>(
        py: Python<'py>,
        value: T,
        name: &'static CStr,
    ) -> PyResult<Bound<'py, Self>>
    where
        T: 'static + Send,
    {
        Self::new_with_value_and_destructor(py, value, name, |_, _| {})
    }

    /// A capsule that owns `value`, and `destructor` to call with it and with the capsule's context in the end.
    ///
    /// # Errors
    /// `MemoryError`.
    ///
    /// # Panics
    /// A destructor must not: the process is aborted.
    pub fn new_with_value_and_destructor<'py, T, F>(
        py: Python<'py>,
        value: T,
        name: &'static CStr,
        destructor: F,
    ) -> PyResult<Bound<'py, Self>>
    where
        T: 'static + Send,
        F: FnOnce(T, *mut c_void) + Send + 'static,
    {
        new_owning(py, value, Some(Cow::Borrowed(name)), destructor)
    }

    /// As [`new_with_value`](Self::new_with_value), with a name made at run time, or none.
    ///
    /// # Errors
    /// `MemoryError`.
    #[deprecated(note = "use `PyCapsule::new_with_value`")]
    pub fn new<T: 'static + Send>(
        py: Python<'_>,
        value: T,
        name: Option<CString>,
    ) -> PyResult<Bound<'_, Self>> {
        new_owning(py, value, name.map(Cow::Owned), |_, _| {})
    }

    /// As [`new_with_value_and_destructor`](Self::new_with_value_and_destructor), with a name made at run time, or
    /// none.
    ///
    /// # Errors
    /// `MemoryError`.
    #[deprecated(note = "use `PyCapsule::new_with_value_and_destructor`")]
    pub fn new_with_destructor<T: 'static + Send, F: FnOnce(T, *mut c_void) + Send + 'static>(
        py: Python<'_>,
        value: T,
        name: Option<CString>,
        destructor: F,
    ) -> PyResult<Bound<'_, Self>> {
        new_owning(py, value, name.map(Cow::Owned), destructor)
    }

    /// A capsule around a pointer that somebody else looks after.
    ///
    /// # Errors
    /// `MemoryError`.
    ///
    /// # Safety
    /// The pointer must be valid for what `name` promises, on every thread, for as long as the capsule lives.
    pub unsafe fn new_with_pointer<'py>(
        py: Python<'py>,
        pointer: NonNull<c_void>,
        name: &'static CStr,
    ) -> PyResult<Bound<'py, Self>> {
        // SAFETY: the caller's promise.
        unsafe { Self::new_with_pointer_and_destructor(py, pointer, name, None) }
    }

    /// A capsule around a pointer, and a C function to call in the end.
    ///
    /// # Errors
    /// `MemoryError`.
    ///
    /// # Safety
    /// As for [`new_with_pointer`](Self::new_with_pointer); the destructor must be right for the pointer, and must not
    /// unwind.
    pub unsafe fn new_with_pointer_and_destructor<'py>(
        py: Python<'py>,
        pointer: NonNull<c_void>,
        name: &'static CStr,
        destructor: Option<ffi::PyCapsule_Destructor>,
    ) -> PyResult<Bound<'py, Self>> {
        // SAFETY: the caller's promise; the result is a new reference, or NULL with an exception set.
        unsafe {
            Bound::from_owned_ptr_or_err(
                py,
                ffi::PyCapsule_New(pointer.as_ptr(), name.as_ptr(), destructor),
            )
            .map(|capsule| capsule.cast_into_unchecked())
        }
    }

    /// The value behind a capsule that a module offers: `name` is `module.attribute`, and also the capsule's own.
    ///
    /// # Errors
    /// What the import raises; an `AttributeError` when there is no such capsule; a `SystemError` when the pointer is not
    /// aligned to a `T`.
    ///
    /// # Safety
    /// The pointer must be one to a `T` that is never freed or changed.
    pub unsafe fn import<'py, T>(py: Python<'py>, name: &CStr) -> PyResult<&'py T> {
        let pointer = Self::import_pointer(py, name)?.cast::<T>();
        if !pointer.is_aligned() {
            return Err(PySystemError::new_err(format!(
                "The pointer from the `{}` capsule is not aligned to rust type {}",
                name.to_string_lossy(),
                std::any::type_name::<T>()
            )));
        }
        // SAFETY: the caller's promise.
        Ok(unsafe { pointer.as_ref() })
    }

    /// The pointer in a capsule that a module offers: `name` is `module.attribute`, and also the capsule's own.
    ///
    /// # Errors
    /// What the import raises; an `AttributeError` when there is no such capsule.
    pub fn import_pointer(py: Python<'_>, name: &CStr) -> PyResult<NonNull<c_void>> {
        // SAFETY: the name is a C string.
        NonNull::new(unsafe { ffi::PyCapsule_Import(name.as_ptr(), 0) })
            .ok_or_else(|| PyErr::fetch(py))
    }
}

fn new_owning<'py, T, D>(
    py: Python<'py>,
    value: T,
    name: Option<Cow<'static, CStr>>,
    destructor: D,
) -> PyResult<Bound<'py, PyCapsule>>
where
    D: FnOnce(T, *mut c_void),
{
    // A value without a size would lie at an address that means nothing; the name beside it makes sure that the box is
    // one of its own.
    let contents = Box::into_raw(Box::new(Contents {
        value,
        destructor,
        name,
    }));
    // SAFETY: the pointer is not NULL; the name lies in the box or is static. The result is a new reference, or NULL
    // with an exception set, and then the box is still ours.
    unsafe {
        let name = name_pointer((*contents).name.as_deref());
        let capsule = ffi::PyCapsule_New(contents.cast(), name, Some(destroy::<T, D>));
        // Taken away before the value is dropped, which may run Python code.
        let capsule = Bound::from_owned_ptr_or_err(py, capsule);
        if capsule.is_err() {
            drop(Box::from_raw(contents));
        }
        Ok(capsule?.cast_into_unchecked())
    }
}

unsafe extern "C" fn destroy<T, D>(capsule: *mut ffi::PyObject)
where
    D: FnOnce(T, *mut c_void),
{
    // SAFETY: CPython calls this once, for a capsule that `new_owning` made, on an attached thread.
    unsafe { drop_dead(capsule, destroy_contents::<T, D>) }
}

/// # Safety
/// The capsule is one that `new_owning` made, and dies.
unsafe fn destroy_contents<T, D>(capsule: *mut ffi::PyObject)
where
    D: FnOnce(T, *mut c_void),
{
    // SAFETY: the caller's promise. The pointer is read under the capsule's present name, for anybody may have changed it.
    unsafe {
        let name = ffi::PyCapsule_GetName(capsule);
        let contents = ffi::PyCapsule_GetPointer(capsule, name).cast::<Contents<T, D>>();
        let context = ffi::PyCapsule_GetContext(capsule);
        let Contents {
            value,
            destructor,
            name: _,
        } = *Box::from_raw(contents);
        destructor(value, context);
    }
}

/// The name of a capsule.
#[derive(Clone, Copy, Debug)]
pub struct CapsuleName(NonNull<c_char>);

impl CapsuleName {
    /// The text.
    ///
    /// # Safety
    /// The capsule must be alive and keep its name for `'a`.
    pub unsafe fn as_cstr<'a>(self) -> &'a CStr {
        // SAFETY: the caller's promise.
        unsafe { CStr::from_ptr(self.0.as_ptr()) }
    }

    /// The pointer; valid for as long as the capsule keeps its name.
    pub fn as_ptr(self) -> *const c_char {
        self.0.as_ptr()
    }
}

/// What can be done with a capsule.
pub trait PyCapsuleMethods<'py>: super::sealed::Sealed {
    /// Stores a second pointer.
    ///
    /// # Errors
    /// None for a capsule that is valid.
    fn set_context(&self, context: *mut c_void) -> PyResult<()>;

    /// The second pointer; NULL when none was stored.
    ///
    /// # Errors
    /// None for a capsule that is valid.
    fn context(&self) -> PyResult<*mut c_void>;

    /// The pointer, if the capsule has this name.
    ///
    /// # Errors
    /// A `ValueError` when it has another one.
    fn pointer_checked(&self, name: Option<&CStr>) -> PyResult<NonNull<c_void>>;

    /// Is it valid, and of this name?
    fn is_valid_checked(&self, name: Option<&CStr>) -> bool;

    /// The name, if it has one.
    ///
    /// # Errors
    /// None for a capsule that is valid.
    fn name(&self) -> PyResult<Option<CapsuleName>>;
}

fn name_pointer(name: Option<&CStr>) -> *const c_char {
    name.map_or(std::ptr::null(), CStr::as_ptr)
}

/// NULL is an answer, unless an exception is set.
fn no_exception(py: Python<'_>) -> PyResult<()> {
    PyErr::take(py).map_or(Ok(()), Err)
}

impl<'py> PyCapsuleMethods<'py> for Bound<'py, PyCapsule> {
    #[allow(
        clippy::not_unsafe_ptr_arg_deref,
        reason = "the pointer is stored, never followed"
    )]
    fn set_context(&self, context: *mut c_void) -> PyResult<()> {
        // SAFETY: the object is a capsule.
        let answer: c_int = unsafe { ffi::PyCapsule_SetContext(self.as_ptr(), context) };
        error_on_minus_one(self.py(), if answer == 0 { 0 } else { -1 })
    }

    fn context(&self) -> PyResult<*mut c_void> {
        // SAFETY: the object is a capsule.
        let context = unsafe { ffi::PyCapsule_GetContext(self.as_ptr()) };
        if context.is_null() {
            no_exception(self.py())?;
        }
        Ok(context)
    }

    fn pointer_checked(&self, name: Option<&CStr>) -> PyResult<NonNull<c_void>> {
        // SAFETY: the object is a capsule, the name a C string or NULL.
        NonNull::new(unsafe { ffi::PyCapsule_GetPointer(self.as_ptr(), name_pointer(name)) })
            .ok_or_else(|| PyErr::fetch(self.py()))
    }

    fn is_valid_checked(&self, name: Option<&CStr>) -> bool {
        // SAFETY: the object is a capsule, the name a C string or NULL.
        unsafe { ffi::PyCapsule_IsValid(self.as_ptr(), name_pointer(name)) != 0 }
    }

    fn name(&self) -> PyResult<Option<CapsuleName>> {
        // SAFETY: the object is a capsule.
        let name = NonNull::new(unsafe { ffi::PyCapsule_GetName(self.as_ptr()) }.cast_mut());
        if name.is_none() {
            no_exception(self.py())?;
        }
        Ok(name.map(CapsuleName))
    }
}
