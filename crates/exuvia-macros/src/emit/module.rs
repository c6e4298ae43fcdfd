//! `#[pymodule]`: a module's definition and its `PyInit_` function.

use proc_macro::{TokenStream, TokenTree};

use crate::emit::template::emit;
use crate::emit::{c_string, root, string};
use crate::parse::function::Function;
use crate::parse::module::{Form, Inline, Module};
use crate::parse::signature::name;
use crate::parse::types::Shape;
use crate::parse::{Error, Result};

pub(crate) fn pymodule(module: &Module) -> Result<TokenStream> {
    match &module.form {
        Form::Function(function) => from_function(module, function),
        Form::Inline(inline) => Ok(from_inline(module, inline)),
    }
}

/// An expression that is the module's `ModuleHandle`; `fill` has `module` at hand and ends in a `PyResult<()>`.
fn handle(module: &Module, fill: TokenStream) -> TokenStream {
    let python_name = module
        .options
        .name
        .clone()
        .unwrap_or_else(|| name(&module.ident));
    // A submodule is made by its parent. Two of one name in one library would otherwise clash when linking.
    let export = if module.options.submodule {
        TokenStream::new()
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

fn from_function(module: &Module, function: &Function) -> Result<TokenStream> {
    let mut passed = TokenStream::new();
    for parameter in &function.parameters {
        passed.extend(match parameter.ty.shape {
            Shape::Token => emit("module.py(),", &[]),
            Shape::Bound => emit("module,", &[]),
            _ => {
                return Err(Error::new(
                    parameter.span,
                    "a module function takes `py: Python<'_>` and `m: &Bound<'_, PyModule>`",
                ));
            }
        });
    }
    let ident: TokenStream = TokenTree::Ident(module.ident.clone()).into();
    let fill = emit(
        "#[allow(unused_imports)]
        use $root::emitted::Plain as _;
        $root::emitted::Output($ident($passed)).convert()",
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
        #[allow(unsafe_code)]
        const _: () = {
            impl $ident::Definition {
                pub const MODULE: $root::emitted::ModuleHandle = $handle;
            }
        };",
        &[
            ("item", function.item.clone()),
            ("visibility", function.visibility.clone()),
            ("ident", ident),
            ("root", root()),
            ("handle", handle(module, fill)),
        ],
    ))
}

fn from_inline(module: &Module, inline: &Inline) -> TokenStream {
    let mut fill = TokenStream::new();
    for member in &inline.members {
        let statement = match &member.constant {
            Some(name) => emit(
                "$root::types::PyModuleMethods::add(module, $name, $path)?;",
                &[
                    ("root", root()),
                    ("name", string(name)),
                    ("path", member.path.clone()),
                ],
            ),
            None => emit(
                "$root::emitted::AddToModule::add_to_module($path::__EXUVIA, module)?;",
                &[("root", root()), ("path", member.path.clone())],
            ),
        };
        fill.extend(emit(
            "$conditions { $statement }",
            &[
                ("conditions", member.conditions.clone()),
                ("statement", statement),
            ],
        ));
    }
    fill.extend(match &inline.init {
        Some(init) => emit(
            "$init(module)",
            &[("init", TokenTree::Ident(init.clone()).into())],
        ),
        None => emit("::core::result::Result::Ok(())", &[]),
    });
    emit(
        "$attributes
        $visibility mod $ident {
            $items
            #[doc(hidden)]
            #[allow(unsafe_code)]
            pub const __EXUVIA: $root::emitted::ModuleHandle = $handle;
        }",
        &[
            ("attributes", inline.attributes.clone()),
            ("visibility", inline.visibility.clone()),
            ("ident", TokenTree::Ident(module.ident.clone()).into()),
            ("items", inline.items.clone()),
            ("root", root()),
            ("handle", handle(module, fill)),
        ],
    )
}
