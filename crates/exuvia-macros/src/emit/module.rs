//! `#[pymodule]`: a module's definition and its `PyInit_` function.

use proc_macro::{TokenStream, TokenTree};

use crate::emit::template::{Code, emit};
use crate::emit::{c_doc, c_string, root, string};
use crate::parse::function::{Function, Parameter};
use crate::parse::module::{Form, Inline, Module, Statement};
use crate::parse::signature::name;
use crate::parse::types::Shape;
use crate::parse::{Error, Result};

pub(crate) fn pymodule(module: &Module) -> Result<Code> {
    match &module.form {
        Form::Function(statements, function) => from_function(module, statements, function),
        Form::Inline(inline) => from_inline(module, inline),
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
            ("doc", c_doc(&module.doc)),
            ("gil_used", gil_used),
        ],
    )
}

/// The function that fills a module, with the functions marked in its body added where they stand.
fn filling(statements: &[Statement], function: &Function) -> Code {
    if statements.is_empty() {
        return (&function.item).into();
    }
    let mut head: Vec<TokenTree> = function.item.clone().into_iter().collect();
    head.pop();
    let mut body = Code::new();
    for statement in statements {
        body.add(emit(
            "$before
            #[$root::pyfunction($options)]
            $function
            $root::types::PyModuleMethods::add_function($module, $root::wrap_pyfunction!($name, $module)?)?;
            $after",
            &[
                ("root", root()),
                ("before", (&statement.before).into()),
                ("options", (&statement.options).into()),
                ("function", (&statement.function).into()),
                ("module", (&statement.module).into()),
                ("name", (&statement.name).into()),
                ("after", (&statement.after).into()),
            ],
        ));
    }
    let head: TokenStream = head.into_iter().collect();
    emit("$head { $body }", &[("head", head.into()), ("body", body)])
}

fn from_function(module: &Module, statements: &[Statement], function: &Function) -> Result<Code> {
    let ident: Code = Code::from(&module.ident);
    let fill = call(ident.clone(), &function.parameters)?;
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
            ("item", filling(statements, function)),
            ("visibility", (&function.visibility).into()),
            ("ident", ident),
            ("root", root()),
            ("handle", handle(module, fill)),
        ],
    ))
}

/// Calls a function that fills a module with what it takes, whatever it returns.
fn call(function: Code, parameters: &[Parameter]) -> Result<Code> {
    let mut passed = Code::new();
    for parameter in parameters {
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
    Ok(emit(
        "#[allow(unused_imports)]
        use $root::emitted::Plain as _;
        $root::emitted::Output($function($passed)).__exuvia_convert()",
        &[("root", root()), ("function", function), ("passed", passed)],
    ))
}

fn from_inline(module: &Module, inline: &Inline) -> Result<Code> {
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
            "members.finish()?; $init",
            &[("init", call(Code::from(&init.ident), &init.parameters)?)],
        ),
        None => Code::from("members.finish()"),
    });
    Ok(emit(
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
    ))
}
