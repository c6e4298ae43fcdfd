//! What to say where a program asks in vain for a module that is not packed.
//!
//! The exception stays what it is under Python: programs try modules and catch it. Where nobody has caught it, the traceback ends with how the
//! module comes into the file: as a note on the exception (PEP 678), and as a line after the traceback before Python 3.11.

use exuvia::exceptions::{PyImportError, PyModuleNotFoundError};
use exuvia::prelude::*;
use exuvia_archive::{LEFT_OUT_PATH, LeftOut};

use crate::application::Application;

/// How many exceptions of a chain are looked at.
const CHAIN: usize = 32;

/// Adds to an exception, and to those that it came of, how what they miss comes in; gives what cannot be added.
pub(crate) fn explain(py: Python<'_>, application: &Application, error: &PyErr) -> Vec<String> {
    let mut rest = Vec::new();
    let mut seen = Vec::new();
    let mut pending = vec![error.value(py).clone().into_any()];
    for _ in 0..CHAIN {
        let Some(exception) = pending.pop() else {
            break;
        };
        // What another is raised from is its context as well.
        if seen.contains(&exception.as_ptr()) {
            continue;
        }
        seen.push(exception.as_ptr());
        let hint = hint(application, &exception).filter(|hint| !rest.contains(hint));
        if let Some(hint) = hint
            && (!cfg!(Py_3_11) || exception.call_method1("add_note", (&hint,)).is_err())
        {
            rest.push(hint);
        }
        pending.extend(
            ["__cause__", "__context__"]
                .iter()
                .filter_map(|name| exception.getattr(*name).ok())
                .filter(|exception| !exception.is_none()),
        );
    }
    rest
}

/// How what an exception misses comes in; nothing where that is not why it was raised.
fn hint(application: &Application, exception: &Bound<'_, PyAny>) -> Option<String> {
    if !exception.is_instance_of::<PyImportError>() {
        return None;
    }
    let text = |attribute: &str| exception.getattr(attribute).ok()?.extract::<String>().ok();
    let name = text("name")?;
    let left_out = application.archive().file(LEFT_OUT_PATH)?;
    let left_out = left_out.contents().ok()?;
    let left_out = String::from_utf8_lossy(&left_out);
    if !exception.is_instance_of::<PyModuleNotFoundError>() {
        // `from package import module`, since Python 3.12.
        let module = format!("{name}.{}", text("name_from")?);
        return LeftOut::find(&left_out, "module", &module).map(|found| words(&module, &found));
    }
    let is_distribution = exception
        .get_type()
        .name()
        .is_ok_and(|name| name == "PackageNotFoundError");
    if is_distribution {
        let found = LeftOut::find(&left_out, "distribution", &normalized(&name));
        return Some(found.map_or_else(
            || format!("hint: the distribution {name} was not installed where this file was packed; install it there and pack again"),
            |found| words(&format!("the distribution {name}"), &found),
        ));
    }
    if let Some(found) = LeftOut::find(&left_out, "module", &name) {
        return Some(words(&name, &found));
    }
    // Of a package that is packed, all is there that was there.
    let top = name.split('.').next().unwrap_or_default();
    if top.is_empty() || application.archive().module(top).is_some() {
        return None;
    }
    let is_standard = exception
        .py()
        .import("sys")
        .and_then(|sys| sys.getattr("stdlib_module_names")?.contains(top))
        .is_ok_and(|is_standard| is_standard);
    Some(if is_standard {
        format!("hint: the Python in this file was built without {name}")
    } else {
        unknown(&name)
    })
}

fn words(name: &str, found: &LeftOut) -> String {
    let LeftOut {
        option, argument, ..
    } = found;
    if option == "exclude" {
        format!(
            "hint: {name} was left out of this file by --exclude {argument}; pack it again without that"
        )
    } else {
        format!("hint: {name} was left out of this file; pack it again with --include {argument}")
    }
}

fn unknown(name: &str) -> String {
    format!(
        "hint: {name} was not found where this file was packed; install it there and pack again, or with --trial if it lies in a folder that the program itself adds to sys.path"
    )
}

/// The name of a distribution in its normalized form (PEP 503).
fn normalized(name: &str) -> String {
    let parts: Vec<_> = name
        .split(['-', '_', '.'])
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_of_distributions_are_normalized() {
        assert_eq!(
            super::normalized("Ruamel.YAML_clib--x"),
            "ruamel-yaml-clib-x"
        );
    }
}
