/*!
What the macros say about a class, from which the builder makes a type object.

Most of it they say by code: a function that calls the methods of [`Description`] when the type object is made. Tables would take
more room, for each pointer in static memory costs 24 bytes of relocation besides its own.
*/

use std::ffi::{CStr, c_int, c_void};

use crate::PyClass;
#[cfg(not(for_speed))]
use crate::call::scalars::ScalarImplementation;
use crate::call::spec::FunctionDef;
#[cfg(not(for_speed))]
use crate::call::spec::{FunctionSpec, Kinds};
#[cfg(not(for_speed))]
use crate::call::trampoline;
use crate::class::base::Layout;
use crate::class::dealloc::dealloc;
use crate::err::PyResult;
use crate::ffi;
use crate::instance::Py;
use crate::marker::Python;
use crate::types::PyAny;

/// Says what there is besides the class itself: methods, properties, slots, attributes.
pub(crate) type Describe = fn(&mut Description);

/// The value of a class attribute.
pub(crate) type AttributeValue = fn(Python<'_>) -> PyResult<Py<PyAny>>;

/// What a class with items is, where its options say so.
#[derive(Clone, Copy, PartialEq)]
pub enum Container {
    /// `mapping`: none of the slots of sequences are filled.
    Mapping,
    /// `sequence`: the length is that of a sequence.
    Sequence,
}

/// A class as far as it has been described. What is said later wins.
#[derive(Default)]
pub struct Description {
    pub(crate) immutable: bool,
    pub(crate) layout: Option<&'static Layout>,
    pub(crate) container: Option<Container>,
    pub(crate) methods: Vec<ffi::PyMethodDef>,
    #[cfg(not(for_speed))]
    pub(crate) of_scalars: Option<(FunctionSpec, ScalarImplementation)>,
    pub(crate) properties: Vec<Property>,
    pub(crate) slots: Slots,
    pub(crate) attributes: Vec<(&'static CStr, AttributeValue)>,
    pub(crate) vectorcall: Option<ffi::vectorcallfunc>,
    /// The constructor's parameters as `inspect` reads them, in parentheses; empty if there is none.
    pub(crate) text_signature: &'static str,
}

/// A property under its name.
pub(crate) struct Property {
    name: &'static CStr,
    pub(crate) definition: ffi::PyGetSetDef,
}

/// Functions by CPython's numbers for their slots. They are few, and looked for one after another.
#[derive(Default)]
pub(crate) struct Slots(pub(crate) Vec<ffi::PyType_Slot>);

impl Slots {
    pub(crate) fn get(&self, id: c_int) -> Option<*mut c_void> {
        let slot = self.0.iter().find(|slot| slot.slot == id)?;
        Some(slot.pfunc)
    }

    /// In place of the one that is there.
    pub(crate) fn insert(&mut self, id: c_int, function: *mut c_void) {
        match self.0.iter_mut().find(|slot| slot.slot == id) {
            Some(slot) => slot.pfunc = function,
            None => self.0.push(ffi::PyType_Slot {
                slot: id,
                pfunc: function,
            }),
        }
    }

    pub(crate) fn remove(&mut self, id: c_int) -> Option<*mut c_void> {
        let position = self.0.iter().position(|slot| slot.slot == id)?;
        Some(self.0.remove(position).pfunc)
    }

    /// Unless there is one.
    pub(crate) fn insert_missing(&mut self, id: c_int, function: *mut c_void) {
        if self.get(id).is_none() {
            self.insert(id, function);
        }
    }
}

/// The part before the first NUL character, with the character, and the part behind it.
pub(crate) fn split(text: &'static str) -> (&'static CStr, &'static str) {
    let name = CStr::from_bytes_until_nul(text.as_bytes()).unwrap_or_default();
    (name, text.get(name.count_bytes() + 1..).unwrap_or_default())
}

impl Description {
    /// That the class extends another or has extras.
    #[inline(never)]
    pub fn layout(&mut self, layout: Option<&'static Layout>) {
        self.layout = layout;
    }

    /// That the type object cannot be changed.
    #[inline(never)]
    pub fn immutable(&mut self) {
        self.immutable = true;
    }

    /// That the class can be parametrised (PEP 560): `__class_getitem__`.
    #[inline(never)]
    pub fn generic(&mut self) {
        self.methods.push(ffi::PyMethodDef {
            ml_name: c"__class_getitem__".as_ptr(),
            ml_meth: ffi::PyMethodDefPointer {
                PyCFunction: ffi::Py_GenericAlias,
            },
            ml_flags: ffi::METH_CLASS | ffi::METH_O,
            ml_doc: c"See PEP 585".as_ptr(),
        });
    }

    /// What a class with items is.
    #[inline(never)]
    pub fn container(&mut self, container: Container) {
        self.container = Some(container);
    }

    /// That the garbage collector knows the instances: `tp_traverse`, `tp_clear`, and the `tp_dealloc` that goes with them.
    pub fn collected<T: PyClass>(&mut self, traverse: ffi::traverseproc, clear: ffi::inquiry) {
        self.slot(ffi::Py_tp_traverse, traverse as *const c_void);
        self.slot(ffi::Py_tp_clear, clear as *const c_void);
        self.slot(ffi::Py_tp_dealloc, dealloc::<T> as *const c_void);
    }

    /// A method of whatever kind.
    #[inline(always)]
    pub fn method(&mut self, definition: FunctionDef) {
        let (text, shim, flags) = definition.parts();
        self.method_of(text, shim, flags);
    }

    #[inline(never)]
    fn method_of(&mut self, text: &'static str, shim: crate::call::spec::Shim, flags: c_int) {
        self.methods
            .push(FunctionDef::from_parts((text, shim, flags)).to_c());
    }

    /// A getter, a setter, or both; those of one name are joined. `text` is the name, a NUL character, the docstring, and another.
    #[inline(never)]
    pub fn property(
        &mut self,
        text: &'static str,
        get: Option<ffi::getter>,
        set: Option<ffi::setter>,
    ) {
        let (name, doc) = split(text);
        let known = self
            .properties
            .iter()
            .position(|property| property.name == name);
        let index = known.unwrap_or_else(|| {
            let definition = ffi::PyGetSetDef {
                name: name.as_ptr(),
                ..ffi::PyGetSetDef::default()
            };
            self.properties.push(Property { name, definition });
            self.properties.len() - 1
        });
        let property = &mut self.properties[index].definition;
        if doc.len() > 1 {
            property.doc = doc.as_ptr().cast();
        }
        property.get = get.or(property.get);
        property.set = set.or(property.set);
    }

    /// A special method: a number of CPython's (`Py_tp_repr`, …) and the function for it, of the type that the slot asks for.
    #[inline(never)]
    pub fn slot(&mut self, id: c_int, function: *const c_void) {
        self.slots.insert(id, function.cast_mut());
    }

    /// A class attribute, whose value is computed when the class is made. `name` ends in a NUL character.
    #[inline(never)]
    pub fn attribute(&mut self, name: &'static str, value: AttributeValue) {
        self.attributes.push((split(name).0, value));
    }

    /// A constructor that takes scalars: its names, counts and kinds as for `FunctionSpec::of_scalars`, and its parameters in
    /// parentheses. It needs no functions of its own for CPython to call.
    #[cfg(not(for_speed))]
    #[inline(never)]
    pub fn constructor_of_scalars(
        &mut self,
        names: &'static str,
        parameters: u16,
        positional_only: u16,
        kinds: u64,
        implementation: ScalarImplementation,
        text_signature: &'static str,
    ) {
        self.constructor(
            trampoline::new_scalars,
            trampoline::construct_scalars,
            text_signature,
        );
        let kinds = Kinds::new(kinds);
        let spec = FunctionSpec::of_scalars(names, parameters, positional_only, kinds, None);
        self.of_scalars = Some((spec, implementation));
    }

    /// The constructor: `tp_new`, `tp_vectorcall`, and its parameters in parentheses.
    #[inline(never)]
    pub fn constructor(
        &mut self,
        new: ffi::newfunc,
        vectorcall: ffi::vectorcallfunc,
        text_signature: &'static str,
    ) {
        self.slot(ffi::Py_tp_new, new as *const c_void);
        self.vectorcall = Some(vectorcall);
        self.text_signature = text_signature;
    }
}

/// What `#[pymethods]` says, of a class without it: the macros call a function of this name, and Rust prefers the inherent one that
/// `#[pymethods]` makes to this one. The name is what somebody reads who writes two blocks: that there are two functions of it.
pub trait NoMethods {
    /// Nothing.
    fn all_methods_must_stand_in_one_pymethods_block_without_the_feature_multiple_pymethods(
        _: &mut Description,
    ) {
    }
}

impl<T> NoMethods for T {}
