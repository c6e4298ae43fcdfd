//! The header as cffi takes it: `header.h` in cargo's target folder, which maturin hands to cffi's `cdef`.
//!
//! `cdef` has neither a preprocessor nor the words that compilers add to C
//! (<https://cffi.readthedocs.io/en/stable/cdef.html>). So the C compiler preprocesses the header, and of what comes out the
//! lines of the header itself are kept, with the values of its constants.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use syn::{Expr, Item, Lit};

use super::header::Header;
use crate::cargo::{self, Package};
use crate::{BuildError, cdef};

mod plain;

/// Why maturin will find no header.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CdefError {
    #[error(
        "cannot write header.h for cffi: there is no C compiler to read {header} with: {compiler}: {source}"
    )]
    NoCompiler {
        header: String,
        compiler: String,
        source: io::Error,
    },
    #[error("cannot write header.h for cffi: the C compiler does not take {header}: {said}")]
    Refused { header: String, said: String },
    #[error("cannot write header.h for cffi: {header} says `{word}`, which cffi cannot be told")]
    Inexpressible { header: String, word: String },
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl CdefError {
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::NoCompiler { .. } => {
                "install gcc or clang, or name one in CC; the library is built, Python's wheel cannot be"
            }
            Self::Refused { .. } => "try it alone: cc -fsyntax-only",
            Self::Inexpressible { .. } => {
                "lay the structure out by its members; the library is built, Python's wheel cannot be"
            }
            Self::Build(_) => "the library is built, Python's wheel cannot be",
        }
    }
}

/// Writes `header.h`. Where that fails, one of another time is taken away, which would be taken for this one.
pub(crate) fn write(package: &Package, header: &Header) -> Result<(), CdefError> {
    match text(package, header) {
        Ok(text) => Ok(cdef::put(package, &text)?),
        Err(error) => {
            _ = fs::remove_file(cdef::place(package)?);
            Err(error)
        }
    }
}

fn text(package: &Package, header: &Header) -> Result<String, CdefError> {
    let preprocessed = preprocess(package, header)?;
    let own = own_lines(&preprocessed, header);
    let declarations =
        plain::declarations(&own.declarations).map_err(|word| CdefError::Inexpressible {
            header: header.files[0].name.clone(),
            word,
        })?;
    let mut text = format!(
        "/* {} as cffi reads it. Written by exuvia_c_build::hold whenever it changes. */\n",
        header.files[0].name
    );
    for (name, value) in constants(header) {
        if own.defined.contains(&name) {
            text.push_str(&format!("#define {name} {value}\n"));
        }
    }
    text.push_str(&declarations);
    Ok(text)
}

/// The header as the C compiler sees it, with its definitions and with marks of where each line is from.
fn preprocess(package: &Package, header: &Header) -> Result<String, CdefError> {
    let compiler = cargo::compiler(package);
    let file = &header.files[0];
    let output = Command::new(&compiler)
        .args(["-E", "-dD", "-x", "c"])
        .arg(&file.path)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| CdefError::NoCompiler {
            header: file.name.clone(),
            compiler: compiler.to_string_lossy().into_owned(),
            source,
        })?;
    if !output.status.success() {
        return Err(CdefError::Refused {
            header: file.name.clone(),
            said: String::from_utf8_lossy(&output.stderr)
                .trim_end()
                .to_owned(),
        });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What of the preprocessed text is the header's own.
#[derive(Debug, Default, PartialEq, Eq)]
struct Own {
    declarations: String,
    /// The macros.
    defined: Vec<String>,
}

/// Follows the marks of the form `# 12 "include/api.h" 3` (<https://gcc.gnu.org/onlinedocs/cpp/Preprocessor-Output.html>).
fn own_lines(preprocessed: &str, header: &Header) -> Own {
    let mut own = Own::default();
    let mut is_own = false;
    for line in preprocessed.lines() {
        if let Some(file) = mark(line) {
            is_own = header.files.iter().any(|own| own.path == Path::new(&file));
        } else if !is_own {
            continue;
        } else if let Some(definition) = line.strip_prefix("#define ") {
            own.defined
                .extend(definition.split_whitespace().next().map(str::to_owned));
        } else if !line.starts_with("#undef") && !line.trim().is_empty() {
            own.declarations.push_str(line);
            own.declarations.push('\n');
        }
    }
    own
}

/// The file that a mark names.
fn mark(line: &str) -> Option<String> {
    let (number, rest) = line.strip_prefix("# ")?.split_once(" \"")?;
    number.parse::<u64>().ok()?;
    let (file, _) = rest.rsplit_once('"')?;
    Some(file.replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// A whole number as C has it: without the type that bindgen writes behind a character's.
fn whole(value: &Expr) -> Option<String> {
    match value {
        Expr::Unary(negative) if matches!(negative.op, syn::UnOp::Neg(_)) => {
            Some(format!("-{}", whole(&negative.expr)?))
        }
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => Some(number.base10_digits().to_owned()),
            Lit::Byte(letter) => Some(letter.value().to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// The whole numbers among the constants, as bindgen computed them. Other macros are nothing to cffi.
fn constants(header: &Header) -> Vec<(String, String)> {
    let number = |item: &Item| {
        let Item::Const(constant) = item else {
            return None;
        };
        let syn::Type::Path(kind) = &*constant.ty else {
            return None;
        };
        let is_whole = ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"]
            .iter()
            .any(|name| kind.path.is_ident(name));
        if !is_whole {
            return None;
        }
        Some((constant.ident.to_string(), whole(&constant.expr)?))
    };
    header.items.iter().filter_map(number).collect()
}
