//! The header as libclang understands it: bindgen's Rust, taken apart.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bindgen::callbacks::ParseCallbacks;
use syn::{ForeignItem, Item};

use super::HoldError;
use super::lines::{HeaderFile, Place};
use crate::cargo::Package;

/// What the header says, with what it takes from its own folder.
#[derive(Debug)]
pub(crate) struct Header {
    /// The header and those of its folder that it includes.
    pub(crate) files: Vec<HeaderFile>,
    /// Types and constants.
    pub(crate) items: Vec<Item>,
    /// What the crate is to define.
    pub(crate) functions: Vec<Function>,
    /// What the crate is to define.
    pub(crate) variables: Vec<Variable>,
}

/// A function that the header declares.
#[derive(Debug)]
pub(crate) struct Function {
    /// Its name in C.
    pub(crate) name: String,
    /// `unsafe extern "C" fn(n: u8) -> f32`
    pub(crate) pointer: syn::Type,
    pub(crate) at: Option<Location>,
}

/// A variable that the header declares.
#[derive(Debug)]
pub(crate) struct Variable {
    /// Its name in C.
    pub(crate) name: String,
    /// Nothing for an array whose length the header leaves open.
    pub(crate) kind: Option<syn::Type>,
    pub(crate) at: Option<Location>,
}

/// Where something is declared.
#[derive(Debug)]
pub(crate) struct Location {
    /// The header's name, as a person of the project writes it.
    pub(crate) file: String,
    pub(crate) place: Place,
}

/// Hears from bindgen which files the header includes.
#[derive(Debug, Default)]
struct Included(Arc<Mutex<Vec<PathBuf>>>);

impl ParseCallbacks for Included {
    fn include_file(&self, filename: &str) {
        if let Ok(mut files) = self.0.lock() {
            files.push(filename.into());
        }
    }
}

/// Reads `file`, whose text is `text`.
pub(crate) fn read(package: &Package, file: &Path, text: &str) -> Result<Header, HoldError> {
    let name = package.relative(file).display().to_string();
    let included = Included::default();
    let files = included.0.clone();
    let parse = |said: String| HoldError::Parse {
        header: name.clone(),
        said,
    };
    let bindings = builder(package, file)
        .parse_callbacks(Box::new(included))
        .generate()
        .map_err(|error| parse(error.to_string().trim_end().to_owned()))?;
    let parsed = syn::parse_file(&bindings.to_string())
        .map_err(|error| parse(format!("what bindgen made of it is no Rust: {error}")))?;

    let folder = file.parent().unwrap_or(file);
    let mut own = vec![HeaderFile::new(file.to_owned(), name.clone(), text)];
    let mut included =
        std::mem::take(&mut *files.lock().unwrap_or_else(|error| error.into_inner()));
    included.sort();
    included.dedup();
    for path in included {
        if path.starts_with(folder) && path != file {
            let text = std::fs::read_to_string(&path).map_err(|source| HoldError::Header {
                path: path.clone(),
                source,
            })?;
            let name = package.relative(&path).display().to_string();
            own.push(HeaderFile::new(path, name, &text));
        }
    }
    let mut header = take_apart(parsed, own);
    let texts = header
        .files
        .iter()
        .map(|file| std::fs::read_to_string(&file.path));
    let large: Vec<_> = texts
        .flatten()
        .flat_map(|text| large_constants(&text))
        .collect();
    for item in &mut header.items {
        if let Item::Const(constant) = item
            && let Some((_, value)) = large.iter().find(|(name, _)| constant.ident == name)
        {
            constant.ty = syn::parse_quote!(u64);
            constant.expr = syn::parse_quote!(#value);
        }
    }
    Ok(header)
}

/// The macros that are larger than any signed number of 64 bits, which libclang computes with and bindgen gets a negative one of.
fn large_constants(text: &str) -> Vec<(String, u64)> {
    let value = |line: &str| {
        let definition = line.trim_start().strip_prefix('#')?.trim_start();
        let (name, value) = definition
            .strip_prefix("define")?
            .trim_start()
            .split_once(char::is_whitespace)?;
        let value = value.split("/*").next()?.split("//").next()?;
        let value = value.trim().trim_start_matches('(').trim_end_matches(')');
        let digits = value.trim().trim_end_matches(['u', 'U', 'l', 'L']);
        let hexadecimal = digits.strip_prefix("0x").or(digits.strip_prefix("0X"));
        let number = match hexadecimal {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => digits.parse(),
        };
        let number = number
            .ok()
            .filter(|&number| i64::try_from(number).is_err())?;
        Some((name.to_owned(), number))
    };
    text.lines().filter_map(value).collect()
}

fn builder(package: &Package, file: &Path) -> bindgen::Builder {
    let folder = file.parent().unwrap_or(file);
    let mut builder = bindgen::builder()
        .header(file.display().to_string())
        // The header's own folder: what the system declares is in it where the header's own items need it.
        .allowlist_file(format!("{}/.*", escape(&folder.display().to_string())))
        // `enum` is a number in C: one that Rust does not know must not be undefined behaviour here.
        .default_enum_style(bindgen::EnumVariation::Consts)
        .prepend_enum_name(false)
        .generate_cstr(true)
        .use_core()
        .layout_tests(true)
        .formatter(bindgen::Formatter::None)
        .rust_edition(bindgen::RustEdition::Edition2024)
        .disable_header_comment();
    // PyPI's libclang comes without the headers that belong to a compiler (stddef.h, stdbool.h): those of the C compiler do,
    // after all others.
    if let Some(folder) = compiler_headers(package) {
        builder = builder.clang_arg("-idirafter").clang_arg(folder);
    }
    builder
}

fn compiler_headers(package: &Package) -> Option<String> {
    let output = std::process::Command::new(crate::cargo::compiler(package))
        .arg("-print-file-name=include")
        .output()
        .ok()?;
    let folder = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    Path::new(&folder).is_dir().then_some(folder)
}

/// `text` as a regular expression that matches nothing else.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn take_apart(parsed: syn::File, files: Vec<HeaderFile>) -> Header {
    let mut header = Header {
        files,
        items: Vec::new(),
        functions: Vec::new(),
        variables: Vec::new(),
    };
    for item in parsed.items {
        let Item::ForeignMod(foreign) = item else {
            header.items.push(item);
            continue;
        };
        let abi = &foreign.abi;
        for declared in &foreign.items {
            match declared {
                ForeignItem::Fn(function) => {
                    let name = name_in_c(&function.attrs, &function.sig.ident);
                    let (inputs, variadic, output) = (
                        &function.sig.inputs,
                        &function.sig.variadic,
                        &function.sig.output,
                    );
                    header.functions.push(Function {
                        at: header.locate(|file| file.function(&name)),
                        pointer: syn::parse_quote!(unsafe #abi fn(#inputs #variadic) #output),
                        name,
                    });
                }
                ForeignItem::Static(variable) => {
                    let name = name_in_c(&variable.attrs, &variable.ident);
                    header.variables.push(Variable {
                        at: header.locate(|file| file.variable(&name)),
                        kind: has_length(&variable.ty).then(|| (*variable.ty).clone()),
                        name,
                    });
                }
                _ => {}
            }
        }
    }
    header
}

impl Header {
    fn locate(&self, find: impl Fn(&HeaderFile) -> Option<Place>) -> Option<Location> {
        self.files.iter().find_map(|file| {
            Some(Location {
                place: find(file)?,
                file: file.name.clone(),
            })
        })
    }
}

/// bindgen renames what is a keyword in Rust, and tells the linker.
fn name_in_c(attributes: &[syn::Attribute], ident: &syn::Ident) -> String {
    let linked = attributes.iter().find_map(|attribute| {
        let pair = attribute.meta.require_name_value().ok()?;
        match &pair.value {
            syn::Expr::Lit(literal) if pair.path.is_ident("link_name") => match &literal.lit {
                syn::Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        }
    });
    linked.map_or_else(
        || ident.to_string(),
        // LLVM's mark for a name that is taken as it is.
        |name| name.trim_start_matches('\u{1}').to_owned(),
    )
}

/// An array of open length is one of length 0 to bindgen.
fn has_length(kind: &syn::Type) -> bool {
    let syn::Type::Array(array) = kind else {
        return true;
    };
    !matches!(&array.len, syn::Expr::Lit(literal)
        if matches!(&literal.lit, syn::Lit::Int(length) if length.base10_digits() == "0"))
}
