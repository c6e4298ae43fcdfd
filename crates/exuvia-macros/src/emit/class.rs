//! `#[pyclass]`: a class's type, and what its options provide.

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::emit::description::Description;
use crate::emit::function::traits;
use crate::emit::methods::constructor;
use crate::emit::protocols::collected;
use crate::emit::shared::compare_slot;
use crate::emit::template::{Code, emit};
use crate::emit::{conversion, root, string, terminated_doc, variants};
use crate::parse::attribute::string_literal;
use crate::parse::class::{Class, ClassOptions, Field, Shape, Variant};
use crate::parse::cursor::Cursor;
use crate::parse::function::{self, FunctionOptions};
use crate::parse::methods::{Method, Methods, Role};
use crate::parse::{Error, Result};

pub(crate) fn pyclass(class: &Class) -> Result<Code> {
    let mut description = Description::default();
    told(class, &mut description);
    match &class.shape {
        Shape::Struct(fields) => fields
            .iter()
            .for_each(|field| field_property(class, field, &mut description)),
        Shape::Enum(variants) => enumeration(class, variants, &mut description),
        Shape::ComplexEnum(variants) => variants::attributes(class, variants, &mut description),
    }
    if class.options.eq || class.options.ord || class.options.eq_int {
        comparison(class, &mut description);
    }
    if class.options.hash {
        let body = emit(
            "$this
            $root::emitted::output::hash(py, ::core::result::Result::Ok($root::emitted::hash_of(&*this)))",
            &[("this", receiver(class, "-1")), ("root", root())],
        );
        let implementation = description.implementation(body, true);
        description.shim_slot(
            "Py_tp_hash",
            "receiver: *mut $root::ffi::PyObject",
            "isize",
            "unary_int(receiver, $implementation)",
            &[("implementation", implementation)],
        );
    }
    if class.options.str {
        let text = match &class.options.format {
            Some(format) => formatted(format)?,
            None => Code::from("::std::string::ToString::to_string(&*this)"),
        };
        text_slot(class, &mut description, "Py_tp_str", text);
    }
    let mut code = Code::new();
    if let (Shape::Struct(fields), true) = (&class.shape, class.options.new) {
        code.add(from_fields(class, fields, &mut description)?);
    }
    if let Shape::ComplexEnum(variants) = &class.shape {
        code.add(variants::classes(class, variants));
    }
    code.add(definition(class, &description));
    Ok(code)
}

pub(crate) fn name(class: &Class) -> Code {
    Code::from(&class.ident)
}

/// `let this = …;`, a shared borrow of the receiver.
fn receiver(class: &Class, failed: &str) -> Code {
    emit(
        &format!(
            "let this = match unsafe {{ $root::emitted::receiver::<$class>(py, receiver) }} {{
                ::core::result::Result::Ok(this) => this,
                ::core::result::Result::Err(error) => {{
                    error.restore(py);
                    return {failed};
                }}
            }};"
        ),
        &[("root", root()), ("class", name(class))],
    )
}

const NULL: &str = "::core::ptr::null_mut()";

/// A slot that answers with an object made from `value`, which has `this` at hand.
fn text_slot(class: &Class, description: &mut Description, slot: &str, value: Code) {
    let body = emit(
        "$this
        $root::emitted::output::object(py, ::core::result::Result::Ok($value))",
        &[
            ("this", receiver(class, NULL)),
            ("root", root()),
            ("value", value),
        ],
    );
    let implementation = description.implementation(body, false);
    description.shim_slot(
        slot,
        "receiver: *mut $root::ffi::PyObject",
        "*mut $root::ffi::PyObject",
        "unary(receiver, $implementation)",
        &[("implementation", implementation)],
    );
}

pub(crate) fn member(field: &Field) -> Code {
    member_named(&field.member, field.member_span)
}

fn member_named(name: &str, span: Span) -> Code {
    let mut token = match name.parse::<usize>() {
        Ok(index) => TokenTree::Literal(Literal::usize_unsuffixed(index)),
        Err(_) => match name.strip_prefix("r#") {
            Some(raw) => TokenTree::Ident(Ident::new_raw(raw, span)),
            None => TokenTree::Ident(Ident::new(name, span)),
        },
    };
    token.set_span(span);
    token.into()
}

fn field_property(class: &Class, field: &Field, description: &mut Description) {
    let get = field.get || class.options.get_all;
    let set = field.set || class.options.set_all;
    if !get && !set {
        return;
    }
    let holes = |receiver: Code| {
        [
            ("this", receiver),
            ("root", root()),
            ("class", name(class)),
            ("member", member(field)),
            ("ty", (&field.ty).into()),
            ("name", string(&field.member)),
        ]
    };
    let getter = get.then(|| {
        let body = emit(
            "$this
            let field = &this.$member;
            $root::emitted::output::raised(py, (&$root::emitted::Field::of(field)).get(field, py))",
            &holes(receiver(class, NULL)),
        );
        description.implementation(body, false)
    });
    let setter = set.then(|| {
        // Converted before it is borrowed: the conversion can run Python code that looks at the object.
        let body = emit(
            "let argument = unsafe { $root::emitted::argument(py, &frame, args) };
            let value = match $root::emitted::value::<$ty>(argument) {
                ::core::result::Result::Ok(value) => value,
                ::core::result::Result::Err(error) => {
                    $root::emitted::fail(py, $name, error);
                    return -1;
                }
            };
            let old = match unsafe { $root::emitted::receiver_mut::<$class>(py, receiver) } {
                ::core::result::Result::Ok(mut this) => ::core::mem::replace(&mut this.$member, value),
                ::core::result::Result::Err(error) => {
                    error.restore(py);
                    return -1;
                }
            };
            ::core::mem::drop(old);
            0",
            &holes(Code::new()),
        );
        description.implementation(body, true)
    });
    let python_name = class.member_name(field.python_name.as_ref(), &field.member);
    description.property(&python_name, &field.doc, getter, setter);
}

/// The variants as class attributes, and how an instance shows itself and converts to `int`.
fn enumeration(class: &Class, variants: &[Variant], description: &mut Description) {
    let mut names = Code::new();
    let mut numbers = Code::new();
    for variant in variants {
        let python_name =
            class.member_name(variant.python_name.as_ref(), &variant.ident.to_string());
        let holes = [
            ("class", name(class)),
            ("variant", Code::from(&variant.ident)),
            (
                "text",
                string(&format!("{}.{python_name}", class.python_name())),
            ),
        ];
        description.attribute(
            &python_name,
            emit("::core::result::Result::Ok($class::$variant)", &holes),
        );
        names.add(emit("$class::$variant => $text,", &holes));
        numbers.add(emit(
            "$class::$variant => $class::$variant as i128,",
            &holes,
        ));
    }
    text_slot(
        class,
        description,
        "Py_tp_repr",
        emit("match &*this { $names }", &[("names", names)]),
    );
    text_slot(
        class,
        description,
        "Py_nb_int",
        emit("match &*this { $numbers }", &[("numbers", numbers.clone())]),
    );
}

/// `tp_richcompare` from Rust's own comparisons.
fn comparison(class: &Class, description: &mut Description) {
    let arm = |number: &str, operator: &str| {
        emit(
            &format!("$root::ffi::{number} => left {operator} right,"),
            &[("root", root())],
        )
    };
    let mut arms = arm("Py_EQ", "==");
    arms.add(arm("Py_NE", "!="));
    if class.options.ord {
        for (number, operator) in [
            ("Py_LT", "<"),
            ("Py_LE", "<="),
            ("Py_GT", ">"),
            ("Py_GE", ">="),
        ] {
            arms.add(arm(number, operator));
        }
    }
    let number_of = |value: &str| match &class.shape {
        Shape::Enum(variants) => {
            let arms: Code = variants
                .iter()
                .map(|variant| {
                    emit(
                        "$class::$variant => $class::$variant as i128,",
                        &[
                            ("class", name(class)),
                            ("variant", Code::from(&variant.ident)),
                        ],
                    )
                })
                .collect();
            emit(&format!("match {value} {{ $arms }}"), &[("arms", arms)])
        }
        Shape::Struct(_) | Shape::ComplexEnum(_) => Code::new(),
    };
    // With `eq_int` alone, two instances are compared as numbers too.
    let (left, right) = if class.options.eq {
        (Code::from("&*this"), Code::from("other"))
    } else {
        (number_of("&*this"), number_of("other"))
    };
    let with_integers = if class.options.eq_int {
        emit(
            "if let ::core::result::Result::Ok(right) = $root::emitted::value::<i128>(argument) {
                let left = $number;
                return $root::emitted::output::object(py, ::core::result::Result::Ok(match operator {
                    $arms
                    _ => return $root::emitted::not_implemented(py),
                }));
            }",
            &[
                ("root", root()),
                ("number", number_of("&*this")),
                ("arms", arms.clone()),
            ],
        )
    } else {
        Code::new()
    };
    let body = emit(
        "$this
        let operator = unsafe { $root::emitted::comparison_number(args) };
        let argument = unsafe { $root::emitted::argument(py, &frame, args) };
        let mut holder = ::core::option::Option::None;
        if let ::core::result::Result::Ok(other) = $root::emitted::reference::<$class>(argument, &mut holder) {
            let left = $left;
            let right = $right;
            return $root::emitted::output::object(py, ::core::result::Result::Ok(match operator {
                $arms
                _ => return $root::emitted::not_implemented(py),
            }));
        }
        $with_integers
        $root::emitted::not_implemented(py)",
        &[
            ("this", receiver(class, NULL)),
            ("root", root()),
            ("class", name(class)),
            ("left", left),
            ("right", right),
            ("arms", arms),
            ("with_integers", with_integers),
        ],
    );
    let implementation = description.implementation(body, false);
    compare_slot(description, implementation);
}

fn definition(class: &Class, description: &Description) -> Code {
    let options = &class.options;
    let python_name = class.python_name();
    let qualified = match &options.module {
        Some(module) => format!("{module}.{python_name}"),
        // CPython warns of a type whose name has no module in front.
        None => format!("builtins.{python_name}"),
    };
    let module = match &options.module {
        Some(module) => emit(
            "::core::option::Option::Some($module)",
            &[("module", string(module))],
        ),
        None => Code::from("::core::option::Option::None"),
    };
    let bool = |value: bool| Code::from(if value { "true" } else { "false" });
    let subclassable = if options.subclass {
        emit(
            "#[allow(unsafe_code)]
            unsafe impl $root::emitted::Subclassable for $class {}",
            &[("root", root()), ("class", name(class))],
        )
    } else {
        Code::new()
    };
    let layout = if is_special(options) {
        emit(
            "const LAYOUT: ::core::option::Option<&'static $root::emitted::Layout> = {
                const LAYOUT: $root::emitted::Layout = $root::emitted::Layout::of::<$class>();
                ::core::option::Option::Some(&LAYOUT)
            };",
            &[("root", root()), ("class", name(class))],
        )
    } else {
        Code::new()
    };
    let special = if is_plain(class) {
        Code::new()
    } else {
        emit(
            "{ type BaseType = $base; type Extras = $extras; $layout }",
            &[
                ("base", base(class)),
                ("extras", extras(options)),
                ("layout", layout),
            ],
        )
    };
    let from_py_object = if options.from_py_object {
        emit(
            "impl<'a, 'py> $root::FromPyObject<'a, 'py> for $class {
                type Error = $root::PyErr;
                fn extract(obj: $root::Borrowed<'a, 'py, $root::PyAny>) -> $root::PyResult<Self> {
                    let mut holder = ::core::option::Option::None;
                    let value: &Self = $root::emitted::reference::<Self>(obj, &mut holder)?;
                    ::core::result::Result::Ok(::core::clone::Clone::clone(value))
                }
            }",
            &[("root", root()), ("class", name(class))],
        )
    } else {
        Code::new()
    };
    let describe = if description.statements.is_empty() {
        Code::new()
    } else {
        emit(
            "class $traits $definitions $statements",
            &[
                ("traits", traits()),
                ("definitions", description.definitions.clone()),
                ("statements", description.statements.clone()),
            ],
        )
    };
    emit(
        "$item
        $root::emitted::class!($class $python_name ($module) $frozen ($text) $subclass {$describe} $special);
        $into_py_object
        $subclassable
        $from_py_object",
        &[
            ("item", (&class.item).into()),
            ("root", root()),
            ("describe", describe),
            ("text", terminated_doc(&qualified, &class.doc)),
            ("python_name", string(&python_name)),
            ("class", name(class)),
            ("subclass", bool(options.subclass)),
            ("module", module),
            (
                "frozen",
                emit(if options.frozen { "True" } else { "False" }, &[]),
            ),
            ("from_py_object", from_py_object),
            ("into_py_object", conversion::into_py_object(class)),
            ("subclassable", subclassable),
            ("special", special),
        ],
    )
}

/// What the class extends.
fn base(class: &Class) -> Code {
    match &class.options.extends {
        Some(base) => base.into(),
        None => emit("$root::PyAny", &[("root", root())]),
    }
}

/// What an instance has besides its value.
fn extras(options: &ClassOptions) -> Code {
    if !(options.dict || options.weakref || options.unsendable) {
        return emit("$root::emitted::extras::Plain", &[("root", root())]);
    }
    let thread = if options.unsendable {
        "OneThread"
    } else {
        "AllThreads"
    };
    let pointer = |is_there: bool| if is_there { "Pointer" } else { "Absent" };
    emit(
        &format!(
            "$root::emitted::extras::Options<$root::emitted::extras::{thread}, $root::emitted::extras::{}, \
             $root::emitted::extras::{}>",
            pointer(options.dict),
            pointer(options.weakref)
        ),
        &[("root", root())],
    )
}

/// The text of `str = "…"`: what stands in braces are fields.
fn formatted(format: &TokenStream) -> Result<Code> {
    let span = format
        .clone()
        .into_iter()
        .next()
        .map_or_else(Span::call_site, |token| token.span());
    let text = string_literal(format).unwrap_or_default();
    let mut pattern = String::new();
    let mut arguments = Code::new();
    let mut rest = text.as_str();
    while let Some(position) = rest.find(['{', '}']) {
        pattern.push_str(&rest[..=position]);
        let is_doubled = rest.as_bytes().get(position + 1) == rest.as_bytes().get(position);
        if is_doubled || rest.as_bytes()[position] == b'}' {
            let end = position + 1 + usize::from(is_doubled);
            pattern.push_str(&rest[position + 1..end]);
            rest = &rest[end..];
            continue;
        }
        rest = &rest[position + 1..];
        let end = rest.find([':', '}']).unwrap_or(rest.len());
        let field = rest[..end].trim();
        if field.is_empty() {
            return Err(Error::new(
                span,
                "`str` needs the name or the number of a field in each pair of braces",
            ));
        }
        arguments.add(emit(
            "&this.$field,",
            &[("field", member_named(field, span))],
        ));
        rest = &rest[end..];
    }
    pattern.push_str(rest);
    Ok(emit(
        "::std::format!($pattern, $arguments)",
        &[("pattern", string(&pattern)), ("arguments", arguments)],
    ))
}

/// `new = "from_fields"`: a constructor that takes all fields, as if it stood in `#[pymethods]`.
fn from_fields(class: &Class, fields: &[Field], description: &mut Description) -> Result<Code> {
    let punct = |c| TokenTree::Punct(Punct::new(c, Spacing::Alone));
    let mut parameters = TokenStream::new();
    let mut values = TokenStream::new();
    for field in fields {
        let parameter = if class.is_named {
            let bare = field.member.strip_prefix("r#");
            match bare {
                Some(raw) => Ident::new_raw(raw, field.member_span),
                None => Ident::new(&field.member, field.member_span),
            }
        } else {
            Ident::new(&format!("_{}", field.member), field.member_span)
        };
        parameters.extend([TokenTree::Ident(parameter.clone()), punct(':')]);
        parameters.extend(field.ty.clone());
        parameters.extend([punct(',')]);
        values.extend([TokenTree::Ident(parameter), punct(',')]);
    }
    let group = |delimiter, tokens| TokenTree::Group(Group::new(delimiter, tokens));
    let ident = |name: &str| TokenTree::Ident(Ident::new(name, class.ident.span()));
    let value = if class.is_named {
        group(Delimiter::Brace, values)
    } else if fields.is_empty() {
        group(Delimiter::Brace, TokenStream::new())
    } else {
        group(Delimiter::Parenthesis, values)
    };
    let written = TokenStream::from_iter([
        ident("fn"),
        ident("__exuvia_from_fields"),
        group(Delimiter::Parenthesis, parameters),
        TokenTree::Punct(Punct::new('-', Spacing::Joint)),
        punct('>'),
        ident("Self"),
        group(
            Delimiter::Brace,
            TokenStream::from_iter([ident("Self"), value]),
        ),
    ]);
    let function = function::parse(Vec::new(), &mut Cursor::new(written, class.ident.span()))?;
    let item: Code = (&function.item).into();
    let method = Method {
        function,
        role: Role::Constructor,
        options: FunctionOptions::default(),
        name: "__new__".to_owned(),
    };
    let block = Methods {
        class: TokenTree::Ident(class.ident.clone()).into(),
        methods: Vec::new(),
        constants: Vec::new(),
        item: TokenStream::new(),
    };
    constructor(&block, &method, description)?;
    Ok(emit(
        "impl $class {
            #[doc(hidden)]
            #[allow(clippy::all)]
            $item
        }",
        &[("class", name(class)), ("item", item)],
    ))
}

/// Is there one object of each variant? Objects that belong to the thread that made them cannot be everybody's.
pub(super) fn has_one_of_each(class: &Class) -> bool {
    matches!(class.shape, Shape::Enum(_)) && !class.options.unsendable
}

/// The statements for options that need no more than to be told.
fn told(class: &Class, description: &mut Description) {
    let options = &class.options;
    let mut tell = |statement: &str| {
        description
            .statements
            .add(emit(statement, &[("root", root()), ("class", name(class))]));
    };
    if is_special(options) {
        tell("class.layout(<$class as $root::PyClass>::LAYOUT);");
    }
    if options.immutable_type {
        tell("class.immutable();");
    }
    if options.mapping {
        tell("class.container($root::emitted::Container::Mapping);");
    }
    if options.sequence {
        tell("class.container($root::emitted::Container::Sequence);");
    }
    if options.generic {
        tell("class.generic();");
    }
    if options.dict {
        collected(description, name(class), None, None);
    }
}

/// Does `class!` write all there is to say of the type?
pub(super) fn is_plain(class: &Class) -> bool {
    !is_special(&class.options)
        && !matches!(class.shape, Shape::ComplexEnum(_))
        && !has_one_of_each(class)
}

/// Does the class extend another, or has it extras?
fn is_special(options: &ClassOptions) -> bool {
    options.extends.is_some() || options.dict || options.weakref || options.unsendable
}
