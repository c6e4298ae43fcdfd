//! That no name is taken twice: in C, and in Python.

#[cfg(target_os = "linux")]
use std::ffi::{CString, c_char, c_void};

use exuvia_c_syntax::item::{Function, Kind, Value, plain, snake};
use proc_macro2::Span;
use syn::{Error, Path, Result};

use super::declarations::STATUSES;
use super::library::Library;
use super::python::{BASES, USED, python_name};
use super::signature::{self, type_name};

/// Names that are taken, and where.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn take(&mut self, name: String, span: Span, whose: &str) -> Result<()> {
        if self.0.contains(&name) {
            let message =
                format!("{whose} has another `{name}` of this library: take another name");
            return Err(Error::new(span, message));
        }
        self.0.push(name);
        Ok(())
    }
}

/// Sees that the library can be written down.
pub(crate) fn check(library: &Library) -> Result<()> {
    check_types(library)?;
    check_c(library)?;
    check_python(library)?;
    library.functions.iter().try_for_each(check_parameters)
}

/// Sees that types are called by their own names, which are those of handles.
fn check_types(library: &Library) -> Result<()> {
    let check = |of: &Path, span: Span| {
        let name = type_name(of);
        if library.types.iter().any(|each| each.c_name() == name) {
            return Ok(());
        }
        let message = format!(
            "`{}` is no type that is exported: write #[export] at it, and call it by its own name",
            quote::quote!(#of).to_string().replace(' ', "")
        );
        Err(Error::new(span, message))
    };
    for function in &library.functions {
        for parameter in &function.parameters {
            if let Kind::Handle(of, _) = &parameter.kind {
                check(of, parameter.name.span())?;
            }
        }
        if let Value::Handle(of) = &function.value {
            check(of, function.span())?;
        }
        if let Some(owner) = &function.owner {
            check(&Path::from(owner.clone()), owner.span())?;
        }
    }
    Ok(())
}

fn check_c(library: &Library) -> Result<()> {
    let prefix = &library.prefix;
    let mut names = Names::default();
    let here = Span::call_site();
    for name in [
        "status",
        "buffer",
        "buffer_free",
        "text",
        "interface",
        "last_message",
        "copy_message",
        "cffi",
    ] {
        names.take(format!("{prefix}_{name}"), here, "C")?;
    }
    for of in library.arrays() {
        names.take(format!("{prefix}_{}_array", of.name()), here, "C")?;
    }
    for each in &library.types {
        let name = format!("{prefix}_{}", each.c_name());
        names.take(format!("{name}_free"), each.name.span(), "C")?;
        names.take(name, each.name.span(), "C")?;
    }
    for each in &library.functions {
        let symbol = each.symbol(prefix);
        if c_library_has(&symbol) {
            let message = format!(
                "C's own library has a `{symbol}`, which this would take the place of for the whole program: take another name"
            );
            return Err(Error::new(each.span(), message));
        }
        names.take(symbol, each.span(), "C")?;
    }
    for (name, ..) in STATUSES {
        names.take(name.to_owned(), here, "C")?;
    }
    let mut codes = Vec::new();
    for error in &library.errors {
        for kind in &error.kinds {
            let mut name = snake(&plain(&error.name));
            if error.is_enum {
                name = format!("{name}_{}", snake(&plain(&kind.name)));
            }
            names.take(
                name.to_uppercase(),
                kind.name.span(),
                "the header's list of statuses",
            )?;
            if codes.contains(&kind.code) {
                let message = format!(
                    "the code {} is taken: say another with #[c(code = N)]",
                    kind.code
                );
                return Err(Error::new(kind.name.span(), message));
            }
            codes.push(kind.code);
        }
    }
    Ok(())
}

/// Whether the C library that this runs on has something of a name.
#[cfg(target_os = "linux")]
fn c_library_has(symbol: &str) -> bool {
    unsafe extern "C" {
        fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    }
    let Ok(symbol) = CString::new(symbol) else {
        return false;
    };
    // SAFETY: it is declared as POSIX has it, NULL is `RTLD_DEFAULT`, and the name ends in a NUL.
    !unsafe { dlsym(std::ptr::null_mut(), symbol.as_ptr()) }.is_null()
}

#[cfg(not(target_os = "linux"))]
fn c_library_has(_symbol: &str) -> bool {
    false
}

fn check_python(library: &Library) -> Result<()> {
    let mut names = Names(BASES.map(str::to_owned).to_vec());
    let whose = "the Python module";
    let mut class = |name: String, span: Span| {
        if USED.contains(&name.as_str()) {
            let message = format!("the Python module needs the name `{name}`: take another name");
            return Err(Error::new(span, message));
        }
        names.take(name, span, whose)
    };
    for error in &library.errors {
        class(plain(&error.name), error.name.span())?;
        for kind in error.kinds.iter().filter(|_| error.is_enum) {
            let name = format!("{}{}", plain(&error.name), plain(&kind.name));
            class(name, kind.name.span())?;
        }
    }
    for each in &library.types {
        class(plain(&each.name), each.name.span())?;
        let mut methods = Names::default();
        let functions = library.functions.iter();
        for method in functions.filter(|of| of.owner.as_ref() == Some(&each.name)) {
            let name = python_name(&plain(&method.name));
            methods.take(name, method.span(), "the Python class")?;
        }
    }
    for each in library.functions.iter().filter(|each| each.owner.is_none()) {
        names.take(python_name(&plain(&each.name)), each.span(), whose)?;
    }
    Ok(())
}

fn check_parameters(function: &Function) -> Result<()> {
    let whose = "the function";
    let mut python = Names(vec!["self".to_owned(), "cls".to_owned()]);
    for parameter in &function.parameters {
        let name = python_name(&plain(&parameter.name));
        python.take(name, parameter.name.span(), whose)?;
    }
    let mut c = Names::default();
    for (name, _) in signature::of(function, "").parameters {
        c.take(name, function.span(), whose)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::library::Library;
    use super::check;
    use crate::sources::Place;

    /// What is said of a library of this source.
    fn said(source: &str) -> String {
        said_of("demo", source)
    }

    /// What is said of a library of this name.
    fn said_of(prefix: &str, source: &str) -> String {
        let place = Place {
            file: "src/lib.rs".to_owned(),
            module: "crate".to_owned(),
            is_conditional: false,
        };
        let mut library = Library {
            prefix: prefix.to_owned(),
            has_python: true,
            ..Library::default()
        };
        let file = syn::parse_file(source).unwrap();
        let mut items = file.items.iter();
        let result = items.try_for_each(|item| library.add(item, &place));
        match result.and_then(|()| check(&library)) {
            Ok(()) => "well".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn names_that_are_taken_are_refused() {
        let taken = |source: &str, whose: &str, name: &str| {
            let expected =
                format!("{whose} has another `{name}` of this library: take another name");
            assert_eq!(said(source), expected, "{source}");
        };
        taken("#[export] pub fn interface() {}", "C", "demo_interface");
        taken(
            "#[export] pub struct Counter; #[export] pub fn counter_free() {}",
            "C",
            "demo_counter_free",
        );
        taken("#[export] pub struct Text;", "C", "demo_text");
        taken(
            "#[export] pub struct F64Array; #[export] pub fn f() -> Vec<f64> { vec![] }",
            "C",
            "demo_f64_array",
        );
        taken(
            "#[derive(exuvia_c::Error)] pub struct Failed;",
            "the header's list of statuses",
            "FAILED",
        );
        taken(
            "use exuvia_c::Error; #[derive(Error)] pub enum Error { One }",
            "the Python module",
            "Error",
        );
        taken("#[export] pub struct Busy;", "the Python module", "Busy");
        taken(
            "#[export] pub fn f(a: i32, _a: i32) {}",
            "the function",
            "a",
        );
        taken(
            "#[export] pub fn f(values: &[f64], values_length: usize) {}",
            "the function",
            "values_length",
        );
        taken(
            "#[export] pub struct A; #[export] impl A { pub fn f(&self, handle: u64) {} }",
            "the function",
            "handle",
        );
    }

    #[test]
    fn names_that_python_needs_are_refused() {
        for source in [
            "#[derive(exuvia_c::Error)] pub enum TypeError { One }",
            "#[derive(exuvia_c::Error)] pub enum Type { Error }",
            "#[export] pub struct TypeError;",
        ] {
            assert_eq!(
                said(source),
                "the Python module needs the name `TypeError`: take another name"
            );
        }
        assert_eq!(
            said(
                "#[export] pub struct A; #[export] impl A { pub fn r#type(&self) {} pub fn type_(&self) {} }"
            ),
            "the Python class has another `type_` of this library: take another name"
        );
        assert_eq!(
            said(
                "#[export] pub struct A; #[export] pub struct B; #[export] impl A { pub fn f(&self) {} } #[export] impl B { pub fn f(&self) {} }"
            ),
            "well"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn names_of_the_c_library_are_refused() {
        let source = "#[export(direct)] pub fn gettime(clock: i32) -> i32 { clock }";
        assert_eq!(
            said_of("clock", source),
            "C's own library has a `clock_gettime`, which this would take the place of for the whole program: take another name"
        );
        assert_eq!(said_of("clocks", source), "well");
    }

    #[test]
    fn what_only_looks_like_ours_is_left_alone() {
        assert_eq!(
            said(
                "use thiserror::Error; #[derive(Error)] pub enum Error { One } #[derive(Error)] pub enum Other { One }"
            ),
            "well"
        );
        assert_eq!(
            said(
                "use exuvia_c::{export, Error}; #[derive(Error)] pub enum A { One } #[derive(Error)] pub enum B { One }"
            ),
            "the code 100 is taken: say another with #[c(code = N)]"
        );
    }

    #[test]
    fn what_may_not_be_there_is_refused() {
        let expected = "what is exported is always there: header and Python module are the same whatever is compiled; take the #[cfg] away";
        assert_eq!(said("#[cfg(unix)] #[export] pub fn f() {}"), expected);
        for part in [
            "#[derive(exuvia_c::Error)] pub enum E { #[cfg(windows)] A, B }",
            "#[export] pub struct A; #[export] impl A { #[cfg(unix)] pub fn f(&self) {} }",
            "#[export] pub fn f(#[cfg(unix)] a: i32) {}",
            "#[cfg_attr(unix, cfg(windows))] #[export] pub fn f() {}",
            "#[cfg_attr(unix, export)] pub fn f() {}",
            "#[cfg_attr(unix, exuvia_c::export)] pub struct A;",
        ] {
            assert_eq!(said(part), expected, "{part}");
        }
        for well in [
            "#[cfg_attr(unix, inline)] #[export] pub fn f() {}",
            "#[export] pub struct A; impl A { #[cfg(unix)] pub fn f(&self) {} }",
            "pub enum E { #[cfg(windows)] A, B }",
        ] {
            assert_eq!(said(well), "well", "{well}");
        }
    }

    #[test]
    fn types_that_are_not_exported_are_told() {
        assert_eq!(
            said(
                "use other::Counter as C; #[export] pub struct Counter; #[export] pub fn f(c: &C) {}"
            ),
            "`C` is no type that is exported: write #[export] at it, and call it by its own name"
        );
        assert_eq!(
            said(
                "#[export] pub struct A; #[export] impl A { pub fn new() -> Self { A } pub fn f(&self, other: &Self) {} }"
            ),
            "well"
        );
    }
}
