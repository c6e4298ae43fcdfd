/*!
The token that proves that the current thread is attached to the interpreter, and the ways to get and give it up.

On builds with a GIL, "attached" means holding it. There is no thread-local count: CPython itself is asked, where the
question arises.
*/

use std::ffi::{CStr, CString};
use std::marker::PhantomData;

use crate::attachment::{self, Inside, Outside};
use crate::class::gc::is_traversing;
use crate::err::{PyErr, PyResult};
use crate::ffi;
use crate::instance::{Bound, Py, pending};
use crate::interpreter;
use crate::types::code::{PyCode, PyCodeInput, PyCodeMethods};
use crate::types::{PyAny, PyDict, PyModule, PyString, PyType};
use crate::version::PythonVersionInfo;
use crate::{IntoPyObject, PyTypeInfo};

/// Proof that the current thread is attached to the Python interpreter for the lifetime `'py`.
///
/// The token has no size and is passed around by copy. Everything that touches Python objects asks for one, or carries
/// one inside a [`Bound`]. It can be neither sent to nor shared with another thread.
#[derive(Copy, Clone)]
pub struct Python<'py>(PhantomData<(&'py (), *mut ())>);

/// What may be carried into a closure that runs detached: everything that is [`Send`].
///
/// # Safety
/// Implemented for all `Send` types and never by hand: what is `Send` holds no [`Python`] token.
pub unsafe trait Ungil {}
// SAFETY: `Python` and all that contain it are not `Send`.
unsafe impl<T: Send> Ungil for T {}

/// Is the current thread attached to an interpreter that is alive?
///
/// `PyGILState_Check` is no help: it answers yes to everybody from the moment a process makes a subinterpreter. A thread that
/// runs a `__traverse__` counts as not attached: the garbage collector is at work.
#[inline]
pub(crate) fn is_attached() -> bool {
    if is_traversing() {
        return false;
    }
    attachment::is_current()
}

/// Is there an interpreter that a thread can attach to? CPython says no as soon as it begins to shut down.
pub(crate) fn is_running() -> bool {
    // SAFETY: may be called at any time.
    unsafe { ffi::Py_IsInitialized() != 0 }
}

/// Undoes an attach that had to be made; holds nothing when the thread was attached already.
struct AttachGuard(Option<(ffi::PyGILState_STATE, Inside)>);

impl AttachGuard {
    /// # Safety
    /// The interpreter is initialized and not being finalized.
    unsafe fn acquire() -> Self {
        assert!(
            !is_traversing(),
            "Attaching a thread to the interpreter is prohibited while a __traverse__ implementation is running."
        );
        if is_attached() {
            return AttachGuard(None);
        }
        interpreter::wait_until_initialized();
        // SAFETY: the caller's promise.
        let state = unsafe { ffi::PyGILState_Ensure() };
        let guard = AttachGuard(Some((state, attachment::inside())));
        // SAFETY: attached since the line above.
        pending::release_all(unsafe { Python::assume_attached() });
        guard
    }
}

impl Drop for AttachGuard {
    fn drop(&mut self) {
        if let Some((state, inside)) = self.0.take() {
            // SAFETY: the state comes from the matching `PyGILState_Ensure` on this thread: the guard never leaves
            // the function that made it, and no `Python` token outlives the closure it was lent to.
            unsafe { ffi::PyGILState_Release(state) };
            inside.end();
        }
    }
}

/// Reattaches the thread when a detached closure ends, by return or by panic.
struct DetachGuard(Detached);

impl Drop for DetachGuard {
    fn drop(&mut self) {
        self.0.attach();
        // SAFETY: attached since the line above.
        pending::release_all(unsafe { Python::assume_attached() });
    }
}

/// A thread that waits for others, detached so that they can go on. Attaches it again when it is dropped.
///
/// Unlike [`Python::detach`] it releases nothing then: the thread may hold a lock that a destructor asks for.
pub(crate) struct Detached(Option<(*mut ffi::PyThreadState, Outside)>);

impl Detached {
    /// # Safety
    /// Until the guard is dropped, on this thread, nothing may touch Python objects, and no token may be used.
    pub(crate) unsafe fn new(_: Python<'_>) -> Self {
        // SAFETY: the thread is attached, as the token proves.
        let state = unsafe { ffi::PyEval_SaveThread() };
        Detached(Some((state, attachment::outside())))
    }

    fn attach(&mut self) {
        if let Some((state, outside)) = self.0.take() {
            // SAFETY: the state was saved by `PyEval_SaveThread` on this thread.
            unsafe { ffi::PyEval_RestoreThread(state) };
            outside.end();
        }
    }
}

impl Drop for Detached {
    fn drop(&mut self) {
        self.attach();
    }
}

impl Python<'_> {
    /// Attaches the current thread to the interpreter, runs `f`, and leaves the thread as it was.
    ///
    /// # Panics
    /// When the interpreter is not running: not yet initialized (unless the feature `auto-initialize` is on, which
    /// initializes it), or already shutting down.
    #[track_caller]
    pub fn attach<F, R>(f: F) -> R
    where
        F: for<'py> FnOnce(Python<'py>) -> R,
    {
        if cfg!(feature = "auto-initialize") {
            Python::initialize();
        }
        if !is_running() && !is_attached() {
            panic!(
                "cannot attach to Python: the interpreter is not running; where it is yet to start, call \
                 `Python::initialize()` first or turn on the feature `auto-initialize`"
            );
        }
        // SAFETY: checked above. Finalization that begins between the check and the attach makes CPython park or end
        // this thread; it does not return here.
        let _guard = unsafe { AttachGuard::acquire() };
        // SAFETY: the guard keeps the thread attached until it is dropped, after `f`.
        f(unsafe { Python::assume_attached() })
    }

    /// Like [`attach`](Self::attach), but answers `None` when the interpreter is not running.
    pub fn try_attach<F, R>(f: F) -> Option<R>
    where
        F: for<'py> FnOnce(Python<'py>) -> R,
    {
        if is_traversing() || (!is_running() && !is_attached()) {
            return None;
        }
        // SAFETY: checked above.
        let _guard = unsafe { AttachGuard::acquire() };
        // SAFETY: the guard keeps the thread attached until it is dropped, after `f`.
        Some(f(unsafe { Python::assume_attached() }))
    }

    /// Starts the interpreter if it is not running. Python's own signal handlers are not installed.
    ///
    /// # Panics
    /// When it is one that the crate does not support: built with integers of 15 bits a digit on a 64-bit machine.
    pub fn initialize() {
        interpreter::initialize();
    }

    /// Runs `f` with a token, trusting the caller that the thread may attach.
    ///
    /// # Safety
    /// The interpreter must be initialized and not shutting down.
    pub unsafe fn attach_unchecked<F, R>(f: F) -> R
    where
        F: for<'py> FnOnce(Python<'py>) -> R,
    {
        // SAFETY: the caller's promise.
        let _guard = unsafe { AttachGuard::acquire() };
        // SAFETY: the guard keeps the thread attached.
        f(unsafe { Python::assume_attached() })
    }
}

impl<'py> Python<'py> {
    /// Detaches the thread from the interpreter while `f` runs, so that other Python threads can run.
    ///
    /// `f` and its result must be [`Send`], which keeps every Python reference out of it.
    ///
    /// ```compile_fail
    /// # use exuvia::prelude::*;
    /// fn wrong(list: Bound<'_, PyAny>) {
    ///     list.py().detach(|| drop(list.len()));
    /// }
    /// ```
    pub fn detach<T, F>(self, f: F) -> T
    where
        F: Ungil + FnOnce() -> T,
        T: Ungil,
    {
        // SAFETY: the thread is attached, as `self` proves, and no reference tied to a token can be inside `f`.
        let _guard = DetachGuard(unsafe { Detached::new(self) });
        f()
    }

    /// Evaluates a Python expression.
    ///
    /// Without `globals`, those of `__main__` are used; without `locals`, the globals.
    ///
    /// # Errors
    /// What the expression raises, `SyntaxError` included.
    pub fn eval(
        self,
        code: &CStr,
        globals: Option<&Bound<'py, PyDict>>,
        locals: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.run_code(code, PyCodeInput::Eval, globals, locals)
    }

    /// Executes Python statements; see [`eval`](Self::eval) for `globals` and `locals`.
    ///
    /// # Errors
    /// What the statements raise, `SyntaxError` included.
    pub fn run(
        self,
        code: &CStr,
        globals: Option<&Bound<'py, PyDict>>,
        locals: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<()> {
        self.run_code(code, PyCodeInput::File, globals, locals)
            .map(drop)
    }

    fn run_code(
        self,
        code: &CStr,
        input: PyCodeInput,
        globals: Option<&Bound<'py, PyDict>>,
        locals: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        PyCode::compile(self, code, c"<string>", input)?.run(globals, locals)
    }

    /// The Python type object of `T`.
    pub fn get_type<T: PyTypeInfo>(self) -> Bound<'py, PyType> {
        T::type_object(self)
    }

    /// Imports a module by its full name.
    ///
    /// # Errors
    /// What the import raises.
    pub fn import<N>(self, name: N) -> PyResult<Bound<'py, PyModule>>
    where
        N: IntoPyObject<'py, Target = PyString>,
    {
        PyModule::import(self, name)
    }

    /// Python's `None`.
    #[allow(non_snake_case)]
    #[inline]
    pub fn None(self) -> Py<PyAny> {
        crate::types::PyNone::get(self)
            .to_owned()
            .into_any()
            .unbind()
    }

    /// Python's `...`.
    #[allow(non_snake_case)]
    #[inline]
    pub fn Ellipsis(self) -> Py<PyAny> {
        crate::types::PyEllipsis::get(self)
            .to_owned()
            .into_any()
            .unbind()
    }

    /// Python's `NotImplemented`.
    #[allow(non_snake_case)]
    #[inline]
    pub fn NotImplemented(self) -> Py<PyAny> {
        crate::types::PyNotImplemented::get(self)
            .to_owned()
            .into_any()
            .unbind()
    }

    /// The version line of the running interpreter, e.g. `3.13.0 (main, …)`.
    pub fn version(self) -> &'static str {
        // SAFETY: `Py_GetVersion` returns a static, NUL-terminated ASCII string.
        unsafe { CStr::from_ptr(ffi::Py_GetVersion()) }
            .to_str()
            .unwrap_or_default()
    }

    /// The version line of the running interpreter, without a token.
    pub fn version_str() -> &'static str {
        // SAFETY: `Py_GetVersion` may be called at any time; see `version`.
        unsafe { CStr::from_ptr(ffi::Py_GetVersion()) }
            .to_str()
            .unwrap_or_default()
    }

    /// The version of the running interpreter, for comparisons: `py.version_info() >= (3, 12)`.
    pub fn version_info(self) -> PythonVersionInfo {
        PythonVersionInfo::running()
    }

    /// Runs pending signal handlers, as Python does between bytecodes; long loops in Rust should call it now and then.
    ///
    /// # Errors
    /// What a handler raises: `KeyboardInterrupt` for Ctrl-C.
    pub fn check_signals(self) -> PyResult<()> {
        // SAFETY: the thread is attached.
        if unsafe { ffi::PyErr_CheckSignals() } == -1 {
            Err(PyErr::fetch(self))
        } else {
            Ok(())
        }
    }

    /// A token out of nothing.
    ///
    /// # Safety
    /// The thread must be attached for the whole lifetime `'py`.
    #[inline(always)]
    pub unsafe fn assume_attached() -> Python<'py> {
        Python(PhantomData)
    }
}

/// A C string of `text`, for names that come from Rust at run time.
///
/// # Errors
/// `ValueError` when `text` has a NUL in it.
pub(crate) fn c_string(text: &str) -> PyResult<CString> {
    CString::new(text).map_err(|_| {
        crate::exceptions::PyValueError::new_err(
            "the text contains a NUL character, which C strings cannot",
        )
    })
}
