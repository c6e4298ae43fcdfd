//! `#[pymethods]`: what a class's methods, properties and slots are.

use std::collections::BTreeMap;

use crate::emit::binding::{Binding, Call, OnFailure, Self_, signature_table};
use crate::emit::function::{Callable, traits};
use crate::emit::protocols;
use crate::emit::slots::{ASSIGNMENTS, COMPARISONS, Kind, SPECIAL, UNSUPPORTED};
use crate::emit::template::{Code, emit};
use crate::emit::{option, root, scalars, string, terminated, terminated_doc};
use crate::parse::doc::Doc;
use crate::parse::methods::{Constant, Method, Methods, Role};
use crate::parse::{Error, Result};

/// Collects what there is to say about a class.
#[derive(Default)]
pub(crate) struct Description {
    /// Functions and statics that the statements refer to.
    pub(crate) definitions: Code,
    /// Calls of the methods of `class`, which is a `Description`.
    pub(crate) statements: Code,
    /// What all that a class says of it must be said in one block.
    undivided: Vec<String>,
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

    /// Adds the constructor, from `tp_new`, `tp_vectorcall` and the parameters as text, which `inspect.signature(cls)` reads from
    /// the class's docstring.
    fn constructor(&mut self, new: Code, vectorcall: Code, text_signature: String) {
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
    fn deletable_property(&mut self, name: &str, set: Option<Code>, delete: Code) {
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

/// The implementations of an operator, with the class on the left and on the right.
#[derive(Default)]
struct Operator {
    power: bool,
    forward: Option<Code>,
    reflected: Option<Code>,
}

/// Special methods that share a slot, until the slot is written.
#[derive(Default)]
pub(crate) struct Shared {
    /// By slot.
    operators: BTreeMap<&'static str, Operator>,
    /// CPython's number → implementation
    comparisons: BTreeMap<&'static str, Code>,
    /// By slot.
    assignments: BTreeMap<&'static str, Assignment>,
    pub(crate) protocols: protocols::Shared,
    /// By the name of the property: the setter and the deleter.
    setters: BTreeMap<String, (Option<Code>, Option<Code>)>,
}

/// The implementations of an assignment and of a deletion.
#[derive(Default)]
struct Assignment {
    set: Option<Code>,
    delete: Option<Code>,
    refusal: &'static str,
}

pub(crate) fn pymethods(block: &Methods) -> Result<Code> {
    let mut description = Description::default();
    let mut shared = Shared::default();
    for method in &block.methods {
        method_entry(block, method, &mut description, &mut shared)?;
    }
    for Constant { ident, name } in &block.constants {
        let constant: Code = Code::from(ident);
        let value = emit(
            "::core::result::Result::Ok(<$class>::$constant)",
            &[("class", (&block.class).into()), ("constant", constant)],
        );
        description.attribute(name, value);
    }
    write_shared(block, &mut description, shared);
    // The statements bring along what they need.
    let traits = if description.definitions.is_empty() {
        Code::new()
    } else {
        traits()
    };
    if cfg!(feature = "multiple-pymethods") {
        return Ok(one_of_several(block, description, traits));
    }
    Ok(emit(
        "$item
        impl $class {
            #[doc(hidden)]
            pub fn __exuvia_describe(class: &mut $root::emitted::Description) {
                $traits
                $definitions
                $statements
            }
        }",
        &[
            ("item", (&block.item).into()),
            ("traits", traits),
            ("definitions", description.definitions),
            ("statements", description.statements),
            ("root", root()),
            ("class", (&block.class).into()),
        ],
    ))
}

/// A block that stands on the list of all. Two that say something of what must be said at once define the same constant, which does not
/// compile, and tells by its name why.
fn one_of_several(block: &Methods, description: Description, traits: Code) -> Code {
    let undivided: Code = description
        .undivided
        .iter()
        .map(|what| {
            let what = what.trim_start_matches("Py_");
            let name = format!("all_methods_for_{what}_must_stand_in_one_pymethods_block");
            emit(
                "const $name: () = ();",
                &[("name", Code::from(name.as_str()))],
            )
        })
        .collect();
    emit(
        "$item
        #[allow(non_upper_case_globals, dead_code)]
        impl $class { $undivided }
        const _: () = {
            fn __exuvia_describe(class: &mut $root::emitted::Description) {
                $traits
                $definitions
                $statements
            }
            $root::emitted::inventory::submit! {
                $root::emitted::Block::new(<$class as $root::PyClass>::CLASS, __exuvia_describe)
            }
        };",
        &[
            ("item", (&block.item).into()),
            ("undivided", undivided),
            ("traits", traits),
            ("definitions", description.definitions),
            ("statements", description.statements),
            ("root", root()),
            ("class", (&block.class).into()),
        ],
    )
}

pub(crate) fn callable<'a>(
    block: &'a Methods,
    method: &'a Method,
    takes: Self_,
    on_failure: OnFailure,
) -> Callable<'a> {
    let ident: Code = Code::from(&method.function.ident);
    // Slots are called with an instance, whatever the special method takes.
    let takes = match (takes, &method.role) {
        (Self_::Instance, Role::Static) => Self_::None,
        (Self_::Instance, Role::Class) => Self_::ClassOfInstance,
        _ => takes,
    };
    Callable {
        binding: Binding {
            function: &method.function,
            class: Some(&block.class),
            takes,
            on_failure,
        },
        path: emit(
            "<$class>::$ident",
            &[("class", (&block.class).into()), ("ident", ident)],
        ),
        python_name: method.name.clone(),
        text_receiver: match takes {
            Self_::Instance => Some("$self"),
            Self_::Class => Some("$cls"),
            _ => None,
        },
        flags: match method.role {
            Role::Class => "$root::ffi::METH_CLASS",
            Role::Static => "$root::ffi::METH_STATIC",
            _ => "0",
        },
        options: &method.options,
    }
}

fn method_entry(
    block: &Methods,
    method: &Method,
    description: &mut Description,
    shared: &mut Shared,
) -> Result<()> {
    match &method.role {
        Role::Method | Role::Static | Role::Class => {
            let rust_name = method.name.as_str();
            if let Some((_, instead)) = UNSUPPORTED.iter().find(|(name, _)| *name == rust_name) {
                return Err(Error::new(
                    method.function.ident.span(),
                    format!("exuvia does not support `{rust_name}`: {instead}"),
                ));
            }
            if special_method(block, method, description, shared)? {
                return Ok(());
            }
            let takes = match method.role {
                Role::Static => Self_::None,
                Role::Class => Self_::Class,
                _ => Self_::Instance,
            };
            plain_method(callable(block, method, takes, OnFailure::Null), description)
        }
        Role::Constructor => constructor(block, method, description),
        Role::Getter(_) => getter(block, method, description),
        Role::Setter(_) => setter(block, method, description, shared),
        Role::Deleter(_) => deleter(block, method, description, shared),
        Role::Attribute => {
            let callable = callable(block, method, Self_::None, OnFailure::Null);
            if !callable.binding.arguments().is_empty() {
                return Err(Error::new(
                    method.function.ident.span(),
                    "a class attribute takes `py: Python<'_>` or nothing",
                ));
            }
            let call = callable
                .binding
                .call(callable.path.clone(), &callable.signature()?)?;
            let value = emit(
                "$root::emitted::Output($call).__exuvia_convert()",
                &[("root", root()), ("call", call.expression)],
            );
            description.attribute(&method.name, value);
            Ok(())
        }
    }
}

fn plain_method(callable: Callable<'_>, description: &mut Description) -> Result<()> {
    description.statements.add(emit(
        "class.method($definition);",
        &[("definition", callable.definition()?)],
    ));
    Ok(())
}

pub(crate) fn constructor(
    block: &Methods,
    method: &Method,
    description: &mut Description,
) -> Result<()> {
    // A first parameter `cls: &Bound<'_, PyType>` under `#[new] #[classmethod]` is told the class.
    let told = method
        .function
        .attributes
        .iter()
        .any(|attribute| attribute.path == "classmethod");
    let takes = if told { Self_::Class } else { Self_::None };
    let mut callable = callable(block, method, takes, OnFailure::Null);
    callable.python_name = "__new__".to_owned();
    let signature = callable.signature()?;
    let text_signature = callable.text_signature(&signature).unwrap_or_default();
    let of_scalars = scalars::constructor(
        &callable.binding,
        &signature,
        callable.path.clone(),
        &text_signature,
    );
    if let (Some(of_scalars), true) = (of_scalars, callable.is_plain()) {
        description.undivided("new");
        description.statements.add(of_scalars);
        return Ok(());
    }
    let finish = emit(
        if scalars::made(&callable.binding) == "any" {
            "#[allow(unused_imports)]
            use $root::emitted::AnyObject as _;
            unsafe { $root::emitted::Made::<$class, _>::by(result).object(py, receiver) }"
        } else {
            "unsafe { $root::emitted::new_instance::<$class, _>(py, receiver, result) }"
        },
        &[("root", root()), ("class", (&block.class).into())],
    );
    let body = callable.implementation(&signature, finish)?;
    let implementation = description.implementation(body, false);
    let spec = description.fresh("new");
    description.definitions.add(emit(
        "static $spec: $root::emitted::FunctionSpec = $root::emitted::FunctionSpec::new($table);",
        &[
            ("spec", spec.clone()),
            ("root", root()),
            (
                "table",
                signature_table("__new__", Some(&block.class), &signature),
            ),
        ],
    ));
    let new = description.shim(
        "subtype: *mut $root::ffi::PyTypeObject, args: *mut $root::ffi::PyObject, keywords: *mut $root::ffi::PyObject",
        OBJECT,
        "tuple_call(subtype.cast(), args, keywords, &$spec, $implementation)",
        &[("spec", spec.clone()), ("implementation", implementation.clone())],
    );
    let vectorcall = description.shim(
        "class: *mut $root::ffi::PyObject, args: *const *mut $root::ffi::PyObject, given: usize, \
         keywords: *mut $root::ffi::PyObject",
        OBJECT,
        "construct(class, args, given, keywords, &$spec, $implementation, $new)",
        &[
            ("spec", spec),
            ("implementation", implementation),
            ("new", new.clone()),
        ],
    );
    description.constructor(new, vectorcall, text_signature);
    Ok(())
}

fn getter(block: &Methods, method: &Method, description: &mut Description) -> Result<()> {
    let callable = callable(block, method, Self_::Instance, OnFailure::Null);
    if !callable.binding.arguments().is_empty() {
        return Err(Error::new(
            method.function.ident.span(),
            "a getter takes a receiver and nothing else",
        ));
    }
    let finish = emit(
        "$root::emitted::output::object(py, result)",
        &[("root", root())],
    );
    let body = callable.implementation(&callable.signature()?, finish)?;
    let implementation = description.implementation(body, false);
    description.property(
        &method.name,
        &method.function.doc,
        Some(implementation),
        None,
    );
    Ok(())
}

fn setter(
    block: &Methods,
    method: &Method,
    description: &mut Description,
    shared: &mut Shared,
) -> Result<()> {
    let callable = callable(block, method, Self_::Instance, OnFailure::MinusOne);
    if callable.binding.arguments().len() != 1 {
        return Err(Error::new(
            method.function.ident.span(),
            "a setter takes a receiver and the value",
        ));
    }
    let finish = emit(
        "$root::emitted::output::done(py, result)",
        &[("root", root())],
    );
    let body = callable.implementation(&callable.signature()?, finish)?;
    let implementation = description.implementation(body, true);
    shared.setters.entry(method.name.clone()).or_default().0 = Some(implementation);
    Ok(())
}

fn deleter(
    block: &Methods,
    method: &Method,
    description: &mut Description,
    shared: &mut Shared,
) -> Result<()> {
    let callable = callable(block, method, Self_::Instance, OnFailure::MinusOne);
    if !callable.binding.arguments().is_empty() {
        return Err(Error::new(
            method.function.ident.span(),
            "a deleter takes a receiver and nothing else",
        ));
    }
    let finish = emit(
        "$root::emitted::output::done(py, result)",
        &[("root", root())],
    );
    let body = callable.implementation(&callable.signature()?, finish)?;
    let implementation = description.implementation(body, true);
    shared.setters.entry(method.name.clone()).or_default().1 = Some(implementation);
    Ok(())
}

/// Writes a special method into its slot, or keeps it for one it shares. `false` if the name is no slot's.
fn special_method(
    block: &Methods,
    method: &Method,
    description: &mut Description,
    shared: &mut Shared,
) -> Result<bool> {
    let name = method.name.as_str();
    if let Some((_, number)) = COMPARISONS
        .iter()
        .find(|(comparison, _)| *comparison == name)
    {
        let body = operator_body(block, method, 1, false)?;
        let implementation = description.implementation(body, false);
        shared.comparisons.insert(number, implementation);
        return Ok(true);
    }
    if name == "__richcmp__" {
        rich_comparison(block, method, description)?;
        return Ok(true);
    }
    if let Some((_, slot, arguments, refusal)) =
        ASSIGNMENTS.iter().find(|(special, ..)| *special == name)
    {
        let implementation = int_implementation(block, method, description, *arguments, "done")?;
        let entry = shared.assignments.entry(slot).or_default();
        entry.refusal = refusal;
        if *arguments == 2 {
            entry.set = Some(implementation);
        } else {
            entry.delete = Some(implementation);
        }
        return Ok(true);
    }
    if protocols::special_method(block, method, description, &mut shared.protocols)? {
        return Ok(true);
    }
    let Some(special) = SPECIAL.iter().find(|special| special.name == name) else {
        return Ok(false);
    };
    match special.kind {
        Kind::Unary | Kind::Next | Kind::AsyncNext => {
            let finish = match special.kind {
                Kind::Next => "next",
                Kind::AsyncNext => "async_next",
                _ => "object",
            };
            let implementation = object_implementation(block, method, description, 0, finish)?;
            let shim = description.shim(
                &parameters(&["receiver"]),
                OBJECT,
                "unary(receiver, $implementation)",
                &[("implementation", implementation)],
            );
            description.slot(special.slot, shim);
        }
        Kind::Length | Kind::Hash | Kind::Truth => {
            let finish = match special.kind {
                Kind::Hash => "hash",
                Kind::Truth => "truth",
                _ => "length",
            };
            let implementation = int_implementation(block, method, description, 0, finish)?;
            let (result, cast) = if special.kind == Kind::Truth {
                ("::core::ffi::c_int", " as ::core::ffi::c_int")
            } else {
                ("isize", "")
            };
            let shim = description.shim(
                &parameters(&["receiver"]),
                result,
                &format!("unary_int(receiver, $implementation){cast}"),
                &[("implementation", implementation)],
            );
            description.slot(special.slot, shim);
        }
        Kind::Item => {
            let implementation = object_implementation(block, method, description, 1, "object")?;
            let shim = description.shim(
                &parameters(&["receiver", "key"]),
                OBJECT,
                "binary(receiver, key, $implementation)",
                &[("implementation", implementation)],
            );
            description.slot(special.slot, shim);
        }
        Kind::Contains => {
            let implementation = int_implementation(block, method, description, 1, "truth")?;
            let shim = description.shim(
                &parameters(&["receiver", "item"]),
                "::core::ffi::c_int",
                "binary_int(receiver, item, $implementation) as ::core::ffi::c_int",
                &[("implementation", implementation)],
            );
            description.slot(special.slot, shim);
        }
        Kind::Operator | Kind::Power => {
            let count = operand_count(block, method, special.kind == Kind::Power)?;
            let implementation = {
                let body = operator_body(block, method, count, true)?;
                description.implementation(body, false)
            };
            let entry = shared.operators.entry(special.slot).or_default();
            entry.power = special.kind == Kind::Power;
            if special.reflected {
                entry.reflected = Some(implementation);
            } else {
                entry.forward = Some(implementation);
            }
        }
        Kind::InPlace | Kind::InPlacePower => {
            let count = operand_count(block, method, special.kind == Kind::InPlacePower)?;
            let body = operator_body(block, method, count, false)?;
            let implementation = description.implementation(body, false);
            let (names, call) = if special.kind == Kind::InPlace {
                (
                    &["receiver", "operand"][..],
                    "in_place(receiver, operand, ::core::ptr::null_mut(), $implementation)",
                )
            } else {
                (
                    &["receiver", "operand", "modulus"][..],
                    "in_place(receiver, operand, modulus, $implementation)",
                )
            };
            let shim = description.shim(
                &parameters(names),
                OBJECT,
                call,
                &[("implementation", implementation)],
            );
            description.slot(special.slot, shim);
        }
        Kind::Repeat => {
            let implementation = object_implementation(block, method, description, 1, "object")?;
            let shim = description.shim(
                "receiver: *mut $root::ffi::PyObject, count: $root::ffi::Py_ssize_t",
                OBJECT,
                "repeat(receiver, count, $implementation)",
                &[("implementation", implementation)],
            );
            description.slot(special.slot, shim);
        }
        Kind::Get => {
            let implementation = object_implementation(block, method, description, 2, "object")?;
            let shim = description.shim(
                &parameters(&["receiver", "object", "class"]),
                OBJECT,
                "descriptor_get(receiver, object, class, $implementation)",
                &[("implementation", implementation)],
            );
            description.slot(special.slot, shim);
        }
        Kind::Call => call_method(block, method, description)?,
    }
    Ok(true)
}

/// `pow` takes a modulus or leaves it out.
fn operand_count(block: &Methods, method: &Method, power: bool) -> Result<usize> {
    let count = callable(block, method, Self_::Instance, OnFailure::Null)
        .binding
        .arguments()
        .len();
    Ok(if power && count == 2 { 2 } else { 1 })
}

pub(crate) fn check_arguments(
    method: &Method,
    callable: &Callable<'_>,
    expected: usize,
) -> Result<()> {
    let count = callable.binding.arguments().len();
    if count == expected {
        return Ok(());
    }
    let arguments = match expected {
        0 => "no arguments".to_owned(),
        1 => "one argument".to_owned(),
        many => format!("{many} arguments"),
    };
    Err(Error::new(
        method.function.ident.span(),
        format!(
            "`{}` takes {arguments} besides the receiver, not {count}",
            method.name
        ),
    ))
}

pub(crate) fn object_implementation(
    block: &Methods,
    method: &Method,
    description: &mut Description,
    arguments: usize,
    finish: &str,
) -> Result<Code> {
    let callable = callable(block, method, Self_::Instance, OnFailure::Null);
    check_arguments(method, &callable, arguments)?;
    let finish = emit(
        &format!("$root::emitted::output::{finish}(py, result)"),
        &[("root", root())],
    );
    let body = callable.implementation(&callable.signature()?, finish)?;
    Ok(description.implementation(body, false))
}

pub(crate) fn int_implementation(
    block: &Methods,
    method: &Method,
    description: &mut Description,
    arguments: usize,
    finish: &str,
) -> Result<Code> {
    let callable = callable(block, method, Self_::Instance, OnFailure::MinusOne);
    check_arguments(method, &callable, arguments)?;
    let finish = emit(
        &format!("$root::emitted::output::{finish}(py, result)"),
        &[("root", root())],
    );
    let body = callable.implementation(&callable.signature()?, finish)?;
    Ok(description.implementation(body, true))
}

/// What does not convert is `NotImplemented`: the operands, and with `of_receiver` the receiver too.
fn operator_body(
    block: &Methods,
    method: &Method,
    arguments: usize,
    of_receiver: bool,
) -> Result<Code> {
    let on_failure = OnFailure::NotImplemented { of_receiver };
    let callable = callable(block, method, Self_::Instance, on_failure);
    check_arguments(method, &callable, arguments)?;
    let finish = emit(
        "$root::emitted::output::object(py, result)",
        &[("root", root())],
    );
    callable.implementation(&callable.signature()?, finish)
}

/// `__richcmp__(&self, other, op: CompareOp)`: the operator is not an object, but travels in an argument's place.
fn rich_comparison(block: &Methods, method: &Method, description: &mut Description) -> Result<()> {
    let on_failure = OnFailure::NotImplemented { of_receiver: false };
    let callable = callable(block, method, Self_::Instance, on_failure);
    check_arguments(method, &callable, 2)?;
    let call = call_with_raw(&callable, &["operator"], false)?;
    let body = emit(
        "let operator = unsafe { $root::emitted::comparison(args) };
        $warnings
        $statements
        let result = $root::emitted::Output($expression).__exuvia_convert();
        $root::emitted::output::object(py, result)",
        &[
            ("root", root()),
            (
                "warnings",
                callable.binding.warnings(&method.options.warnings),
            ),
            ("statements", call.statements),
            ("expression", call.expression),
        ],
    );
    let implementation = description.implementation(body, false);
    compare_slot(description, implementation);
    Ok(())
}

/// The call of a function whose last arguments are not objects, but locals of the given names.
pub(crate) fn call_with_raw(
    callable: &Callable<'_>,
    raw: &[&str],
    is_unsafe: bool,
) -> Result<Call> {
    let arguments = callable.binding.arguments();
    let names: Vec<String> = arguments[arguments.len() - raw.len()..]
        .iter()
        .map(|parameter| parameter.name.clone())
        .collect();
    let function = callable.binding.function;
    let mut called = function.clone();
    called
        .parameters
        .retain(|parameter| !names.contains(&parameter.name));
    let binding = Binding {
        function: &called,
        ..callable.binding
    };
    let signature = binding.signature(None)?;
    // The user's function is called through a closure that adds the locals where they stand.
    let mut passed = Code::new();
    let mut taken = Code::new();
    let mut count = 0;
    let mut take = |passed: &mut Code| {
        let name = Code::from(format!("__p{count},").as_str());
        count += 1;
        taken.add(name.clone());
        passed.add(name);
    };
    if called.receiver.is_some() {
        take(&mut passed);
    }
    for parameter in &function.parameters {
        match names.iter().position(|name| *name == parameter.name) {
            Some(index) => passed.add(Code::from(format!("{},", raw[index]).as_str())),
            None => take(&mut passed),
        }
    }
    let closure = emit(
        if is_unsafe {
            "(|$taken| unsafe { $path($passed) })"
        } else {
            "(|$taken| $path($passed))"
        },
        &[
            ("taken", taken),
            ("path", callable.path.clone()),
            ("passed", passed),
        ],
    );
    binding.call(closure, &signature)
}

/// Writes `tp_richcompare`.
pub(crate) fn compare_slot(description: &mut Description, implementation: Code) {
    let shim = description.shim(
        "left: *mut $root::ffi::PyObject, right: *mut $root::ffi::PyObject, operator: ::core::ffi::c_int",
        OBJECT,
        "compare(left, right, operator, $implementation)",
        &[("implementation", implementation)],
    );
    description.slot("Py_tp_richcompare", shim);
}

fn call_method(block: &Methods, method: &Method, description: &mut Description) -> Result<()> {
    let callable = callable(block, method, Self_::Instance, OnFailure::Null);
    let signature = callable.signature()?;
    let finish = emit(
        "$root::emitted::output::object(py, result)",
        &[("root", root())],
    );
    let body = callable.implementation(&signature, finish)?;
    let implementation = description.implementation(body, false);
    let spec = description.fresh("call");
    description.definitions.add(emit(
        "static $spec: $root::emitted::FunctionSpec = $root::emitted::FunctionSpec::new($table);",
        &[
            ("spec", spec.clone()),
            ("root", root()),
            (
                "table",
                signature_table("__call__", Some(&block.class), &signature),
            ),
        ],
    ));
    let shim = description.shim(
        &parameters(&["receiver", "args", "keywords"]),
        OBJECT,
        "tuple_call(receiver, args, keywords, &$spec, $implementation)",
        &[("spec", spec), ("implementation", implementation)],
    );
    description.slot("Py_tp_call", shim);
    Ok(())
}

/// The slots that several methods share.
fn write_shared(block: &Methods, description: &mut Description, shared: Shared) {
    for (
        slot,
        Operator {
            power,
            forward,
            reflected,
        },
    ) in shared.operators
    {
        let only_forward = forward.clone().filter(|_| reflected.is_none() && !power);
        let holes = [
            ("class", (&block.class).into()),
            ("forward", option(forward)),
            ("reflected", option(reflected)),
        ];
        let shim = if let Some(implementation) = only_forward {
            description.shim(
                &parameters(&["left", "right"]),
                OBJECT,
                "operator_on_left(left, right, $root::emitted::is_instance::<$class>, $implementation)",
                &[("class", (&block.class).into()), ("implementation", implementation)],
            )
        } else if power {
            description.shim(
                &parameters(&["left", "right", "modulus"]),
                OBJECT,
                "power(left, right, modulus, $root::emitted::is_instance::<$class>, $forward, $reflected)",
                &holes,
            )
        } else {
            description.shim(
                &parameters(&["left", "right"]),
                OBJECT,
                "operator(left, right, $root::emitted::is_instance::<$class>, $forward, $reflected)",
                &holes,
            )
        };
        description.slot(slot, shim);
    }
    if !shared.comparisons.is_empty() {
        let implementation = comparison_dispatch(description, &shared.comparisons);
        compare_slot(description, implementation);
    }
    for (slot, assignment) in shared.assignments {
        let shim = description.shim(
            &parameters(&["receiver", "key", "value"]),
            "::core::ffi::c_int",
            &format!(
                "assign(receiver, key, value, $set, $delete, $root::emitted::{}) as ::core::ffi::c_int",
                assignment.refusal
            ),
            &[
                ("set", option(assignment.set)),
                ("delete", option(assignment.delete)),
            ],
        );
        description.slot(slot, shim);
    }
    for (name, (setter, deleter)) in shared.setters {
        description.undivided(&format!("set_{name}"));
        match deleter {
            None => description.property(&name, &Doc::default(), None, setter),
            Some(deleter) => description.deletable_property(&name, setter, deleter),
        }
    }
    protocols::write_shared(block, description, shared.protocols);
}

/// One implementation for all comparisons, which calls the one that is asked for.
fn comparison_dispatch(
    description: &mut Description,
    comparisons: &BTreeMap<&'static str, Code>,
) -> Code {
    let mut arms = Code::new();
    for (number, implementation) in comparisons {
        arms.add(emit(
            &format!("$root::ffi::{number} => unsafe {{ $implementation(py, receiver, args) }},"),
            &[("root", root()), ("implementation", implementation.clone())],
        ));
    }
    // As in Python, `!=` is the opposite of `==` where only that is defined.
    if let (Some(equal), false) = (comparisons.get("Py_EQ"), comparisons.contains_key("Py_NE")) {
        arms.add(emit(
            "$root::ffi::Py_NE => unsafe { $root::emitted::not_equal(py, receiver, args, $equal) },",
            &[("root", root()), ("equal", equal.clone())],
        ));
    }
    let body = emit(
        "match unsafe { $root::emitted::comparison_number(args) } {
            $arms
            _ => $root::emitted::not_implemented(py),
        }",
        &[("root", root()), ("arms", arms)],
    );
    description.implementation(body, false)
}
