//! What is said about a class: definitions, and the statements that describe it.

use crate::emit::binding::signature_table;
use crate::emit::template::{Code, emit};
use crate::emit::{option, root, string, terminated, terminated_doc};
use crate::parse::doc::Doc;
use crate::parse::methods::Methods;
use crate::parse::signature::Signature;

/// Collects what there is to say about a class.
#[derive(Default)]
pub(crate) struct Description {
    /// Functions and statics that the statements refer to.
    pub(crate) definitions: Code,
    /// Calls of the methods of `class`, which is a `Description`.
    pub(crate) statements: Code,
    /// What all that a class says of it must be said in one block.
    pub(super) undivided: Vec<String>,
    count: usize,
}

impl Description {
    /// A name that no other definition in the block has.
    pub(crate) fn fresh(&mut self, stem: &str) -> Code {
        self.count += 1;
        Code::from(format!("__exuvia_{stem}_{}", self.count).as_str())
    }

    /// That all which a class says of it must be said in one block.
    pub(crate) fn undivided(&mut self, what: &str) {
        self.undivided.push(what.to_owned());
    }

    /// Adds a function for a slot.
    pub(crate) fn slot(&mut self, slot: &str, function: Code) {
        self.undivided(slot);
        self.statements.add(emit(
            &format!("class.slot($root::ffi::{slot}, $function as *const ::core::ffi::c_void);"),
            &[("root", root()), ("function", function)],
        ));
    }

    /// Defines a shim, as [`shim`](Self::shim) does, for a slot.
    pub(crate) fn shim_slot(
        &mut self,
        slot: &str,
        parameters: &str,
        result: &str,
        call: &str,
        holes: &[(&str, Code)],
    ) {
        let shim = self.shim(parameters, result, call, holes);
        self.slot(slot, shim);
    }

    /// Defines the table of parameters of a special method that takes any number of arguments.
    pub(crate) fn spec(&mut self, name: &str, block: &Methods, signature: &Signature) -> Code {
        let spec = self.fresh("spec");
        self.definitions.add(emit(
            "static $spec: $root::emitted::FunctionSpec = $root::emitted::FunctionSpec::new($table);",
            &[
                ("spec", spec.clone()),
                ("root", root()),
                ("table", signature_table(name, Some(&block.class), signature)),
            ],
        ));
        spec
    }

    /// Adds the constructor, from `tp_new`, `tp_vectorcall` and the parameters as text, which `inspect.signature(cls)` reads from
    /// the class's docstring.
    pub(super) fn constructor(&mut self, new: Code, vectorcall: Code, text_signature: String) {
        self.undivided("new");
        self.statements.add(emit(
            "class.constructor($new, $vectorcall, $text);",
            &[
                ("new", new),
                ("vectorcall", vectorcall),
                ("text", string(&text_signature)),
            ],
        ));
    }

    /// Adds a property, from the implementations of its getter and its setter.
    pub(crate) fn property(&mut self, name: &str, doc: &Doc, get: Option<Code>, set: Option<Code>) {
        let get = get.map(|implementation| {
            self.shim(
                "receiver: *mut $root::ffi::PyObject, _: *mut ::core::ffi::c_void",
                OBJECT,
                "property_get(receiver, $implementation)",
                &[("implementation", implementation)],
            )
        });
        let set = set.map(|implementation| {
            self.shim(
                "receiver: *mut $root::ffi::PyObject, value: *mut $root::ffi::PyObject, _: *mut ::core::ffi::c_void",
                "::core::ffi::c_int",
                "property_set(receiver, value, $implementation)",
                &[("implementation", implementation)],
            )
        });
        self.statements.add(emit(
            "class.property($text, $get, $set);",
            &[
                ("text", terminated_doc(name, doc)),
                ("get", option(get)),
                ("set", option(set)),
            ],
        ));
    }

    /// Adds the setter, if there is one, and the deleter of a property.
    pub(super) fn deletable_property(&mut self, name: &str, set: Option<Code>, delete: Code) {
        let shim = self.shim(
            "receiver: *mut $root::ffi::PyObject, value: *mut $root::ffi::PyObject, _: *mut ::core::ffi::c_void",
            "::core::ffi::c_int",
            "property_assign(receiver, value, $set, $delete)",
            &[("set", option(set)), ("delete", delete)],
        );
        self.statements.add(emit(
            "class.property($text, ::core::option::Option::None, ::core::option::Option::Some($shim));",
            &[("text", terminated(&[name, ""])), ("shim", shim)],
        ));
    }

    /// Adds a class attribute: `value` is a `PyResult` of something that converts, with `py` at hand.
    pub(crate) fn attribute(&mut self, name: &str, value: Code) {
        let function = self.fresh("attribute");
        // What the lints would have to say of is our code; the user's stands outside.
        self.definitions.add(emit(
            "#[allow(clippy::all, unused_variables)]
            fn $function(py: $root::Python<'_>) -> $root::PyResult<$root::Py<$root::PyAny>> {
                $root::emitted::class_attribute(py, $value)
            }",
            &[
                ("root", root()),
                ("function", function.clone()),
                ("value", value),
            ],
        ));
        self.statements.add(emit(
            "class.attribute($name, $function);",
            &[("name", terminated(&[name])), ("function", function)],
        ));
    }

    /// Defines an implementation; `int` for those that answer with a number.
    pub(crate) fn implementation(&mut self, body: Code, int: bool) -> Code {
        let name = self.fresh("implementation");
        let result = if int {
            Code::from("isize")
        } else {
            emit("*mut $root::ffi::PyObject", &[("root", root())])
        };
        // One form for all bodies: not each uses all of what it is given, or comes to its end.
        self.definitions.add(emit(
            "#[allow(clippy::all, unused_unsafe, unused_variables, unused_mut, unreachable_code)]
            #[inline]
            fn $name<'py>(
                py: $root::Python<'py>,
                receiver: *mut $root::ffi::PyObject,
                args: *const *mut $root::ffi::PyObject,
            ) -> $result {
                let frame = $root::emitted::Frame::new();
                $body
            }",
            &[
                ("root", root()),
                ("name", name.clone()),
                ("result", result),
                ("body", body),
            ],
        ));
        name
    }

    /// Defines a shim from its parameters, result and the trampoline call that it makes.
    pub(crate) fn shim(
        &mut self,
        parameters: &str,
        result: &str,
        call: &str,
        holes: &[(&str, Code)],
    ) -> Code {
        let name = self.fresh("shim");
        let mut all = vec![("root", root()), ("name", name.clone())];
        all.extend(holes.iter().cloned());
        self.definitions.add(emit(
            &format!(
                "unsafe extern \"C\" fn $name({parameters}) -> {result} {{
                    unsafe {{ $root::emitted::trampoline::{call} }}
                }}"
            ),
            &all,
        ));
        name
    }
}

pub(crate) const OBJECT: &str = "*mut $root::ffi::PyObject";

pub(crate) fn parameters(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("{name}: {OBJECT}"))
        .collect::<Vec<_>>()
        .join(", ")
}
