/*!
From a class's description to its type object.

The type is made at first use, in two steps: the object itself, then its class attributes, which may be instances of the
class and so need the first step done. Only the second step makes the type visible to other threads; a thread that needs
the type while it computes the attributes gets the unfinished one.
*/

use std::ffi::{CStr, c_int, c_uint, c_void};
use std::ptr::null_mut;

use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::thread::ThreadId;

use crate::access;
#[cfg(not(for_speed))]
use crate::call::scalars::ScalarConstructor;
#[cfg(all(not(for_speed), not(Py_LIMITED_API)))]
use crate::call::trampoline::construct_scalars;
use crate::class::base::Layout;
#[cfg(all(not(for_speed), Py_LIMITED_API))]
use crate::class::constructors;
use crate::class::description::{Container, Describe, Description, split};
#[cfg(all(for_speed, not(Py_GIL_DISABLED)))]
use crate::class::freelist::FreeList;
use crate::class::initializer::may_allocate;
use crate::err::{PyErr, PyResult};
use crate::exceptions::{PyMemoryError, PyRuntimeError, PyTypeError};
use crate::ffi;
use crate::instance::{Borrowed, Bound, Py};
use crate::marker::Python;
use crate::panic::unwind_with;
use crate::types::{PyAny, PyType};

/// A class: what there is to say about it, and its type object once there is one.
pub struct Class {
    /// The name with its module, as `tp_name` wants it, a NUL character, the docstring, and another.
    text: &'static str,
    /// Of an instance, in bytes.
    size: usize,
    subclassable: bool,
    /// Whether a class of Rust's that extends this one has a type object.
    extended: AtomicBool,
    dealloc: unsafe extern "C" fn(*mut ffi::PyObject),
    describe: Describe,
    /// The finished type.
    ready: AtomicPtr<ffi::PyTypeObject>,
    /// The type, perhaps without its attributes.
    made: AtomicPtr<ffi::PyTypeObject>,
    #[cfg(all(for_speed, not(Py_GIL_DISABLED)))]
    pub(crate) free: FreeList,
}

/// Which threads are computing the attributes of which class.
static FILLING: Mutex<Vec<(ThreadId, usize)>> = Mutex::new(Vec::new());

fn filling() -> MutexGuard<'static, Vec<(ThreadId, usize)>> {
    FILLING
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The type objects of classes that extend other classes of Rust's.
static BELOW: Mutex<Vec<usize>> = Mutex::new(Vec::new());

fn below() -> MutexGuard<'static, Vec<usize>> {
    BELOW
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl Class {
    /// A class that has no type object yet. `text` is the name with its module, as `tp_name` wants it, a NUL character, the
    /// docstring, and another; `size` that of an instance in bytes; `describe` says the rest.
    pub const fn new(
        text: &'static str,
        size: usize,
        subclassable: bool,
        dealloc: unsafe extern "C" fn(*mut ffi::PyObject),
        describe: Describe,
    ) -> Self {
        Class {
            text,
            size,
            subclassable,
            extended: AtomicBool::new(false),
            dealloc,
            describe,
            ready: AtomicPtr::new(null_mut()),
            made: AtomicPtr::new(null_mut()),
            #[cfg(all(for_speed, not(Py_GIL_DISABLED)))]
            free: FreeList::new(),
        }
    }

    fn description(&self) -> Description {
        let mut description = Description::default();
        (self.describe)(&mut description);
        #[cfg(feature = "multiple-pymethods")]
        crate::class::blocks::describe(self, &mut description);
        description
    }

    /// The class's name with its module.
    fn qualified_name(&self) -> &'static CStr {
        split(self.text).0
    }

    /// The class's name in Python.
    #[cold]
    pub(crate) fn name(&self) -> &'static str {
        let qualified = self.qualified_name().to_str().unwrap_or_default();
        qualified.rsplit('.').next().unwrap_or_default()
    }

    /// The type object; borrowed, alive for as long as the process.
    ///
    /// # Errors
    /// What making it raises.
    #[inline]
    pub fn type_object_raw(&'static self, py: Python<'_>) -> PyResult<*mut ffi::PyTypeObject> {
        let ready = self.ready.load(Ordering::Acquire);
        if ready.is_null() {
            self.finish(py)
        } else {
            Ok(ready)
        }
    }

    /// Like [`type_object_raw`](Self::type_object_raw), for callers that cannot raise.
    ///
    /// # Panics
    /// When the type cannot be made.
    #[inline]
    pub fn type_object_or_panic(&'static self, py: Python<'_>) -> *mut ffi::PyTypeObject {
        match self.type_object_raw(py) {
            Ok(ty) => ty,
            Err(error) => self.give_up(py, error),
        }
    }

    /// Is an instance of the type, which is the class's own or a subclass, one of this class and of no other that extends it?
    ///
    /// Where Python code has replaced the constructor of such another, nothing else tells that this class's makes no instance of it:
    /// there would be no value for the other class. Otherwise raises a `TypeError`.
    #[cold]
    #[inline(never)]
    pub(crate) fn may_construct(&self, py: Python<'_>, ty: *mut ffi::PyTypeObject) -> bool {
        if !self.extended.load(Ordering::Acquire) {
            return true;
        }
        let own = self.made.load(Ordering::Acquire);
        let below = below();
        let mut each = ty;
        // The class's own type is among the bases.
        while !each.is_null() && !std::ptr::eq(each, own) {
            if below.contains(&each.addr()) {
                drop(below);
                // SAFETY: a live type.
                let name = unsafe { access::type_name(py, each) };
                PyTypeError::new_err(format!(
                    "{}.__new__({name}) is not safe, use {name}.__new__()",
                    self.qualified_name().to_string_lossy()
                ))
                .restore(py);
                return false;
            }
            // SAFETY: a live type.
            each = unsafe { access::base(each) };
        }
        true
    }

    /// Is the object an instance of the class or of a subclass?
    #[inline]
    pub fn is_type_of(&'static self, object: &Bound<'_, PyAny>) -> bool {
        // SAFETY: the object is live.
        let ty = unsafe { ffi::Py_TYPE(object.as_ptr()) };
        self.is(ty) || self.is_subtype(ty)
    }

    /// Is it the finished type object of the class?
    #[inline]
    pub(crate) fn is(&self, ty: *mut ffi::PyTypeObject) -> bool {
        std::ptr::eq(self.ready.load(Ordering::Acquire), ty)
    }

    #[inline(never)]
    fn is_subtype(&self, ty: *mut ffi::PyTypeObject) -> bool {
        let made = self.made.load(Ordering::Acquire);
        // A type that is not made yet has no instances.
        // SAFETY: both are live types.
        !made.is_null() && unsafe { ffi::PyType_IsSubtype(ty, made) } != 0
    }

    #[cold]
    fn give_up(&self, py: Python<'_>, error: PyErr) -> ! {
        if error.is_instance_of::<PyMemoryError>(py) {
            unwind_with(error);
        }
        error.write_unraisable(py, None);
        panic!("failed to create type object for `{}`", self.name())
    }

    pub(crate) fn type_object<'py>(&'static self, py: Python<'py>) -> PyResult<Bound<'py, PyType>> {
        let ty = self.type_object_raw(py)?;
        // SAFETY: a type object that is never freed.
        Ok(unsafe { Borrowed::from_ptr(py, ty.cast()).cast_unchecked() }.to_owned())
    }

    #[cold]
    fn finish(&'static self, py: Python<'_>) -> PyResult<*mut ffi::PyTypeObject> {
        self.fill(py)
            .map_err(|error| failed(py, &format!("class {}", self.name()), error))
    }

    fn fill(&'static self, py: Python<'_>) -> PyResult<*mut ffi::PyTypeObject> {
        let ty = self.make(py)?;
        let work = (std::thread::current().id(), std::ptr::from_ref(self).addr());
        {
            let mut filling = filling();
            if filling.contains(&work) {
                return Ok(ty);
            }
            filling.push(work);
        }
        let _done = Filling(work);
        let description = self.description();
        let attributes: Vec<(&CStr, Py<PyAny>)> = description
            .attributes
            .iter()
            .map(|(name, value)| match value(py) {
                Ok(value) => Ok((*name, value)),
                Err(error) => {
                    let name = name.to_string_lossy();
                    Err(failed(py, &format!("`{}.{name}`", self.name()), error))
                }
            })
            .collect::<PyResult<_>>()?;
        // Two threads may both have computed the values; the first to come here sets them.
        if self.ready.load(Ordering::Acquire).is_null() {
            // SAFETY: the type is alive.
            let object = unsafe { Borrowed::from_ptr(py, ty.cast()) };
            for (name, value) in attributes {
                // SAFETY: the class is made here; its flags change nowhere else once it is made.
                unsafe { access::set_class_attribute(object, name, value)? };
            }
            self.ready.store(ty, Ordering::Release);
        }
        Ok(ty)
    }

    fn make(&'static self, py: Python<'_>) -> PyResult<*mut ffi::PyTypeObject> {
        let made = self.made.load(Ordering::Acquire);
        if !made.is_null() {
            return Ok(made);
        }
        let ty = self.build(py)?;
        match self
            .made
            .compare_exchange(null_mut(), ty, Ordering::AcqRel, Ordering::Acquire)
        {
            Ok(_) => Ok(ty),
            Err(theirs) => {
                below().retain(|each| *each != ty.addr());
                #[cfg(all(not(for_speed), Py_LIMITED_API))]
                constructors::forget(ty);
                // SAFETY: the type made here is in nobody's hands.
                unsafe { ffi::Py_DECREF(ty.cast()) };
                Ok(theirs)
            }
        }
    }
}

/// The error of a class, or of an attribute of one, that cannot be made.
fn failed(py: Python<'_>, what: &str, cause: PyErr) -> PyErr {
    // A lack of memory is no mistake of the class.
    if cause.is_instance_of::<PyMemoryError>(py) {
        return cause;
    }
    let error = PyRuntimeError::new_err(format!("An error occurred while initializing {what}"));
    error.set_cause(py, Some(cause));
    error
}

/// Takes the work off the list again, whatever happens.
struct Filling((ThreadId, usize));

impl Drop for Filling {
    fn drop(&mut self) {
        filling().retain(|work| *work != self.0);
    }
}

/// An entry of a type's table of methods, or what lies in front of its first.
#[derive(Clone, Copy)]
#[repr(C)]
union MethodEntry {
    method: ffi::PyMethodDef,
    #[cfg(all(not(for_speed), not(Py_LIMITED_API)))]
    constructor: ScalarConstructor,
}

#[cfg(all(not(for_speed), Py_LIMITED_API))]
pub(crate) use constructors::constructor_of_scalars;

/// The constructor of the class that `ty` is or inherits from.
///
/// # Safety
/// It is a live type, and a class made by this library whose constructor takes scalars is among its bases or the type itself.
#[cfg(all(not(for_speed), not(Py_LIMITED_API)))]
pub(crate) unsafe fn constructor_of_scalars(mut ty: *mut ffi::PyTypeObject) -> ScalarConstructor {
    let construct: ffi::vectorcallfunc = construct_scalars;
    // SAFETY: the caller's promise: only types made here have this `tp_vectorcall`, which no type inherits, be it made by a `class`
    // statement or in C. In front of the methods of such a type lies its constructor.
    unsafe {
        while !(*ty)
            .tp_vectorcall
            .is_some_and(|call| std::ptr::fn_addr_eq(call, construct))
        {
            ty = (*ty).tp_base;
        }
        (*(*ty).tp_methods.cast::<MethodEntry>().sub(1)).constructor
    }
}

impl Class {
    /// The type object; a new reference.
    fn build(&'static self, py: Python<'_>) -> PyResult<*mut ffi::PyTypeObject> {
        let mut description = self.description();
        for (slot, function) in [
            (ffi::Py_tp_new, refuse_new as *mut c_void),
            (ffi::Py_tp_alloc, refuse_alloc as *mut c_void),
            (ffi::Py_tp_dealloc, self.dealloc as *mut c_void),
        ] {
            description.slots.insert_missing(slot, function);
        }
        if let Some(doc) = self.documentation(description.text_signature)? {
            description.slot(ffi::Py_tp_doc, doc.as_ptr().cast());
        }
        if let Some(layout) = description.layout {
            description.layout_slots(py, layout, self.qualified_name())?;
        }
        description.item_slots();
        #[cfg(all(not(for_speed), Py_LIMITED_API))]
        let constructor = description.scalar_constructor(self);
        description.method_slots(self);
        description.property_slots();

        let mut flags = ffi::Py_TPFLAGS_DEFAULT;
        if description.slots.get(ffi::Py_tp_traverse).is_some() {
            flags |= ffi::Py_TPFLAGS_HAVE_GC;
        }
        let mut slots = description.slots.0;
        slots.push(ffi::PyType_Slot {
            slot: 0,
            pfunc: null_mut(),
        });
        let size = c_int::try_from(self.size)
            .map_err(|_| PyTypeError::new_err("the class is too large for a Python object"))?;
        if self.subclassable
            && description
                .layout
                .is_none_or(|layout| !makes_more_of_itself(py, (layout.native)(py)))
        {
            flags |= ffi::Py_TPFLAGS_BASETYPE;
        }
        if self.subclassable || description.immutable {
            flags |= access::IMMUTABLE;
        }
        let mut type_spec = ffi::PyType_Spec {
            name: self.qualified_name().as_ptr(),
            basicsize: size,
            itemsize: 0,
            flags: flags as c_uint,
            slots: slots.as_mut_ptr(),
        };
        // SAFETY: the specification is complete and ends in a zero slot; what it points to is static or leaked, as the
        // type refers to it for ever. CPython copies the slots.
        let ty = unsafe {
            let ty = ffi::PyType_FromSpec(&raw mut type_spec);
            if ty.is_null() && !PyErr::occurred(py) {
                // It does not say so where there is no memory for the name.
                ffi::PyErr_NoMemory();
            }
            Bound::from_owned_ptr_or_err(py, ty)?
        };
        let ty = ty.into_ptr().cast::<ffi::PyTypeObject>();
        if self.subclassable || description.immutable {
            // Python subclasses allocate by themselves, so `refuse_alloc` does not protect them: their base's constructor must stay
            // what it is, from the first moment on.
            // SAFETY: the type is new and in nobody's hands.
            unsafe { access::make_immutable(ty) };
        }
        if let Some(base) = description.layout.and_then(|layout| layout.extended) {
            below().push(ty.addr());
            base.extended.store(true, Ordering::Release);
        }
        if let Some(vectorcall) = description.vectorcall {
            // SAFETY: the type is new and in nobody's hands. `tp_vectorcall` is not inherited by subclasses.
            unsafe { access::set_vectorcall(ty, vectorcall) };
        }
        #[cfg(all(not(for_speed), Py_LIMITED_API))]
        if let Some(constructor) = constructor {
            constructors::note(ty, constructor);
        }
        Ok(ty)
    }

    /// The docstring, with the constructor's parameters in front where `inspect` looks for them.
    fn documentation(&self, text_signature: &str) -> PyResult<Option<&'static CStr>> {
        let doc = split(self.text).1.trim_end_matches('\0');
        let text = if !text_signature.is_empty() {
            format!("{}{text_signature}\n--\n\n{doc}", self.name())
        } else if doc.is_empty() {
            return Ok(None);
        } else {
            doc.to_owned()
        };
        Ok(Some(Box::leak(
            crate::marker::c_string(&text)?.into_boxed_c_str(),
        )))
    }
}

impl Description {
    /// The base, and where CPython finds the dictionary and the weak references.
    fn layout_slots(&mut self, py: Python<'_>, layout: &Layout, name: &CStr) -> PyResult<()> {
        let base = (layout.base)(py);
        // Types of `datetime` are what the module has under their names, which may be a class of somebody's. CPython's own are static.
        #[cfg(Py_LIMITED_API)]
        // SAFETY: a live type.
        if unsafe { access::flags((layout.native)(py)) } & ffi::Py_TPFLAGS_HEAPTYPE != 0 {
            return Err(PyTypeError::new_err(format!(
                "the class {} cannot extend its base: that is not Python's own",
                name.to_string_lossy()
            )));
        }
        // SAFETY: a live type.
        let fits = unsafe { access::is_at_most(py, base, layout.base_size) };
        if !fits {
            return Err(PyTypeError::new_err(format!(
                "the class {} cannot extend its base: this interpreter's instances of that are larger than expected",
                name.to_string_lossy()
            )));
        }
        self.slot(ffi::Py_tp_base, base.cast_const().cast());

        let mut members: Vec<ffi::PyMemberDef> = Vec::new();
        for (name, offset) in [
            (c"__dictoffset__", layout.dict),
            (c"__weaklistoffset__", layout.weaklist),
        ] {
            if offset != 0 {
                members.push(ffi::PyMemberDef {
                    name: name.as_ptr(),
                    type_code: ffi::Py_T_PYSSIZET,
                    offset: offset as ffi::Py_ssize_t,
                    flags: ffi::Py_READONLY,
                    doc: std::ptr::null(),
                });
            }
        }
        if !members.is_empty() {
            members.push(ffi::PyMemberDef::default());
            self.slot(ffi::Py_tp_members, members.leak().as_ptr().cast());
        }
        if layout.dict != 0 {
            self.property(
                "__dict__\0\0",
                Some(ffi::PyObject_GenericGetDict),
                Some(ffi::PyObject_GenericSetDict),
            );
        }
        Ok(())
    }

    /// `obj[key]` reaches a mapping's slots; `PySequence_*` and iteration by index need those of a sequence, which work
    /// on numbers. CPython provides them for Python classes in the same way.
    fn item_slots(&mut self) {
        if self.container == Some(Container::Mapping) {
            return;
        }
        let slots = &mut self.slots;
        if slots.get(ffi::Py_mp_subscript).is_some() {
            slots.insert_missing(ffi::Py_sq_item, sequence_item as *mut c_void);
        }
        if slots.get(ffi::Py_mp_ass_subscript).is_some() {
            slots.insert_missing(ffi::Py_sq_ass_item, sequence_assign_item as *mut c_void);
        }
        // With the length of a sequence at hand, CPython adds it to negative indexes.
        if self.container == Some(Container::Sequence)
            && let Some(length) = slots.remove(ffi::Py_mp_length)
        {
            slots.insert(ffi::Py_sq_length, length);
        }
    }

    /// The constructor that takes scalars, if there is one. It lives for ever.
    #[cfg(not(for_speed))]
    fn scalar_constructor(&mut self, class: &'static Class) -> Option<ScalarConstructor> {
        let (mut spec, implementation) = self.of_scalars.take()?;
        spec.signature.class = Some(class);
        Some(ScalarConstructor {
            spec: Box::leak(Box::new(spec)),
            implementation,
        })
    }

    #[cfg_attr(any(for_speed, Py_LIMITED_API), expect(unused_variables))]
    fn method_slots(&mut self, class: &'static Class) {
        let mut entries = Vec::new();
        #[cfg(all(not(for_speed), not(Py_LIMITED_API)))]
        if let Some(constructor) = self.scalar_constructor(class) {
            entries.push(MethodEntry { constructor });
        }
        let first = entries.len();
        entries.extend(
            std::mem::take(&mut self.methods)
                .into_iter()
                .map(|method| MethodEntry { method }),
        );
        if !entries.is_empty() {
            entries.push(MethodEntry {
                method: ffi::PyMethodDef::zeroed(),
            });
            self.slot(
                ffi::Py_tp_methods,
                entries.leak().as_ptr().wrapping_add(first).cast(),
            );
        }
    }

    fn property_slots(&mut self) {
        let joined = std::mem::take(&mut self.properties);
        if !joined.is_empty() {
            let mut properties: Vec<ffi::PyGetSetDef> = joined
                .into_iter()
                .map(|property| property.definition)
                .collect();
            properties.push(ffi::PyGetSetDef::default());
            self.slot(ffi::Py_tp_getset, properties.leak().as_ptr().cast());
        }
    }
}

/// Do methods of the type make new instances of the class of their `self` without calling that class? `replace` of the types of
/// `datetime` does before CPython 3.13 (`time_replace` and others in `_datetimemodule.c`). An instance of a class of Rust's is
/// refused by `refuse_alloc`; one of a Python class below that would not be.
fn makes_more_of_itself(py: Python<'_>, native: *mut ffi::PyTypeObject) -> bool {
    // SAFETY: a live type.
    let name = || unsafe { access::type_name(py, native) };
    (py.version_info() < (3, 13))
        && ["datetime.date", "datetime.datetime", "datetime.time"].contains(&&*name())
}

/// `tp_new` of a class without `#[new]`.
unsafe extern "C" fn refuse_new(
    ty: *mut ffi::PyTypeObject,
    _args: *mut ffi::PyObject,
    _keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: CPython calls on an attached thread, with a live type.
    unsafe {
        let py = Python::assume_attached();
        let name = access::type_name(py, ty);
        PyTypeError::new_err(format!("cannot create '{name}' instances")).restore(py);
    }
    null_mut()
}

/// `tp_alloc` of every class.
///
/// Python code can replace a class's `__new__`, and after that `object.__new__(cls)` no longer refuses: it would allocate
/// an instance without the Rust value. Instances with one are allocated by `initializer`, which lets only the native base of such
/// an instance come here.
unsafe extern "C" fn refuse_alloc(
    ty: *mut ffi::PyTypeObject,
    items: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    if may_allocate(ty) {
        // SAFETY: CPython calls on an attached thread, with a live type.
        return unsafe { ffi::PyType_GenericAlloc(ty, items) };
    }
    // SAFETY: CPython calls on an attached thread, with a live type.
    unsafe {
        let py = Python::assume_attached();
        let name = access::type_name(py, ty);
        PyTypeError::new_err(format!(
            "cannot create '{name}' instances without their own __new__"
        ))
        .restore(py);
    }
    null_mut()
}

/// Was the type, or the base whose instances it allocates, made by this library?
///
/// # Safety
/// It is a live type.
pub(crate) unsafe fn is_made_here(ty: *mut ffi::PyTypeObject) -> bool {
    let own: ffi::allocfunc = refuse_alloc;
    // SAFETY: the caller's promise.
    unsafe { access::tp_alloc(ty) }.is_some_and(|alloc| std::ptr::fn_addr_eq(alloc, own))
}

/// `sq_item` on top of `mp_subscript`.
unsafe extern "C" fn sequence_item(
    object: *mut ffi::PyObject,
    index: ffi::Py_ssize_t,
) -> *mut ffi::PyObject {
    // SAFETY: called on an attached thread with a live object of a type that has `mp_subscript`.
    unsafe {
        let key = ffi::PyLong_FromSsize_t(index);
        if key.is_null() {
            return null_mut();
        }
        let item = ffi::PyObject_GetItem(object, key);
        ffi::Py_DECREF(key);
        item
    }
}

/// `sq_ass_item` on top of `mp_ass_subscript`.
unsafe extern "C" fn sequence_assign_item(
    object: *mut ffi::PyObject,
    index: ffi::Py_ssize_t,
    value: *mut ffi::PyObject,
) -> c_int {
    // SAFETY: as in `sequence_item`.
    unsafe {
        let key = ffi::PyLong_FromSsize_t(index);
        if key.is_null() {
            return -1;
        }
        let result = if value.is_null() {
            ffi::PyObject_DelItem(object, key)
        } else {
            ffi::PyObject_SetItem(object, key, value)
        };
        ffi::Py_DECREF(key);
        result
    }
}
