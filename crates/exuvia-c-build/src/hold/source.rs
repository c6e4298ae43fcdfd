//! `OUT_DIR/api.rs`: the header's types, and a line for everything that the crate is to define.

use std::fmt::Write as _;

use super::exports::{Definition, Exports};
use super::header::{Header, Location};

/// The file's text.
pub(crate) fn text(header: &Header, exports: &Exports) -> String {
    let mut text = format!(
        "// What {0} says, in Rust. Written by exuvia_c_build::hold whenever it changes.\n\
         \n\
         // What the header declares, the crate defines: each line compiles where both say the same.\n",
        header.files[0].name
    );
    for function in &header.functions {
        let definition = exports.get(&function.name);
        let path = path(&function.name, definition);
        text.push_str(&line(
            &type_text(&function.pointer),
            &path,
            &function.at,
            definition,
        ));
    }
    for variable in &header.variables {
        let definition = exports.get(&variable.name);
        let path = format!("&raw const {}", path(&variable.name, definition));
        let (kind, value) = match &variable.kind {
            Some(kind) => (format!("*const {}", type_text(kind)), path),
            // Of an array whose length the header leaves open, only that it is there.
            None => ("*const ()".to_owned(), format!("({path}).cast()")),
        };
        text.push_str(&line(&kind, &value, &variable.at, definition));
    }
    // A crate need not use what its header declares, and what bindgen writes is not written for its lints.
    _ = write!(
        text,
        "\n\
         #[allow(unused_imports)]\n\
         pub use declared::*;\n\
         \n\
         #[allow(warnings, missing_docs, unreachable_pub, clippy::all, clippy::pedantic, clippy::undocumented_unsafe_blocks)]\n\
         mod declared {{\n{}}}\n",
        unparse(header.items.clone())
    );
    text
}

/// The definition's own path, so that it may be in any module; where none was found, the place where one would be.
fn path(name: &str, definition: Option<&Definition>) -> String {
    definition.map_or_else(
        || format!("super::{name}"),
        |definition| definition.path.clone(),
    )
}

/// How much of a line the compiler shows where it cannot tell the terminal's width.
const SHOWN: usize = 140;

/// A line that compiles only where `value` is of the type `kind`. The compiler shows the line of the value with its error, and
/// so both sides; a long type stands above it.
fn line(kind: &str, value: &str, at: &Option<Location>, definition: Option<&Definition>) -> String {
    // The shorter first: of a long line a narrow terminal shows the beginning.
    let sides = definition
        .map(|rust| format!("Rust: {}, line {}", rust.file, rust.line))
        .into_iter()
        .chain(
            at.iter()
                .map(|at| format!("{}, line {}: {}", at.file, at.place.line, at.place.text)),
        );
    let sides = sides.collect::<Vec<_>>().join("; ");
    let comment = if sides.is_empty() { "" } else { " // " };
    let line = format!("const _: {kind} = {value};{comment}{sides}\n");
    if line.len() <= SHOWN {
        line
    } else {
        format!("const _: {kind} =\n    {value};{comment}{sides}\n")
    }
}

/// An item as it is written by hand, on one line.
pub(crate) fn one_line(item: syn::Item) -> String {
    let text = unparse(vec![item]);
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ").replace("( ", "(").replace(", )", ")")
}

/// A type as it is written by hand, on one line.
fn type_text(kind: &syn::Type) -> String {
    let text = one_line(syn::parse_quote!(type T = #kind;));
    text.trim_start_matches("type T = ")
        .trim_end_matches(';')
        .to_owned()
}

fn unparse(items: Vec<syn::Item>) -> String {
    prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items,
    })
}
