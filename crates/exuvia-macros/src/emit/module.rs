//! `#[pymodule]`: a module's definition and its `PyInit_` function.

use crate::emit::template::{Code, emit};
use crate::emit::{c_string, root, string};
use crate::parse::function::Function;
use crate::parse::module::{Form, Inline, Module};
use crate::parse::signature::name;
use crate::parse::types::Shape;
use crate::parse::{Error, Result};

pub(crate) fn pymodule(module: &Module) -> Result<Code> {
    match &module.form {
        Form::Function(function) => from_function(module, function),
        Form::Inline(inline) => Ok(from_inline(module, inline)),
    }
}

/// An expression that is the module's `ModuleHandle`; `fill` has `module` at hand and ends in a `PyResult<()>`.
fn handle(module: &Module, fill: Code) -> Code {
    let python_name = module
        .options
        .name
        .clone()
        .unwrap_or_else(|| name(&module.ident));
    // A submodule is made by its parent. Two of one name in one library would otherwise clash when linking.
    let export = if module.options.submodule {
        Code::new()
    } else {
        emit(
            "#[unsafe(export_name = $symbol)]",
            &[("symbol", string(&format!("PyInit_{python_name}")))],
        )
    };
    let gil_used = emit(
        if module.options.gil_used == Some(true) {
            "true"
        } else {
            "false"
        },
        &[],
    );
    emit(
        "{
            fn __exuvia_fill(module: &$root::Bound<'_, $root::types::PyModule>) -> $root::PyResult<()> {
                $fill
            }
            unsafe extern \"C\" fn __exuvia_exec(module: *mut $root::ffi::PyObject) -> ::core::ffi::c_int {
                unsafe { $root::emitted::trampoline::exec_module(module, __exuvia_fill) }
            }
            $export
            pub unsafe extern \"C\" fn __exuvia_init() -> *mut $root::ffi::PyObject {
                unsafe { __EXUVIA_MODULE.init() }
            }
            static __EXUVIA_MODULE: $root::emitted::ModuleDef =
                $root::emitted::ModuleDef::new($name, $doc, __exuvia_exec, __exuvia_init, $gil_used);
            $root::emitted::ModuleHandle(|| &__EXUVIA_MODULE)
        }",
        &[
            ("root", root()),
            ("fill", fill),
            ("export", export),
            ("name", c_string(&module.options.full_name(&module.ident))),
            ("doc", c_string(&module.doc)),
            ("gil_used", gil_used),
        ],
    )
}

fn from_function(module: &Module, function: &Function) -> Result<Code> {
    let mut passed = Code::new();
    for parameter in &function.parameters {
        passed.add(match parameter.ty.shape {
            Shape::Token => Code::from("module.py(),"),
            Shape::Bound => Code::from("module,"),
            _ => {
                return Err(Error::new(
                    parameter.span,
                    "a module function takes `py: Python<'_>` and `m: &Bound<'_, PyModule>`",
                ));
            }
        });
    }
    let ident: Code = Code::from(&module.ident);
    let fill = emit(
        "#[allow(unused_imports)]
        use $root::emitted::Plain as _;
        $root::emitted::Output($ident($passed)).__exuvia_convert()",
        &[
            ("root", root()),
            ("ident", ident.clone()),
            ("passed", passed),
        ],
    );
    Ok(emit(
        "$item
        #[doc(hidden)]
        $visibility mod $ident {
            pub struct Definition;
            pub const __EXUVIA: $root::emitted::ModuleHandle = Definition::MODULE;
        }
        const _: () = {
            impl $ident::Definition {
                #[doc(hidden)]
                pub const MODULE: $root::emitted::ModuleHandle = $handle;
            }
        };",
        &[
            ("item", (&function.item).into()),
            ("visibility", (&function.visibility).into()),
            ("ident", ident),
            ("root", root()),
            ("handle", handle(module, fill)),
        ],
    ))
}

fn from_inline(module: &Module, inline: &Inline) -> Code {
    // Once a member has failed nothing more is added: branches in a function of so many calls would cost the compiler time.
    let mut fill = emit(
        "#[allow(unused_imports)]
        use $root::emitted::InModule as _;
        let mut members = $root::emitted::Members::new(module);",
        &[("root", root())],
    );
    for member in &inline.members {
        let statement = match &member.constant {
            Some(name) => emit(
                "members.constant($name, $path);",
                &[("name", string(name)), ("path", (&member.path).into())],
            ),
            None => emit(
                "members.add($path::__EXUVIA);",
                &[("path", (&member.path).into())],
            ),
        };
        fill.add(emit(
            "$conditions { $statement }",
            &[
                ("conditions", (&member.conditions).into()),
                ("statement", statement),
            ],
        ));
    }
    fill.add(match &inline.init {
        Some(init) => emit(
            "members.finish()?; $init(module)",
            &[("init", Code::from(init))],
        ),
        None => Code::from("members.finish()"),
    });
    emit(
        "$attributes
        $visibility mod $ident {
            $items
            #[doc(hidden)]
            pub const __EXUVIA: $root::emitted::ModuleHandle = $handle;
        }",
        &[
            ("attributes", (&inline.attributes).into()),
            ("visibility", (&inline.visibility).into()),
            ("ident", Code::from(&module.ident)),
            ("items", (&inline.items).into()),
            ("root", root()),
            ("handle", handle(module, fill)),
        ],
    )
}
