/*!
The calls of CPython's that run Python code, and the end of the interpreter in the midst of one.

CPython before 3.14 ends a daemon thread where it asks for an interpreter that is going away, by unwinding its stack (`pthread_exit`).
In Rust's frames that would run destructors without the interpreter, or abort the process. Such a thread is held where it is, as CPython 3.14
does, and as `pyo3-ffi` does where a thread attaches.
*/

use crate::ffi;

type Object = *mut ffi::PyObject;

/// Holds the thread for ever if its stack is unwound.
#[cfg(not(Py_3_14))]
struct Held;

#[cfg(not(Py_3_14))]
impl Drop for Held {
    #[cold]
    fn drop(&mut self) {
        loop {
            std::thread::park();
        }
    }
}

macro_rules! held {
    ($($(#[$doc:meta])* $name:ident = $function:path, ($($argument:ident: $ty:ty),*);)*) => {$(
        $(#[$doc])*
        ///
        /// # Safety
        /// That of the function.
        #[inline]
        pub(crate) unsafe fn $name($($argument: $ty),*) -> Object {
            // SAFETY: the caller's promise. The two calling conventions differ in nothing but that the compiler expects the second
            // to unwind.
            unsafe {
                #[cfg(Py_3_14)]
                return $function($($argument),*);
                #[cfg(not(Py_3_14))]
                {
                    type Plain = unsafe extern "C" fn($($ty),*) -> Object;
                    type Unwinding = unsafe extern "C-unwind" fn($($ty),*) -> Object;
                    // Optimising, the compiler would recognize the function, which it has been told does not unwind.
                    let function = std::hint::black_box(std::mem::transmute::<Plain, Unwinding>($function));
                    let held = Held;
                    let result = function($($argument),*);
                    std::mem::forget(held);
                    result
                }
            }
        }
    )*};
}

#[cfg(not(Py_LIMITED_API))]
held! {
    /// `PyObject_VectorcallDict`
    vectorcall_dict = ffi::PyObject_VectorcallDict, (function: Object, args: *const Object, flags: usize, keywords: Object);
    /// `PyObject_VectorcallMethod`
    vectorcall_method = ffi::PyObject_VectorcallMethod, (name: Object, args: *const Object, flags: usize, names: Object);
}

held! {
    /// `PyObject_Call`
    call = ffi::PyObject_Call, (function: Object, args: Object, keywords: Object);
    /// `PyObject_CallNoArgs`
    call_no_args = ffi::PyObject_CallNoArgs, (function: Object);
    /// `PyEval_EvalCode`
    eval_code = ffi::PyEval_EvalCode, (code: Object, globals: Object, locals: Object);
    /// `PyImport_Import`
    import = ffi::PyImport_Import, (name: Object);
}

#[cfg(any(Py_3_12, all(Py_3_11, not(Py_LIMITED_API))))]
held! {
    /// `PyObject_Vectorcall`
    vectorcall = ffi::PyObject_Vectorcall, (function: Object, args: *const Object, flags: usize, names: Object);
}

/// `PyObject_Vectorcall`, without names: a C macro on this version.
///
/// # Safety
/// That of the function, and `names` is NULL.
#[cfg(not(any(Py_3_11, Py_LIMITED_API)))]
#[inline]
pub(crate) unsafe fn vectorcall(
    function: Object,
    args: *const Object,
    flags: usize,
    names: Object,
) -> Object {
    debug_assert!(names.is_null());
    // SAFETY: the caller's promise.
    unsafe { vectorcall_dict(function, args, flags, names) }
}
