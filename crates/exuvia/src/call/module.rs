//! `#[pymodule]`s as Python modules.

use std::cell::UnsafeCell;
use std::ffi::{CStr, c_int, c_void};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::class::builder::Class;
use crate::err::{PyErr, PyResult};
use crate::exceptions::PyImportError;
use crate::ffi;
use crate::instance::Bound;
use crate::marker::Python;
use crate::types::any::PyAnyMethods;
use crate::types::module::PyModuleMethods;
use crate::types::{PyAny, PyModule};
#[cfg(Py_LIMITED_API)]
use crate::version::PythonVersionInfo;
use crate::{IntoPyObject, PyClass, PyTypeInfo};

/// A module's definition in static memory: initialized in several phases (PEP 489).
pub struct ModuleDef {
    definition: UnsafeCell<ffi::PyModuleDef>,
    slots: UnsafeCell<[ffi::PyModuleDef_Slot; 4]>,
    name: &'static CStr,
    init: unsafe extern "C" fn() -> *mut ffi::PyObject,
}

// SAFETY: CPython alone changes the definition, under its own lock.
unsafe impl Sync for ModuleDef {}

impl ModuleDef {
    /// `exec` fills a module; `init` is the exported `PyInit_…`; `gil_used` is what a free-threaded interpreter is told.
    pub const fn new(
        name: &'static CStr,
        doc: &'static CStr,
        exec: unsafe extern "C" fn(*mut ffi::PyObject) -> c_int,
        init: unsafe extern "C" fn() -> *mut ffi::PyObject,
        gil_used: bool,
    ) -> Self {
        const END: ffi::PyModuleDef_Slot = ffi::PyModuleDef_Slot {
            slot: 0,
            value: std::ptr::null_mut(),
        };
        let mut slots = [END; 4];
        slots[0] = ffi::PyModuleDef_Slot {
            slot: ffi::Py_mod_exec,
            value: exec as *mut c_void,
        };
        // Type objects and interned names are statics of the library: one interpreter only.
        #[cfg(Py_3_12)]
        {
            slots[1] = ffi::PyModuleDef_Slot {
                slot: ffi::Py_mod_multiple_interpreters,
                value: ffi::Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED,
            };
        }
        #[cfg(Py_3_13)]
        {
            let value = if gil_used {
                ffi::Py_MOD_GIL_USED
            } else {
                ffi::Py_MOD_GIL_NOT_USED
            };
            slots[2] = ffi::PyModuleDef_Slot {
                slot: ffi::Py_mod_gil,
                value,
            };
        }
        #[cfg(not(Py_3_13))]
        let _ = gil_used;
        ModuleDef {
            definition: UnsafeCell::new(ffi::PyModuleDef {
                m_base: ffi::PyModuleDef_HEAD_INIT,
                m_name: name.as_ptr(),
                m_doc: doc.as_ptr(),
                m_size: 0,
                m_methods: std::ptr::null_mut(),
                m_slots: std::ptr::null_mut(),
                m_traverse: None,
                m_clear: None,
                m_free: None,
            }),
            slots: UnsafeCell::new(slots),
            name,
            init,
        }
    }

    /// What `PyInit_…` returns: the definition, for CPython to make a module from.
    ///
    /// # Safety
    /// Called by an attached thread.
    pub unsafe fn init(&'static self) -> *mut ffi::PyObject {
        // SAFETY: the definition is static, and this is the only place that writes to it: always the same value, under
        // the interpreter's import lock.
        unsafe {
            (*self.definition.get()).m_slots = self.slots.get().cast();
            ffi::PyModuleDef_Init(self.definition.get())
        }
    }

    /// A new module object with its contents, outside of the import system.
    ///
    /// # Errors
    /// What filling the module raises.
    pub fn make<'py>(&'static self, py: Python<'py>) -> PyResult<Bound<'py, PyModule>> {
        let spec = py
            .import("types")?
            .as_any()
            .getattr("SimpleNamespace")?
            .call0()?;
        spec.setattr("name", self.name)?;
        // SAFETY: `init` leaves the definition complete; a spec needs no more than a name here; the results are new
        // references or NULL.
        unsafe {
            self.init();
            let module = Bound::from_owned_ptr_or_err(
                py,
                ffi::PyModule_FromDefAndSpec(self.definition.get(), spec.as_ptr()),
            )?;
            crate::err::error_on_minus_one(
                py,
                ffi::PyModule_ExecDef(module.as_ptr(), self.definition.get()),
            )?;
            Ok(module.cast_into_unchecked())
        }
    }
}

/// A module's definition as a constant: the definition itself changes, which constants must not refer to.
#[derive(Clone, Copy)]
pub struct ModuleHandle(pub fn() -> &'static ModuleDef);

impl ModuleHandle {
    /// A new module object; see [`ModuleDef::make`].
    ///
    /// # Errors
    /// What filling the module raises.
    pub fn make(self, py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
        (self.0)().make(py)
    }
}

/// The interpreter that the library's statics belong to: the first one that imports a module of it.
static INTERPRETER: AtomicI64 = AtomicI64::new(-1);

/// Refuses an interpreter of another version than the module was built for. What memory looks like differs between them, and a
/// wheel may say that it is for several.
#[cfg(not(Py_LIMITED_API))]
fn check_version() -> PyResult<()> {
    const BUILT_FOR: &str = env!("EXUVIA_PYTHON_VERSION");
    // SAFETY: a static C string.
    let running = unsafe { CStr::from_ptr(ffi::Py_GetVersion()) }.to_string_lossy();
    match running.strip_prefix(BUILT_FOR) {
        Some(rest) if !rest.starts_with(|next: char| next.is_ascii_digit()) => Ok(()),
        _ => Err(PyImportError::new_err(format!(
            "this module was built for Python {BUILT_FOR} and cannot be imported by Python {}: a module for many versions \
             needs the limited API (`abi3`)",
            running.split(' ').next().unwrap_or_default(),
        ))),
    }
}

/// Refuses an interpreter that is older than the oldest one that the module was built for. It may lack functions, or take those that
/// there are for something else.
#[cfg(Py_LIMITED_API)]
fn check_version() -> PyResult<()> {
    // Not the version of the interpreter that took part in the build, which may be a newer one.
    const OLDEST: u8 = if cfg!(Py_3_14) {
        14
    } else if cfg!(Py_3_13) {
        13
    } else if cfg!(Py_3_12) {
        12
    } else if cfg!(Py_3_11) {
        11
    } else {
        10
    };
    let running = PythonVersionInfo::running();
    if running >= (3, OLDEST) {
        return Ok(());
    }
    Err(PyImportError::new_err(format!(
        "this module was built for Python 3.{OLDEST} and later, and cannot be imported by Python {}.{}",
        running.major, running.minor,
    )))
}

/// Refuses to fill a module in a second interpreter, or in one of another version.
pub(crate) fn check_interpreter(py: Python<'_>) -> PyResult<()> {
    check_version()?;
    crate::convert::check_digits(py)?;
    // SAFETY: the thread is attached.
    let id = unsafe { ffi::PyInterpreterState_GetID(ffi::PyInterpreterState_Get()) };
    match INTERPRETER.compare_exchange(-1, id, Ordering::AcqRel, Ordering::Acquire) {
        Err(first) if first != id => Err(PyImportError::new_err(
            "this module was made with exuvia, which does not support subinterpreters: it can be imported in one \
             interpreter of a process only",
        )),
        _ => Ok(()),
    }
}

/// A module that is being filled. Once something has failed, nothing more is added.
pub struct Members<'a, 'py> {
    module: &'a Bound<'py, PyModule>,
    failed: Option<PyErr>,
}

impl<'a, 'py> Members<'a, 'py> {
    /// Nothing yet.
    pub fn new(module: &'a Bound<'py, PyModule>) -> Self {
        Members {
            module,
            failed: None,
        }
    }

    /// Adds a function, a class or a module.
    #[inline(always)]
    pub fn add(&mut self, member: impl AddToModule) {
        member.add_to(self);
    }

    /// Adds a constant.
    pub fn constant(&mut self, name: &str, value: impl IntoPyObject<'py>) {
        self.with(|module| module.add(name, value));
    }

    pub(crate) fn with(&mut self, add: impl FnOnce(&Bound<'py, PyModule>) -> PyResult<()>) {
        if self.failed.is_none() {
            self.failed = add(self.module).err();
        }
    }

    /// # Errors
    /// What making or adding a member has raised.
    pub fn finish(self) -> PyResult<()> {
        self.failed.map_or(Ok(()), Err)
    }
}

/// What a declarative module can hold.
pub trait AddToModule {
    /// Adds it.
    fn add_to(self, members: &mut Members<'_, '_>);
}

impl AddToModule for ModuleHandle {
    fn add_to(self, members: &mut Members<'_, '_>) {
        members.with(|module| {
            let child = self.make(module.py())?;
            // Its name is the full one, as that of an imported submodule.
            let name = child.name()?.to_string();
            let last = name.rsplit('.').next().unwrap_or_default();
            module.add(last, child)
        });
    }
}

/// A class, for a declarative module.
pub struct AddClass(&'static Class);

/// How a declarative module names its members: by a path to a constant.
pub trait InModule {
    /// The class.
    #[allow(missing_docs, non_upper_case_globals)]
    const __EXUVIA: AddClass;
}

impl<T: PyClass> InModule for T {
    const __EXUVIA: AddClass = AddClass(T::CLASS);
}

impl AddToModule for AddClass {
    #[inline(always)]
    fn add_to(self, members: &mut Members<'_, '_>) {
        members.add_class(self.0);
    }
}

impl Members<'_, '_> {
    #[inline(never)]
    fn add_class(&mut self, class: &'static Class) {
        self.with(|module| add_class(module, class));
    }
}

pub(crate) fn add_class(module: &Bound<'_, PyModule>, class: &'static Class) -> PyResult<()> {
    module.add(class.name(), class.type_object(module.py())?)
}

/// Any other type, such as an exception, for a declarative module.
pub struct AddType<T>(PhantomData<T>);

impl<T> AddType<T> {
    /// Of the type `T`.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        AddType(PhantomData)
    }
}

impl<T: PyTypeInfo> AddToModule for AddType<T> {
    fn add_to(self, members: &mut Members<'_, '_>) {
        members.with(|module| {
            let ty: Bound<'_, PyAny> = T::type_object(module.py()).into_any();
            module.add(T::NAME, ty)
        });
    }
}

/// # Panics
/// When the interpreter is running, or there is no memory.
pub fn append_to_inittab(module: ModuleHandle) {
    let module = (module.0)();
    // SAFETY: may be called at any time.
    if unsafe { ffi::Py_IsInitialized() } != 0 {
        panic!("append_to_inittab! must be called before the interpreter starts");
    }
    // SAFETY: the name is static, and the interpreter is not running.
    if unsafe { ffi::PyImport_AppendInittab(module.name.as_ptr(), Some(module.init)) } != 0 {
        panic!("append_to_inittab!: out of memory");
    }
}
