//! What C sees of a library, as Rust declarations for cbindgen to make a header of.

use std::fmt::Write;

use exuvia_c_syntax::item::{Access, Function, Kind, Value, plain, snake};

use super::library::Library;
use super::signature::{self, CType, Signature, result_name, type_name};

/// The statuses that every library has: name, code, and what it means. As `exuvia_c::Status` has them.
pub(crate) const STATUSES: [(&str, i32, &str); 12] = [
    ("OK", 0, "All is well."),
    (
        "FAILED",
        1,
        "The function failed, with an error that has no code of its own.",
    ),
    ("PANICKED", 2, "The function has a mistake in it."),
    ("NULL", 3, "A pointer that must lead somewhere is NULL."),
    ("LENGTH", 4, "A length is larger than anything in memory."),
    (
        "MISALIGNED",
        5,
        "A pointer to numbers is not aligned as they are.",
    ),
    (
        "OVERLAP",
        6,
        "Memory that the function writes to is given to it twice.",
    ),
    ("UTF8", 7, "A text is not UTF-8."),
    ("FREED", 8, "A handle was freed, or never was one."),
    (
        "BUSY",
        9,
        "A handle is in use: by another thread, or by the call that this one comes from.",
    ),
    ("THREAD", 10, "A handle belongs to another thread."),
    ("STOPPED", 11, "A callback wanted the function to stop."),
];

/// What the declarations are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// The header, which people read.
    Header,
    /// cffi, to which a status is a number.
    Bare,
    /// To tell two interfaces apart.
    Digest,
}

/// The declarations.
pub(crate) fn text(library: &Library, form: Form) -> String {
    let prefix = &library.prefix;
    let with_docs = form == Form::Header;
    let mut text = String::new();
    let mut item = |docs: &[String], declaration: String| {
        if with_docs {
            // Writing to a string cannot fail; so below.
            for line in comment(docs) {
                _ = writeln!(text, "{line}");
            }
        }
        _ = writeln!(text, "{declaration}\n");
    };
    item(
        &[format!(
            "How a call went. What is not 0 has words, which {prefix}_last_message() gives."
        )],
        if form == Form::Bare {
            format!("pub type {prefix}_status = i32;")
        } else {
            statuses(library, with_docs)
        },
    );
    item(
        &["Who keeps memory that a function made until it is given back.".to_owned()],
        format!("pub struct {prefix}_buffer;"),
    );
    if library.makes_text() {
        item(
            &["A text that a function made: `length` bytes of UTF-8 at `data`, and a NUL behind them. `owner` is given back.".to_owned()],
            format!("#[repr(C)]\npub struct {prefix}_text {{ pub data: *const c_char, pub length: usize, pub owner: *mut {prefix}_buffer }}"),
        );
    }
    for of in library.arrays() {
        let name = of.name();
        item(
            &["Numbers that a function made: `length` of them at `data`, which may be changed. `owner` is given back.".to_owned()],
            format!("#[repr(C)]\npub struct {prefix}_{name}_array {{ pub data: *mut {name}, pub length: usize, pub owner: *mut {prefix}_buffer }}"),
        );
    }
    for each in &library.types {
        let name = format!("{prefix}_{}", each.c_name());
        let mut docs = each.docs.clone();
        docs.extend([
            String::new(),
            format!("A handle, and no address: {name}_free() gives it back. One that was given back is known for what it is."),
        ]);
        item(&docs, format!("pub struct {name};"));
    }
    for function in &library.functions {
        item(&docs(function, library), declaration(function, library));
    }
    for each in &library.types {
        let name = format!("{prefix}_{}", each.c_name());
        item(
            &["Gives a handle back. NULL is given back as in free(): nothing happens.".to_owned()],
            format!(
                "#[unsafe(no_mangle)]\npub extern \"C\" fn {name}_free(handle: *mut {name}) -> {prefix}_status {{}}"
            ),
        );
    }
    item(
        &["Gives memory back that a function made, by its `owner`.".to_owned()],
        format!(
            "#[unsafe(no_mangle)]\npub extern \"C\" fn {prefix}_buffer_free(owner: *mut {prefix}_buffer) -> {prefix}_status {{}}"
        ),
    );
    item(
        &["What went wrong last in this thread, in words: UTF-8, and there until the next call that goes wrong.".to_owned()],
        format!("#[unsafe(no_mangle)]\npub extern \"C\" fn {prefix}_last_message() -> *const c_char {{}}"),
    );
    item(
        &[
            "Copies what went wrong last in this thread with a status, in words: at most `length` bytes with the NUL, to where `buffer` leads.".to_owned(),
            "Gives how long the whole is, without the NUL.".to_owned(),
        ],
        format!(
            "#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn {prefix}_copy_message(status: {prefix}_status, buffer: *mut c_char, length: usize) -> usize {{}}"
        ),
    );
    item(
        &["What this library is a build of: its name, its version, and a digest of what this header declares.".to_owned()],
        format!("#[unsafe(no_mangle)]\npub extern \"C\" fn {prefix}_interface() -> *const c_char {{}}"),
    );
    if library.has_python {
        item(
            &[
                "For the Python package: what cffi calls these functions by, or NULL where no CPython is in this process."
                    .to_owned(),
            ],
            format!("#[unsafe(no_mangle)]\npub extern \"C\" fn {prefix}_cffi() -> *const c_void {{}}"),
        );
    }
    text
}

/// Documentation that becomes a comment of C. What begins with an empty line says nothing there.
fn comment(docs: &[String]) -> impl Iterator<Item = String> {
    let docs = docs.iter().skip_while(|line| line.is_empty());
    docs.map(|line| {
        let line = line.replace("*/", "* /").replace("/*", "/ *");
        format!("///{}{line}", if line.is_empty() { "" } else { " " })
    })
}

fn statuses(library: &Library, with_docs: bool) -> String {
    let prefix = library.prefix.to_uppercase();
    let mut text = format!("#[repr(i32)]\npub enum {}_status {{\n", library.prefix);
    let mut add = |docs: &[String], name: &str, code: i32| {
        if with_docs {
            for line in comment(docs) {
                _ = writeln!(text, "    {line}");
            }
        }
        _ = writeln!(text, "    {prefix}_{name} = {code},");
    };
    for (name, code, meaning) in STATUSES {
        add(&[meaning.to_owned()], name, code);
    }
    for error in &library.errors {
        for kind in &error.kinds {
            let mut name = snake(&plain(&error.name));
            if error.is_enum {
                _ = write!(name, "_{}", snake(&plain(&kind.name)));
            }
            add(&kind.docs, &name.to_uppercase(), kind.code);
        }
    }
    text.push('}');
    text
}

fn declaration(function: &Function, library: &Library) -> String {
    let Signature {
        symbol,
        parameters,
        result,
    } = signature::of(function, &library.prefix);
    let parameters = named(&parameters, library);
    let output = result
        .map(|of| format!(" -> {}", rust(&of, library)))
        .unwrap_or_default();
    format!("#[unsafe(no_mangle)]\npub unsafe extern \"C\" fn {symbol}({parameters}){output} {{}}")
}

fn named(parameters: &[(String, CType)], library: &Library) -> String {
    let parameters: Vec<_> = parameters
        .iter()
        .map(|(name, of)| format!("{}: {}", parameter_name(name), rust(of, library)))
        .collect();
    parameters.join(", ")
}

/// A parameter's name: with a `_` behind it where the name is a word of Rust, which these declarations are in, of C or of C++, or one that
/// their headers and compilers define.
fn parameter_name(name: &str) -> String {
    if TAKEN.contains(&name) {
        format!("{name}_")
    } else {
        name.to_owned()
    }
}

/// Words of Rust; those of C and C++ that cbindgen does not know to escape (C11 6.4.1, C++17 5.11 and 5.5); macros of GNU's compilers
/// without `-std=c…`; macros of the headers that are included, and of others that a program may include before.
#[rustfmt::skip]
const TAKEN: [&str; 122] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum", "extern",
    "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv",
    "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe", "unsized",
    "use", "virtual", "where", "while", "yield",
    "inline", "restrict", "auto", "char", "double", "float", "goto", "int", "long", "register", "short", "signed", "sizeof", "switch",
    "typedef", "unsigned", "void", "volatile", "case", "default", "bool", "asm", "alignas", "alignof",
    "and", "and_eq", "bitand", "bitor", "compl", "not", "not_eq", "or", "or_eq", "xor", "xor_eq", "catch", "class", "constexpr", "decltype",
    "delete", "explicit", "export", "friend", "mutable", "namespace", "new", "noexcept", "nullptr", "operator", "private", "protected",
    "public", "template", "this", "throw", "typeid", "typename", "using", "wchar_t", "thread_local",
    "unix", "linux", "NULL", "EOF", "errno", "assert", "stdin", "stdout", "stderr", "offsetof",
];

/// A type of C as cbindgen reads it.
fn rust(of: &CType, library: &Library) -> String {
    match of {
        CType::Scalar(of) => of.name().to_owned(),
        CType::Char => "c_char".to_owned(),
        CType::Void => "c_void".to_owned(),
        CType::Status => format!("{}_status", library.prefix),
        CType::Struct(name) => name.clone(),
        CType::Pointer(to, is_changed) => {
            let pointer = if *is_changed { "*mut" } else { "*const" };
            format!("{pointer} {}", rust(to, library))
        }
        CType::Callback(parameters) => {
            let parameters = named(parameters, library);
            format!("Option<unsafe extern \"C\" fn({parameters}) -> i32>")
        }
    }
}

/// The author's words, and the rules that go with the types.
fn docs(function: &Function, library: &Library) -> Vec<String> {
    let prefix = &library.prefix;
    let mut docs = function.docs.clone();
    let mut rules = Vec::new();
    for parameter in &function.parameters {
        let name = plain(&parameter.name);
        rules.extend(match &parameter.kind {
            Kind::Scalar(_) | Kind::Handle(..) => None,
            Kind::Text => Some(format!("`{name}`: `{name}_length` bytes of UTF-8, in which NULs may be.")),
            Kind::CText => Some(format!("`{name}`: a text that ends in a NUL.")),
            Kind::Numbers(_, Access::Shared) => Some(format!("`{name}`: `{name}_length` numbers, which nobody changes meanwhile.")),
            Kind::Numbers(_, Access::Exclusive) => {
                Some(format!("`{name}`: `{name}_length` numbers, which are changed, and which no other argument overlaps."))
            }
            Kind::Callback(_, value) => Some(format!(
                "`{name}`: called with `{name}_context` first{}; it answers 0 to go on, and anything else to stop.",
                if value.is_some() { ", and writes what it finds to `result`" } else { "" }
            )),
        });
    }
    if function.direct {
        // It has no status, and with it no rules.
        return docs;
    }
    let result = result_name(function);
    rules.extend(match &function.value {
        Value::Nothing => None,
        Value::Scalar(_) => Some(format!("`{result}`: where the result goes.")),
        Value::Text => Some(format!(
            "`{result}`: where the text goes; {prefix}_buffer_free() takes its `owner` back."
        )),
        Value::Numbers(_) => Some(format!(
            "`{result}`: where the numbers go; {prefix}_buffer_free() takes their `owner` back."
        )),
        Value::Handle(of) => {
            let name = format!("{prefix}_{}", type_name(of));
            Some(format!(
                "`{result}`: where the handle goes; {name}_free() takes it back."
            ))
        }
    });
    if !rules.is_empty() {
        docs.push(String::new());
        docs.extend(rules);
    }
    docs
}
