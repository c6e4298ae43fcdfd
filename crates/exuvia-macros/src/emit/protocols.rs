//! Special methods whose C functions are like no others: attribute access, initialisation, buffers, garbage collection.

use crate::emit::binding::{OnFailure, Self_};
use crate::emit::description::{Description, OBJECT, parameters};
use crate::emit::methods::callable;
use crate::emit::special::{
    call_with_raw, check_arguments, int_implementation, object_implementation,
};
use crate::emit::template::{Code, emit};
use crate::emit::{option, root};
use crate::parse::function::Receiver;
use crate::parse::methods::{Method, Methods};
use crate::parse::{Error, Result};

/// What shares a slot with something else.
#[derive(Default)]
pub(crate) struct Shared {
    getattribute: Option<Code>,
    getattr: Option<Code>,
    /// The user's function.
    traverse: Option<Code>,
    /// The implementation.
    clear: Option<Code>,
}

/// Writes a special method, or keeps it for the slot it shares. `false` if it is none of these.
pub(crate) fn special_method(
    block: &Methods,
    method: &Method,
    description: &mut Description,
    shared: &mut Shared,
) -> Result<bool> {
    match method.name.as_str() {
        "__getattribute__" => {
            shared.getattribute = Some(object_implementation(
                block,
                method,
                description,
                1,
                "object",
            )?);
        }
        "__getattr__" => {
            shared.getattr = Some(object_implementation(
                block,
                method,
                description,
                1,
                "object",
            )?);
        }
        "__init__" => init(block, method, description)?,
        "__getbuffer__" => buffer(block, method, description, true)?,
        "__releasebuffer__" => buffer(block, method, description, false)?,
        "__traverse__" => {
            let callable = callable(block, method, Self_::Instance, OnFailure::Null);
            check_arguments(method, &callable, 1)?;
            let is_plain = matches!(method.function.receiver, Some(Receiver::Shared))
                && method.function.parameters.len() == 1;
            if !is_plain {
                return Err(Error::new(
                    method.function.ident.span(),
                    "`__traverse__` takes `&self` and `visit: PyVisit<'_>`: nothing else may be touched while the garbage collector \
                     is at work",
                ));
            }
            shared.traverse = Some(callable.path);
        }
        "__clear__" => {
            shared.clear = Some(int_implementation(block, method, description, 0, "done")?);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// The slots that several methods share.
pub(crate) fn write_shared(block: &Methods, description: &mut Description, shared: Shared) {
    match (shared.getattribute, shared.getattr) {
        (Some(usual), None) => {
            description.shim_slot(
                "Py_tp_getattro",
                &parameters(&["receiver", "name"]),
                OBJECT,
                "get_attribute(receiver, name, ::core::option::Option::Some($usual), $root::emitted::no_attribute)",
                &[("usual", usual)],
            );
        }
        (usual, Some(fallback)) => {
            description.shim_slot(
                "Py_tp_getattro",
                &parameters(&["receiver", "name"]),
                OBJECT,
                "get_attribute(receiver, name, $usual, $fallback)",
                &[("usual", option(usual)), ("fallback", fallback)],
            );
        }
        (None, None) => {}
    }
    if shared.traverse.is_some() || shared.clear.is_some() {
        collected(
            description,
            (&block.class).into(),
            shared.traverse,
            shared.clear,
        );
    }
}

/// `tp_traverse` and `tp_clear`, with what the user's methods add to them.
pub(crate) fn collected(
    description: &mut Description,
    class: Code,
    traverse: Option<Code>,
    clear: Option<Code>,
) {
    description.undivided("traverse");
    let holes = [
        ("root", root()),
        ("class", class),
        ("traverse", option(traverse)),
        ("clear", option(clear)),
    ];
    let [traverse, clear] = ["traverse", "clear"].map(|stem| description.fresh(stem));
    let mut holes = holes.to_vec();
    holes.extend([("traverse_name", traverse), ("clear_name", clear)]);
    description.definitions.add(emit(
        "unsafe extern \"C\" fn $traverse_name(
            receiver: *mut $root::ffi::PyObject,
            visit: $root::ffi::visitproc,
            argument: *mut ::core::ffi::c_void,
        ) -> ::core::ffi::c_int {
            unsafe { $root::emitted::gc::traverse::<$class>(receiver, visit, argument, $traverse) }
        }
        unsafe extern \"C\" fn $clear_name(receiver: *mut $root::ffi::PyObject) -> ::core::ffi::c_int {
            unsafe { $root::emitted::gc::clear::<$class>(receiver, $clear) }
        }",
        &holes,
    ));
    description.statements.add(emit(
        "class.collected::<$class>($traverse_name, $clear_name);",
        &holes,
    ));
}

/// `__init__` takes arguments as any method does, and returns nothing.
fn init(block: &Methods, method: &Method, description: &mut Description) -> Result<()> {
    let callable = callable(block, method, Self_::Instance, OnFailure::Null);
    let signature = callable.signature()?;
    let finish = emit(
        "$root::emitted::output::nothing(py, result)",
        &[("root", root())],
    );
    let body = callable.implementation(&signature, finish)?;
    let implementation = description.implementation(body, false);
    let spec = description.spec("__init__", block, &signature);
    description.shim_slot(
        "Py_tp_init",
        &parameters(&["receiver", "args", "keywords"]),
        "::core::ffi::c_int",
        "init(receiver, args, keywords, &$spec, $implementation)",
        &[("spec", spec), ("implementation", implementation)],
    );
    Ok(())
}

/// `__getbuffer__(…, view: *mut ffi::Py_buffer, flags: c_int)` and `__releasebuffer__(…, view: *mut ffi::Py_buffer)`: both fill or
/// read memory that is not theirs, and are `unsafe`.
fn buffer(
    block: &Methods,
    method: &Method,
    description: &mut Description,
    getting: bool,
) -> Result<()> {
    if !method.function.is_unsafe {
        return Err(Error::new(
            method.function.ident.span(),
            format!("`{}` must be `unsafe fn`", method.name),
        ));
    }
    let callable = callable(block, method, Self_::Instance, OnFailure::MinusOne);
    let raw: &[&str] = if getting {
        &["view", "flags"]
    } else {
        &["view"]
    };
    check_arguments(method, &callable, raw.len())?;
    let call = call_with_raw(&callable, raw, true)?;
    let body = emit(
        "let view = unsafe { *args }.cast::<$root::ffi::Py_buffer>();
        let flags = unsafe { *args.add(1) }.addr() as u32 as ::core::ffi::c_int;
        $warnings
        $statements
        let result = $root::emitted::Output($expression).__exuvia_convert();
        $root::emitted::output::done(py, result)",
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
    let implementation = description.implementation(body, true);
    if getting {
        description.shim_slot(
            "Py_bf_getbuffer",
            "receiver: *mut $root::ffi::PyObject, view: *mut $root::ffi::Py_buffer, flags: ::core::ffi::c_int",
            "::core::ffi::c_int",
            "buffer_get(receiver, view, flags, $implementation)",
            &[("implementation", implementation)],
        );
    } else {
        description.shim_slot(
            "Py_bf_releasebuffer",
            "receiver: *mut $root::ffi::PyObject, view: *mut $root::ffi::Py_buffer",
            "()",
            "buffer_release(receiver, view, $implementation)",
            &[("implementation", implementation)],
        );
    }
    Ok(())
}
