/*!
The code that turns arguments into the values of a Rust function's parameters, and calls it.

Every implementation has the locals `py`, `receiver` and `args`, as the trampolines pass them.
*/

use proc_macro::{TokenStream, TokenTree};

use crate::emit::template::{Code, emit};
use crate::emit::{c_string, number, option, root, string};
use crate::parse::Error;
use crate::parse::Result;
use crate::parse::cursor::flatten;
use crate::parse::function::{Function, Parameter, Receiver, Warning};
use crate::parse::signature::Signature;
use crate::parse::types::{Shape, spell_out_self};

/// What an implementation does when a conversion fails.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum OnFailure {
    /// NULL, with the exception set.
    Null,
    /// -1, with the exception set.
    MinusOne,
    /// `NotImplemented`: an operand that does not convert is the other operand's business.
    NotImplemented {
        /// The same for a receiver that cannot be borrowed, as in PyO3's operators; in its comparisons and operators in place
        /// that is an error.
        of_receiver: bool,
    },
    /// The error, as the end of a coroutine.
    Error,
}

/// How the first parameters of a method get the receiver.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Self_ {
    /// There is none.
    None,
    /// `&self`, `&mut self`, or a first parameter of a type that an instance converts to.
    Instance,
    /// A first parameter that takes the class.
    Class,
    /// The same, where Python hands over an instance.
    ClassOfInstance,
    /// A first parameter that takes the module.
    Module,
}

/// A call being written.
#[derive(Clone, Copy)]
pub(crate) struct Binding<'a> {
    pub(crate) function: &'a Function,
    /// The class that `Self` means.
    pub(crate) class: Option<&'a TokenStream>,
    pub(crate) takes: Self_,
    pub(crate) on_failure: OnFailure,
}

/// The statements before the call, the call, and the statements after it.
pub(crate) struct Call {
    pub(crate) statements: Code,
    pub(crate) expression: Code,
    pub(crate) release: Code,
}

/// Types that hold no borrow, whatever the scope they are named in.
const OWNED: [&str; 19] = [
    "", "()", "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8",
    "u16", "u32", "u64", "u128", "usize", "String",
];

impl Binding<'_> {
    /// The parameters that are arguments, without the one that takes the receiver.
    pub(crate) fn arguments(&self) -> Vec<Parameter> {
        let skip = usize::from(self.first_is_receiver());
        Function::arguments(&self.function.parameters)
            .skip(skip)
            .cloned()
            .collect()
    }

    fn first_is_receiver(&self) -> bool {
        match self.takes {
            Self_::None => false,
            Self_::Instance => self.function.receiver.is_none(),
            Self_::Class | Self_::ClassOfInstance | Self_::Module => true,
        }
    }

    /// The signature that the user wrote, checked against the function, or a plain one.
    pub(crate) fn signature(&self, written: Option<&Signature>) -> Result<Signature> {
        let arguments = self.arguments();
        let Some(signature) = written else {
            return Ok(Signature::plain(
                arguments.iter().map(|parameter| parameter.name.clone()),
            ));
        };
        for parameter in &arguments {
            if signature.slot(&parameter.name).is_none() {
                return Err(Error::new(
                    parameter.span,
                    format!(
                        "the parameter `{}` is missing from `signature`",
                        parameter.name
                    ),
                ));
            }
        }
        for name in signature.names() {
            if !arguments.iter().any(|parameter| parameter.name == name) {
                return Err(Error::new(
                    self.function.ident.span(),
                    format!("`signature` has a parameter `{name}` that the function does not have"),
                ));
            }
        }
        for (parameter, name) in arguments.iter().zip(signature.names()) {
            if parameter.name != name {
                return Err(Error::new(
                    parameter.span,
                    format!(
                        "`signature` has the parameters in another order: `{name}` where the function has `{}`",
                        parameter.name
                    ),
                ));
            }
        }
        Ok(signature.clone())
    }

    /// The call of the function by `path`.
    pub(crate) fn call(&self, path: Code, signature: &Signature) -> Result<Call> {
        let mut statements = Code::new();
        let mut passed = Code::new();
        if let Some(receiver) = self.function.receiver {
            statements.add(self.receiver(receiver));
            passed.add(match receiver {
                Receiver::Shared => Code::from("&*this,"),
                Receiver::Exclusive => Code::from("&mut *this,"),
            });
        }
        let together = self.together(signature);
        if let Some(values) = &together {
            statements.add(values.clone());
        }
        let mut receiver_is_due = self.first_is_receiver();
        if receiver_is_due
            && Function::arguments(&self.function.parameters)
                .next()
                .is_none()
        {
            return Err(Error::new(
                self.function.ident.span(),
                match self.takes {
                    Self_::Class | Self_::ClassOfInstance => {
                        "a class method takes the class first: `cls: &Bound<'_, PyType>`"
                    }
                    Self_::Module => {
                        "with `pass_module` the function takes the module first: `module: &Bound<'_, PyModule>`"
                    }
                    _ => {
                        "a method takes a receiver: `&self`; a function without one is marked #[staticmethod]"
                    }
                },
            ));
        }
        for (index, parameter) in self.function.parameters.iter().enumerate() {
            if matches!(parameter.ty.shape, Shape::Token) {
                passed.add(Code::from(if parameter.is_cancel_handle {
                    "cancel,"
                } else {
                    "py,"
                }));
                continue;
            }
            if together.is_some() {
                let (local, _) = locals(index);
                passed.add(emit("$local,", &[("local", local)]));
                continue;
            }
            let source = if std::mem::take(&mut receiver_is_due) {
                Source::Receiver
            } else {
                let slot = signature.slot(&parameter.name).unwrap_or(0);
                Source::Slot {
                    index: slot,
                    signature,
                }
            };
            let (code, value) = self.parameter(index, parameter, source);
            statements.add(code);
            passed.add(emit("$value,", &[("value", value)]));
        }
        let call = if self.function.is_unsafe {
            "unsafe { $path($passed) }"
        } else {
            "$path($passed)"
        };
        let expression = emit(call, &[("path", path), ("passed", passed)]);
        Ok(Call {
            statements,
            expression,
            release: self.release(),
        })
    }

    /// Gives the borrows back before the result is converted, where the result is certain to hold none: the compiler then
    /// sees that nobody looked at the flags meanwhile.
    fn release(&self) -> Code {
        let class = self.class.map(ToString::to_string);
        let mut result = self.function.result.as_str();
        for wrapper in ["PyResult<", "Option<"] {
            if let Some(inner) = result
                .strip_prefix(wrapper)
                .and_then(|rest| rest.strip_suffix('>'))
            {
                result = inner;
            }
        }
        // A class has no lifetime either.
        let is_class = class.is_some_and(|class| class == result || result == "Self");
        let mut release = Code::new();
        if !is_class && !OWNED.contains(&result) {
            return release;
        }
        for (index, parameter) in self.function.parameters.iter().enumerate() {
            if is_held(parameter) {
                let (_, holder) = locals(index);
                release.add(emit("::core::mem::drop($holder);", &[("holder", holder)]));
            }
        }
        if self.function.receiver.is_some() {
            release.add(Code::from("::core::mem::drop(this);"));
        }
        release
    }

    /// The statement that converts all arguments at once, where each is taken by value and must be given.
    fn together(&self, signature: &Signature) -> Option<Code> {
        /// As many as `Values` is implemented for.
        const MOST: usize = 8;
        let count = signature.positional.len();
        let is_plain = (1..=MOST).contains(&count)
            && signature.required() == count
            && signature.keyword_only.is_empty()
            && signature.varargs.is_none()
            && signature.varkeywords.is_none()
            && !self.first_is_receiver()
            && !matches!(self.on_failure, OnFailure::NotImplemented { .. });
        let mut pattern = vec![Code::new(); count];
        let mut types = vec![Code::new(); count];
        for (index, parameter) in self.function.parameters.iter().enumerate() {
            match (&parameter.ty.shape, &parameter.converter) {
                (Shape::Token, _) => {}
                (Shape::Value, None) if is_plain => {
                    let slot = signature.slot(&parameter.name)?;
                    let (local, _) = locals(index);
                    pattern[slot] = emit("$local,", &[("local", local)]);
                    types[slot] = emit("$ty,", &[("ty", parameter.ty.outside(self.class).into())]);
                }
                _ => return None,
            }
        }
        if !is_plain {
            return None;
        }
        let names: Vec<&str> = signature
            .positional
            .iter()
            .map(|slot| slot.name.as_str())
            .collect();
        Some(emit(
            "let ::core::option::Option::Some(($pattern)) =
                (unsafe { $root::emitted::values::<($types)>(py, &frame, args, $names) }) else { $give_up };",
            &[
                ("pattern", pattern.into_iter().collect()),
                ("root", root()),
                ("types", types.into_iter().collect()),
                ("names", string(&format!("\0{}", names.join("\0")))),
                ("give_up", self.give_up()),
            ],
        ))
    }

    /// `return …` for a failure whose exception is set.
    fn give_up(&self) -> Code {
        match self.on_failure {
            OnFailure::Null => Code::from("return ::core::ptr::null_mut()"),
            OnFailure::MinusOne => Code::from("return -1"),
            OnFailure::NotImplemented { .. } => emit(
                "return $root::emitted::not_implemented(py)",
                &[("root", root())],
            ),
            OnFailure::Error => emit(
                "return ::core::result::Result::Err($root::PyErr::fetch(py))",
                &[("root", root())],
            ),
        }
    }

    /// The statements that warn of a call. They come before anything is converted or borrowed.
    pub(crate) fn warnings(&self, warnings: &[Warning]) -> Code {
        let give_up = match self.on_failure {
            // A warning that is raised is an error even where an operand is not.
            OnFailure::NotImplemented { .. } => Code::from("return ::core::ptr::null_mut()"),
            _ => self.give_up(),
        };
        warnings
            .iter()
            .map(|warning| {
                let category = match &warning.category {
                    Some(category) => Code::from(category),
                    None => emit("$root::exceptions::PyUserWarning", &[("root", root())]),
                };
                emit(
                    "if !$root::emitted::warn(py, &<$category as $root::PyTypeInfo>::type_object(py), $message) {
                        $give_up;
                    }",
                    &[
                        ("root", root()),
                        ("category", category),
                        ("message", c_string(&warning.message)),
                        ("give_up", give_up.clone()),
                    ],
                )
            })
            .collect()
    }

    /// `this`: the borrow of the receiver.
    fn receiver(&self, receiver: Receiver) -> Code {
        let (function, binding) = match receiver {
            Receiver::Shared => ("receiver", "let this"),
            Receiver::Exclusive => ("receiver_mut", "let mut this"),
        };
        let (told, give_up) = match self.on_failure {
            OnFailure::NotImplemented { of_receiver: true } => {
                ("::core::mem::drop(error)", self.give_up())
            }
            OnFailure::NotImplemented { of_receiver: false } => (
                "error.restore(py)",
                Code::from("return ::core::ptr::null_mut()"),
            ),
            _ => ("error.restore(py)", self.give_up()),
        };
        emit(
            &format!(
                "{binding} = match unsafe {{ $root::emitted::{function}::<$class>(py, receiver) }} {{
                    ::core::result::Result::Ok(this) => this,
                    ::core::result::Result::Err(error) => {{
                        {told};
                        $give_up;
                    }}
                }};"
            ),
            &[
                ("root", root()),
                ("class", self.class.map(Code::from).unwrap_or_default()),
                ("give_up", give_up),
            ],
        )
    }

    /// The statements that convert one argument, and the local that holds the value.
    fn parameter(&self, index: usize, parameter: &Parameter, source: Source<'_>) -> (Code, Code) {
        let (local, holder) = locals(index);
        let failed = match self.on_failure {
            OnFailure::NotImplemented { .. } => emit(
                "{ ::core::mem::drop(error); $give_up }",
                &[("give_up", self.give_up())],
            ),
            // The receiver is no argument that the caller could be told of.
            _ if matches!(source, Source::Receiver) => emit(
                "{ ::core::convert::Into::<$root::PyErr>::into(error).restore(py); $give_up }",
                &[("root", root()), ("give_up", self.give_up())],
            ),
            _ => emit(
                "{ $root::emitted::fail(py, $name, error); $give_up }",
                &[
                    ("root", root()),
                    ("name", string(&parameter.name)),
                    ("give_up", self.give_up()),
                ],
            ),
        };
        let ty = Code::from(parameter.ty.outside(self.class));
        let conversion = match &parameter.converter {
            Some(function) => emit(
                "::core::result::Result::map_err(($function)(&*argument), ::core::convert::Into::into)",
                &[("function", function.into())],
            ),
            None => self.conversion(&parameter.ty.shape, &ty, &holder),
        };
        let converted = emit(
            "match $conversion {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(error) => $failed
            }",
            &[("conversion", conversion), ("failed", failed)],
        );
        let mut code = Code::new();
        if matches!(source, Source::Receiver) && self.takes == Self_::ClassOfInstance {
            code.add(emit(
                "let class = unsafe { $root::emitted::class_of(py, receiver) };",
                &[("root", root())],
            ));
        }
        if is_held(parameter) {
            code.add(emit(
                "let mut $holder = ::core::option::Option::None;",
                &[("holder", holder)],
            ));
        }
        let value = self.value(parameter, &source, converted);
        code.add(emit(
            "let $local = $value;",
            &[("local", local.clone()), ("value", value)],
        ));
        (code, local)
    }

    /// The whole expression: the default where there is no argument, else the converted argument.
    fn value(&self, parameter: &Parameter, source: &Source<'_>, converted: Code) -> Code {
        let optional_reference =
            matches!(parameter.ty.shape, Shape::Optional(_)) && parameter.converter.is_none();
        let present = if optional_reference {
            emit(
                "if $root::emitted::is_none(argument) {
                    ::core::option::Option::None
                } else {
                    ::core::option::Option::Some($converted)
                }",
                &[("root", root()), ("converted", converted)],
            )
        } else {
            converted
        };
        let (slot, signature) = match source {
            // CPython passes no module to a function that was wrapped without one.
            Source::Receiver if self.takes == Self_::Module => {
                return emit(
                    "match unsafe { $root::emitted::optional_argument(py, &frame, &raw const receiver) } {
                        ::core::option::Option::Some(argument) => $present,
                        ::core::option::Option::None => {
                            $root::emitted::no_module(py);
                            $give_up
                        }
                    }",
                    &[
                        ("root", root()),
                        ("present", present),
                        ("give_up", self.give_up()),
                    ],
                );
            }
            Source::Receiver if self.takes == Self_::ClassOfInstance => {
                return emit(
                    "{ let argument = class.as_borrowed(); $present }",
                    &[("present", present)],
                );
            }
            Source::Receiver => {
                return emit(
                    "{ let argument = unsafe { $root::emitted::argument(py, &frame, &raw const receiver) }; $present }",
                    &[("root", root()), ("present", present)],
                );
            }
            Source::Slot { index, signature } => (number(*index), signature),
        };
        let default = match signature.default_of(&parameter.name) {
            Some(default) => Some(self.default(parameter, default.clone())),
            None if signature.may_be_absent(&parameter.name) => {
                Some(Code::from("::core::option::Option::None"))
            }
            None => None,
        };
        match default {
            None => emit(
                "{ let argument = unsafe { $root::emitted::argument(py, &frame, args.add($slot)) }; $present }",
                &[("root", root()), ("slot", slot), ("present", present)],
            ),
            Some(default) => emit(
                "match unsafe { $root::emitted::optional_argument(py, &frame, args.add($slot)) } {
                    ::core::option::Option::Some(argument) => $present,
                    ::core::option::Option::None => $default
                }",
                &[
                    ("root", root()),
                    ("slot", slot),
                    ("present", present),
                    ("default", default),
                ],
            ),
        }
    }

    /// A default as an expression of the parameter's type: `x = 5` may stand for `Some(5)`.
    fn default(&self, parameter: &Parameter, default: TokenStream) -> Code {
        let default = match self.class {
            Some(class) => spell_out_self(default, class),
            None => default,
        };
        let text = default.to_string();
        let is_name = matches!(flatten(default.clone()).first(), Some(TokenTree::Ident(_)))
            && !matches!(text.as_str(), "true" | "false");
        let default = Code::grouped(default);
        if !parameter.ty.is_option
            || text == "None"
            || text.starts_with("Some")
            || text.contains("Option")
        {
            return default;
        }
        emit(
            if is_name {
                // A constant, a function: what its type is, the compiler knows.
                "$root::emitted::optional($default)"
            } else {
                "::core::option::Option::Some($default)"
            },
            &[("root", root()), ("default", default)],
        )
    }

    /// A `PyResult` of the converted `argument`.
    fn conversion(&self, shape: &Shape, ty: &Code, holder: &Code) -> Code {
        let reference = |function: &str, inner: &TokenStream| {
            let inner = crate::parse::types::Type::new(inner.clone()).outside(self.class);
            emit(
                &format!("$root::emitted::{function}::<$inner>(argument, &mut $holder)"),
                &[
                    ("root", root()),
                    ("inner", inner.into()),
                    ("holder", holder.clone()),
                ],
            )
        };
        match shape {
            Shape::Token | Shape::Value => emit(
                "$root::emitted::value::<$ty>(argument)",
                &[("root", root()), ("ty", ty.clone())],
            ),
            Shape::Bound => emit(
                "$root::emitted::bound(argument, &mut $holder)",
                &[("root", root()), ("holder", holder.clone())],
            ),
            Shape::Shared(inner) => reference("reference", inner),
            Shape::Exclusive(inner) => reference("exclusive", inner),
            Shape::Optional(inner) => self.conversion(inner, ty, holder),
        }
    }
}

/// The names of the local that holds a parameter's value, and of its holder.
fn locals(index: usize) -> (Code, Code) {
    let local = |stem: &str| Code::from(format!("__{stem}_{index}").as_str());
    (local("argument"), local("holder"))
}

/// Does the parameter need a holder?
fn is_held(parameter: &Parameter) -> bool {
    !matches!(parameter.ty.shape, Shape::Value | Shape::Token) && parameter.converter.is_none()
}

#[derive(Clone, Copy)]
enum Source<'a> {
    Receiver,
    Slot {
        index: usize,
        signature: &'a Signature,
    },
}

/// A `Signature` table. `class` is the Rust type of a method's class, whose Python name errors show.
pub(crate) fn signature_table(
    name: &str,
    class: Option<&TokenStream>,
    signature: &Signature,
) -> Code {
    let parameters = signature.positional.iter().chain(&signature.keyword_only);
    let names: Vec<&str> = std::iter::once(name)
        .chain(parameters.map(|slot| slot.name.as_str()))
        .collect();
    // Nothing where all may be left out.
    let keyword_only: Code = signature
        .keyword_only
        .iter()
        .filter(|_| {
            signature
                .keyword_only
                .iter()
                .any(|slot| slot.default.is_none())
        })
        .map(|slot| {
            emit(
                if slot.default.is_none() {
                    "true,"
                } else {
                    "false,"
                },
                &[],
            )
        })
        .collect();
    let keyword_only = (!keyword_only.is_empty())
        .then(|| emit("&(&[$required] as &[bool])", &[("required", keyword_only)]));
    let bool = |value: bool| Code::from(if value { "true" } else { "false" });
    emit(
        "$root::emitted::Signature {
            names: $names,
            class: $class,
            keyword_only_required: $keyword_only,
            parameters: $parameters,
            positional: $positional,
            positional_only: $positional_only,
            required: $required,
            varargs: $varargs,
            varkeywords: $varkeywords,
        }",
        &[
            ("root", root()),
            ("names", string(&names.join("\0"))),
            ("class", class_of(class)),
            ("keyword_only", option(keyword_only)),
            ("parameters", number(names.len() - 1)),
            ("positional", number(signature.positional.len())),
            ("positional_only", number(signature.positional_only)),
            ("required", number(signature.required())),
            ("varargs", bool(signature.varargs.is_some())),
            ("varkeywords", bool(signature.varkeywords.is_some())),
        ],
    )
}

/// The class of a method, for errors.
pub(crate) fn class_of(class: Option<&TokenStream>) -> Code {
    option(class.map(|class| {
        emit(
            "<$class as $root::PyClass>::CLASS",
            &[("class", class.into()), ("root", root())],
        )
    }))
}
