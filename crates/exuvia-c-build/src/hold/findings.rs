//! What the compiler would not find: functions that are there and do not get out, and such that get out undeclared.

use super::exports::Exports;
use super::header::{Header, Location};

/// What is told, one thing a text.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) errors: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

/// Compares names: types are for the compiler.
pub(crate) fn compare(header: &Header, exports: &Exports) -> Findings {
    let mut findings = Findings::default();
    let functions = header.functions.iter().map(|each| (&each.name, &each.at));
    let variables = header.variables.iter().map(|each| (&each.name, &each.at));
    let declared: Vec<_> = functions.chain(variables).collect();
    for &(name, at) in &declared {
        if let Some(definition) = exports.get(name).filter(|found| !found.is_exported) {
            findings.errors.push(format!(
                "{}, line {}: `{}` is not exported, which {} declares\n\
                 hint: write #[unsafe(no_mangle)] above it; without, C finds no `{name}` in the library",
                definition.file,
                definition.line,
                definition.text,
                place(at, header),
            ));
        }
    }
    for definition in &exports.definitions {
        let is_declared = declared.iter().any(|(name, _)| **name == definition.name);
        if definition.is_exported && !is_declared {
            findings.warnings.push(format!(
                "{}, line {}: `{}` is exported, and {} does not declare it: declare it there, or take its no_mangle away",
                definition.file,
                definition.line,
                definition.text,
                header.files[0].name,
            ));
        }
    }
    findings
}

fn place(at: &Option<Location>, header: &Header) -> String {
    match at {
        Some(at) => format!("{}, line {},", at.file, at.place.line),
        None => header.files[0].name.clone(),
    }
}
