//! The garbage collector rests while modules load.
//!
//! Loading modules makes functions and classes by the thousand, which stay; a collector that looks at them after every 700 finds nothing. While
//! the importer runs a module, it waits for more; once the module is loaded, what is there counts as old, as if it had been
//! looked at. All of it can still be collected.
//!
//! The application can see neither: as soon as it imports `gc`, the collector is as Python has it, for good.

use std::ffi::CStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use exuvia::prelude::*;
use exuvia::types::{PyDict, PyTuple};
use pyo3_ffi as ffi;

/// How many more objects than are gone have to be made for a collection while modules load. Large packages make tens of
/// thousands; that there is a limit at all is for applications that do all of their work while they are imported.
const RAISED: u32 = 50_000;

/// The functions of `gc` that this needs, and the thresholds as they were at the start.
struct Collector {
    set_threshold: Py<PyAny>,
    freeze: Py<PyAny>,
    unfreeze: Py<PyAny>,
    usual: Py<PyTuple>,
    raised: Py<PyTuple>,
}

static COLLECTOR: OnceLock<Collector> = OnceLock::new();

/// How many modules are being loaded, one within the other or in several threads.
static LOADING: AtomicUsize = AtomicUsize::new(0);

/// Whether the application has `gc`.
static IS_SEEN: AtomicBool = AtomicBool::new(false);

/// The interpreter's own function that makes the module.
static MAKE: OnceLock<unsafe extern "C" fn() -> *mut ffi::PyObject> = OnceLock::new();

/// Sees to it that an import of `gc` is noticed.
///
/// # Safety
///
/// The interpreter is not running.
pub(crate) unsafe fn watch() {
    // SAFETY: the interpreter is not running (the caller's promise), so nobody else reads or writes the table, whose last entry
    // has no name.
    unsafe {
        let mut entry = ffi::PyImport_Inittab;
        while !(*entry).name.is_null() {
            if CStr::from_ptr((*entry).name) == c"gc"
                && let Some(make) = (*entry).initfunc
            {
                MAKE.get_or_init(|| make);
                (*entry).initfunc = Some(make_gc);
                return;
            }
            entry = entry.add(1);
        }
    }
}

/// Makes the module `gc`.
unsafe extern "C" fn make_gc() -> *mut ffi::PyObject {
    // SAFETY: modules are made by threads that are attached.
    let py = unsafe { Python::assume_attached() };
    // Another interpreter of the process has a collector of its own.
    // SAFETY: attached.
    let is_main = unsafe { ffi::PyInterpreterState_Get() == ffi::PyInterpreterState_Main() };
    if is_main && COLLECTOR.get().is_some() && !IS_SEEN.swap(true, Ordering::Relaxed) {
        be_usual(py);
    }
    match MAKE.get() {
        // SAFETY: the interpreter's function, called as it would call it.
        Some(make) => unsafe { make() },
        None => std::ptr::null_mut(),
    }
}

/// Takes hold of the collector. Without it, nothing here does anything.
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    if MAKE.get().is_none() {
        return Ok(());
    }
    let gc = py.import("gc")?;
    let usual = gc
        .getattr("get_threshold")?
        .call0()?
        .cast_into::<PyTuple>()?;
    let mut raised: Vec<u32> = usual
        .extract::<(u32, u32, u32)>()
        .map(<[u32; 3]>::from)?
        .into();
    // Zero is for a collector that is switched off.
    if raised[0] != 0 {
        raised[0] = raised[0].max(RAISED);
    }
    let collector = Collector {
        set_threshold: gc.getattr("set_threshold")?.unbind(),
        freeze: gc.getattr("freeze")?.unbind(),
        unfreeze: gc.getattr("unfreeze")?.unbind(),
        raised: PyTuple::new(py, raised)?.unbind(),
        usual: usual.unbind(),
    };
    // The application has not imported it.
    py.import("sys")?
        .getattr("modules")?
        .cast_into::<PyDict>()?
        .del_item("gc")?;
    let _ = COLLECTOR.set(collector);
    Ok(())
}

/// While this lives, a module is being loaded.
pub(crate) struct Loading<'py>(Python<'py>);

/// Says that a module is about to run.
pub(crate) fn loading(py: Python<'_>) -> Loading<'_> {
    if LOADING.fetch_add(1, Ordering::Relaxed) == 0
        && !IS_SEEN.load(Ordering::Relaxed)
        && let Some(collector) = COLLECTOR.get()
    {
        set(py, collector, &collector.raised);
    }
    Loading(py)
}

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        if LOADING.fetch_sub(1, Ordering::Relaxed) == 1 && !IS_SEEN.load(Ordering::Relaxed) {
            be_usual(self.0);
        }
    }
}

/// Makes old what is there, and the collector as Python has it.
fn be_usual(py: Python<'_>) {
    let Some(collector) = COLLECTOR.get() else {
        return;
    };
    let pending = PyErr::take(py);
    // All objects go to the list of those that are never looked at, and from there to that of the oldest: two lists are joined, and no
    // object is touched.
    for function in [&collector.freeze, &collector.unfreeze] {
        if let Err(error) = function.call0(py) {
            error.write_unraisable(py, None);
        }
    }
    set(py, collector, &collector.usual);
    if let Some(error) = pending {
        error.restore(py);
    }
}

fn set(py: Python<'_>, collector: &Collector, thresholds: &Py<PyTuple>) {
    if let Err(error) = collector
        .set_threshold
        .call1(py, thresholds.bind(py).clone())
    {
        error.write_unraisable(py, None);
    }
}
