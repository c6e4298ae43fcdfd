//! `#[pyfunction]`, and what free functions and methods have in common.

use crate::emit::binding::{Binding, OnFailure, Self_, signature_table};
use crate::emit::template::{Code, emit};
use crate::emit::{doc_between, number, option, root, scalars, signature_line, string};
use crate::parse::function::{FunctionOptions, PyFunction};
use crate::parse::signature::{Signature, name};
use crate::parse::{Error, Result};

/// A callable being written: everything but where it ends up.
pub(crate) struct Callable<'a> {
    pub(crate) binding: Binding<'a>,
    /// How to name the function in a call.
    pub(crate) path: Code,
    pub(crate) python_name: String,
    /// `$self`, `$cls`, `$module` in the text signature.
    pub(crate) text_receiver: Option<&'static str>,
    /// `METH_CLASS` and the like.
    pub(crate) flags: &'static str,
    pub(crate) options: &'a FunctionOptions,
}

impl Callable<'_> {
    pub(crate) fn signature(&self) -> Result<Signature> {
        self.binding.signature(self.options.signature.as_ref())
    }

    /// The text signature: written by the user, or made from the signature.
    pub(crate) fn text_signature(&self, signature: &Signature) -> Option<String> {
        match &self.options.text_signature {
            Some(written) => written.clone(),
            None => Some(signature.text(self.text_receiver)),
        }
    }

    /// `fn $implementation`, which converts, calls and converts back.
    pub(crate) fn implementation(&self, signature: &Signature, finish: Code) -> Result<Code> {
        let function = self.binding.function;
        if function.is_async {
            return Err(Error::new(
                function.ident.span(),
                "only functions and methods without a special meaning can be `async`: what Python calls this for is no coroutine",
            ));
        }
        let call = self.binding.call(self.path.clone(), signature)?;
        let output = emit(
            "$root::emitted::Output($expression).__exuvia_convert()",
            &[("root", root()), ("expression", call.expression)],
        );
        Ok(emit(
            "$warnings
            $statements
            let result = $output;
            $release
            $finish",
            &[
                ("warnings", self.binding.warnings(&self.options.warnings)),
                ("statements", call.statements),
                ("output", output),
                ("release", call.release),
                ("finish", finish),
            ],
        ))
    }

    /// The body of the implementation of an `async fn`: keeps the arguments, and makes a coroutine whose future converts them, calls
    /// and converts back.
    fn coroutine(&self, signature: &Signature) -> Result<Code> {
        let binding = Binding {
            on_failure: OnFailure::Error,
            ..self.binding
        };
        let call = binding.call(self.path.clone(), signature)?;
        let parameters = &self.binding.function.parameters;
        let cancelled = parameters
            .iter()
            .any(|parameter| parameter.is_cancel_handle);
        let (handle, cancel) = if cancelled {
            (
                emit(
                    "let cancel = $root::coroutine::CancelHandle::new();",
                    &[("root", root())],
                ),
                Some(Code::from("cancel.throw_callback()")),
            )
        } else {
            (Code::new(), None)
        };
        let class = self.binding.class.map(|class| {
            emit(
                "<$class as $root::PyTypeInfo>::NAME",
                &[("class", class.into()), ("root", root())],
            )
        });
        Ok(emit(
            "$warnings
            $handle
            let thrown = $cancel;
            let kept = unsafe { $root::emitted::coroutine::Arguments::<$slots>::keep(py, receiver, args) };
            let future = async move {
                let kept = kept;
                let attached = unsafe { $root::emitted::coroutine::Attached::new() };
                let py = attached.py();
                let frame = $root::emitted::Frame::new();
                let receiver = kept.receiver();
                let args = kept.slots();
                $statements
                let result = $root::emitted::Output(
                    $root::emitted::coroutine::checked($expression).await
                ).__exuvia_convert();
                $release
                $root::emitted::coroutine::finished(py, result)
            };
            unsafe { $root::emitted::coroutine::start(py, $name, $class, thrown, future) }",
            &[
                ("warnings", self.binding.warnings(&self.options.warnings)),
                ("handle", handle),
                ("cancel", option(cancel)),
                ("root", root()),
                ("slots", number(signature.names().count())),
                ("statements", call.statements),
                ("expression", call.expression),
                ("release", call.release),
                ("name", string(&self.python_name)),
                ("class", option(class)),
            ],
        ))
    }

    /// Is a call nothing but conversions and the call itself?
    pub(crate) fn is_plain(&self) -> bool {
        let function = self.binding.function;
        !function.is_async
            && !function.is_unsafe
            && self.options.warnings.is_empty()
            && function.doc.is_text()
    }

    /// The `FunctionDef`, as an expression that holds the implementation and the shim.
    pub(crate) fn definition(&self) -> Result<Code> {
        let signature = self.signature()?;
        let doc = &self.binding.function.doc;
        let line = signature_line(&self.python_name, self.text_signature(&signature));
        if self.python_name.contains('\0') || line.contains('\0') || doc.contains('\0') {
            return Err(Error::new(
                self.binding.function.ident.span(),
                "the name or the documentation contains a NUL character",
            ));
        }
        let text = doc_between(&format!("{}\0{line}", self.python_name), doc, "\0");
        let of_scalars = scalars::function(
            &self.binding,
            &signature,
            &self.python_name,
            text.clone(),
            self.path.clone(),
            self.flags,
        );
        if let (Some(of_scalars), true) = (of_scalars, self.is_plain()) {
            return Ok(of_scalars);
        }
        let body = if self.binding.function.is_async {
            self.coroutine(&signature)?
        } else {
            let finish = emit(
                "$root::emitted::output::object(py, result)",
                &[("root", root())],
            );
            self.implementation(&signature, finish)?
        };
        let holes = [
            ("root", root()),
            ("traits", traits()),
            ("body", body),
            (
                "table",
                signature_table(&self.python_name, self.binding.class, &signature),
            ),
            ("text", text),
            ("flags", emit(self.flags, &[("root", root())])),
            ("python_name", string(&self.python_name)),
            ("trampoline", trampoline(&signature)),
        ];
        // A module's function takes nothing by the convention of those that take something, which is called faster.
        let is_function = self.flags == "0" && self.binding.class.is_none();
        let shim = if signature.is_empty() && !is_function {
            "unsafe extern \"C\" fn __exuvia_shim(
                receiver: *mut $root::ffi::PyObject,
                _: *mut $root::ffi::PyObject,
            ) -> *mut $root::ffi::PyObject {
                unsafe { $root::emitted::trampoline::unary(receiver, __exuvia_implementation) }
            }
            $root::emitted::FunctionDef::no_args($text, __exuvia_shim, $flags)"
        } else if signature.is_empty() {
            "unsafe extern \"C\" fn __exuvia_shim(
                receiver: *mut $root::ffi::PyObject,
                _: *const *mut $root::ffi::PyObject,
                given: $root::ffi::Py_ssize_t,
                keywords: *mut $root::ffi::PyObject,
            ) -> *mut $root::ffi::PyObject {
                unsafe {
                    $root::emitted::trampoline::fastcall_empty(receiver, given as usize, keywords, $python_name, __exuvia_implementation)
                }
            }
            $root::emitted::FunctionDef::fast($text, __exuvia_shim, $flags)"
        } else {
            "static __EXUVIA_SPEC: $root::emitted::FunctionSpec = $root::emitted::FunctionSpec::new($table);
            unsafe extern \"C\" fn __exuvia_shim(
                receiver: *mut $root::ffi::PyObject,
                args: *const *mut $root::ffi::PyObject,
                given: $root::ffi::Py_ssize_t,
                keywords: *mut $root::ffi::PyObject,
            ) -> *mut $root::ffi::PyObject {
                unsafe {
                    $root::emitted::trampoline::$trampoline(receiver, args, given as usize, keywords, &__EXUVIA_SPEC, __exuvia_implementation)
                }
            }
            $root::emitted::FunctionDef::fast($text, __exuvia_shim, $flags)"
        };
        Ok(emit(
            &format!(
                "{{
                    $traits
                    #[allow(clippy::all, unused_unsafe, unused_variables, unused_mut, unreachable_code)]
                    #[inline]
                    fn __exuvia_implementation<'py>(
                        py: $root::Python<'py>,
                        receiver: *mut $root::ffi::PyObject,
                        args: *const *mut $root::ffi::PyObject,
                    ) -> *mut $root::ffi::PyObject {{
                        let frame = $root::emitted::Frame::new();
                        $body
                    }}
                    {shim}
                }}"
            ),
            &holes,
        ))
    }
}

/// The way that calls with this signature take.
pub(crate) fn trampoline(signature: &Signature) -> Code {
    let parameters = signature.positional.len() + signature.keyword_only.len();
    if signature.varargs.is_some() || signature.varkeywords.is_some() {
        Code::from("bound_call")
    } else if signature.required() == parameters && signature.keyword_only.is_empty() {
        Code::from("fastcall")
    } else {
        emit(
            "fastcall_padded::<$slots>",
            &[("slots", number(parameters))],
        )
    }
}

/// The traits that generated code calls methods of.
pub(crate) fn traits() -> Code {
    emit(
        "#[allow(unused_imports)]
        use $root::emitted::{ByClone as _, ByReference as _, NoMethods as _, Plain as _};",
        &[("root", root())],
    )
}

/// A function, and a module of its name that leads to its definition: `wrap_pyfunction!(path)` needs no more than the
/// path. A type of its name would hide the built-in one from a function called `str`.
pub(crate) fn pyfunction(wrapped: &PyFunction) -> Result<Code> {
    let PyFunction { function, options } = wrapped;
    let takes = if options.pass_module {
        Self_::Module
    } else {
        Self_::None
    };
    let rust_name: Code = Code::from(&function.ident);
    let callable = Callable {
        binding: Binding {
            function,
            class: None,
            takes,
            on_failure: OnFailure::Null,
        },
        path: rust_name.clone(),
        python_name: options
            .name
            .clone()
            .unwrap_or_else(|| name(&function.ident)),
        text_receiver: options.pass_module.then_some("$module"),
        flags: "0",
        options,
    };
    Ok(emit(
        "$item
        #[doc(hidden)]
        $visibility mod $name {
            pub struct Definition;
            pub const __EXUVIA: $root::emitted::FunctionDef = Definition::METHOD;
        }
        impl $name::Definition {
            #[doc(hidden)]
            pub const METHOD: $root::emitted::FunctionDef = $definition;
        }",
        &[
            ("item", (&function.item).into()),
            ("visibility", (&function.visibility).into()),
            ("name", rust_name),
            ("root", root()),
            ("definition", callable.definition()?),
        ],
    ))
}
