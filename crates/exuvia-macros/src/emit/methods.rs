//! `#[pymethods]`: what a class's methods, properties and slots are.

use crate::emit::binding::{Binding, OnFailure, Self_};
use crate::emit::description::{Description, OBJECT};
use crate::emit::function::{Callable, traits};
use crate::emit::shared::{self, Shared};
use crate::emit::slots::UNSUPPORTED;
use crate::emit::special::special_method;
use crate::emit::template::{Code, emit};
use crate::emit::{root, scalars};
use crate::parse::methods::{Constant, Method, Methods, Role};
use crate::parse::{Error, Result};

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
    shared::write(block, &mut description, shared);
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
            pub fn all_methods_must_stand_in_one_pymethods_block_without_the_feature_multiple_pymethods(class: &mut $root::emitted::Description) {
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
    let spec = description.spec("__new__", block, &signature);
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
