//! The Python module over the library: the functions and types that it shows, as Python has them.

use std::fmt::Write;

use exuvia_c_syntax::item::{
    Access, ErrorType, Function, Kind, Opaque, Parameter, Scalar, Value, plain,
};

use super::declarations::STATUSES;
use super::library::Library;
use super::signature::type_name;

/// What every such module begins with. `@PREFIX@` and `@INTERFACE@` are the library's.
const BEGINNING: &str = include_str!("python/beginning.py");
/// What is there where a function takes or gives what needs it.
const TEXTS: &str = include_str!("python/texts.py");
const C_TEXTS: &str = include_str!("python/c_texts.py");
const NUMBERS: &str = include_str!("python/numbers.py");
const MADE_TEXTS: &str = include_str!("python/made_texts.py");
const MADE_NUMBERS: &str = include_str!("python/made_numbers.py");
const HANDLES: &str = include_str!("python/handles.py");

/// Words that are no names in Python.
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Names that the module itself uses: builtins, and what it imports.
pub(crate) const USED: [&str; 35] = [
    "Any",
    "AttributeError",
    "BaseException",
    "Buffer",
    "Callable",
    "Exception",
    "ImportError",
    "NoReturn",
    "ResourceWarning",
    "RuntimeError",
    "Self",
    "TYPE_CHECKING",
    "TypeError",
    "ValueError",
    "annotations",
    "bool",
    "bytes",
    "classmethod",
    "dict",
    "float",
    "getattr",
    "importlib",
    "int",
    "isinstance",
    "len",
    "list",
    "memoryview",
    "object",
    "property",
    "staticmethod",
    "str",
    "super",
    "sys",
    "tuple",
    "type",
];

/// The exceptions that every such module has.
pub(crate) const BASES: [&str; 8] = [
    "Busy",
    "Error",
    "Failed",
    "Freed",
    "InvalidArgument",
    "Panicked",
    "Stopped",
    "WrongThread",
];

/// The module's text.
pub(crate) fn text(library: &Library, interface: &str) -> String {
    let mut text = BEGINNING.replace("@INTERFACE@", interface);
    let parts = [
        (library.takes(|kind| matches!(kind, Kind::Text)), TEXTS),
        (library.takes(|kind| matches!(kind, Kind::CText)), C_TEXTS),
        (
            library.takes(|kind| matches!(kind, Kind::Numbers(..))),
            NUMBERS,
        ),
        (library.makes_text(), MADE_TEXTS),
        (!library.arrays().is_empty(), MADE_NUMBERS),
        (!library.types.is_empty(), HANDLES),
    ];
    for (_, part) in parts.into_iter().filter(|(is_needed, _)| *is_needed) {
        _ = write!(text, "\n\n{}", part);
    }
    text.push_str("\n\n");
    text.push_str(&errors(library));
    for each in &library.types {
        _ = write!(text, "\n\n{}", class(each, library));
    }
    for function in library.functions.iter().filter(|each| each.owner.is_none()) {
        _ = write!(
            text,
            "\n\n{}",
            if function.direct {
                direct(function)
            } else {
                method(function, "")
            }
        );
    }
    let mut text = text.replace("@PREFIX@", &library.prefix);
    _ = write!(text, "\n\n{}", names(library));
    text
}

/// `__all__`.
fn names(library: &Library) -> String {
    let mut names = BASES.map(str::to_owned).to_vec();
    for error in &library.errors {
        names.push(plain(&error.name));
        if error.is_enum {
            names.extend(
                error
                    .kinds
                    .iter()
                    .map(|kind| kind_name(error, &plain(&kind.name))),
            );
        }
    }
    names.extend(library.types.iter().map(|each| plain(&each.name)));
    let functions = library.functions.iter().filter(|each| each.owner.is_none());
    names.extend(functions.map(|each| python_name(&plain(&each.name))));
    names.sort();
    let names: String = names
        .iter()
        .map(|name| format!("    \"{name}\",\n"))
        .collect();
    format!("__all__ = [\n{names}]\n")
}

fn kind_name(error: &ErrorType, kind: &str) -> String {
    format!("{}{kind}", plain(&error.name))
}

/// The library's own exceptions, and which status is which.
fn errors(library: &Library) -> String {
    let mut text = String::new();
    let mut codes = String::new();
    for (name, code, _) in STATUSES {
        let class = match name {
            "OK" => continue,
            "FAILED" => "Failed",
            "PANICKED" => "Panicked",
            "FREED" => "Freed",
            "BUSY" => "Busy",
            "THREAD" => "WrongThread",
            "STOPPED" => "Stopped",
            _ => "InvalidArgument",
        };
        _ = writeln!(codes, "    {code}: {class},");
    }
    for error in &library.errors {
        let base = plain(&error.name);
        _ = write!(text, "{}\n\n", exception(&base, "Error", &error.docs));
        for kind in &error.kinds {
            let name = if error.is_enum {
                let name = kind_name(error, &plain(&kind.name));
                _ = write!(text, "{}\n\n", exception(&name, &base, &kind.docs));
                name
            } else {
                base.clone()
            };
            _ = writeln!(codes, "    {}: {name},", kind.code);
        }
    }
    _ = writeln!(text, "_ERRORS: dict[int, type[Error]] = {{\n{codes}}}");
    text
}

fn exception(name: &str, base: &str, docs: &[String]) -> String {
    let docs = if docs.is_empty() {
        "    pass\n".to_owned()
    } else {
        docstring(docs, "    ")
    };
    format!("class {name}({base}):\n{docs}")
}

/// A handle's class.
fn class(opaque: &Opaque, library: &Library) -> String {
    let name = plain(&opaque.name);
    let c_name = opaque.c_name();
    let mut text = format!("class {name}(_Handle):\n");
    text.push_str(&docstring(&opaque.docs, "    "));
    _ = write!(
        text,
        "\n    __slots__ = ()\n    _free = staticmethod(_c.@PREFIX@_{c_name}_free)\n"
    );
    let methods = library.functions.iter();
    let methods = methods.filter(|each| {
        each.owner
            .as_ref()
            .is_some_and(|owner| *owner == opaque.name)
    });
    for function in methods {
        _ = write!(text, "\n{}", method(function, "    "));
    }
    text
}

/// A function that C gets the value of: called as cffi calls it.
fn direct(function: &Function) -> String {
    let name = python_name(&plain(&function.name));
    let parameters: Vec<_> = function
        .parameters
        .iter()
        .map(|each| {
            format!(
                "{}: {}",
                python_name(&plain(&each.name)),
                python_type(&each.kind)
            )
        })
        .collect();
    let value = value_type(&function.value);
    let docs = docstring(&function.docs, "        ");
    let docs = if docs.is_empty() {
        "        ...\n".to_owned()
    } else {
        docs
    };
    format!(
        "if TYPE_CHECKING:\n\n    def {name}({}) -> {value}:\n{docs}\nelse:\n    {name} = _c.{}\n",
        // Builtin functions take no names.
        if parameters.is_empty() {
            String::new()
        } else {
            format!("{}, /", parameters.join(", "))
        },
        function.symbol("@PREFIX@"),
    )
}

/// A function or a method, with what it has around it in Python.
fn method(function: &Function, indent: &str) -> String {
    let name = plain(&function.name);
    let makes_own = matches!((&function.value, &function.owner), (Value::Handle(of), Some(owner)) if of.is_ident(owner));
    let is_constructor =
        function.owner.is_some() && function.receiver.is_none() && name == "new" && makes_own;
    let mut parameters = Vec::new();
    let mut text = String::new();
    let name = if is_constructor {
        parameters.push("self".to_owned());
        "__init__".to_owned()
    } else {
        match (&function.owner, function.receiver) {
            (Some(_), Some(_)) => parameters.push("self".to_owned()),
            (Some(_), None) if makes_own => {
                _ = writeln!(text, "{indent}@classmethod");
                parameters.push("cls".to_owned());
            }
            (Some(_), None) => _ = writeln!(text, "{indent}@staticmethod"),
            (None, _) => {}
        }
        python_name(&name)
    };
    let given = function.parameters.iter();
    parameters.extend(given.map(|each| {
        format!(
            "{}: {}",
            python_name(&plain(&each.name)),
            python_type(&each.kind)
        )
    }));
    let value = if is_constructor {
        "None".to_owned()
    } else {
        value_type(&function.value)
    };
    _ = writeln!(
        text,
        "{indent}def {name}({}) -> {value}:",
        parameters.join(", ")
    );
    let inner = format!("{indent}    ");
    text.push_str(&docstring(&function.docs, &inner));
    for line in body(function, is_constructor) {
        let line = format!("{inner}{line}");
        _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// What a call is made of.
#[derive(Default)]
struct Call {
    /// Statements before it.
    before: Vec<String>,
    /// What is held during it: an expression, and its name.
    held: Vec<(String, String)>,
    arguments: Vec<String>,
    is_stoppable: bool,
}

/// The statements of a function.
fn body(function: &Function, is_constructor: bool) -> Vec<String> {
    let mut call = Call::default();
    if function.receiver.is_some() {
        call.arguments.push("self._handle".to_owned());
    }
    for (at, parameter) in function.parameters.iter().enumerate() {
        call.pass(parameter, &format!("_{}", at + 1));
    }
    let result = match &function.value {
        Value::Nothing => None,
        Value::Scalar(of) => Some(format!("{} *", c_type(*of))),
        Value::Text => Some("@PREFIX@_text *".to_owned()),
        Value::Numbers(of) => Some(format!("@PREFIX@_{}_array *", of.name())),
        Value::Handle(of) => Some(format!("@PREFIX@_{} **", type_name(of))),
    };
    if let Some(of) = result {
        call.before.push(format!("_result = _ffi.new(\"{of}\")"));
        call.arguments.push("_result".to_owned());
    }
    let mut lines = call.statements(&function.symbol("@PREFIX@"));
    lines.extend(give(function, is_constructor));
    lines
}

/// What is made of the result.
fn give(function: &Function, is_constructor: bool) -> Vec<String> {
    let line = match &function.value {
        Value::Nothing => return Vec::new(),
        Value::Scalar(of) => {
            return vec![
                format!("_value: {} = _result[0]", number_type(*of)),
                "return _value".to_owned(),
            ];
        }
        Value::Text => "return _made_text(_result)".to_owned(),
        Value::Numbers(of) => format!(
            "return _made_numbers(_result, \"{}\", {})",
            format_of(*of),
            size_of(*of)
        ),
        Value::Handle(_) if is_constructor => "self._hold(_result[0])".to_owned(),
        Value::Handle(of) => {
            let is_own = function
                .owner
                .as_ref()
                .is_some_and(|owner| of.is_ident(owner));
            let class = if is_own && function.receiver.is_none() {
                "cls".to_owned()
            } else {
                class_name(of)
            };
            format!("return {class}._of(_result[0])")
        }
    };
    vec![line]
}

impl Call {
    /// Adds an argument, whose own name is `own`.
    fn pass(&mut self, parameter: &Parameter, own: &str) {
        let name = python_name(&plain(&parameter.name));
        match &parameter.kind {
            Kind::Scalar(_) => self.arguments.push(name),
            Kind::Text => {
                // Here and not in a function, whose call is a tenth of all that a short text costs.
                self.before.extend([
                    format!("if not isinstance({name}, str):"),
                    format!("    _no_text({name}, \"{name}\")"),
                    format!("{own} = _encode({name})"),
                ]);
                self.arguments
                    .extend([own.to_owned(), format!("len({own})")]);
            }
            Kind::CText => self.arguments.push(format!("_c_text({name}, \"{name}\")")),
            Kind::Numbers(of, access) => {
                let is_changed = if *access == Access::Exclusive {
                    "True"
                } else {
                    "False"
                };
                let numbers = format!(
                    "_numbers({name}, \"{name}\", \"{}[]\", \"{}\", {}, {is_changed})",
                    c_type(*of),
                    word_of(*of),
                    size_of(*of),
                );
                self.held.push((numbers, own.to_owned()));
                self.arguments
                    .extend([own.to_owned(), format!("len({own})")]);
            }
            Kind::Callback(parameters, value) => {
                self.is_stoppable = true;
                self.before.extend(callback(&name, own, parameters, *value));
                self.arguments
                    .extend([own.to_owned(), "_ffi.NULL".to_owned()]);
            }
            Kind::Handle(of, _) => {
                let class = class_name(of);
                self.arguments
                    .push(format!("_handle({name}, {class}, \"{name}\")"));
            }
        }
    }

    /// The statements, to where the call is known to be well.
    fn statements(self, symbol: &str) -> Vec<String> {
        let mut lines = self.before;
        if self.is_stoppable {
            lines.insert(0, "_raised: list[BaseException] = []".to_owned());
        }
        // Not `with`, which takes three times as long.
        let indent = |depth| "    ".repeat(depth);
        for (depth, (value, name)) in self.held.iter().enumerate() {
            lines.push(format!("{}{name} = {value}", indent(depth)));
            lines.push(format!("{}try:", indent(depth)));
        }
        lines.push(format!(
            "{}_status = _c.{symbol}({})",
            indent(self.held.len()),
            self.arguments.join(", ")
        ));
        for (depth, (_, name)) in self.held.iter().enumerate().rev() {
            lines.push(format!("{}finally:", indent(depth)));
            lines.push(format!("{}_ffi.release({name})", indent(depth + 1)));
        }
        if self.is_stoppable {
            lines.extend(["if _raised:", "    raise _raised.pop()"].map(str::to_owned));
        }
        lines.extend(["if _status:", "    _fail(_status)"].map(str::to_owned));
        lines
    }
}

/// A function that C calls. What is raised in it, or on the way into it, is kept, and C gets 1.
fn callback(name: &str, own: &str, parameters: &[Scalar], value: Option<Scalar>) -> Vec<String> {
    let names: Vec<_> = (1..=parameters.len())
        .map(|at| format!("_value_{at}"))
        .collect();
    let mut inputs = vec!["_context: Any".to_owned()];
    let mut types = vec!["void *".to_owned()];
    for (name, of) in names.iter().zip(parameters) {
        inputs.push(format!("{name}: {}", number_type(*of)));
        types.push(c_type(*of).to_owned());
    }
    let mut call = format!("{name}({})", names.join(", "));
    if let Some(of) = value {
        inputs.push("_answer: Any".to_owned());
        types.push(format!("{} *", c_type(of)));
        call = format!("_answer[0] = {call}");
    }
    vec![
        String::new(),
        format!("def _call{own}({}) -> int:", inputs.join(", ")),
        format!("    {call}"),
        "    return 0".to_owned(),
        String::new(),
        format!(
            "{own} = _ffi.callback(\"int32_t({})\", _call{own}, 1, lambda _kind, error, _trace: _raised.append(error))",
            types.join(", ")
        ),
    ]
}

/// The class of an exported type.
fn class_name(of: &syn::Path) -> String {
    of.segments
        .last()
        .map(|part| plain(&part.ident))
        .unwrap_or_default()
}

/// A name of Rust as one of Python: with a `_` behind it where the module needs that name for something else.
pub(crate) fn python_name(name: &str) -> String {
    let name = match name.trim_start_matches('_') {
        name if name.starts_with(|first: char| first.is_alphabetic()) => name,
        // Names that the module has for itself begin with a `_`.
        rest => &format!("p{rest}"),
    };
    if KEYWORDS.contains(&name) || USED.contains(&name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

fn python_type(kind: &Kind) -> String {
    match kind {
        Kind::Scalar(of) => number_type(*of).to_owned(),
        Kind::Text | Kind::CText => "str".to_owned(),
        Kind::Numbers(..) => "Buffer".to_owned(),
        Kind::Callback(parameters, value) => {
            let parameters: Vec<_> = parameters.iter().map(|of| number_type(*of)).collect();
            let value = value.map_or("object", number_type);
            format!("Callable[[{}], {value}]", parameters.join(", "))
        }
        Kind::Handle(of, _) => class_name(of),
    }
}

fn value_type(value: &Value) -> String {
    match value {
        Value::Nothing => "None".to_owned(),
        Value::Scalar(of) => number_type(*of).to_owned(),
        Value::Text => "str".to_owned(),
        Value::Numbers(_) => "memoryview".to_owned(),
        Value::Handle(of) => class_name(of),
    }
}

fn number_type(of: Scalar) -> &'static str {
    match of {
        Scalar::BOOL => "bool",
        of if of.is_float() => "float",
        _ => "int",
    }
}

/// Its name in C, as cffi takes it.
fn c_type(of: Scalar) -> &'static str {
    match of.name() {
        "bool" => "_Bool",
        "i8" => "int8_t",
        "i16" => "int16_t",
        "i32" => "int32_t",
        "i64" => "int64_t",
        "isize" => "ptrdiff_t",
        "u8" => "uint8_t",
        "u16" => "uint16_t",
        "u32" => "uint32_t",
        "u64" => "uint64_t",
        "usize" => "size_t",
        "f32" => "float",
        _ => "double",
    }
}

/// Signed, unsigned or floating-point, as NumPy's names of types begin.
fn word_of(of: Scalar) -> &'static str {
    match &of.name()[..1] {
        "i" => "int",
        "u" => "uint",
        _ => "float",
    }
}

fn size_of(of: Scalar) -> usize {
    match of.name() {
        "bool" | "i8" | "u8" => 1,
        "i16" | "u16" => 2,
        "i32" | "u32" | "f32" => 4,
        // Handles are of 64-bit systems, and so is the whole library.
        _ => 8,
    }
}

/// Its letter in the formats of `memoryview` (the module `struct`).
fn format_of(of: Scalar) -> &'static str {
    match of.name() {
        "i8" => "b",
        "i16" => "h",
        "i32" => "i",
        "i64" | "isize" => "q",
        "u8" => "B",
        "u16" => "H",
        "u32" => "I",
        "u64" | "usize" => "Q",
        "f32" => "f",
        _ => "d",
    }
}

/// Documentation as Python has it; nothing where there is none.
fn docstring(docs: &[String], indent: &str) -> String {
    let docs: Vec<_> = docs
        .iter()
        .map(|line| line.replace('\\', "\\\\").replace("\"\"\"", "\\\"\\\"\\\""))
        .collect();
    match docs.as_slice() {
        [] => String::new(),
        [line] if !line.ends_with('"') => format!("{indent}\"\"\"{line}\"\"\"\n"),
        lines => {
            let mut text = String::new();
            for (at, line) in lines.iter().enumerate() {
                let begin = if at == 0 { "\"\"\"" } else { "" };
                let space = if line.is_empty() && at > 0 {
                    ""
                } else {
                    indent
                };
                _ = writeln!(text, "{space}{begin}{line}");
            }
            _ = writeln!(text, "{indent}\"\"\"");
            text
        }
    }
}
