/*!
The garbage collector: `__traverse__` and `__clear__`.

While the collector looks at objects, nothing may change or use one: a thread that runs a `__traverse__` counts as not attached, so
that references it drops are given up later, and attaching it is refused.
*/

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::marker::PhantomData;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::access;
use crate::class::base::Layout;
use crate::class::cell::{contents, share_for_collector};
use crate::class::extras::belongs_here;
use crate::ffi;
use crate::instance::Py;
use crate::{PyClass, PyErr, Python};

type Object = *mut ffi::PyObject;

/// Ends a traversal: the collector has asked for it. `__traverse__` hands it on.
#[repr(transparent)]
pub struct PyTraverseError(NonZero<c_int>);

/// What `__traverse__` shows the object's references to.
#[derive(Clone, Copy)]
pub struct PyVisit<'a> {
    visit: ffi::visitproc,
    argument: *mut c_void,
    traversal: PhantomData<&'a ()>,
}

impl PyVisit<'_> {
    /// Shows the collector a reference that the object holds: a `&Py<T>`, or an `&Option<Py<T>>`.
    ///
    /// # Errors
    /// When the collector wants no more; to be handed on with `?`.
    pub fn call<'a, T, U: 'a>(&self, obj: T) -> Result<(), PyTraverseError>
    where
        T: Into<Option<&'a Py<U>>>,
    {
        let Some(object) = obj.into() else {
            return Ok(());
        };
        // SAFETY: the function and its argument belong together, and the object is alive.
        answer(unsafe { (self.visit)(object.as_ptr(), self.argument) })
    }
}

fn answer(code: c_int) -> Result<(), PyTraverseError> {
    match NonZero::new(code) {
        None => Ok(()),
        Some(code) => Err(PyTraverseError(code)),
    }
}

/// How many implementations of `__traverse__` are running, on all threads.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Is one running on this thread?
    static HERE: Cell<bool> = const { Cell::new(false) };
}

/// Is this thread running a `__traverse__`?
#[inline(always)]
pub(crate) fn is_traversing() -> bool {
    RUNNING.load(Ordering::Relaxed) != 0 && is_traversing_here()
}

#[cold]
#[inline(never)]
fn is_traversing_here() -> bool {
    HERE.try_with(Cell::get).unwrap_or(false)
}

/// Lasts as long as a `__traverse__` runs.
struct Running(());

impl Running {
    fn begin() -> Self {
        RUNNING.fetch_add(1, Ordering::Relaxed);
        // A thread whose locals are gone runs no implementation that could ask.
        let _ = HERE.try_with(|here| here.set(true));
        Running(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = HERE.try_with(|here| here.set(false));
        RUNNING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What the user's `__traverse__` looks like.
type Own<T> = for<'a> fn(&'a T, PyVisit<'a>) -> Result<(), PyTraverseError>;

/// `tp_traverse` of a class: what its bases refer to, its dictionary, and what `__traverse__` shows.
///
/// # Safety
/// Called by CPython as `tp_traverse` of the class of `T` or of a subclass.
pub unsafe fn traverse<T: PyClass>(
    object: Object,
    visit: ffi::visitproc,
    argument: *mut c_void,
    own: Option<Own<T>>,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let inherited = traverse_inherited(T::LAYOUT, object, visit, argument);
        let Some(own) = own else {
            return inherited;
        };
        if inherited != 0 || (T::THREAD != 0 && !belongs_here(object, T::THREAD)) {
            return inherited;
        }
        // What is borrowed mutably is in use: its references count as those of somebody outside, and it is not collected.
        let Some(_shared) = share_for_collector::<T>(object) else {
            return 0;
        };
        let visit = PyVisit {
            visit,
            argument,
            traversal: PhantomData,
        };
        let _running = Running::begin();
        let this = &*contents::<T>(object);
        // After a panic, what has not been shown counts as referred to from outside. The collector takes no notice of the answer.
        match catch_unwind(AssertUnwindSafe(|| own(this, visit))) {
            Ok(Ok(())) => 0,
            Ok(Err(PyTraverseError(code))) => code.get(),
            Err(payload) => {
                crate::panic::discard(payload);
                -1
            }
        }
    }
}

/// The type that the class extends by its declaration. Python code may have given the class another base, one that leads back to
/// the class's own functions.
///
/// # Safety
/// An instance of the class is alive; called on an attached thread.
unsafe fn base_type(layout: &Layout) -> *mut ffi::PyTypeObject {
    // SAFETY: the caller's promise. The base has a type object since there are instances.
    (layout.base)(unsafe { Python::assume_attached() })
}

/// # Safety
/// As for [`traverse`].
unsafe fn traverse_inherited(
    layout: Option<&'static Layout>,
    object: Object,
    visit: ffi::visitproc,
    argument: *mut c_void,
) -> c_int {
    // SAFETY: the object is alive, and so is its class.
    unsafe {
        let mut code = 0;
        let mut type_is_shown = false;
        if let Some(base) = layout.map(|layout| base_type(layout))
            && let Some(traverse) = access::tp_traverse(base)
        {
            code = traverse(object, visit, argument);
            type_is_shown = access::flags(base) & ffi::Py_TPFLAGS_HEAPTYPE != 0;
        }
        // Instances of heap types refer to their type (C API, `tp_traverse`): the first heap type shows it.
        if code == 0 && !type_is_shown {
            code = visit(ffi::Py_TYPE(object).cast(), argument);
        }
        let dict = layout.map_or(0, |layout| layout.dict);
        if code == 0 && dict != 0 {
            let dict = object.byte_add(dict).cast::<Object>().read();
            if !dict.is_null() {
                code = visit(dict, argument);
            }
        }
        code
    }
}

/// `tp_clear` of a class: clears its bases and its dictionary, then calls `__clear__`.
///
/// # Safety
/// Called by CPython as `tp_clear` of the class of `T` or of a subclass.
pub unsafe fn clear<T: PyClass>(
    object: Object,
    own: Option<crate::call::spec::IntImplementation>,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        clear_inherited(T::LAYOUT, object);
        match own {
            Some(own) => crate::call::trampoline::unary_int(object, own) as c_int,
            None => 0,
        }
    }
}

/// # Safety
/// As for [`clear`].
unsafe fn clear_inherited(layout: Option<&'static Layout>, object: Object) {
    // SAFETY: the object is alive, and so is its class; CPython calls on an attached thread.
    unsafe {
        let py = Python::assume_attached();
        let Some(layout) = layout else { return };
        if let Some(clear) = access::tp_clear(base_type(layout))
            && clear(object) != 0
            && PyErr::occurred(py)
        {
            // The rest has to be cleared all the same.
            PyErr::fetch_any(py).write_unraisable(py, None);
        }
        if layout.dict != 0 {
            let slot = object.byte_add(layout.dict).cast::<Object>();
            ffi::Py_XDECREF(slot.replace(std::ptr::null_mut()));
        }
    }
}
