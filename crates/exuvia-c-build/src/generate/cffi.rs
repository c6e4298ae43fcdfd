//! The library as a module of cffi in API mode: the tables of `exuvia_c::cffi`, and what cffi calls, as Rust for `library!()` to include.

use std::collections::HashMap;
use std::fmt::Write;

use exuvia_c_syntax::item::Scalar;

use super::library::Library;
use super::signature::{self, CType, Signature};

/// The file's text.
pub(crate) fn text(library: &Library) -> String {
    let signatures = signatures(library);
    let mut types = Types::default();
    // Each structure is at a place of its own, and refers to its place among the structures.
    for (position, (name, _)) in names(library).into_iter().enumerate() {
        types.entries.push(("STRUCT", position));
        let index = types.entries.len() - 1;
        types.known.insert(CType::Struct(name), index);
    }
    let mut text = String::from("use ::exuvia_c::cffi::*;\n\nunsafe extern \"C\" {\n");
    for each in &signatures {
        let parameters: Vec<_> = (0..)
            .zip(&each.parameters)
            .map(|(at, (_, of))| format!("_{at}: {}", rust(of)))
            .collect();
        let output = each.result.as_ref().map(|of| format!(" -> {}", rust(of)));
        _ = writeln!(
            text,
            "    fn {}({}){};",
            each.symbol,
            parameters.join(", "),
            output.unwrap_or_default()
        );
    }
    text.push_str("}\n\n");
    // By their names, as cffi looks for them; so below.
    let mut globals = String::new();
    for (at, each) in signatures.iter().enumerate() {
        let index = types.function(&each.parameters, each.result.as_ref());
        let made = each.result.as_ref().map(|of| types.index(of));
        text.push_str(&call(at, each, index, made.unwrap_or_default()));
        let operation = match each.parameters.len() {
            0 => "CALL_NOTHING",
            1 => "CALL_ONE",
            _ => "CALL_TUPLE",
        };
        _ = writeln!(
            globals,
            "    Global {{ name: c\"{0}\".as_ptr(), call: call_{at}, operation: operation(op::{operation}, {index}), direct: {0} as *const () as *const ::core::ffi::c_void }},",
            each.symbol
        );
    }
    let structs = structs(library, &mut types);
    let typenames = typenames(library, &mut types);
    let count = signatures.len();
    _ = write!(
        text,
        "static GLOBALS: Table<[Global; {count}]> = unsafe {{ Table::new([\n{globals}]) }};\n\n{}{}",
        structs.text, typenames.text
    );
    _ = write!(
        text,
        "static TYPES: Types<{0}> = unsafe {{ Types::new([\n{1}]) }};\n\n\
         static CONTEXT: Table<Context> = unsafe {{ Table::new(Context {{\n    \
         types: TYPES.as_ptr(),\n    globals: GLOBALS.get().as_ptr(),\n    fields: FIELDS.get().as_ptr(),\n    structs: STRUCTS.get().as_ptr(),\n    \
         enums: ::core::ptr::null(),\n    typenames: TYPENAMES.get().as_ptr(),\n    global_count: {count},\n    struct_count: {2},\n    \
         enum_count: 0,\n    typename_count: {3},\n    includes: ::core::ptr::null(),\n    type_count: {0},\n    flags: 0,\n}}) }};\n\n",
        types.entries.len(),
        types.text(),
        structs.count,
        typenames.count,
    );
    let prefix = &library.prefix;
    _ = write!(
        text,
        "#[unsafe(export_name = \"{prefix}_cffi\")]\nextern \"C\" fn module() -> *const ::core::ffi::c_void {{\n    \
         ::exuvia_c::cffi::module(c\"{prefix}._native._quick\", &CONTEXT)\n}}\n"
    );
    text
}

/// All functions of the library, by their names.
fn signatures(library: &Library) -> Vec<Signature> {
    let prefix = &library.prefix;
    let functions = library.functions.iter();
    let mut signatures: Vec<_> = functions.map(|each| signature::of(each, prefix)).collect();
    let pointer = |to: CType| CType::Pointer(Box::new(to), true);
    let mut free = |name: String| {
        signatures.push(Signature {
            symbol: format!("{name}_free"),
            parameters: vec![("handle".to_owned(), pointer(CType::Struct(name)))],
            result: Some(CType::Status),
        });
    };
    for each in &library.types {
        free(format!("{prefix}_{}", each.c_name()));
    }
    free(format!("{prefix}_buffer"));
    for name in ["interface", "last_message"] {
        signatures.push(Signature {
            symbol: format!("{prefix}_{name}"),
            parameters: Vec::new(),
            result: Some(CType::Pointer(Box::new(CType::Char), false)),
        });
    }
    signatures.push(Signature {
        symbol: format!("{prefix}_copy_message"),
        parameters: vec![
            ("status".to_owned(), CType::Status),
            ("buffer".to_owned(), pointer(CType::Char)),
            ("length".to_owned(), CType::Scalar(Scalar::USIZE)),
        ],
        result: Some(CType::Scalar(Scalar::USIZE)),
    });
    signatures.sort_by(|one, other| one.symbol.cmp(&other.symbol));
    signatures
}

/// What cffi calls for a function, whose type and whose result's type are at these places of the table.
fn call(at: usize, signature: &Signature, index: usize, made: usize) -> String {
    let mut text = format!(
        "unsafe extern \"C-unwind\" fn call_{at}(_: *mut Object, given: *mut Object) -> *mut Object {{\n    \
         // SAFETY: cffi calls.\n    \
         let Some(mut arguments) = (unsafe {{ Arguments::new(given) }}) else {{ return ::core::ptr::null_mut() }};\n"
    );
    let symbol = &signature.symbol;
    let count = signature.parameters.len();
    let names: Vec<_> = (0..count).map(|at| format!("_{at}")).collect();
    match count {
        0 => {}
        1 => text.push_str("    let _0 = arguments.one();\n"),
        _ => {
            _ = writeln!(
                text,
                "    let Some([{}]) = arguments.all(c\"{symbol}\") else {{ return ::core::ptr::null_mut() }};",
                names.join(", ")
            );
        }
    }
    for (position, (_, of)) in signature.parameters.iter().enumerate() {
        let read = match of {
            CType::Scalar(of) => format!("number::<{}>(_{position})", of.name()),
            CType::Status => format!("number::<i32>(_{position})"),
            CType::Callback(_) => {
                format!("function(_{position}, &TYPES, {})", index + 1 + position)
            }
            _ => format!("pointer(_{position}, &TYPES, {})", index + 1 + position),
        };
        _ = writeln!(
            text,
            "    let Some(_{position}) = arguments.{read} else {{ return ::core::ptr::null_mut() }};"
        );
    }
    _ = writeln!(
        text,
        "    // SAFETY: cffi has seen that the arguments are of the header's types.\n    \
         let value = arguments.call(|| unsafe {{ {symbol}({}) }});",
        names.join(", ")
    );
    let give = match &signature.result {
        None => "{ () = value; arguments.give_nothing() }".to_owned(),
        Some(CType::Scalar(_) | CType::Status) => "arguments.give(value)".to_owned(),
        Some(_) => format!("arguments.give_pointer(value, &TYPES, {made})"),
    };
    _ = writeln!(text, "    {give}\n}}\n");
    text
}

/// A type of C in Rust: what is not a number is a pointer, whatever it is to.
fn rust(of: &CType) -> String {
    match of {
        CType::Scalar(of) => format!("::core::primitive::{}", of.name()),
        CType::Status => "i32".to_owned(),
        _ => "*mut ::core::ffi::c_void".to_owned(),
    }
}

/// The table of types.
#[derive(Default)]
struct Types {
    /// Operations and their arguments.
    entries: Vec<(&'static str, usize)>,
    known: HashMap<CType, usize>,
}

impl Types {
    /// The place of a type, which is added where it is not there.
    fn index(&mut self, of: &CType) -> usize {
        if let Some(&index) = self.known.get(of) {
            return index;
        }
        let entry = self.entry(of);
        self.entries.push(entry);
        let index = self.entries.len() - 1;
        self.known.insert(of.clone(), index);
        index
    }

    /// What stands for a type wherever one does.
    fn entry(&mut self, of: &CType) -> (&'static str, usize) {
        match of {
            CType::Pointer(to, _) => ("POINTER", self.index(to)),
            CType::Callback(parameters) => {
                let index = self.function(parameters, Some(&CType::Status));
                ("POINTER", index)
            }
            CType::Struct(_) => ("NOOP", self.known[of]),
            CType::Scalar(of) => ("PRIMITIVE", primitive(*of)),
            CType::Status => ("PRIMITIVE", primitive(Scalar::STATUS)),
            // `_CFFI_PRIM_CHAR` and `_CFFI_PRIM_VOID`.
            CType::Char => ("PRIMITIVE", 2),
            CType::Void => ("PRIMITIVE", 0),
        }
    }

    /// The place of a function's type: itself, then its parameters.
    fn function(&mut self, parameters: &[(String, CType)], result: Option<&CType>) -> usize {
        let result = self.index(result.unwrap_or(&CType::Void));
        let entries: Vec<_> = parameters.iter().map(|(_, of)| self.entry(of)).collect();
        let index = self.entries.len();
        self.entries.push(("FUNCTION", result));
        self.entries.extend(entries);
        self.entries.push(("FUNCTION_END", 0));
        index
    }

    fn text(&self) -> String {
        let lines = self
            .entries
            .iter()
            .map(|(op, argument)| format!("    operation(op::{op}, {argument}),\n"));
        lines.collect()
    }
}

/// A table, and how long it is.
struct Written {
    text: String,
    count: usize,
}

/// The structures: those that are only pointed to, and those that results come in.
fn structs(library: &Library, types: &mut Types) -> Written {
    let mut fields = String::new();
    let mut field_count = 0;
    let mut text = String::new();
    let all = names(library);
    for (name, members) in &all {
        let index = types.known[&CType::Struct(name.clone())];
        let Some(members) = members else {
            _ = writeln!(
                text,
                "    Struct {{ name: c\"{name}\".as_ptr(), index: {index}, flags: OPAQUE, size: usize::MAX, alignment: -1, first: -1, fields: 0 }},"
            );
            continue;
        };
        _ = writeln!(
            text,
            "    Struct {{ name: c\"{name}\".as_ptr(), index: {index}, flags: 0, size: {}, alignment: 8, first: {field_count}, fields: {} }},",
            8 * members.len(),
            members.len()
        );
        for (at, (member, of)) in members.iter().enumerate() {
            let index = types.index(of);
            _ = writeln!(
                fields,
                "    Field {{ name: c\"{member}\".as_ptr(), offset: {}, size: 8, operation: operation(op::NOOP, {index}) }},",
                8 * at
            );
        }
        field_count += members.len();
    }
    let count = all.len();
    Written {
        text: format!(
            "static FIELDS: Table<[Field; {field_count}]> = unsafe {{ Table::new([\n{fields}]) }};\n\nstatic STRUCTS: Table<[Struct; {count}]> = unsafe {{ Table::new([\n{text}]) }};\n\n"
        ),
        count,
    }
}

/// The members of a structure, each of 8 bytes.
type Members = Vec<(&'static str, CType)>;

/// The structures by their names, with the members of those that have any.
fn names(library: &Library) -> Vec<(String, Option<Members>)> {
    let prefix = &library.prefix;
    let pointer = |to: CType| CType::Pointer(Box::new(to), true);
    let owner = pointer(CType::Struct(format!("{prefix}_buffer")));
    let made = |data: CType| {
        vec![
            ("data", pointer(data)),
            ("length", CType::Scalar(Scalar::USIZE)),
            ("owner", owner.clone()),
        ]
    };
    let types = library.types.iter();
    let mut all: Vec<_> = types
        .map(|each| (format!("{prefix}_{}", each.c_name()), None))
        .collect();
    all.push((format!("{prefix}_buffer"), None));
    if library.makes_text() {
        all.push((format!("{prefix}_text"), Some(made(CType::Char))));
    }
    for of in library.arrays() {
        let name = format!("{prefix}_{}_array", of.name());
        all.push((name, Some(made(CType::Scalar(of)))));
    }
    all.sort_by(|one, other| one.0.cmp(&other.0));
    all
}

/// The names of types, which are those of structures, and that of the status.
fn typenames(library: &Library, types: &mut Types) -> Written {
    let mut all: Vec<_> = names(library).into_iter().map(|(name, _)| name).collect();
    let status = format!("{}_status", library.prefix);
    all.push(status.clone());
    all.sort();
    let mut text = String::new();
    for name in &all {
        let of = if *name == status {
            CType::Status
        } else {
            CType::Struct(name.clone())
        };
        let index = types.index(&of);
        _ = writeln!(
            text,
            "    Typename {{ name: c\"{name}\".as_ptr(), index: {index} }},"
        );
    }
    let count = all.len();
    Written {
        text: format!(
            "static TYPENAMES: Table<[Typename; {count}]> = unsafe {{ Table::new([\n{text}]) }};\n\n"
        ),
        count,
    }
}

/// cffi's number of a primitive type (`_CFFI_PRIM_…`).
fn primitive(of: Scalar) -> usize {
    match of.name() {
        "bool" => 1,
        "i8" => 17,
        "u8" => 18,
        "i16" => 19,
        "u16" => 20,
        "i32" => 21,
        "u32" => 22,
        "i64" => 23,
        "u64" => 24,
        "isize" => 27,
        "usize" => 28,
        "f32" => 13,
        _ => 14,
    }
}
